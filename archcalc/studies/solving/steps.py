"""The values of an argument that takes decimals: `--range 0.25..2 --step 0.25`, exact fractions all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, UsageError
from archcalc.limits import TRIED
from archcalc.symbolic.known import decide
from archcalc.symbolic.ratio import Ratio, compute, floor
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from archcalc.symbolic.ratio import Number

_BETWEEN = re.compile(r"\.\.+|–|:")
_END = re.compile(r"\s*[\d./]+\s*")
FEWEST = 16
"""The least number of values that are looked at where no range is given, unless twice the own value takes more."""


def steps(step: str, within: str | None, own: Number) -> tuple[Number, ...]:
    """Return the values from the begin of a range to its end, so far apart; without a range up to twice the own value.

    >>> steps("0.25", "0.5..1.25", 1)
    (1/2, 3/4, 1, 5/4)

    Raises:
        UsageError: a number cannot be read, or there are too many values, or none.
    """
    width = _number(step, "step", "for example --step 0.25")
    if within is None:
        low, high = width, _larger(compute("*", 2, own), compute("*", FEWEST, width))
    else:
        ends = _BETWEEN.split(within, maxsplit=1)
        if not all(map(_END.fullmatch, ends)) or len(ends) == 1:
            raise UsageError(f"invalid range '{within}'", "for example --range 0.25..2")
        low, high = (_number(end.strip(), "range", "for example --range 0.25..2") for end in ends)
    count = floor(compute("/", compute("-", high, low), width))
    if not isinstance(count, int) or count < 0:
        raise UsageError(f"invalid range '{within}'", "for example --range 0.25..2")
    if count >= TRIED.value:
        raise UsageError(*TRIED.exceeded("the range", count + 1, "use a larger --step"))
    return tuple(compute("+", low, compute("*", place, width)) for place in range(count + 1))


def _larger(left: Number, right: Number) -> Number:
    return left if floor(compute("-", left, right)) >= 0 else right  # type: ignore[operator] # of numbers: a number


def _number(text: str, what: str, example: str) -> Number:
    try:
        found = read(text).evaluate({})
    except Refusal:
        found = None
    number = isinstance(found, int | Ratio) and not isinstance(found, bool)
    if not number or decide(floor(found), "<", 0) or found == 0:  # type: ignore[arg-type] # a number, as just asked
        raise UsageError(f"invalid {what} '{text}'", example)
    return found  # type: ignore[return-value]
