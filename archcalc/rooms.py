"""Rooms whose members are files: what is in one, how a member is fetched, and modules that are loaded when used.

A layer kind, a report format and a command are each one file that says its own name. A process loads those it
uses and no others; this module holds the one call that does it, so that no import stands inside a function.
"""

from __future__ import annotations

import importlib
import os
from functools import lru_cache
from types import ModuleType


def fetch(room: str, member: str) -> ModuleType:
    """Import and return one member of a room.

    >>> fetch("layers", "relu").__name__
    'archcalc.layers.relu'
    """
    return _load(".".join(filter(None, ("archcalc", room, member))))


def _load(module: str) -> ModuleType:
    return importlib.import_module(module)


class Shown:
    """What a notebook shows as a page when it is the last line of a cell."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        page: str = fetch("services", "notebooks").as_html(self)
        return page


class Deferred(ModuleType):
    """A module that is loaded when something in it is first used.

    Type checkers and import-linter read the import next to it::

        if TYPE_CHECKING:
            from archcalc.symbolic import bounds
        else:
            bounds = Deferred("archcalc.symbolic.bounds")

    >>> Deferred("archcalc.quantities.shape").Shape.__name__
    'Shape'
    """

    def __getattr__(self, name: str) -> object:
        found: object = getattr(_load(self.__name__), name)
        setattr(self, name, found)
        return found


@lru_cache
def members(room: str) -> tuple[str, ...]:
    """List the files of a room without loading any, in alphabetical order.

    >>> "conv" in members("layers")
    True
    """
    files = os.listdir(os.path.join(os.path.dirname(__file__), *room.split(".")))
    return tuple(sorted(file[:-3] for file in files if file.endswith(".py") and not file.startswith("_")))
