"""What mistakes do to a derivation: small changes to what the layer's formula is given, or to its parts.

Each returns the derivations that a student who makes the mistake would have; none where it cannot be made.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from archcalc.layers.conv import Conv
from archcalc.layers.registry import find
from archcalc.layers.sliding import Pool
from archcalc.quantities.shape import vector
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Window
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int

    Change = Callable[[Derivation], Iterable[Derivation]]

TRANSPOSED = "conv_transpose"

PRINTED_SIZES = {227: (224,), 224: (227, 256), 32: (28,), 28: (32,), 299: (224,), 256: (224,)}
"""The input size that somebody has in mind for another: AlexNet's 224 for 227, MNIST's 28 for LeNet-5's 32."""


def windows(change: Callable[[Window], Window]) -> Change:
    """Return a mistake about the sliding window.

    >>> from archcalc.layers.registry import build
    >>> from archcalc.quantities.shape import grid
    >>> from archcalc.studies.homework.derivation import Derivation
    >>> conv = build(find("conv"), {"filters": 8, "kernel": 3, "padding": 1})
    >>> (unpadded,) = windows(no_padding)(Derivation(conv, (grid(3, (9, 9)),)))
    >>> unpadded.value("output")
    (8, 7, 7)
    """
    return lambda d: [d.but(on_windows=(*d.on_windows, change))] if slides(d) else []


def slides(d: Derivation) -> bool:
    """Whether windows slide over the input; those of a transposed convolution lie in its output."""
    return bool(d.windows) and d.layer.kind != TRANSPOSED


def no_padding(window: Window) -> Window:
    """Return the window without its padding."""
    return window._replace(before=0, after=0, same=False)


def stride_of_kernel(window: Window) -> Window:
    """Return the window moved by its own size, as a pool is by default."""
    return window._replace(stride=window.kernel)


def dilated_kernel(window: Window) -> Window:
    """Return the window whose span is taken for dilation times kernel."""
    return window._replace(kernel=window.dilation * window.kernel, dilation=1)


def grid(change: Callable[[tuple[Int, ...]], tuple[Int, ...]]) -> Change:
    """Return a mistake about the number of positions."""
    return lambda d: [d.but(on_grid=(*d.on_grid, change))] if slides(d) else []


def output(change: Callable[[Derivation, tuple[Int, ...]], tuple[Int, ...]]) -> Change:
    """Return a mistake about the shape that is written down."""
    return lambda d: [d.but(on_output=(*d.on_output, lambda sizes: change(d, sizes)))]


def tensors(change: Callable[[Derivation, Tensor], Iterable[Tensor]], kind: str = "") -> Change:
    """Return a mistake about the tensors of a layer, one by one; with ``kind``, of layers whose kind ends so."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.layer.kind.endswith(kind):
            return []
        step = lambda own: tuple(t for tensor in own for t in change(d, tensor))  # noqa: E731 - one of several
        return [d.but(on_tensors=(*d.on_tensors, step))]

    return changed


def counted(change: Callable[[Derivation, Int], Int]) -> Change:
    """Return a mistake about a count as a whole."""
    return lambda d: [d.but(on_count=(*d.on_count, change))]


def option(**values: Any) -> Change:  # noqa: ANN401 - values of options
    """Return the mistake of taking other values for a layer's options."""

    def changed(d: Derivation) -> list[Derivation]:
        fits = all(name in d.layer.declared.options for name in values)
        return [d.but(layer=d.layer.changed(values))] if fits else []

    return changed


