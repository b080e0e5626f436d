"""One forward pass of a PyTorch model on the meta device, as a flow of layers.

Modules of torch.nn and functions on tensors are seen as they are called; what each is here, two tables say
(`torch_modules`, `torch_functions`). Nothing is computed: tensors on the meta device have a shape and no values.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from torch import nn

from archcalc.importers.arrangement import reshaped
from archcalc.importers.flow import Flow, Observed, Wanted
from archcalc.importers.settling import BY_AXES, MOST_AXES
from archcalc.importers.torch_calls import TorchCall, tensors_in
from archcalc.importers.torch_counter import Counter
from archcalc.importers.torch_functions import FUNCTIONS, SILENT
from archcalc.importers.torch_modules import module_rule
from archcalc.importers.torch_values import BY_SHAPE, KnownValues
from archcalc.importers.torch_watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_watch import Watched

BATCH = 17
"""Images at once: the axis of the batch is known by its size, which no other axis should have, or a multiple of it."""


LIKE = ("expand_as", "reshape_as", "to", "type_as", "view_as")
"""Functions of a tensor that read the shape or the number type of another."""


UNCOUNTED = ("cdist", "conv_tbc", "grouped_mm", "scaled_grouped_mm")
"""Functions that multiply, and that PyTorch's counter does not know."""


