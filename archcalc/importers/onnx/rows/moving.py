"""Movements of axes, embeddings, concatenations, paddings and resizings as layers, or as none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers import axes, rules
from archcalc.importers.arrangement import expanded, permuted
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.shapes.choosing import cuts
from archcalc.importers.onnx.shapes.recurrent import GATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]


def unchanged(operation: OnnxOperation) -> Value | None:
    """Add nothing: the tensor is what it was."""
    return operation.value()


def reshape(operation: OnnxOperation) -> Value | None:
    """Move axes into the shape that comes out."""
    value = operation.value()
    return value and axes.in_shape(operation.flow, value, operation.sizes)


def transpose(operation: OnnxOperation) -> Value | None:
    """Put the axes in another order."""
    value = operation.value()
    if value is None:
        return None
    return permuted(value, operation.call.integers("perm") or tuple(reversed(range(len(value.real)))))


def expand(operation: OnnxOperation) -> Value | None:
    """Repeat axes of size 1."""
    value = operation.value()
    return value and expanded(value, operation.sizes)


def slice_(operation: OnnxOperation) -> Value | None:
    """Take parts along axes."""
    value = operation.value()
    found = None if value is None else cuts(operation.call, len(value.real))
    if value is None or found is None:
        return None
    for cut in found:
        if not isinstance(cut.start, int) or not isinstance(cut.end, int) or not isinstance(cut.step, int):
            return None
        first, end, _ = slice(cut.start, cut.end).indices(value.sizes[cut.axis])
        part = _stepped(operation, value, cut.axis, range(first, end, cut.step)) if cut.step > 0 else None
        if part is None:
            return None
        value = part
    return value


def _stepped(operation: OnnxOperation, value: Value, axis: int, taken: range) -> Value | None:
    """Return a part along an axis; of every few places one, which then is an axis of its own."""
    size, sizes, step = value.sizes[axis], value.sizes, taken.step
    if step == 1:
        return axes.part(operation.flow, value, axis, taken.start, taken.stop) if taken else None
    if size % step or taken.stop != size or taken.start >= step:
        return None
    divided = axes.in_shape(operation.flow, value, (*sizes[:axis], size // step, step, *sizes[axis + 1 :]))
    return divided and axes.place(operation.flow, divided, axis + 1, taken.start)


def split(operation: OnnxOperation) -> list[Value | None] | None:
    """Take parts along an axis, as large as those that come out."""
    return parts(operation, operation.all_sizes)


def parts(operation: OnnxOperation, all_sizes: Sequence[tuple[int, ...]]) -> list[Value | None] | None:
    """Take parts of these sizes along the axis that the operation names."""
    value = operation.value()
    if value is None:
        return None
    axis = along(operation.call.integer("axis"), len(value.real))
    return axes.parts(operation.flow, value, axis, [sizes[axis] for sizes in all_sizes])


def gather(operation: OnnxOperation) -> Value | None:
    """Take one place along an axis; of a table, with places that are fed, an embedding."""
    value, table, places = operation.value(), operation.fixed(0), operation.call.whole(1)
    if table is not None:
        return _embedded(operation, table)
    if value is None or places is None:
        return None
    if places == tuple(range(*value.sizes)) if len(value.sizes) == 1 else False:
        return axes.in_shape(operation.flow, value, operation.sizes)
    if len(places) != 1:
        return None
    axis = along(operation.call.integer("axis"), len(value.real))
    if operation.call.sizes(1) == ():
        return axes.place(operation.flow, value, axis, places[0])
    first = places[0] % value.sizes[axis]
    return axes.part(operation.flow, value, axis, first, first + 1)


def _embedded(operation: OnnxOperation, table: tuple[int, ...]) -> Value | None:
    if len(table) != 2 or operation.call.integer("axis"):  # noqa: PLR2004 - words × features
        return None
    return operation.layer("embedding", [operation.value(1)], vocabulary=table[0], features=table[1])


def concat(operation: OnnxOperation) -> Value | None:
    """Add a concatenation; with a weight before the tokens it is a class token."""
    step = 3 if operation.op == "QLinearConcat" else 1
    names = range(2 if step > 1 else 0, len(operation.call.node.inputs), step)
    values = [operation.value(index) for index in names]
    known = [value for value in values if value is not None]
    axis = operation.call.integer("axis", 1)
    if len(known) == len(values):
        return rules.concatenated(operation, known, along(axis, len(known[0].real)))
    token = operation.fixed(0)
    if token is None or not operation.weighs(0) or len(values) != 2 or len(token) != 3:  # noqa: PLR2004 - before tokens
        return None
    return operation.layer("class_token", [operation.flow.settled(known[0])]) if token[1] == axis % 3 == 1 else None


def pad(operation: OnnxOperation) -> Value | None:
    """Add a padding around a map, or of its channels; nothing where it is none."""
    value = operation.value()
    sides = operation.call.whole(1) if operation.call.has(1) else operation.call.integers("pads")
    if value is None or not sides or operation.call.has(3):
        return None
    rank = len(value.real)
    return rules.padded(operation, value, [(sides[axis], sides[axis + rank]) for axis in range(rank)])


def resize(operation: OnnxOperation) -> Value | None:
    """Add an upsampling; nothing where it changes nothing."""
    value, mode = operation.value(), operation.call.text("mode", "nearest")
    if value is not None and value.sizes == operation.sizes:
        return value
    return rules.scaled(operation, value, mode)


def shuffled(operation: OnnxOperation) -> Value | None:
    """Add a pixel shuffle, whose blocks lie within each channel; TensorFlow's lie around them."""
    value = operation.value()
    if value is None or operation.call.text("mode", "DCR") != "CRD":
        return None
    return operation.layer(
        "pixel_shuffle", [operation.flow.as_map(value, 2)], factor=operation.call.integer("blocksize", 1)
    )


def recurrent(kind: str) -> Rule:
    """Return the rule of a recurrent layer, of which the outputs of all steps are read."""

    def rule(operation: OnnxOperation) -> list[Value | None] | None:
        value, weights = operation.value(), operation.fixed(2)
        directions = operation.call.text("direction", "forward")
        if value is None or weights is None or operation.call.integer("layout") or directions == "reverse":
            return None
        biased = operation.weighs(3)
        options = {"hidden": weights[2], "bidirectional": directions == "bidirectional"} | (
            {} if biased else {"bias": False}
        )
        return [_unrolled(operation, kind, value, options)]

    return rule


def _unrolled(operation: OnnxOperation, kind: str, value: Value, options: dict[str, Any]) -> Value | None:
    """Add the layer; its output has an axis of its own for the directions, between steps and batch."""
    steps, directions, batch, states = operation.sizes
    x = operation.flow.features_last(value)
    seen = operation.seen._replace(sizes=(steps, batch, directions * states))
    found = operation.flow.layer(operation.wanted(kind, options), [x], seen)
    divided = found and axes.in_shape(operation.flow, found, (steps, batch, directions, states))
    return divided and permuted(divided, (0, 2, 1, 3))


ROWS: dict[str, Rule] = {
    **dict.fromkeys(("Cast", "CastLike", "Dropout", "Identity"), unchanged),
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), reshape),
    **{op: recurrent(op.lower()) for op in GATES},
    "Concat": concat,
    "DepthToSpace": shuffled,
    "Expand": expand,
    "Gather": gather,
    "Pad": pad,
    "QLinearConcat": concat,
    "Resize": resize,
    "Slice": slice_,
    "Split": split,
    "Transpose": transpose,
    "Upsample": resize,
}
"""The rules of this group by operator."""
