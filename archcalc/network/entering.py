"""An input as somebody gives it, held against the one that the network's spec states.

A network keeps its number of axes and its layout: a batch in front, channels at the end, a missing axis are recognized
by comparison with the spec's own input, and refused with what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, UsageError, did_you_mean
from archcalc.layers.options import whole
from archcalc.network.inputs import read_sizes, require_positive, shape_of
from archcalc.quantities.shape import Shape
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

    One = str | Sequence[Int] | Shape
    """One input: text, sizes, or a shape."""

    Given = One | Mapping[str, One] | None
    """What is given for all inputs of a network at once, or for some of them by name."""

CHANNELS_LAST = "has its channels last"

IMAGE_CHANNELS = (1, 3, 4)
"""The channels that images have: grey, colors, and colors with transparency."""


def read_given(given: Given, own: Mapping[str, Shape], who: str) -> Shape | dict[str, Shape] | None:
    """Return the shape that is given for a network's inputs, or shapes by their names.

    ``own`` are the inputs that the spec states, ``who`` the network's name.

    Raises:
        UsageError: it is no shape, not one for this network, or there is no input of that name.
    """
    if isinstance(given, Mapping):
        _check_names(given, own, who)
        return {name: _read(one, own.get(name), who) for name, one in given.items()}
    if given is None:
        return None
    return _read(given, next(iter(own.values()), None), who)


def _check_names(given: Mapping[str, One], own: Mapping[str, Shape], who: str) -> None:
    for name in given:
        if name not in own:
            known = f"available: {', '.join(own)}" if own else "its inputs have no names"
            raise UsageError(f"unknown input '{name}' of {who}", did_you_mean(name, own) or known)


def _read(given: One, own: Shape | None, who: str) -> Shape:
    try:
        if isinstance(given, str):
            layout, sizes = read_sizes(given)
        elif isinstance(given, Shape):
            layout, sizes = given.layout, given.sizes
        else:
            layout, sizes = "", tuple(whole(size) for size in given)
        require_positive(sizes)
        return _fitted(layout, sizes, own, who)
    except Refusal as refusal:
        mistake = refusal.mistakes[0]
        what = "invalid input shape: " if mistake.message.startswith("expected") else ""
        raise UsageError(f"{what}{mistake.message}", mistake.hint) from None


def _fitted(layout: str, sizes: tuple[Int, ...], own: Shape | None, who: str) -> Shape:
    """Return the shape with these sizes, in the layout of the spec's own input if none is said.

    Raises:
        Refusal: it has other axes than the spec's own, or a size below 1.
    """
    if own is None:
        return shape_of(sizes, layout)
    what, mended = _mended(sizes, own) if not layout else ("", None)
    if mended is not None:
        raise Refusal(f"{who} expects {expected(own)}, but {typed(sizes)} {what}", _way_out(what, sizes, mended))
    if len(sizes) != len(own.sizes) or layout not in ("", own.layout):
        given = f"{layout} {typed(sizes)}".strip()
        raise Refusal(
            f"{who} expects {expected(own)}, but {given} has {plural(len(sizes), 'axis', 'axes')}",
            f"for example {typed(own.sizes)}",
        )
    return shape_of(sizes, own.layout)


def _mended(sizes: tuple[Int, ...], own: Shape) -> tuple[str, tuple[Int, ...] | None]:
    """Return how sizes differ from a network's own, and what was probably meant; nothing where they may stand."""
    rank, channels = len(own.sizes), own.channels
    if len(sizes) == rank + 1:
        rest = sizes[1:]
        if _channels_last(rest, own):
            return f"has a batch dimension and {CHANNELS_LAST.removeprefix('has ')}", (channels, *rest[:-1])
        one = sizes[0] == 1 or (rest[0] if own.is_map else rest[-1]) == channels
        return ("has a batch dimension", rest) if one else ("", None)
    if not own.is_map:
        return "", None
    if len(sizes) == rank - 1:
        return "has no channels", (channels, *sizes)
    if len(sizes) == 1:
        return "has only one size", (channels, *(sizes * (rank - 1)))
    return (CHANNELS_LAST, (channels, *sizes[:-1])) if _channels_last(sizes, own) else ("", None)


def _channels_last(sizes: tuple[Int, ...], own: Shape) -> bool:
    """Whether sizes end with the channels of the network's own input, and begin with what may be a height."""
    first, last = sizes[0], sizes[-1]
    if not own.is_map or len(sizes) != len(own.sizes) or last != own.channels or first == own.channels:
        return False
    return not isinstance(first, int) or not isinstance(last, int) or first > last


def _way_out(what: str, sizes: tuple[Int, ...], mended: tuple[Int, ...]) -> str:
    way = f"write {typed(mended)}"
    if what != CHANNELS_LAST:
        return way
    layout = shape_of(mended).layout
    return f"{way}, or {layout[1:]}C {typed(sizes)}; {layout} {typed(sizes)} means {sizes[0]} channels"


def expected(own: Shape) -> str:
    """Say what a network expects: its channels or features, and letters for what may have any size.

    >>> from archcalc.quantities.shape import grid
    >>> expected(grid(3, (224, 224)))
    '3×H×W'
    """
    channels = str(own.channels)
    return "×".join([channels, *own.layout[1:]] if own.is_map else [*own.layout[:-1], channels])


def typed(sizes: tuple[Int, ...]) -> str:
    """Spell sizes as they are typed.

    >>> typed((3, 224, 224))
    '3x224x224'
    """
    return "x".join(map(str, sizes))


def perhaps_channels_last(shape: Shape) -> str:
    """Return a remark on an input that no spec states and that looks as if its channels came last.

    >>> perhaps_channels_last(Shape("CHW", (224, 224, 3)))
    'the input 224×224×3 has 224 channels of size 224×3; for 3 channels write 3x224x224'
    """
    sizes = [size for size in shape.sizes if isinstance(size, int)]
    whole_map = shape.is_map and len(sizes) == len(shape.sizes) > 2  # noqa: PLR2004 - channels, and two axes
    if not whole_map or sizes[-1] not in IMAGE_CHANNELS or min(sizes[:-1]) <= sizes[-1]:
        return ""
    *rest, last = sizes
    taken = f"the input {shape} has {shape.channels} channels of size {'×'.join(map(str, shape.spatial))}"
    return f"{taken}; for {plural(last, 'channel')} write {typed((last, *rest))}"
