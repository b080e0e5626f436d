"""Expressions as written: integers that may not be known yet.

A formula is an ordinary Python function of :data:`Int`. Given ints it counts; given letters it is a closed
form, which keeps the order and the shape in which it was written. Nothing is rewritten here: see
:mod:`archcalc.symbolic.simplify`. Whatever is computed from plain ints is a plain int.

Division is Python's for all signs: ``a // b`` is the floor of a/b, and ``a % b`` is ``a - b*(a // b)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from archcalc.errors import ExpressionError
from archcalc.limits import spend
from archcalc.symbolic.notation import TEXT
from archcalc.symbolic.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.symbolic.notation import Notation, Piece
    from archcalc.symbolic.operators import Operator

T = TypeVar("T")


class Expr:
    """An integer that is not known yet: a letter, or an operation on such.

    ``==`` and ``hash`` are structural: ``H + 1 != 1 + H``. Whether two expressions are equal as functions,
    ask :func:`archcalc.symbolic.equality.equal`; which is less, :func:`archcalc.symbolic.bounds.decide`.

    >>> I, K, S = Letter("I"), Letter("K"), Letter("S")
    >>> (I - K)//S + 1
    floor((I - K)/S) + 1
    """

    __slots__ = ("_hash",)
    _hash: int

    def __add__(self, other: Int) -> Expr:
        return _binary("+", self, other)

    def __radd__(self, other: int) -> Expr:
        return _binary("+", other, self)

    def __sub__(self, other: Int) -> Expr:
        return _binary("-", self, other)

    def __rsub__(self, other: int) -> Expr:
        return _binary("-", other, self)

    def __mul__(self, other: Int) -> Expr:
        return _binary("*", self, other)

    def __rmul__(self, other: int) -> Expr:
        return _binary("*", other, self)

    def __floordiv__(self, other: Int) -> Expr:
        return _binary("//", self, other)

    def __rfloordiv__(self, other: int) -> Expr:
        return _binary("//", other, self)

    def __mod__(self, other: Int) -> Expr:
        return _binary("%", self, other)

    def __rmod__(self, other: int) -> Expr:
        return _binary("%", other, self)

    def __pow__(self, other: Int) -> Expr:
        return _binary("**", self, other)

    def __rpow__(self, other: int) -> Expr:
        return _binary("**", other, self)

    def __neg__(self) -> Expr:
        return Operation(OPERATORS["neg"], (self,))

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        raise TypeError(f"whether {self} is zero is not known; ask archcalc.symbolic.bounds.decide")

    def __str__(self) -> str:
        return rendered(self, TEXT)

    __repr__ = __str__


Int = int | Expr
"""An integer, known or not."""


class Letter(Expr):
    """A name for an integer of at least 1, and its value where that is known; a closed form is a value, too.

    >>> height = Letter("H", 227)
    >>> height - 11, height.value
    (H - 11, 227)
    """

    __slots__ = ("name", "value")

    def __init__(self, name: str, value: Int | None = None) -> None:
        if not name.isidentifier():
            raise ExpressionError(f"a letter cannot be called {name!r}", "names are letters, digits and _")
        self.name, self.value = name, value
        self._hash = hash((name, value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Letter) and self.name == other.name and self.value == other.value

    __hash__ = Expr.__hash__


class Operation(Expr):
    """An operator and what it acts on. ``+``, ``*``, ``min`` and ``max`` take any number of operands."""

    __slots__ = ("operands", "operator")

    def __init__(self, operator: Operator, operands: tuple[Int, ...]) -> None:
        self.operator, self.operands = operator, operands
        self._hash = hash((operator.name, operands))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Operation) and self._hash == other._hash and _same(self, other)

    __hash__ = Expr.__hash__


def _same(left: Operation, right: Operation) -> bool:
    """Compare two trees, each pair of parts once, and without recursion, since a tree may be deep."""
    pairs: list[tuple[Int, Int]] = [(left, right)]
    seen: set[tuple[int, int]] = set()
    while pairs:
        a, b = pairs.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if isinstance(a, Operation) and isinstance(b, Operation):
            if a.operator is not b.operator or len(a.operands) != len(b.operands):
                return False
            pairs += zip(a.operands, b.operands, strict=True)
        elif a != b:
            return False
    return True


def _binary(name: str, left: object, right: object) -> Expr:
    if isinstance(left, Expr | int) and isinstance(right, Expr | int):
        return Operation(OPERATORS[name], (left, right))
    return NotImplemented  # type: ignore[no-any-return] # as Python's data model asks for


def operate(name: str, *operands: Int) -> Int:
    """Return an operation by the operator's name: a number if all operands are, else as written.

    >>> operate("//", 7, 2), operate("//", Letter("H"), 2)
    (3, floor(H/2))

    Raises:
        ExpressionError: the numbers have no result: division by zero, or too large.
    """
    return operation(OPERATORS[name], operands)


def operation(operator: Operator, operands: Sequence[Int]) -> Int:
    """Return an operation by its operator: a number if all operands are, else as written."""
    for operand in operands:
        if isinstance(operand, Expr):
            return Operation(operator, tuple(operands))
    return operator.apply(*operands)


def ceildiv(a: Int, b: Int) -> Int:
    """Return the ceiling of a/b.

    >>> ceildiv(7, 2), ceildiv(Letter("H"), 2)
    (4, ceil(H/2))
    """
    return operate("ceildiv", a, b)


def minimum(first: Int, *others: Int) -> Int:
    """Return the least of some integers; one alone is itself."""
    return operate("min", first, *others) if others else first


def maximum(first: Int, *others: Int) -> Int:
    """Return the greatest of some integers; one alone is itself."""
    return operate("max", first, *others) if others else first


def product(xs: Iterable[Int]) -> Int:
    """Return the product of all factors as written; of none, 1.

    >>> product([96, Letter("C"), 11, 11])
    96*C*11*11
    """
    factors = tuple(xs)
    return factors[0] if len(factors) == 1 else operation(_TIMES, factors)


def total(xs: Iterable[Int]) -> Int:
    """Return the sum of all terms as written; of none, 0."""
    terms = tuple(xs)
    return terms[0] if len(terms) == 1 else operation(_PLUS, terms)


_TIMES, _PLUS = OPERATORS["*"], OPERATORS["+"]


_FEW = 16
"""Work on so few parts is not counted: counting would take longer."""


def fold(x: Int, leaf: Callable[[int | Letter], T], node: Callable[[Operation, list[T]], T]) -> T:
    """Compute something of an expression from the leaves up, each part once.

    No recursion: an expression may be deeper than Python's stack.
    """
    if not isinstance(x, Operation):
        return leaf(x)  # type: ignore[arg-type]  # what is no operation is a letter or a number
    done: dict[int, T] = {}
    stack = [x]
    while stack:
        top = stack[-1]
        waiting = []
        for part in top.operands:
            if id(part) not in done:
                if isinstance(part, Operation):
                    waiting.append(part)
                else:
                    done[id(part)] = leaf(part)  # type: ignore[arg-type]
        if waiting:
            stack += waiting
            continue
        if id(top) not in done:
            done[id(top)] = node(top, [done[id(part)] for part in top.operands])
        stack.pop()
    if len(done) > _FEW:
        spend(len(done))
    return done[id(x)]


def letters(x: Int) -> tuple[str, ...]:
    """Return the names of an expression's letters in alphabetical order."""
    names: set[str] = set()
    fold(x, lambda part: names.add(part.name) if isinstance(part, Letter) else None, lambda _, __: None)
    return tuple(sorted(names))


