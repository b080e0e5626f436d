"""Paths of rows: the module that a node comes from, as exporters write it, or the node's own name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.importers.onnx.model import OnnxNode

_SIGNS = re.compile(r"[^\w.-]+")


def module_of(node: OnnxNode) -> tuple[str, ...] | None:
    """Return the parts of the path of the module that a node comes from; None if its name is none.

    >>> from archcalc.importers.onnx.model import OnnxNode
    >>> module_of(OnnxNode("Conv", (), (), "/layer1/layer1.0/conv1/Conv"))
    ('layer1', '0', 'conv1')
    >>> module_of(OnnxNode("Conv", (), (), "n0", scope=("", "layer1", "layer1.0", "conv2d")))
    ('layer1', '0')
    """
    if node.scope:
        return cleaned(node.scope[-2].split(".")) if len(node.scope) > 1 else ()
    if not node.name.startswith("/"):
        return None
    return cleaned(_relative(node.name.strip("/").split("/")[:-1]))


def _relative(parts: list[str]) -> Iterable[str]:
    """Yield parts of a path, each without the parts around it that an exporter repeats."""
    around = ""
    for part in parts:
        inner = part.removeprefix(f"{around}.") if around else part
        around = part
        yield from inner.split(".")


def cleaned(parts: Iterable[str]) -> tuple[str, ...]:
    """Return parts of a path without signs that no name has.

    >>> cleaned(["a b", "", "conv:1"])
    ('a_b', 'conv_1')
    """
    return tuple(filter(None, (_SIGNS.sub("_", part).strip("_") for part in parts)))


def classes_of(node: OnnxNode) -> Iterable[tuple[str, str]]:
    """Return the paths of the modules around a node, each with the name of its class, if the exporter wrote them."""
    return zip(node.scope[:-1], node.classes, strict=False)


def spelled(op: str) -> str:
    """Return the name of an operator as a row is called.

    >>> spelled("HardSwish"), spelled("QLinearConv"), spelled("LRN")
    ('hard_swish', 'qlinear_conv', 'lrn')
    """
    return _WORDS.sub("_", op).lower()


_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Paths:
    """The paths of rows: a module that holds no others gives its own, others theirs and the operation."""

    def __init__(self, nodes: Iterable[OnnxNode]) -> None:
        listed = list(nodes)
        known = {module for module in map(module_of, listed) if module is not None}
        self.classes = {"/".join(cleaned(path.split("."))): name for node in listed for path, name in classes_of(node)}
        self._holding = {module[:depth] for module in known for depth in range(len(module))}

    def of(self, node: OnnxNode, kind: str) -> str:
        """Return the path for the row of a node, which becomes a layer of a kind."""
        module = module_of(node)
        if module is None:
            return "/".join(cleaned(node.name.split("/"))) or kind
        return "/".join(module if module and module not in self._holding else (*module, kind))
