"""What the page shows of one spec or two: the table, a layer worked out, pictures, the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.drawings import svg
from archcalc.errors import UsageError, printable
from archcalc.live.specs import OTHER, asked, word
from archcalc.reports.html import fragment
from archcalc.studies.comparing.differences import diff
from archcalc.views.cells import citation
from archcalc.views.comparing.comparison import comparison
from archcalc.views.drawing.kinds import cost, graph, rf, volumes
from archcalc.views.drawing.kinds import diff as diff_picture
from archcalc.views.drawing.options import DrawOptions
from archcalc.views.explaining.explanation import explanation
from archcalc.views.reporting.record import live_record
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

PICTURES = {"graph": graph, "cost": cost, "volumes": volumes, "rf": rf, "diff": diff_picture}
"""The kinds of pictures that the page has."""


def table(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table of a spec as a record, and which variants the spec has.

    >>> found = table({"spec": {"text": "{input: 8, layers: [{linear: 4}]}"}})
    >>> found["record"]["totals"]["params"], found["variants"]
    (36, [])
    """
    found = asked(request)
    return {
        "record": live_record(found.table, {}, found.table, worked=False),
        "citation": printable(citation(found.table.spec.paper)),
        "variants": [printable(name) for name in found.typed.variants],
        "variant": printable(found.typed.variant),
    }


def layer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the worked solution of a layer, or of the layers of a block, as HTML."""
    found = asked(request).table
    page = explanation(found, found.below(word(request, "layer")))
    return {"html": fragment(page._replace(blocks=page.blocks[1:]))}  # the title stands above already


def picture(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a picture as SVG: its kind, in light or dark colors, of one spec or of both.

    Raises:
        UsageError: the kind or the layer is unknown.
    """
    kind = PICTURES.get(word(request, "kind"))
    if kind is None:
        raise UsageError(f"unknown kind of picture '{word(request, 'kind')}'", f"available: {listed(PICTURES)}")
    tables = [asked(request).table]
    if kind is diff_picture:
        tables = [asked(request, OTHER).table, *tables]
    drawn = kind.draw(tables, DrawOptions(heading=False, layer=word(request, "layer")))
    return {"svg": svg.render(drawn, dark=request.get("dark") is True)}


def compare(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the comparison of the two specs as HTML: from the other to the one that is typed."""
    one, other = asked(request, OTHER).table, asked(request).table
    return {"html": fragment(comparison(diff(one, other)))}
