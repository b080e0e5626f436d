"""The order of places within layers: as few crossings as barycentres and exchanges of neighbours find."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Link = tuple[int, int, float, float, float]
    Near = Mapping[int, Sequence[tuple[int, float]]]

SWEEPS = 12
"""How often the layers are ordered from above and from below; the best order found is taken."""


def ordered(rows: Sequence[Sequence[int]], links: Sequence[Link]) -> list[list[int]]:
    """Return the layers with their places in an order with few crossings.

    >>> ordered([[0, 1], [2, 3]], [(0, 3, 0, 0, 1), (1, 2, 0, 0, 1)])
    [[0, 1], [3, 2]]
    """
    above, below = _neighbours(links)
    best, fewest = [list(row) for row in rows], crossings(rows, links)
    current = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        _swept(current, above if down else below, down=down)
        found = crossings(current, links)
        if found < fewest:
            best, fewest = [list(row) for row in current], found
    return best


def _neighbours(links: Sequence[Link]) -> tuple[Near, Near]:
    above: dict[int, list[tuple[int, float]]] = defaultdict(list)
    below: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for upper, lower, leaves, enters, _ in links:
        above[lower].append((upper, leaves))
        below[upper].append((lower, enters))
    return above, below


def _swept(rows: list[list[int]], near: Near, *, down: bool) -> None:
    """Order each layer by the mean place of what its members are linked with in the layer before."""
    pairs = pairwise(rows if down else rows[::-1])
    for fixed, row in pairs:
        places = {number: float(place) for place, number in enumerate(fixed)}
        means = {number: _mean(number, near, places, place) for place, number in enumerate(row)}
        row.sort(key=means.__getitem__)


def _mean(number: int, near: Near, places: Mapping[int, float], otherwise: float) -> float:
    # A port left of another of the same box comes before it: by less than a place.
    found = [places[other] + port * 1e-4 for other, port in near.get(number, ()) if other in places]
    return sum(found) / len(found) if found else otherwise


def crossings(rows: Sequence[Sequence[int]], links: Sequence[Link]) -> int:
    """Count the pairs of links that cross, layer by layer.

    >>> crossings([[0, 1], [2, 3]], [(0, 3, 0, 0, 1), (1, 2, 0, 0, 1)])
    1
    """
    level = {number: index for index, row in enumerate(rows) for number in row}
    place = {number: index for row in rows for index, number in enumerate(row)}
    by_level: dict[int, list[tuple[tuple[int, float], tuple[int, float]]]] = defaultdict(list)
    for upper, lower, leaves, enters, _ in links:
        by_level[level[upper]].append(((place[upper], leaves), (place[lower], enters)))
    total = 0
    for ends in by_level.values():
        seen: list[tuple[int, float]] = []
        for _, end in sorted(ends):
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total
