"""Names of networks that are paths, and paths as messages call them."""

from __future__ import annotations

import os

SUFFIXES = (".yaml", ".yml")
INLINE = ("[", "{")
"""How a list of layers in place of a name begins."""


def real(path: str) -> str:
    """Return a path without links in it, by which a file is known again; one that cannot be a path as it is."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return path


def below(folder: str, path: str) -> str:
    """Return a path that is written in a file of some folder, as messages call it."""
    return os.path.join(folder, path.removeprefix("./") or ".")


def at_home(path: str) -> str:
    """Return a path with the user's folder for ``~``; a user who does not exist stays as written."""
    return os.path.expanduser(path)


def looks_like_path(network: str) -> bool:
    """Whether a network is named by a path: it ends in .yaml or begins with a dot or a slash.

    >>> looks_like_path("./net"), looks_like_path("torchvision/resnet50")
    (True, False)
    """
    return network.endswith(SUFFIXES) or network.startswith((".", "/", "~"))
