"""What mistakes about a network's wiring do to a derivation: another row is read, or another one is joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.layers.conv import Conv
from archcalc.layers.registry import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.quantities.shape import Shape
    from archcalc.studies.homework.changes import Change
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int

BOTTLENECK = 4
"""A bottleneck of ResNet has a quarter of the channels that it outputs."""


def channels(change: Callable[[Derivation], Iterable[Int]]) -> Change:
    """Return the mistake of reading another number of channels, for a layer with weights."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.layer.weighted:
            return []
        groups = getattr(d.layer, "groups", 1)
        able = [c for c in dict.fromkeys(change(d)) if isinstance(c, int) and c > 0 and c != d.x.channels]
        return [d.but(inputs=(d.x.with_channels(c), *d.inputs[1:])) for c in able if c % groups == 0]

    return changed


def of(shape: Callable[[Derivation], Shape | None]) -> Change:
    """Return the mistake of reading the channels of another row."""

    def found(d: Derivation) -> list[Int]:
        other = shape(d)
        return [other.channels] if other is not None and other.layout == d.x.layout else []

    return channels(found)


def own_width(d: Derivation) -> list[Int]:
    """Return the number of filters of the layer itself."""
    return [d.shape.channels] if isinstance(d.layer, Conv) and d.layer.groups == 1 else []


def bottleneck_width(d: Derivation) -> list[Int]:
    """Return the channels before or after the last convolution of a bottleneck, for those in a module."""
    if d.around.merge is None or not isinstance(d.x.channels, int):
        return []
    return [d.x.channels * BOTTLENECK, d.x.channels // BOTTLENECK]


def fewer_branches(d: Derivation) -> list[Derivation]:
    """Leave one branch of a concatenation out, or take one for all of them."""
    if d.layer.kind != "concat":
        return []
    less = [(*d.inputs[:place], *d.inputs[place + 1 :]) for place in range(len(d.inputs))]
    return [d.but(inputs=some) for some in dict.fromkeys((*less, *((x,) for x in d.inputs))) if some]


def every_row_joined(d: Derivation) -> list[Derivation]:
    """Join all rows of the module, or all with weights, in place of the ends of its branches."""
    if d.layer.kind != "concat":
        return []
    return [d.but(on_output=(*d.on_output, _of_channels(total))) for total in d.around.totals]


def _of_channels(total: Int) -> Callable[[tuple[Int, ...]], tuple[Int, ...]]:
    return lambda sizes: (total, *sizes[1:])


def ends(d: Derivation) -> list[Int]:
    """Return the channels of each branch that was joined last, and their sum."""
    found = d.around.ends
    return [*found, sum(found[1:], found[0])] if found else []


def image(d: Derivation) -> list[Int]:
    """Return the channels of what enters the network."""
    entered = d.around.image
    return [entered.channels] if entered is not None and entered.layout == d.x.layout else []


def no_projection(d: Derivation) -> list[Derivation]:
    """Leave out what makes a shortcut fit."""
    return [d.but(on_count=(*d.on_count, lambda *_: 0))] if d.around.shortcut else []


def as_full_convolution(d: Derivation) -> list[Derivation]:
    """Take a depthwise or separable convolution for an ordinary one."""
    if d.layer.kind not in ("depthwise_conv", "separable_conv"):
        return []
    names = ("kernel", "stride", "padding", "dilation", "bias")
    options: dict[str, Any] = {name: getattr(d.layer, name) for name in names if name in d.layer.declared.options}
    return [d.but(layer=Conv(d.plain.shape.channels, **options))]


def filters(number: Callable[[Derivation], Int | None]) -> Change:
    """Return the mistake of another number of filters or units."""

    def changed(d: Derivation) -> list[Derivation]:
        name = next((n for n in ("filters", "outputs") if n in d.layer.declared.options), "")
        found = number(d) if name and d.layer.weighted else None
        if found is None or found == getattr(d.layer, name) or not isinstance(found, int) or found < 1:
            return []
        return [d.but(layer=d.layer.changed({name: found}))]

    return changed


def half_the_filters(d: Derivation) -> Int | None:
    """Return half of the filters or units: those of one of two towers."""
    number = d.plain.shape.channels if d.layer.kind != "rbf" else None
    return number // 2 if isinstance(number, int) and number % 2 == 0 else None


def of_the_merge(d: Derivation) -> Int | None:
    """Return the channels of what the branch is joined to."""
    merge = d.around.merge
    return merge.channels if merge is not None and merge.layout == d.x.layout else None


def as_convolution(d: Derivation) -> list[Derivation]:
    """Take a transposed convolution for an ordinary one of the same kernel, stride and padding."""
    names = ("filters", "kernel", "stride", "padding", "dilation", "groups", "bias")
    if d.layer.kind != "conv_transpose":
        return []
    return [d.but(layer=find("conv")(**{name: getattr(d.layer, name) for name in names}))]
