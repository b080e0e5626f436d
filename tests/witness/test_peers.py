"""The other tools themselves, where they are installed: do they still print what their profiles reproduce."""

from __future__ import annotations

from typing import Any

import pytest

from tests.studies.checking.test_reconciliation import CASES, PRINTED

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]


def _torchinfo(model: Any, image: Any) -> tuple[int, int]:
    found = pytest.importorskip("torchinfo").summary(model, input_data=image, verbose=0)
    return found.total_mult_adds, found.total_params


def _fvcore(model: Any, image: Any) -> tuple[int, int]:
    counted = pytest.importorskip("fvcore.nn").FlopCountAnalysis(model, image)
    counted.unsupported_ops_warnings(enabled=False)
    counted.uncalled_modules_warnings(enabled=False)
    return int(counted.total()), sum(tensor.numel() for tensor in model.parameters())


def _thop(model: Any, image: Any) -> tuple[int, int]:
    macs, params = pytest.importorskip("thop").profile(model, (image,), verbose=False)
    return int(macs), int(params)


TOOLS = {"torchinfo": _torchinfo, "fvcore": _fvcore, "thop": _thop}


def _model(torch: Any, torchvision: Any, name: str) -> Any:
    if name != "up":
        options = {"init_weights": False} if name == "googlenet" else {}
        return torchvision.models.get_model(name, weights=None, **options).eval()
    nn = torch.nn
    up = nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.ConvTranspose2d(4, 4, 4, 2, 1, groups=2)
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), *up).eval()


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_a_tool_prints_what_its_profile_says(tool: str, name: str, torch: Any, torchvision: Any) -> None:
    image = torch.zeros(1, 3, *((16, 16) if name == "up" else (224, 224)))
    assert TOOLS[tool](_model(torch, torchvision, name), image) == PRINTED[tool][name]
