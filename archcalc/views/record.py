"""The table of a network as a record of exact values: what `show --format json` prints, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.quantities import columns, values
from archcalc.symbolic.ratio import Ratio
from archcalc.views.columns import OF_WEIGHTS
from archcalc.views.folding import FoldedPart
from archcalc.views.page import Names, RecordEntries, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.field import Field
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.columns import Measure

SCHEMA_VERSION = 1


def record(table: Table, asked: Iterable[Measure] = ()) -> dict[str, Any]:
    """Return the record of a table; sizes and counts are integers, or expressions where letters are in them.

    It holds every column, whatever is ``asked`` for; shares of the whole, which are not exact, only where they are.

    >>> import archcalc
    >>> next(iter(record(archcalc.load("alexnet").analyze())["layers"]))["receptive_field"]["size"]
    [11, 11]
    """
    shares = [measure for measure in asked if measure.key.endswith("_share") and not measure.priority]
    return {
        "schema_version": SCHEMA_VERSION,
        "name": table.spec.name,
        "title": table.spec.title,
        "input": _of_inputs(table, {name: list(shape.sizes) for name, shape in table.inputs.items()}),
        "layout": _of_inputs(table, {name: shape.layout for name, shape in table.inputs.items()}),
        "layers": RecordEntries(lambda: _layers(table, shares)),
        "totals": _totals(table),
    }


def _of_inputs(table: Table, values: dict[str, Any]) -> Any:  # noqa: ANN401 - one value, or one for each name
    """Return the value of the one input, or the values by name where there are several."""
    return values if len(table.inputs) > 1 else next(iter(values.values()))


def _layers(table: Table, shares: Sequence[Measure]) -> Iterator[dict[str, Any]]:
    """Yield the entries of the layers; what equal layers that read equal shapes have in common is made once."""
    parts: dict[tuple[int, ...], tuple[dict[str, Any], ...]] = {}
    fields: dict[int, dict[str, Any] | str] = {}
    for row in table:
        # These are the same objects for equal layers, and the table keeps them all.
        key = (id(row.layer), id(row.inputs), id(row.counts))
        reads, computed, weights = parts.get(key) or parts.setdefault(key, _in_common(row))
        if id(row.reach) not in fields:
            fields[id(row.reach)] = _field(row.reach)
        yield {
            "path": row.path,
            "name": row.name,
            **reads,
            "reads": Names(table.reads(row)),
            **computed,
            "train_only": row.train_only,
            **({"shares": row.shares} if row.shares else {}),
            "receptive_field": fields[id(row.reach)],
            **weights,
            **(_shares(row, shares, table) if shares else {}),
        }


def _in_common(row: Row) -> tuple[dict[str, Any], ...]:
    """Return what copies of a layer share: what they read, what is computed, and how their weights begin."""
    read = list(row.inputs[0].sizes) if len(row.inputs) == 1 else [list(shape.sizes) for shape in row.inputs]
    computed = {
        "output": list(row.output.sizes),
        "layout": row.output.layout,
        **_regions(row.output),
        **_geometry(row),
        **{quantity.name: quantity.of_row(row) for quantity in columns()},
    }
    return {"kind": row.kind, "input": read}, computed, _of_weights(row)


def _regions(shape: Shape) -> dict[str, Any]:
    return {} if isinstance(shape.regions, int) and shape.regions == 1 else {"regions": shape.regions}


def _geometry(row: Row) -> dict[str, Any]:
    """Return the windows of a layer; dilation and groups where the kind has such an option."""
    if row.geometry is None:
        return {}
    windows = row.geometry.windows
    pads = [list(w.pads(size)) for w, size in zip(windows, row.inputs[0].lengths, strict=True)]
    found: dict[str, Any] = {
        "kernel": [window.kernel for window in windows],
        "stride": [window.stride for window in windows],
        "padding": pads,
    }
    if hasattr(row.layer, "dilation"):
        found["dilation"] = [window.dilation for window in windows]
    if hasattr(row.layer, "groups"):
        found["groups"] = row.geometry.groups
    return found


def _field(reach: Reach) -> dict[str, Any] | str:
    """Return the receptive field per axis, or the word for everything and for nothing.

    ``aligned`` and ``global`` stand in it where they are not what one expects.
    """
    if reach.axes is None:
        return reach.word
    found = along(reach.axes) | phases(reach.axes)
    return found | ({} if reach.aligned else {"aligned": False}) | ({"global": True} if reach.everything else {})


def along(axes: Sequence[Field]) -> dict[str, Any]:
    """Return size, stride, padding and centre of a receptive field, axis by axis."""
    return {
        "size": [field.size for field in axes],
        "stride": [exact(field.stride) for field in axes],
        "padding": [field.padding for field in axes],
        "centre": [exact(field.centre) for field in axes],
    }


def phases(axes: Sequence[Field]) -> dict[str, Any]:
    """Return the sizes of a field in each phase, where they differ."""
    differ = any(len(set(field.sizes)) > 1 for field in axes)
    return {"phases": [list(field.sizes) for field in axes]} if differ else {}


def exact(number: Number) -> Int | str:
    """Return a number as JSON has it: a fraction is a text.

    >>> from archcalc.symbolic.ratio import ratio
    >>> exact(ratio(8, 4)), exact(ratio(1, 2))
    (2, '1/2')
    """
    return str(number) if isinstance(number, Ratio) else number


def _of_weights(row: Row) -> dict[str, Any]:
    """Return what initialisations are made of, where a layer has weights."""
    found = {name: value(row) for name, value in OF_WEIGHTS.items()}
    return {key: value for key, value in found.items() if value is not None}


def _shares(row: Row, asked: Iterable[Measure], table: Table) -> dict[str, float]:
    cells = {measure.key: measure.cell(FoldedPart(row.path, row), table) for measure in asked}
    return {key: cell.part / cell.whole if isinstance(cell, Share) else 0.0 for key, cell in cells.items()}


def _totals(table: Table) -> dict[str, Any]:
    heads = table.totals.train_only
    return {
        **values(table),
        "train_only": {quantity.name: quantity.of_counts(heads) for quantity in columns() if quantity.of_counts},
    }
