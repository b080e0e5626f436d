"""Random networks with shared weights, blocks of two inputs and blocks of two outputs, against a second reading.

The second reading is a few lines of Python that know 1×1 convolutions and no block: it counts each weight once by the
layer that owns it, and each product as often as it is computed.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

import archcalc

SIDE = 4
BLOCKS = """
blocks:
  join:
    args: {width: , other: }
    layers: [{conv: width, kernel: 1, name: a}, {conv: width, kernel: 1, from: other, name: b}, {add: [a, b], name: sum}]
  fork:
    args: [width]
    layers: [{conv: width, kernel: 1, name: a}, {conv: 2*width, kernel: 1, from: input, name: b}]
    outputs: {one: a, two: b}
"""


class Counted(NamedTuple):
    """A network as it is written, and what a second reading counts of it."""

    layers: str
    params: int
    macs: int
    edges: dict[str, list[str]]


class _Written:
    """Lines of a spec, the channels of every name that can be read, and the weights that are owned."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.channels = {"input": 3}
        self.nodes = {"input": "input"}
        self.owned: dict[str, tuple[int, int]] = {}
        self.macs = 0
        self.edges: dict[str, list[str]] = {}

    def conv(self, path: str, source: str, width: int, owner: str = "") -> None:
        """Note one convolution of 1×1 with a bias."""
        self.macs += self.channels[source] * width * SIDE * SIDE
        if not owner:
            self.owned[path] = (self.channels[source], width)
        self.edges[path] = [self.nodes[source]]

    def result(self, name: str, node: str, width: int) -> None:
        """Note a name that can be read from now on."""
        self.channels[name], self.nodes[name] = width, node


@st.composite
def networks(draw: st.DrawFn) -> Counted:
    """Draw a network of up to eight steps."""
    net = _Written()
    for number in range(draw(st.integers(1, 8))):
        name, source = f"n{number}", draw(st.sampled_from(sorted(net.channels)))
        match draw(st.sampled_from(["conv", "share", "join", "fork"])):
            case "join":
                other, width = draw(st.sampled_from(sorted(net.channels))), draw(st.integers(1, 5))
                net.lines.append(f"{{join: {width}, other: {other}, from: {source}, name: {name}}}")
                net.conv(f"{name}/a", source, width)
                net.conv(f"{name}/b", other, width)
                net.edges[f"{name}/sum"] = [f"{name}/a", f"{name}/b"]
                net.result(name, f"{name}/sum", width)
            case "fork":
                width = draw(st.integers(1, 5))
                net.lines.append(f"{{fork: {width}, from: {source}, name: {name}}}")
                net.conv(f"{name}/a", source, width)
                net.conv(f"{name}/b", source, 2 * width)
                net.result(name, f"{name}/b", 2 * width)
                net.result(f"{name}/one", f"{name}/a", width)
                net.result(f"{name}/two", f"{name}/b", 2 * width)
            case kind:
                owners = [path for path, (read, _) in net.owned.items() if read == net.channels[source]]
                owner = draw(st.sampled_from(sorted(owners))) if kind == "share" and owners else ""
                width = net.owned[owner][1] if owner else draw(st.integers(1, 5))
                share = f", share: {owner}" if owner else ""
                net.lines.append(f"{{conv: {width}, kernel: 1, from: {source}, name: {name}{share}}}")
                net.conv(name, source, width, owner)
                net.result(name, name, width)
    params = sum(read * width + width for read, width in net.owned.values())
    return Counted(", ".join(net.lines), params, net.macs, net.edges)


@given(networks())
def test_weights_are_counted_once_and_edges_are_those_written(drawn: Counted) -> None:
    table = archcalc.loads(f"input: 3x{SIDE}x{SIDE}\n{BLOCKS}\nlayers: [{drawn.layers}]").analyze()
    assert (table.totals.params, table.totals.macs) == (drawn.params, drawn.macs)
    assert {row.path: list(table.reads(row)) for row in table} == drawn.edges
