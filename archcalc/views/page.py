"""A page: what is to be shown, as typed blocks whose cells hold values, and the same as a record of exact values.

A cell is a value and not its spelling: a number, an expression, a shape, a share. Every format spells it its own
way, and the record (what JSON and CSV are made of) stays exact.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from archcalc.layers.base import Geometry
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

LEFT, RIGHT = "left", "right"
PLAIN, QUIET, STRONG = "plain", "quiet", "strong"
"""How loud something is: as it comes, for those who look for it, or to be seen first."""

DEFAULT_MOST = 1
"""Columns up to this priority belong to a table also where there is no width to fill: in Markdown and LaTeX."""


class Axes(NamedTuple):
    """One number for each axis: a kernel, a receptive field."""

    sizes: tuple[Number, ...]


class Windows(NamedTuple):
    """Kernel, stride, padding, dilation and groups of a layer, in one cell."""

    geometry: Geometry


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int

    @property
    def permille(self) -> int:
        """The share in thousandths, rounded half up.

        >>> Share(1, 3).permille
        333
        """
        return (2000 * self.part + self.whole) // (2 * self.whole)


class Label(NamedTuple):
    """What a line is about: its name, how often it stands there, and what else is worth a quiet word."""

    name: str
    times: int = 1
    asides: tuple[str, ...] = ()


Cell = int | float | str | Expr | Ratio | Shape | tuple[Shape, ...] | Axes | Windows | Share | Label | None


class Names(list[str]):
    """A list of names in a record: CSV separates them by commas, where it writes sizes as 3x224x224."""


class Heading(NamedTuple):
    """The title of a page, and a word on where it comes from."""

    text: str
    aside: str = ""


class Notes(NamedTuple):
    """Sentences, a line each; a long one runs over several lines."""

    lines: tuple[str, ...]
    tone: str = PLAIN


class Fact(NamedTuple):
    """A value with its name and a remark."""

    name: str
    value: Cell
    remark: str = ""


class Facts(NamedTuple):
    """Values below each other."""

    facts: tuple[Fact, ...]


class Drawing(NamedTuple):
    """Signs that stand where they stand: no format moves them."""

    lines: tuple[str, ...]


class WorkedRule(NamedTuple):
    """A quantity worked out: the rule with its letters, the rule with their values, and the steps to the result.

    Without ``steps`` it is the rule alone.

    With a ``name`` it has lines of its own under it; without, it is one line.
    """

    symbol: str
    rule: Int
    steps: tuple[Int, ...]
    name: str = ""


class WorkedRules(NamedTuple):
    """Quantities worked out, one below the other."""

    derivations: tuple[WorkedRule, ...]


class Column(NamedTuple):
    """A column: where the width does not allow all of them, those of high ``priority`` numbers go first."""

    key: str
    heading: str
    align: str = LEFT
    priority: int = 0


class Line(NamedTuple):
    """A line of a table; ``level`` says how deep it stands below lines of lesser level."""

    cells: tuple[Cell, ...]
    level: int = 0
    tone: str = PLAIN


class PageTable(NamedTuple):
    """Columns and lines; ``total`` closes the table with the sums."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None = None


Block = Heading | Notes | Facts | Drawing | WorkedRules | PageTable


class RecordEntries:
    """Entries of a record, each made anew whenever they are gone through: many take no more memory than one.

    >>> squares = RecordEntries(lambda: ({"square": n * n} for n in range(3)))
    >>> [entry["square"] for entry in squares], [entry["square"] for entry in squares]
    ([0, 1, 4], [0, 1, 4])
    """

    def __init__(self, made: Callable[[], Iterable[dict[str, Any]]]) -> None:
        self._made = made

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._made())


class Page(NamedTuple):
    """What is to be shown: the blocks from top to bottom, and the record, which is made when it is read.

    ``records`` is the key under which the record holds what a format of plain lines writes, one line each;
    ``spread`` makes these lines where those of the record are no lines with one value for each column. ``apart``
    are records that one format alone writes, by its name.

    >>> Page((), lambda: {"schema_version": 1}).record
    {'schema_version': 1}
    """

    blocks: tuple[Block, ...]
    recorded: Callable[[], dict[str, Any]] = dict
    records: str = ""
    spread: Callable[[], list[dict[str, Any]]] | None = None
    apart: Mapping[str, Callable[[], dict[str, Any]]] = MappingProxyType({})

    @property
    def record(self) -> dict[str, Any]:
        """The exact values, by name; :attr:`recorded` may hold entries that are made one by one instead of lists."""
        found = self.recorded()
        return {key: list(value) if isinstance(value, RecordEntries) else value for key, value in found.items()}

    @property
    def entries(self) -> Iterable[dict[str, Any]]:
        """What a format of plain lines writes; it can be gone through again.

        >>> Page((), lambda: {"layers": [{"path": "fc"}]}, "layers").entries
        [{'path': 'fc'}]
        """
        found: Iterable[dict[str, Any]] = self.spread() if self.spread else self.recorded().get(self.records, [])
        return found
