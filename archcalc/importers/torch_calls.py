"""One call of a module or a function: what it was handed, what came out, and the row that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Protocol

import torch

from archcalc.errors import ArchcalcError
from archcalc.importers.arrangement import Value
from archcalc.importers.flow import Observed, Wanted
from archcalc.quantities.tensor import BUFFER, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.importers.flow import Flow

    Rule = Callable[["TorchCall"], "Value | Sequence[Value | None] | None"]


def name_of(func: Any) -> str:
    """Return what a function is called, whatever its form: `x + y`, `x.add_(y)` and `torch.add` are `add`."""
    name = getattr(func, "__name__", str(func))
    if name == "__get__":
        name = getattr(getattr(func, "__self__", None), "__name__", "get")
    name = name.strip("_")
    return ALIASES.get(name, name)


ALIASES = {
    "iadd": "add", "radd": "add", "isub": "sub", "imul": "mul", "rmul": "mul", "truediv": "div", "multiply": "mul",
    "rtruediv": "rdiv", "true_divide": "div", "divide": "div", "itruediv": "div", "rmatmul": "matmul", "bmm": "matmul",
    "mm": "matmul", "subtract": "sub", "concat": "cat", "concatenate": "cat", "rpow": "pow", "ipow": "pow",
}  # fmt: skip
"""Other names of functions."""


def tensors_in(tree: Any) -> list[Any]:
    """List the tensors in arguments, in order."""
    if isinstance(tree, torch.Tensor):
        return [tree]
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, tuple | list):
        return []
    return [tensor for item in tree for tensor in tensors_in(item)]


class Tracing(Protocol):
    """A forward pass that is being recorded; see :class:`archcalc.importers.torch_trace.Trace`."""

    flow: Flow
    counted: dict[int, str]
    mixed: bool

    def hold(self, tensor: Any, value: Value) -> None:
        """Note the value of a tensor."""

    def hold_later(self, tensor: Any, value: Callable[[], Value]) -> None:
        """Note how the value of a tensor is made, if anything reads it."""

    def value_of(self, tensor: Any) -> Value | None:
        """Return the value of a tensor; None if it did not come out of a row."""

    def loose(self, tensor: Any) -> Value:
        """Add a row for a parameter or a buffer that belongs to no layer."""

    def constant(self, tensor: Any) -> Value:
        """Return the value of a tensor that depends on no input."""

    def list_buffers(self, tensors: Iterable[Any]) -> None:
        """Add a row for each buffer among tensors that no row counts."""


@dataclass
class TorchCall:
    """A call as it was observed."""

    trace: Tracing
    path: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    module: Any
    outputs: list[Any]
    own: list[Any]
    buffers: list[Any]
    name: str
    macs: int | None

    def get(self, place: int, name: str, default: Any = None) -> Any:
        """Return an argument by its place or its name."""
        return self.args[place] if len(self.args) > place else self.kwargs.get(name, default)

    def value(self, place: int = 0, name: str = "input") -> Value | None:
        """Return the value of a tensor that is an argument; None if it did not come out of a row."""
        return self.of(self.get(place, name))

    def of(self, tensor: Any) -> Value | None:
        """Return the value of a tensor; None if it did not come out of a row."""
        return self.trace.value_of(tensor)

    @property
    def read(self) -> list[Value]:
        """The values of all tensors that came out of rows."""
        found = [self.of(tensor) for tensor in tensors_in((self.args, self.kwargs))]
        return [value for value in found if value is not None]

    @property
    def fresh(self) -> list[Any]:
        """The parameters that no row counts yet."""
        return [
            tensor for tensor in {id(one): one for one in self.own}.values() if id(tensor) not in self.trace.counted
        ]

    @property
    def _fresh_buffers(self) -> list[Any]:
        once = {id(one): one for one in self.buffers}
        return [tensor for key, tensor in once.items() if key not in self.trace.counted]

    @property
    def seen(self) -> Observed:
        """What was observed of the first output."""
        buffers = None if self.module is None else sum(one.numel() for one in self._fresh_buffers)
        return Observed(
            sizes=self.sizes,
            params=sum(tensor.numel() for tensor in self.fresh),
            macs=self.macs,
            buffers=buffers,
            operation=self.name,
        )

    @property
    def flow(self) -> Flow:
        """The network under construction."""
        return self.trace.flow

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the first output."""
        return tuple(self.outputs[0].shape)

    def placed(self, kind: str, value: Value, sizes: tuple[int, ...]) -> Value | None:
        """Add a layer that reads a tensor as it lies in its own layer, with these output sizes."""
        plain = value._replace(real=((self.flow.batch,), *value.base))
        return self.flow.layer(Wanted(self.path, kind), [plain], self.seen._replace(sizes=sizes))

    def layer(self, kind: str, reads: Sequence[Value | None], **options: Any) -> Value | None:
        """Add a layer of a kind if it is what was observed; None if not, or if an input came out of no row."""
        known = [value for value in reads if value is not None]
        if len(known) < len(reads):
            return None
        wanted = Wanted(path=self.path, kind=kind, options=options)
        found = self.trace.flow.layer(*self._sharing(wanted, known))
        return found if found is not None or self.module is not None or not self.fresh else self._apart(wanted, known)

    def _sharing(self, wanted: Wanted, reads: Sequence[Value]) -> tuple[Wanted, Sequence[Value], Observed]:
        """Return a row, what it reads, and what it counts itself; the weights that another row counts are shared."""
        rows = {self.trace.counted.get(id(tensor)) for tensor in self.own}
        kinds = (wanted.kind, TIED.get(wanted.kind))
        owners = [row for row in rows if row is not None and self.flow.steps[row].kind in kinds]
        if len(owners) != 1:
            return wanted, reads, self.seen
        owner = owners[0]
        if None not in rows:
            return wanted._replace(shares=owner), reads, self.seen
        if self.flow.needs(wanted, reads) == sum(tensor.numel() for tensor in self.own):  # a bias of its own
            return wanted._replace(shares=f"{owner}.weight"), reads, self.seen._replace(params=0)
        return wanted, reads, self.seen

    def _apart(self, wanted: Wanted, reads: Sequence[Value]) -> Value | None:
        """Add a layer that owns some of the parameters that the function was handed; others get rows of their own."""
        needed = self.trace.flow.needs(wanted, reads)
        chosen = None if needed is None else _that_hold(needed, self.fresh)
        if chosen is None:
            return None
        found = self.trace.flow.layer(wanted, reads, self.seen._replace(params=needed))
        if found is not None:
            for tensor in self.fresh:
                if all(tensor is not one for one in chosen):
                    self.trace.loose(tensor)
        return found

    def note(self, rule: Rule | None) -> None:
        """Add the row, or the rows, that the call becomes, and note its outputs."""
        self.flow.here = self.path
        found = self._by(rule)
        if found is None:
            found = self._unknown()
        values = [found] if isinstance(found, Value) else list(found)
        row = values[0].path if values and values[0] else self.path
        for tensor in (*self.fresh, *(self.buffers if self.module is not None or self._holds_buffers(row) else ())):
            self.trace.counted.setdefault(id(tensor), row)
        self.trace.list_buffers(self.buffers)
        for place, tensor in enumerate(self.outputs):
            value = values[place] if place < len(values) else None
            if value is not None:
                self.trace.hold(tensor, value)
            else:
                self.trace.hold_later(tensor, self._further(tensor, values[0]))

    def _holds_buffers(self, row: str) -> bool:
        """Whether a row counts the buffers that a function was handed: a batch norm its statistics."""
        step = self.flow.steps.get(row)
        if step is None:
            return False
        held = count(step.layer.tensors(self.flow.shapes[step.reads[0]]), BUFFER)
        return bool(held) and held == sum(one.numel() for one in self._fresh_buffers)

    def _unknown(self) -> Value:
        """Add a row with what was observed; parameters that a function was handed have rows that it reads."""
        reads, batch = self.read, self.flow.batch.size
        self.trace.mixed |= bool(self.macs) and self.sizes.count(batch) > 1 < batch
        if self.module is None:
            reads = [*reads, *(self.trace.loose(tensor) for tensor in self.fresh)]
        return self.trace.flow.opaque(self.path, reads, self.seen)

    def _by(self, rule: Rule | None) -> Value | Sequence[Value | None] | None:
        if rule is None:
            return None
        try:
            found = rule(self)
        except ArchcalcError:
            return None
        first = found if isinstance(found, Value) or found is None else (found[0] if found else None)
        return found if first is not None and first.sizes == self.sizes else None

    def _further(self, tensor: Any, first: Value | None) -> Callable[[], Value]:
        """Return what adds a row for a further output that no rule gives, which counts nothing."""
        seen = Observed(tuple(tensor.shape), operation=f"{self.name} (another output)")
        reads = [first] if first is not None else self.read
        return lambda: self.trace.flow.opaque(self.path, reads, seen)


TIED = {"linear": "embedding"}
"""Kinds whose weight can be that of another kind, with rows and columns exchanged."""

MOST_TRIED = 6


def _that_hold(needed: int, tensors: Sequence[Any]) -> list[Any] | None:
    """Return the tensors that together have so many values; None if none do."""
    if len(tensors) > MOST_TRIED:
        return None
    choices = (choice for count in range(len(tensors), -1, -1) for choice in combinations(tensors, count))
    return next((list(choice) for choice in choices if sum(one.numel() for one in choice) == needed), None)
