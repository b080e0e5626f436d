"""PyTorch's modules: how they are asked, and where they are known to differ on purpose."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.symbolic.ratio import Ratio
from tests.known import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.layers.base import Foreign, Layer
    from archcalc.quantities.shape import Shape

REFUSALS = (RuntimeError, ValueError, AssertionError)
"""What PyTorch raises for a module that cannot be, or cannot read a tensor."""

REAL = ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
"""Modules that run on real numbers: on the meta device PyTorch 2.13 does not refuse an output padding too large."""

ARGUED: tuple[tuple[str, str, Callable[[Any, Shape], bool]], ...] = (
    *(
        (
            kind,
            "PyTorch takes padding 'same' only with stride 1; TensorFlow defines it for every stride, and so do we",
            lambda layer, _: layer.padding == "same",
        )
        for kind in ("conv", "depthwise_conv")
    ),
    (
        "avgpool",
        "PyTorch's AvgPool3d refuses an input smaller than the kernel even where padding or ceil make a window of it",
        lambda layer, x: any(w.kernel > n for w, n in zip(layer.geometry(x).windows, x.lengths, strict=True)),
    ),
)
"""Where PyTorch refuses and we do not, on purpose: the kind, the reason, and which cases."""


STRICTER: tuple[tuple[str, str, Callable[[Any, Shape], bool]], ...] = (
    (
        "window_attention",
        "torchvision shifts by any number; the authors' code asserts that the shift is less than the window",
        lambda layer, _: any(s >= w for s in _tuple(layer.shift) for w in _tuple(layer.window)),
    ),
)
"""Where we refuse and PyTorch does not, on purpose."""


def _tuple(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def stricter(layer: Layer, x: Shape) -> bool:
    """Whether we may refuse a layer that PyTorch takes, in a way that :data:`STRICTER` explains."""
    return any(kind == layer.kind and case(layer, x) for kind, _, case in STRICTER)


def argued(layer: Layer, x: Shape) -> bool:
    """Whether PyTorch may refuse a layer that we take, in a way that :data:`ARGUED` explains."""
    return any(kind == layer.kind and case(layer, x) for kind, _, case in ARGUED)


def spelled(layer: Layer, x: Shape) -> Foreign | str | None:
    """Return PyTorch's word for a layer, or why there is none; None for shapes that no module is asked."""
    try:
        return layer.torch(x)
    except Refusal:
        return None


def built(torch: Any, foreign: Foreign) -> Any:
    """Build a module without values, or with some where PyTorch needs them to be right; for inference."""
    with torch.device("cpu" if foreign.op in REAL else "meta"):
        return made(torch, foreign).eval()


def trained(torch: Any, foreign: Foreign) -> Any:
    """Build a module with values, for training."""
    return made(torch, foreign).train()


def made(torch: Any, foreign: Foreign) -> Any:
    """Build a module."""
    options = {name: _decimal(value) for name, value in foreign.options.items()}
    return getattr(_home(torch, foreign.home), foreign.op)(**options)


def _decimal(value: Any) -> Any:
    return known(value.numerator) / known(value.denominator) if isinstance(value, Ratio) else value


def _home(torch: Any, name: str) -> Any:
    """Return the module that has a layer; torchvision's by the door, which knows how to import it."""
    if name.startswith("torchvision"):
        import_module("archcalc.importers.torchvision")
    return torch.nn if name == "torch.nn" else import_module(name)


def run(torch: Any, foreign: Foreign, module: Any, tensor: Any) -> Any:
    """Run a module on a tensor of that size.

    Raises:
        RuntimeError: PyTorch refuses it; also where it puts out nothing without a word, as transposed convolutions do.
    """
    numbers = torch.long if foreign.op == "Embedding" else torch.float
    device = "cpu" if foreign.op in REAL else "meta"
    output = called(foreign, module, torch.empty(tensor.shape, dtype=numbers, device=device)).to("meta")
    if not output.numel():
        raise RuntimeError(f"{foreign.op} puts out nothing")
    return output


def called(foreign: Foreign, module: Any, given: Any) -> Any:
    """Call a module with a tensor as we lay it out; attention as models call it, without its weights."""
    more = {"need_weights": False} if foreign.op == "MultiheadAttention" else {}
    there, back = ways(foreign)
    put_out = module(*[there(given)] * foreign.times, **more)
    return back(put_out[0] if isinstance(put_out, tuple) else put_out)


def ways(foreign: Foreign) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return how a tensor comes into the order that a module reads, and how back."""
    if foreign.channels_last:
        return (lambda x: x.movedim(1, -1)), (lambda x: x.movedim(-1, 1))
    if foreign.channels_first:
        return (lambda x: x.movedim(-1, 1)), (lambda x: x.movedim(1, -1))
    return (lambda x: x), (lambda x: x)


def tensors_of(module: Any) -> tuple[list[Any], list[Any]]:
    """Return names and dimensions of parameters and buffers; the counter of batches is not counted."""
    learned = [(name, tuple(value.shape)) for name, value in module.named_parameters()]
    buffers = [(name, tuple(value.shape)) for name, value in module.named_buffers()]
    return sorted(learned), sorted((name, dims) for name, dims in buffers if name != "num_batches_tracked")
