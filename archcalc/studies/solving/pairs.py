"""Sizes of axes that conditions couple: looked for over pairs (and triples) of a range, never over squares alone."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.studies.solving.laws import satisfying
from archcalc.studies.solving.supposed import inserted
from archcalc.symbolic.relations import HOLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archcalc.studies.solving.supposed import Supposed
    from archcalc.symbolic.supposing import Condition

MOST_COMBINED = 1 << 16
"""The most combinations of sizes that are looked at by closed forms."""
MOST_LAYERS = 60_000
"""The most layers that are wired for combinations of sizes without closed forms."""
MOST_WIRED = 1 << 11


class Pairs(NamedTuple):
    """The sizes of coupled axes that work and are not all equal; each axis was tried over one range."""

    letters: tuple[str, ...]
    tried: range
    found: tuple[tuple[int, ...], ...]

    def least(self) -> list[tuple[int, ...]]:
        """Return those beside which no other is smaller or equal along every axis.

        >>> Pairs(("H", "W"), range(1, 9), ((1, 4), (1, 8), (2, 4), (4, 1))).least()
        [(1, 4), (4, 1)]
        """
        return _undominated(sorted(self.found))

    def largest(self) -> list[tuple[int, ...]]:
        """Return those beside which no other is larger or equal along every axis.

        >>> Pairs(("H", "W"), range(1, 9), ((1, 4), (1, 8), (2, 4), (4, 1))).largest()
        [(1, 8), (2, 4), (4, 1)]
        """
        negative = sorted(tuple(-size for size in sizes) for sizes in self.found)
        return [tuple(-size for size in sizes) for sizes in reversed(_undominated(negative))]


def _undominated(found: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return of ascending combinations those beside which no earlier one is smaller or equal along every axis."""
    kept: list[tuple[int, ...]] = []
    for one in found:
        if not any(all(a <= b for a, b in zip(other, one, strict=True)) for other in reversed(kept)):
            kept.append(one)
    return kept


def reach(axes: int, most: int) -> range:
    """Return the sizes of each of some axes, so that their combinations are not more than allowed.

    >>> reach(2, 1 << 16), reach(3, 1 << 16)
    (range(1, 257), range(1, 41))
    """
    side = 1
    while (side + 1) ** axes <= most:
        side += 1
    return range(1, side + 1)


def pairs_of(supposed: Supposed) -> Pairs:
    """Return the combinations of the coupled letters at which conditions hold, over a range of each."""
    letters = supposed.coupled
    tried = reach(len(letters), MOST_COMBINED)
    values = {letter: alone(supposed.about(letter), tried) for letter in letters}
    found = combined(supposed.between, values)
    return Pairs(letters, tried, tuple(sizes for sizes in found if len(set(sizes)) > 1))


def alone(conditions: Sequence[Condition], values: Sequence[int]) -> list[int]:
    """Return those of some values at which conditions hold; none where a term has no value."""
    try:
        return satisfying(conditions, values)
    except ExpressionError:
        return [value for value in values if _holds(conditions, value)]


def _holds(conditions: Sequence[Condition], value: int) -> bool:
    try:
        return bool(satisfying(conditions, [value]))
    except ExpressionError:
        return False


def combined(conditions: Sequence[Condition], values: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    """Yield the combinations of values of letters at which conditions between these hold.

    >>> from archcalc.symbolic.expr import Letter
    >>> from archcalc.symbolic.supposing import Condition
    >>> list(combined([Condition(Letter("H") * Letter("W") - 6, "==")], {"H": range(1, 5), "W": range(1, 5)}))
    [(2, 3), (3, 2)]
    """
    (letter, inside), *others = values.items()
    if not others:
        yield from ((value,) for value in alone(conditions, inside))
        return
    for value in inside:
        try:
            left = inserted(conditions, {letter: value})
        except ExpressionError:
            continue
        certain = [one for one in left if isinstance(one.term, int)]
        if all(HOLDS[relation](term, 0) for term, relation in certain if isinstance(term, int)):
            rest = combined([one for one in left if one.letters], dict(others))
            yield from ((value, *more) for more in rest)


def wired(works: Callable[[Mapping[str, int]], bool], letters: tuple[str, ...], layers: int) -> Pairs:
    """Return the combinations of sizes at which a network with this number of layers works, each tried by itself."""
    tried = reach(len(letters), min(MOST_WIRED, MOST_LAYERS // max(1, layers)))
    unequal = (sizes for sizes in product(tried, repeat=len(letters)) if len(set(sizes)) > 1)
    found = (sizes for sizes in unequal if works(dict(zip(letters, sizes, strict=True))))
    return Pairs(letters, tried, tuple(found))
