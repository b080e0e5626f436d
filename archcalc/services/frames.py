"""Data frames of pandas, which is imported when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from archcalc.reports.lines import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def frame(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return lines as a data frame: numbers as numbers, sizes as texts, and nothing where a layer has no value."""
    return pd.DataFrame([[_value(value) for value in row] for row in rows], columns=list(headings))


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    return None if value == "" else value if isinstance(value, int | float | str) else written(value)