class Trace(Watch):
    """Records a forward pass.

    ``values`` are the tensors that came out of rows; ``made_of`` are tensors that functions made of parameters and
    constants alone, with these parameters. ``counted`` is the row that counts a parameter.
    ``mixed`` says that images of a batch were multiplied with one another, so that MACs are not those of one image.
    """

    def __init__(self, model: Any, batch: int = BATCH, *, largest: bool = False) -> None:
        super().__init__(model)
        self.flow = Flow(batch)
        self.values: dict[int, Value] = {}
        self.made_of: dict[int, tuple[Any, ...]] = {}
        self.counted: dict[int, str] = {}
        self.counter = Counter()
        self.known = KnownValues(largest=largest)
        self._later: dict[int, Callable[[], Value]] = {}
        self._alive: list[Any] = []
        self.flow.classes = {name.replace(".", "/"): kind for name, kind in self.classes.items()}
        self._named = list(_named(model))  # before it runs: a model may replace some
        self._tensors = {id(tensor): name for name, tensor in self._named}
        self.mixed = False

    def __enter__(self) -> Self:
        """Watch, and count, from now on."""
        self.counter.__enter__()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop watching."""
        super().__exit__(kind, error, where)
        self.counter.__exit__(kind, error, where)

    def hold(self, tensor: Any, value: Value) -> None:
        """Note the value of a tensor, which is kept alive so that no other gets its identity."""
        self.values[id(tensor)] = value
        self.made_of.pop(id(tensor), None)
        self._alive.append(tensor)

    def hold_later(self, tensor: Any, value: Callable[[], Value]) -> None:
        """Note how the value of a tensor is made, if anything reads it."""
        self._later[id(tensor)] = value
        self._alive.append(tensor)

    def value_of(self, tensor: Any) -> Value | None:
        """Return the value of a tensor; None if it did not come out of a row."""
        later = self._later.pop(id(tensor), None)
        if later is not None:
            self.values[id(tensor)] = later()
        return self.values.get(id(tensor))

    def constant(self, tensor: Any) -> Value:
        """Return the value of a tensor that depends on no input; add a row for it, which reads its parameters."""
        if id(tensor) in self._tensors and id(tensor) not in self.counted:
            value = self.loose(tensor)
        else:
            own = [one for one in self.made_of.get(id(tensor), ()) if id(one) not in self.counted]
            owner = self._tensors[id(own[0])].rpartition(".")[0] if own else self.around[-1]
            path = f"{owner.replace('.', '/')}/constant".strip("/")
            seen = Observed(tuple(tensor.shape), operation="made of parameters and constants" if own else "a constant")
            value = self.flow.opaque(path, [self.loose(one) for one in own], seen, batch=self._has_batch(tensor))
        self.hold(tensor, value)
        return value

    def loose(self, tensor: Any) -> Value:
        """Add a row for a parameter or a buffer that belongs to no layer."""
        path = self._tensors[id(tensor)].replace(".", "/")
        sizes = tuple(tensor.shape) if 0 < tensor.dim() <= MOST_AXES else (max(1, tensor.numel()),)
        options: dict[str, Any] = {"sizes": sizes} | ({"layout": BY_AXES[2]} if len(sizes) == 2 else {})  # noqa: PLR2004
        options |= {} if isinstance(tensor, nn.Parameter) else {"fixed": True}
        value = self.flow.row(Wanted(path, "parameter", options), [self.flow.source()])
        self.counted[id(tensor)] = value.path
        return reshaped(value._replace(real=value.base), tuple(tensor.shape)) or value

    def list_buffers(self, tensors: Iterable[Any]) -> None:
        """Add a row for each buffer among tensors that no row counts."""
        for tensor in self._buffers(tensors):
            if id(tensor) not in self.counted:
                self.loose(tensor)

    def add_idle(self, why: str, *, known: bool = True) -> bool:
        """Add a row for each module whose parameters no layer used, and say whether there are some.

        ``known`` says that their MACs are none.
        """
        idle: dict[str, list[Any]] = {}
        for name, tensor in self._named:
            if id(tensor) not in self.counted:
                idle.setdefault(name.rpartition(".")[0], []).append(tensor)
        for owner, tensors in idle.items():
            path = self.flow.free(owner.replace(".", "/") or "idle")
            left = {} if known else {"shape": "unknown", "mult_adds": "unknown"}
            options = {"operation": why, **_counts(tensors), **left}
            self.flow.row(Wanted(path, "opaque", options), [self.flow.source()])
        return bool(idle)

    def looks_into(self, module: Any) -> bool:
        """Whether a module holds layers instead of being one."""
        return module_rule(module) is None

    def function(self, func: Any, asked: Watched) -> Any:
        """Run a function, and note it as a layer where it reads what came out of one."""
        asked = asked._replace(run=partial(self.known.run, func, asked.name, asked.args, asked.kwargs))
        if asked.name in SILENT:
            result = asked.run()
            if not tensors_in(result):
                return result
            asked = asked._replace(run=partial(_returned, result))  # `x.type(kind)` makes a tensor, `x.type()` does not
        path = self._owner(tensors_in((asked.args, asked.kwargs))) or f"{asked.path}.{asked.name}".strip(".")
        return self.saw(asked._replace(path=path))

    def saw(self, asked: Watched) -> Any:
        """Run a module or a function whose inside is not looked into, and note what it did."""
        read, before = _read(asked), self.counter.macs
        result = self.run(asked)
        outputs = tensors_in(asked.args[0] if asked.name == "setitem" else result)
        if outputs:
            self._note(asked, read, outputs, self.counter.macs - before)
        return result

    def _note(self, asked: Watched, read: Sequence[Any], outputs: list[Any], macs: int) -> None:
        """Note a call: as a row if it reads what came out of one, else what its outputs are made of."""
        reads_rows = any(id(tensor) in self.values or id(tensor) in self._later for tensor in read)
        if not (reads_rows or macs) or not outputs[0].numel():  # what is empty adds nothing
            self._note_constant(asked, read, outputs)
            return
        for tensor in read:
            if self.value_of(tensor) is None and not reads_rows and not isinstance(tensor, nn.Parameter):
                self.constant(tensor)
        module = asked.module
        own = list(module.parameters()) if module is not None else self._parameters(read)
        buffers = self._buffers(read if module is None else module.buffers())
        batched = any(value.batched for value in map(self.value_of, read) if value) or self._has_batch(outputs[0])
        images = self.flow.batch.size if batched else 1
        call = TorchCall(
            trace=self, path=asked.path.replace(".", "/"), args=asked.args, kwargs=asked.kwargs, module=module,
            outputs=outputs, own=own, buffers=buffers, name=asked.name,
            macs=None if asked.name in UNCOUNTED else macs // images,
        )  # fmt: skip
        call.note(FUNCTIONS.get(asked.name) if module is None else module_rule(module))

    def _note_constant(self, asked: Watched, read: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Note which parameters tensors are made of that depend on no input."""
        own = [*(asked.module.parameters() if asked.module is not None else ()), *self._parameters(read)]
        once = tuple({id(one): one for one in own}.values())
        self.list_buffers(read)
        for tensor in outputs:
            if id(tensor) not in self.values and id(tensor) not in self._tensors:
                self.made_of[id(tensor)] = once
                self._alive.append(tensor)

    def _has_batch(self, tensor: Any) -> bool:
        return bool(tensor.dim()) and tensor.shape[0] % self.flow.batch.size == 0

    def _parameters(self, tensors: Iterable[Any]) -> list[Any]:
        """Return the parameters among tensors, and those that some of them were made of."""
        found: dict[int, Any] = {}
        for tensor in tensors:
            parts = (tensor,) if isinstance(tensor, nn.Parameter) else self.made_of.get(id(tensor), ())
            found |= {id(part): part for part in parts}
        return list(found.values())

    def _buffers(self, tensors: Iterable[Any]) -> list[Any]:
        return [one for one in tensors if id(one) in self._tensors and not isinstance(one, nn.Parameter)]

    def _owner(self, read: Sequence[Any]) -> str:
        """Return the module whose weight a function is handed; nothing for one that calls it and holds others."""
        names = (self._tensors.get(id(tensor), "") for tensor in read if isinstance(tensor, nn.Parameter))
        owner = next((name.rpartition(".")[0] for name in names if name), "")
        return "" if owner == self.around[-1] and owner not in self.leaves else owner


def _returned(result: Any) -> Any:
    return result


def _read(asked: Watched) -> list[Any]:
    """List the tensors whose values a call reads: of some it reads the shape or the number type alone."""
    if asked.module is None and asked.name in BY_SHAPE:
        return []
    return tensors_in(asked.args[:1] if asked.module is None and asked.name in LIKE else (asked.args, asked.kwargs))


def _named(model: Any) -> Iterable[tuple[str, Any]]:
    """Yield the parameters of a model and its buffers, without single numbers: batch norm counts batches in one."""
    yield from model.named_parameters()
    yield from ((name, tensor) for name, tensor in model.named_buffers() if tensor.dim())


def _counts(tensors: Iterable[Any]) -> dict[str, int]:
    """Return how many values are parameters and how many are buffers, where there are some."""
    found: dict[str, int] = {}
    for tensor in tensors:
        kind = "params" if isinstance(tensor, nn.Parameter) else "buffers"
        found[kind] = found.get(kind, 0) + tensor.numel()
    return found
