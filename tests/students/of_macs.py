"""Habits with multiply-adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit
from tests.students.network import POOLS, WEIGHTED
from tests.students.of_counts import CONVS, counted

if TYPE_CHECKING:
    from tests.students.student import At


def _next_side(at: At) -> int:
    """Return the size after the pool that follows, or the layer's own."""
    pool = next((node for node in at.net.readers(at.node.name) if node.kind in POOLS), None)
    if pool is None:
        return at.o
    from tests.students.student import window  # noqa: PLC0415 - the rule of the lecture

    return window(at.o, pool)


def _whole(at: At, n: int) -> int:
    merge = next((node for node in at.net.readers(at.node.name) if node.kind == "concat"), None)
    return n // at.node.filters * sum(at.net.node(name).filters for name in merge.reads) if merge else n


HABITS = [
    Habit(
        "macs-on-input-size",
        "multiplies by the input positions",
        counted("positions", CONVS - {"tconv"}, lambda at, n: at.i**2),
    ),
    Habit(
        "macs-after-the-pool",
        "multiplies by the positions after the next pool",
        counted("positions", {"conv"}, lambda at, n: _next_side(at) ** 2),
    ),
    Habit("macs-side-once", "multiplies by one side of the output", counted("positions", CONVS, lambda at, n: at.o)),
    Habit(
        "macs-transposed-by-output",
        "counts a transposed convolution by its output positions",
        counted("positions", {"tconv"}, lambda at, n: at.o**2),
    ),
    Habit(
        "flops-for-macs", "counts multiplications and additions as two", counted("macs", WEIGHTED, lambda at, n: 2 * n)
    ),
    Habit(
        "macs-with-bias",
        "counts the addition of the bias",
        counted(
            "macs", WEIGHTED, lambda at, n: n + (at.me.channels * (at.o**2 if at.me.side else 1) if at.node.bias else 0)
        ),
    ),
    Habit("macs-are-params", "writes the parameters again", counted("macs", WEIGHTED, lambda at, n: at.ask("params"))),
    Habit(
        "macs-forgot-input-channels",
        "counts one input channel only",
        counted("macs", {"conv"}, lambda at, n: n // (at.cin // at.node.groups)),
    ),
    Habit(
        "macs-of-one-filter", "counts one filter only", counted("macs", {"conv"}, lambda at, n: n // at.node.filters)
    ),
    Habit(
        "macs-filters-twice",
        "multiplies by the filters twice",
        counted("macs", {"conv"}, lambda at, n: n * at.node.filters),
    ),
    Habit(
        "macs-input-channels-twice",
        "multiplies by the input channels twice",
        counted("macs", {"conv"}, lambda at, n: n * at.cin),
    ),
    Habit(
        "macs-of-pools",
        "counts the windows of pools as multiplications",
        counted("free_macs", POOLS, lambda at, n: at.me.channels * at.o**2 * at.node.k**2),
    ),
    Habit(
        "macs-of-pools-values",
        "counts one operation per output value of a pool",
        counted("free_macs", POOLS, lambda at, n: at.me.channels * at.o**2),
    ),
    Habit(
        "macs-pointwise-free",
        "takes 1×1 convolutions as free",
        {"macs": lambda at, usual: 0 if at.node.kind == "conv" and at.node.k == 1 else usual(at)},
    ),
    Habit(
        "macs-of-linear-none",
        "fully connected layers have no multiplications",
        counted("macs", {"linear"}, lambda at, n: 0),
    ),
    Habit(
        "macs-of-batchnorm",
        "counts two operations per value of batch norm",
        {"free_macs": lambda at, usual: 2 * at.me.channels * at.o**2 if at.node.kind == "batchnorm" else usual(at)},
    ),
    Habit(
        "macs-of-addition",
        "counts the addition of a shortcut",
        {"free_macs": lambda at, usual: at.me.channels * at.o**2 if at.node.kind == "add" else usual(at)},
    ),
    Habit("macs-without-kernel", "leaves the kernel out", counted("macs", {"conv"}, lambda at, n: n // at.node.k**2)),
    Habit(
        "macs-of-whole-output",
        "multiplies a branch by the channels of the concatenation",
        counted("macs", {"conv"}, _whole),
    ),
    Habit(
        "macs-depthwise-as-full",
        "counts the multiplications of a depthwise convolution as of an ordinary one",
        counted("macs", {"dw"}, lambda at, n: n * at.cin),
    ),
    Habit(
        "macs-are-activations",
        "writes the number of output values",
        counted("macs", WEIGHTED, lambda at, n: at.me.channels * at.o**2),
    ),
]
