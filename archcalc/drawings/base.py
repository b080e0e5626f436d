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
