"""Numbers that other tools, papers and lectures print wrongly: each with its source, and what is right.

A row holds a spec, what is counted, the right number and the wrong ones with those who print them: a tool and its
version where it was run, an issue where somebody else reports it, and *habit* where the number is what the mistake
makes of this very case.
"""

from __future__ import annotations

from typing import NamedTuple


class Trap(NamedTuple):
    """One case: a spec or the name of a network, what is counted, and who gets it wrong how."""

    what: str
    spec: str
    right: int
    wrong: dict[str, int]


VIT = """
input: 3x224x224
layers:
  - {conv: 768, kernel: 16, stride: 16}
  - tokens
  - class_token
  - position_embedding
  - layers:
      - {add: {attention: [layernorm, {attention: 12}], skip: []}, name: attend}
      - {add: {mlp: [layernorm, {linear: 3072}, gelu, {linear: 768}], skip: []}, name: think}
    repeat: 12
    name: encoder
  - layernorm
  - {take: 0}
  - {linear: 1000}
"""
"""ViT-B/16 of Dosovitskiy et al. 2020, Table 1, at 224 × 224."""

ALEXNET = """
input: 3x224x224
layers:
  - {conv: 64, kernel: 11, stride: 4, padding: 2}
  - {maxpool: 3, stride: 2}
  - {conv: 192, kernel: 5, padding: 2}
  - {maxpool: 3, stride: 2}
  - {conv: 384, kernel: 3, padding: 1}
  - {conv: 256, kernel: 3, padding: 1}
  - {conv: 256, kernel: 3, padding: 1}
  - {maxpool: 3, stride: 2}
  - {adaptive_avgpool: 6}
  - flatten
  - {linear: 4096}
  - {linear: 4096}
  - {linear: 1000}
"""
"""As torchvision builds it (Krizhevsky 2014, arXiv 1404.5997), without its activations."""

NET_TWO = """
input: 3x32x32
layers:
  - {conv: 24, kernel: 3, bias: false}
  - concat:
      one: [{conv: 12, kernel: 3, groups: 12, bias: false}]
      two: [{conv: 12, kernel: 3, groups: 12, bias: false}]
"""

TWICE = """
input: {left: 1x16x16, right: 1x28x28}
outputs: [first, second]
layers:
  - {conv: 1, kernel: 3, padding: 1, from: left, name: first}
  - {conv: 1, kernel: 3, padding: 1, from: right, share: first, name: second}
"""

THRICE = """
input: {a: 100, b: 100, c: 100}
layers:
  - {linear: 100, bias: false, from: a, name: one}
  - {linear: 100, bias: false, from: b, share: one, name: two}
  - {linear: 100, bias: false, from: c, share: one, name: three}
  - {concat: [one, two, three]}
"""

UNCALLED = """
input: {image: 3x32x32, nothing: 1000}
layers:
  - {linear: 1000, from: nothing}
  - {conv: 8, kernel: 3, bias: false, from: image}
"""


def one(shape: str, *layers: str) -> str:
    """A network of some layers in a row."""
    return f"{{input: {shape}, layers: [{', '.join(layers)}]}}"


UP = one("8x16x16", "{conv_transpose: 4, kernel: 4, stride: 2, padding: 1, bias: false}")
UP_GROUPED = one("8x16x16", "{conv_transpose: 8, kernel: 4, stride: 2, padding: 1, groups: 4, bias: false}")
UP_DEPTHWISE = one("4x8x8", "{conv_transpose: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1, groups: 4}")
SAME = one("3x32x32", "{conv: 8, kernel: 4, padding: same, bias: false}")
GROUPED_3D = one("192x8x28x28", "{conv: 192, kernel: 3, padding: 1, groups: 16, bias: false}")
TIED = one("32", "{linear: 32, bias: false, name: a}", "{linear: 32, bias: false, share: a}")
ONE_ACTIVATION = one("4", *["{linear: 4}", "relu"] * 6)
IN_1D = one("1x48000", "{conv: 20, kernel: 5}", "relu", "{conv: 20, kernel: 5}", "relu")
HEADS = one("TF 50x64", "{attention: 4, bias: false}")

