"""What training keeps for the backward pass, against the bytes that PyTorch hands to its hooks for saved tensors."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import archcalc
from archcalc.layers.base import Foreign
from archcalc.layers.registry import find
from archcalc.measures.memory import RunSetting, memory
from archcalc.quantities.shape import Shape
from tests.witness.drawn_networks import Drawn, Step, networks, refused, wanted
from tests.witness.modules import REFUSALS, called, spelled, trained
from tests.witness.strategies import KINDS, layers, shapes
from tests.witness.test_random_networks import Running, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.network.table import Table

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]


TORCHVISION = (
    "alexnet", "vgg11", "vgg16_bn", "resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2", "densenet121",
    "googlenet", "squeezenet1_1", "mobilenet_v2", "mobilenet_v3_small", "mnasnet0_5", "shufflenet_v2_x1_0",
    "efficientnet_b0", "efficientnet_v2_s", "regnet_x_400mf", "regnet_y_400mf", "convnext_tiny", "vit_b_16", "swin_t",
    "swin_v2_t", "fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large",
)  # fmt: skip
"""Networks of torchvision, one at least of each family that works on small images."""

SIZE, LARGE = 64, {"inception_v3": 299, "maxvit_t": 224}
"""Height and width of the images, and those of networks that do not work on smaller ones."""

EXAMPLES = max(60, settings().max_examples // 8)
"""How many layers of a kind are drawn, and how many networks for each way to run them."""


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


@pytest.fixture(scope="session")
def door(torchvision: Any) -> Any:  # noqa: ARG001 - it has to be there
    """The door to torchvision."""
    return pytest.importorskip("archcalc.importers.torchvision")


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize("name", TORCHVISION)
def test_networks_of_torchvision_keep_so_many_bytes(name: str, *, inplace: bool, torch: Any, door: Any) -> None:
    _same_as_torchvision(name, 2, torch, door, inplace=inplace)


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
def test_networks_for_large_images_keep_so_many_bytes(name: str, torch: Any, door: Any) -> None:
    _same_as_torchvision(name, 2, torch, door, inplace=True)


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "vit_b_16", "swin_t"])
def test_networks_keep_so_many_bytes_of_one_image(name: str, torch: Any, door: Any) -> None:
    _same_as_torchvision(name, 1, torch, door, inplace=True)


def _same_as_torchvision(name: str, batch: int, torch: Any, door: Any, *, inplace: bool) -> None:
    """Compare a network in torchvision's own form, or with nothing in place; it leaves the softmax to the loss."""
    shape = (3, *[LARGE.get(name, SIZE)] * 2)
    table = archcalc.load(f"torchvision/{name}").analyze(shape)
    model = door.build(f"torchvision/{name}", shape).train()
    for module in model.modules():
        if not inplace and hasattr(module, "inplace"):
            module.inplace = False
    classes = [torch.nn.Softmax(1)] if table.rows[-1].kind == "softmax" else []
    with nullcontext() if inplace else out_of_place():
        theirs = saved(torch, [model], lambda: reduce(called_with, classes, model(torch.randn(batch, *shape))))
    found = memory(table, RunSetting(batch=batch, inplace=inplace))
    assert (found.unknown, found.activations) == ((), theirs)


def called_with(result: Any, module: Any) -> Any:
    """Call a module with a result; of a model with heads, that of the model itself."""
    return module(result if hasattr(result, "shape") else result[0])


