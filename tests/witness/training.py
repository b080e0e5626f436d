"""Networks as PyTorch trains them: what is kept for the backward pass, and what is alive at once at inference."""

from __future__ import annotations

import faulthandler
import os
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.layers.base import Foreign
from tests.witness.drawn_networks import Drawn, Step
from tests.witness.modules import called, trained
from tests.witness.test_random_networks import Running, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.network.table import Table


def saved(torch: Any, modules: Iterable[Any], run: Callable[[], Any]) -> int:
    """Run something and return the bytes of the storages that it keeps for the backward pass, but those of modules."""
    storages: dict[int, Any] = {}  # held, so that no address comes twice

    def pack(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        storages[storage._cdata] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = run()
    assert result is not None
    tensors = [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]
    own = {tensor.untyped_storage()._cdata for tensor in tensors}
    return sum(storage.nbytes() for address, storage in storages.items() if address not in own)


def out_of_place() -> Any:
    """Return a context in which functions that could write over their input do not."""
    overrides = import_module("torch.overrides")

    class OutOfPlace(overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = dict(kwargs or {})
            return func(*args, **given | ({"inplace": False} if given.get("inplace") else {}))

    return OutOfPlace()


def alive(model: Any, images: Any) -> Any:
    """Return a context that notes the most bytes of storages that are alive at once, those of the model aside."""
    modes, references = import_module("torch.utils._python_dispatch"), import_module("torch.multiprocessing.reductions")
    owned = {tensor.untyped_storage()._cdata for tensor in (*model.parameters(), *model.buffers())}

    class Alive(modes.TorchDispatchMode):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.peak, self.living = 0, dict[int, tuple[Any, int]]()

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            made = func(*args, **(kwargs or {}))
            for tensor in (images, *(made if isinstance(made, tuple | list) else [made])):
                storage = tensor.untyped_storage()
                if storage._cdata not in owned:
                    self.living[storage._cdata] = references.StorageWeakRef(storage), storage.nbytes()
            self.living = {key: kept for key, kept in self.living.items() if not kept[0].expired()}
            self.peak = max(self.peak, sum(size for _, size in self.living.values()))
            return made

    return Alive()


def in_a_child(question: Callable[[], bool]) -> bool:
    """Return the answer of a copy of this process; one that ends otherwise has none, which is a no."""
    child = os.fork()
    if not child:
        faulthandler.disable()
        answer = False
        try:
            answer = question()
        finally:
            os._exit(0 if answer else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@dataclass
class Trained(Running):
    """A network while PyTorch runs it for training."""

    chosen: dict[str, Any] = field(default_factory=dict)
    """The modules by their layers' names, made once."""
    frozen: frozenset[str] = frozenset()

    def _step(self, step: Step, tensor: Any) -> Any:
        tensor = self.values[step.reads] if step.reads else tensor
        foreign = step.layer.torch(step.x)
        assert isinstance(foreign, Foreign)
        if step.name not in self.chosen:
            module = self.chosen[step.shares] if step.shares else trained(self.torch, foreign)
            fixed = step.name in self.frozen or getattr(step.layer, "fixed", False)
            self.chosen[step.name] = module.requires_grad_(not fixed) if not step.shares else module
        return called(foreign, self.chosen[step.name], tensor)


@dataclass
class Trial:
    """One network as PyTorch trains it, again and again with the same modules and numbers."""

    torch: Any
    network: Drawn
    batch: int
    frozen: frozenset[str]
    modules: dict[str, Any] = field(default_factory=dict)

    def run(self) -> Outcome:
        """Run forward, and return what is kept for the backward pass.

        Raises:
            RuntimeError: PyTorch refuses a layer.
        """
        running, forward = self._ready()
        kept = saved(self.torch, self.modules.values(), forward)
        homes = {name: tensor.untyped_storage()._cdata for name, tensor in running.values.items()}
        return Outcome(kept, running.values, homes)

    def _ready(self) -> tuple[Trained, Callable[[], Any]]:
        """Return the network with its input, each time the same, and how it is run."""
        self.torch.manual_seed(0)
        shape = self.batch, *self.network.x.sizes
        words = any(isinstance(step, Step) and step.layer.kind == "embedding" for step in self.network.steps())
        given = self.torch.zeros(shape, dtype=self.torch.long) if words else self.torch.randn(shape)
        running = Trained(self.torch, {"input": given}, chosen=self.modules, frozen=self.frozen)
        return running, lambda: running.sequence(self.network.items, given)

    def in_place(self, table: Table) -> int:
        """Let each function write over its input that may: nothing else reads it, and nothing comes out wrong.

        Return the bytes kept then.
        """
        plain = self.run()
        readers = Counter(table.graph.nodes[index].path for node in table.graph.nodes for index in node.inputs)
        called = {node.path: node.path.rpartition("/")[2] for node in table.graph.nodes}
        ends = [called[node.path] for node in table.graph.nodes if not readers[node.path]]
        busy = {plain.homes[called[path]] for path, count in readers.items() if count > 1}
        for row in table:
            module = self.modules.get(row.name)
            source = called[table.graph.nodes[table.graph.nodes[row.node].inputs[0]].path]
            if (
                module is not None
                and hasattr(module, "inplace")
                and row.kind not in DROPPING
                and plain.homes[source] not in busy
            ):
                module.inplace = True
                module.inplace = self._works(ends, plain)
        return self.run().kept

    def _works(self, ends: Iterable[str], plain: Outcome) -> bool:
        """Whether forward and backward do, in a process of their own: some of what is written over crashes PyTorch."""
        return in_a_child(lambda: self._comes_out_equal(ends, plain))

    def _comes_out_equal(self, ends: Iterable[str], plain: Outcome) -> bool:
        """Run without hooks, for with them PyTorch does not see what is written over."""
        running, forward = self._ready()
        try:
            forward()
            outputs = [running.values[end] for end in ends]
            summed = sum(output.sum() for output in outputs if output.requires_grad)
            if hasattr(summed, "backward"):
                summed.backward()
        except (RuntimeError, Stopped):
            return False
        pairs = [
            (output.detach().nan_to_num(), plain.values[end].nan_to_num())
            for end, output in zip(ends, outputs, strict=True)
        ]
        return all(self.torch.equal(ours, theirs) for ours, theirs in pairs)


class Outcome(NamedTuple):
    """The bytes kept for the backward pass, and of each layer the output and its storage."""

    kept: int
    values: dict[str, Any]
    homes: dict[str, int]


DROPPING = ("dropout",)
"""Kinds whose modules could write over their input, but do not here."""
