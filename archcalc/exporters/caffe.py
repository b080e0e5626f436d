"""Caffe: a `.prototxt` of the network as it is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.foreign.caffe.rules import RULES
from archcalc.foreign.caffe.text import lines
from archcalc.foreign.expressing import NoCounterpart, expressed, require_numbers, run_by_inference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.foreign.caffe.rules import Made
    from archcalc.foreign.caffe.text import Fields
    from archcalc.network.graph import Node
    from archcalc.network.table import Table

MEANING = "a .prototxt of Caffe"
SUFFIXES = (".prototxt",)

FRAMEWORK = "Caffe"


def render(table: Table) -> str:
    """Write a network as a `.prototxt`.

    >>> import archcalc
    >>> net = archcalc.loads("{input: 3x8x8, layers: [{conv: 4, kernel: 3, name: c}]}")
    >>> print(render(net.analyze()).partition('name: "c"')[2])
    <BLANKLINE>
      type: "Convolution"
      bottom: "input"
      top: "c"
      convolution_param {
        num_output: 4
        kernel_size: 3
      }
    }
    <BLANKLINE>

    Raises:
        UsageError: a size is not a number, or a layer has no counterpart.
    """
    require_numbers(table)
    made = cast("dict[int, Made]", expressed(table, FRAMEWORK, lambda node: _made(node, table)))
    fields: Fields = {"name": table.spec.title or table.spec.name, "layer": list(_layers(table, made))}
    return "\n".join(lines(fields)) + "\n"


def _made(node: Node, table: Table) -> Made:
    shapes = node.fitted.read
    if any(shape.regions != 1 for shape in (*shapes, node.shape)):
        raise NoCounterpart("several regions for each image")
    if node.layer.kind not in RULES:
        raise NoCounterpart("Caffe has no such layer")
    if node.tied and _tensors(node) != _tensors(table.graph.nodes[cast("int", node.owner)]):
        raise NoCounterpart("weights that are shared in part, or with another kind of layer")
    if node.layer.kind == "crop" and _of_size(node, table) is None:
        raise NoCounterpart("a crop to a size that no layer before it has")
    return RULES[node.layer.kind](node, shapes)


def _of_size(node: Node, table: Table) -> int | None:
    """Return the number of the last layer or input before a layer that has the size of its output."""
    before = reversed(table.graph.nodes[: node.index])
    return next((one.index for one in before if one.shape.spatial == node.shape.spatial and not one.head), None)


def _tensors(node: Node) -> list[str]:
    return [tensor.name for tensor in node.layer.tensors(node.fitted.read[0])]


def _layers(table: Table, made: Mapping[int, Made]) -> Iterator[Fields]:
    """Yield the layers in order; what does nothing has none."""
    blobs = {index: path for path, index in table.graph.inputs.items()}
    owners = {node.owner for node in run_by_inference(table) if node.tied}
    for path, index in table.graph.inputs.items():
        shape: Fields = {"dim": [1, *table.graph.nodes[index].shape.sizes]}
        yield {"name": path, "type": "Input", "top": path, "input_param": {"shape": shape}}
    for node in run_by_inference(table):
        bottoms = [blobs[index] for index in node.inputs]
        steps = made[node.index]
        if node.layer.kind == "crop":
            bottoms.append(blobs[cast("int", _of_size(node, table))])
        for place, (kind, fields) in enumerate(steps):
            name = node.path if place == len(steps) - 1 else f"{node.path}_{kind.lower()}"
            yield {"name": name, "type": kind, "bottom": bottoms, "top": name, **_params(node, owners), **fields}
            bottoms = [name]
        blobs[node.index] = bottoms[0]


def _params(node: Node, owners: set[int | None]) -> Fields:
    """Return the names of the parameters of layers that share them."""
    owner = node.owner if node.tied else node.index if node.index in owners else None
    return {} if owner is None else {"param": [{"name": f"{owner}.{name}"} for name in _tensors(node)]}
