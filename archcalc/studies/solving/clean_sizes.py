"""The input sizes at which every division of a network is whole, as a law: `32n + 3`, from 67.

What a window's division leaves over repeats with the input's size. The period is known from the closed form, so the
law is proved by looking at one whole period; where there is no closed form a range is tried, and the law says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.measures.validity import least_sizes
from archcalc.studies.solving.dials import INPUT, input_dial
from archcalc.studies.solving.trying import unwatched
from archcalc.symbolic.expr import letters
from archcalc.symbolic.known import simplify
from archcalc.symbolic.quasi import along, quasi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archcalc.network.graph import Graph
    from archcalc.network.network import Network, WhatIf
    from archcalc.studies.solving.dials import Dial
    from archcalc.symbolic.expr import Int

TRIED = range(1, 513)
"""The sizes that are tried where there is no closed form."""
CONFIRMED = 4
"""At so many clean sizes the network is asked whether it works."""
LONGEST_PERIOD = 1 << 20


class Law(NamedTuple):
    """The clean sizes along one axis: ``step*n + offset`` for each offset, from a first size on.

    ``proved`` says that a whole period was looked at, else that a range was tried. Without offsets none is clean; a
    step of 0 says that no law fits what was tried: the offsets are then the sizes themselves.
    """

    step: int
    offsets: tuple[int, ...]
    start: int
    proved: bool = True

    def __contains__(self, size: object) -> bool:
        """Whether a size is clean.

        >>> 227 in Law(32, (3,), 67), 224 in Law(32, (3,), 67)
        (True, False)
        """
        if not isinstance(size, int) or size < self.start:
            return False
        return (size % self.step if self.step else size) in self.offsets

    def members(self) -> Iterator[int]:
        """Yield the clean sizes, from the first on."""
        end = None if self.step else self.offsets[-1] + 1
        for size in count(self.start) if end is None else range(self.start, end):
            if size in self:
                yield size

    def nearest(self, size: int) -> tuple[int, ...]:
        """Return the size itself if it is clean, else the clean sizes next to it.

        >>> Law(32, (3,), 67).nearest(224), Law(32, (3,), 67).nearest(20)
        ((195, 227), (67,))
        """
        if size in self:
            return (size,)
        reach, start = self.step or max(size, *self.offsets), max(size, self.start)
        below = next((near for near in range(size, max(0, size - reach - 1), -1) if near in self), None)
        above = next((near for near in range(start, start + reach + 1) if near in self), None)
        return tuple(near for near in (below, above) if near is not None)


class Division(NamedTuple):
    """What a window's division leaves over in a layer, as a formula of the input's size."""

    path: str
    remainder: Int


@dataclass(frozen=True, kw_only=True)
class CleanSizes:
    """The law of each axis; ``never`` are layers whose division is never whole, ``own`` the network's own sizes.

    ``tried`` is the range in which every size was tried, where there is no proof.
    """

    network: str
    laws: Mapping[str, Law]
    own: Mapping[str, int]
    never: tuple[str, ...] = ()
    tried: range | None = None
    complete: bool = True

    @property
    def holds(self) -> bool:
        """Whether any size is clean."""
        return not self.never and all(law.offsets for law in self.laws.values())


def clean_sizes(
    network: Network, asked: WhatIf, watch: Callable[[range], Iterable[int]] = unwatched, within: range | None = None
) -> CleanSizes:
    """Return the input sizes at which every division is whole; layers that only training runs are left out.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> clean_sizes(archcalc.load("alexnet"), WhatIf()).laws["H"]
    Law(step=32, offsets=(3,), start=67, proved=True)

    Raises:
        UsageError: the input has no size to turn.
    """
    dial, own = input_dial(network, asked), _own(network, asked)
    name = network.spec.title or network.spec.name
    found = None if within else _by_period(network, dial)
    if found is not None:
        laws, never = found
        return CleanSizes(network=name, laws=laws, own=own, never=never)
    if len(dial.unknowns) > 1:
        dial = input_dial(network, asked, square=True)
    law, tried, complete = _by_trying(network, dial, watch, within or TRIED)
    own = {INPUT: max(own.values())} if own and dial.unknowns == (INPUT,) else own
    return CleanSizes(network=name, laws={dial.unknowns[0]: law}, own=own, tried=tried, complete=complete)


def _own(network: Network, asked: WhatIf) -> dict[str, int]:
    """Return the sizes that the network or the question gives, by the letters of the axes."""
    shape = next(iter(network.entering(asked).values()))
    sizes = zip(shape.layout[1:], shape.spatial, strict=True)
    return {letter: size for letter, size in sizes if isinstance(size, int)}


def divisions(graph: Graph) -> Iterator[Division]:
    """Yield what each window's division leaves over, in the layers that inference runs."""
    for node in graph.nodes:
        if node.is_input or node.head:
            continue
        x = graph.shapes_read(node)[0]
        geometry = node.layer.geometry(x)
        for window, size in zip(geometry.windows if geometry else (), x.spatial, strict=False):
            yield Division(node.path, simplify(window.remainder(size)))


