"""A model as rows: each operation becomes the layer that it is, or a row with what was observed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.arrangement import Value, permuted
from archcalc.importers.flow import Flow, Observed, Wanted
from archcalc.importers.onnx.counting import macs_of
from archcalc.importers.onnx.fusing import Group, Matcher
from archcalc.importers.onnx.known import whole
from archcalc.importers.onnx.ledger import Ledger
from archcalc.importers.onnx.model import OnnxGraph
from archcalc.importers.onnx.operations import OnnxOperation
from archcalc.importers.onnx.paths import Paths, cleaned, spelled
from archcalc.importers.onnx.roots import Roots, Use, read_by, uses
from archcalc.importers.onnx.rows import moving, multiplying, norming, pointwise, sliding
from archcalc.importers.onnx.shapes.recurrent import GATES
from archcalc.importers.settling import MOST_AXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.importers.onnx.inference import Inferred, NodeRun
    from archcalc.importers.onnx.model import DeclaredValue, OnnxModel

ROWS = {**moving.ROWS, **multiplying.ROWS, **norming.ROWS, **pointwise.ROWS, **sliding.ROWS}
"""How each operator becomes a layer."""

TAKEN_APART = {"SequenceAt", "SplitToSequence"}
"""Operators on sequences of which the tensors in them are followed."""

CHANNELS_SECOND = {"Conv", "MaxPool", "AveragePool", "BatchNormalization", "InstanceNormalization", "ConvTranspose"}
"""Operators that say of what they read that its second axis is channels."""


class Builder:
    """Turns what is known of a model into a flow of layers. ``macs`` are those of its nodes, if all are known.

    ``values`` are the tensors that came out of rows, and ``counted`` names the row that counts a constant.
    """

    def __init__(self, model: OnnxModel, found: Inferred, known: Roots, batch: int) -> None:
        self.ledger = Ledger(found, known, batch)
        self.flow, self.roots, self.values = self.ledger.flow, known, self.ledger.values
        self._model, self._found, self._batch = model, found, batch
        needed = _needed(model, found)
        self._steps = [step for step in needed if not _is_fixed(step, known)]
        self._constant = [step for step in needed if _is_fixed(step, known) and macs_of(step) != 0]
        self._read = {name for step in self._steps for name in step.node.inputs} | set(_results(model))
        self._open: set[str] = set()
        self._stored: dict[str, int] = {}
        self.macs: int | None = 0
        self._parts: dict[str, list[Value | None]] = {}
        self._paths = Paths([step.node for step in self._steps])

    def build(self) -> Flow:
        """Add a row for each operation, in their order."""
        self.flow.classes = self._paths.classes
        for step in self._constant:
            self._add_constant(step)
        for group in self._groups():
            operation = self._operation(group)
            if group.op in TAKEN_APART and self._add_parts(operation):
                continue
            if self._sized(group):
                self._add(operation)
            else:
                self._add_unknown(operation)
        return self.flow

    @property
    def results(self) -> list[str]:
        """The rows whose outputs the model outputs, and those that are not read."""
        names = [value.name for value in self._model.graph.outputs]
        rows = [self.values[name].path for name in names if name in self.values]
        return list(dict.fromkeys([*self.ledger.unread, *rows]))

    @property
    def stored(self) -> int:
        """The number of values of all constants that are parameters."""
        return sum(self._stored.values())

    def inputs(self) -> None:
        """Add the inputs that nodes read."""
        for value in self.read_inputs:
            sizes = whole(self._found.tensors[value.name].sizes)
            if sizes is None or not all(sizes):
                raise UsageError(
                    f"the size of input '{value.name}' is unknown", "export the model with sizes for its inputs"
                )
            alone = len(self.read_inputs) == 1
            name = "input" if alone else self.flow.free("_".join(cleaned([value.name])) or "input")
            self.values[value.name] = self._entered(value.name, name, sizes)

    def _entered(self, tensor: str, name: str, sizes: tuple[int, ...]) -> Value:
        """Add an input; one that has no axes beside the batch is a vector of one value."""
        if len(sizes) > MOST_AXES + 1:
            raise UsageError(f"input '{tensor}' has {len(sizes)} axes; expected at most {MOST_AXES + 1}")
        if len(sizes) > 1:
            return self._image(tensor, name, sizes)
        entered = self.flow.input(name, (self._batch, 1))
        return entered._replace(real=entered.real[: len(sizes)])

    def _image(self, tensor: str, name: str, sizes: tuple[int, ...]) -> Value:
        """Add an input with a batch, whichever of its axes that is."""
        (declared,) = (value for value in self.read_inputs if value.name == tensor)
        place = batch_place(self._model, declared)
        ordered = (sizes[place], *sizes[:place], *sizes[place + 1 :])
        value = self.flow.input(name, ordered, self._layout(tensor, len(sizes)))
        return permuted(value, [*range(1, place + 1), 0, *range(place + 1, len(sizes))])

    @property
    def read_inputs(self) -> list[DeclaredValue]:
        """The inputs that nodes read."""
        return [value for value in self._model.graph.fed if value.name in self._read]

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

    def _sized(self, group: Group) -> bool:
        """Whether the sizes of all that an operation reads and outputs are known."""
        outputs = [known for name, known in zip(group.last.node.outputs, group.last.outputs, strict=True) if name]
        if any(whole(known.sizes) is None or 0 in (known.sizes or ()) for known in outputs):
            return False
        return not any(name in self._open for step in group.steps for name in step.node.inputs)

    def _add(self, operation: OnnxOperation) -> None:
        """Add the row of an operation, and note what it outputs."""
        found = self._by_rule(operation)
        if found is None:
            found = [self.flow.opaque(operation.path, operation.reads, operation.seen)]
        first = found[0]
        self._count(operation, operation.path if first is None else first.path)
        for place, name in enumerate(operation.group.last.node.outputs):
            value = found[place] if place < len(found) else None
            if name and (value is not None or name in self._read):
                self.values[name] = value if value is not None else self._further(operation, name, first)

    def _count(self, operation: OnnxOperation, path: str) -> None:
        for use in operation.used:
            self.ledger.counted.setdefault(use.name, path)

    def _add_unknown(self, operation: OnnxOperation) -> None:
        """Add the row of an operation whose sizes depend on values: its parameters are known."""
        params, macs = operation.seen.params, operation.seen.macs
        self.flow.here = operation.path
        options = {"operation": operation.op, "shape": "unknown"} | ({"params": params} if params else {})
        options |= {"mult_adds": "unknown"} if macs != 0 else {}
        reads = list(map(self.flow.settled, operation.reads)) or [self.flow.source()]
        found = self.flow.row(Wanted(operation.path, "opaque", options), reads)
        self._count(operation, found.path)
        names = [name for name in operation.group.last.node.outputs if name]
        self.values |= dict.fromkeys(names, found)
        self._open |= set(names)

    def _add_constant(self, step: NodeRun) -> None:
        """Add the row of a product of constants, which is computed anew in each pass."""
        sizes = self.ledger.sizes_of(step.node.outputs[0])
        images = self._batch if sizes[:1] == (self._batch,) else 1
        operation = self._operation(Group(step.node.op, (step,), {}), images, read_by(step, self.roots))
        found = self.flow.opaque(operation.path, [], operation.seen, batch=False)
        self._count(operation, found.path)
        self.ledger.unread.append(found.path)

    def _add_parts(self, operation: OnnxOperation) -> bool:
        """Note the tensors of a sequence, or the one that is taken from it; no row is needed for either."""
        node, call = operation.group.last.node, operation.call
        if node.op == "SequenceAt":
            parts, index = self._parts.get(node.inputs[0]), call.whole(1)
            taken = parts[index[0]] if parts and index and -len(parts) <= index[0] < len(parts) else None
            self.values |= {node.outputs[0]: taken} if taken is not None else {}
            return taken is not None
        known = operation.group.last.outputs[0].parts
        sizes = [whole(part.sizes) for part in known or ()]
        if not sizes or None in sizes or not call.integer("keepdims", 1):
            return False
        found = moving.parts(operation, [each for each in sizes if each is not None])
        self._parts[node.outputs[0]] = found or []
        return bool(found) and None not in (found or [])

    def _operation(self, group: Group, images: int = 0, used: Iterable[Use] = ()) -> OnnxOperation:
        """Return an operation with what was observed of it: MACs for one of so many images."""
        uses_ = [*used, *(use for step in group.steps for use in uses(step, self.roots))]
        each = {
            use.name: use for use in sorted(uses_, key=lambda use: not use.buffer)
        }  # a weight may be a statistic, too
        macs = self._macs(group.steps, images or self._batch)
        self.macs = None if macs is None or self.macs is None else self.macs + macs
        self._stored |= {use.name: self.ledger.number(use.values) for use in uses_ if not use.buffer}
        return OnnxOperation(
            self.ledger, group, self._paths.of(group.last.node, spelled(group.op)), macs, list(each.values())
        )

    def _macs(self, steps: Sequence[NodeRun], images: int) -> int | None:
        """Return the MACs of some nodes for one image; None if they are not known."""
        total = 0
        for step in steps:
            found = macs_of(step)
            if not isinstance(found, int):
                return None
            total += found
        return total // images

    def _by_rule(self, operation: OnnxOperation) -> list[Value | None] | None:
        """Return what the rule of an operator makes of an operation, if it is what was observed."""
        self.flow.here = operation.path
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

    def _further(self, operation: OnnxOperation, name: str, first: Value | None) -> Value:
        """Return a further output that no rule gives: a row of its own that counts nothing."""
        seen = Observed(self.ledger.sizes_of(name), operation=f"{operation.op} (another output)")
        return self.flow.opaque(operation.path, [first] if first is not None else operation.reads, seen)


def batch_place(model: OnnxModel, value: DeclaredValue) -> int:
    """Return which axis of an input is the batch: the first, but for a recurrence, which has steps before it."""
    recurrent = (
        node for node in model.graph.nodes if node.op in GATES and node.inputs[:1] == (value.name,) and not node.domain
    )
    return int(any(not node.attributes.get("layout") for node in recurrent))


def _results(model: OnnxModel) -> list[str]:
    return [value.name for value in model.graph.outputs]


def _is_fixed(step: NodeRun, known: Roots) -> bool:
    return all(map(known.fixed, filter(None, step.node.outputs)))


def _needed(model: OnnxModel, found: Inferred) -> list[NodeRun]:
    """Return the nodes that are run for what the model outputs."""
    wanted = set(_results(model))
    result = []
    for step in reversed(found.steps):
        if not wanted.isdisjoint(step.node.outputs):
            result.append(step)
            wanted |= {*step.node.inputs, *_captured(step)}
    return result[::-1]


def _captured(step: NodeRun) -> Iterator[str]:
    """Yield what the graphs within a node read of the graph around them."""
    for graph in step.node.attributes.values():
        if isinstance(graph, OnnxGraph):
            yield from (name for node in graph.nodes for name in node.inputs)
