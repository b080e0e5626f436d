"""Parquet: columns of numbers. It needs pyarrow, and is loaded where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def written(columns: Mapping[str, Sequence[int | float]]) -> bytes:
    """Return columns of numbers as a Parquet file."""
    out = pa.BufferOutputStream()
    parquet.write_table(pa.table(dict(columns)), out)
    content: bytes = out.getvalue().to_pybytes()
    return content
