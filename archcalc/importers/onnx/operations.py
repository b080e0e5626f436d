"""One operation of a model on its way to a row: what it reads, what was observed of it, and the layer it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.flow import Flow, Seen, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.building import Builder
    from archcalc.importers.onnx.calls import Call
    from archcalc.importers.onnx.fusing import Group
    from archcalc.importers.onnx.roots import Use


class Operation:
    """Nodes that are one operation, with what was observed of it: sizes, parameters, buffers and MACs."""

    def __init__(self, builder: Builder, group: Group, path: str, macs: int | None, used: Sequence[Use]) -> None:
        self._builder, self.group, self.path, self._macs = builder, group, path, macs
        self.used = used

    @property
    def op(self) -> str:
        """What the operation is called."""
        return self.group.op

    @property
    def call(self) -> Call:
        """The node that stands for the operation: of several the first with its name, or else the last."""
        named = [step.call for step in self.group.steps if step.node.op == self.group.op]
        return named[0] if named else self.group.last.call

    @property
    def flow(self) -> Flow:
        """The network under construction."""
        return self._builder.flow

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of what the operation puts out."""
        return self._builder.sizes_of(self.group.last.node.outputs[0])

    @property
    def all_sizes(self) -> list[tuple[int, ...]]:
        """The sizes of all that it puts out."""
        return [self._builder.sizes_of(name) for name in self.group.last.node.outputs if name]

    @property
    def seen(self) -> Seen:
        """What was observed: parameters and buffers that no row counts yet."""
        fresh = [use for use in self.used if use.name not in self._builder.counted]
        return Seen(
            sizes=self.sizes,
            params=sum(self._builder.number(use.count) for use in fresh if not use.buffer),
            macs=self._macs,
            buffers=sum(self._builder.number(use.count) for use in fresh if use.buffer),
            operation=self.op,
        )

    @property
    def shares(self) -> str | None:
        """The row that counts all of its parameters, if it has some and one row counts them all."""
        rows = {self._builder.counted.get(use.name) for use in self.used}
        return rows.pop() if len(rows) == 1 else None

    def value(self, index: int = 0) -> Value | None:
        """Return the tensor that the operation reads there, if it comes out of a row."""
        if "x" in self.group.bound:
            return self._builder.values.get(self.group.bound["x"])
        names = self.call.node.inputs
        return self._builder.values.get(names[index]) if index < len(names) else None

    @property
    def reads(self) -> list[Value]:
        """All tensors that it reads and that come out of rows, each once."""
        inner = {name for step in self.group.steps for name in step.node.outputs}
        names = dict.fromkeys(name for step in self.group.steps for name in step.node.inputs if name not in inner)
        return [self._builder.values[name] for name in names if name in self._builder.values]

    def fixed(self, index: int) -> tuple[int, ...] | None:
        """Return the sizes of an input that is fixed: weights; None if it is not, or not given."""
        names = self.call.node.inputs
        if index >= len(names) or not self._builder.roots.fixed(names[index]):
            return None
        return self._builder.sizes_of(names[index])

    def weighs(self, index: int) -> bool:
        """Whether an input is made of parameters."""
        names = self.call.node.inputs
        return index < len(names) and bool(self._builder.roots.of.get(names[index]))

    def layer(self, kind: str, reads: Sequence[Value | None], **options: Any) -> Value | None:  # noqa: ANN401
        """Add a layer of a kind if it is what was observed; None if not, or if a tensor is missing."""
        known = [value for value in reads if value is not None]
        if len(known) < len(reads):
            return None
        return self.flow.layer(self.wanted(kind, options), known, self.seen)

    def wanted(self, kind: str, options: Mapping[str, Any]) -> Wanted:
        """Return the row as it is wanted."""
        return Wanted(self.path, kind, options, self.shares)
