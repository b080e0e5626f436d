"""What operations of any framework become: the axes are put as a layer needs them, and the layer is added.

An operation has a flow, the sizes that came out, and a way to add a layer that is held against what was observed: see
:class:`Making`. Each rule returns None where it does not apply; the importer then leaves the operation
opaque.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from archcalc.importers.arrangement import reshaped, whole
from archcalc.importers.axes import with_axis
from archcalc.quantities.shape import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.flow import Flow

PLACES = (1, 2, 3)
"""The numbers of axes that a map can have beside its channels."""


class Making(Protocol):
    """An operation of a framework while its row is made."""

    @property
    def flow(self) -> Flow:
        """The network under construction."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes that came out, with the batch."""

    def layer(self, kind: str, reads: Sequence[Value | None], **options: Any) -> Value | None:  # noqa: ANN401
        """Add a layer if it is what was observed."""

    def placed(self, kind: str, value: Value, sizes: tuple[int, ...]) -> Value | None:
        """Add a layer that reads a tensor as it lies in its own layer, with these output sizes."""


def same(options: Any) -> Any:  # noqa: ANN401 - a number, or one for each axis
    """Return one number for all axes where they agree.

    >>> same((3, 3)), same([3, 1]), same(2)
    (3, (3, 1), 2)
    """
    if not isinstance(options, tuple | list):
        return options
    return options[0] if len(set(options)) == 1 else tuple(options)