def evaluate(x: Int, values: Mapping[str, int]) -> int:
    """Return an expression's value for these values of its letters.

    >>> evaluate((Letter("H") - 11)//4 + 1, {"H": 227})
    55

    Raises:
        ExpressionError: a letter has no value, or the expression has none there.
    """
    missing = [name for name in letters(x) if name not in values]
    if missing:
        raise ExpressionError(f"no value for {', '.join(missing)}")
    return fold(x, lambda part: values[part.name] if isinstance(part, Letter) else part, _apply)


def _apply(part: Operation, operands: list[int]) -> int:
    return part.operator.apply(*operands)


def substitute(x: Int, values: Mapping[str, Int]) -> Int:
    """Return an expression with some letters replaced; what is known becomes a number.

    >>> substitute(Letter("H")*Letter("W") + 2*Letter("H"), {"H": 3})
    3*W + 6
    """
    return fold(x, lambda part: values.get(part.name, part) if isinstance(part, Letter) else part, _rebuilt)


def _rebuilt(part: Operation, operands: list[Int]) -> Int:
    return operation(part.operator, operands)


def rendered(x: Int, notation: Notation) -> str:
    """Spell an expression in a notation."""

    def leaf(part: int | Letter) -> Piece:
        return notation.name(part.name) if isinstance(part, Letter) else notation.number(part)

    def node(part: Operation, operands: list[Piece]) -> Piece:
        return notation.operation(part.operator.name, part.operator.precedence, operands)

    return fold(x, leaf, node).text
