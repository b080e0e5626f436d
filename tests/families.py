"""The shipped networks, one of each file: what the short run has, where all of them would take too long."""

from __future__ import annotations

from archcalc.specfile.shipped import entries

FIRST = list({entry.file: entry.name for entry in reversed(entries())}.values())
"""The first network of each file, without its variants."""