MACS = [
    # Transposed convolutions: the weights once per position of the input.
    Trap("the size of the output", UP, 131_072, {"torchinfo 1.8.0, thop 0.1.1, torch-scan 0.2": 524_288}),
    Trap("the size of the output, grouped", UP_GROUPED, 65_536, {"thop 0.1.1": 262_144, "calflops 0.3.2": 0}),
    Trap(
        "the size of the output, again",
        one("3x2x2", "{conv_transpose: 1, kernel: 2, stride: 2}"),
        48,
        {"ultralytics/thop#92": 192, "sovrasov/flops-counter.pytorch#149": 208, "the same, with the bias": 52},
    ),
    Trap(
        "outputs squared",
        one("32x1x1", "{conv_transpose: 1, kernel: 3}"),
        288,
        {"facebookresearch/fvcore#78": 81},
    ),
    Trap("depthwise", UP_DEPTHWISE, 2_304, {"deepspeedai/DeepSpeed#8323": 0}),
    Trap(
        "grouped",
        one("6x8x8", "{conv_transpose: 6, kernel: 2, stride: 2, groups: 3}"),
        3_072,
        {"deepspeedai/DeepSpeed#8323": 0},
    ),
    # Groups, dimensions, padding.
    Trap(
        "two maps for each filter", NET_TWO, 921_888, {"sovrasov/flops-counter.pytorch#9, as for one map each": 752_544}
    ),
    Trap("groups in 3-D", GROUPED_3D, 390_168_576, {"habit: groups forgotten": 6_242_697_216}),
    Trap(
        "depth in 3-D", GROUPED_3D, 390_168_576, {"habit: an axis dropped, fangwei123456/spikingjelly#676": 4_644_864}
    ),
    Trap(
        "the batch for the channels in 1-D",
        one("32x128", "{conv: 32, kernel: 3, padding: 4, stride: 2}"),
        205_824,
        {"Lyken17/pytorch-OpCounter#212": 823_296},
    ),
    Trap(
        "length in 1-D",
        IN_1D,
        100_783_600,
        {"sovrasov/flops-counter.pytorch#143": 40_520, "the same, later": 1_960_000},
    ),
    Trap(
        "the stride taken twice",
        one("3x224x224", "{conv: 64, kernel: 7, stride: 2, padding: 3, bias: false}"),
        118_013_952,
        {"habit: Lyken17/pytorch-OpCounter#8": 29_503_488, "Szegedy et al. 2015, Table 1": 34_000_000},
    ),
    Trap("same with an even kernel", SAME, 393_216, {"fvcore 0.1.5": 0, "calflops 0.3.2": 369_024}),
    Trap(
        "biases are no products",
        one("1x128x128", "{conv: 128, kernel: 3}"),
        18_289_152,
        {"Lyken17/pytorch-OpCounter#37": 20_321_280, "TensorFlow's profiler there, additions too": 38_612_737},
    ),
    Trap("a lone layer", one("3x8x8", "{conv: 8, kernel: 3}"), 7_776, {"Lyken17/pytorch-OpCounter#110": 0}),
    Trap(
        "weights that are no module's",
        one("3x32x32", "{conv: 8, kernel: 3, padding: 1, bias: false}"),
        221_184,
        {"torchinfo 1.8.0, ptflops 0.7.5, thop 0.1.1": 0},
    ),
    # Attention: scores and weighted sums are products, and every token is one more vector.
    Trap("vectors in a row", one("TF 10x3", "{linear: 8}"), 240, {"TylerYep/torchinfo#77": 32}),
    Trap("attention", HEADS, 1_139_200, {"torchinfo 1.8.0, thop 0.1.1": 0, "ptflops 0.7.5": 1_485_600}),
    Trap(
        "a transformer",
        VIT,
        17_563_828_224,
        {
            "torchinfo 1.8.0, TylerYep/torchinfo#226": 173_232_616,
            "fvcore 0.1.5": 16_867_412_736,
            "ptflops 0.7.5": 17_606_030_584,
            "ptflops 0.7.5, aten": 16_864_992_232,
            "thop 0.1.1": 11_286_254_592,
            "torch 2.13, calflops 0.3.2": 16_848_500_736,
            "torch-scan 0.2": 11_271_124_992,
        },
    ),
    Trap("shared weights work each time", TIED, 2_048, {"habit: once": 1_024}),
    Trap("shared weights do not work thrice each time", THRICE, 30_000, {"deepspeedai/DeepSpeed#7256": 90_000}),
    # What multiplies nothing that counts.
    Trap("norms", one("8x16x16", "batchnorm"), 0, {"torchinfo 1.8.0": 16, "fvcore 0.1.5": 4_096, "thop 0.1.1": 8_192}),
    Trap("pools", one("8x16x16", "{maxpool: 2}"), 0, {"torch-scan 0.2": 512, "the same, kernel (2, 2)": 1_536}),
    Trap("pools that adapt", one("256x6x6", "{adaptive_avgpool: 6}"), 0, {"fvcore 0.1.5": 9_216}),
    Trap("activations", one("64x56x56", "relu"), 0, {"habit: sovrasov/flops-counter.pytorch#76": 200_704}),
    # Whole networks.
    Trap(
        "AlexNet",
        ALEXNET,
        714_188_480,
        {
            "torchinfo 1.8.0": 714_682_664,
            "fvcore 0.1.5": 714_197_696,
            "ptflops 0.7.5": 716_441_128,
            "thop 0.1.1": 714_206_912,
            "torch-scan 0.2": 714_383_552,
            "the README of calflops": 2_142_600_000,
        },
    ),
    Trap(
        "blocks are not counted beside their layers",
        "torchvision/resnet18",
        1_814_073_344,
        {"TylerYep/torchinfo#39": 11_710_000_000},
    ),
    Trap(
        "ResNet-50",
        "torchvision/resnet50",
        4_089_184_256,
        {
            "torchinfo 1.8.0": 4_089_238_376,
            "fvcore 0.1.5": 4_111_512_576,
            "ptflops 0.7.5": 4_132_436_968,
            "thop 0.1.1": 4_133_742_592,
            "torch-scan 0.2": 4_111_916_032,
        },
    ),
    Trap("groups of AlexNet", "alexnet", 724_406_816, {"osmr/imgclsmob, without groups": 1_132_330_000}),
]

