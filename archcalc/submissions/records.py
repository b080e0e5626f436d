"""YAML and JSON, once they are parsed: a list of rows, or rows by the name of their layer."""

from __future__ import annotations

from typing import Any

from archcalc.errors import UsageError
from archcalc.limits import CELL_LENGTH, CELLS

_ROWS = ("layers", "rows", "table", "answers")

NESTED = "…"
"""What is shown of a list or a record inside of a cell."""


def rows(parsed: Any, name: str) -> list[list[str]]:  # noqa: ANN401 - whatever a file holds
    """Return the cells of parsed rows, below a row of headings.

    >>> rows({"network": "alexnet", "layers": {"conv1": {"output": [96, 55, 55], "params": "34944"}}}, "hw.yaml")
    [['network=alexnet'], ['layer', 'output', 'params'], ['conv1', '96, 55, 55', '34944']]

    Raises:
        UsageError: it holds no rows.
    """
    told: list[list[str]] = []
    if isinstance(parsed, dict):
        told = [[f"{key}={_cell(parsed[key])}"] for key in ("network", "seed") if key in parsed]
        inner = next((parsed[key] for key in _ROWS if key in parsed), None)
        parsed = {key: value for key, value in parsed.items() if isinstance(value, dict)} if inner is None else inner
    if isinstance(parsed, dict):
        parsed = [{"layer": key} | value for key, value in parsed.items() if isinstance(value, dict)]
    entries = [entry for entry in parsed if isinstance(entry, dict)] if isinstance(parsed, list) else []
    if not entries:
        raise UsageError(f"{name} contains no rows", "for example conv1: {output: 96x55x55, params: 34944}")
    header = list(dict.fromkeys(str(key) for entry in entries for key in entry))
    if len(header) > CELLS.value:
        raise UsageError(*CELLS.exceeded(f"a row of {name}", len(header)))
    by_name = [{str(key): value for key, value in entry.items()} for entry in entries]
    return [*told, header, *([_cell(entry.get(key)) for key in header] for entry in by_name)]


def _cell(value: Any) -> str:  # noqa: ANN401
    """Spell a value, or a list of values; what is nested deeper is no answer, and says only that something is there."""
    if isinstance(value, list):
        return ", ".join(map(_plain, value[: CELL_LENGTH.value]))
    return _plain(value)


def _plain(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list | dict):
        return NESTED
    return "" if value is None or value in ("null", "~") else str(value)[: CELL_LENGTH.value + 1]
