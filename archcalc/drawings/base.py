"""What formats of pictures share: which there are."""

from __future__ import annotations

from archcalc.rooms import members

SHARED_FILES = ("base", "plotted", "trees")
"""The shared files of this room."""


def formats() -> tuple[str, ...]:
    """List the names of all formats without loading any; files of one end in its name.

    >>> "svg" in formats()
    True
    """
    return tuple(name for name in members("drawings") if name not in SHARED_FILES)


def length(number: float) -> str:
    """Write a length with at most two decimals.

    >>> length(12.0), length(1.239)
    ('12', '1.24')
    """
    return f"{number:.2f}".rstrip("0").rstrip(".")
