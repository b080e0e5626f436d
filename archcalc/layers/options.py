"""What an option of a layer may be: one row for each type of value, shared by the spec, the schema and the docs."""

from __future__ import annotations

import dataclasses
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Refusal
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.reading import Ratio
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.symbolic.expr import Int


class OptionType(NamedTuple):
    """A type of option: how messages name it, how a value is read, and its JSON schema.

    ``words`` are the bare words it takes; ``listed`` says whether the value may be a list; ``place`` that the value
    is the name of a layer, whose output's shape is what the option then holds; ``reads`` that the layer also reads
    that output; ``verbatim`` that the value is text as it stands, and no expression.
    """

    expects: str
    read: Callable[[object], object]
    schema: dict[str, Any]
    words: tuple[str, ...] = ()
    listed: bool = False
    place: bool = False
    reads: bool = False
    verbatim: bool = False

    @property
    def evaluated(self) -> bool:
        """Whether the value is an expression, not a name or a text."""
        return not (self.place or self.verbatim)


class Option(NamedTuple):
    """One option of a layer kind: its type, whether it is the main argument, and a line of documentation."""

    type: OptionType
    doc: str
    main: bool = False


def option(kind: OptionType, doc: str, *, default: Any = dataclasses.MISSING, main: bool = False) -> Any:  # noqa: ANN401
    """Declare an option as a field of a layer's dataclass; without ``default`` it is required."""
    return dataclasses.field(default=default, metadata={"option": Option(kind, doc, main)})


def field_of(option: str) -> str:
    """Return the name of the field that holds an option.

    >>> field_of("kernel"), field_of("return")
    ('kernel', 'return_')
    """
    return f"{option}_" if iskeyword(option) else option


def whole(value: object) -> Int:
    """Return a value that is a whole number or an expression of letters; refuse anything else."""
    if isinstance(value, Expr) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refusal(f"expected an integer, got {shown(value)}")


def integers(least: int) -> str:
    """Return how messages call integers from ``least`` on.

    >>> integers(1)
    'an integer ≥ 1'
    """
    return f"an integer ≥ {least}"


def at_least(least: int) -> Callable[[object], Int]:
    """Return a reader of integers from ``least`` on."""

    def read(value: object) -> Int:
        if isinstance(value, Expr) or (isinstance(value, int) and not isinstance(value, bool) and value >= least):
            return value
        raise Refusal(f"expected {integers(least)}, got {shown(value)}")

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
            raise Refusal(f"expected 'same', 'valid' or numbers, got {shown(value)}")
        return value
    if isinstance(value, tuple):
        return tuple(_side_or_sides(item) for item in value)
    return _natural(value)


def _side_or_sides(value: object) -> Int | tuple[Int, Int]:
    return _pair(value, "[before, after]") if isinstance(value, tuple) else _natural(value)


def _pair(value: tuple[object, ...], what: str) -> tuple[Int, Int]:
    if len(value) != 2:  # noqa: PLR2004 - a pair
        raise Refusal(f"expected a pair {what}, got {shown(value)}")
    return _natural(value[0]), _natural(value[1])


def pair_of(first: str, second: str) -> OptionType:
    """Return the type of an option that takes two whole numbers, called so."""
    what = f"[{first}, {second}]"

    def read(value: object) -> tuple[Int, Int]:
        if not isinstance(value, tuple):
            raise Refusal(f"expected a pair {what}, got {shown(value)}")
        return _pair(value, what)

    return OptionType(f"a pair {what} of integers ≥ 0", read, _LIST, listed=True)


def read_list(value: object) -> tuple[Int, ...]:
    """Read a list of whole numbers of at least 1; one alone stands for a list of one."""
    if value == ():
        raise Refusal("expected at least one number, got an empty list")
    return tuple(_positive(item) for item in (value if isinstance(value, tuple) else (value,)))


def read_order(value: object) -> tuple[int, ...]:
    """Read the numbers of axes, counted from 0."""
    if not isinstance(value, tuple) or not all(isinstance(item, int) and item >= 0 for item in value):
        raise Refusal(f"expected {AXES_LIST}, got {shown(value)}")
    return value


def read_reference(value: object) -> Shape:
    """Read the shape that a layer puts out; its name has been looked up before."""
    if not isinstance(value, Shape):
        raise Refusal(f"expected the name of an earlier layer, or input, got {shown(value)}")
    return value


def read_text(value: object) -> str:
    """Read text as it stands."""
    if not isinstance(value, str) or not value.strip():
        raise Refusal(f"expected text, got {shown(value)}")
    return value.strip()


def read_flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Refusal(f"expected true or false, got {shown(value)}")
    return value


def read_number(value: object) -> object:
    """Read any number: whole, or a decimal taken exactly."""
    if isinstance(value, (Ratio, Expr)) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refusal(f"expected a number, got {shown(value)}")


