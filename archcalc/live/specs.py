"""The specs of the page: texts that a user types, computed once, and their mistakes with places."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import MOST_SHOWN, UsageError, printable, shortened
from archcalc.limits import SPEC_SIZE
from archcalc.specfile.loading import TypedSpec, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.errors import ArchcalcError, Problem
    from archcalc.network.table import Table

SPEC, OTHER = "spec", "other"
"""The two specs of the page, and what messages call them."""


class Computed(NamedTuple):
    """A spec as it was typed, and its table."""

    typed: TypedSpec
    table: Table


def asked(request: Mapping[str, Any], which: str = SPEC) -> Computed:
    """Return a spec of the page with its table.

    >>> asked({"spec": {"text": "{input: 8, layers: [{linear: 4}]}"}}).table.totals.params
    36

    Raises:
        UsageError: the page asks for none.
        SpecError: the spec has mistakes.
    """
    spec = request.get(which)
    if not isinstance(spec, dict) or not isinstance(spec.get("text"), str):
        raise UsageError(f"the request has no text of a {which}")
    text = spec["text"]
    if len(text) > SPEC_SIZE.value:
        raise UsageError(*SPEC_SIZE.exceeded("the spec"))
    if not text.strip():
        raise UsageError("the spec is empty", "write input: and layers:, or choose a network")
    return _computed(text, word(spec, "variant"), which)


@lru_cache(maxsize=8)
def _computed(text: str, variant: str, which: str) -> Computed:
    found = typed(text, variant, which)
    return Computed(found, found.network.analyze())


def word(request: Mapping[str, Any], name: str) -> str:
    """Return a text of a request; empty where there is none.

    >>> word({"layer": "conv1"}, "layer"), word({"layer": 7}, "layer")
    ('conv1', '')
    """
    value = request.get(name, "")
    return value if isinstance(value, str) else ""


def problems(error: ArchcalcError) -> dict[str, Any]:
    """Return the mistakes of an error, the first of them with their places in the page's specs."""
    shown = error.mistakes[:MOST_SHOWN]
    return {"problems": [_problem(mistake) for mistake in shown], "more": len(error.mistakes) - len(shown)}


def _problem(mistake: Problem) -> dict[str, Any]:
    place = mistake.place
    told = {
        "message": printable(shortened(mistake.message)),
        "hint": [printable(shortened(line)) for line in mistake.hint.splitlines()],
        "path": printable(mistake.path),
    }
    if place is None:
        return told
    if place.source.name not in (SPEC, OTHER):
        return {**told, "elsewhere": printable(str(place))}
    return {**told, "in": place.source.name, "line": place.line, "column": place.column, "width": place.width}
