"""Receptive fields: those of the middle units drawn on the input, and how the field grows from layer to layer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.studies.drawing.scales import short, ticks
from archcalc.studies.receptive.fields import Extremes
from archcalc.views.drawing import captions
from archcalc.views.drawing.boxes import HEADING, SMALL, heading
from archcalc.views.drawing.picture import (
    END,
    Ink,
    Polygon,
    Rectangle,
    Shapes,
    Stroke,
    Words,
    framed,
    moved,
)
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.reach import Reach
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture

NETWORKS = 1
MEANING = "receptive fields on the input, and their growth"
USES = ("layer",)

PLANE, CHART_WIDE, CHART_HIGH, BETWEEN = 280.0, 430.0, 280.0, 150.0
"""The side of the drawn input, the size of the chart, and the room for names between them."""

MOST_FIELDS = 9
"""The number of fields that are drawn on the input at most."""

FEW = 4
"""A chart has at least this number of layers."""

NEAR = 11.0
"""Names at an axis are at least so far apart."""


class Grown(NamedTuple):
    """The field of a layer: its number among the layers that are drawn, its size along the last axis, its extent."""

    number: int
    row: Row
    sizes: tuple[int, ...]

    @property
    def size(self) -> int:
        """The largest of its sizes."""
        return max(self.sizes)


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw the receptive fields of a network, or those up to one layer.

    Raises:
        UsageError: no layer has a field that is a number, or the layer is unknown.
    """
    (table,) = tables
    grown = _grown(table)
    if options.layer:
        last = table.below(options.layer)[-1]
        grown = [found for found in grown if found.row.node <= last.node]
    if not grown:
        raise UsageError("no receptive field to draw: it is not a number in any layer", "see archcalc rf")
    chart = [moved(item, PLANE + BETWEEN, HEADING) for item in _chart(grown, table)]
    plane = [moved(item, 0, HEADING) for item in _plane(grown, table)]
    title = captions.title(table)
    told = f"Receptive fields of {title}: the middle unit of {grown[-1].row.path} sees {_sizes(grown[-1])} pixels."
    return framed([*heading(table), *plane, *chart], title, told)


def _grown(table: Table) -> list[Grown]:
    """Return the fields of the layers on which they are numbers; a layer that keeps its input's field is left out.

    Where the network has branches, these are the layers that everything passes through, if there are enough of them.
    """
    rows = [row for row in table.rows if _known(row.reach) and not row.train_only]
    wide = [row for row in rows if row.geometry or row.layer.joins]
    passed = set(_passed(table))
    main = [row for row in wide if row.node in passed]
    steps = [after.node - before.node for before, after in pairwise(main)]
    chosen = main if len(main) >= FEW and max(steps) < len(table) / 2 else wide
    return [Grown(number, row, _known(row.reach)) for number, row in enumerate(chosen)]


def _passed(table: Table) -> Iterator[int]:
    """Yield the nodes through which everything passes that is computed from what is before them."""
    heads = {row.node for row in table.rows if row.train_only}
    last = dict.fromkeys(range(len(table.graph.nodes)), -1)
    for node in table.graph.nodes:
        last |= {index: node.index for index in node.inputs if node.index not in heads}
    farthest = -1
    for node in table.graph.nodes:
        if farthest <= node.index:
            yield node.index
        farthest = max(farthest, last[node.index])


def _known(reach: Reach) -> tuple[int, ...]:
    sizes = () if reach.axes is None or not reach.known else tuple(field.size for field in reach.axes)
    return tuple(size for size in sizes if isinstance(size, int)) if all(isinstance(s, int) for s in sizes) else ()


def _sizes(grown: Grown) -> str:
    return "×".join(map(str, grown.sizes))


