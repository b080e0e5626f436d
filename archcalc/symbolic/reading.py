"""Reading expressions: a grammar of our own, never ``eval``; sizes and nesting are bounded.

Numbers are exact (``1.1`` is 11/10). Operators bind as in Python: ``**``, then the minus sign, ``* / // %``,
``+ -``, comparisons, ``not``, ``and``, ``or``, ``a if c else b``. Comparisons do not chain.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Expr, Letter
from archcalc.symbolic.formula import Open, Reader
from archcalc.symbolic.parsing import Parser
from archcalc.symbolic.ratio import Ratio
from archcalc.symbolic.relations import HOLDS

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.formula import FormulaPart, Scope
    from archcalc.symbolic.ratio import Decide

__all__ = ["Formula", "Ratio", "expression", "read"]


class Formula:
    """An expression that was read: its text, the names in it, and what it is worth. Never changed once made."""

    __slots__ = ("_root", "names", "text")

    def __init__(self, text: str, root: FormulaPart, names: frozenset[str]) -> None:
        self.text, self._root, self.names = text, root, names

    def __repr__(self) -> str:
        return f"read({self.text!r})"

    @property
    def literal(self) -> bool:
        """Whether it needs no names to have a value."""
        return not self.names

    def evaluate(self, scope: Scope, decide: Decide | None = None) -> object:
        """Return the value among the names of a scope.

        It is an int, a :class:`Ratio`, an expression of letters, a bool, or what a lone name stands for; a lone
        name that stands for nothing is a word, a str. ``decide`` answers comparisons of letters, and may say None
        (:func:`archcalc.symbolic.bounds.decide`); without it only plain numbers are compared.

        >>> read("ceil(copies*1.1)").evaluate({"copies": 3}), read("relu").evaluate({})
        (4, 'relu')

        Raises:
            ExpressionError: there is no value: an unknown name, a division by zero, a word in a sum.
            Undecided: a condition depends on a letter.
        """
        found = self._root.worth(Reader(self.text, scope, decide or _decide_numbers))
        if isinstance(found, Open):
            raise found.refusal()
        return found


@lru_cache(maxsize=8192)
def read(text: str) -> Formula:
    """Read an expression.

    >>> sorted(read("width if index < n3 - one else 2*width").names)
    ['index', 'n3', 'one', 'width']

    Raises:
        ExpressionError: the text is none; its span says where.
    """
    parser = Parser(text)
    return Formula(text, parser.whole(), frozenset(parser.names))


def expression(text: str) -> Int:
    """Read an expression whose names are letters.

    >>> expression("floor((H - 35)/32)")
    floor((H - 35)/32)

    Raises:
        ExpressionError: the text is none, or its value is not a whole number.
    """
    found = read(text).evaluate(Letters())
    if isinstance(found, bool) or not isinstance(found, int | Expr):
        raise ExpressionError(f"expected an integer, got {found}", span=(0, len(text)))
    return found


class Letters(dict[str, Letter]):
    """The scope in which every name is a letter."""

    def __missing__(self, name: str) -> Letter:
        return Letter(name)


def _decide_numbers(left: Int, relation: str, right: Int) -> bool | None:
    """Compare what is known; of letters nothing is."""
    return None if isinstance(left, Expr) or isinstance(right, Expr) else HOLDS[relation](left, right)
