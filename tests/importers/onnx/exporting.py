"""Models of torchvision and timm, exported by PyTorch, with what PyTorch says of them."""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
pytest.importorskip("archcalc.importers.operators")
torchvision = pytest.importorskip("torchvision")

WAYS = ("optimized", "plain", "older")
"""How a model is exported: by the present exporter, with and without its optimizer, and by the one before it."""

TORCHVISION = [
    "alexnet",
    "convnext_tiny",
    "densenet121",
    "efficientnet_b0",
    "googlenet",
    "inception_v3",
    "maxvit_t",
    "mnasnet1_0",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "regnet_y_400mf",
    "resnet18",
    "resnext50_32x4d",
    "shufflenet_v2_x1_0",
    "squeezenet1_1",
    "swin_t",
    "swin_v2_t",
    "vgg11_bn",
    "vit_b_32",
    "deeplabv3_mobilenet_v3_large",
    "lraspp_mobilenet_v3_large",
    "r3d_18",
]

TIMM = [
    "coat_tiny",
    "convmixer_768_32",
    "crossvit_tiny_240",
    "cspresnet50",
    "deit_tiny_patch16_224",
    "dla34",
    "edgenext_small",
    "efficientformer_l1",
    "fastvit_t8",
    "ghostnet_100",
    "gmlp_s16_224",
    "hrnet_w18_small",
    "lambda_resnet26t",
    "levit_128",
    "mixer_s32_224",
    "mobilevit_xs",
    "nfnet_l0",
    "poolformer_s12",
    "pvt_v2_b0",
    "repvgg_a0",
    "resmlp_12_224",
    "resnet50d",
    "seresnet50",
    "vovnet39a",
    "xcit_nano_12_p16_224",
]

OTHER_SIZES = {"inception_v3": (3, 299, 299), "r3d_18": (3, 8, 112, 112)}


class Facts(NamedTuple):
    """What PyTorch says of a model: its parameters, and half of the FLOPs of its counter."""

    params: int
    macs: int


def built(name: str) -> tuple[Any, Any]:
    """Return a model with an input. No two of its weights are equal: exporters would store them once."""
    if name in TIMM:
        timm = pytest.importorskip("timm")
        model = timm.create_model(name)
        size = model.default_cfg["input_size"]
    else:
        backbone = {"weights_backbone": None} if name.startswith(("deeplab", "lraspp")) else {}
        initial = {"init_weights": False} if name in {"googlenet", "inception_v3"} else {}
        model, size = torchvision.models.get_model(name, weights=None, **backbone, **initial), (3, 224, 224)
    for parameter in model.parameters():
        parameter.data.normal_(0, 0.02)
    for key, buffer in model.named_buffers():
        if key.endswith(("running_mean", "running_var")):
            buffer.data.uniform_(0.5, 1.5)
    return model.eval(), torch.randn(1, *OTHER_SIZES.get(name, size))


def facts(model: Any, image: Any) -> Facts:
    """Ask PyTorch; the kernels of attention for processors are not in its table, so that plain products are counted."""
    attention = pytest.importorskip("torch.nn.attention")
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode(display=False)
    with attention.sdpa_kernel(attention.SDPBackend.MATH), counter:
        model(image)
    return Facts(sum(parameter.numel() for parameter in model.parameters()), counter.get_total_flops() // 2)


def export(model: Any, image: Any, path: Path, way: str) -> None:
    """Write a model to a file."""
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        if way == "older":
            batch = {"image": {0: "batch"}}
            torch.onnx.export(
                model, (image,), path, dynamo=False, opset_version=17, input_names=["image"], dynamic_axes=batch
            )
        else:
            torch.onnx.export(model, (image,), path, dynamo=True, verbose=False, optimize=way == "optimized")
