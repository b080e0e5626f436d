"""A network as a list of nodes, and the spec that describes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

KINDS = {
    "conv": "conv",
    "dw": "depthwise_conv",
    "sep": "separable_conv",
    "tconv": "conv_transpose",
    "maxpool": "maxpool",
    "avgpool": "avgpool",
    "gap": "global_avgpool",
    "batchnorm": "batchnorm",
    "flatten": "flatten",
    "linear": "linear",
    "add": "add",
    "concat": "concat",
    "upsample": "upsample",
    "crop": "crop",
}
"""The kinds here, and their names in the language of specs."""

WEIGHTED = {"conv", "dw", "sep", "tconv", "linear"}
WINDOWED = {"conv", "dw", "sep", "maxpool", "avgpool"}
POOLS = {"maxpool", "avgpool"}


@dataclass(frozen=True)
class Node:
    """A layer: its name, its kind, what it reads, and the numbers that a table of the network prints."""

    name: str
    kind: str
    reads: tuple[str, ...]
    filters: int = 0
    k: int = 1
    s: int = 1
    p: int = 0
    d: int = 1
    extra: int = 0  # output padding of a transposed convolution
    groups: int = 1
    bias: bool = True
    ceil: bool = False
    module: str = ""  # what the module reads that this layer is part of
    role: str = ""  # "projection"

    def but(self, **changes: Any) -> Node:  # noqa: ANN401 - options of any type
        return replace(self, **changes)


@dataclass(frozen=True)
class Net:
    """A network: its title, its input and its nodes."""

    title: str
    channels: int
    side: int
    nodes: tuple[Node, ...]

    def node(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def readers(self, name: str) -> list[Node]:
        return [node for node in self.nodes if name in node.reads]


@dataclass
class Draft:
    """A network that is being written, one layer after the other."""

    title: str
    channels: int
    side: int
    nodes: list[Node] = field(default_factory=list)

    def put(self, name: str, kind: str, *reads: str, **options: Any) -> str:  # noqa: ANN401 - options of any type
        last = self.nodes[-1].name if self.nodes else "input"
        self.nodes.append(Node(name, kind, reads or (last,), **options))
        return name

    def done(self) -> Net:
        return Net(self.title, self.channels, self.side, tuple(self.nodes))


def _options(node: Node) -> list[tuple[str, object]]:
    if node.kind in {"conv", "sep"}:
        first: list[tuple[str, object]] = [(KINDS[node.kind], node.filters), ("kernel", node.k)]
    elif node.kind == "tconv":
        first = [("conv_transpose", node.filters), ("kernel", node.k)]
    elif node.kind in {"dw", *POOLS}:
        first = [(KINDS[node.kind], node.k)]
    elif node.kind in {"add", "concat"}:
        return [(node.kind, "[" + ", ".join(node.reads) + "]")]
    else:
        first = [(KINDS[node.kind], node.filters or "")]
    return [*first, *_window(node)]


def _window(node: Node) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if node.kind in WINDOWED | {"tconv"}:
        found = [("stride", node.s), ("padding", node.p)]
    if node.d > 1:
        found.append(("dilation", node.d))
    if node.extra:
        found.append(("output_padding", node.extra))
    if node.groups > 1:
        found.append(("groups", node.groups))
    if node.ceil:
        found.append(("ceil", "true"))
    if node.kind in WEIGHTED and not node.bias:
        found.append(("bias", "false"))
    return found


def spec(net: Net) -> str:
    """Write the network in archcalc's language."""
    lines = [f'title: "{net.title}"', f"input: {net.channels}x{net.side}x{net.side}", "layers:"]
    last = "input"
    for node in net.nodes:
        pairs = _options(node)
        if node.kind not in {"add", "concat"} and node.reads[0] != last:
            pairs.append(("from", node.reads[0]))
        pairs.append(("name", node.name))
        lines.append("  - {" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}")
        last = node.name
    return "\n".join(lines) + "\n"
