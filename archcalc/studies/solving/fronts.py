"""Pareto fronts: the points than which no other is better in one total without being worse in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archcalc.errors import UsageError
from archcalc.measures.quantities import find

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.symbolic.ratio import Number

T = TypeVar("T")


class Objective(NamedTuple):
    """A total that is to be small, or with ``largest`` that is to be large."""

    total: str
    largest: bool = False


def read_objectives(written: str) -> tuple[Objective, ...]:
    """Read the totals of a front: those with a plus are to be large.

    >>> read_objectives("macs,+params")
    (Objective(total='macs', largest=False), Objective(total='params', largest=True))

    Raises:
        UsageError: a total is unknown, or there are fewer than two.
    """
    words = [word.strip() for word in written.split(",")]
    found = tuple(Objective(find(word.removeprefix("+")).name, word.startswith("+")) for word in words)
    if len({objective.total for objective in found}) < 2:  # noqa: PLR2004 - of one total there is one best value
        raise UsageError(f"a front needs two totals, got '{written}'", "for example --pareto macs,+params")
    return found


def front(points: Sequence[T], costs: Callable[[T], tuple[Number, ...]]) -> list[T]:
    """Return the points on the front, in the order of their first cost; of equal ones all.

    >>> front([(3, 1), (1, 3), (2, 2), (3, 3), (2, 2)], lambda point: point)
    [(1, 3), (2, 2), (2, 2), (3, 1)]
    """
    best: list[tuple[Number, ...]] = []
    found: list[T] = []
    for cost, point in sorted(((costs(point), point) for point in points), key=lambda pair: pair[0]):
        if not best or cost == best[-1] or not _beaten(cost, best):
            best.append(cost)
            found.append(point)
    return found


def _beaten(cost: tuple[Number, ...], best: Sequence[tuple[Number, ...]]) -> bool:
    """Whether a point on the front is at most as large in everything; of two costs only the last can be."""
    known = best[-1:] if len(cost) == 2 else best  # noqa: PLR2004 - the first costs rise, so the second ones fall
    return any(other != cost and all(a <= b for a, b in zip(other, cost, strict=True)) for other in known)  # type: ignore[operator]
