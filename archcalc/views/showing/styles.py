"""The table of a network as other worlds print it: their columns, channel orders and units, from the same values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.quantities.counts import summed
from archcalc.studies.checking.witness import spelled
from archcalc.symbolic.expr import Expr, total
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import unicode
from archcalc.views.cells import some
from archcalc.views.page import RIGHT, Column, Fact, Facts, Heading, Label, Line, Notes, Page, PageTable
from archcalc.views.showing import keras_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.network import table as network
    from archcalc.network.table import Row
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.views.page import Cell

MULT_ADDS = "`archcalc reconcile` shows the total that torchinfo reports"


class Style(NamedTuple):
    """How a world prints a table: its columns, the cells of a layer by its number, the totals, and a word on it."""

    columns: tuple[Column, ...]
    cells: Callable[[Row, int], tuple[Cell, ...]]
    totals: Callable[[Sequence[Row]], tuple[Fact, ...]]
    note: str


def styled(table: network.Table, name: str) -> Page:
    """Return the page of a network in a style.

    >>> import archcalc
    >>> page = styled(archcalc.load("lenet5-modern").analyze(), "keras")
    >>> [fact.value for fact in page.blocks[2].facts]
    [61706, 61706, 0]

    Raises:
        UsageError: there is no such style.
    """
    if name not in STYLES:
        raise UsageError(f"unknown style '{name}'", did_you_mean(name, STYLES) or f"available: {', '.join(STYLES)}")
    style = STYLES[name]
    rows = [row for row in table if not row.train_only]
    lines = tuple(Line(style.cells(row, number)) for number, row in enumerate(rows, 1))
    facts = style.totals(rows)
    blocks = (
        Heading(table.spec.title or table.spec.name, f"in the style of {name}"),
        PageTable(style.columns, lines),
        Facts(facts),
        Notes((style.note,)),
    )
    return Page(blocks, lambda: _record(table, name, style, lines, facts), "layers")


def _record(
    table: network.Table, name: str, style: Style, lines: tuple[Line, ...], facts: tuple[Fact, ...]
) -> dict[str, Any]:
    keys = [column.key for column in style.columns]
    return {
        "schema_version": 1,
        "name": table.spec.name,
        "style": name,
        "layers": [dict(zip(keys, map(_plain, line.cells), strict=True)) for line in lines],
        "totals": {fact.name: _plain(fact.value) for fact in facts},
    }


def _plain(cell: Cell) -> Any:  # noqa: ANN401 - what a cell holds
    return cell.name if isinstance(cell, Label) else cell


def batched(shape: Shape, first: str, *, last: bool = False) -> str:
    """Spell a shape with its batch, the channels in front or behind.

    >>> from archcalc.quantities.shape import grid
    >>> batched(grid(96, (55, 55)), "-1"), batched(grid(96, (55, 55)), "None", last=True)
    ('-1, 96, 55, 55', 'None, 55, 55, 96')
    """
    sizes = (*shape.sizes[1:], shape.sizes[0]) if last and shape.is_map else shape.sizes
    return ", ".join([first, *map(_size, sizes)])


def _size(size: Int) -> str:
    return unicode(size) if isinstance(size, Expr) else str(size)


def _keras(row: Row, number: int) -> tuple[Cell, ...]:  # noqa: ARG001 - every style is asked so
    shape = f"({batched(keras_layers.output_of(row), 'None', last=True)})"
    return Label(row.path, 1, (f"({keras_layers.name_of(row)})",)), shape, keras_layers.params_of(row)


def _keras_totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    params, trainable = (simplify(total(map(of, rows))) for of in (keras_layers.params_of, keras_layers.trainable_of))
    return (
        Fact("Total params", params, "including moving statistics"),
        Fact("Trainable params", trainable),
        Fact("Non-trainable params", simplify(params - trainable)),
    )


def _torchsummary(row: Row, number: int) -> tuple[Cell, ...]:
    return Label(f"{spelled(row) or row.kind}-{number}"), f"[{batched(row.output, '-1')}]", row.params


def _torchinfo(row: Row, number: int) -> tuple[Cell, ...]:
    name = Label(f"{spelled(row) or row.kind}: {row.path.count('/') + 1}-{number}")
    return name, f"[{batched(row.output, '1')}]", some(row.params), some(row.macs)


def _torch_totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    counts = summed([row.counts for row in rows])
    return (
        Fact("Total params", counts.params),
        Fact("Trainable params", counts.trainable),
        Fact("Non-trainable params", simplify(counts.params - counts.trainable)),
    )


def _torchinfo_totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    return (
        *_torch_totals(rows),
        Fact("Total mult-adds", summed([row.counts for row in rows]).macs, MULT_ADDS),
    )


def _cs231n(row: Row, number: int) -> tuple[Cell, ...]:  # noqa: ARG001
    sizes = (*row.output.spatial, row.output.channels) if row.output.is_map else (1, 1, row.output.channels)
    shape = f"[{'x'.join(map(_size, sizes))}]"
    return Label(row.path, 1, (row.kind.upper(),)), shape, row.activations, some(row.counts.weights)


def _cs231n_totals(rows: Sequence[Row]) -> tuple[Fact, ...]:
    counts = summed([row.counts for row in rows])
    return (
        Fact(
            "TOTAL memory",
            counts.activations,
            "values, not bytes; without activation functions, dropout, flatten, concat",
        ),
        Fact("TOTAL params", counts.weights, "weights without biases"),
    )


_NAME, _SHAPE, _PARAMS = (
    Column("layer", "Layer (type)"),
    Column("output", "Output Shape"),
    Column("params", "Param #", RIGHT),
)

STYLES = {
    "keras": Style(
        (_NAME, _SHAPE, _PARAMS), _keras, _keras_totals,
        "Keras: channels last; the parameters of a normalization layer include its moving mean and variance. "
        "PReLU has a slope for each value of its input.",
    ),
    "torchinfo": Style(
        (Column("layer", "Layer (type:depth-idx)"), _SHAPE, _PARAMS, Column("macs", "Mult-Adds", RIGHT)),
        _torchinfo, _torchinfo_totals,
        f"torchinfo: channels first with the batch. Mult-adds are archcalc's MACs; {MULT_ADDS}.",
    ),
    "torchsummary": Style(
        (_NAME, _SHAPE, _PARAMS), _torchsummary, _torch_totals, "torchsummary: channels first, the batch is -1.",
    ),
    "cs231n": Style(
        (
            Column("layer", "layer"), Column("output", "size"),
            Column("memory", "memory", RIGHT), Column("weights", "weights", RIGHT),
        ),
        _cs231n, _cs231n_totals,
        "CS231n: height × width × channels; memory in values; weights without biases.",
    ),
}  # fmt: skip
"""The styles by name."""
