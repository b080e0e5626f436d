"""Lanes: spans that overlap run beside each other, the shorter ones inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return a lane for each span, from 0: no two that overlap share one, and one within another has the lower.

    >>> lanes([(0, 9), (2, 4), (4, 6), (1, 7)])
    [2, 0, 0, 1]
    """
    found: dict[int, int] = {}
    for number in sorted(range(len(spans)), key=lambda n: (spans[n][1] - spans[n][0], spans[n])):
        start, end = spans[number]
        taken = {lane for other, lane in found.items() if spans[other][0] < end and start < spans[other][1]}
        within = [found[n] for n in found if start <= spans[n][0] and spans[n][1] <= end and spans[n] != spans[number]]
        lane = max(within, default=-1) + 1 if any(found[n] in taken for n in found) and within else 0
        while lane in taken:
            lane += 1
        found[number] = lane
    return [found[number] for number in range(len(spans))]
