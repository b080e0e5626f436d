"""What merges share: whether sizes that come together are equal, proved where they have letters in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal, Undecided
from archcalc.symbolic.known import counterexample, equal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def all_equal(who: str, shapes: Sequence[Shape], *, but_channels: bool = False) -> Shape:
    """Return the first shape, once all others have its sizes, or all its sizes but the channels.

    Raises:
        Refusal: two of them differ; with letters, for which value.
        Undecided: letters leave it open.
    """
    first = shapes[0]
    for other in shapes[1:]:
        require_equal_layouts(who, first, other)
        compared = other.with_channels(first.channels) if but_channels else other
        for left, right in zip(first.sizes, compared.sizes, strict=True):
            require_equal(who, (first, other), left, right)
    return first


def require_equal_layouts(who: str, first: Shape, other: Shape) -> None:
    """Refuse branches of different kinds, or with different numbers of regions."""
    if first.layout != other.layout:
        raise Refusal(f"{who} cannot join {first.described()} and {other.described()}")
    if first.regions != other.regions:
        raise Refusal(f"{who} cannot join {first} and {other}: they come a different number of times per image")


def require_equal(who: str, shapes: tuple[Shape, Shape], left: Int, right: Int) -> None:
    """Refuse two sizes that differ."""
    verdict = equal(left, right)
    if verdict:
        return
    message = f"{who} cannot join {shapes[0]} and {shapes[1]}: {left} is not {right}"
    if verdict is None:
        raise Undecided(f"{who}: whether {left} equals {right} cannot be decided", "give numbers for some letters")
    raise Refusal(message, _example(left, right))


def _example(left: Int, right: Int) -> str:
    values = counterexample(left, right) or {}
    return f"for example for {', '.join(f'{n} = {v}' for n, v in values.items())}" if values else ""
