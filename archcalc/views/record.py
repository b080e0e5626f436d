"""The table of a network as a record of exact values: what `show --format json` prints, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.quantities.counts import convert
from archcalc.symbolic.ratio import Ratio
from archcalc.views.columns import OF_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.table import Row, Table
    from archcalc.quantities.field import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.columns import ColumnContext, Measure

SCHEMA_VERSION = 1


def record(context: ColumnContext, extras: Iterable[Measure] = ()) -> dict[str, Any]:
    """Return the record of a table; sizes and counts are integers, or expressions where letters are in them.

    >>> import archcalc
    >>> from archcalc.views.columns import ColumnContext
    >>> record(ColumnContext(archcalc.load("alexnet").analyze()))["layers"][0]["receptive_field"]
    {'size': [11, 11], 'stride': [4, 4], 'padding': [0, 0]}
    """
    table = context.table
    return {
        "schema_version": SCHEMA_VERSION,
        "name": table.spec.name,
        "title": table.spec.title,
        "input": _of_inputs(table, {name: list(shape.sizes) for name, shape in table.inputs.items()}),
        "layout": _of_inputs(table, {name: shape.layout for name, shape in table.inputs.items()}),
        "layers": [_layer(row, context) | _extras(row, extras) for row in table],
        "totals": _totals(context),
    }


def _of_inputs(table: Table, values: dict[str, Any]) -> Any:  # noqa: ANN401 - one value, or one for each name
    """Return the value of the one input, or the values by name where there are several."""
    return values if len(table.inputs) > 1 else next(iter(values.values()))


def _layer(row: Row, context: ColumnContext) -> dict[str, Any]:
    counts = row.counts
    return {
        "path": row.path,
        "name": row.name,
        "kind": row.kind,
        "input": list(row.inputs[0].sizes) if len(row.inputs) == 1 else [list(shape.sizes) for shape in row.inputs],
        "output": list(row.output.sizes),
        "layout": row.output.layout,
        **_regions(row.output),
        **_geometry(row),
        "params": counts.params,
        "weights": counts.weights,
        "biases": counts.biases,
        "trainable": counts.trainable,
        "buffers": counts.buffers,
        **_cost(counts.macs, context),
        "connections": counts.connections,
        "activations": row.activations,
        "train_only": row.train_only,
        **({"shares": row.shares} if row.shares else {}),
        "receptive_field": _field(row.reach),
    }


def _regions(shape: Shape) -> dict[str, Any]:
    return {} if isinstance(shape.regions, int) and shape.regions == 1 else {"regions": shape.regions}


def _geometry(row: Row) -> dict[str, Any]:
    """Return the windows of a layer; dilation and groups where the kind has such an option."""
    if row.geometry is None:
        return {}
    windows = row.geometry.windows
    pads = [list(w.pads(size)) for w, size in zip(windows, row.inputs[0].spatial, strict=True)]
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


def _cost(macs: Int, context: ColumnContext) -> dict[str, Int]:
    more = {} if context.unit == "macs" else {context.unit: convert(macs, context.unit)}
    return {"macs": macs, **more}


def _field(reach: Reach) -> dict[str, Any] | str:
    """Return the receptive field per axis, or the word for everything and for nothing.

    ``aligned`` and ``global`` stand in it where they are not what one expects.
    """
    if reach.axes is None:
        return reach.word
    found: dict[str, Any] = {
        "size": [field.size for field in reach.axes],
        "stride": [exact(field.stride) for field in reach.axes],
        "padding": [field.padding for field in reach.axes],
    }
    if any(len(set(field.sizes)) > 1 for field in reach.axes):
        found["phases"] = [list(field.sizes) for field in reach.axes]
    return found | ({} if reach.aligned else {"aligned": False}) | ({"global": True} if reach.everything else {})


def exact(number: Number) -> Int | str:
    """Return a number as JSON has it: a fraction is a text.

    >>> from archcalc.symbolic.ratio import ratio
    >>> exact(ratio(8, 4)), exact(ratio(1, 2))
    (2, '1/2')
    """
    return str(number) if isinstance(number, Ratio) else number


def _extras(row: Row, extras: Iterable[Measure]) -> dict[str, Any]:
    found = {measure.key: OF_WEIGHTS[measure.key](row) for measure in extras if measure.key in OF_WEIGHTS}
    return {key: value for key, value in found.items() if value is not None}


def _totals(context: ColumnContext) -> dict[str, Any]:
    totals = context.table.totals
    counts, heads = totals.counts, totals.train_only
    return {
        "params": counts.params,
        "weights": counts.weights,
        "biases": counts.biases,
        "trainable": counts.trainable,
        "buffers": counts.buffers,
        **_cost(counts.macs, context),
        "activations": counts.activations,
        "neurons": counts.neurons,
        "connections": counts.connections,
        "weighted_depth": totals.weighted_depth,
        "train_only": {"params": heads.params, **_cost(heads.macs, context)},
    }
