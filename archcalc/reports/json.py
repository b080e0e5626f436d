"""JSON: the record of a page, exact and in stable order; values with letters are strings. One line per layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.reports.texts import in_json
from archcalc.views.page import RecordEntries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.views.page import Page

SUFFIX = ".json"


def render(page: Page) -> str:
    """Write the record of a page: a key per line, and a line for each entry of a list of objects.

    >>> from archcalc.views.page import Page
    >>> print(render(Page((), lambda: {"schema_version": 1, "layers": [{"path": "fc"}]})), end="")
    {
      "schema_version": 1,
      "layers": [
        {"path": "fc"}
      ]
    }
    """
    return "".join(pieces(page))


def pieces(page: Page) -> Iterator[str]:
    """Yield what :func:`render` returns, piece by piece."""
    before = "{\n"
    for key, value in page.recorded().items():
        yield f"{before}  {in_json(key)}: "
        yield from _value(value)
        before = ",\n"
    yield "\n}\n"


def _value(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a record holds
    if not isinstance(value, RecordEntries) and not (isinstance(value, list) and value and isinstance(value[0], dict)):
        yield in_json(value)
        return
    before = "[\n"
    for entry in value:
        yield f"{before}    {in_json(entry)}"
        before = ",\n"
    yield "[]" if before == "[\n" else "\n  ]"
