"""JSON: the record of a page, exact and in stable order; values with letters are strings. One line per layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.reports.texts import in_json

if TYPE_CHECKING:
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
    entries = [f"  {in_json(key)}: {_value(value)}" for key, value in page.record.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {in_json(entry)}" for entry in value) + "\n  ]"
    return in_json(value)
