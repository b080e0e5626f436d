"""Files that the page writes: the table, the graph, the report and the worksheet, in every format there is."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.drawings.base import formats as picture_formats
from archcalc.errors import UsageError
from archcalc.exporters.base import find_format
from archcalc.exporters.base import formats as export_formats
from archcalc.live.specs import asked, word
from archcalc.network.network import WhatIf
from archcalc.reports.base import general
from archcalc.rooms import fetch
from archcalc.services.drawing import draw, picture_format
from archcalc.services.reporting import report
from archcalc.studies.homework.asking import columns
from archcalc.views.homework.worksheet import WorksheetOptions, worksheet
from archcalc.views.showing.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from archcalc.live.specs import Computed


class Download(NamedTuple):
    """What can be written: what it is called, in which formats, and how one is written."""

    label: str
    formats: Callable[[], Iterator[str]]
    content: Callable[[Computed, str], tuple[str | bytes, str]]


def _reports() -> Iterator[str]:
    """Yield the formats of tables for which nothing is missing here."""
    for name in general():
        if _report(name):
            yield name


def _report(name: str) -> ModuleType | None:
    try:
        return fetch("reports", name)
    except ModuleNotFoundError:
        return None


def _pictures() -> Iterator[str]:
    for name in picture_formats():
        try:
            picture_format(name)
        except UsageError:
            continue
        yield name


def _written(page: Any, name: str) -> tuple[str | bytes, str]:  # noqa: ANN401 - a page
    module = fetch("reports", name)
    return module.render(page), module.SUFFIX


def _table(found: Computed, name: str) -> tuple[str | bytes, str]:
    return _written(summary(found.table), name)


def _sheet(found: Computed, name: str) -> tuple[str | bytes, str]:
    return _written(worksheet(found.table, WorksheetOptions(columns(""))), name)


def _graph(found: Computed, name: str) -> tuple[str | bytes, str]:
    return picture_format(name).render(draw(found.table), dark=False), f".{name}"


def _exported(found: Computed, name: str) -> tuple[str | bytes, str]:
    module = find_format(name, None)
    return module.render(found.table), module.SUFFIXES[0]


def _page(found: Computed, name: str) -> tuple[str, str]:
    return report(found.typed.network, WhatIf()), f".{name}"


DOWNLOADS = {
    "table": Download("Table", _reports, _table),
    "graph": Download("Graph", _pictures, _graph),
    "report": Download("Interactive report", lambda: iter(("html",)), _page),
    "code": Download("Code and models", lambda: iter(export_formats()), _exported),
    "worksheet": Download("Worksheet", _reports, _sheet),
}
"""What can be written, each a row."""


def formats(request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - every action takes the request
    """Return what can be written here, and in which formats.

    >>> formats({})["downloads"][2]
    {'what': 'report', 'label': 'Interactive report', 'formats': ['html']}
    """
    found = [{"what": w, "label": row.label, "formats": list(row.formats())} for w, row in DOWNLOADS.items()]
    return {"downloads": found}


def download(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a file, in base64, and what it is called.

    Raises:
        UsageError: the file or the format is unknown.
    """
    what, name = word(request, "what"), word(request, "format")
    row = DOWNLOADS.get(what)
    if row is None or name not in row.formats():
        raise UsageError(f"unknown download '{what}' as '{name}'")
    found = asked(request)
    content, suffix = row.content(found, name)
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    stem = found.typed.variant or "network"
    return {"name": f"{_plain(stem)}{suffix or '.txt'}", "base64": b64encode(data).decode("ascii")}


def _plain(stem: str) -> str:
    """Return a name that every system takes for a file."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in stem)[:60]
