"""Tables of shipped networks, each worked out once for all pictures of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import archcalc

if TYPE_CHECKING:
    from archcalc.network.table import Table


@cache
def table_of(name: str) -> Table:
    """Return the table of a shipped network at its own input."""
    return archcalc.load(name).analyze()
