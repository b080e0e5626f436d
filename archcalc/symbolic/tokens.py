"""The words of an expression: numbers, names and signs, each with its place in the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from archcalc.errors import ExpressionError
from archcalc.limits import CHARACTERS, DIGITS

NUMBER, NAME, END = "number", "name", "end"

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number> [0-9]+ (?:\.[0-9]+)? | \.[0-9]+ )
      | (?P<name> [A-Za-z_][A-Za-z_0-9]* )
      | (?P<sign> \*\* | // | [=!<>]= | . )
    )""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word of an expression: its kind, its text, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it begins, and how long it is."""
        return self.start, len(self.text)

    @property
    def described(self) -> str:
        """How messages call it."""
        return "the end" if self.kind == END else f"'{self.text}'"


def tokens(text: str) -> list[Token]:
    """Return the words of a text, and its end.

    >>> [token.text for token in tokens("H//2 + 1.5")]
    ['H', '//', '2', '+', '1.5', '']

    Raises:
        ExpressionError: the text, or a number in it, is too long.
    """
    if len(text) > CHARACTERS.default:
        raise ExpressionError(*CHARACTERS.exceeded("the expression", len(text)))
    found = []
    end = len(text.rstrip())
    for match in _TOKEN.finditer(text, 0, end):
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind)))
        if kind == NUMBER and len(match[kind]) > DIGITS.default:
            raise ExpressionError(*DIGITS.exceeded("the number", len(match[kind])), found[-1].span)
    return [*found, Token(END, "", end)]
