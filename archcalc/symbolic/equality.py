"""Whether two expressions are equal as functions of letters that are integers of at least 1: yes, no, or undecided.

Equal normal forms prove it, a counterexample refutes it. In one letter :mod:`archcalc.symbolic.quasi` decides, up to
periods of 10,000. What is left, above all letters that couple, is undecided: never guessed.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.symbolic.display import written
from archcalc.symbolic.expr import evaluate, letters
from archcalc.symbolic.quasi import along, quasi
from archcalc.symbolic.simplify import polynomial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.symbolic.expr import Int

_AWKWARD = [*range(1, 51), *(2**k + d for k in range(6, 21) for d in (-1, 0, 1))]
"""Values that tell expressions apart: small ones, and those around powers of two."""
_SMALL = 6
_GRID, _SCATTERED = 1296, 600
"""How many samples are taken of small values, and of any."""


class EqualityVerdict(NamedTuple):
    """Whether two expressions are equal, what shows it, and values for which they differ."""

    equal: bool | None
    proof: str
    example: dict[str, int] | None = None


NORMAL_FORMS = EqualityVerdict(equal=True, proof="their normal forms are the same")
RESIDUE_CLASSES = EqualityVerdict(equal=True, proof="they agree in all residue classes")
UNDECIDED = EqualityVerdict(equal=None, proof="neither a proof nor a counterexample was found")


def equal(left: Int, right: Int) -> bool | None:
    """Return whether two expressions have the same value for all letters; None where it is undecided.

    >>> from archcalc.symbolic.expr import Letter
    >>> H, W = Letter("H"), Letter("W")
    >>> equal(H//2 + (H + 1)//2, H), equal(H//2*2, H), equal(H, W)
    (True, False, False)
    """
    return left == right if isinstance(left, int) and isinstance(right, int) else compare(left, right).equal


def counterexample(left: Int, right: Int) -> dict[str, int] | None:
    """Return values of the letters for which two expressions differ, if some were found.

    >>> from archcalc.symbolic.expr import Letter
    >>> counterexample(Letter("H")//2*2, Letter("H"))
    {'H': 1}
    """
    return compare(left, right).example


def compare(left: Int, right: Int) -> EqualityVerdict:
    """Return whether two expressions are equal, with what shows it."""
    difference = written(polynomial(left) - polynomial(right))
    names = sorted({*letters(left), *letters(right)})
    if isinstance(difference, int):
        return _refuted(dict.fromkeys(names, 1)) if difference else NORMAL_FORMS
    verdict = _settled(difference) if len(letters(difference)) == 1 else None
    if verdict is None:
        verdict = _sampled(difference)
    return _refuted(dict.fromkeys(names, 1) | verdict.example) if verdict.example else verdict


def _refuted(example: dict[str, int]) -> EqualityVerdict:
    return EqualityVerdict(equal=False, proof="they differ for an example", example=example)


def _settled(difference: Int) -> EqualityVerdict | None:
    """Decide on a difference in one letter, if it is a quasi-polynomial that can be computed."""
    (name,) = letters(difference)
    try:
        known = quasi(difference)
        point = _first_apart(difference, known.values) if known else None
    except ExpressionError:  # a value that is too large
        return None
    if known is None:
        return None
    return _refuted({name: point}) if point else RESIDUE_CLASSES


def _first_apart(difference: Int, values: int) -> int | None:
    """Return the first of so many points at which a difference is not 0."""
    for start in range(1, values + 1, _GRID):
        points = range(start, min(start + _GRID, values + 1))
        found = next((point for point, value in zip(points, along(difference, points), strict=True) if value), None)
        if found:
            return found
    return None


def _sampled(difference: Int) -> EqualityVerdict:
    """Look for values for which a difference is not 0."""
    for values in _samples(letters(difference)):
        try:
            if evaluate(difference, values):
                return _refuted(values)
        except ExpressionError:
            continue
    return UNDECIDED


def _samples(names: tuple[str, ...]) -> Iterator[dict[str, int]]:
    """Give values of letters: a grid of small ones, then a scatter of awkward ones, the same in every run."""
    for point in islice(product(range(1, _SMALL + 1), repeat=len(names)), _GRID):
        yield dict(zip(names, point, strict=True))
    state = 1
    for _ in range(_SCATTERED):
        values = {}
        for name in names:
            # Knuth's linear congruential generator (MMIX): as scattered as is needed, and without a seed.
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            values[name] = _AWKWARD[(state >> 33) % len(_AWKWARD)]
        yield values
