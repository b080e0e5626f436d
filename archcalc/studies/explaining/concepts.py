"""Topics of deep learning courses: each a few small networks to compare, and what they show.

The networks are texts in the language of specs; whoever shows a concept reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.counts import summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int


class Case(NamedTuple):
    """One of the networks: what it is called here, and its text, or the name of a shipped one."""

    label: str
    network: str


class Concept(NamedTuple):
    """A concept: its title, what it says, and the networks that show it."""

    title: str
    sentence: str
    cases: tuple[Case, ...]


def _on(shape: str, *layers: str) -> str:
    return f"{{input: {shape}, layers: [{', '.join(layers)}]}}"


CONCEPTS = {
    "fully-connected": Concept(
        "Fully connected layer vs. convolution",
        "A fully connected layer flattens the image and learns one weight per value and class. A convolution learns "
        "the weights of a small window and reuses them at every position.",
        (
            Case("fully connected, 10 classes", _on("3x32x32", "flatten", "{linear: 10}")),
            Case("one 5×5 filter", _on("3x32x32", "{conv: 1, kernel: 5}")),
        ),
    ),
    "1x1-convolution": Concept(
        "1×1 convolution",
        "A 1×1 convolution combines the channels at each position. Height and width do not change. It is often used to "
        "reduce the number of channels.",
        (
            Case("1×1 convolution", _on("256x56x56", "{conv: 64, kernel: 1}")),
            Case("3×3 convolution", _on("256x56x56", "{conv: 64, kernel: 3, padding: 1}")),
        ),
    ),
    "bottleneck": Concept(
        "Bottleneck in an Inception module",
        "1×1 convolutions reduce the number of channels before the expensive 3×3 and 5×5 convolutions.",
        (Case("naive module", "inception-naive"), Case("reduced module", "inception-reduced")),
    ),
    "batch-norm": Concept(
        "Batch norm for vectors and for feature maps",
        "For vectors, batch norm has one mean, variance, scale (γ) and shift (β) per feature. For feature maps it has "
        "one per channel, shared by all positions, so the parameter count does not depend on the image size.",
        (Case("512 features", _on("512", "batchnorm")), Case("64 feature maps", _on("64x32x32", "batchnorm"))),
    ),
    "norms": Concept(
        "Layer, instance, group and batch norm",
        "The four layers differ in the values that share a mean and variance: all values of one image (layer), one "
        "channel of one image (instance), a group of channels of one image (group), or one channel over the batch "
        "(batch).",
        (
            Case("layer norm", _on("64x32x32", "{layernorm: , over: all}")),
            Case("instance norm", _on("64x32x32", "instancenorm")),
            Case("group norm", _on("64x32x32", "{groupnorm: 8}")),
            Case("batch norm", _on("64x32x32", "batchnorm")),
        ),
    ),
    "fully-convolutional": Concept(
        "Fully connected layer as a convolution",
        "A convolution whose kernel covers the whole feature map has the same weights as the fully connected layer. On "
        "a larger input it outputs one prediction per position.",
        (
            Case("fully connected", _on("512x7x7", "flatten", "{linear: 4096}")),
            Case("7×7 convolution", _on("512x7x7", "{conv: 4096, kernel: 7}")),
            Case("on a larger input", _on("512x16x16", "{conv: 4096, kernel: 7}")),
        ),
    ),
    "deconvolution": Concept(
        "Transposed convolution",
        "A transposed convolution (also called deconvolution) with the same kernel, stride and padding restores the "
        "input size of a convolution. It does not restore the values.",
        (
            Case("convolution", _on("64x31x31", "{conv: 64, kernel: 3, stride: 2, padding: 1}")),
            Case("transposed", _on("64x16x16", "{conv_transpose: 64, kernel: 3, stride: 2, padding: 1}")),
        ),
    ),
    "maxout": Concept(
        "Maxout",
        "Maxout outputs the largest of k values, so the layer before it needs k times as many outputs.",
        (
            Case("ReLU, 240 units", _on("784", "{linear: 240}", "relu")),
            Case("maxout of 2, 240 units", _on("784", "{linear: 480}", "{maxout: 2}")),
        ),
    ),
    "prelu": Concept(
        "ReLU and PReLU",
        "ReLU sets negative inputs to zero and has no parameters. In PReLU the slope for negative inputs is learned: "
        "one parameter per channel.",
        (
            Case("ReLU", _on("64x56x56", "{conv: 64, kernel: 3, padding: 1}", "relu")),
            Case("PReLU", _on("64x56x56", "{conv: 64, kernel: 3, padding: 1}", "prelu")),
        ),
    ),
    "dropout": Concept(
        "Dropout",
        "Dropout changes the computation during training only. It has no parameters and no MACs.",
        (
            Case("without dropout", _on("9216", "{linear: 4096}", "relu")),
            Case("with dropout", _on("9216", "{linear: 4096}", "relu", "{dropout: 0.5}")),
        ),
    ),
    "regions": Concept(
        "R-CNN vs. SPP-net",
        "R-CNN runs the whole network once per region (2,000 per image). SPP-net runs the convolutions once and pools "
        "each region from the shared feature map. In both, the fully connected layers run once per region.",
        (Case("R-CNN", "rcnn"), Case("SPP-net", "sppnet")),
    ),
    "three-3x3": Concept(
        "Three 3×3 convolutions vs. one 7×7",
        "Three 3×3 convolutions have the same receptive field as one 7×7, fewer weights, and room for two additional "
        "activation functions.",
        (
            Case("three 3×3", _on("CxHxW", *["{conv: in_channels, kernel: 3, padding: 1, bias: false}"] * 3)),
            Case("one 7×7", _on("CxHxW", "{conv: in_channels, kernel: 7, padding: 3, bias: false}")),
        ),
    ),
}
"""The concepts by name."""

ALIASES = {
    "fully-connected": "fc dense linear",
    "1x1-convolution": "1x1 1x1-conv pointwise pointwise-convolution",
    "bottleneck": "inception inception-module",
    "batch-norm": "batchnorm batch-normalization bn",
    "norms": "norm normalization layer-norm layernorm instance-norm instancenorm group-norm groupnorm",
    "fully-convolutional": "convolutionalization fc-as-convolution",
    "deconvolution": "transposed-convolution conv-transpose transpose-convolution deconv upconvolution",
    "prelu": "relu",
    "regions": "region-proposals roi-pooling",
    "three-3x3": "3x3 stacked-3x3 7x7",
}
"""Other words for concepts; everybody may write `_` and capital letters."""

_NAMES = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases.split())} | {
    name: name for name in CONCEPTS
}


def topic(word: str) -> str:
    """Return the name of the concept that a word stands for; nothing if it is none.

    >>> topic("batch_norm"), topic("BatchNorm"), topic("relu"), topic("alexnet")
    ('batch-norm', 'batch-norm', 'prelu', '')
    """
    return _NAMES.get(word.lower().replace("_", "-").replace(" ", "-"), "")


def topics() -> list[str]:
    """Return every word that stands for a concept.

    >>> {"bottleneck", "batchnorm"} <= set(topics())
    True
    """
    return list(_NAMES)


def cost_of(table: Table, kind: str) -> Int:
    """Return the MACs of all layers of a kind, over all regions.

    >>> import archcalc
    >>> cost_of(archcalc.load("alexnet").analyze(), "linear")
    58621952
    """
    return summed([row.counts for row in table if row.kind == kind]).macs


ONE = 10
"""The ratio 1.0, in tenths."""


class Factor(NamedTuple):
    """How many times as much the first of two networks has as the second: in tenths, rounded half up."""

    quantity: str
    labels: tuple[str, str]
    tenths: int


def factors(concept: Concept, tables: Sequence[Table]) -> list[Factor]:
    """Return how many times as many parameters and MACs one network has as another; no ratio that rounds to 1.0.

    >>> factors(CONCEPTS["dropout"], [])
    []
    """
    found = []
    for case, table in list(zip(concept.cases, tables, strict=False))[1:]:
        for quantity in ("params", "macs"):
            first, other = (getattr(one.totals, quantity) for one in (tables[0], table))
            if isinstance(first, int) and isinstance(other, int) and min(first, other) > 0 and first != other:
                labels = (concept.cases[0].label, case.label)
                more, less = (first, other) if first > other else (other, first)
                labels = labels if first > other else labels[::-1]
                found.append(Factor(quantity, labels, (20 * more + less) // (2 * less)))
    return [factor for factor in found if factor.tenths > ONE]
