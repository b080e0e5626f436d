"""What an option of a layer may be: one row for each type of value, shared by the spec, the schema and the docs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Refusal
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.symbolic.expr import Int


class OptionType(NamedTuple):
    """A type of option: how messages name it, how a value is read, and its JSON schema.

    ``words`` are the bare words it takes; ``listed`` says whether the value may be a list; ``place`` that the value
    is the name of a layer, whose output's shape is what the option then holds.
    """

    expects: str
    read: Callable[[object], object]
    schema: dict[str, Any]
    words: tuple[str, ...] = ()
    listed: bool = False
    place: bool = False


class Option(NamedTuple):
    """One option of a layer kind: its type, whether it is the main argument, and a line of documentation."""

    type: OptionType
    doc: str
    main: bool = False


def option(kind: OptionType, doc: str, *, default: Any = dataclasses.MISSING, main: bool = False) -> Any:  # noqa: ANN401
    """Declare an option as a field of a layer's dataclass; without ``default`` it is required."""
    return dataclasses.field(default=default, metadata={"option": Option(kind, doc, main)})


def whole(value: object) -> Int:
    """Return a value that is a whole number or an expression of letters; refuse anything else."""
    if isinstance(value, Expr) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refusal(f"{shown(value)} is not a whole number")


def at_least(least: int) -> Callable[[object], Int]:
    """Return a reader of whole numbers from ``least`` on."""

    def read(value: object) -> Int:
        number = whole(value)
        if isinstance(number, int) and number < least:
            raise Refusal(f"{number} is less than {least}")
        return number

    return read


def per_axis(read_one: Callable[[object], Int]) -> Callable[[object], Int | tuple[Int, ...]]:
    """Return a reader of one number for all axes, or a list of one for each."""

    def read(value: object) -> Int | tuple[Int, ...]:
        return tuple(read_one(item) for item in value) if isinstance(value, tuple) else read_one(value)

    return read


def read_padding(value: object) -> object:
    """Read ``same``, ``valid``, a number, one number per axis, or a pair per axis ([before, after])."""
    if isinstance(value, str):
        if value not in PADDING_WORDS:
            raise Refusal(f"{shown(value)} is no padding")
        return value
    if isinstance(value, tuple):
        return tuple(_side_or_sides(item) for item in value)
    return _natural(value)


def _side_or_sides(value: object) -> Int | tuple[Int, Int]:
    return _pair(value, "padding before and after") if isinstance(value, tuple) else _natural(value)


def _pair(value: tuple[object, ...], what: str) -> tuple[Int, Int]:
    if len(value) != 2:  # noqa: PLR2004 - a pair
        raise Refusal(f"{shown(value)} is not a pair: {what}")
    return _natural(value[0]), _natural(value[1])


def pair_of(first: str, second: str) -> OptionType:
    """Return the type of an option that takes two whole numbers, called so."""
    what = f"[{first}, {second}]"

    def read(value: object) -> tuple[Int, Int]:
        if not isinstance(value, tuple):
            raise Refusal(f"{shown(value)} is not a pair: {what}")
        return _pair(value, what)

    return OptionType(f"a pair of whole numbers, {what}", read, _LIST, listed=True)


def read_list(value: object) -> tuple[Int, ...]:
    """Read a list of whole numbers of at least 1; one alone stands for a list of one."""
    if value == ():
        raise Refusal("the list is empty")
    return tuple(_positive(item) for item in (value if isinstance(value, tuple) else (value,)))


def read_order(value: object) -> tuple[int, ...]:
    """Read the numbers of axes, counted from 0."""
    if not isinstance(value, tuple) or not all(isinstance(item, int) and item >= 0 for item in value):
        raise Refusal(f"{shown(value)} is no list of axes, counted from 0")
    return value


def read_reference(value: object) -> Shape:
    """Read the shape that a layer puts out; its name has been looked up before."""
    if not isinstance(value, Shape):
        raise Refusal(f"{shown(value)} is not the name of a layer")
    return value


def read_flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Refusal(f"{shown(value)} is neither true nor false")
    return value


def read_number(value: object) -> object:
    """Read any number: whole, or a decimal taken exactly."""
    if isinstance(value, (Ratio, Expr)) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refusal(f"{shown(value)} is not a number")


def one_of(*words: str) -> OptionType:
    """Return the type of an option that takes one of some words."""

    def read(value: object) -> str:
        if value not in words:
            raise Refusal(f"{shown(value)} is none of {', '.join(words)}")
        return str(value)

    return OptionType(expects=f"one of {', '.join(words)}", read=read, schema={"enum": list(words)}, words=words)


def read_table(value: object) -> tuple[tuple[int, ...], ...]:
    """Read LeNet-5's connection table: for each output map the list of the input maps it reads."""
    rows = value if isinstance(value, tuple) else ()
    if not rows or not all(isinstance(row, tuple) and row for row in rows):
        raise Refusal(f"{shown(value)} is no table: one list of input maps for each output map")
    return tuple(tuple(_map_number(item) for item in row) for row in rows)


def _map_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refusal(f"{shown(value)} is not the number of an input map, counted from 0")
    return value


def shown(value: object) -> str:
    """Show a value in a message the way a spec would write it.

    >>> shown((3, True))
    '[3, true]'
    """
    if isinstance(value, tuple):
        return f"[{', '.join(shown(item) for item in value)}]"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


_natural = at_least(0)
_positive = at_least(1)
PADDING_WORDS = ("same", "valid")

_SCALAR: dict[str, Any] = {"type": ["integer", "string"]}
_LIST: dict[str, Any] = {"items": _SCALAR, "type": "array"}

SIZE = OptionType("a whole number of at least 1", at_least(1), _SCALAR)
NATURAL = OptionType("a whole number of at least 0", _natural, _SCALAR)
SIZES = OptionType(
    "a whole number of at least 1, or a list of them, one per axis",
    per_axis(at_least(1)),
    {"anyOf": [_SCALAR, _LIST]},
    listed=True,
)
PADDING = OptionType(
    "a whole number, a list with a number or a pair per axis, 'same' or 'valid'",
    read_padding,
    {"anyOf": [_SCALAR, {"items": {"anyOf": [_SCALAR, _LIST]}, "type": "array"}]},
    PADDING_WORDS,
    listed=True,
)
NATURALS = OptionType(
    "a whole number of at least 0, or a list of them, one per axis",
    per_axis(_natural),
    {"anyOf": [_SCALAR, _LIST]},
    listed=True,
)
PAIR = pair_of("before", "after")
RANGE = pair_of("from", "to")
LIST = OptionType("a list of whole numbers of at least 1", read_list, {"anyOf": [_SCALAR, _LIST]}, listed=True)
ORDER = OptionType("a list of the axes, counted from 0", read_order, _LIST, listed=True)
REFERENCE = OptionType("the name of an earlier layer, or input", read_reference, _SCALAR, place=True)
FLAG = OptionType("true or false", read_flag, {"type": ["boolean", "string"]})
NUMBER = OptionType("a number", read_number, {"type": ["number", "string"]})
TABLE = OptionType(
    "one list of input maps for each output map", read_table, {"items": _LIST, "type": "array"}, listed=True
)
