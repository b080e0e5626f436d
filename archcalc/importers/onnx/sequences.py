"""Sequences of tensors: made of tensors, split off one, and taken apart again.

Source: docs/Operators.md of github.com/onnx/onnx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.known import UNKNOWN, Known, Size
from archcalc.importers.onnx.shapes.movement import joined

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall

MOST_PARTS = 10_000


def _constructed(call: NodeCall) -> list[Known]:
    return [Known(parts=tuple(call.input(index) for index in range(len(call.inputs))))]


def _split(call: NodeCall) -> list[Known]:
    sizes = call.sizes()
    if sizes is None:
        return []
    axis = along(call.integer("axis"), len(sizes))
    lengths = _lengths(call, sizes[axis])
    if lengths is None:
        return []
    removed = not call.has(1) and not call.integer("keepdims", 1)
    axes = [() if removed else (length,) for length in lengths]
    return [Known(parts=tuple(Known((*sizes[:axis], *own, *sizes[axis + 1 :])) for own in axes))]


def _lengths(call: NodeCall, size: Size) -> list[int] | None:
    """Return the sizes of the parts: as they are listed, or of equal length, of which the last may be shorter."""
    split, listed = call.whole(1) if call.has(1) else (1,), bool(call.sizes(1))
    if split is None or not isinstance(size, int):
        return None
    if listed:
        return list(split)
    step = split[0]
    if step < 1:
        raise Refusal(f"the parts have size {step}")
    if size // step > MOST_PARTS:
        return None
    return [min(step, size - start) for start in range(0, size, step)]


def _at(call: NodeCall) -> list[Known]:
    parts, index = call.input(0).parts, call.whole(1)
    if parts is None or not index:
        return []
    return [parts[along(index[0], len(parts))]]


def _joined(call: NodeCall) -> list[Known]:
    parts = call.input(0).parts
    if not parts or any(part.sizes is None for part in parts):
        return []
    columns = list(zip(*(part.sizes or () for part in parts), strict=True))
    if call.integer("new_axis"):
        place = along(call.integer("axis"), len(columns) + 1)
        own = [column[0] for column in columns]
        return [Known((*own[:place], len(parts), *own[place:]))]
    axis = along(call.integer("axis"), len(columns))
    return [Known(tuple(joined(column) if i == axis else column[0] for i, column in enumerate(columns)))]


def _inserted(call: NodeCall) -> list[Known]:
    parts, place = call.input(0).parts, call.whole(2) if call.has(2) else ()
    if parts is None or place is None:
        return []
    index = place[0] if place else len(parts)
    return [Known(parts=(*parts[:index], call.input(1), *parts[index:]))]


def _empty(_: NodeCall) -> list[Known]:
    return [Known(parts=())]


def _same(call: NodeCall) -> list[Known]:
    return [call.input(0)._replace(value=None)]


SEQUENCES = {
    "ConcatFromSequence": _joined,
    "Optional": _same,
    "OptionalGetElement": _same,
    "OptionalHasElement": lambda _: [Known(())],
    "SequenceAt": _at,
    "SequenceConstruct": _constructed,
    "SequenceEmpty": _empty,
    "SequenceErase": lambda _: [UNKNOWN],
    "SequenceInsert": _inserted,
    "SequenceLength": lambda _: [Known(())],
    "SplitToSequence": _split,
}
"""What is known of what an operator on sequences outputs."""
