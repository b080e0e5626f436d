"""Every layer kind, over drawn options and inputs, against PyTorch's module on the meta device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, Layer
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT
from tests.witness.strategies import KINDS, layers, shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.quantities.shape import Shape

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]

REAL = ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
"""Modules that run on real numbers: on the meta device PyTorch 2.13 does not refuse an output padding too large."""

ARGUED: tuple[tuple[str, str, Callable[[Any, Shape], bool]], ...] = (
    (
        "conv",
        "PyTorch takes padding 'same' only with stride 1; TensorFlow defines it for every stride, and so do we",
        lambda layer, _: layer.padding == "same",
    ),
    (
        "avgpool",
        "PyTorch's AvgPool3d refuses an input smaller than the kernel even where padding or ceil make a window of it",
        lambda layer, x: any(w.kernel > n for w, n in zip(layer.geometry(x).windows, x.spatial, strict=True)),
    ),
)
"""Where PyTorch refuses and we do not, on purpose: the kind, the reason, and which cases."""


@pytest.mark.parametrize("kind", KINDS)
def test_pytorch_has_the_same_shape_parameters_and_buffers(kind: str, torch: Any) -> None:
    compared, reasons = 0, set()

    @settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        nonlocal compared
        x = data.draw(shapes())
        layer = data.draw(layers(kind, x))
        foreign = _spelled(layer, x)
        if not isinstance(foreign, Foreign):
            reasons.add(foreign)
        elif foreign.op and not getattr(layer, "fixed", False):
            ours, theirs = _ours(layer, x), _theirs(torch, foreign, x)
            if not _argued(layer, x, ours, theirs):
                assert ours == theirs, (layer, str(x))
                compared += 1

    compare()
    if not compared and len(reasons) == 1:
        pytest.skip(reasons.pop())  # PyTorch has no such module at all, and the layer says so
    assert compared >= 20


def _spelled(layer: Layer, x: Shape) -> Foreign | str:
    """Return PyTorch's word for a layer, or why there is none; no word at all for shapes that no module is asked."""
    try:
        return layer.torch(x)
    except Refusal:
        return Foreign("")


def _ours(layer: Layer, x: Shape) -> Any:
    """Return shape, parameters and buffers as archcalc has them, or that it refuses."""
    try:
        output = layer.output(x)
    except Refusal:
        return "refused"
    tensors = layer.tensors(x)
    learned = [(tensor.name, tensor.dims) for tensor in tensors if tensor.role in (WEIGHT, BIAS)]
    kept = [(tensor.name, tensor.dims) for tensor in tensors if tensor.role == BUFFER]
    return output.sizes, sorted(learned), sorted(kept)


def _theirs(torch: Any, foreign: Foreign, x: Shape) -> Any:
    """Return the same of PyTorch's module; the batch is 2, and its counter of batches is not counted."""
    try:
        with torch.device("cpu" if foreign.op in REAL else "meta"):
            module = getattr(torch.nn, foreign.op)(**foreign.options).eval()
            numbers = torch.long if foreign.op == "Embedding" else torch.float
            output = module(torch.empty(2, *x.sizes, dtype=numbers))
    except (RuntimeError, ValueError):
        return "refused"
    if not output.numel():  # its transposed convolutions put out nothing without a word
        return "refused"
    learned = [(name, tuple(value.shape)) for name, value in module.named_parameters()]
    buffers = [(name, tuple(value.shape)) for name, value in module.named_buffers()]
    kept = [(name, dims) for name, dims in buffers if name != "num_batches_tracked"]
    return tuple(output.shape[1:]), sorted(learned), sorted(kept)


def _argued(layer: Layer, x: Shape, ours: Any, theirs: Any) -> bool:
    """Whether the two differ in a way that :data:`ARGUED` explains."""
    if theirs != "refused" or ours == "refused":
        return False
    return any(kind == layer.kind and case(layer, x) for kind, _, case in ARGUED)
