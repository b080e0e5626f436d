"""The networks on which other tools are asked: families of torchvision, a small one for every kind, shared weights."""

from __future__ import annotations

from archcalc.layers.registry import kind_names
from tests.studies.checking.test_reconciliation import UP

FAMILIES = {
    "alexnet": 224, "vgg16": 224, "resnet18": 224, "resnet50": 224, "squeezenet1_0": 224, "densenet121": 224,
    "googlenet": 224, "mobilenet_v2": 224, "mnasnet1_3": 224, "efficientnet_b0": 224, "vit_b_16": 224, "swin_s": 224,
    "inception_v3": 299, "resnext50_32x4d": 64, "mobilenet_v3_small": 64, "shufflenet_v2_x1_0": 64,
    "regnet_y_400mf": 64, "efficientnet_v2_s": 64, "convnext_tiny": 64, "swin_v2_t": 64, "maxvit_t": 224,
    "fcn_resnet50": 64, "deeplabv3_mobilenet_v3_large": 64, "lraspp_mobilenet_v3_large": 64,
}  # fmt: skip
"""Networks of torchvision, with the side of the image: torchvision's own for those whose totals the tests without the
tools have, and otherwise as small as it may be, to be quick."""

_MAP = "input: 8x10x12"
_TOKENS = "input: TF 6x8"


def _after_conv(layers: str) -> str:
    """Return a network of a convolution and some layers."""
    return f"{_MAP}\nlayers: [{{conv: 8, kernel: 1, name: first}}, {layers}]"


_ON_MAPS = {
    "adaptive_avgpool": "{adaptive_avgpool: [5, 6]}",
    "adaptive_maxpool": "{adaptive_maxpool: 3}",
    "add": "relu, {add: [first, relu]}",
    "avgpool": "{avgpool: 2}",
    "channel_shuffle": "{channel_shuffle: 2}",
    "concat": "relu, {concat: [first, relu]}",
    "conv": "{conv: 4, kernel: 3, padding: 1, stride: 2, groups: 2}",
    "conv_transpose": "{conv_transpose: 6, kernel: 4, stride: 2, padding: 1, groups: 2}",
    "crop": "{crop: 4}",
    "depthwise_conv": "{depthwise_conv: 3, padding: 1}",
    "grid_attention": "{crop: 8}, {grid_attention: 2, grid: 4}",
    "groupnorm": "{groupnorm: 2}",
    "linear": "flatten, {linear: 5}",
    "matmul": "relu, {matmul: [first, relu], transpose: right}",
    "maxpool": "{maxpool: 2}",
    "multiply": "sigmoid, {multiply: [first, sigmoid]}",
    "pad": "{pad: 1}",
    "pixel_shuffle": "{pixel_shuffle: 2}",
    "roi_align": "{roi_align: 4, regions: 3}",
    "roi_pool": "{roi_pool: 4, regions: 3}",
    "separable_conv": "{separable_conv: 6, kernel: 3, padding: 1}",
    "slice": "{slice: [1, 3]}",
    "spp": "{spp: [2, 1]}",
    "split": "{split: 2, part: 1}",
    "subtract": "relu, {subtract: [first, relu]}",
    "upsample": "{upsample: 2}",
    "warp": "{warp: 4}",
    "window_attention": "{window_attention: 2, window: 4, shift: 2}",
}

_ELSEWHERE = {
    "attention": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{attention: 2}}]",
    "class_token": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{class_token: }}]",
    "embedding": "input: F 7\nlayers: [{embedding: 40, features: 8}]",
    "experts": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{experts: 4, active: 2, hidden: 6}}]",
    "gru": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{gru: 4}}]",
    "lstm": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{lstm: 4}}]",
    "rnn": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{rnn: 4}}]",
    "layernorm": f"{_TOKENS}\nlayers: [{{linear: 8, bias: false}}, layernorm]",
    "maxout": "input: F 12\nlayers: [{linear: 8}, {maxout: 2}]",
    "parameter": f"{_MAP}\nlayers: [{{parameter: [3, 4], layout: TF}}, {{linear: 8}}]",
    "permute": _after_conv("{permute: [0, 2, 1]}"),
    "position_embedding": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{position_embedding: }}]",
    "rbf": "input: F 12\nlayers: [{linear: 8}, {rbf: 3}]",
    "reshape": "input: F 12\nlayers: [{linear: 8}, {reshape: [2, 2, 2]}]",
    "rms_norm": f"{_TOKENS}\nlayers: [{{linear: 8, bias: false}}, rms_norm]",
    "space_to_depth": _after_conv("{space_to_depth: 2}"),
    "stochastic_depth": _after_conv("{stochastic_depth: 0.1}"),
    "subsampling": _after_conv("{subsampling: 2}"),
    "take": f"{_TOKENS}\nlayers: [{{linear: 8, bias: false}}, {{take: 0}}]",
    "token_type_embedding": f"{_TOKENS}\nlayers: [{{linear: 8}}, {{token_type_embedding: 2}}]",
    "unfold": _after_conv("{unfold: 3}"),
    "tokens": _after_conv("tokens"),
}

