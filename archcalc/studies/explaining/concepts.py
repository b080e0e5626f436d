"""The lectures' concepts: each a few small networks side by side, and the sentence they are there for.

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
        "A fully connected layer on an image, and a filter",
        "Stretched into a vector the image is one long row of numbers, and every class has a weight for each of them. "
        "A filter has weights for a small window only, and uses them at every position.",
        (
            Case("ten classes", _on("3x32x32", "flatten", "{linear: 10}")),
            Case("one 5×5 filter", _on("3x32x32", "{conv: 1, kernel: 5}")),
        ),
    ),
    "1x1-convolution": Concept(
        "A 1×1 convolution",
        "It mixes the channels of each position and leaves the map as it is: a way to have fewer channels.",
        (
            Case("256 channels to 64", _on("256x56x56", "{conv: 64, kernel: 1}")),
            Case("the same by a 3×3", _on("256x56x56", "{conv: 64, kernel: 3, padding: 1}")),
        ),
    ),
    "bottleneck": Concept(
        "The savings of a bottleneck in an Inception module",
        "Before the dear 3×3 and 5×5 convolutions, 1×1 convolutions leave fewer channels to read.",
        (Case("naive", "inception-naive"), Case("reduced", "inception-reduced")),
    ),
    "batch-norm": Concept(
        "Batch norm in fully connected and in convolutional networks",
        "In a fully connected network each feature is a channel; in a convolutional one all positions of a map share "
        "theirs, so that μ, σ, γ and β do not grow with the image.",
        (Case("512 features", _on("512", "batchnorm")), Case("64 maps", _on("64x32x32", "batchnorm"))),
    ),
    "norms": Concept(
        "Layer, instance, group and batch norm",
        "They differ in which values share a mean: those of one image, of one channel of one image, of a group of "
        "channels, or of one channel of the batch.",
        (
            Case("layer norm", _on("64x32x32", "{layernorm: , over: all}")),
            Case("instance norm", _on("64x32x32", "instancenorm")),
            Case("group norm", _on("64x32x32", "{groupnorm: 8}")),
            Case("batch norm", _on("64x32x32", "batchnorm")),
        ),
    ),
    "fully-convolutional": Concept(
        "A fully connected layer turned into a convolution",
        "A convolution as large as the map has the very weights of the fully connected layer; on a larger map it gives "
        "an answer for every place.",
        (
            Case("fully connected", _on("512x7x7", "flatten", "{linear: 4096}")),
            Case("7×7 convolution", _on("512x7x7", "{conv: 4096, kernel: 7}")),
            Case("on a larger map", _on("512x16x16", "{conv: 4096, kernel: 7}")),
        ),
    ),
    "deconvolution": Concept(
        "A deconvolution as the reverse of a convolution, in shapes",
        "With the same kernel, stride and padding it leads back to the size that the convolution came from.",
        (
            Case("down", _on("64x31x31", "{conv: 64, kernel: 3, stride: 2, padding: 1}")),
            Case("up again", _on("64x16x16", "{conv_transpose: 64, kernel: 3, stride: 2, padding: 1}")),
        ),
    ),
    "maxout": Concept(
        "Maxout",
        "The largest of k values goes on, so k times as many have to be computed.",
        (
            Case("240 units, ReLU", _on("784", "{linear: 240}", "relu")),
            Case("240 units, maxout of 2", _on("784", "{linear: 480}", "{maxout: 2}")),
        ),
    ),
    "prelu": Concept(
        "PReLU",
        "The slope below zero is learned: one parameter for each channel.",
        (
            Case("ReLU", _on("64x56x56", "{conv: 64, kernel: 3, padding: 1}", "relu")),
            Case("PReLU", _on("64x56x56", "{conv: 64, kernel: 3, padding: 1}", "prelu")),
        ),
    ),
    "dropout": Concept(
        "Dropout",
        "It changes what is computed while training, and nothing that is counted.",
        (
            Case("without", _on("9216", "{linear: 4096}", "relu")),
            Case("with", _on("9216", "{linear: 4096}", "relu", "{dropout: 0.5}")),
        ),
    ),
    "regions": Concept(
        "R-CNN against SPP-net",
        "R-CNN runs the whole network for each of 2000 regions of an image; SPP-net runs the convolutions once, and "
        "pools for each region what lies in it. The fully connected layers are paid for each region by both.",
        (Case("R-CNN", "rcnn"), Case("SPP-net", "sppnet")),
    ),
    "three-3x3": Concept(
        "Three 3×3 convolutions against one 7×7",
        "They see as much, with fewer weights, and with two activation functions more between them.",
        (
            Case("three 3×3", _on("CxHxW", *["{conv: in_channels, kernel: 3, padding: 1, bias: false}"] * 3)),
            Case("one 7×7", _on("CxHxW", "{conv: in_channels, kernel: 7, padding: 3, bias: false}")),
        ),
    ),
}
"""The concepts by name."""


def cost_of(table: Table, kind: str) -> Int:
    """Return the MACs of all layers of a kind, over all regions.

    >>> import archcalc
    >>> cost_of(archcalc.load("alexnet").analyze(), "linear")
    58621952
    """
    return summed([row.counts for row in table if row.kind == kind]).macs


class Factor(NamedTuple):
    """How many times as much the first network has as another: in tenths, rounded half up."""

    quantity: str
    labels: tuple[str, str]
    tenths: int


def factors(concept: Concept, tables: Sequence[Table]) -> list[Factor]:
    """Return how many times as many parameters and MACs the first network has as each of the others.

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
    return found
