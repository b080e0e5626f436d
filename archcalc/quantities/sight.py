"""What each unit of a layer reads of its input along one axis, where that is more than a window that slides.

A sight repeats: ``period`` units on, everything is read ``advance`` positions on. A :class:`Window` is a sight of
period 1. Positions may lie outside the input: there is padding, or nothing.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple, Protocol

from archcalc.symbolic.known import decide, equal, number, simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.symbolic.expr import Int


class Sight(Protocol):
    """What a unit reads."""

    @property
    def period(self) -> Int:
        """After how many units the pattern repeats."""

    @property
    def advance(self) -> Int:
        """By how many positions it moves meanwhile."""

    def ends(self, size: Int) -> tuple[Int, Int]:
        """Return the first and last position that unit 0 reads, of an input of a size, where the period is 1."""

    def reads(self, unit: int, size: int) -> Sequence[int]:
        """Return the positions that a unit reads."""


class Stretch(NamedTuple):
    """Interpolation to another size: unit o reads the position at its place, or with ``smooth`` the two around it.

    Source: PyTorch ``Upsample`` (``nearest``; ``bilinear`` with ``align_corners=False``: centres lie on centres).

    >>> [Stretch(2, 4).reads(unit, 2) for unit in range(4)]
    [(0,), (0,), (1,), (1,)]
    >>> [Stretch(2, 4, smooth=True).reads(unit, 2) for unit in range(4)]
    [(-1, 0), (0, 1), (0, 1), (1, 2)]
    """

    inputs: Int
    outputs: Int
    smooth: bool = False

    @property
    def period(self) -> Int:
        """The outputs, in lowest terms."""
        return lowest(self.inputs, self.outputs)[1]

    @property
    def advance(self) -> Int:
        """The inputs, in lowest terms."""
        return lowest(self.inputs, self.outputs)[0]

    def ends(self, size: Int) -> tuple[Int, Int]:  # noqa: ARG002 - every sight is asked so
        """Return position 0: where the period is 1 nothing is stretched, or only every so many are taken."""
        return (0, 0)

    def reads(self, unit: int, size: int) -> tuple[int, ...]:  # noqa: ARG002
        """Return one position, or two neighbours where the unit's centre lies between them."""
        inputs, outputs = number(self.inputs), number(self.outputs)
        if not self.smooth:
            return (unit * inputs // outputs,)
        place, between = divmod((2 * unit + 1) * inputs - outputs, 2 * outputs)
        return (place, place + 1) if between else (place,)


class Bins(NamedTuple):
    """Bins that divide an input as evenly as it goes; neighbours overlap where it does not divide.

    Source: PyTorch ``AdaptiveAvgPool2d``: from floor(oI/O) up to ceil((o + 1)I/O).

    >>> [list(Bins(5, 3).reads(unit, 5)) for unit in range(3)]
    [[0, 1], [1, 2, 3], [3, 4]]
    """

    inputs: Int
    bins: Int

    @property
    def period(self) -> Int:
        """The bins, in lowest terms."""
        return lowest(self.inputs, self.bins)[1]

    @property
    def advance(self) -> Int:
        """The inputs, in lowest terms."""
        return lowest(self.inputs, self.bins)[0]

    def ends(self, size: Int) -> tuple[Int, Int]:  # noqa: ARG002
        """Return the first bin's positions: where the period is 1 they are as many as it advances."""
        return 0, self.advance - 1

    def reads(self, unit: int, size: int) -> range:  # noqa: ARG002
        """Return the positions in the unit's bin."""
        inputs, bins = number(self.inputs), number(self.bins)
        return range(unit * inputs // bins, -(-(unit + 1) * inputs // bins))


class Blocks(NamedTuple):
    """Blocks side by side, all of whose units read the whole block; one of them begins at ``shift``.

    Source: Liu et al. 2021, arXiv 2103.14030, section 3.2: attention within windows.

    >>> [list(Blocks(3, shift=1).reads(unit, 6)) for unit in (0, 1, 2)]
    [[-2, -1, 0], [1, 2, 3], [1, 2, 3]]
    """

    side: Int
    shift: Int = 0

    @property
    def period(self) -> Int:
        """The side of a block."""
        return self.side

    @property
    def advance(self) -> Int:
        """The side of a block."""
        return self.side

    def ends(self, size: Int) -> tuple[Int, Int]:  # noqa: ARG002
        """Return position 0: a block of side 1 is one position."""
        return (0, 0)

    def reads(self, unit: int, size: int) -> range:  # noqa: ARG002
        """Return the positions of the unit's block."""
        side, shift = number(self.side), number(self.shift)
        start = (unit - shift) // side * side + shift
        return range(start, start + side)


def lowest(inputs: Int, outputs: Int) -> tuple[Int, Int]:
    """Return two sizes divided by what divides both; sizes with letters only where one is a multiple of the other.

    >>> lowest(65, 520)
    (1, 8)
    """
    if isinstance(inputs, int) and isinstance(outputs, int):
        common = gcd(inputs, outputs)
        return inputs // common, outputs // common
    if equal(inputs, outputs):
        return 1, 1
    return (simplify(inputs // outputs), 1) if decide(inputs % outputs, "==", 0) else (inputs, outputs)
