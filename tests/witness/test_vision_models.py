"""Vision networks against timm, Keras and torchvision's detectors, on the meta device.

Every layer with weights has as many of them and the same output, and the MACs are those that PyTorch counts when the
model runs. What torchvision builds is compared layer by layer in tests/witness/test_networks.py.
"""

from __future__ import annotations

import inspect
import os
from math import prod
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from tests.witness import weighted_layers
from tests.witness.vision_models import BIASED, KERAS, TIMM, TOGETHER

if TYPE_CHECKING:
    from tests.witness.weighted_layers import Seen

pytestmark = pytest.mark.filterwarnings("ignore")  # those of packages that are not ours


@pytest.fixture(scope="module")
def timm(torchvision: Any) -> Any:  # noqa: ARG001 - timm imports it
    """Timm, or a skipped test where it is not installed."""
    return pytest.importorskip("timm")


@pytest.fixture(scope="module")
def keras(torch: Any) -> Any:  # noqa: ARG001 - Keras computes with it
    """Keras, or a skipped test where it is not installed."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


def ours(name: str) -> tuple[Seen, tuple[Any, ...]]:
    """Return what a network of ours runs, and the sizes that it reads."""
    table = archcalc.load(name).analyze()
    return weighted_layers.of_table(table), next(iter(table.inputs.values())).sizes


@pytest.mark.peers
@pytest.mark.parametrize("name", TIMM)
def test_timm_runs_the_same_layers(name: str, torch: Any, timm: Any) -> None:
    here, sizes = ours(name)
    with torch.device("meta"):
        model, image = timm.create_model(TIMM[name]).eval(), torch.empty(1, *sizes)
    there = weighted_layers.of_torch(torch, model, lambda: model(image))
    assert (here.macs, here.params) == (there.macs, there.params)
    assert here.layers == there.layers or ("timm", name) in TOGETHER


@pytest.mark.peers
@pytest.mark.parametrize("name", [name for name in TIMM if name.startswith("repvgg")])
def test_timm_makes_one_convolution_of_the_branches_of_repvgg(name: str, torch: Any, timm: Any) -> None:
    here, sizes = ours(f"{name}_deploy")
    model = timm.utils.reparameterize_model(timm.create_model(TIMM[name]).eval()).to("meta")
    there = weighted_layers.of_torch(torch, model, lambda: model(torch.empty(1, *sizes, device="meta")))
    assert here == there


@pytest.mark.peers
@pytest.mark.parametrize("name", KERAS)
def test_keras_runs_the_same_layers(name: str, torch: Any, keras: Any) -> None:
    here, (_, height, width) = ours(name)
    with keras.device("meta"):
        model = _application(keras, KERAS[name], (int(height), int(width), 3))
        there = weighted_layers.of_keras(torch, model)
    assert here.macs == there.macs
    assert here.params == there.params - _cancelled(model, name) + _omitted(model)
    assert here.layers == there.layers or ("keras", name) in TOGETHER


def _application(keras: Any, name: str, shape: tuple[int, int, int]) -> Any:
    """Build a network of Keras; the small NASNet by the function that builds both, for by itself it refuses PyTorch."""
    if name != "NASNetMobile":
        return getattr(keras.applications, name)(weights=None, input_shape=shape)
    small = {"penultimate_filters": 1056, "num_blocks": 4, "stem_block_filters": 32, "skip_reduction": False}
    build = keras.src.applications.nasnet.NASNet
    return build(shape, **small, filter_multiplier=2, weights=None, default_size=shape[0])


def _cancelled(model: Any, name: str) -> int:
    """Return the number of biases that batch norm cancels, where Keras's convolutions have some before it."""
    convolutions = [one for one in weighted_layers.leaves(model) if type(one).__name__ == "Conv2D" and name in BIASED]
    return sum(prod(one.bias.shape) for one in convolutions)


def _omitted(model: Any) -> int:
    """Return the number of scales that Keras omits from its batch norms."""
    norms = [one for one in weighted_layers.leaves(model) if type(one).__name__ == "BatchNormalization"]
    return sum(prod(one.beta.shape) for one in norms if not one.scale)


@pytest.mark.peers
def test_all_of_keras_applications_are_shipped(keras: Any) -> None:
    names = {name for name, found in vars(keras.applications).items() if inspect.isfunction(found)}
    assert names == set(KERAS.values())
    assert len(names) == 40


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("ssd300-91", "ssd300_vgg16"),
        ("retinanet-r50-torchvision", "retinanet_resnet50_fpn"),
        ("retinanet-r50-v2", "retinanet_resnet50_fpn_v2"),
    ],
)
def test_torchvisions_detectors_run_the_same_layers(name: str, theirs: str, torch: Any, torchvision: Any) -> None:
    """What comes before and after, resizing and choosing boxes, has no weights and is left out."""
    here, sizes = ours(name)
    with torch.device("meta"):
        model = torchvision.models.get_model(theirs, weights=None, weights_backbone=None).eval()
        image = torch.empty(1, *sizes)
    there = weighted_layers.of_torch(torch, model, lambda: model.head(list(model.backbone(image).values())))
    assert here == there
