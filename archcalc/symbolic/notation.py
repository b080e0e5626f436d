"""How an expression is spelled: precedences, and notations that say how each operator is written.

A notation is a table from operators to forms. Brackets are put where the precedences ask for them, and around
whatever begins with a minus sign behind an operator; so what is printed reads back as the same value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SUM, REMAINDER, PRODUCT, POWER, ATOM = range(1, 6)
"""How tightly an operation binds. A remainder binds less than a product: -(a % b) keeps its brackets."""


class Piece(NamedTuple):
    """A part that is spelled already, and how tightly it binds."""

    text: str
    precedence: int


class Notation(NamedTuple):
    """A way to write expressions: a form for each operator, and how letters, minus and brackets look."""

    forms: dict[str, Callable[[Notation, Sequence[Piece]], str]]
    letter: Callable[[str], str] = str
    minus: str = "-"
    brackets: tuple[str, str] = ("(", ")")

    def number(self, number: int) -> Piece:
        """Spell a number; the sign of a negative one binds as the minus before a product does."""
        return Piece(f"{self.minus}{-number}", PRODUCT) if number < 0 else Piece(str(number), ATOM)

    def name(self, name: str) -> Piece:
        """Spell a letter."""
        return Piece(self.letter(name), ATOM)

    def operation(self, operator: str, precedence: int, operands: Sequence[Piece]) -> Piece:
        """Spell an operation whose operands are spelled already."""
        return Piece(self.forms[operator](self, operands), precedence)

    def first(self, piece: Piece, need: int) -> str:
        """Return a piece that begins its operation, in brackets if it binds less than ``need``."""
        return piece.text if piece.precedence >= need else self.bracketed(piece)

    def later(self, piece: Piece, need: int) -> str:
        """Return a piece behind an operator: a minus sign cannot stand there without brackets."""
        return self.bracketed(piece) if piece.text.startswith(self.minus) else self.first(piece, need)

    def bracketed(self, piece: Piece) -> str:
        """Return a piece in brackets."""
        return f"{self.brackets[0]}{piece.text}{self.brackets[1]}"


def infix(symbol: str, left: int, right: int) -> Callable[[Notation, Sequence[Piece]], str]:
    """Return the form of an operator between its operands, which have to bind at least so tightly."""

    def write(notation: Notation, operands: Sequence[Piece]) -> str:
        start, *rest = operands
        return symbol.join([notation.first(start, left), *(notation.later(piece, right) for piece in rest)])

    return write


def plus(notation: Notation, operands: Sequence[Piece]) -> str:
    """Write a sum; a term with a minus sign is subtracted: ``a - 3``, never ``a + -3``."""
    start, *rest = operands
    return "".join([notation.first(start, SUM), *(_signed(notation, piece) for piece in rest)])


def _signed(notation: Notation, piece: Piece) -> str:
    # Only a product's sign may be taken: that of (-a) % b or of -a + b belongs to its first part alone.
    if piece.text.startswith(notation.minus) and piece.precedence == PRODUCT:
        return f" {notation.minus} {piece.text[len(notation.minus) :]}"
    return f" + {notation.later(piece, SUM)}"


def negated(notation: Notation, operands: Sequence[Piece]) -> str:
    """Write a minus sign before a product: -a*b, but -(a + b)."""
    return f"{notation.minus}{notation.later(operands[0], PRODUCT)}"


def fraction(before: str, after: str) -> Callable[[Notation, Sequence[Piece]], str]:
    """Return the form of a division between marks that say how it is rounded."""

    def write(notation: Notation, operands: Sequence[Piece]) -> str:
        numerator, denominator = operands
        return f"{before}{notation.first(numerator, PRODUCT)}/{notation.later(denominator, POWER)}{after}"

    return write


def enclosed(before: str, between: str, after: str) -> Callable[[Notation, Sequence[Piece]], str]:
    """Return the form of an operation whose own marks keep the operands apart."""

    def write(notation: Notation, operands: Sequence[Piece]) -> str:  # noqa: ARG001 - the shape of every form
        return f"{before}{between.join(piece.text for piece in operands)}{after}"

    return write


TEXT = Notation(
    {
        "+": plus,
        "-": infix(" - ", SUM, REMAINDER),
        "*": infix("*", PRODUCT, PRODUCT),
        "%": infix(" % ", REMAINDER, POWER),
        "**": infix("**", ATOM, POWER),
        "neg": negated,
        "//": fraction("floor(", ")"),
        "ceildiv": fraction("ceil(", ")"),
        "min": enclosed("min(", ", ", ")"),
        "max": enclosed("max(", ", ", ")"),
    }
)
