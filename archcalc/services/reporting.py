"""The report: a network in one file of HTML, whose numbers follow its controls without Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.drawings import svg
from archcalc.errors import ArchcalcError
from archcalc.reports import html, markup
from archcalc.reports.markup import document, escaped
from archcalc.reports.texts import in_json
from archcalc.symbolic.expr import Letter
from archcalc.views.cells import citation
from archcalc.views.drawing.kinds import diff, graph
from archcalc.views.drawing.options import DrawOptions
from archcalc.views.page import Heading
from archcalc.views.reporting.record import live_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.views.drawing.picture import Picture
    from archcalc.views.page import Page

PAGES = Path(__file__).parents[1] / "pages"
SCRIPTS = ("expressions.js", "tree.js", "detail.js", "report.js")
STYLES = (PAGES.parent / "reports" / "page.css", PAGES / "report.css")

AXES = {"H": "height", "W": "width", "L": "length", "D": "depth", "T": "tokens"}
"""The letters of an input's lengths, and what their controls are called."""

MOST_CONTROLS = 8
FARTHEST = 2
"""How many times its usual value a slider reaches."""


class Controlled(NamedTuple):
    """A table with letters in it, and what the letters are."""

    table: Table
    controls: Mapping[str, Mapping[str, Any]]


def report(network: Network, asked: WhatIf) -> str:
    """Return the report of a network as a page of HTML.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> page = report(archcalc.load("lenet5"), WhatIf())
    >>> page.startswith("<!DOCTYPE html>"), "Content-Security-Policy" in page
    (True, True)

    Raises:
        ArchcalcError: the network cannot be computed for what is asked.
    """
    table = network.table(asked)
    live = controlled(network, asked, table)
    record = live_record(live.table, live.controls, table)
    title = escaped(str(record["title"]))
    style = "".join(file.read_text(encoding="utf-8") for file in STYLES) + DARK
    return document(title, style, _body(title, table, live, in_json(record)), policy=POLICY)


def controlled(network: Network, asked: WhatIf, table: Table) -> Controlled:
    """Return the table with a letter for each length of the input and each argument that can be one.

    Letters that the network does not admit (where a condition reads a size, say) are left out.
    """
    found = Controlled(table, {})
    shape, controls = _lettered_input(table)
    if controls:
        found = _tried(network, asked._replace(input=shape), controls) or found
        asked = asked._replace(input=shape) if found.controls else asked
    for name, value in table.arguments.items():
        if isinstance(value, bool) or not isinstance(value, int) or len(found.controls) >= MOST_CONTROLS:
            continue
        if name in asked.arguments or value < 1:
            continue
        arguments = {**asked.arguments, name: Letter(name)}
        more = {**found.controls, name: {"label": name, "value": value, "most": FARTHEST * value}}
        tried = _tried(network, asked._replace(arguments=arguments), more)
        if tried:
            found, asked = tried, asked._replace(arguments=arguments)
    return found


def _tried(network: Network, asked: WhatIf, controls: Mapping[str, Mapping[str, Any]]) -> Controlled | None:
    try:
        return Controlled(network.table(asked), controls)
    except ArchcalcError:
        return None


def _lettered_input(table: Table) -> tuple[Shape | None, dict[str, dict[str, Any]]]:
    """Return the only input with letters for its lengths, and their controls; height and width may be kept alike."""
    if len(table.inputs) != 1:
        return None, {}
    shape = next(iter(table.inputs.values()))
    lengths = {axis: size for axis, size in zip(shape.length_axes, shape.lengths, strict=True) if isinstance(size, int)}
    controls: dict[str, dict[str, Any]] = {
        axis: {"label": AXES[axis], "value": size, "most": FARTHEST * size} for axis, size in lengths.items()
    }
    if lengths.get("H") == lengths.get("W", 0):
        controls["H"]["with"], controls["W"]["with"] = "W", "H"
    sizes = [Letter(axis) if axis in lengths else size for axis, size in zip(shape.layout, shape.sizes, strict=True)]
    return shape._replace(sizes=tuple(sizes)), controls


POLICY = f"{markup.POLICY}; script-src 'unsafe-inline'"
"""What the page may load and run: the styles and scripts in it."""


def _body(title: str, table: Table, live: Controlled, record: str) -> str:
    picture = graph.draw([table], DrawOptions(heading=False))
    scripts = "\n".join((PAGES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    data = record.replace("<", "\\u003c")
    return (PAGES / "report.html").read_text(encoding="utf-8").format(
        title=title, paper=escaped(citation(table.spec.paper)), totals="".join(_totals(table)),
        controls="".join(_controls(live)), graph=_both(picture), record=data, scripts=scripts,
    )  # fmt: skip


DARK = """.dark { display: none; }
@media (prefers-color-scheme: dark) { .light { display: none; } .dark { display: block; } }
"""


def _both(picture: Picture) -> str:
    """Return a picture in light and in dark colors, of which the page shows one."""
    shades = (("light", False), ("dark", True))
    return "".join(f'<div class="{name}">{svg.render(picture, dark=dark)}</div>' for name, dark in shades)


def _totals(table: Table) -> Iterator[str]:
    for name, heading in (("params", "parameters"), ("macs", "MACs"), ("activations", "activations")):
        yield f'<li><b id="{name}"></b> {heading}</li>'
    yield f"<li><b>{table.totals.weighted_depth}</b> weight layers on the longest path</li>"


def _controls(live: Controlled) -> Iterator[str]:
    for letter, control in live.controls.items():
        name, label = escaped(letter), escaped(control["label"])
        value = f'min="1" value="{control["value"]}"'
        yield (
            f'<label for="range-{name}">{label} <input type="range" id="range-{name}" max="{control["most"]}" {value}>'
            f'</label><input type="number" id="number-{name}" aria-label="{label}" {value}>'
        )
    if any("with" in control for control in live.controls.values()):
        yield '<label><input type="checkbox" id="alike" checked> keep square</label>'


def with_graphs(page: Page, tables: Sequence[Table], depth: int | None) -> str:
    """Return the page of a comparison as HTML, with the graphs of both networks side by side below."""
    picture = diff.draw(tables, DrawOptions(depth=depth))
    style = STYLES[0].read_text(encoding="utf-8") + DARK
    title = next((escaped(block.text) for block in page.blocks if isinstance(block, Heading)), "archcalc")
    graphs = f'<div class="scroll" tabindex="0" role="region" aria-label="Graphs">{_both(picture)}</div>'
    return document(title, style, f"{html.fragment(page)}\n{graphs}")
