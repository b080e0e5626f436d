"""Whole networks against torchvision, where both have the same: layer by layer, on the meta device."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc

pytestmark = pytest.mark.torch

SAME = {
    "vgg11": "vgg11",
    "vgg13": "vgg13",
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "torchvision/resnet18": "resnet18",
    "torchvision/resnet50": "resnet50",
    "torchvision/resnet152": "resnet152",
}
"""Our name and torchvision's. The others we ship are networks that torchvision builds differently, or not at all."""


@pytest.mark.parametrize(("ours", "theirs"), SAME.items())
def test_torchvision_builds_the_same_layers(ours: str, theirs: str, torch: Any, torchvision: Any) -> None:
    weighted = [
        (tuple(row.output.sizes), [tensor.dims for tensor in row.tensors])
        for row in archcalc.load(ours).analyze()
        if row.tensors
    ]
    assert sorted(weighted) == sorted(_leaves(torch, torchvision, theirs))


def _leaves(torch: Any, torchvision: Any, name: str) -> list[Any]:
    """Return output shape and tensors of every module with tensors, as it runs."""
    with torch.device("meta"):
        model = torchvision.models.get_model(name).eval()
        found: list[Any] = []
        for module in model.modules():
            if not list(module.children()) and [*module.parameters(), *module.buffers()]:
                module.register_forward_hook(lambda m, _, out: found.append((tuple(out.shape[1:]), _dims(m))))
        model(torch.empty(1, 3, 224, 224))
    return found


def _dims(module: Any) -> list[Any]:
    """Return the dimensions of parameters and buffers, without the counter of batches (it has none)."""
    tensors = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
    return [tuple(tensor.shape) for tensor in tensors if tensor.dim()]
