"""Protobuf's text format: fields with values or messages in braces, read without their declaration.

Source: protobuf.dev/reference/protobuf/textformat-spec.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.caffe.message import LONGEST, FieldToken, Message
from archcalc.limits import NET_FIELDS, NET_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKENS = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>-?\s*(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fF]?)(?![\w.]))
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>[{}<>\[\],:;])""",
    re.VERBOSE,
)

CLOSING = {"{": "}", "<": ">"}
SCALARS = ("word", "number", "text")


def parse(text: str, file: str) -> Message:
    r"""Return the message that a file holds; ``file`` is what messages call it.

    >>> net = parse('name: "LeNet"\nlayer { bottom: "a" bottom: "b" }', "a.prototxt")
    >>> net.text("name"), net.message("layer").texts("bottom")
    ('LeNet', ['a', 'b'])

    Raises:
        UsageError: it is not in the text format, or has too many fields or levels.
    """
    top = Message(file, "the net", 1)
    open_ = [(top, "")]
    tokens = _Ahead(_tokens(text, file), file)
    count, most, levels = 0, NET_FIELDS.value, NET_LEVELS.value + 1
    while (token := tokens.next()) is not None:
        count += 1
        _take(token, open_, tokens)
        if count > most or len(open_) > levels:
            raise UsageError(*(NET_FIELDS if count > most else NET_LEVELS).exceeded(file))
    if len(open_) > 1:
        unclosed = open_[-1][0]
        raise UsageError(f"{file}:{unclosed.line}: '{unclosed.name}' is not closed", "check the braces")
    return top


def _take(token: FieldToken, open_: list[tuple[Message, str]], tokens: _Ahead) -> None:
    """Take a token that begins a field, or closes the innermost message.

    Raises:
        UsageError: it does neither.
    """
    around, closing = open_[-1]
    if token[:2] == ("sign", closing):
        open_.pop()
    elif token.kind == "word":
        inner = _field(token, around, tokens)
        if inner:
            open_.append(inner)
    elif token.text not in SEPARATORS:
        raise around.wrong(f"expected a field, got '{token.text[:LONGEST]}'", line=token.line)


SEPARATORS = (",", ";")
"""What can be between fields."""


class _Ahead:
    """Tokens, of which the next can be looked at."""

    def __init__(self, tokens: Iterator[FieldToken], file: str) -> None:
        self._tokens, self.file = tokens, file
        self.ahead = next(tokens, None)

    def next(self) -> FieldToken | None:
        """Return the next token; None at the end."""
        token = self.ahead
        self.ahead = next(self._tokens, None)
        return token

    def required(self, name: FieldToken) -> FieldToken:
        """Return the next token.

        Raises:
            UsageError: the file ends.
        """
        token = self.next()
        if token is None:
            raise UsageError(f"{self.file}:{name.line}: the file ends after '{name.text}'", "get the file again")
        return token

    def takes(self, text: str) -> bool:
        """Whether the next token is a sign, which is then passed."""
        found = self.ahead is not None and self.ahead[:2] == ("sign", text)
        if found:
            self.next()
        return found


def _field(name: FieldToken, around: Message, tokens: _Ahead) -> tuple[Message, str] | None:
    """Read the value of a field; of a message return it, and the sign that closes it.

    Raises:
        UsageError: it has no value.
    """
    colon = tokens.takes(":")
    token = tokens.required(name)
    values = around.fields.setdefault(name.text, [])
    if token.kind == "sign" and token.text in CLOSING:
        inner = Message(around.file, name.text, name.line)
        values.append(inner)
        return inner, CLOSING[token.text]
    if colon and token[:2] == ("sign", "["):
        values += _list(name, around, tokens)
    elif colon and token.kind in SCALARS:
        values.append(_joined(token, tokens))
    else:
        expected = "a value" if colon else "':' or '{'"
        raise around.wrong(f"expected {expected} after '{name.text}', got '{token.text[:LONGEST]}'", line=token.line)
    return None


def _joined(token: FieldToken, tokens: _Ahead) -> FieldToken:
    """Return a text with those that follow it directly, which are parts of it."""
    parts = [token]
    while token.kind == "text" and tokens.ahead is not None and tokens.ahead.kind == "text":
        parts.append(tokens.required(token))
    return token if len(parts) == 1 else token._replace(text=f'"{"".join(part.text[1:-1] for part in parts)}"')


def _list(name: FieldToken, around: Message, tokens: _Ahead) -> list[FieldToken]:
    """Return the values between brackets.

    Raises:
        UsageError: there is something else, or the bracket is not closed.
    """
    found: list[FieldToken] = []
    most = NET_FIELDS.value
    while not tokens.takes("]"):
        token = tokens.required(name)
        if token.kind not in SCALARS or len(found) > most:
            raise around.wrong(
                f"expected a value in the list '{name.text}', got '{token.text[:LONGEST]}'", line=token.line
            )
        found.append(token)
        tokens.takes(",")
    return found


def _tokens(text: str, file: str) -> Iterator[FieldToken]:
    """Yield the tokens of a text.

    Raises:
        UsageError: a character begins none.
    """
    place, line = 0, 1
    while place < len(text):
        found = _TOKENS.match(text, place)
        if found is None:
            rest = text[place:].partition("\n")[0]
            raise UsageError(
                f"{file}:{line}: cannot read '{rest[:LONGEST]}'", "check the quotes and signs in this line"
            )
        if found.lastgroup != "space":
            word = re.sub(r"\s", "", found[0]) if found.lastgroup == "number" else found[0]
            yield FieldToken(str(found.lastgroup), word, line)
        line += found[0].count("\n")
        place = found.end()
