"""Every layer kind, over drawn options and inputs, against PyTorch's module on the meta device."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.registry import find
from archcalc.quantities.tensor import BUFFER
from tests.witness.modules import REFUSALS, argued, built, run, spelled, stricter, tensors_of
from tests.witness.strategies import KINDS, layers, shapes

if TYPE_CHECKING:
    from archcalc.layers.base import Foreign, Layer
    from archcalc.quantities.shape import Shape

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]

UNSPELLED = {
    ("conv", "table"): "torch.nn has no table of connections",
    ("batchnorm", "counter"): "torch.nn counts batches in a number without axes; test_keras_models.py compares Keras's",
    **{
        ("attention", name): "torch.nn.MultiheadAttention has no such option; test_attention.py compares with others"
        for name in find("attention").declared.options
        if name not in ("heads", "bias", "causal")
    },
    **{
        (kind, name): "torch.nn's module returns all steps, with PyTorch's biases; test_keras.py compares Keras's"
        for kind in ("gru", "lstm", "rnn")
        for name in ("return", "reset_after")
    },
    ("window_attention", "relative"): "torchvision has the second version's options only together: test_attention.py",
    ("window_attention", "cosine"): "the same",
}
"""Options that PyTorch has no word for, and why: no layer that uses one need be compared."""

EXAMPLES = max(300, settings().max_examples // 2)
"""How many layers of each kind are drawn, 300 in the short run and 1,000 in the long one; more where many options are."""

FEWEST = 20 * EXAMPLES
"""How many of all that are drawn have to be compared: 20,000 in the long run."""


@dataclass
class Observed:
    """What has been compared of one kind: how many layers, how many of them run, and what they had."""

    compared: int = 0
    run: int = 0
    options: set[str] = field(default_factory=set)
    ranks: set[int] = field(default_factory=set)
    rectangular: bool = False
    reasons: set[str] = field(default_factory=set)

    def note(self, layer: Layer, x: Shape, *, run: bool) -> None:
        """Note a layer that has been compared, and whether it runs or is refused."""
        self.compared += 1
        if not run:
            return
        self.run += 1
        self.options |= {f.name.removesuffix("_") for f in fields(layer) if getattr(layer, f.name) != f.default}  # type: ignore[arg-type]
        windows = getattr(layer.geometry(x), "windows", ())
        if windows:
            self.ranks.add(len(windows))
            self.rectangular |= len({window.kernel for window in windows}) > 1


SEEN: defaultdict[str, Observed] = defaultdict(Observed)


@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_has_the_same_shape_parameters_and_buffers(kind: str, torch: Any) -> None:
    seen = SEEN[kind] = Observed()
    options = set(find(kind).declared.options)

    @settings(max_examples=EXAMPLES * (1 + len(options) // 4), suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        x = data.draw(shapes())
        layer = data.draw(layers(kind, x))
        foreign = spelled(layer, x)
        if isinstance(foreign, str):
            seen.reasons.add(foreign)
        elif foreign:
            ours, theirs = _ours(layer, x), _theirs(torch, foreign, x)
            if not _excused(layer, x, ours, theirs):
                assert ours == theirs, (layer, str(x))
                seen.note(layer, x, run=ours != "refused")

    compare()
    if not seen.compared and len(seen.reasons) == 1:
        pytest.skip(seen.reasons.pop())  # PyTorch has no such module at all, and the layer says so
    assert seen.run >= 10
    assert options - seen.options <= {o for k, o in UNSPELLED if k == kind}
    assert "kernel" not in seen.options or (seen.ranks == {1, 2, 3} and seen.rectangular)


def _excused(layer: Layer, x: Shape, ours: Any, theirs: Any) -> bool:
    """Whether one side refuses what the other takes, for a reason that is argued."""
    if theirs == "refused" != ours:
        return argued(layer, x)
    return bool(ours == "refused" != theirs and stricter(layer, x))


def test_enough_has_been_compared(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    if set(SEEN) != set(KINDS):
        pytest.skip("only some kinds have been drawn in this run")
    compared, run = (sum(getattr(seen, what) for seen in SEEN.values()) for what in ("compared", "run"))
    with capsys.disabled():
        request.config.get_terminal_writer().line(f" {compared:,} layers compared with PyTorch's, {run:,} of them run")
    assert compared >= FEWEST


def _ours(layer: Layer, x: Shape) -> Any:
    """Return shape, parameters and buffers as archcalc has them, or that it refuses."""
    try:
        output = layer.output(x)
    except Refusal:
        return "refused"
    tensors = layer.tensors(x)
    fixed = getattr(layer, "fixed", False)  # PyTorch has parameters all the same, and does not train them
    kept = [(tensor.name, tensor.dims) for tensor in tensors if tensor.role == BUFFER and not fixed]
    learned = [(tensor.name, tensor.dims) for tensor in tensors if tensor.role != BUFFER or fixed]
    return output.sizes, sorted(learned), sorted(kept)


def _theirs(torch: Any, foreign: Foreign, x: Shape) -> Any:
    """Return the same of PyTorch's module; the batch is 2."""
    try:
        module = built(torch, foreign)
        output = run(torch, foreign, module, torch.empty(2, *x.sizes, device="meta"))
    except REFUSALS:
        return "refused"
    return tuple(output.shape[1:]), *tensors_of(module)
