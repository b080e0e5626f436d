"""ONNX: the nodes of a network with their shapes. Weights have dimensions and no values, so that files are small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.expressing import NoCounterpart, expressed, require_numbers
from archcalc.foreign.onnx import messages
from archcalc.foreign.onnx.graph import GrowingGraph
from archcalc.foreign.onnx.messages import FLOAT, INT64
from archcalc.foreign.onnx.rules import RULES
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from archcalc.network.graph import Node
    from archcalc.network.table import Table

MEANING = "an ONNX model: nodes and shapes, without the values of weights"
SUFFIXES = (".onnx",)
BINARY = True

FRAMEWORK = "ONNX"
IR_VERSION = 10
"""The version of the format of files, which opset 23 needs at least. Source: onnx.ai/onnx/repo-docs/Versioning."""


def render(table: Table) -> bytes:
    """Write a network as an ONNX model for one image.

    >>> import archcalc
    >>> net = archcalc.loads("{input: 3x8x8, layers: [{conv: 4, kernel: 3}, relu]}")
    >>> b"Conv" in render(net.analyze())
    True

    Raises:
        UsageError: a size is not a number, or a layer has no counterpart.
    """
    require_numbers(table)
    graph = GrowingGraph()
    inputs = [graph.values.setdefault(index, graph.name(path)) for path, index in table.graph.inputs.items()]
    expressed(table, FRAMEWORK, lambda node: _add(graph, node))
    nodes = table.graph.nodes
    words = {index for node in nodes if node.layer.kind == "embedding" for index in node.inputs}
    entering = zip(inputs, table.graph.inputs.values(), strict=True)
    parts = [messages.message(1, node) for node in graph.nodes]
    parts += [messages.text(2, table.spec.title or table.spec.name)]
    parts += [messages.message(5, constant) for constant in graph.constants]
    parts += [
        messages.message(11, _declared(name, nodes[at], INT64 if at in words else FLOAT)) for name, at in entering
    ]
    parts += [messages.message(12, _declared(graph.values[at], nodes[at], FLOAT)) for at in table.graph.results]
    opset = messages.message(8, messages.text(1, ""), messages.number(2, graph.version))
    return messages.number(1, IR_VERSION) + messages.text(2, "archcalc") + messages.message(7, *parts) + opset


def _declared(name: str, node: Node, kind: int) -> bytes:
    return messages.declared(name, (1, *map(number, node.shape.sizes)), kind)


def _add(graph: GrowingGraph, node: Node) -> str:
    """Add the nodes of a layer."""
    shapes = (*node.fitted.read, node.shape)
    if any(shape.regions != 1 for shape in shapes):
        raise NoCounterpart("several regions for each image")
    if node.layer.kind not in RULES:
        raise NoCounterpart("ONNX has no such operator")
    reads = [graph.values.get(index, "") for index in node.inputs]
    graph.path = graph.values[node.index] = node.path
    graph.values[node.index] = RULES[node.layer.kind](graph, node, reads)
    return graph.values[node.index]
