"""The models that torchvision builds, run on PyTorch's meta device: every shape, and no number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch

from archcalc.errors import UsageError, did_you_mean
from archcalc.importers.operators import DECLARED as DECLARED  # noqa: PLC0414 - has to stand before torchvision
from archcalc.importers.torch_watch import Watch
from archcalc.importers.weightless import Weightless as Weightless  # noqa: PLC0414 - tests build models with it
from archcalc.studies.checking.witness import Module, spelled

import torchvision  # isort: skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.importers.torch_watch import Watched
    from archcalc.network.table import Table

FOLDER = "torchvision/"
"""Where the networks stand that torchvision builds."""

BATCH = 2
"""Images at once: batch norm refuses to learn from a single one."""

FUNCTIONS = {
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "avg_pool2d": "AvgPool2d",
    "hardswish": "Hardswish",
    "interpolate": "Upsample",
    "max_pool2d": "MaxPool2d",
    "mean": "AdaptiveAvgPool2d",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
}
"""Functions that models call in place of a module, and the module that does the same."""

KINDS = {
    "MultiscaleAttention": ("pooling_attention",),
    "RelativePositionalMultiHeadAttention": ("window_attention", "grid_attention"),
    "ShiftedWindowAttention3d": ("window_attention",),
}
"""Modules that stand for kinds here without being called as these are: MaxViT's is handed windows, or grids; Swin's of
clips has no counterpart by its own name, for its table of positions is larger where a clip is short."""

OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("googlenet", {"aux_logits": True, "init_weights": False}),
    ("inception_v3", {"aux_logits": True, "init_weights": False}),
    ("fcn", {"aux_loss": True, "weights_backbone": None}),
    ("deeplabv3", {"aux_loss": True, "weights_backbone": None}),
    ("lraspp", {"weights_backbone": None}),
)
"""How models are built whose names begin so: with their heads, and without fetching weights."""


def version() -> str:
    """Return torchvision's name and version."""
    return f"torchvision {torchvision.__version__.partition('+')[0]}"


def has(name: str) -> bool:
    """Whether torchvision builds the network that is called so here."""
    return name.startswith(FOLDER) and _model(name) in torchvision.models.list_models()


def _model(name: str) -> str:
    """Return torchvision's name for a network; a resolution behind it (vit_b_16_384) is no part of it there."""
    model = name.removeprefix(FOLDER)
    return model if model in torchvision.models.list_models() else re.sub(r"_\d{3}$", "", model)


def modules(table: Table) -> list[Module]:
    """Build torchvision's model of a table's network, run it on the table's input, and list what ran, in order.

    Heads that only training uses run too. Parameters of what holds other modules come first, then the calls;
    what has parameters and did not run comes last, without an output.

    Raises:
        UsageError: torchvision builds no such network.
    """
    name = table.spec.name
    if not has(name):
        known = [f"{FOLDER}{model}" for model in torchvision.models.list_models()]
        raise UsageError(f"unknown network '{name}' in {version()}", did_you_mean(f"{FOLDER}{name}", known))
    input_shape = next(iter(table.inputs.values()))
    training = any(row.train_only for row in table)
    with Weightless():
        model = build(name, input_shape.sizes).train(training).to("meta")
    with torch.device("meta"):
        recorder = Recorder(model, {*KINDS, *filter(None, map(spelled, table))})
        with recorder:
            model(torch.empty(BATCH, *input_shape.sizes))
    return [*recorder.holders(), *recorder.calls, *recorder.idle()]


def build(name: str, sizes: tuple[Any, ...]) -> Any:  # noqa: ANN401 - PyTorch's module
    """Return torchvision's model of a network for images of a size, with its training heads and without weights."""
    model = _model(name)
    options = {name: value for start, given in OPTIONS if model.startswith(start) for name, value in given.items()}
    if model.startswith("vit"):
        options["image_size"] = sizes[-1]
    return torchvision.models.get_model(model, weights=None, **options)


class Recorder(Watch):
    """Notes every call of a module that holds no others (or is one layer here), and of the functions above."""

    def __init__(self, model: Any, whole: set[str]) -> None:  # noqa: ANN401
        super().__init__(model)
        self.model, self.whole = model, whole
        self.calls: list[Module] = []
        self._ran: set[str] = set()

    def looks_into(self, module: Any) -> bool:  # noqa: ANN401
        """Whether a module holds others, or only parameters, and is not one layer here."""
        holds = next(module.children(), None) is not None or _holds_parameters(module)
        return holds and self.whole.isdisjoint(_names(module))

    def saw(self, asked: Watched) -> Any:  # noqa: ANN401
        """Run a module or a function, and note it where it is a layer."""
        result = self.run(asked)
        first = result[0] if isinstance(result, tuple) else result
        if asked.module is not None:
            self._ran.add(asked.path)
            self.calls.append(_module(asked.path, asked.module, tuple(first.shape[1:])))
        elif asked.name in FUNCTIONS:
            self.calls.append(Module(f"{asked.name}()", (FUNCTIONS[asked.name], asked.name), tuple(first.shape[1:])))
        return result

    def _leaves(self, path: str, module: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
        """Yield what counts as one layer."""
        if not self.looks_into(module):
            yield path, module
            return
        for name, child in module.named_children():
            yield from self._leaves(f"{path}.{name}".strip("."), child)

    def holders(self) -> Iterator[Module]:
        """Yield the parameters that belong to no layer, each for itself: class tokens, position embeddings."""
        leaves = {id(tensor) for _, module in self._leaves("", self.model) for tensor in module.parameters()}
        for path, tensor in self.model.named_parameters():
            if id(tensor) not in leaves:
                yield Module(path=path, names=(), output=(), params=(tuple(tensor.shape),))

    def idle(self) -> Iterator[Module]:
        """Yield what has parameters and did not run."""
        for path, module in self._leaves("", self.model):
            if path not in self._ran and list(module.parameters()):
                yield _module(path, module, ())


def _holds_parameters(module: Any) -> bool:  # noqa: ANN401
    """Whether a module that is none of PyTorch's has parameters of its own: MViT's positions are no layer here."""
    classes = [kind for kind in type(module).__mro__ if issubclass(kind, torch.nn.Module)][:-1]
    own = not any(kind.__module__.startswith("torch.nn.") for kind in classes)
    return own and bool(list(module.parameters(recurse=False)))


def _module(path: str, module: Any, output: tuple[int, ...]) -> Module:  # noqa: ANN401
    params = tuple(tuple(tensor.shape) for tensor in module.parameters())
    buffers = tuple(tuple(tensor.shape) for tensor in module.buffers() if tensor.dim())  # a counter of batches has none
    return Module(path=path, names=_names(module), output=output, params=params, buffers=buffers)


def _names(module: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return the names of a module's class and of those above it, the nearest first."""
    names = [kind.__name__ for kind in type(module).__mro__ if issubclass(kind, torch.nn.Module)][:-1]
    return (*names, *KINDS.get(names[0], ()))
