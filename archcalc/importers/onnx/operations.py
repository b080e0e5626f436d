"""One operation of a model on its way to a row: what it reads, what was observed of it, and the layer it becomes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from archcalc.importers.flow import Flow, Observed, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.fusing import Group
    from archcalc.importers.onnx.ledger import Ledger
    from archcalc.importers.onnx.roots import Use


class OnnxOperation:
    """Nodes that are one operation, with what was observed of it: sizes, parameters, buffers and MACs."""

    def __init__(self, ledger: Ledger, group: Group, path: str, macs: int | None, used: Sequence[Use]) -> None:
        self._ledger, self.group, self.path, self._macs = ledger, group, path, macs
        self.used = used

    @property
    def op(self) -> str:
        """What the operation is called."""
        return self.group.op

    @property
    def call(self) -> NodeCall:
        """The node that names the operation: of several the first with its name, or else the last."""
        named = [step.call for step in self.group.steps if step.node.op == self.group.op]
        return named[0] if named else self.group.last.call

    @property
    def flow(self) -> Flow:
        """The network under construction."""
        return self._ledger.flow

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of what the operation outputs."""
        return self._ledger.sizes_of(self.group.last.node.outputs[0])

    @property
    def all_sizes(self) -> list[tuple[int, ...]]:
        """The sizes of all that it outputs."""
        return [self._ledger.sizes_of(name) for name in self.group.last.node.outputs if name]

    @property
    def seen(self) -> Observed:
        """What was observed: what no row counts yet of parameters and buffers; statistics that are weights are open."""
        buffers = [use for use in self.used if use.buffer]
        tied = any(use.name in self._ledger.counted for use in buffers)
        return Observed(
            sizes=self.sizes,
            params=sum(self._ledger.number(use.values) for use in self.fresh),
            macs=self._macs,
            buffers=None if tied else sum(self._ledger.number(use.values) for use in buffers),
            operation=self.op,
        )

    @property
    def fresh(self) -> list[Use]:
        """The parameters that no row counts yet."""
        return [use for use in self.used if not use.buffer and use.name not in self._ledger.counted]

    @property
    def stored(self) -> int:
        """The number of values of all its parameters."""
        return sum(self._ledger.number(use.values) for use in self.used if not use.buffer)

    @property
    def tied(self) -> list[Use]:
        """The parameters that an earlier row counts."""
        return [use for use in self.used if not use.buffer and use.name in self._ledger.counted]

    def value(self, index: int = 0) -> Value | None:
        """Return the tensor that the operation reads there, if it comes out of a row."""
        if "x" in self.group.bound:
            return self._ledger.values.get(self.group.bound["x"])
        names = self.call.node.inputs
        return self._ledger.values.get(names[index]) if index < len(names) else None

    def bound(self, word: str) -> Value | None:
        """Return the tensor that a pattern has a word for, if it comes out of a row."""
        return self._ledger.values.get(self.group.bound.get(word, ""))

    @property
    def reads(self) -> list[Value]:
        """All tensors that it reads and that come out of rows, each once."""
        inner = {name for step in self.group.steps for name in step.node.outputs}
        names = dict.fromkeys(name for step in self.group.steps for name in step.node.inputs if name not in inner)
        return [self._ledger.values[name] for name in names if name in self._ledger.values]

    def fixed(self, index: int) -> tuple[int, ...] | None:
        """Return the sizes of an input that is fixed: weights; None if it is not, or not given."""
        names = self.call.node.inputs
        if index >= len(names) or not self._ledger.roots.fixed(names[index]):
            return None
        return self._ledger.sizes_of(names[index])

    def weighs(self, index: int) -> bool:
        """Whether an input is made of parameters."""
        names = self.call.node.inputs
        return index < len(names) and bool(self._ledger.roots.of.get(names[index]))

    def layer(self, kind: str, reads: Sequence[Value | None], **options: Any) -> Value | None:  # noqa: ANN401
        """Add a layer of a kind if it is what was observed; None if not, or if a tensor is missing.

        Parameters that an earlier row counts are shared with it; those that the layer has no place for get rows.
        """
        known = [value for value in reads if value is not None]
        if len(known) < len(reads):
            return None
        wanted = self.wanted(kind, options)
        found = self.flow.layer(wanted, known, self.seen)
        if found is None and self.tied:
            found = self._sharing(wanted, known)
        return found if found is not None or not self.fresh else self._apart(wanted, known)

    def placed(self, kind: str, value: Value, sizes: tuple[int, ...]) -> Value | None:
        """Add a layer that reads a tensor as it lies in its own layer, and outputs these sizes."""
        plain = value._replace(real=((self.flow.batch,), *value.base))
        return self.flow.layer(self.wanted(kind, {}), [plain], self.seen._replace(sizes=sizes))

    def wanted(self, kind: str, options: Mapping[str, Any]) -> Wanted:
        """Return the row as it is wanted, if it shares no weights."""
        return Wanted(self.path, kind, options)

    def _sharing(self, wanted: Wanted, reads: Sequence[Value]) -> Value | None:
        """Add a layer that shares all its weights with one row, or one of its tensors."""
        owners = {self._ledger.counted[use.name] for use in self.tied}
        owner = owners.pop()
        seen = self.seen._replace(params=0, buffers=None)
        if not owners and not self.fresh and self.flow.steps[owner].kind == wanted.kind:
            found = self.flow.layer(wanted._replace(shares=owner), reads, seen)
            if found is not None:
                return found
        if owners or len(self.tied) > 1:
            return None
        missing = (self.flow.needs(wanted, reads) or 0) - sum(self._ledger.number(use.values) for use in self.fresh)
        name = self._ledger.tensor_in(owner, self._ledger.number(self.tied[0].values))
        if missing != self._ledger.number(self.tied[0].values) or name is None:
            return None
        return self.flow.layer(wanted._replace(shares=f"{owner}.{name}"), reads, seen)

    def _apart(self, wanted: Wanted, reads: Sequence[Value]) -> Value | None:
        """Add a layer that owns some of the parameters that it is computed of; the others get rows of their own."""
        needed = self.flow.needs(wanted, reads)
        chosen = None if needed is None else self._that_hold(needed)
        if chosen is None:
            return None
        found = self.flow.layer(wanted, reads, self.seen._replace(params=needed))
        if found is not None:
            for use in self.fresh:
                if use not in chosen:
                    self._ledger.loose(use)
        return found

    def _that_hold(self, needed: int) -> tuple[Use, ...] | None:
        """Return the constants that together have so many values; None if none do."""
        fresh = self.fresh
        if len(fresh) > MOST_TRIED:
            return None
        choices = (choice for count in range(len(fresh), -1, -1) for choice in combinations(fresh, count))
        fitting = (choice for choice in choices if sum(self._ledger.number(use.values) for use in choice) == needed)
        return next(fitting, None)


MOST_TRIED = 6
"""Of more constants it is not tried which of them a layer owns."""
