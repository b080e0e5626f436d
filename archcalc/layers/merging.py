"""What merges share: whether sizes that come together are equal, proved where they have letters in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Mismatch, Undecided
from archcalc.quantities.shape import AXES
from archcalc.symbolic.expr import maximum
from archcalc.symbolic.known import counterexample, equal
from archcalc.symbolic.printing import unicode
from archcalc.symbolic.supposing import supposed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def all_equal(shapes: Sequence[Shape], *, but: int | None = None) -> Shape:
    """Return the first shape, once all others have its sizes, or all its sizes but that of one axis.

    Raises:
        Refusal: two of them differ; with letters, for which value.
        Undecided: letters leave it open.
    """
    first = shapes[0]
    for other in shapes[1:]:
        require_equal_layouts(first, other)
        for place, (letter, left, right) in enumerate(zip(first.layout, first.sizes, other.sizes, strict=True)):
            if place != but:
                require_equal((first, other), AXES[letter], left, right)
    return first


def stretched(left: Shape, right: Shape) -> Shape:
    """Return the shape of two tensors that are combined value by value, where an axis of size 1 is repeated.

    Raises:
        Refusal: an axis has two sizes, and neither is 1.
        Undecided: letters leave it open.
    """
    require_equal_layouts(left, right)
    rows = zip(left.layout, left.sizes, right.sizes, strict=True)
    return left._replace(sizes=tuple(_longer((left, right), *axis) for axis in rows))


def _longer(shapes: tuple[Shape, Shape], letter: str, left: Int, right: Int) -> Int:
    if left == 1:
        return right
    if right != 1 and not equal(left, right) and supposed((left - 1) * (right - 1) * (left - right), "==", 0):
        return maximum(left, right)
    if right != 1:
        require_equal(shapes, AXES[letter], left, right)
    return left


def first_of_full_size(run: Training) -> int:
    """Return whether the values of a merge lie in another order: PyTorch takes that of the first tensor as large."""
    pairs = zip(run.inputs, run.turned, strict=True)
    return next((turned for shape, turned in pairs if shape.sizes == run.output.sizes), 0)


def require_equal_layouts(first: Shape, other: Shape) -> None:
    """Refuse branches of different kinds, or with different numbers of regions."""
    if first.layout != other.layout:
        raise Mismatch(f"cannot combine {first.described()} with {other.described()}")
    if first.regions != other.regions:
        raise Mismatch(f"shapes {first} and {other} do not match: different numbers of regions per image")


def require_equal(shapes: tuple[Shape, Shape], axis: str, left: Int, right: Int) -> None:
    """Refuse two sizes along an axis that differ."""
    verdict = equal(left, right)
    if verdict or supposed(left, "==", right):
        return
    if verdict is None:
        raise Undecided(
            f"cannot decide whether {unicode(left)} equals {unicode(right)}", "replace some variables by numbers"
        )
    message = f"shapes {shapes[0]} and {shapes[1]} do not match ({axis} {unicode(left)} and {unicode(right)})"
    raise Mismatch(message, _hint(axis, left, right))


RESIZE = (
    "resize one of them ({crop: , to: LAYER} or {upsample: , to: LAYER}), or change its padding\n"
    "archcalc solve NET --fits finds input sizes that fit"
)
"""What usually helps where rows or columns differ."""


def _hint(axis: str, left: Int, right: Int) -> str:
    """Say for which values sizes with letters differ; of numbers, how to make them equal."""
    values = counterexample(left, right) or {}
    if values:
        return f"they differ, for example, for {', '.join(f'{n} = {v}' for n, v in values.items())}"
    if axis == "channels" and isinstance(left, int) and isinstance(right, int):
        return f"add a projection to one branch, for example {{conv: {left}, kernel: 1}}"
    return RESIZE if axis in (AXES["D"], AXES["H"], AXES["W"], AXES["L"]) else ""
