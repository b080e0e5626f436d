"""Habits with parameters and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit
from tests.students.network import POOLS, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.students.student import At, Rule


def counted(rule: str, kinds: set[str], work: Callable[[At, int], int]) -> dict[str, Callable[[At, Rule], int]]:
    """Replace a rule for layers of some kinds; the work is given the usual value."""

    def instead(at: At, usual: Rule) -> int:
        return work(at, usual(at)) if at.node.kind in kinds else usual(at)

    return {rule: instead}


CONVS = {"conv", "dw", "sep", "tconv"}

HABITS = [
    Habit("forgot-the-bias", "leaves out the biases", counted("biases", WEIGHTED, lambda at, b: 0)),
    Habit(
        "forgot-the-bias-of-linear",
        "leaves out the biases of fully connected layers",
        counted("biases", {"linear"}, lambda at, b: 0),
    ),
    Habit(
        "one-bias-per-layer",
        "counts one bias for the whole layer",
        counted("biases", WEIGHTED, lambda at, b: min(b, 1)),
    ),
    Habit(
        "bias-per-input-channel",
        "counts a bias for each input channel",
        counted("biases", {"conv"}, lambda at, b: at.cin),
    ),
    Habit(
        "bias-per-output-value",
        "counts a bias for each output value",
        counted("biases", {"conv"}, lambda at, b: b * at.o * at.o),
    ),
    Habit(
        "bias-per-weight-slice",
        "counts a bias for each input channel of each filter",
        counted("biases", {"conv"}, lambda at, b: b * at.cin),
    ),
    Habit(
        "bias-where-none",
        "adds biases to convolutions without bias",
        counted("biases", CONVS, lambda at, b: at.me.channels),
    ),
    Habit(
        "kernel-side-once",
        "multiplies by one side of the kernel only",
        counted("kernel", CONVS, lambda at, k: at.node.k),
    ),
    Habit("kernel-doubled", "takes 2·K for K·K", counted("kernel", CONVS, lambda at, k: 2 * at.node.k)),
    Habit(
        "forgot-input-channels",
        "a filter has K × K weights, whatever the channels",
        counted("weights", {"conv", "tconv"}, lambda at, w: at.node.filters * at.node.k**2),
    ),
    Habit(
        "forgot-the-filters",
        "counts the weights of one filter",
        counted("weights", {"conv"}, lambda at, w: w // at.node.filters),
    ),
    Habit(
        "added-channels",
        "adds the channels instead of multiplying them",
        counted("weights", {"conv"}, lambda at, w: (at.cin + at.node.filters) * at.node.k**2),
    ),
    Habit(
        "groups-ignored",
        "counts a grouped convolution as an ordinary one",
        counted("weights", {"conv"}, lambda at, w: w * at.node.groups),
    ),
    Habit(
        "groups-twice",
        "divides by the groups on both sides",
        counted("weights", {"conv"}, lambda at, w: w // at.node.groups),
    ),
    Habit(
        "depthwise-as-full",
        "counts a depthwise convolution as an ordinary one",
        counted("weights", {"dw"}, lambda at, w: w * at.cin),
    ),
    Habit(
        "depthwise-one-filter",
        "a depthwise convolution has one filter for all channels",
        counted("weights", {"dw"}, lambda at, w: at.node.k**2),
    ),
    Habit(
        "separable-as-full",
        "counts a separable convolution as an ordinary one",
        counted("weights", {"sep"}, lambda at, w: at.cin * at.node.filters * at.node.k**2),
    ),
    Habit(
        "separable-without-pointwise",
        "forgets the 1×1 part of a separable convolution",
        counted("weights", {"sep"}, lambda at, w: at.cin * at.node.k**2),
    ),
    Habit(
        "separable-without-depthwise",
        "forgets the depthwise part of a separable convolution",
        counted("weights", {"sep"}, lambda at, w: at.cin * at.node.filters),
    ),
    Habit(
        "separable-two-biases",
        "gives a bias to the depthwise part, too",
        counted("biases", {"sep"}, lambda at, b: b + at.cin),
    ),
    Habit(
        "weights-per-position",
        "every position has weights of its own",
        counted("params", {"conv"}, lambda at, n: n * at.o**2),
    ),
    Habit(
        "params-of-pools", "gives weights to pools", counted("free_params", POOLS, lambda at, n: at.node.k**2 * at.cin)
    ),
    Habit(
        "params-of-pools-kernel",
        "gives a pool the weights of one kernel",
        counted("free_params", POOLS, lambda at, n: at.node.k**2),
    ),
    Habit(
        "batchnorm-four",
        "counts running mean and variance as parameters",
        counted("norm", {"batchnorm"}, lambda at, n: 2 * n),
    ),
    Habit("batchnorm-none", "batch norm has no parameters", counted("norm", {"batchnorm"}, lambda at, n: 0)),
    Habit("batchnorm-one", "counts the scale but not the shift", counted("norm", {"batchnorm"}, lambda at, n: n // 2)),
    Habit(
        "batchnorm-two-per-layer",
        "batch norm has two numbers for the whole layer",
        counted("norm", {"batchnorm"}, lambda at, n: 2),
    ),
    Habit(
        "batchnorm-per-value",
        "batch norm has a scale and a shift for each value",
        counted("norm", {"batchnorm"}, lambda at, n: n * at.o**2),
    ),
    Habit(
        "params-plus-activations",
        "adds the outputs to the parameters",
        counted("params", {"conv"}, lambda at, n: n + at.me.channels * at.o**2),
    ),
    Habit(
        "params-are-activations",
        "counts the outputs as parameters",
        counted("params", WEIGHTED, lambda at, n: at.me.channels * at.o**2),
    ),
    Habit(
        "transposed-without-weights",
        "takes a transposed convolution for upsampling without weights",
        {**counted("params", {"tconv"}, lambda at, n: 0), **counted("macs", {"tconv"}, lambda at, n: 0)},
    ),
    Habit(
        "projection-forgotten",
        "forgets that the shortcut's projection has weights",
        {rule: lambda at, usual: 0 if at.node.role == "projection" else usual(at) for rule in ("params", "macs")},
    ),
    Habit(
        "linear-per-side",
        "a fully connected layer after a map reads height × width only",
        counted("fan_in", {"linear"}, lambda at, n: _map_side(at)),
    ),
    Habit(
        "weights-of-linear-added",
        "adds inputs and outputs of a fully connected layer",
        counted("weights", {"linear"}, lambda at, w: at.cin + at.node.filters),
    ),
    Habit("params-in-bytes", "writes bytes (float32) for parameters", counted("params", WEIGHTED, lambda at, n: 4 * n)),
    Habit(
        "activations-without-channels",
        "counts the values of one map",
        {"activations": lambda at, usual: at.o * at.o if at.me.side else usual(at)},
    ),
    Habit(
        "activations-side-once",
        "multiplies channels and one side",
        {"activations": lambda at, usual: at.me.channels * at.o},
    ),
    Habit(
        "activations-of-input",
        "counts the values that a layer reads",
        {"activations": lambda at, usual: at.cin * at.i * at.i if at.ins[0].side else at.cin},
    ),
    Habit(
        "activations-in-bytes", "writes bytes (float32) for values", {"activations": lambda at, usual: 4 * usual(at)}
    ),
    Habit(
        "activations-in-and-out",
        "adds what a layer reads to what it puts out",
        {"activations": lambda at, usual: usual(at) + at.cin * at.i * at.i},
    ),
]


def _map_side(at: At) -> int:
    node = at.net.node(at.node.reads[0])
    return (at.look(node.reads[0]).side or 1) ** 2 if node.kind == "flatten" else at.cin
