"""What two layers of one kind differ in: their options by what they mean, and how they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.symbolic.expr import Int
from archcalc.symbolic.known import equal

if TYPE_CHECKING:
    from archcalc.layers.base import Layer
    from archcalc.network.table import Row
    from archcalc.quantities.tensor import Tensor
    from archcalc.quantities.window import Window

Fields = dict[str, tuple[Any, Any]]
"""What differs: for each option its value before and after."""

READS, TRAIN_ONLY, SHARES = "reads", "train_only", "shares"
"""The fields that are no options: how many tensors a merge reads, and who runs a layer and owns its weights."""


class LayerProfile(NamedTuple):
    """Everything of a layer that a comparison looks at, whatever its name and its place.

    ``pads`` is the padding of each window where it stands; ``tensors`` tell whether weights fit.
    """

    layer: Layer
    tensors: tuple[Tensor, ...]
    windows: tuple[Window, ...] = ()
    pads: tuple[tuple[Int, Int], ...] = ()
    used: tuple[tuple[str, Any], ...] = ()


def look(row: Row) -> LayerProfile:
    """Return what a comparison looks at.

    >>> import archcalc
    >>> one, other = archcalc.load("alexnet").analyze(), archcalc.load("torchvision/alexnet").analyze()
    >>> differing(look(one["conv1"]), look(other["conv1"]))
    {'filters': (96, 64), 'padding': (0, 2)}
    """
    windows = row.geometry.windows if row.geometry else ()
    pads = tuple(window.pads(size) for window, size in zip(windows, row.inputs[0].lengths, strict=False))
    used: list[tuple[str, Any]] = [(TRAIN_ONLY, row.train_only), (SHARES, row.shares is not None)]
    if row.layer.joins:
        used.append((READS, len(row.inputs)))
    return LayerProfile(layer=row.layer, tensors=row.tensors, windows=windows, pads=pads, used=tuple(used))


def differing(before: LayerProfile, after: LayerProfile) -> Fields:
    """Return the options in which two layers of one kind differ, by what they mean: a kernel of 3 is one of 3×3."""
    found: Fields = {}
    if before.layer != after.layer:
        for name, option in before.layer.declared.options.items():
            values = _meant(before, name), _meant(after, name)
            if not option.type.place and not _same(*values) and not _same_padding(name, before, after):
                found[name] = values
    for (name, one), (_, other) in zip(before.used, after.used, strict=True):
        if one != other:
            found[name] = (one, other)
    return found


def meaning(seen: LayerProfile) -> dict[str, Any]:
    """Return the options of a layer that are not the usual ones, the main one first.

    >>> import archcalc
    >>> meaning(look(archcalc.load("alexnet").analyze()["conv2"]))
    {'filters': 256, 'kernel': 5, 'padding': 2, 'groups': 2}
    """
    usual = type(seen.layer)
    return {
        name: _meant(seen, name)
        for name, option in seen.layer.declared.options.items()
        if not option.type.place and getattr(seen.layer, name) != getattr(usual, name, _REQUIRED)
    }


_REQUIRED = object()
"""What no option is: the default of one that has none."""


def _same_padding(name: str, before: LayerProfile, after: LayerProfile) -> bool:
    return name == "padding" and bool(before.pads) and _same(before.pads, after.pads)


def _meant(seen: LayerProfile, name: str) -> Any:  # noqa: ANN401 - whatever an option holds
    """Return what an option means: of a window one number where all axes agree, and a default where none is given."""
    written = getattr(seen.layer, name)
    if not seen.windows or name not in _OF_WINDOWS or written == "same":
        return written
    if name == "padding":
        values = tuple(before if before == after else (before, after) for before, after in seen.pads)
    else:
        values = tuple(getattr(window, name) for window in seen.windows)
    return values[0] if all(value == values[0] for value in values) else values


_OF_WINDOWS = ("kernel", "stride", "padding", "dilation")


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Whether two values are equal, letters for all their values."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(equal(one, other)) if isinstance(one, Int) and isinstance(other, Int) else bool(one == other)
