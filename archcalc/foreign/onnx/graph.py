"""A graph of ONNX that grows layer by layer. Weights have dimensions and no values: ConstantOfShape makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.onnx import messages
from archcalc.foreign.onnx.messages import FLOAT, INT64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.graph import Node

OPSET = 18
"""The version of the operators, unless one needs a later one."""

SINCE = {"Gelu": 20, "RMSNormalization": 23}
"""The operators that came later, or changed. Source: onnx.ai/onnx/operators."""

LOWEST = -3.4e38


class GrowingGraph:
    """Nodes and constants. ``values`` are the names of the tensors by the numbers of their nodes."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []
        self.values: dict[int, str] = {}
        self.version = OPSET
        self._weights: dict[tuple[int, str], tuple[str, tuple[int, ...]]] = {}
        self._names: set[str] = set()
        self._shapes: dict[tuple[int, ...], str] = {}
        self.path = ""

    def name(self, wanted: str) -> str:
        """Return a name that nothing has yet."""
        number, found = 1, wanted
        while found in self._names:
            number += 1
            found = f"{wanted}_{number}"
        self._names.add(found)
        return found

    def add(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> str:  # noqa: ANN401 - by their types
        """Add a node and return the name of its output."""
        self.version = max(self.version, SINCE.get(op, OPSET))
        name = self.name(out or f"{self.path}:{op}")
        self.nodes.append(messages.node(op, inputs, [name], name, attributes))
        return name

    def ints(self, *values: int) -> str:
        """Return a constant list of whole numbers: a shape, axes or places."""
        if values not in self._shapes:
            name = self._shapes[values] = self.name(f"ints {'x'.join(map(str, values))}")
            self.constants.append(messages.tensor(name, values, (len(values),), INT64))
        return self._shapes[values]

    def index(self, value: int) -> str:
        """Return a constant whole number without axes."""
        made = messages.tensor("", [value], (), INT64)
        return self.add("Constant", value=made)

    def number(self, value: float) -> str:
        """Return a constant number without axes."""
        return self.add("Constant", value=messages.tensor("", [value], (), FLOAT))

    def filled(self, value: float, *sizes: int) -> str:
        """Return a tensor of equal values that is not a parameter."""
        return self.add("Expand", self.number(value), self.ints(*sizes))

    def weight(self, node: Node, name: str, *dims: int) -> str:
        """Return a tensor of a layer's weights; a shared one is that of the layer that owns it.

        Raises:
            NoCounterpart: the owner has it with other dimensions.
        """
        owner = node.owner if node.owner is not None and (name in node.tied or _wholly(node)) else None
        key = (node.index if owner is None else owner, name)
        if key not in self._weights:
            if owner is not None:
                raise NoCounterpart(f"{name} is shared with a layer that has it in another form")
            made = self.add("ConstantOfShape", self.ints(*dims), out=f"{node.path}.{name}")
            self._weights[key] = made, dims
        found, sizes = self._weights[key]
        if sizes == dims:
            return found
        if sizes[::-1] == dims:
            return self.add("Transpose", found, perm=tuple(range(len(dims)))[::-1])
        raise NoCounterpart(f"{name} is shared with a layer that has it in another form")

    def reshape(self, value: str, sizes: Sequence[int], out: str = "") -> str:
        """Return a tensor in another shape, without that of the batch."""
        return self.add("Reshape", value, self.ints(1, *sizes), out=out)


def _wholly(node: Node) -> bool:
    """Whether a layer shares all of its weights, whatever they are called here."""
    return {tensor.name for tensor in node.layer.tensors(node.fitted.read[0])} <= node.tied
