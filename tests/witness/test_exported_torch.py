"""Exported PyTorch programs of all built-in networks, run on the meta device: every row's shape and parameters."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from archcalc.foreign.expressing import NotExpressed
from archcalc.specfile.shipped import entries
from tests.witness.built_networks import images
from tests.witness.exported import Recorder

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

NAMES = [entry.name for entry in entries()]

REGIONS = "several regions for each image"
NOT_EXPRESSED = {
    **dict.fromkeys(("fast-rcnn", "fast-rcnn-caffenet", "rcnn", "rcnn-ilsvrc13", "sppnet"), REGIONS),
    **dict.fromkeys(("char-gru", "deepspeech2"), "gru: torch.nn.GRU has two biases, or none"),
    "lenet5": "conv: no equivalent torch.nn module for a connection table",
    "sentiment-lstm": "lstm: torch.nn.LSTM has two biases, or none",
    "torchvision/maxvit_t": "grid_attention: no equivalent torch.nn module",
    **dict.fromkeys(
        ("torchvision/mvit_v1_b", "torchvision/mvit_v2_s"), "pooling_attention: no equivalent torch.nn module"
    ),
}
"""The networks without a program, and why."""


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_program_has_the_same_shape_and_parameters(name: str, torch: Any, torchvision: Any) -> None:
    pytest.importorskip("archcalc.importers.torchvision")
    table = archcalc.load(name).analyze(heads=False)
    if name in NOT_EXPRESSED:
        with pytest.raises(NotExpressed, match=NOT_EXPRESSED[name].replace("(", r"\(")):
            archcalc.export(table)
        return
    program = archcalc.export(table)
    assert isinstance(program, str)
    recorder = Recorder(torch, program)
    net = recorder.build()
    with torch.device("meta"), torch.no_grad():
        net(*(image.to("meta") for image in images(torch, table)))
    assert recorder.rows == [(row.output.sizes, row.params) for row in table]
    assert sum(p.numel() for p in net.parameters() if p.requires_grad) == table.totals.params
    assert torchvision


def test_a_program_with_another_number_is_found(torch: Any) -> None:
    table = archcalc.load("alexnet").analyze()
    program = str(archcalc.export(table)).replace("nn.Linear(4096, 4096)", "nn.Linear(4096, 4096, bias=False)")
    recorder = Recorder(torch, program)
    with torch.device("meta"), torch.no_grad():
        recorder.build()(*(image.to("meta") for image in images(torch, table)))
    differing = [
        row.path for row, found in zip(table, recorder.rows, strict=True) if (row.output.sizes, row.params) != found
    ]
    assert differing == ["fc7"]


VALUES = ("alexnet", "densenet121", "efficientnet_b0", "googlenet", "mobilenet_v2", "mobilenet_v3_small", "resnet18",
          "resnext50_32x4d", "shufflenet_v2_x1_0", "squeezenet1_1", "vgg11_bn", "inception_v3")  # fmt: skip
"""Models whose tensors torchvision has in the order in which they run."""


@pytest.mark.parametrize("name", VALUES)
def test_with_torchvisions_weights_a_program_computes_torchvisions_values(
    name: str, torch: Any, torchvision: Any
) -> None:
    torch.manual_seed(0)
    size = 299 if name == "inception_v3" else 224 if name == "alexnet" else 64
    more = {"aux_logits": False, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    theirs = getattr(torchvision.models, name)(**more).eval()
    table = archcalc.load(f"torchvision/{name}").analyze(f"3x{size}x{size}", heads=False)
    recorder = Recorder(torch, str(archcalc.export(table)))
    net = recorder.names[recorder.classes[-1]]().eval()
    own = net.state_dict()
    net.load_state_dict(dict(zip(own, theirs.state_dict().values(), strict=True)))
    image = torch.randn(2, 3, size, size)
    with torch.no_grad():
        expected, found = theirs(image), net(image)
    expected = expected.softmax(-1) if table.rows[-1].kind == "softmax" else expected
    assert torch.allclose(found, expected, atol=1e-5)
    assert expected.std() > 0
