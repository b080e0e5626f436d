"""Bars of what each layer or block costs: a line for each, and a column of bars for each quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.views.columns import MEASURES
from archcalc.views.drawing import captions
from archcalc.views.drawing.boxes import HEADING, NAME, SMALL, heading
from archcalc.views.drawing.picture import Ink, Rectangle, Shapes, Stroke, Words, breadth, framed, moved
from archcalc.views.folding import at_depth, parts, readable_depth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture
    from archcalc.views.folding import FoldedPart

NETWORKS = 1
MEANING = "bars of MACs, parameters, activations and memory"
USES = ("depth", "counts")

DEFAULT = ("macs", "params", "activations", "parameter_memory")

ROW, BAR, INDENT = 17.0, 110.0, 12.0
"""The height of a line, the length of the longest bar, and how far the parts of a block are set in."""


class CostLine(NamedTuple):
    """A line of the picture: a part, how deep it stands, and whether its parts follow."""

    part: FoldedPart
    level: int
    is_open: bool

    @property
    def name(self) -> str:
        """Its name with the number of copies."""
        return self.part.name + (f" ×{self.part.times}" if self.part.times > 1 else "")


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw what each layer of a network costs; the bars of a column add up to the network's total.

    Raises:
        UsageError: a quantity is unknown.
    """
    (table,) = tables
    top = parts(table)
    depth = readable_depth(top) if options.depth is None else options.depth
    lines = [CostLine(*found) for found in at_depth(top, depth)]
    left = max((line.level * INDENT + breadth(line.name, NAME, bold=line.is_open) for line in lines), default=0) + 14
    items: list[Item] = [*heading(table), *_names(lines, table)]
    for key in options.counts or DEFAULT:
        column, width = _column(lines, key, table)
        items += [moved(item, left, 0) for item in column]
        left += width
    title = captions.title(table)
    return framed(items, title, f"The cost of each layer of {title}, as bars.")


def _y(number: int) -> float:
    return HEADING + ROW * (number + 2)


def _names(lines: Sequence[CostLine], table: Table) -> Iterator[Item]:
    for number, line in enumerate(lines):
        ink = "quiet" if line.part.train_only else "ink"
        words = Words((line.level * INDENT, _y(number)), line.name, NAME, ink=ink, bold=line.is_open)
        yield Shapes((words,), _told(line.part, table), line.part.rows[0].path if line.part.row else "")


def _told(part: FoldedPart, table: Table) -> str:
    return f"{part.name}: {', '.join(captions.counts(part, DEFAULT[:2], table))}"


def _column(lines: Sequence[CostLine], key: str, table: Table) -> tuple[list[Item], float]:
    """Return the bars of one quantity with their numbers, and how wide they are; open blocks have none."""
    cells = [None if line.is_open else MEASURES[key].cell(line.part, table) for line in lines]
    numbers = [cell if isinstance(cell, int) else 0 for cell in cells]
    longest = max([*numbers, 1])
    texts = ["" if cell in (None, "") else captions.SPELLING.cell(cell) for cell in cells]
    width = BAR + max([breadth(text, SMALL) for text in texts], default=0.0) + 24
    items: list[Item] = [
        Words((0, _y(-1)), MEASURES[key].heading, SMALL, bold=True),
        Stroke(((0, _y(-1) + 6), (0, _y(len(lines) - 1) + 5)), Ink(line="hair")),
    ]
    for row, (line, number, text) in enumerate(zip(lines, numbers, texts, strict=True)):
        long = BAR * number / longest
        colour = "kept" if line.part.train_only else captions.colour(line.part)
        items += (
            [Rectangle((0, _y(row) - 9), (long, 11), Ink(f"{colour}/side", f"{colour}/line", 0.8))] if number else []
        )
        items += [Words((long + 5, _y(row)), text, SMALL, ink="quiet")] if text else []
    return items, width