def sliding(call: Making, value: Value | None, kind: str, rank: int, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a layer that slides over a map of ``rank`` axes, or over each of several maps that lie in the batch."""
    x = value and call.flow.as_map(value, rank)
    maps = call.flow.as_maps(value, rank) if value is not None and x is None else None
    if maps is None:
        return call.layer(kind, [x], **options)
    wider = {name: _wider(option, rank, IDLE[name]) if name in IDLE else option for name, option in options.items()}
    return None if "same" in wider.values() else call.layer(kind, [maps], **wider)


IDLE = {"kernel": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
"""The options of a layer along an axis along which it does nothing."""


def _wider(option: Any, rank: int, idle: int) -> Any:  # noqa: ANN401 - a number, or one for each axis
    if isinstance(option, str):
        return option
    return same((idle, *(option if isinstance(option, tuple | list) else (option,) * rank)))


def channels_second(flow: Flow, value: Value | None) -> Value | None:
    """Return a tensor whose second axis is the channels: a map, a vector, or tokens of many images in one."""
    if value is None:
        return None
    rank = len(value.own) - 1
    if value.real[0] != (flow.batch,):
        return flow.features_last(value) if len(value.real) == len(("tokens", "features")) else None
    return flow.as_map(value, rank) if rank in PLACES else flow.settled(value)


def projected(call: Making, value: Value | None, outputs: int, *, biased: bool) -> Value | None:
    """Add a linear layer over the last axis: at every position, if there are more axes than tokens have."""
    if value is None:
        return None
    x = call.flow.features_last(value)
    return call.layer("linear", [x], outputs=outputs, bias=biased, **({"over": "channels"} if x.shape.is_map else {}))


def normalized_last(call: Making, value: Value | None, kind: str, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a norm over the last axis."""
    return call.layer(kind, [value and call.flow.features_last(value)], **options)


def unary(call: Making, value: Value | None, kind: str, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a function of single values: it keeps the arrangement of axes, unless values are left out or repeated."""
    if value is not None and not _every_value_once(value):
        value = call.flow.settled(value)
    return call.layer(kind, [value], **options)


def _every_value_once(value: Value) -> bool:
    own = {atom for axis in value.base for atom in axis}
    return not value.cuts and all(atom in own for axis in value.own for atom in axis)


def adapted(call: Making, value: Value | None, kinds: tuple[str, str], rank: int, size: Any) -> Value | None:  # noqa: ANN401
    """Add an adaptive pool of an output size: the first kind, or of a single place the second."""
    sizes = tuple(size) if isinstance(size, tuple | list) else (size,) * rank
    if value is None or None in sizes:
        return None
    single = set(sizes) == {1}
    return sliding(call, value, kinds[single], rank, **({} if single else {"size": same(sizes)}))


def scaled(call: Making, value: Value | None, mode: str) -> Value | None:
    """Add an upsampling by whole factors."""
    x = channels_second(call.flow, value)
    if x is None or not x.shape.is_map or mode not in MODES:
        return None
    pairs = list(zip(call.sizes[2:], map(whole, x.shape.spatial), strict=True))
    if any(after % before for after, before in pairs):
        return None
    return call.layer("upsample", [x], factor=same(tuple(after // before for after, before in pairs)), mode=MODES[mode])


MODES = {"nearest": "nearest"} | dict.fromkeys(("linear", "bilinear", "trilinear", "bicubic", "cubic"), "bilinear")
"""The mode of an upsampling by what frameworks call it."""


def softened(call: Making, value: Value | None, axis: int) -> Value | None:
    """Add a softmax over an axis: of channels or features, or as a function of the values along another axis."""
    x = call.flow.settled(value) if value is not None and not _every_value_once(value) else value
    if x is None:
        return None
    return (
        call.layer("softmax", [x])
        if _along(x, axis) == _channels(x)
        else unary(call, x, "pointwise", function="softmax")
    )


def _along(value: Value, axis: int) -> int | None:
    """Return which axis of the layer's output an axis of the tensor is; None if it is none as a whole, or the batch."""
    order, own = value.order, axis - 1
    return None if order is None or len(order) != len(value.real) - 1 or not axis else order[own]


def _channels(value: Value) -> int:
    return 0 if value.shape.is_map else len(value.base) - 1


def averaged(call: Making, value: Value | None, axes: Sequence[int], *, keep: bool) -> Value | None:
    """Add a mean over axes: over all places of a map, or over all tokens; ``keep`` leaves axes of size 1."""
    if value is None:
        return None
    value = call.flow.settled(value) if value.order is None else value
    places = sorted((_along(value, axis) for axis in axes), key=str)
    wanted = [place for place in range(len(value.base)) if place != _channels(value)]
    if places != wanted or not wanted:
        return None
    whole_map = keep and value.shape.is_map
    left = (value.sizes[0], whole(value.shape.channels), *((1,) * len(value.shape.spatial) if whole_map else ()))
    found = call.placed("global_avgpool" if whole_map else "mean", value, left)
    return found and reshaped(found, call.sizes)


def padded(call: Making, value: Value | None, sides: Sequence[tuple[int, int]]) -> Value | None:
    """Add a padding around a map, or of its channels; nothing where it is none. ``sides`` are those of each axis."""
    if value is None or not any(map(any, sides)):
        return value
    x = channels_second(call.flow, value)
    if x is None or not x.shape.is_map or any(sides[0]) or min(min(pair) for pair in sides) < 0:
        return None
    channels = {"channels": tuple(sides[1])} if any(sides[1]) else {}
    return call.layer("pad", [x], padding=tuple(map(tuple, sides[2:])), **channels)


def merged(call: Making, kind: str, name: str, values: Sequence[Value]) -> Value | None:
    """Add a merge of tensors whose axes lie alike; those that do not are put so.

    Where shapes differ, and the kind does not repeat axes of size 1, it is a function of the values called ``name``.
    """
    rank = max(len(value.real) for value in values)
    reads: Sequence[Value] = values
    if not _lie_alike(values):
        padded_ = [value._replace(real=((),) * (rank - len(value.real)) + value.real) for value in values]
        reads = [call.flow.settled(value) for value in padded_]
    if len({value.shape for value in reads}) == 1 or kind == "multiply":
        return call.layer(kind, reads)
    return call.layer("pointwise", reads, function=name)


def _lie_alike(values: Sequence[Value]) -> bool:
    """Whether the axes of all tensors lie alike in their layers: as whole axes, or the very same atoms."""
    first = values[0]
    if first.order is not None:
        return len({(value.shape.layout, value.order, len(value.real)) for value in values}) == 1
    return not first.cuts and all((value.real, value.base) == (first.real, first.base) for value in values)


def concatenated(call: Making, values: Sequence[Value], axis: int) -> Value | None:
    """Add a concatenation along an axis."""
    known = list(values)
    if len(known) == 1:
        return known[0]
    if known[0].order is None or not _lie_alike(known):
        known = [call.flow.settled(value) for value in known]
    place = _along(known[0], axis)
    if place is None:
        return None
    along = {} if place == _channels(known[0]) else {"axis": AXES[known[0].shape.layout[place]]}
    return call.layer("concat", known, **along)


def stacked(call: Making, values: Sequence[Value], axis: int) -> Value | None:
    """Add a concatenation along a new axis."""
    settled = [call.flow.settled(with_axis(value, axis)) for value in values]
    return concatenated(call, settled, axis)