def without_bias(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Leave out the bias of a layer."""
    return () if tensor.role == BIAS and d.layer.weighted else (tensor,)


def without_shift(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Leave out the β of a norm."""
    return () if tensor.role == BIAS and not d.layer.weighted else (tensor,)


def of_one_gate(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Count the weights and biases of one gate of a recurrent layer."""
    gates = 1 if tensor.name.startswith("weight_hr") else getattr(d.layer, "gates", 1)
    return (tensor._replace(dims=(tensor.dims[0] // gates, *tensor.dims[1:])),)


def not_named(start: str) -> Change:
    """Return the mistake of leaving out the tensors whose names begin so."""
    return tensors(lambda _, tensor: () if tensor.name.startswith(start) else (tensor,))


def all_experts(d: Derivation) -> list[Derivation]:
    """Let every token run all experts of a mixture."""
    found: Any = d.layer
    return [d.but(layer=found.changed({"active": found.number}))] if found.kind == "experts" else []


def biases(number: Callable[[Derivation, Tensor], Int]) -> Change:
    """Return the mistake of counting another number of biases."""

    def changed(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
        return bias(number(d, tensor)) if tensor.role == BIAS and d.layer.weighted else (tensor,)

    return tensors(changed)


def dims(change: Callable[[Derivation, tuple[Int, ...]], tuple[Int, ...]]) -> Change:
    """Return a mistake about the dimensions of the weight: filters, channels, kernel."""

    def changed(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
        weight = tensor.role in (WEIGHT, BUFFER) and len(tensor.dims) > 1
        return (tensor._replace(dims=change(d, tensor.dims)) if weight else tensor,)

    return tensors(changed)


def grouped_twice(d: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Divide the filters by the groups, as the input channels are already."""
    return (sizes[0] // getattr(d.layer, "groups", 1), *sizes[1:])


def statistics_counted(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Count running mean and variance among the parameters."""
    return (tensor if d.layer.weighted else tensor._replace(role=WEIGHT if tensor.role == BUFFER else tensor.role),)


def weighed(groups: bool, bare: bool = False) -> Change:  # noqa: FBT001, FBT002
    """Return the mistake of giving a pool the weights of a convolution of its size.

    ``groups`` says that each channel has a kernel of its own, ``bare`` that there is one kernel and no bias.
    """

    def changed(d: Derivation) -> list[Derivation]:
        if not isinstance(d.layer, Pool) or d.plain.tensors:
            return []
        channels = 1 if bare else d.x.channels
        kernel = tuple(window.kernel for window in d.windows)
        conv = Conv(channels, kernel=kernel, groups=channels if groups else 1)
        owned = conv.tensors(d.x.with_channels(channels))
        ways = [owned[:1]] if bare else [owned, owned[:1]]
        return [d.but(on_tensors=(*d.on_tensors, partial(_taken, own))) for own in ways]

    return changed


def _taken(own: tuple[Tensor, ...], _: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return own


def reading(change: Callable[[Derivation], Iterable[Shape]]) -> Change:
    """Return the mistake of taking another shape for the input."""
    return lambda d: [d.but(inputs=(x, *d.inputs[1:]), given=None) for x in change(d) if x != d.x]


def printed_size(d: Derivation) -> Iterable[Shape]:
    """Yield the network's input at sizes that are mistaken for its own."""
    if d.entering and d.x.is_map and isinstance(d.x.spatial[0], int):
        for size in PRINTED_SIZES.get(d.x.spatial[0], ()):
            yield d.x.with_spatial((size,) * len(d.x.spatial))


def flattened(features: Callable[[tuple[Shape, ...]], Int | None]) -> Change:
    """Return the mistake of flattening something else than the last map: of its features, for a layer behind it."""

    def changed(d: Derivation) -> list[Derivation]:
        number = features(d.maps) if d.maps and not d.x.is_map and d.x.layout == "F" else None
        if d.layer.kind == "flatten" and d.maps:
            number = features(d.maps)
            return [] if number is None else [d.but(on_output=(*d.on_output, lambda _: (number,)))]
        if number is None or d.layer.kind != "linear" or d.x.elements != d.maps[0].elements:
            return []
        return [d.but(inputs=(vector(number),))]

    return changed


def joined_as(kind: str, other: str) -> Change:
    """Return the mistake of taking one kind of merge for another."""

    def changed(d: Derivation) -> list[Derivation]:
        return [d.but(layer=find(other)())] if d.layer.kind == kind else []

    return changed


def without_inputs(d: Derivation, dims_: tuple[Int, ...]) -> tuple[Int, ...]:
    """Leave out the input channels of a weight; a transposed convolution has them first."""
    return all_but(dims_, 0 if d.layer.kind == TRANSPOSED else 1)


def without_outputs(d: Derivation, dims_: tuple[Int, ...]) -> tuple[Int, ...]:
    """Leave out the output channels of a weight."""
    return all_but(dims_, 1 if d.layer.kind == TRANSPOSED else 0)


def all_but(dims_: tuple[Int, ...], place: int) -> tuple[Int, ...]:
    """Return dimensions without one of them.

    >>> all_but((96, 3, 11, 11), 1)
    (96, 11, 11)
    """
    return (*dims_[:place], *dims_[place + 1 :])


def per_position(d: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Give each position values of its own."""
    return (tensor._replace(dims=(*tensor.dims, d.x.positions)) if d.x.is_map else tensor,)


def free_if_pointwise(d: Derivation, count: Int) -> Int:
    """Return nothing for a convolution whose kernel is 1."""
    return 0 if filters_of(d) and all(window.kernel == 1 for window in d.plain.windows) else count


def filters_of(d: Derivation) -> bool:
    """Whether a layer is a convolution, whose filters make its channels."""
    return isinstance(d.layer, Conv) and d.x.is_map


def two_biases(d: Derivation) -> list[Derivation]:
    """Give the depthwise step of a separable convolution biases of its own."""
    if d.layer.kind != "separable_conv":
        return []
    return [d.but(on_tensors=(*d.on_tensors, lambda own: (*own, *bias(d.x.channels))))]


def norm_of_the_layer(_: Derivation, tensor: Tensor) -> Iterable[Tensor]:
    """Count one scale and one shift for all channels."""
    return (tensor._replace(dims=(1,)),)


def summed_channels(_: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Add input and output channels in place of multiplying them."""
    return (sizes[0] + sizes[1], *sizes[2:])


def summed_kernel(_: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Add the kernel sizes in place of multiplying them: 2·K for K·K."""
    return (*sizes[:2], sum(sizes[3:], sizes[2])) if len(sizes) > 3 else sizes  # noqa: PLR2004 - two axes or more