def _by_period(network: Network, dial: Dial) -> tuple[dict[str, Law], tuple[str, ...]] | None:
    """Return the laws by closed forms, and the layers that are never clean; None where there are no closed forms."""
    try:
        table = dial.table(network, dial.letters())
        least = least_sizes(table)
    except ArchcalcError:
        return None
    left = {division.remainder: division.path for division in divisions(table.graph)}
    if any(len(letters(remainder)) > 1 for remainder in left):
        return None
    never = tuple(path for remainder, path in left.items() if isinstance(remainder, int) and remainder)
    laws = {}
    for letter in dial.unknowns:
        law = _law([remainder for remainder in left if letters(remainder) == (letter,)], least.get(letter, 1))
        if law is None:
            return None
        laws[letter] = law
    return (laws, never) if never or _works(network, dial, laws) else None


def _law(remainders: Sequence[Int], least: int) -> Law | None:
    """Return where all of some remainders are 0, by one whole period of all of them; None if it is too long."""
    known = [quasi(remainder) for remainder in remainders]
    if not all(known):
        return None
    period = lcm(*(found.period for found in known if found))
    start = max([least, *(found.threshold for found in known if found)])
    if period > LONGEST_PERIOD:
        return None
    points = range(least, start + period)
    clean = set(points)
    for remainder in remainders:
        inside = sorted(clean)
        clean = {size for size, left in zip(inside, along(remainder, inside), strict=True) if left == 0}
    return _fitted(clean, range(least, start), range(start, start + period))


def _fitted(clean: set[int], before: range, points: range) -> Law:
    """Return the law with the least step that says which of the points are clean, from the size on where it holds.

    The points are a whole period; it holds for what lies before them from behind the last exception.
    """
    period = len(points)
    step = next(step for step in range(1, period + 1) if period % step == 0 and _repeats(clean, points, step))
    offsets = tuple(sorted({size % step for size in points if size in clean}))
    exceptions = [size for size in before if (size in clean) != (size % step in offsets)]
    begin = exceptions[-1] + 1 if exceptions else (before.start if before else points.start)
    return Law(step, offsets, next((n for n in range(begin, begin + step) if n % step in offsets), begin))


def _repeats(clean: set[int], points: range, step: int) -> bool:
    """Whether sizes a step apart are clean together, all around the period."""
    return all((size in clean) == (points[(size - points.start + step) % len(points)] in clean) for size in points)


def _works(network: Network, dial: Dial, laws: Mapping[str, Law]) -> bool:
    """Whether the network works at the first sizes of its laws: it may refuse some for another reason."""
    if not all(law.offsets for law in laws.values()):
        return True
    members = {letter: law.members() for letter, law in laws.items()}
    try:
        for _ in range(CONFIRMED):
            network.wire(dial.at({letter: next(sizes) for letter, sizes in members.items()}))
    except ArchcalcError:
        return False
    return True


def _by_trying(
    network: Network, dial: Dial, watch: Callable[[range], Iterable[int]], values: range
) -> tuple[Law, range, bool]:
    """Return the law that fits all sizes of a range, which of them were tried, and whether all were."""
    (unknown,), clean = dial.unknowns, []
    tried, complete = values[:0], True
    try:
        for place, size in enumerate(watch(values), 1):
            if _is_clean(network, dial.at({unknown: size})):
                clean.append(size)
            tried = values[:place]
    except KeyboardInterrupt:
        complete = False
    return _guessed(clean, tried), tried, complete


def _is_clean(network: Network, asked: WhatIf) -> bool:
    try:
        return all(division.remainder == 0 for division in divisions(network.wire(asked)))
    except ArchcalcError:
        return False


def _guessed(clean: Sequence[int], tried: range) -> Law:
    """Return the law with the least step that says which of the tried sizes are clean, from the first of them on."""
    if not clean:
        return Law(1, (), tried.start, proved=False)
    seen = range(clean[0], tried.stop)
    for step in range(1, len(seen)):
        times = Counter(size % step for size in clean)
        if min(times.values()) > 1 and len(clean) == sum(size % step in times for size in seen):
            return Law(step, tuple(sorted(times)), clean[0], proved=False)
    return Law(0, tuple(clean), clean[0], proved=False)
