"""One forward pass of a PyTorch model on the meta device, as a flow of layers.

Modules of torch.nn and functions on tensors are seen as they are called; what each is here, two tables say
(`torch_modules`, `torch_functions`). Nothing is computed: tensors on the meta device have a shape and no values.
"""

from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from archcalc.importers.flow import Flow, Seen, Wanted
from archcalc.importers.settling import MOST_AXES
from archcalc.importers.torch_calls import Call, name_of, tensors_in
from archcalc.importers.torch_counter import Counter
from archcalc.importers.torch_functions import FUNCTIONS, SILENT
from archcalc.importers.torch_modules import module_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from archcalc.importers.arrangement import Value

BATCH = 2
"""Images at once: so a tensor says which of its axes the batch is."""


class Trace(TorchFunctionMode):  # type: ignore[misc]
    """Records a forward pass.

    ``values`` are the tensors that came out of rows; ``made_of`` are tensors that functions made of parameters and
    constants alone, with these parameters. ``counted`` says which row counts a parameter, ``where`` which call failed.
    """

    def __init__(self, model: Any, batch: int = BATCH) -> None:  # noqa: ANN401
        super().__init__()
        self.model = model
        self.flow = Flow(batch)
        self.values: dict[int, Value] = {}
        self.made_of: dict[int, tuple[Any, ...]] = {}
        self.counted: dict[int, str] = {}
        self.calls: Tally[str] = Tally()
        self.counter = Counter()
        self._later: dict[int, Callable[[], Value]] = {}
        self._macs_of: dict[int, int] = {}
        self._alive: list[Any] = []
        self._modules = {id(module): name for name, module in reversed(list(model.named_modules(remove_duplicate=False)))}
        self._tensors = {id(tensor): name for name, tensor in _named(model)}
        self.where = ""
        self._stack: list[str] = [""]
        self._inside = 0

    def __enter__(self) -> Trace:
        """Watch modules and functions from now on."""
        self._call = nn.Module.__call__
        trace, call = self, self._call

        def watched(module: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if trace._inside or id(module) not in trace._modules:
                return call(module, *args, **kwargs)
            return trace._module(module, args, kwargs)

        nn.Module.__call__ = watched
        self.counter.__enter__()
        super().__enter__()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Stop watching."""
        super().__exit__(kind, error, where)
        self.counter.__exit__(kind, error, where)
        nn.Module.__call__ = self._call

    def hold(self, tensor: Any, value: Value) -> None:  # noqa: ANN401
        """Note the value of a tensor, which is kept alive so that no other gets its identity."""
        self.values[id(tensor)] = value
        self.made_of.pop(id(tensor), None)
        self._alive.append(tensor)

    def hold_later(self, tensor: Any, value: Callable[[], Value]) -> None:  # noqa: ANN401
        """Note how the value of a tensor is made, if anything reads it."""
        self._later[id(tensor)] = value
        self._alive.append(tensor)

    def value_of(self, tensor: Any) -> Value | None:  # noqa: ANN401
        """Return the value of a tensor; None if it did not come out of a row."""
        later = self._later.pop(id(tensor), None)
        if later is not None:
            self.values[id(tensor)] = later()
        elif self._macs_of.get(id(tensor)):
            self.values[id(tensor)] = self._made(tensor)
        return self.values.get(id(tensor))

    def _made(self, tensor: Any) -> Value:  # noqa: ANN401
        """Add a row for a tensor that layers made of parameters and constants alone."""
        own = [one for one in self.made_of.pop(id(tensor), ()) if id(one) not in self.counted]
        params, macs = sum(one.numel() for one in own), self._macs_of.pop(id(tensor))
        batch = self._has_batch(tensor)
        seen = Seen(tuple(tensor.shape), params=params, macs=macs, operation="made of parameters and constants")
        owner = self._tensors.get(id(own[0]), "").rpartition(".")[0] if own else self._stack[-1]
        value = self.flow.opaque(f"{owner.replace('.', '/')}/constant".strip("/"), [], seen, batch=batch)
        self.counted |= {id(one): value.path for one in own}
        return value

    def loose(self, tensor: Any) -> Value:  # noqa: ANN401
        """Add a row for a parameter that belongs to no layer."""
        path = self._tensors.get(id(tensor), "parameter").replace(".", "/")
        sizes = tuple(tensor.shape) if 0 < tensor.dim() <= MOST_AXES else (max(1, tensor.numel()),)
        value = self.flow.row(Wanted(path, "parameter", {"sizes": sizes}), [self.flow.source()])
        self.counted[id(tensor)] = value.path
        return value

    def add_idle(self) -> None:
        """Add a row for each module whose parameters no layer used."""
        idle: dict[str, int] = {}
        for name, tensor in self.model.named_parameters():
            if id(tensor) not in self.counted:
                owner = name.rpartition(".")[0]
                idle[owner] = idle.get(owner, 0) + tensor.numel()
        for owner, params in idle.items():
            path = self.flow.free(owner.replace(".", "/") or "idle")
            self.flow.row(Wanted(path, "opaque", {"operation": "never runs", "params": params}), [self.flow.source()])

    def _module(self, module: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        path = self._modules[id(module)]
        rule = module_rule(module)
        if rule is None:
            self._stack.append(path)
            self.calls[path] += 1
            try:
                return self._call(module, *args, **kwargs)
            finally:
                self._stack.pop()
        return self._run(path.replace(".", "/"), rule, lambda: self._call(module, *args, **kwargs), (args, kwargs), module)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        """Run a function, and note it as a layer where it reads what came out of one."""
        kwargs = kwargs or {}
        name = name_of(func)
        if self._inside or name in SILENT:
            return func(*args, **kwargs)
        around = self._stack[-1].replace(".", "/")
        path = f"{around}/{name}".strip("/")
        return self._run(path, FUNCTIONS.get(name), lambda: func(*args, **kwargs), (args, kwargs), None, name)

    def _run(  # noqa: PLR0913 - what a call is
        self, path: str, rule: Any, run: Any, given: tuple[Any, Any], module: Any, name: str = ""  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        read = tensors_in(given)
        sizes_before = [tuple(tensor.shape) for tensor in read]
        before = self.counter.macs
        self._inside += 1
        try:
            result = run()
        except Exception:
            self.where = self.where or path
            raise
        finally:
            self._inside -= 1
        outputs = tensors_in(result if name != "setitem" else given[0][:1])
        if not outputs or (module is None and all(any(out is one for one in read) for out in outputs) and name == "contiguous"):
            return result
        inputs = [tensor for tensor in read if id(tensor) in self.values or id(tensor) in self._later]
        if inputs:
            for tensor in read:
                self.value_of(tensor)
        own = list(module.parameters()) if module is not None else self._parameters(read)
        buffers = [one for one in module.buffers() if one.dim()] if module is not None else self._buffers(read)
        if not inputs or not outputs[0].numel():  # what is empty adds nothing
            earlier = sum(self._macs_of.get(id(tensor), 0) for tensor in read)
            macs = (self.counter.macs - before) // (self.flow.batch.size if self._has_batch(outputs[0]) else 1)
            self._note_constant(outputs, [*own, *self._parameters(read)], macs + earlier)
            return result
        call = Call(
            trace=self, path=self._named_by_owner(path, read) if module is None else path, args=given[0], kwargs=given[1],
            module=module, outputs=outputs, own=own, buffers=buffers, name=name or type(module).__name__,
            macs=(self.counter.macs - before) // self.flow.batch.size, sizes=sizes_before,
        )  # fmt: skip
        call.note(rule)
        return result

    def _has_batch(self, tensor: Any) -> bool:  # noqa: ANN401
        return tuple(tensor.shape)[:1] == (self.flow.batch.size,)

    def _parameters(self, tensors: Iterable[Any]) -> list[Any]:
        """Return the parameters among tensors, and those that some of them were made of."""
        found: dict[int, Any] = {}
        for tensor in tensors:
            parts = (tensor,) if isinstance(tensor, nn.Parameter) else self.made_of.get(id(tensor), ())
            found |= {id(part): part for part in parts}
        return list(found.values())

    def _buffers(self, tensors: Iterable[Any]) -> list[Any]:
        known = self._tensors
        return [t for t in tensors if id(t) in known and not isinstance(t, nn.Parameter) and t.dim()]

    def _note_constant(self, outputs: Sequence[Any], own: Sequence[Any], macs: int) -> None:
        for tensor in outputs:
            if id(tensor) not in self.values and not isinstance(tensor, nn.Parameter):
                self.made_of[id(tensor)] = tuple({id(one): one for one in own}.values())
                self._macs_of[id(tensor)] = macs
                self._alive.append(tensor)

    def _named_by_owner(self, path: str, read: Sequence[Any]) -> str:
        """Return the path of a function: that of the module whose weight it is handed, or beside what calls it."""
        for tensor in read:
            name = self._tensors.get(id(tensor))
            if name and isinstance(tensor, nn.Parameter):
                owner = name.rpartition(".")[0]
                return owner.replace(".", "/") if owner and owner != self._stack[-1] else path
        return path


def _named(model: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401
    yield from model.named_parameters()
    yield from model.named_buffers()


__all__ = ["BATCH", "Seen", "Trace", "torch"]
