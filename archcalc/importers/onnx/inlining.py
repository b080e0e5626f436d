"""Functions of a model, put where they are called: afterwards there are only operators.

Source: docs/IR.md of github.com/onnx/onnx, section "Model Local Functions".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.onnx.model import AttributeReference, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode
from archcalc.limits import ONNX_LEVELS, ONNX_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Placed(NamedTuple):
    """A node that is an operator, and the version of each set of operators where it stands."""

    node: OnnxNode
    opsets: Mapping[str, int]


class Inliner:
    """Puts the nodes of functions where these are called, under names of their own."""

    def __init__(self, model: OnnxModel, name: str) -> None:
        self._functions = {(f.domain, f.name, f.overload): f for f in model.functions}
        self._name = name
        self._calls = 0
        self._nodes = 0

    def placed(self, nodes: Sequence[OnnxNode], opsets: Mapping[str, int], level: int = 0) -> Iterator[Placed]:
        """Yield the operators that are run for some nodes, in their order.

        Raises:
            UsageError: functions call each other too deep, or there are too many nodes.
        """
        if level > ONNX_LEVELS.value:
            raise UsageError(*ONNX_LEVELS.exceeded(self._name))
        for node in nodes:
            function = self._functions.get((node.domain, node.op, node.overload))
            if function is not None:
                yield from self.placed(self._body(node, function), {**opsets, **function.opsets}, level + 1)
                continue
            self._nodes += 1
            if self._nodes > ONNX_PARTS.value:
                raise UsageError(*ONNX_PARTS.exceeded(self._name))
            yield Placed(node, opsets)

    def _body(self, call: OnnxNode, function: OnnxFunction) -> tuple[OnnxNode, ...]:
        """Return the nodes of a function, with the names and attributes of a call."""
        self._calls += 1
        self._nodes += len(function.nodes)
        if self._nodes > ONNX_PARTS.value:
            raise UsageError(*ONNX_PARTS.exceeded(self._name))
        given = [*call.inputs, *("",) * len(function.inputs)]
        names = dict(zip(function.inputs, given, strict=False))
        names |= {inner: outer for inner, outer in zip(function.outputs, call.outputs, strict=False) if outer}
        renaming = _Renaming(
            f"{call.name or function.name}.{self._calls}", names, {**function.defaults, **call.attributes}
        )
        scope = call.scope or ((call.name,) if call.name else ())
        return tuple(replace(renaming.node(node), scope=(*scope, *node.scope)) for node in function.nodes)


class _Renaming:
    """The names of tensors within one call of a function, and the attributes that are handed to it."""

    def __init__(self, prefix: str, names: Mapping[str, str], attributes: Mapping[str, object]) -> None:
        self._prefix, self._names, self._attributes = prefix, dict(names), attributes

    def name(self, inner: str) -> str:
        """Return the name of a tensor of the function in the graph that calls it."""
        if not inner:
            return inner
        return self._names.setdefault(inner, f"{self._prefix}/{inner}")

    def node(self, node: OnnxNode) -> OnnxNode:
        """Return a node of the function with the names and attributes of the call."""
        found = {name: self._attribute(value) for name, value in node.attributes.items()}
        return replace(
            node,
            inputs=tuple(map(self.name, node.inputs)),
            outputs=tuple(map(self.name, node.outputs)),
            name=f"{self._prefix}/{node.name or node.op}",
            attributes={name: value for name, value in found.items() if not isinstance(value, AttributeReference)},
        )

    def _attribute(self, value: object) -> object:
        """Return an attribute, or what the call says for it; one that the call does not give stays out."""
        if isinstance(value, AttributeReference):
            return self._attributes.get(value.name, value)
        return self._graph(value) if isinstance(value, OnnxGraph) else value

    def _graph(self, graph: OnnxGraph) -> OnnxGraph:
        """Return a graph within the function under the same names."""
        return replace(
            graph,
            nodes=tuple(map(self.node, graph.nodes)),
            inputs=tuple(value._replace(name=self.name(value.name)) for value in graph.inputs),
            outputs=tuple(value._replace(name=self.name(value.name)) for value in graph.outputs),
            constants={self.name(name): tensor for name, tensor in graph.constants.items()},
            declared={self.name(name): value for name, value in graph.declared.items()},
        )
