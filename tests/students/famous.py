"""Networks of lectures, written down by hand from their papers."""

from __future__ import annotations

from tests.students.network import Draft, Net

INCEPTION = {"3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64)}
"""1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5 and pool projection (Szegedy et al. 2014, Table 1)."""


def lenet5() -> Net:
    net = Draft("LeNet-5 as taught", 1, 32)
    net.put("C1", "conv", filters=6, k=5)
    net.put("S2", "avgpool", k=2, s=2)
    net.put("C3", "conv", filters=16, k=5)
    net.put("S4", "avgpool", k=2, s=2)
    net.put("C5", "conv", filters=120, k=5)
    net.put("flatten", "flatten")
    net.put("F6", "linear", filters=84)
    net.put("output", "linear", filters=10)
    return net.done()


def alexnet(groups: int = 2) -> Net:
    net = Draft("AlexNet" if groups > 1 else "AlexNet on one GPU", 3, 227)
    net.put("conv1", "conv", filters=96, k=11, s=4)
    net.put("pool1", "maxpool", k=3, s=2)
    net.put("conv2", "conv", filters=256, k=5, p=2, groups=groups)
    net.put("pool2", "maxpool", k=3, s=2)
    net.put("conv3", "conv", filters=384, k=3, p=1)
    net.put("conv4", "conv", filters=384, k=3, p=1, groups=groups)
    net.put("conv5", "conv", filters=256, k=3, p=1, groups=groups)
    net.put("pool5", "maxpool", k=3, s=2)
    net.put("flatten", "flatten")
    net.put("fc6", "linear", filters=4096)
    net.put("fc7", "linear", filters=4096)
    net.put("fc8", "linear", filters=1000)
    return net.done()


def vgg16() -> Net:
    net = Draft("VGG-16", 3, 224)
    for stage, (copies, width) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for copy in range(1, copies + 1):
            net.put(f"conv{stage}_{copy}", "conv", filters=width, k=3, p=1)
        net.put(f"pool{stage}", "maxpool", k=2, s=2)
    net.put("flatten", "flatten")
    for name, width in (("fc6", 4096), ("fc7", 4096), ("fc8", 1000)):
        net.put(name, "linear", filters=width)
    return net.done()


def inception(net: Draft, name: str, reads: str, widths: tuple[int, ...]) -> str:
    one, reduce3, three, reduce5, five, proj = widths
    own = {"module": reads}
    net.put(f"{name}/1x1", "conv", reads, filters=one, **own)
    net.put(f"{name}/3x3_reduce", "conv", reads, filters=reduce3, **own)
    net.put(f"{name}/3x3", "conv", filters=three, k=3, p=1, **own)
    net.put(f"{name}/5x5_reduce", "conv", reads, filters=reduce5, **own)
    net.put(f"{name}/5x5", "conv", filters=five, k=5, p=2, **own)
    net.put(f"{name}/pool", "maxpool", reads, k=3, s=1, p=1, **own)
    net.put(f"{name}/pool_proj", "conv", filters=proj, **own)
    ends = [f"{name}/{end}" for end in ("1x1", "3x3", "5x5", "pool_proj")]
    return net.put(f"{name}/output", "concat", *ends)


def googlenet() -> Net:
    net = Draft("GoogLeNet up to 3b", 3, 224)
    net.put("conv1", "conv", filters=64, k=7, s=2, p=3)
    net.put("pool1", "maxpool", k=3, s=2, ceil=True)
    net.put("conv2_reduce", "conv", filters=64)
    net.put("conv2", "conv", filters=192, k=3, p=1)
    last = net.put("pool2", "maxpool", k=3, s=2, ceil=True)
    for name, widths in INCEPTION.items():
        last = inception(net, name, last, widths)
    return net.done()


def basic(net: Draft, name: str, reads: str, width: int, stride: int) -> str:
    own = {"module": reads, "bias": False}
    net.put(f"{name}/conv1", "conv", reads, filters=width, k=3, s=stride, p=1, **own)
    net.put(f"{name}/bn1", "batchnorm")
    net.put(f"{name}/conv2", "conv", filters=width, k=3, p=1, **own)
    end = net.put(f"{name}/bn2", "batchnorm")
    short = reads
    if stride > 1:
        short = net.put(f"{name}/projection", "conv", reads, filters=width, s=stride, role="projection", **own)
    return net.put(f"{name}/add", "add", end, short)


def bottleneck(net: Draft, name: str, reads: str, width: int, stride: int, *, project: bool) -> str:  # noqa: PLR0913 - a block has these
    own = {"module": reads, "bias": False}
    net.put(f"{name}/conv1", "conv", reads, filters=width, s=stride, **own)
    net.put(f"{name}/conv2", "conv", filters=width, k=3, p=1, **own)
    end = net.put(f"{name}/conv3", "conv", filters=4 * width, **own)
    short = reads
    if project:
        short = net.put(f"{name}/projection", "conv", reads, filters=4 * width, s=stride, role="projection", **own)
    return net.put(f"{name}/add", "add", end, short)


def resnet18() -> Net:
    net = Draft("ResNet-18 up to conv3_x", 3, 224)
    net.put("conv1", "conv", filters=64, k=7, s=2, p=3, bias=False)
    net.put("bn1", "batchnorm")
    last = net.put("pool1", "maxpool", k=3, s=2, p=1)
    for name, width, stride in (("2_1", 64, 1), ("2_2", 64, 1), ("3_1", 128, 2), ("3_2", 128, 1)):
        last = basic(net, f"conv{name}", last, width, stride)
    return net.done()


def resnet50() -> Net:
    net = Draft("ResNet-50 up to the first block of conv3_x", 3, 224)
    net.put("conv1", "conv", filters=64, k=7, s=2, p=3, bias=False)
    last = net.put("pool1", "maxpool", k=3, s=2, p=1)
    for name, width, stride in (("2_1", 64, 1), ("2_2", 64, 1), ("3_1", 128, 2)):
        last = bottleneck(net, f"conv{name}", last, width, stride, project=name.endswith("_1"))
    return net.done()


def unet() -> Net:
    net = Draft("U-Net", 1, 572)
    skips = []
    for level, width in enumerate((64, 128, 256, 512), 1):
        net.put(f"down{level}/conv1", "conv", filters=width, k=3)
        skips.append(net.put(f"down{level}/conv2", "conv", filters=width, k=3))
        net.put(f"pool{level}", "maxpool", k=2, s=2)
    net.put("bottom/conv1", "conv", filters=1024, k=3)
    net.put("bottom/conv2", "conv", filters=1024, k=3)
    for level, width, side in ((4, 512, 56), (3, 256, 104), (2, 128, 200), (1, 64, 392)):
        up = net.put(f"up{level}/upconv", "tconv", filters=width, k=2, s=2)
        cut = net.put(f"up{level}/crop", "crop", skips[level - 1], filters=side)
        net.put(f"up{level}/concat", "concat", cut, up)
        net.put(f"up{level}/conv1", "conv", filters=width, k=3)
        net.put(f"up{level}/conv2", "conv", filters=width, k=3)
    net.put("classes", "conv", filters=2)
    return net.done()


def mobilenet() -> Net:
    net = Draft("MobileNet, first layers", 3, 224)
    net.put("conv0", "conv", filters=32, k=3, s=2, p=1, bias=False)
    for index, (width, stride) in enumerate([(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)], 1):
        net.put(f"dw{index}", "dw", k=3, s=stride, p=1, bias=False)
        net.put(f"pw{index}", "conv", filters=width, bias=False)
    return net.done()


FAMOUS = [lenet5, alexnet, lambda: alexnet(1), vgg16, googlenet, resnet18, resnet50, unet, mobilenet]

ELSEWHERE = {
    "LeNet-5 as taught": {"params": 60000},
    "AlexNet": {"params": 61100840, "macs": 714188480},
    "AlexNet on one GPU": {"params": 60965224, "macs": 724406816},
    "VGG-16": {"params": 143667240, "macs": 19632062464},
}
"""Totals of the network of that name in another library or paper, or of its next larger sister."""