def out_of_place() -> Any:
    """Return a context in which functions that could write over their input do not."""
    overrides = import_module("torch.overrides")

    class OutOfPlace(overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = dict(kwargs or {})
            return func(*args, **given | ({"inplace": False} if given.get("inplace") else {}))

    return OutOfPlace()


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
        return Outcome(kept, running.values[self.network.items[-1].name].detach(), homes)

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
        busy = {plain.homes[called[path]] for path, count in readers.items() if count > 1}
        for row in table:
            module = self.modules.get(row.name)
            source = called[table.graph.nodes[table.graph.nodes[row.node].inputs[0]].path]
            if hasattr(module, "inplace") and row.kind not in DROPPING and plain.homes[source] not in busy:
                module.inplace = True
                module.inplace = self._works(plain)
        return self.run().kept

    def _works(self, plain: Outcome) -> bool:
        """Whether forward and backward do; without hooks, for with them PyTorch does not see what is written over."""
        try:
            output = self._ready()[1]()
            if output.requires_grad:
                output.sum().backward()
        except (RuntimeError, Stopped):
            return False
        return bool(self.torch.equal(output.detach().nan_to_num(), plain.output.nan_to_num()))


class Outcome(NamedTuple):
    """The bytes kept for the backward pass, the output, and the storage of each layer's output."""

    kept: int
    output: Any
    homes: dict[str, int]


DROPPING = ("dropout",)
"""Kinds whose modules could write over their input, but do not here."""


MET: Counter[str] = Counter()
"""How often each kind has been compared."""


def _compare(torch: Any, network: Drawn, batch: int, freeze: Iterable[int]) -> None:
    """Compare a network with PyTorch, plain and in place; ``freeze`` are numbers of layers, from which some are."""
    note(network.text)
    table = archcalc.loads(network.text).analyze()
    own = [row for row in table if row.tensors and not row.shares]
    frozen = {own[number % len(own)].path: own[number % len(own)].name for number in freeze if own}
    table = archcalc.loads(network.text).analyze(freeze=list(frozen)) if frozen else table
    trial = Trial(torch, network, batch, frozenset(frozen.values()))
    try:
        plain = trial.run().kept
    except (*REFUSALS, Stopped):
        assume(False)  # noqa: FBT003 - one value per channel cannot be normalized while training
        raise
    found = memory(table, RunSetting(batch=batch))
    assert (found.unknown, found.activations) == ((), plain)
    assert memory(table, RunSetting(batch=batch, inplace=True)).activations == trial.in_place(table)
    MET.update(row.kind for row in table)


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_keeps_so_many_bytes(kind: str, torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - of its ops
    """The layer stands between two others, so that a gradient flows through it."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.data(), st.integers(1, 3), st.booleans())
    def compare(data: st.DataObject, batch: int, frozen: bool) -> None:  # noqa: FBT001
        x = data.draw(shapes(8))
        layer = data.draw(layers(kind, x))
        place = next((name for name in layer.declared.options if isinstance(getattr(layer, name), Shape)), "")
        layer = replace(layer, **{place: x}) if place else layer  # type: ignore[type-var]
        if isinstance(spelled(layer, x), str):
            reasons.add(str(spelled(layer, x)))
        assume(wanted(layer, x))
        slope = find("prelu")(shared=True)
        before = [] if kind == "embedding" else [Step("before", slope, x)]
        step = Step("drawn", layer, x, to="input" if place else None)
        items = [*before, step, Step("behind", slope, step.output)]
        _compare(torch, Drawn(x, items), batch, [len(before)] if frozen else [])

    reasons: set[str] = set()
    before = MET[kind]
    try:
        compare()
    except Unsatisfiable:
        pytest.skip(reasons.pop())  # PyTorch has no such module, and the layer says so
    assert MET[kind] - before >= 10


def test_random_networks_keep_so_many_bytes(torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - of its ops
    @settings(max_examples=3 * EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
    @given(networks(), st.integers(1, 3), st.lists(st.integers(0, 30), max_size=3))
    def compare(network: Drawn, batch: int, freeze: list[int]) -> None:
        items = [item for item in network.items if not refused(item)]
        words = any(
            isinstance(step, Step) and step.layer.kind == "embedding" for step in Drawn(network.x, items).steps()
        )
        assume(items and not words)  # words are no numbers, and the other layers read numbers
        _compare(torch, Drawn(network.x, items), batch, freeze)

    compare()
