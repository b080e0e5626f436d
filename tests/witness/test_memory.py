"""What training keeps for the backward pass, against the bytes that PyTorch hands to its hooks for saved tensors."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import archcalc
from archcalc.layers.registry import build, find
from archcalc.measures.memory import RunSetting, memory
from archcalc.quantities.shape import Shape
from tests.measures.measured import MEASURED, Measured
from tests.witness.drawn_networks import Drawn, Sequence, Step, networks, refused, wanted
from tests.witness.modules import REFUSALS, spelled
from tests.witness.strategies import KINDS, layers, shapes
from tests.witness.test_random_networks import Stopped
from tests.witness.training import Trial, alive, out_of_place, saved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.table import Table, WithoutRule


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

EXAMPLES = 30
"""How many layers of a kind are drawn, and how many networks for each way to run them."""


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
    _set_in_place(model, inplace=inplace)
    classes = [torch.nn.Softmax(1)] if table.rows[-1].kind == "softmax" else []
    with nullcontext() if inplace else out_of_place():
        theirs = saved(torch, [model], lambda: reduce(called_with, classes, model(torch.randn(batch, *shape))))
    found = memory(table, RunSetting(batch=batch, inplace=inplace))
    assert (found.unknown, found.activations) == ((), theirs)


def _set_in_place(model: Any, *, inplace: bool) -> None:
    """Leave a model as torchvision makes it, or let no module write over its input."""
    for module in model.modules():
        if not inplace and hasattr(module, "inplace"):
            module.inplace = False


def called_with(result: Any, module: Any) -> Any:
    """Call a module with a result; of a model with heads, that of the model itself."""
    return module(result if hasattr(result, "shape") else result[0])


RECURRENT = {"gru", "lstm", "rnn"}
"""Kinds that are unknown: what PyTorch keeps of them depends on the library that runs them."""
AMBIGUOUS = {"conv_transpose", "window_attention"} | RECURRENT
"""Kinds that are unknown, or are for maps or windows with axes of one place."""

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
    assume(not found.unknown or not all(_left_open(table, unknown) for unknown in found.unknown))
    assert (found.unknown, found.activations) == ((), plain)
    assert memory(table, RunSetting(batch=batch, inplace=True)).activations == trial.in_place(table)
    MET.update(row.kind for row in table)


def _left_open(table: Table, unknown: WithoutRule) -> bool:
    """Whether a layer may be unknown: also windows over tokens, of which PyTorch may have to make a copy."""
    row = table[unknown.path]
    slides = row.geometry is not None or row.kind.endswith("pool")
    return unknown.kind in AMBIGUOUS or (slides and not row.inputs[0].is_map)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in RECURRENT])
def test_a_layer_keeps_so_many_bytes(kind: str, torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - of its ops
    """The layer stands between two others, so that a gradient flows through it."""

    @settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.data(), st.integers(1, 3), st.booleans())
    def compare(data: st.DataObject, batch: int, frozen: bool) -> None:  # noqa: FBT001
        x = data.draw(shapes(8))
        layer = data.draw(layers(kind, x))
        place = next((name for name in layer.declared.options if isinstance(getattr(layer, name), Shape)), "")
        layer = layer.changed({place: x}) if place else layer
        if isinstance(spelled(layer, x), str):
            reasons.add(str(spelled(layer, x)))
        assume(wanted(layer, x))
        slope = build(find("prelu"), {"shared": True})
        before: Sequence = [] if kind == "embedding" else [Step("before", slope, x)]
        step = Step("drawn", layer, x, to="input" if place else None)
        items: Sequence = [*before, step, Step("behind", slope, step.output)]
        _compare(torch, Drawn(x, items), batch, [len(before)] if frozen else [])

    reasons: set[str] = set()
    before = MET[kind]
    try:
        compare()
    except Unsatisfiable:
        pytest.skip(reasons.pop())  # PyTorch has no such module, and the layer says so
    assert MET[kind] - before >= 10


@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case.text)
def test_the_networks_that_were_measured_keep_the_same_bytes(case: Measured, torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - of its ops
    table = archcalc.loads(case.text).analyze()
    (x,) = table.inputs.values()
    network = Drawn(x, [Step(row.name, row.layer, row.inputs[0]) for row in table])
    trial = Trial(torch, network, case.batch, frozenset())
    assert (trial.run().kept, trial.in_place(table)) == (case.plain, case.in_place)
    assert Trial(torch, network, case.batch, frozenset({case.frozen})).run().kept == case.left


PEAKED = ("alexnet", "vgg11", "vgg16_bn", "squeezenet1_1", "resnet18")
"""Networks of torchvision in which no variable of Python's holds what nothing reads any more, at their peak."""


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize("name", PEAKED)
def test_the_peak_is_the_most_bytes_that_are_alive(name: str, *, inplace: bool, torch: Any, door: Any) -> None:
    table = archcalc.load(f"torchvision/{name}").analyze((3, SIZE, SIZE))
    model = door.build(f"torchvision/{name}", (3, SIZE, SIZE)).eval()
    _set_in_place(model, inplace=inplace)
    images = torch.randn(2, 3, SIZE, SIZE)
    with torch.no_grad(), nullcontext() if inplace else out_of_place(), alive(model, images) as living:
        model(images)
    assert memory(table, RunSetting(batch=2, inplace=inplace)).peak == living.peak


def test_random_networks_keep_so_many_bytes(torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - of its ops
    @settings(max_examples=3 * EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(networks(), st.integers(1, 3), st.lists(st.integers(0, 30), max_size=3))
    def compare(network: Drawn, batch: int, freeze: list[int]) -> None:
        items = [item for item in network.items if not refused(item)]
        words = any(
            isinstance(step, Step) and step.layer.kind == "embedding" for step in Drawn(network.x, items).steps()
        )
        assume(items and not words)  # words are no numbers, and the other layers read numbers
        _compare(torch, Drawn(network.x, items), batch, freeze)

    compare()
