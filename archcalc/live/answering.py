"""The answers of the page: one function from a request to an answer, for the server and for the browser alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archcalc.errors import ArchcalcError, UsageError
from archcalc.limits import work
from archcalc.live import downloading, offering, practising, showing
from archcalc.live.specs import problems, word
from archcalc.reports.texts import in_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Action = Callable[[Mapping[str, Any]], dict[str, Any]]

ACTIONS: dict[str, Action] = {
    "table": showing.table,
    "layer": showing.layer,
    "picture": showing.picture,
    "compare": showing.compare,
    "worksheet": practising.worksheet,
    "mark": practising.marked,
    "hint": practising.hint,
    "networks": offering.networks,
    "open": offering.opened,
    "examples": offering.examples,
    "vocabulary": offering.vocabulary,
    "formats": downloading.formats,
    "download": downloading.download,
}
"""What the page may ask, each a row."""


def answer(text: str) -> str:
    """Return the answer to a request, both as JSON; mistakes of a user are an answer too.

    >>> json.loads(answer('{"action": "open", "name": "alexnt"}'))["problems"]
    [{'message': "unknown network 'alexnt'", 'hint': ['did you mean alexnet?'], 'path': ''}]
    """
    try:
        with work(anew=True):
            return in_json(_answered(text))
    except ArchcalcError as error:
        return in_json(problems(error))


def _answered(text: str) -> dict[str, Any]:
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError("the request is not JSON") from None
    if not isinstance(request, dict):
        raise UsageError("the request is not an object")
    action = ACTIONS.get(word(request, "action"))
    if action is None:
        raise UsageError(f"unknown action '{word(request, 'action')}'")
    return action(request)