def one_of(*words: str) -> OptionType:
    """Return the type of an option that takes one of some words."""

    def read(value: object) -> str:
        if value not in words:
            raise Refusal(f"expected {one}, got {shown(value)}")
        return str(value)

    one = listed(words, "or")
    return OptionType(expects=one, read=read, schema={"enum": list(words)}, words=words)


def some_of(*words: str) -> OptionType:
    """Return the type of an option that takes one of some words, or a list of several."""
    expected = f"{listed(words, 'or')}, or a list of them"

    def read(value: object) -> tuple[str, ...]:
        found = value if isinstance(value, tuple) else (value,)
        if not found or not all(item in words for item in found) or len(set(found)) < len(found):
            raise Refusal(f"expected {expected}, got {shown(value)}")
        return tuple(map(str, found))

    one: dict[str, Any] = {"enum": list(words)}
    schema = {"anyOf": [one, {"items": one, "type": "array"}]}
    return OptionType(expects=expected, read=read, schema=schema, words=words, listed=True)


def read_table(value: object) -> tuple[tuple[int, ...], ...]:
    """Read LeNet-5's connection table: for each output channel the list of its input channels."""
    rows = value if isinstance(value, tuple) else ()
    if not rows or not all(isinstance(row, tuple) and row for row in rows):
        raise Refusal(f"expected {MAPS_LISTS}, got {shown(value)}")
    return tuple(tuple(_map_number(item) for item in row) for row in rows)


def _map_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refusal(f"expected the number of an input channel, counted from 0, got {shown(value)}")
    return value


def shown(value: object) -> str:
    """Show a value in a message the way a spec would write it.

    >>> from archcalc.symbolic.ratio import ratio
    >>> shown((3, True)), shown(ratio(129, 2)), shown(ratio(-1, 3))
    ('[3, true]', '64.5', '-1/3')
    """
    if isinstance(value, tuple):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, Ratio):
        return _decimal(value)
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


def _decimal(value: Ratio) -> str:
    """Show a fraction as people type it, if it has few decimals: 64.5, but 1/3."""
    top, bottom = value.numerator, value.denominator
    if isinstance(top, int) and isinstance(bottom, int):
        for digits in range(1, MOST_DECIMALS + 1):
            if 10**digits % bottom == 0:
                whole_part, rest = divmod(abs(top) * 10**digits // bottom, 10**digits)
                return f"{'-' if top < 0 else ''}{whole_part}.{rest:0{digits}}"
    return str(value)


MOST_DECIMALS = 6
_natural = at_least(0)
_positive = at_least(1)
PADDING_WORDS = ("same", "valid")
AXES_LIST = "a list of axis numbers, counted from 0"
MAPS_LISTS = "one list of input channels per output channel"

_SCALAR: dict[str, Any] = {"type": ["integer", "string"]}
_LIST: dict[str, Any] = {"items": _SCALAR, "type": "array"}

SIZE = OptionType(integers(1), at_least(1), _SCALAR)
INTEGER = OptionType("an integer", whole, _SCALAR)
NATURAL = OptionType(integers(0), _natural, _SCALAR)
SIZES = OptionType(
    f"{integers(1)}, or a list with one per axis",
    per_axis(at_least(1)),
    {"anyOf": [_SCALAR, _LIST]},
    listed=True,
)
PADDING = OptionType(
    f"{integers(0)}, a list with an integer or a pair [before, after] per axis, 'same' or 'valid'",
    read_padding,
    {"anyOf": [_SCALAR, {"items": {"anyOf": [_SCALAR, _LIST]}, "type": "array"}]},
    PADDING_WORDS,
    listed=True,
)
NATURALS = OptionType(
    f"{integers(0)}, or a list with one per axis",
    per_axis(_natural),
    {"anyOf": [_SCALAR, _LIST]},
    listed=True,
)
PAIR = pair_of("before", "after")
RANGE = pair_of("from", "to")
LIST = OptionType("a list of integers ≥ 1", read_list, {"anyOf": [_SCALAR, _LIST]}, listed=True)
ORDER = OptionType(AXES_LIST, read_order, _LIST, listed=True)
REFERENCE = OptionType("the name of an earlier layer, or input", read_reference, _SCALAR, place=True)
SOURCE = OptionType("the name of an earlier layer, or input", read_reference, _SCALAR, place=True, reads=True)
TEXT = OptionType("text", read_text, {"type": "string"}, verbatim=True)
FLAG = OptionType("true or false", read_flag, {"type": ["boolean", "string"]})
NUMBER = OptionType("a number", read_number, {"type": ["number", "string"]})
TABLE = OptionType(MAPS_LISTS, read_table, {"items": _LIST, "type": "array"}, listed=True)
