"""Where PyTorch's exporters write the module that a node comes from: the path of its row."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME_SCOPES = "pkg.torch.onnx.name_scopes"
"""The path of each module around a node, from the outside in, and the node's own name: a list as Python writes it."""
CLASSES = "pkg.torch.onnx.class_hierarchy"
"""The class of each of these modules, and the operation."""

_LONGEST = 4_096


def listed(entries: Mapping[str, str], key: str) -> tuple[str, ...]:
    """Return the texts of a list that is an entry of a node; nothing for anything but a list of texts.

    >>> listed({NAME_SCOPES: "['', 'layer1', 'layer1.0', 'conv2d']"}, NAME_SCOPES)
    ('', 'layer1', 'layer1.0', 'conv2d')
    >>> listed({NAME_SCOPES: "[1, ("}, NAME_SCOPES)
    ()
    """
    text = entries.get(key, "")
    try:
        found = ast.literal_eval(text) if 0 < len(text) < _LONGEST else ()
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    return tuple(found) if isinstance(found, list) and all(isinstance(part, str) for part in found) else ()
