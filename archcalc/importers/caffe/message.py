"""A message of protobuf's text format: fields, whose values are read as what they are expected to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPED = re.compile(r"""\\(["'\\])""")
_WHOLE = re.compile(r"-?\d{1,10}")
_DECIMAL = re.compile(r"(-?)(\d{0,9})(?:\.(\d{0,9}))?(?:[eE]([+-]?\d{1,2}))?[fF]?")

LARGEST = 2**31 - 1
LONGEST = 40
"""The number of characters that a message shows of a value that is not as expected."""


class FieldToken(NamedTuple):
    """A word, a number, a text or a sign, and its line."""

    kind: str
    text: str
    line: int


class Message:
    """Fields in the order of the file. ``file`` and ``line`` are its place, ``name`` is its field."""

    def __init__(self, file: str, name: str, line: int) -> None:
        self.file, self.name, self.line = file, name, line
        self.fields: dict[str, list[Message | FieldToken]] = {}

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
            if isinstance(value, FieldToken):
                raise self.wrong(f"invalid {name}: expected braces, got '{value.text[:LONGEST]}'", line=value.line)
        return found  # type: ignore[return-value]

    def message(self, name: str) -> Message:
        """Return the message of a field, an empty one if it is not there."""
        return (self.messages(name) or [Message(self.file, name, self.line)])[-1]

    def _tokens(self, name: str) -> list[FieldToken]:
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

    def _whole(self, name: str, token: FieldToken, least: int) -> int:
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
        return (self.decimals(name) or [self._decimal(name, FieldToken("number", default, self.line))])[-1]

    def decimals(self, name: str) -> list[Any]:
        """Return the values of a field, which are decimal numbers."""
        return [self._decimal(name, token) for token in self._tokens(name)]

    def _decimal(self, name: str, token: FieldToken) -> Any:  # noqa: ANN401 - a number of archcalc's own
        found = _DECIMAL.fullmatch(token.text)
        if found is None or not (found[2] or found[3]):
            raise self.wrong(f"invalid {name} '{token.text[:LONGEST]}': expected a number", line=token.line)
        digits, power = int((found[2] or "") + (found[3] or "")), int(found[4] or 0) - len(found[3] or "")
        return ratio((-digits if found[1] else digits) * 10 ** max(power, 0), 10 ** max(-power, 0))

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
            UsageError: it is another word.
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


def unquoted(token: FieldToken) -> str:
    """Return what a value says, without the quotes of a text."""
    return _ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "text" else token.text
