"""The layers of a table as a tree that folds: small rows into their neighbour, equal copies into one.

A row folds into the one before it if it owns nothing, computes no products and leaves the shape as it is (an
activation function, dropout, LRN). Copies of a repeated block fold if they are equal in kinds, options, shapes
and counts. A block around a single thing folds into it.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from archcalc.quantities.counts import Counts, summed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from archcalc.network.table import Row, Table

    Alike: TypeAlias = Callable[[Row, Row], bool]


class Nested(Protocol):
    """What has parts of its own kind within it."""

    @property
    def children(self) -> Sequence[Any]:
        """The parts."""


N = TypeVar("N", bound=Nested)

MOST_LINES = 60
"""How many lines a table may have before blocks fold by themselves."""


class FoldedPart:
    """A layer, or a block with what is in it; ``times`` is how many equal copies it stands for.

    ``rows`` are all its layers, those of every copy too; ``row`` is the layer where it is one, and ``folded`` are
    the small layers behind it.
    """

    __slots__ = ("_counts", "children", "folded", "label", "name", "row", "rows", "times")

    def __init__(self, name: str, row: Row | None = None, label: str = "") -> None:
        self.name = name
        self.row = row
        self.label = label
        self.rows: list[Row] = [] if row is None else [row]
        self.folded: tuple[Row, ...] = ()  # empty for most of what may be 200,000 layers
        self.children: Sequence[FoldedPart] = ()
        self.times = 1
        self._counts: Counts | None = None

    @property
    def counts(self) -> Counts:
        """The sums over all its layers; a layer's own counts, where it is one."""
        if self._counts is None:
            single = len(self.rows) == 1
            self._counts = self.rows[0].counts if single else summed([row.counts for row in self.rows])
        return self._counts

    def add(self, child: FoldedPart) -> None:
        """Put a layer or a block into the part."""
        if not isinstance(self.children, list):
            self.children = []
        self.children.append(child)

    def count_all(self, rows: list[Row]) -> None:
        """Let the part stand for all these layers."""
        self.rows, self._counts = rows, None

    @property
    def train_only(self) -> bool:
        """Whether only training runs it."""
        return all(row.train_only for row in self.rows)

    @property
    def path(self) -> str:
        """The path of a layer; of a block, what the paths in its first copy begin with."""
        if self.row is not None:
            return self.rows[0].path
        paths = [row.path.split("/") for row in self.rows[: len(self.rows) // self.times]]
        common = takewhile(lambda names: len(set(names)) == 1, zip(*paths, strict=False))
        return "/".join(names[0] for names in common)


def parts(table: Table, alike: Alike | None = None) -> list[FoldedPart]:
    """Return the outermost parts of a table: its layers and blocks, folded.

    ``alike`` says which layers are equal in all that is shown of them, so that copies made of them fold into one.

    >>> import archcalc
    >>> [part.name for part in parts(archcalc.load("alexnet").analyze())][:4]
    ['conv1', 'pool1', 'conv2', 'pool2']
    """
    groups: dict[str, FoldedPart] = {"": FoldedPart("")}
    last, around_last = FoldedPart(""), ""
    for row in table.rows:
        around, name = _place(row.path, groups)
        group = _group(around, groups, table)
        if around == around_last and _folds(row, last):
            last.folded += (row,)
        else:
            last, around_last = FoldedPart(name, row), around
            group.add(last)
        while around:
            groups[around].rows.append(row)
            around = around.rpartition("/")[0]
    return folded(groups[""].children, alike or same_counts)


def _place(path: str, groups: Mapping[str, FoldedPart]) -> tuple[str, str]:
    """Return the path of the list that a layer stands in, and its name there; copies `conv/1` stand in one list."""
    if path in groups:
        return path, path.rpartition("/")[2]
    around, _, name = path.rpartition("/")
    if name.isdigit():
        around, _, stem = around.rpartition("/")
        name = f"{stem}/{name}"
    return around, name


def _group(path: str, groups: dict[str, FoldedPart], table: Table) -> FoldedPart:
    if path not in groups:
        above, _, name = path.rpartition("/")
        groups[path] = FoldedPart(name, label=table.groups.get(path, ""))
        _group(above, groups, table).add(groups[path])
    return groups[path]


def _folds(row: Row, before: FoldedPart) -> bool:
    """Whether a layer is small enough to fold into the layer before it."""
    last = before.row
    if last is None or row.layer.joins or row.geometry or row.tensors or row.shares:
        return False
    return row.inputs == (row.output,) == (last.output,) and row.train_only == last.train_only


def folded(siblings: Sequence[FoldedPart], alike: Alike) -> list[FoldedPart]:
    """Fold equal copies that follow each other, and blocks around a single thing."""
    found: list[FoldedPart] = []
    first = ""
    for part in siblings:
        if found and _numbered_alike(first, part.name) and _equal(found[-1], part, alike):
            _add_copy(found[-1], part, first)
        else:
            found.append(part)
            first = part.name
    return [_without_shell(part, alike) for part in found]


def _numbered_alike(left: str, right: str) -> bool:
    """Whether two names are copies of one: ``2`` and ``3``, ``conv/1`` and ``conv/2``."""
    (stem, _, number), (other, _, count) = left.rpartition("/"), right.rpartition("/")
    return stem == other and number.isdigit() and count.isdigit()


def _add_copy(part: FoldedPart, copy: FoldedPart, first: str) -> None:
    part.name = f"{first}–{copy.name.rpartition('/')[2]}"
    part.rows += copy.rows
    part.times += 1


def _equal(left: FoldedPart, right: FoldedPart, alike: Alike) -> bool:
    """Whether two copies are equal in all that is shown of them."""
    count = len(right.rows)
    return (
        len(left.rows) == left.times * count
        and all(map(alike, left.rows[-count:], right.rows))
        and [row.kind for row in left.folded] == [row.kind for row in right.folded]
    )


def same_counts(a: Row, b: Row) -> bool:
    """Whether two layers are equal but for their place, and for what they see."""
    return (
        (a.layer is b.layer or a.layer == b.layer)
        and a.inputs == b.inputs
        and a.output == b.output
        and a.counts == b.counts
        and (a.train_only, a.shares) == (b.train_only, b.shares)
    )


def _without_shell(part: FoldedPart, alike: Alike) -> FoldedPart:
    """Fold a block that holds a single thing into it: ``shortcut/projection``."""
    part.children = folded(part.children, alike)
    if len(part.children) != 1:
        return part
    (only,) = part.children
    number, _, rest = only.name.partition("/")
    only.name = "/".join(filter(None, (part.name, rest if only.times > 1 and "–" in number else only.name)))
    only.label = only.label or part.label
    only.times *= part.times
    only.count_all(part.rows)
    return only


def at_depth(top: Sequence[N], depth: int) -> Iterator[tuple[N, int, bool]]:
    """Yield the parts to show, their levels, and whether they are open: blocks above level ``depth`` are."""

    def walk(siblings: Sequence[N], level: int) -> Iterator[tuple[N, int, bool]]:
        for part in siblings:
            is_open = level < depth and bool(part.children)
            yield part, level, is_open
            if is_open:
                yield from walk(part.children, level + 1)

    return walk(top, 0)


def deepest(top: Sequence[Nested]) -> int:
    """Return the depth at which everything is open."""
    return max((1 + deepest(part.children) if part.children else 0 for part in top), default=0)


def readable_depth(top: Sequence[Nested], most: int = MOST_LINES) -> int:
    """Return the greatest depth at which a table has at most so many lines, 0 if there is none."""
    for depth in range(deepest(top) + 1):
        if sum(1 for _ in at_depth(top, depth)) > most:
            return max(0, depth - 1)
    return deepest(top)