SMALL = {
    kind: _ELSEWHERE.get(kind) or _after_conv(_ON_MAPS.get(kind, f"{{{kind}: }}")) for kind in kind_names()
}  # fmt: skip
"""A network with a layer of each kind, and little else; those not listed take what they need by default."""

SPECIAL: dict[str, tuple[str, tuple[str, ...]]] = {
    "up": (UP, ()),
    "shared": (
        f"{_MAP}\nlayers: [{{conv: 8, kernel: 3, padding: 1, name: c}}, {{conv: 8, kernel: 3, padding: 1, share: c}}]",
        (),
    ),
    "shared norms": (
        f"{_MAP}\nlayers: [{{batchnorm: , name: b}}, {{conv: 8, kernel: 1}}, {{batchnorm: , share: b}}, {{prelu: , name: p}},"
        " {prelu: , share: p}]",
        (),
    ),
    "frozen": (_after_conv("batchnorm, flatten, {linear: 3}"), ("first", "batchnorm")),
    "shared and frozen": (
        f"{_MAP}\nlayers: [{{conv: 8, kernel: 3, padding: 1, name: c}}, relu, {{conv: 8, kernel: 3, padding: 1, share: c}},"
        " batchnorm]",
        ("c",),
    ),
    "no parameters": (f"{_MAP}\nlayers: [relu, {{maxpool: 2}}]", ()),
    "all frozen": (_after_conv("relu"), ("first",)),
    "no affine": (
        _after_conv("{batchnorm: , scale: false, shift: false}, {instancenorm: , scale: false, shift: false},"
        " {groupnorm: 4, scale: false, shift: false}, {batchnorm: , statistics: false}"),
        (),
    ),
    "same padding": (_after_conv("{conv: 6, kernel: 3, padding: same}, {conv: 5, kernel: [4, 2], padding: same}"), ()),
    "factors": (_after_conv("{upsample: [2, 3], mode: bilinear}"), ()),
    "bilinear": (_after_conv("{upsample: 2, mode: bilinear}, {upsample: , to: first, mode: bilinear}"), ()),
    "one axis": ("input: 4x9\nlayers: [{conv: 4, kernel: 3}, {upsample: 2, mode: bilinear}, global_avgpool]", ()),
    "three axes": ("input: 4x6x6x6\nlayers: [{conv: 4, kernel: 3}, {upsample: 2}, global_avgpool]", ()),
    "uneven bins": (_after_conv("{adaptive_avgpool: 7}"), ()),
    "norm of a map": (_after_conv("layernorm"), ()),
    "linear on a map": (_after_conv("{linear: 4, over: channels}"), ()),
    "siamese": (
        "input: {a: 3x9x9, b: 3x9x9}\nlayers: [{conv: 4, kernel: 3, from: a, name: c}, {conv: 4, kernel: 3, from: b, share: c,"
        " name: d}, {subtract: [c, d]}]",
        (),
    ),
}  # fmt: skip
"""Networks for what is not a kind: shared, frozen and missing parameters, options; with patterns of what is frozen."""

_ATTENTION = {"attention", "window_attention", "grid_attention"}
_NO_MODULE = {
    "class_token", "depthwise_conv", "experts", "layer_scale", "matmul", "maxout", "mean", "parameter", "position_embedding", "rbf",
    "separable_conv", "subsampling", "token_type_embedding", "unfold",
}  # fmt: skip
_RECURRENT = {"gru", "lstm", "rnn"}
_REGIONS = {"roi_align", "roi_pool", "spp", "warp"}
_EVERYWHERE = {*_ATTENTION, *_NO_MODULE, *_RECURRENT, *_REGIONS, "norm of a map"}

UNKNOWN = {
    "calflops": {*_EVERYWHERE} - {"norm of a map"},
    "fvcore": {*_EVERYWHERE, "maxvit_t"},
    "ptflops": {*_EVERYWHERE},
    "ptflops-aten": {*_EVERYWHERE, "linear on a map"} - {"norm of a map"},
    "thop": {*_EVERYWHERE, "uneven bins"},
    "torchinfo": {*_EVERYWHERE, "linear on a map"} - {"spp", "warp"},
    "torchsummary": {*_EVERYWHERE},
}
"""Where each tool's total may be unknown, and has to be: how PyTorch's users write these layers is not known."""
