"""Receptive fields against PyTorch's gradient: which pixels move a unit, with positive weights and averages for maxima."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.studies.receptive.pixels import pixels

if TYPE_CHECKING:
    from archcalc.layers.base import Foreign
    from archcalc.network.table import Row, Table

pytestmark = pytest.mark.torch

MOVING = ("Conv", "ConvTranspose", "MaxPool", "AvgPool", "AdaptiveAvgPool", "Upsample", "ConstantPad", "PixelShuffle")
"""Modules that move values from place to place; every other one leaves them where they are."""

LAYERS = {
    "up": "{input: 2x9x7, layers: [{conv: 2, kernel: 3, stride: 2, padding: 1}, {conv_transpose: 2, kernel: 3, stride: 2}]}",
    "interpolated": "{input: 2x9x7, layers: [{maxpool: 2}, {upsample: 3, mode: bilinear}, {conv: 2, kernel: 2}]}",
    "dilated": "{input: 1x16x16, layers: [{conv: 2, kernel: 3, dilation: 3, padding: 3}, {maxpool: 3, stride: 2, ceil: true}]}",
}
"""Small networks of layers that the known ones lack."""

CASES = [
    ("alexnet", "conv4", (5, 6)),
    ("vgg16", "conv3_3", (10, 12)),
    ("vgg16", "conv3_3", (0, 55)),
    ("resnet18", "conv3_x/2/add", (3, 27)),
    ("googlenet", "3b/concat", (13, 13)),
    ("torchvision/densenet121", "block1/3/concat", (20, 0)),
    ("up", "conv_transpose", (3, 4)),
    ("up", "conv_transpose", (4, 4)),
    ("interpolated", "conv", (5, 2)),
    ("dilated", "maxpool", (7, 3)),
]


@pytest.mark.parametrize(("name", "path", "unit"), CASES)
def test_the_gradient_is_not_zero_where_a_unit_reads(name: str, path: str, unit: tuple[int, int], torch: Any) -> None:
    network = archcalc.loads(LAYERS[name]) if name in LAYERS else archcalc.load(name)
    table = network.analyze()
    row = _row(table, path)
    image = torch.zeros(1, *table.inputs["input"].sizes, dtype=torch.float64, requires_grad=True)
    _run(torch, table, row, image)[0, :, unit[0], unit[1]].sum().backward()
    moved = image.grad[0].abs().sum(0) > 0
    for axis, seen in enumerate(pixels(table, row, unit)["input"]):
        places = moved.any(1 - axis).nonzero().flatten().tolist()
        assert (seen.clipped, seen.members) == ((places[0], places[-1]), len(places))


def _row(table: Table, path: str) -> Row:
    return next(row for row in table if row.path == path or row.path.startswith(path))


def _run(torch: Any, table: Table, end: Row, image: Any) -> Any:
    """Run the layers up to one of them on an image; every weight is positive, so that nothing cancels."""
    values = {next(iter(table.graph.inputs.values())): image}
    for node in table.graph.nodes[: end.node + 1]:
        if node.is_input:
            continue
        read = [values[index] for index in node.inputs]
        if len(read) > 1:
            values[node.index] = torch.cat(read, 1) if node.layer.kind == "concat" else sum(read)
        else:
            values[node.index] = _module(torch, node.layer.torch(table.graph.nodes[node.inputs[0]].shape))(read[0])
    return values[end.node]


def _module(torch: Any, foreign: Foreign | str) -> Any:
    """Return a module with positive weights, an average in place of a maximum, and the identity for the others."""
    if isinstance(foreign, str) or not foreign.op.startswith(MOVING):
        return torch.nn.Identity()
    if foreign.op.startswith("MaxPool"):
        options = {key: value for key, value in foreign.options.items() if key != "dilation"}
        return torch.nn.AvgPool2d(**options)
    module = getattr(torch.nn, foreign.op)(**foreign.options).double()
    for tensor in module.parameters():
        torch.nn.init.constant_(tensor, 1 / max(1, tensor[0].numel()))
    return module
