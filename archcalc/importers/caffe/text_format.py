"""Protobuf's text format: fields with values or messages in braces, read without their declaration.

Source: protobuf.dev/reference/protobuf/textformat-spec.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import NET_FIELDS, NET_LEVELS
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKENS = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>-?\s*(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)(?![\w.]))
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>[{}<>\[\],:;])""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"""\\(["'\\])""")
_WHOLE = re.compile(r"-?\d{1,10}")
_DECIMAL = re.compile(r"(-?)(\d{0,9})(?:\.(\d{0,9}))?[fF]?")

CLOSING = {"{": "}", "<": ">"}
SCALARS = ("word", "number", "text")
LARGEST = 2**31 - 1
LONGEST = 40
"""Of a value that is not what is expected a message shows so many characters."""


class Token(NamedTuple):
    """A word, a number, a text or a sign, and its line."""

    kind: str
    text: str
    line: int


class Message:
    """Fields in the order of the file. ``file`` and ``line`` say where it begins, ``name`` in which field."""

    def __init__(self, file: str, name: str, line: int) -> None:
        self.file, self.name, self.line = file, name, line
        self.fields: dict[str, list[Message | Token]] = {}

    def wrong(self, message: str, hint: str = "", line: int = 0) -> UsageError:
        """Return an error about this message, or about a line of it."""
        return UsageError(f"{self.file}:{line or self.line}: {message}", hint)

    def messages(self, name: str) -> list[Message]:
        """Return the messages of a field.

        Raises:
            UsageError: one of its values is not a message.
        """
        found = self.fields.get(name, [])
        for value in found:
            if isinstance(value, Token):
                raise self.wrong(f"invalid {name}: expected braces, got '{value.text[:LONGEST]}'", line=value.line)
        return found  # type: ignore[return-value]

    def message(self, name: str) -> Message:
        """Return the message of a field, an empty one if it is not there."""
        return (self.messages(name) or [Message(self.file, name, self.line)])[-1]

    def _tokens(self, name: str) -> list[Token]:
        found = self.fields.get(name, [])
        for value in found:
            if isinstance(value, Message):
                raise self.wrong(f"invalid {name}: expected a value, got braces", line=value.line)
        return found  # type: ignore[return-value]

    def texts(self, name: str) -> list[str]:
        """Return the values of a field as texts."""
        return [unquoted(token) for token in self._tokens(name)]

    def text(self, name: str, default: str = "") -> str:
        """Return the value of a field as a text; of several the last."""
        return (self.texts(name) or [default])[-1]

    def numbers(self, name: str, least: int = 0) -> list[int]:
        """Return the values of a field, which are whole numbers.

        Raises:
            UsageError: one of them is none, or too small.
        """
        return [self._whole(name, token, least) for token in self._tokens(name)]

    def _whole(self, name: str, token: Token, least: int) -> int:
        if not _WHOLE.fullmatch(token.text) or not least <= int(token.text) <= LARGEST:
            expected = f"expected an integer ≥ {least}" if least > -LARGEST else "expected an integer"
            raise self.wrong(f"invalid {name} '{token.text[:LONGEST]}': {expected}", line=token.line)
        return int(token.text)

    def number(self, name: str, default: int | None = None, least: int = 0) -> int:
        """Return the value of a field, which is a whole number.

        Raises:
            UsageError: it is none, too small, or missing without a default.
        """
        found = self.numbers(name, least)
        if not found and default is None:
            raise self.wrong(f"{self.name} requires {name}", f"add {name}: NUMBER")
        return found[-1] if found else default or 0

    def decimal(self, name: str, default: str) -> Any:  # noqa: ANN401 - a number of archcalc's own
        """Return the value of a field, which is a decimal number, exactly.

        Raises:
            UsageError: it is none.
        """
        token = (self._tokens(name) or [Token("number", default, self.line)])[-1]
        found = _DECIMAL.fullmatch(token.text)
        if found is None or not (found[2] or found[3]):
            raise self.wrong(f"invalid {name} '{token.text[:LONGEST]}': expected a number", line=token.line)
        digits = int((found[2] or "0") + (found[3] or ""))
        return ratio(-digits if found[1] else digits, 10 ** len(found[3] or ""))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return the value of a field, which is true or false.

        Raises:
            UsageError: it is neither.
        """
        tokens = self._tokens(name)
        if not tokens:
            return default
        if tokens[-1].text not in FLAGS:
            shown = tokens[-1].text[:LONGEST]
            raise self.wrong(f"invalid {name} '{shown}': expected true or false", line=tokens[-1].line)
        return FLAGS[tokens[-1].text]

    def choice(self, name: str, words: Sequence[str]) -> str:
        """Return the value of a field, which is one of some words, or its number; the first is the default.

        Raises:
            UsageError: it is none of them.
        """
        tokens = self._tokens(name)
        if not tokens:
            return words[0]
        numbered = {str(number): word for number, word in enumerate(words)}
        found = numbered.get(tokens[-1].text, tokens[-1].text)
        if found not in words:
            expected = ", ".join(words)
            raise self.wrong(f"invalid {name} '{found[:LONGEST]}': expected {expected}", line=tokens[-1].line)
        return found


FLAGS = {"true": True, "True": True, "t": True, "1": True, "false": False, "False": False, "f": False, "0": False}


def unquoted(token: Token) -> str:
    """Return what a value says, without the quotes of a text."""
    return _ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "text" else token.text


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
    count = 0
    while (token := tokens.next()) is not None:
        around, closing = open_[-1]
        if token.text == closing and token.kind == "sign":
            open_.pop()
        elif token.kind == "word":
            count += 1
            inner = _field(token, around, tokens)
            open_ += [inner] if inner else []
            if count > NET_FIELDS.value or len(open_) > NET_LEVELS.value:
                raise UsageError(*(NET_FIELDS if count > NET_FIELDS.value else NET_LEVELS).exceeded(file))
        elif token.text not in ",;":
            raise UsageError(f"{file}:{token.line}: expected a field, got '{token.text[:LONGEST]}'")
    if len(open_) > 1:
        unclosed = open_[-1][0]
        raise UsageError(
            f"{file}:{unclosed.line}: '{unclosed.name}' is not closed", "check the braces, or get the file again"
        )
    return top


class _Ahead:
    """Tokens, of which the next can be looked at."""

    def __init__(self, tokens: Iterator[Token], file: str) -> None:
        self._tokens, self.file = tokens, file
        self.ahead = next(tokens, None)

    def next(self) -> Token | None:
        """Return the next token; None at the end."""
        token = self.ahead
        self.ahead = next(self._tokens, None)
        return token

    def required(self, name: Token) -> Token:
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


def _field(name: Token, around: Message, tokens: _Ahead) -> tuple[Message, str] | None:
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


def _joined(token: Token, tokens: _Ahead) -> Token:
    """Return a text with those that follow it directly, which are parts of it."""
    parts = [token]
    while token.kind == "text" and tokens.ahead is not None and tokens.ahead.kind == "text":
        parts.append(tokens.required(token))
    return token if len(parts) == 1 else token._replace(text=f'"{"".join(part.text[1:-1] for part in parts)}"')


def _list(name: Token, around: Message, tokens: _Ahead) -> list[Token]:
    """Return the values between brackets.

    Raises:
        UsageError: there is something else, or the bracket is not closed.
    """
    found: list[Token] = []
    while not tokens.takes("]"):
        token = tokens.required(name)
        if token.kind not in SCALARS or len(found) > NET_FIELDS.value:
            raise around.wrong(
                f"expected a value in the list '{name.text}', got '{token.text[:LONGEST]}'", line=token.line
            )
        found.append(token)
        tokens.takes(",")
    return found


def _tokens(text: str, file: str) -> Iterator[Token]:
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
            yield Token(str(found.lastgroup), word, line)
        line += found[0].count("\n")
        place = found.end()
