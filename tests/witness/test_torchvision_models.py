"""Models of torchvision that are imported as they run: segmentation, video, optical flow, detection."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import UsageError
from archcalc.services.opening import load, read
from tests.witness.imported import outcome, parameters, whole

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # those of packages that are not ours

IMAGE: dict[str, tuple[int, ...]] = {"": (3, 224, 224)}
CLIP: dict[str, tuple[int, ...]] = {"": (3, 16, 224, 224)}
PAIR: dict[str, tuple[int, ...]] = {"image1": (3, 128, 128), "image2": (3, 128, 128)}
INPUTS = {
    "deeplabv3_mobilenet_v3_large": IMAGE, "fcn_resnet50": IMAGE, "lraspp_mobilenet_v3_large": IMAGE,
    "mc3_18": CLIP, "mvit_v1_b": CLIP, "mvit_v2_s": CLIP, "r2plus1d_18": CLIP, "s3d": CLIP, "swin3d_t": CLIP,
    "raft_small": PAIR, "raft_large": PAIR,
}  # fmt: skip
"""Models, and what they read."""

LEAST = 0.95
"""The share of parameters and of MACs that formulas give in every model."""

DETECTORS = (
    "fasterrcnn_resnet50_fpn", "fasterrcnn_resnet50_fpn_v2",
    "fcos_resnet50_fpn", "retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2", "ssd300_vgg16",
)  # fmt: skip
"""Detectors of which torchvision states the operations for as many boxes as they can have, in a square image.

Of the others it states those for the boxes that a model found in one image."""


def built(torchvision: Any, name: str) -> Any:
    """Build a model on the meta device, without its backbone's weights."""
    from archcalc.importers.torch_model import built  # noqa: PLC0415 - where PyTorch is
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    return built(torchvision.models.get_model_builder(name), name, Wishes())


@pytest.mark.parametrize("name", INPUTS)
def test_a_model_counts_what_pytorch_counts(name: str, torchvision: Any) -> None:
    found = outcome(name, built(torchvision, name), INPUTS[name])
    assert found.agrees, found
    assert min(found.derived) >= LEAST, found


@pytest.mark.parametrize("name", ["video:r3d_18", "optical_flow:raft_small"])
def test_the_input_of_what_reads_no_image_has_to_be_given(name: str, torchvision: Any) -> None:  # noqa: ARG001
    with pytest.raises(UsageError, match="does not say what its input is"):
        load(f"torch:torchvision.models.{name}")


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_has_as_many_macs_as_torchvision_states_for_the_most_boxes(name: str, torchvision: Any) -> None:
    from archcalc.importers.torch_model import imported  # noqa: PLC0415
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    model = built(torchvision, name)
    made = imported(model, Wishes({"": (3, 320, 320)}), name, None)  # which it resizes itself
    table = read(made, name).analyze()
    stated = torchvision.models.get_model_weights(name).DEFAULT.meta["_ops"]
    assert round(whole(table.totals.macs) / 1e9, 3) == pytest.approx(stated, abs=5e-3)
    assert table.totals.params == parameters(model)
    assert made.keys["note"].endswith("depends on values: the largest size that is possible is assumed")


def test_a_detector_that_reads_values_in_the_end_says_how_far_it_was_reached(torchvision: Any) -> None:  # noqa: ARG001
    table = load("torch:torchvision.models.detection:maskrcnn_resnet50_fpn", ["3x320x320"]).analyze()
    # 100 masks: four convolutions of 256 × 256 × 9 on 14 × 14 places, one of 2 × 2 that enlarges, and 91 classes
    masks = 100 * (4 * 256 * 256 * 9 * 14**2 + 256 * 256 * 4 * 14**2 + 256 * 91 * 28**2)
    heads = load("torch:torchvision.models.detection:fasterrcnn_resnet50_fpn", ["3x320x320"]).analyze().totals.macs
    assert whole(table.totals.macs) == whole(heads) + masks
    assert "all parameters were reached before" in table.spec.note