PARAMS = [
    Trap("a transformer", VIT, 86_567_656, {"thop 0.1.1": 58_067_176}),
    Trap("attention", HEADS, 16_384, {"thop 0.1.1": 0}),
    Trap(
        "a parameter of no layer",
        one("1x10", "layer_scale", "{conv: 2, kernel: 3}"),
        9,
        {"sksq96/pytorch-summary#148": 8},
    ),
    Trap("tied weights", TIED, 1_024, {"torchinfo 1.8.0, thop 0.1.1": 2_048}),
    Trap("a layer called twice", TWICE, 10, {"sksq96/pytorch-summary#201": 20}),
    Trap("a layer that is never called", UNCALLED, 1_001_216, {"thop 0.1.1, torchsummary 1.5.1": 216}),
    Trap("an activation called six times", ONE_ACTIVATION, 120, {"TylerYep/torchinfo#396": 160}),
    Trap("heads that only training runs", "googlenet", 6_998_552, {"BVLC/caffe, with both heads": 13_378_280}),
    Trap("norms without scale", one("8x4x4", "{batchnorm, scale: false}"), 8, {"habit: two for each channel": 16}),
    Trap("statistics are no parameters", one("8x4x4", "batchnorm"), 16, {"habit: keras 3, Total params": 32}),
    Trap("statistics of ResNet-50", "torchvision/resnet50", 25_557_032, {"keras 3, with biases too": 25_636_712}),
    Trap("norms of responses", one("8x4x4", "lrn"), 0, {"dgschwend/netscope": 2}),
    Trap("the biases of VGG-16", "vgg16", 138_357_544, {"CS231n, convolutional networks": 138_344_128}),
    Trap("groups of AlexNet", "alexnet", 60_965_224, {"osmr/imgclsmob, without groups": 62_378_344}),
    Trap(
        "the first layer of GoogLeNet",
        one("3x224x224", "{conv: 64, kernel: 7, stride: 2, padding: 3}"),
        9_472,
        {"Szegedy et al. 2015, Table 1, BVLC/caffe#3067": 2_700},
    ),
]

SIZES = [
    Trap("same with an even kernel", SAME, 32, {"ohmycalc.com, P = k // 2": 33}),
    Trap(
        "same with a stride",
        one("3x32x32", "{conv: 8, kernel: 4, stride: 2, padding: same}"),
        16,
        {"ohmycalc.com, P = k // 2": 17},
    ),
    Trap("a window of padding", one("4x1x1", "{maxpool: 2, padding: 1, ceil: true}"), 1, {"dgschwend/netscope": 2}),
    Trap("floors", one("4x65x65", "{maxpool: 2}"), 32, {"dgschwend/netscope, shicai/DenseNet-Caffe#20": 33}),
    Trap("ceilings", one("4x65x65", "{maxpool: 2, ceil: true}"), 33, {"habit: xxradon/PytorchToCaffe#4": 32}),
    Trap("what does not divide is cut off", one("1x10x10", "{conv: 1, kernel: 3, stride: 2}"), 4, {"habit: up": 5}),
]
