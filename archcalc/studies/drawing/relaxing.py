"""Coordinates within layers: each place near its neighbours, no two nearer than they may be, and chains straight."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.studies.drawing.ordering import Link

    Wishes = Mapping[int, Sequence[tuple[int, float, float]]]

ROUNDS, STRAIGHTENING = 40, 12
"""How often all layers are moved, and then all chains; more than graphs of some hundred boxes need to settle."""

SLACK = 1e-6


def relaxed(rows: Sequence[Sequence[int]], links: Sequence[Link], widths: Sequence[float], apart: float) -> list[float]:
    """Return the middle of each place, by its number.

    >>> relaxed([[0], [1, 2]], [(0, 1, 0, 0, 1), (0, 2, 0, 0, 1)], [30, 30, 30], 20)
    [0.0, -25.0, 25.0]
    """
    places = [0.0] * len(widths)
    steps = [[_distance(one, other, widths, apart) for one, other in pairwise(row)] for row in rows]
    for row, distances in zip(rows, steps, strict=True):
        for number, at in zip(row, accumulate(distances, initial=0.0), strict=True):
            places[number] = at
    wishes = _wishes(links)
    layers = list(zip(rows, steps, strict=True))
    for count in range(ROUNDS):
        for row, distances in layers if count % 2 else layers[::-1]:
            _moved(row, distances, wishes, places)
    chains = _chains(links)
    around = _around(layers)
    for _ in range(STRAIGHTENING):
        for chain in chains:
            _straightened(chain, wishes, around, places)
    return places


def _chains(links: Sequence[Link]) -> list[dict[int, float]]:
    """Return the runs of places that should stand straight below each other, longest first, with their offsets.

    A link belongs to a run if it is the strongest one of both its ends, and no other is as strong.
    """
    down = _strongest([(upper, lower, leaves - enters, weight) for upper, lower, leaves, enters, weight in links])
    up = _strongest([(lower, upper, enters - leaves, weight) for upper, lower, leaves, enters, weight in links])
    nexts = {upper: found for upper, found in down.items() if up.get(found[0], (None,))[0] == upper}
    starts = {number for link in links for number in link[:2]} - {lower for lower, _ in nexts.values()}
    found = []
    for start in sorted(starts):
        chain, number, offset = {start: 0.0}, start, 0.0
        while number in nexts:
            number, by = nexts[number]
            offset += by
            chain[number] = offset
        found.append(chain)
    return sorted(found, key=len, reverse=True)


def _strongest(links: Sequence[tuple[int, int, float, float]]) -> dict[int, tuple[int, float]]:
    """Return the strongest link of each place, where there is one that is stronger than all others."""
    best: dict[int, tuple[int, float, float]] = {}
    tied: set[int] = set()
    for number, other, by, weight in links:
        if number not in best or weight > best[number][2]:
            best[number] = (other, by, weight)
            tied.discard(number)
        elif weight == best[number][2]:
            tied.add(number)
    return {number: found[:2] for number, found in best.items() if number not in tied}


def _around(layers: Sequence[tuple[Sequence[int], Sequence[float]]]) -> dict[int, list[tuple[int, float]]]:
    """Return the neighbours of each place in its layer, with how far away they have to be: to the left below zero."""
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, distances in layers:
        for one, other, distance in zip(row, row[1:], distances, strict=False):
            found[one].append((other, distance))
            found[other].append((one, -distance))
    return found


def _straightened(
    chain: Mapping[int, float], wishes: Wishes, around: Mapping[int, Sequence[tuple[int, float]]], places: list[float]
) -> None:
    """Move a chain as a whole to where its neighbours want it, if there is room for it."""
    low, high, wish, weights = -float("inf"), float("inf"), 0.0, 0.0
    for number, offset in chain.items():
        for other, distance in around.get(number, ()):
            if distance > 0:
                high = min(high, places[other] - distance - offset)
            else:
                low = max(low, places[other] - distance - offset)
        pulls = [(places[other] + by, w) for other, by, w in wishes.get(number, ()) if other not in chain]
        pulls.append((places[number], SLACK))
        wish += sum((at - offset) * weight for at, weight in pulls)
        weights += sum(weight for _, weight in pulls)
    if low <= high + SLACK:
        at = min(max(wish / weights, low), high)
        for number, offset in chain.items():
            places[number] = at + offset


def _distance(one: int, other: int, widths: Sequence[float], apart: float) -> float:
    return (widths[one] + widths[other]) / 2 + (apart if min(widths[one], widths[other]) > apart else apart / 3)


def _wishes(links: Sequence[Link]) -> Wishes:
    """Return for each place where its neighbours would have it: beside which, by how much, and how strongly."""
    found: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for upper, lower, leaves, enters, weight in links:
        found[upper].append((lower, enters - leaves, weight))
        found[lower].append((upper, leaves - enters, weight))
    return found


class _Run(NamedTuple):
    """Places that touch each other and move together: the sum of weights, that of weighted wishes, and how many."""

    weight: float
    wish: float
    members: int

    @property
    def at(self) -> float:
        return self.wish / self.weight


def _moved(row: Sequence[int], distances: Sequence[float], wishes: Wishes, places: list[float]) -> None:
    """Move a layer to where its neighbours want it: least squares under minimal distances, by pooling (PAVA)."""
    runs: list[_Run] = []
    offsets = list(accumulate(distances, initial=0.0))
    for number, offset in zip(row, offsets, strict=True):
        # What nothing pulls stays where it is, loosely.
        pulls = [(places[other] + by, weight) for other, by, weight in wishes.get(number, ())] or [
            (places[number], 0.01)
        ]
        weight = sum(w for _, w in pulls)
        run = _Run(weight, sum(at * w for at, w in pulls) - offset * weight, 1)
        while runs and runs[-1].at > run.at:
            before = runs.pop()
            run = _Run(before.weight + run.weight, before.wish + run.wish, before.members + run.members)
        runs.append(run)
    at = iter(zip(row, offsets, strict=True))
    for run in runs:
        for _ in range(run.members):
            number, offset = next(at)
            places[number] = run.at + offset
