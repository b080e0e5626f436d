"""The sizes of every tensor of a model, computed from the sizes of its inputs, one node after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError, ExpressionError, Refusal, UsageError
from archcalc.importers.onnx.calls import NodeCall
from archcalc.importers.onnx.folding import folded, of_tensor
from archcalc.importers.onnx.inlining import Inliner, Placed
from archcalc.importers.onnx.known import UNKNOWN, Known, Sizes, merged
from archcalc.importers.onnx.letters import Alphabet
from archcalc.importers.onnx.model import OnnxGraph, OnnxModel, OnnxNode
from archcalc.importers.onnx.sequences import SEQUENCES
from archcalc.importers.onnx.shapes import (
    choosing,
    contributed,
    elementwise,
    making,
    movement,
    products,
    recurrent,
    reducing,
    resizing,
    windows,
)
from archcalc.limits import spend
from archcalc.symbolic.known import decide, simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.symbolic.expr import Int

    Rule = Callable[[NodeCall], Sequence[Sizes]]

RULES: dict[str, Rule] = {
    **choosing.RULES,
    **contributed.RULES,
    **elementwise.RULES,
    **making.RULES,
    **movement.RULES,
    **products.RULES,
    **recurrent.RULES,
    **reducing.RULES,
    **resizing.RULES,
    **windows.RULES,
}
"""The rule for the sizes of what each operator outputs; names of other sets of operators begin with their domain."""


def is_known(operator: str) -> bool:
    """Whether there is a rule for an operator."""
    return operator in RULES or operator in SEQUENCES


OLDEST = 7
"""Older versions broadcast otherwise."""


class NodeRun(NamedTuple):
    """A node that runs: the call, and what is known of its outputs."""

    call: NodeCall
    outputs: tuple[Known, ...]

    @property
    def node(self) -> OnnxNode:
        """The node."""
        return self.call.node


@dataclass
class Inferred:
    """What is known of a model: every tensor by name, and the nodes that run, in order.

    ``contradicted`` are tensors for which the model declares other sizes than its nodes output.
    """

    tensors: dict[str, Known] = field(default_factory=dict)
    steps: list[NodeRun] = field(default_factory=list)
    contradicted: dict[str, tuple[Sizes, Sizes]] = field(default_factory=dict)


def infer(model: OnnxModel, name: str, fixed: Mapping[str, Int] | None = None) -> Inferred:
    """Compute the sizes of every tensor of a model; ``fixed`` are the values of symbolic sizes.

    Raises:
        UsageError: a node does not fit its inputs, or reads what no node before it outputs.
    """
    version = model.opsets.get("", OLDEST)
    if version < OLDEST:
        raise UsageError(
            f"{name} uses operator set {version}; expected {OLDEST} or newer",
            "convert it with onnx.version_converter",
        )
    return Inference(model, name, fixed or {}).run()


class Inference:
    """One walk over a model, and over the graphs within its nodes."""

    def __init__(self, model: OnnxModel, name: str, fixed: Mapping[str, Int]) -> None:
        self.model, self.name = model, name
        self._alphabet = Alphabet(model.graph.fed, fixed)
        self._inliner = Inliner(model, name)
        self._found = Inferred()

    def run(self) -> Inferred:
        """Walk over the graph of the model."""
        graph = self.model.graph
        entered = {name: Known(sizes) for name, sizes in self._alphabet.inputs.items()}
        self._found.tensors = self._walk(graph, entered, self.model.opsets, self._found)
        return self._found

    def _walk(
        self, graph: OnnxGraph, outer: Mapping[str, Known], opsets: Mapping[str, int], found: Inferred
    ) -> dict[str, Known]:
        """Return what is known of all tensors after the nodes of a graph have run."""
        known = {**outer, **{name: of_tensor(tensor) for name, tensor in graph.constants.items()}}
        for placed in self._inliner.placed(graph.nodes, opsets):
            call = self._call(placed, known)
            outputs = self._outputs(call, placed, graph, known)
            found.steps.append(NodeRun(call, outputs))
            known |= {name: each for name, each in zip(call.node.outputs, outputs, strict=True) if name}
        return known

    def _call(self, placed: Placed, known: Mapping[str, Known]) -> NodeCall:
        node = placed.node
        for name in node.inputs:
            if name and name not in known:
                raise self._error(node, Refusal(f"no earlier node outputs '{name}'"))
        inputs = tuple(known[name] if name else None for name in node.inputs)
        return NodeCall(node, placed.opsets.get(node.domain, placed.opsets.get("", OLDEST)), inputs)

    def _outputs(
        self, call: NodeCall, placed: Placed, graph: OnnxGraph, known: Mapping[str, Known]
    ) -> tuple[Known, ...]:
        spend(1)
        try:
            found = self._computed(call, placed, known)
        except (Refusal, *_UNFIT) as error:
            raise self._error(call.node, error) from None
        outputs = [*found, *(UNKNOWN,) * len(call.node.outputs)]
        return tuple(self._declared(graph, *each) for each in zip(call.node.outputs, outputs, strict=False))

    def _computed(self, call: NodeCall, placed: Placed, known: Mapping[str, Known]) -> list[Known]:
        node = call.node
        if node.op in _CONTROL and not node.domain:
            return _CONTROL[node.op](self, call, placed, known)
        if node.op in SEQUENCES and not node.domain:
            return SEQUENCES[node.op](call)
        rule = RULES.get(f"{node.domain}.{node.op}" if node.domain else node.op)
        return [] if rule is None else folded(call, [_simple(sizes) for sizes in rule(call)])

    def _declared(self, graph: OnnxGraph, name: str, computed: Known) -> Known:
        """Return what is known of an output, with what the model declares where that is not computed."""
        declared = self._alphabet.declared(graph.declared.get(name)) if name else None
        if _contradict(computed.sizes, declared):
            self._found.contradicted[name] = computed.sizes, declared
        return computed._replace(sizes=merged(computed.sizes, declared))

    def _error(self, node: OnnxNode, error: Exception) -> UsageError:
        mistake = error.mistakes[0] if isinstance(error, ArchcalcError) else None
        what = mistake.message if mistake else "the inputs or attributes do not fit the operator"
        place = f"node '{node.name}' ({node.op})" if node.name else f"a node {node.op}"
        return UsageError(f"{self.name}: {place}: {what}", mistake.hint if mistake else "")

    def branches(self, call: NodeCall, placed: Placed, known: Mapping[str, Known]) -> list[Known]:
        """Return what is known of the outputs of an If: in what both branches agree, or those of the one that runs."""
        chosen = call.numbers(0)
        names = ["then_branch", "else_branch"]
        if chosen and isinstance(chosen[0], bool):
            names = names[:1] if chosen[0] else names[1:]
        results = [self._within(call, name, placed, known) for name in names]
        return [Known(_common([each.sizes for each in column])) for column in zip(*results, strict=False)]

    def _within(
        self, call: NodeCall, name: str, placed: Placed, known: Mapping[str, Known], entered: Sequence[Sizes] = ()
    ) -> list[Known]:
        """Return what is known of the outputs of a graph within a node."""
        graph = call.attribute(name, OnnxGraph, OnnxGraph((), (), ()))
        inputs = {value.name: Known(sizes) for value, sizes in zip(graph.inputs, entered, strict=False)}
        open_inputs = {value.name: UNKNOWN for value in graph.inputs}
        inner = self._walk(graph, {**known, **open_inputs, **inputs}, placed.opsets, Inferred())
        return [inner.get(value.name, UNKNOWN) for value in graph.outputs]

    def loop(self, call: NodeCall, placed: Placed, known: Mapping[str, Known]) -> list[Known]:
        """Return what is known of the outputs of a Loop: a new axis before what each turn outputs.

        What one turn hands to the next may change its sizes, which are unknown.
        """
        carried = len(call.inputs) - 2
        body = self._within(call, "body", placed, known, [(), ()])[1:]
        return [*(UNKNOWN,) * carried, *(Known(_stacked(each.sizes, None)) for each in body[carried:])]

    def scan(self, call: NodeCall, placed: Placed, known: Mapping[str, Known]) -> list[Known]:
        """Return what is known of the outputs of a Scan: states keep their sizes, others are put together per turn."""
        states = len(call.inputs) - call.integer("num_scan_inputs")
        if call.opset < _SCAN_WITHOUT_BATCH or call.given("scan_input_axes") or call.given("scan_output_axes"):
            return []
        taken = [call.sizes(index) for index in range(states, len(call.inputs))]
        turns = taken[0][0] if taken and taken[0] else None
        entered = [*map(call.sizes, range(states)), *(sizes[1:] if sizes else None for sizes in taken)]
        body = self._within(call, "body", placed, known, entered)
        return [
            *(Known(call.sizes(i)) for i in range(states)),
            *(Known(_stacked(b.sizes, turns)) for b in body[states:]),
        ]


_LARGEST = 2**63
"""Sizes of tensors are numbers of 64 bits."""

_SCAN_WITHOUT_BATCH = 9
_UNFIT = (IndexError, KeyError, ValueError, TypeError, ArithmeticError, ExpressionError)
"""What a rule runs into where a node has other inputs or attributes than its operator defines."""

_CONTROL = {"If": Inference.branches, "Loop": Inference.loop, "Scan": Inference.scan}


def _stacked(sizes: Sizes, turns: Int | None) -> Sizes:
    return None if sizes is None else (turns, *sizes)


def _simple(sizes: Sizes) -> Sizes:
    """Return sizes, simplified; a size below zero says that inputs do not fit.

    Raises:
        Refusal: a size is negative.
    """
    if sizes is None:
        return None
    for size in sizes:
        if isinstance(size, int) and not 0 <= size < _LARGEST:
            raise Refusal(f"the output would have the size {size}".replace("-", "−"))
    return tuple(None if size is None else simplify(size) for size in sizes)


def _contradict(computed: Sizes, declared: Sizes) -> bool:
    """Whether two sources give sizes that cannot both be right."""
    if computed is None or declared is None:
        return False
    if len(computed) != len(declared):
        return True
    pairs = [(a, b) for a, b in zip(computed, declared, strict=True) if a is not None and b is not None]
    return any(decide(a, "!=", b) for a, b in pairs)


def _common(all_sizes: Sequence[Sizes]) -> Sizes:
    """Return the sizes in which all agree; others are unknown."""
    present = [sizes for sizes in all_sizes if sizes is not None]
    if len(present) < len(all_sizes) or len(set(map(len, present))) != 1:
        return None
    return tuple(column[0] if len(set(column)) == 1 else None for column in zip(*present, strict=True))
