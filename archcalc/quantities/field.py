"""The receptive field: which input pixels a unit of a layer can see.

On one axis unit ``i`` sees the pixels from ``first + i*stride`` to ``last + i*stride``. After layers that enlarge a
map the stride is a fraction, and the field depends on the phase of a unit: on ``i`` modulo a period.
"""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Undecided
from archcalc.symbolic.expr import maximum, minimum
from archcalc.symbolic.known import decide, number, simplify
from archcalc.symbolic.ratio import parts, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.quantities.sight import Sight
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number


Interval = tuple[int, int] | None
"""The first and last pixel that a unit sees; None where it sees nothing."""

MOST_PHASES = 4096
"""A field of more phases than any map has rows is not followed further."""

_OWN_PLACE = (0, 0, 1)
"""The ends and the advance of a window that sees one unit, the one at its own place."""

FIELD_SOURCE = "Araujo, Norris & Sim 2019, doi:10.23915/distill.00021, equation 1."
"""Where it comes from how a field grows."""


class Field(NamedTuple):
    """The receptive field along one axis, in pixels of the input; a pixel's own field is ``Field()``.

    ``first`` and ``last`` are what unit 0 sees. Where the phases differ, ``phases`` says for each what its first unit
    sees, and ``shift`` by how many pixels a whole period moves it; else ``shift`` is the stride.

    >>> from archcalc.quantities.window import Window
    >>> field = Field().through(Window(kernel=7, stride=2, before=3, after=3), 224)
    >>> field.size, field.stride, field.padding
    (7, 2, 3)
    """

    first: Int = 0
    last: Int = 0
    shift: Int = 1
    phases: tuple[Interval, ...] = ()

    @property
    def period(self) -> int:
        """How many phases there are."""
        return len(self.phases) or 1

    @property
    def stride(self) -> Number:
        """The effective stride: by how many pixels the field moves from unit to unit."""
        return ratio(self.shift, self.period)

    @property
    def size(self) -> Int:
        """How many pixels a unit sees, from the first to the last; the most that one sees if they differ."""
        if self.phases:
            return max(length(seen) for seen in self.phases)
        return simplify(self.last - self.first + 1)

    @property
    def sizes(self) -> tuple[Int, ...]:
        """The size for each phase."""
        return tuple(length(seen) for seen in self.phases) or (self.size,)

    @property
    def padding(self) -> Int:
        """The effective padding: how many pixels before the input the first unit's field begins."""
        return simplify(-self.first)

    @property
    def centre(self) -> Number:
        """The centre of the first unit's field, where pixel 0 is at 0."""
        return ratio(simplify(self.first + self.last), 2)

    def interval(self, unit: int) -> Interval:
        """Return the first and last pixel that a unit sees, also where they lie outside the input.

        >>> Field(-3, 3, 2).interval(10)
        (17, 23)
        """
        cycle, phase = divmod(unit, self.period)
        return moved(self.phases[phase] if self.phases else self._single(), cycle * number(self.shift))

    def _single(self) -> Interval:
        return number(self.first), number(self.last)

    def through(self, sight: Sight, size: Int) -> Field | None:
        """Return the field of a unit that sees these units, of which there are ``size``, through a layer.

        None where it cannot be said: letters where phases differ, or too many phases.
        """
        if not self.phases and isinstance(sight.period, int) and sight.period == 1:
            low, high = sight.ends(size)
            if (low, high, sight.advance) == _OWN_PLACE:
                return self
            first = self.first + low * self.shift
            last = first + grown(self.size, high - low + 1, self.shift) - 1
            return Field(simplify(first), simplify(last), simplify(self.shift * sight.advance))
        try:
            return self._by_phases(sight, number(size), number(sight.advance), number(sight.period))
        except Undecided:
            return None

    def _by_phases(self, sight: Sight, size: int, advance: int, period: int) -> Field | None:
        """Return the field through a layer for each phase of both."""
        cycles = self.period // gcd(self.period, advance)
        if cycles * period > MOST_PHASES:
            return None
        shift = cycles * advance * number(self.shift) // self.period
        return phased([self._seen(sight.reads(unit, size)) for unit in range(cycles * period)], shift)

    def _seen(self, units: Sequence[int]) -> Interval:
        """Return what units see together; of many side by side, the first and the last of each phase see farthest."""
        if len(units) > 2 * self.period:
            units = (*units[: self.period], *units[-self.period :])
        return _hull(self.interval(unit) for unit in units)

    def joined(self, other: Field, count: Int = 0) -> Field:
        """Return the hull of two fields: what each of ``count`` units of a merge of both paths sees.

        Paths of different strides drift apart: their hull is taken unit by unit.
        """
        if self == other:
            return self
        drift = decide_equal(self.stride, other.stride) is False
        try:
            if drift or self.phases or other.phases:
                return self._joined_by_phases(other, number(count) if drift else 0)
        except Undecided:  # letters: what the first units see stands for all
            pass
        first, last = minimum(self.first, other.first), maximum(self.last, other.last)
        return Field(simplify(first), simplify(last), self.shift)

    def _joined_by_phases(self, other: Field, drifting: int) -> Field:
        """Return the hull for each phase of both, or of each of so many units whose paths drift apart."""
        period = min(drifting, MOST_PHASES) or lcm(self.period, other.period)
        hulls = [_hull((self.interval(unit), other.interval(unit))) for unit in range(period)]
        return phased(hulls, period * number(self.shift) // self.period)

    def aligned(self, other: Field) -> bool | None:
        """Whether two fields have the same stride and centres; None where letters leave it open."""
        return decide_equal(self.stride, other.stride) and decide_equal(self.apart(other), 0)

    def apart(self, other: Field) -> Number:
        """Return by how many pixels the centres of two fields of equal stride differ.

        Where there are phases it is the mean over them: a unit between two others sees as much of both, and lies a
        little off the middle, on this side in one phase and on that side in the next.
        """
        if not self.phases and not other.phases:
            return ratio(simplify(self.first + self.last - other.first - other.last), 2)
        pairs = [(self.interval(unit), other.interval(unit)) for unit in range(lcm(self.period, other.period))]
        twice = [sum(left) - sum(right) for left, right in pairs if left and right]
        return ratio(sum(twice), 2 * max(1, len(twice)))


def grown(size: Int, span: Int, stride: Int) -> Int:
    """Return what a unit sees that sees ``span`` units of a field's size, each a stride from the next.

    FIELD_SOURCE says where this comes from.

    >>> grown(11, 3, 4)
    19
    """
    return size + (span - 1) * stride


def phased(phases: Sequence[Interval], shift: int) -> Field:
    """Return the field with these phases, in the least number of them.

    >>> phased([(0, 2), (1, 3)], 2)
    Field(first=0, last=2, shift=1, phases=())
    """
    period = next(few for few in range(1, len(phases) + 1) if _repeats(phases, few, shift))
    first, last = next((seen for seen in phases if seen), (0, -1))
    kept = () if period == 1 and phases[0] else tuple(phases[:period])
    return Field(first=first, last=last, shift=shift * period // len(phases), phases=kept)


def _repeats(phases: Sequence[Interval], few: int, shift: int) -> bool:
    """Whether the first few phases, moved on, are all there is."""
    if len(phases) % few or shift * few % len(phases):
        return False
    further = shift * few // len(phases)
    return all(later == moved(seen, further) for seen, later in zip(phases, phases[few:], strict=False))


def moved(seen: Interval, by: int) -> Interval:
    """Return an interval so many pixels on."""
    return seen and (seen[0] + by, seen[1] + by)


def length(seen: Interval) -> int:
    """Return how many pixels there are from the first to the last."""
    return 0 if seen is None else seen[1] - seen[0] + 1


def _hull(intervals: Iterable[Interval]) -> Interval:
    seen = [interval for interval in intervals if interval]
    return (min(first for first, _ in seen), max(last for _, last in seen)) if seen else None


def decide_equal(left: Number, right: Number) -> bool | None:
    """Whether two fractions are equal; None where letters leave it open."""
    (above, below), (other_above, other_below) = parts(left), parts(right)
    return decide(above * other_below, "==", other_above * below)
