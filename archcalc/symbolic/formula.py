"""The parts of an expression that was read: numbers, names and operations, and their values in a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from archcalc.errors import ExpressionError, Refusal, Undecided, did_you_mean
from archcalc.symbolic import ratio
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.ratio import Ratio, compute, negative
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.symbolic.ratio import Decide, Number


class Scope(Protocol):
    """What the names in an expression mean."""

    def __getitem__(self, name: str, /) -> object:
        """Return the value of a name; raises KeyError for a name that has none."""

    def keys(self) -> Iterable[str]:
        """List the names that have a value."""


class Open:
    """A condition that letters leave open: its text, its place, and the letters."""

    __slots__ = ("letters", "span", "text")

    def __init__(self, text: str, span: tuple[int, int], names: Iterable[str]) -> None:
        self.text, self.span, self.letters = text, span, ", ".join(names)

    def refusal(self) -> Undecided:
        """Return the refusal of a question that depends on the condition."""
        hint = f"use a number for {self.letters}"
        return Undecided(f"whether {self.text} depends on {self.letters}", hint, self.span)


class Reader:
    """What the parts of one expression are evaluated with: its text, the names, and who decides on letters."""

    __slots__ = ("decide", "scope", "text")

    def __init__(self, text: str, scope: Scope, decide: Decide) -> None:
        self.text, self.scope, self.decide = text, scope, decide


class FormulaPart:
    """A part of an expression, with its place in the text."""

    __slots__ = ("span",)

    def __init__(self, span: tuple[int, int]) -> None:
        self.span = span

    def value(self, reader: Reader) -> object:
        """Return the value: a number, a truth value, a word, whatever a name stands for, or :class:`Open`."""
        raise NotImplementedError

    def worth(self, reader: Reader) -> object:
        """Return the value where a word may stand: an unknown name is one."""
        return self.value(reader)

    def number(self, reader: Reader) -> Number:
        """Return the value, which has to be a number."""
        found = self.value(reader)
        if isinstance(found, bool) or not isinstance(found, int | Expr | Ratio):
            raise ExpressionError(f"{_shown(found, reader, self)} is not a number", span=self.span)
        return found

    def truth(self, reader: Reader) -> bool | Open:
        """Return the value, which has to be a truth value, or open."""
        found = self.value(reader)
        if not isinstance(found, bool | Open):
            raise ExpressionError(f"{_shown(found, reader, self)} is neither true nor false", span=self.span)
        return found

    def computed(self, function: Callable[..., Number], *operands: Number | str) -> Number:
        """Compute something; a refusal that knows no place gets this one."""
        try:
            return function(*operands)
        except Refusal as refusal:
            refusal.span = refusal.span or self.span
            raise


def _shown(found: object, reader: Reader, node: FormulaPart) -> str:
    """Name a value in a message: a number as it is, anything else by the text that stands for it."""
    if isinstance(found, int | Expr | Ratio) and not isinstance(found, bool):
        return str(found)
    start, width = node.span
    return f"'{reader.text[start : start + width]}'"


_NOTHING = object()
"""What a scope says of a name that it does not know."""


class Constant(FormulaPart):
    """A number, or true or false."""

    __slots__ = ("constant",)

    def __init__(self, span: tuple[int, int], constant: Number) -> None:
        super().__init__(span)
        self.constant = constant

    def value(self, reader: Reader) -> object:  # noqa: ARG002
        """Return the constant."""
        return self.constant


class Name(FormulaPart):
    """A name."""

    __slots__ = ("name",)

    def __init__(self, span: tuple[int, int], name: str) -> None:
        super().__init__(span)
        self.name = name

    def value(self, reader: Reader) -> object:
        """Return what the name stands for; an unknown one is refused."""
        found = self._looked_up(reader)
        if found is _NOTHING:
            raise self.unknown(reader)
        return found

    def worth(self, reader: Reader) -> object:
        """Return what the name stands for; an unknown one is a word."""
        found = self._looked_up(reader)
        return self.name if found is _NOTHING else found

    def is_known(self, reader: Reader) -> bool:
        """Whether the name stands for something."""
        return self._looked_up(reader) is not _NOTHING

    def _looked_up(self, reader: Reader) -> object:
        try:
            return reader.scope[self.name]
        except KeyError:
            return _NOTHING
        except Refusal as refusal:
            refusal.span = refusal.span or self.span
            raise

    def unknown(self, reader: Reader) -> ExpressionError:
        """Return the refusal of a name that stands for nothing."""
        known = sorted(reader.scope.keys())
        hint = did_you_mean(self.name, known) or (f"known names: {listed(known)}" if known else "")
        return ExpressionError(f"unknown name '{self.name}'", hint, self.span)


class Several(FormulaPart):
    """Several values, one for each axis: (3, 3), or 3x3."""

    __slots__ = ("parts",)

    def __init__(self, span: tuple[int, int], parts: list[FormulaPart]) -> None:
        super().__init__(span)
        self.parts = parts

    def value(self, reader: Reader) -> object:
        """Return the values; each has to be a number."""
        return tuple(part.number(reader) for part in self.parts)


class Chain(FormulaPart):
    """Operators that bind alike, from left to right: a + b - c."""

    __slots__ = ("first", "steps")

    def __init__(self, span: tuple[int, int], first: FormulaPart, steps: list[tuple[str, FormulaPart]]) -> None:
        super().__init__(span)
        self.first, self.steps = first, steps

    def value(self, reader: Reader) -> object:
        """Return the result."""
        found = self.first.number(reader)
        for symbol, operand in self.steps:
            found = self.computed(compute, symbol, found, operand.number(reader))
        return found


class Negative(FormulaPart):
    """A minus sign before a number."""

    __slots__ = ("operand",)

    def __init__(self, span: tuple[int, int], operand: FormulaPart) -> None:
        super().__init__(span)
        self.operand = operand

    def value(self, reader: Reader) -> object:
        """Return the negative."""
        return negative(self.operand.number(reader))


class Call(FormulaPart):
    """A function of numbers."""

    __slots__ = ("arguments", "function")

    def __init__(self, span: tuple[int, int], function: Callable[..., Number], arguments: list[FormulaPart]) -> None:
        super().__init__(span)
        self.function, self.arguments = function, arguments

    def value(self, reader: Reader) -> object:
        """Return the function's result."""
        return self.computed(self.function, *(argument.number(reader) for argument in self.arguments))


FUNCTIONS: dict[str, tuple[Callable[..., Number], bool]] = {
    "min": (ratio.least, True),
    "max": (ratio.greatest, True),
    "floor": (ratio.floor, False),
    "ceil": (ratio.ceiling, False),
    "abs": (ratio.absolute, False),
    "round8": (ratio.round8, False),
}
"""The functions by name, and whether each takes any number of arguments, or one."""
