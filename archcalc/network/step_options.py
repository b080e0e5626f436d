"""The options that every step takes, read where the step stands: its condition, and the number of its copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, Refusal
from archcalc.layers.options import shown
from archcalc.limits import LAYERS
from archcalc.network.written import Record
from archcalc.symbolic.expr import Expr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.scope import LayeredScope
    from archcalc.network.steps import Step
    from archcalc.network.written import Text, Written


def condition(when: Text, scope: LayeredScope) -> bool:
    """Return whether a condition is true.

    Raises:
        SpecError: it is none; with its place.
    """
    value = scope.value(when)
    if not isinstance(value, bool):
        message = f"expected a condition, got {shown(value)}"
        raise Refusal(message, "use true, false or a comparison").at(when.place)
    return value


def never(when: Text, scope: LayeredScope) -> bool:
    """Return whether a condition is false whatever the input is: a layer to be left out may read what is not there."""
    try:
        return scope.value(when) is False
    except ArchcalcError:
        return False


def number_of_copies(repeat: Text, scope: LayeredScope) -> int:
    """Return how many copies of a step there are.

    Raises:
        SpecError: it is not a number, or too large; with its place.
    """
    try:
        return _copies(scope.value(repeat))
    except Refusal as refusal:
        raise refusal.at(repeat.place) from None


def _copies(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAYERS.value:
        return value
    hint = "replace its variables by numbers" if isinstance(value, Expr) else ""
    raise Refusal(f"repeat: expected an integer from 0 to {LAYERS.value:,}, got {shown(value)}", hint)


def overridden(step: Step) -> Mapping[str, Written]:
    """Return the options that the first copy of a step overrides."""
    first = step.common.get("first")
    return {key.text: value for key, value in first.entries} if isinstance(first, Record) else {}