def _plane(grown: Sequence[Grown], table: Table) -> Iterator[Item]:
    """Yield the input, and on it the fields of the middle units of some layers, to one scale."""
    sides = _input(table)
    chosen = _chosen(grown)
    largest = max(*sides, *(found.size for found in chosen))
    scale = PLANE / largest
    high, wide = (side * scale for side in sides)
    left, top = (PLANE - wide) / 2, (PLANE - high) / 2
    yield Rectangle((left, top), (wide, high), Ink("frame", "ink"))
    line = 0.0
    for found in sorted(chosen, key=lambda grown: -grown.size):
        field = [size * scale for size in (*found.sizes, *found.sizes)[-2:]]
        last = found is chosen[-1]
        x, y = (PLANE - field[1]) / 2, (PLANE - field[0]) / 2
        outside = found.size > min(sides)
        ink = Ink("", "convolutions/line", 0.9, dash=3 if outside else 0, opacity=0.55)
        ink = ink._replace(fill="convolutions", width=1.6) if last else ink
        line = max(line + NEAR, y + 3)
        words = f"{found.row.path} {_sizes(found)}"
        yield Shapes(
            (
                Rectangle((x, y), (field[1], field[0]), ink),
                Stroke(((x + field[1], y), (PLANE + 8, line - 3)), Ink(line="hair")),
                Words((PLANE + 10, line), words, SMALL, bold=last),
            ),
            f"{found.row.path}: receptive field {_sizes(found)}",
            found.row.path,
        )
    yield Words((left, top + high + 13), f"input {sides[0]}×{sides[1]}", SMALL)


def _input(table: Table) -> tuple[int, int]:
    shape = next(iter(table.inputs.values()))
    sides = [side for side in shape.lengths if isinstance(side, int)] or [1]
    return (sides[0], 1) if len(sides) == 1 else (sides[-2], sides[-1])


def _chosen(grown: Sequence[Grown]) -> list[Grown]:
    """Return at most so many layers, whose fields differ, evenly from the first to the last."""
    by_size = {found.sizes: found for found in reversed(grown)}
    found = sorted(by_size.values(), key=lambda grown: grown.number)
    if grown[-1].sizes == found[-1].sizes:
        found[-1] = grown[-1]
    if len(found) <= MOST_FIELDS:
        return found
    return [found[round(place * (len(found) - 1) / (MOST_FIELDS - 1))] for place in range(MOST_FIELDS)]


def _chart(grown: Sequence[Grown], table: Table) -> Iterator[Item]:
    """Yield the chart of the size over the layers, with the smallest and the largest path where they differ."""
    band = _band(grown, table)
    side = max(_input(table))
    marks = ticks(max(side, *(found.size for found in grown)))
    step = CHART_WIDE / max(1, len(grown) - 1)

    def at(number: int, size: float) -> tuple[float, float]:
        return number * step, CHART_HIGH * (1 - size / marks[-1])

    for mark in marks:
        (_, y) = at(0, mark)
        yield Stroke(((0, y), (CHART_WIDE, y)), Ink(line="hair"))
        yield Words((-6, y + 3), short(mark), SMALL, anchor=END, ink="quiet")
    if band:
        edge = [at(number, low) for number, low, _ in band] + [at(number, high) for number, _, high in reversed(band)]
        yield Polygon(tuple(edge), Ink("attention and tokens", opacity=0.8))
    (_, y) = at(0, side)
    yield Stroke(((0, y), (CHART_WIDE, y)), Ink(line="quiet", dash=4))
    yield Words((CHART_WIDE, y - 4), "size of the input", SMALL, anchor=END, ink="quiet")
    yield Stroke(tuple(at(found.number, found.size) for found in grown), Ink(line="convolutions/line", width=1.8))
    yield Stroke(((0, 0), (0, CHART_HIGH), (CHART_WIDE, CHART_HIGH)), Ink(line="quiet"))
    yield from _named(grown, step)
    said = f"receptive field over {plural(len(grown), 'layer')}" + (
        "; shaded: from the smallest to the largest path" if band else ""
    )
    yield Words((0, -10), said, SMALL)


def _named(grown: Sequence[Grown], step: float) -> Iterator[Item]:
    """Yield the names of the layers below the chart, as many as there is room for."""
    last = -NEAR
    for found in grown:
        x = found.number * step
        if x - last >= NEAR:
            yield Words((x + 3, CHART_HIGH + 6), found.row.path, SMALL - 1, anchor=END, ink="quiet", turned=90)
            last = x


def _band(grown: Sequence[Grown], table: Table) -> list[tuple[int, int, int]]:
    """Return the smallest and the largest field on a path to each layer; nothing where they are the same everywhere."""
    paths = Extremes(table)
    found = []
    for layer in grown:
        low, high = (_known(paths.smallest[layer.row.node]), _known(paths.largest[layer.row.node]))
        found.append((layer.number, max(low or layer.sizes), max(high or layer.sizes)))
    return found if any(low != high for _, low, high in found) else []
