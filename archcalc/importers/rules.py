"""What operations of all frameworks have in common: how each becomes a layer, once its options are known.

A rule is handed the row in question, which knows what was observed, and returns the layer's output; None if the
operation is not covered, and is to stay as it was observed.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Protocol

from archcalc.importers.arrangement import Value, cut, fused, reshaped
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.flow import Flow

MAP_AXES = (1, 2, 3)
"""How many axes a map can have beside its channels."""

AXIS_NAMES = {"D": "depth", "H": "height", "W": "width", "L": "length", "T": "tokens"}


class ObservedRow(Protocol):
    """An operation that is about to become a row."""

    @property
    def flow(self) -> Flow:
        """The network under construction."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of what the operation puts out, batch included."""

    def layer(self, kind: str, reads: Sequence[Value | None], **options: Any) -> Value | None:  # noqa: ANN401
        """Add a layer of a kind if it is what was observed; None if not, or if a tensor is missing."""


def same(options: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return one number for all axes where they agree.

    >>> same((3, 3)), same([3, 1])
    (3, (3, 1))
    """
    return options[0] if len(set(options)) == 1 else tuple(options)


def exact(number: float) -> Any:  # noqa: ANN401 - a number of archcalc's own
    """Return a decimal as it is written, to seven digits: 0.1 is a tenth, also where 32 bits cannot hold it.

    >>> str(exact(0.1)), str(exact(0.10000000149011612))
    ('1/10', '1/10')
    """
    digits, _, exponent = f"{number:.6e}".partition("e")
    whole, _, part = digits.partition(".")
    power = int(exponent) - len(part)
    return ratio(int(whole + part) * 10 ** max(power, 0), 10 ** max(-power, 0))


def sliding(row: ObservedRow, value: Value | None, kind: str, rank: int, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a layer whose windows slide over a map of so many axes."""
    return row.layer(kind, [value and row.flow.as_map(value, rank)], **options)


def channels_second(flow: Flow, value: Value | None) -> Value | None:
    """Return a tensor whose second axis is channels: a map of as many axes as it has, or a vector."""
    if value is None:
        return None
    if len(value.real) == len(value.own) == 2:  # noqa: PLR2004 - tokens of all images in a row, and features
        return flow.features_last(value)
    rank = len(value.own) - 1
    return flow.as_map(value, rank) if rank in MAP_AXES else flow.settled(value)


def projected(row: ObservedRow, value: Value | None, outputs: int, *, biased: bool) -> Value | None:
    """Add a linear layer over the last axis: at every position, if there are more axes than tokens have."""
    if value is None:
        return None
    x = row.flow.features_last(value)
    over = {"over": "channels"} if x.shape.is_map else {}
    return row.layer("linear", [x], outputs=outputs, bias=biased, **over)


def unary(row: ObservedRow, value: Value | None, kind: str, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a function of single values: it keeps the arrangement of axes."""
    if value is not None and (value.cuts or not _own_atoms_only(value)):
        value = row.flow.settled(value)
    return row.layer(kind, [value], **options)


def _own_atoms_only(value: Value) -> bool:
    """Whether nothing of a tensor is a repetition."""
    own = {atom for axis in value.base for atom in axis}
    return all(atom in own for axis in value.own for atom in axis)


def softmaxed(row: ObservedRow, value: Value | None, axis: int) -> Value | None:
    """Add a softmax over an axis."""
    if value is None:
        return None
    x = row.flow.settled(value) if value.cuts else value
    place = _place(x, axis)
    channels = 0 if x.shape.is_map else len(x.base) - 1
    return row.layer("softmax", [x]) if place == channels else row.layer("pointwise", [x], function="softmax")


def _place(value: Value, axis: int) -> int | None:
    """Return which axis of the layer's output an axis of a tensor is, batch first; None where it is none."""
    order, axis = value.order, axis % len(value.real)
    if order is None or axis == 0 or len(order) != len(value.real) - 1:
        return None
    return order[axis - 1]


def moved_to(flow: Flow, value: Value | None, sizes: tuple[int, ...]) -> Value | None:
    """Return a tensor in another shape; one whose axes lie otherwise first gets a row."""
    if value is None:
        return None
    return next(filter(None, (reshaped(way, sizes) for way in _ways(flow, value))), None)


def _ways(flow: Flow, value: Value) -> Iterator[Value]:
    """Yield a tensor as it lies, with its atoms taken together, and last with a row that puts its axes in order."""
    yield value
    yield fused(value)
    yield fused(flow.settled(value))


def part_of(flow: Flow, value: Value, axis: int, first: int, end: int, *, one: bool = False) -> Value | None:  # noqa: PLR0913
    """Return a part of a tensor along an axis; one whose axes lie otherwise first gets a row."""
    return next(filter(None, (cut(way, axis, first, end, one=one) for way in _ways(flow, value))), None)


def merged(row: ObservedRow, kind: str, name: str, values: Sequence[Value]) -> Value | None:
    """Add a merge of tensors whose axes lie alike; those that do not are put so."""
    flow, rank = row.flow, max(len(value.real) for value in values)
    padded = [value._replace(real=((),) * (rank - len(value.real)) + value.real) for value in values]
    alike = len({(value.shape.layout, value.order) for value in values}) == 1 and values[0].order is not None
    same_axes = len({tuple(value.real) for value in values}) == 1 and len({tuple(value.base) for value in values}) == 1
    if not (alike or (same_axes and not values[0].cuts)):
        padded = [flow.settled(value) for value in padded]
    reads = values if alike else padded
    if len({value.shape for value in reads}) == 1 or kind == "multiply":
        return row.layer(kind, reads)
    return row.layer("pointwise", reads, function=name)


def scaled_by(row: ObservedRow, value: Value, sizes: tuple[int, ...]) -> Value | None:
    """Add a learned factor for each channel: its tensor has the size of the last axis, or of the second."""
    if sizes and sizes[-1] == value.sizes[-1] and prod(sizes[:-1]) == 1:
        return row.layer("layer_scale", [row.flow.features_last(value)])
    return row.layer("layer_scale", [channels_second(row.flow, value)]) if by_channel(value, sizes) else None


def by_channel(value: Value, sizes: tuple[int, ...]) -> bool:
    """Whether a tensor of these sizes has one number for each channel of another, which comes second there."""
    rank = len(value.real)
    padded = (1,) * (rank - len(sizes)) + sizes
    return rank > 2 and padded == (1, value.sizes[1], *(1,) * (rank - 2))  # noqa: PLR2004 - batch and channels


def positioned(row: ObservedRow, value: Value, sizes: tuple[int, ...]) -> Value | None:
    """Add learned positions: a vector for each token."""
    if len(value.own) != 2 or sizes[-2:] != value.sizes[-2:] or prod(sizes[:-2]) != 1:  # noqa: PLR2004 - tokens, features
        return None
    return row.layer("position_embedding", [row.flow.settled(value)])


def concatenated(row: ObservedRow, values: Sequence[Value], axis: int) -> Value | None:
    """Add a concatenation along an axis."""
    flow = row.flow
    if len({(value.shape.layout, value.order) for value in values}) > 1 or values[0].order is None:
        values = [flow.settled(value) for value in values]
    place, shape = _place(values[0], axis), values[0].shape
    if place is None:
        return None
    channels = 0 if shape.is_map else len(shape.sizes) - 1
    along = {} if place == channels else {"axis": AXIS_NAMES[shape.layout[place]]}
    return row.layer("concat", values, **along) if len(values) > 1 else values[0]


def averaged(row: ObservedRow, value: Value | None, axes: Sequence[int], *, keep: bool) -> Value | None:
    """Add a mean over axes: over all places of a map, or over all tokens."""
    if value is None:
        return None
    x = row.flow.settled(value) if value.order is None else value
    places = [_place(x, axis) for axis in axes]
    if None in places or not x.base:
        return None
    over = sorted(place for place in places if place is not None)
    if x.shape.is_map and over == list(range(1, len(x.base))):
        return _left(row, x, "global_avgpool" if keep else "mean")
    if x.shape.layout == "TF" and over == [0]:
        return _left(row, x, "mean", axes="tokens")
    return None


def _left(row: ObservedRow, value: Value, kind: str, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a layer that leaves one place, whose output has the observed sizes."""
    plain = value._replace(real=((row.flow.batch,), *value.base))
    found = row.layer(kind, [plain], **options)
    return found and reshaped(found, row.sizes)


def upsampled(row: ObservedRow, value: Value | None, mode: str) -> Value | None:
    """Add an upsampling by whole factors."""
    rank = len(value.own) - 1 if value is not None else 0
    x = row.flow.as_map(value, rank) if value is not None and rank in MAP_AXES else None
    sizes = value.sizes[2:] if value is not None else ()
    factors = [new // old if new % old == 0 else 0 for new, old in zip(row.sizes[2:], sizes, strict=True)]
    if x is None or not factors or 0 in factors:
        return None
    return row.layer("upsample", [x], factor=same(factors), mode=mode)
