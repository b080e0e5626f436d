"""A model as rows: each operation becomes the layer that it is, or a row with what was observed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.arrangement import Value
from archcalc.importers.flow import Flow, Seen
from archcalc.importers.onnx.counting import macs_of
from archcalc.importers.onnx.fusing import Group, Matcher
from archcalc.importers.onnx.inference import RULES, Inferred, Step
from archcalc.importers.onnx.known import whole
from archcalc.importers.onnx.model import OnnxGraph
from archcalc.importers.onnx.operations import Operation
from archcalc.importers.onnx.paths import Paths, cleaned
from archcalc.importers.onnx.roots import Roots, Use, uses
from archcalc.importers.onnx.rows import combining, moving, sliding
from archcalc.importers.onnx.sequences import SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.onnx.model import OnnxModel
    from archcalc.symbolic.expr import Int

ROWS = {**combining.ROWS, **moving.ROWS, **sliding.ROWS}
"""How each operator becomes a layer."""

CHANNELS_SECOND = {"Conv", "MaxPool", "AveragePool", "BatchNormalization", "InstanceNormalization", "ConvTranspose"}
"""Operators that say of what they read that its second axis is channels."""


class Builder:
    """Turns what is known of a model into a flow of layers.

    ``values`` are the tensors that came out of rows, ``counted`` says which row counts a constant, and ``left_out`` are
    the nodes whose sizes are not known, with those that need them.
    """

    def __init__(self, model: OnnxModel, found: Inferred, known: Roots, batch: int) -> None:
        self.flow = Flow(batch)
        self.roots = known
        self.values: dict[str, Value] = {}
        self.counted: dict[str, str] = {}
        self.left_out: list[Step] = []
        self._model, self._found, self._batch = model, found, batch
        self._steps = _needed(model, found, known)
        self._paths = Paths([step.node for step in self._steps])

    def build(self) -> Flow:
        """Add a row for each operation, in their order."""
        for group in self._groups():
            if self._sized(group):
                self._add(group)
            else:
                self.left_out += group.steps
        return self.flow

    @property
    def results(self) -> list[str]:
        """The rows whose outputs the model puts out."""
        names = [value.name for value in self._model.graph.outputs]
        return list(dict.fromkeys(self.values[name].path for name in names if name in self.values))

    def inputs(self) -> None:
        """Add the inputs that nodes read."""
        read = {name for step in self._steps for name in step.node.inputs}
        for value in self._model.graph.fed:
            sizes = whole(self._found.tensors[value.name].sizes)
            if value.name not in read:
                continue
            if not sizes or not all(sizes):
                raise UsageError(f"the size of input '{value.name}' is unknown", "export the model with sizes for its inputs")
            name = "_".join(cleaned([value.name])) or "input"
            self.values[value.name] = self.flow.input(name, sizes, self._layout(value.name, len(sizes)))

    def _layout(self, name: str, rank: int) -> str | None:
        """Return the layout of an input whose number of axes has two: channels × length, if a node says so."""
        readers = {step.node.op for step in self._steps if step.node.inputs[:1] == (name,)}
        return "CL" if rank == 3 and readers & CHANNELS_SECOND else None  # noqa: PLR2004 - batch and two axes

    def _groups(self) -> list[Group]:
        """Return the operations, each at the place of its last node."""
        matcher = Matcher(self._steps, self.roots, [value.name for value in self._model.graph.outputs])
        taken: set[int] = set()
        found: list[Group] = []
        for step in reversed(self._steps):
            if id(step) in taken:
                continue
            group = matcher.found(step) if step.node.outputs else None
            if group is None or any(id(inner) in taken for inner in group.steps):
                group = Group(step.node.op, (step,), {})
            taken |= {id(inner) for inner in group.steps}
            found.append(group)
        return found[::-1]

    def sizes_of(self, name: str) -> tuple[int, ...]:
        """Return the sizes of a tensor, which are known."""
        return whole(self._found.tensors[name].sizes) or ()

    def _sized(self, group: Group) -> bool:
        """Whether the sizes of all that an operation reads and puts out are known."""
        outputs = [known for name, known in zip(group.last.node.outputs, group.last.outputs, strict=True) if name]
        if any(whole(known.sizes) is None or 0 in (known.sizes or ()) for known in outputs):
            return False
        inner = {name for step in group.steps for name in step.node.outputs}
        read = {name for step in group.steps for name in step.node.inputs if name} - inner
        return all(name in self.values or self.roots.fixed(name) for name in read)

    def _add(self, group: Group) -> None:
        """Add the row of an operation, and note what it puts out."""
        operation = self._operation(group)
        found = self._by_rule(operation)
        if found is None:
            found = [self.flow.opaque(operation.path, operation.reads, operation.seen)]
        first = found[0]
        for use in operation.used:
            self.counted.setdefault(use.name, first.path if first is not None else operation.path)
        for place, name in enumerate(group.last.node.outputs):
            value = found[place] if place < len(found) else None
            if name:
                self.values[name] = value if value is not None else self._further(operation, name, first)

    def _operation(self, group: Group) -> Operation:
        used: dict[str, Use] = {use.name: use for step in group.steps for use in uses(step, self.roots)}
        macs = self._macs(group.steps)
        op = group.op.lower()
        return Operation(self, group, self._paths.of(group.last.node, op), macs, list(used.values()))

    def _macs(self, steps: Sequence[Step]) -> int | None:
        """Return the MACs of some nodes for one image; None if they are not known."""
        total = 0
        for step in steps:
            name = f"{step.node.domain}.{step.node.op}" if step.node.domain else step.node.op
            found = macs_of(step, name in RULES or step.node.op in SEQUENCES)
            if not isinstance(found, int):
                return None
            total += found
        return total // self._batch

    def _by_rule(self, operation: Operation) -> list[Value | None] | None:
        """Return what the rule of an operator makes of an operation, if it is what was observed."""
        rule = ROWS.get(operation.op)
        if rule is None:
            return None
        try:
            made = rule(operation)
        except ArchcalcError:
            return None
        found = [made] if isinstance(made, Value) or made is None else list(made)
        first = found[0] if found else None
        return found if first is not None and first.sizes == operation.sizes else None

    def _further(self, operation: Operation, name: str, first: Value | None) -> Value:
        """Return a further output that no rule gives: a row of its own that counts nothing."""
        seen = Seen(self.sizes_of(name), operation=f"{operation.op} (another output)")
        return self.flow.opaque(operation.path, [first] if first is not None else operation.reads, seen)

    def number(self, count: Int) -> int:
        """Return a number of values, which is known: constants have no letters."""
        return count if isinstance(count, int) else 0


def _needed(model: OnnxModel, found: Inferred, known: Roots) -> list[Step]:
    """Return the nodes that are run for what the model puts out; what is fixed is not run each time."""
    wanted = {value.name for value in model.graph.outputs}
    result = []
    for step in reversed(found.steps):
        if any(name in wanted and not known.fixed(name) for name in step.node.outputs):
            result.append(step)
            wanted |= {*step.node.inputs, *_captured(step)}
    return result[::-1]


def _captured(step: Step) -> Iterator[str]:
    """Yield what the graphs within a node read of the graph around them."""
    for graph in step.node.attributes.values():
        if isinstance(graph, OnnxGraph):
            yield from (name for node in graph.nodes for name in node.inputs)
