"""Networks as teachers invent them for an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.famous import basic, inception
from tests.students.network import Draft, Net

if TYPE_CHECKING:
    from random import Random


def plain(lot: Random) -> Net:
    net = Draft("A small network", lot.choice([1, 3]), lot.choice([32, 48, 64, 96, 128]))
    width = lot.choice([8, 12, 16, 24])
    for stage in range(1, lot.choice([2, 3]) + 1):
        k = lot.choice([3, 5])
        net.put(f"conv{stage}", "conv", filters=width, k=k, p=lot.choice([0, k // 2, 1]), s=lot.choice([1, 1, 2]))
        if lot.random() < 0.4:
            net.put(f"bn{stage}", "batchnorm")
        k = lot.choice([2, 2, 3])
        net.put(f"pool{stage}", "maxpool", k=k, s=2, ceil=lot.random() < 0.2)
        width *= 2
    _head(net, lot)
    return net.done()


def _head(net: Draft, lot: Random) -> None:
    if lot.random() < 0.3:
        net.put("gap", "gap")
    net.put("flatten", "flatten")
    net.put("fc1", "linear", filters=lot.choice([64, 100, 120, 128]))
    net.put("fc2", "linear", filters=lot.choice([5, 10, 20]))


def residual(lot: Random) -> Net:
    net = Draft("A residual network", 3, lot.choice([32, 64]))
    width = lot.choice([16, 24, 32])
    last = net.put("conv1", "conv", filters=width, k=3, p=1, bias=False)
    for block, (times, stride) in enumerate([(1, 1), (2, 2), (2, 1), (4, 2)], 1):
        last = basic(net, f"block{block}", last, times * width, stride)
    net.put("gap", "gap")
    net.put("flatten", "flatten")
    net.put("fc", "linear", filters=10)
    return net.done()


def modules(lot: Random) -> Net:
    net = Draft("Two inception modules", 3, lot.choice([64, 96]))
    net.put("conv1", "conv", filters=32, k=5, s=2, p=2)
    last = net.put("pool1", "maxpool", k=3, s=2, p=1)
    for name in ("mix1", "mix2"):
        widths = tuple(lot.choice(some) for some in ([16, 24, 32], [12, 20], [28, 36, 48], [4, 8], [10, 14], [6, 18]))
        last = inception(net, name, last, widths)
    return net.done()


def generator(lot: Random) -> Net:
    net = Draft("A decoder", lot.choice([64, 128]), lot.choice([4, 7, 8]))
    width = lot.choice([48, 64, 96])
    for index in range(1, 4):
        k, p, extra = lot.choice([(3, 1, 1), (4, 1, 0), (5, 2, 1), (2, 0, 0), (3, 1, 0), (3, 0, 0), (5, 1, 0)])
        net.put(f"up{index}", "tconv", filters=width, k=k, s=2, p=p, extra=extra)
        if lot.random() < 0.5:
            net.put(f"bn{index}", "batchnorm")
        width //= 2
    net.put("image", "conv", filters=3, k=3, p=1)
    return net.done()


def separable(lot: Random) -> Net:
    net = Draft("A separable network", 3, lot.choice([64, 96, 128]))
    net.put("conv1", "conv", filters=16, k=3, s=2, p=1)
    kind = lot.choice(["split", "merged"])
    for index, width in enumerate((24, 40, 56), 1):
        stride = lot.choice([1, 2])
        if kind == "merged":
            net.put(f"sep{index}", "sep", filters=width, k=3, s=stride, p=1)
        else:
            net.put(f"dw{index}", "dw", k=lot.choice([3, 5]), s=stride, p=1)
            net.put(f"pw{index}", "conv", filters=width)
    return net.done()


def dilated(lot: Random) -> Net:
    net = Draft("A dilated network", lot.choice([1, 3]), lot.choice([65, 96, 129]))
    net.put("conv1", "conv", filters=16, k=5, s=2, p=2)
    for index, d in enumerate((1, 2, 4), 2):
        net.put(f"conv{index}", "conv", filters=16 * index, k=3, p=lot.choice([0, d]), d=d)
    net.put("pool", "avgpool", k=3, s=2)
    return net.done()


INVENTED = [plain, plain, residual, modules, generator, separable, dilated]
