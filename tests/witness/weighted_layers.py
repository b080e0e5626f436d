"""The layers with weights that a model runs, each with the size of its output, and the products that it computes."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.quantities.tensor import BUFFER
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archcalc.network.table import Table

Run = tuple[tuple[int, ...], tuple[int, ...]]
"""The numbers of weights of a layer's matrices and kernels, and the sizes of its output; both from the smallest, so that
channels may come first or last."""


class Seen(NamedTuple):
    """What a model runs: its layers with weights, the MACs of its products, and all that it learns."""

    layers: Counter[Run]
    macs: int
    params: int


def of_table(table: Table) -> Seen:
    """Return what a network of ours runs outside training."""
    rows = [row for row in table if not row.train_only]
    runs = _runs(([tensor.dims for tensor in row.tensors if tensor.role != BUFFER], row.output.sizes) for row in rows)
    return Seen(runs, number(table.totals.macs), number(table.totals.params))


def _runs(layers: Iterable[tuple[Iterable[Any], Iterable[Any]]]) -> Counter[Run]:
    """Count layers by the numbers of their weights and the sizes of their output; one axis alone is a bias or scale."""
    runs: Counter[Run] = Counter()
    for tensors, output in layers:
        weights = sorted(prod(map(number, dims)) for dims in map(tuple, tensors) if sum(map(_is_axis, dims)) > 1)
        if weights:
            runs[tuple(weights), tuple(sorted(size for size in map(number, output) if size != 1))] += 1
    return runs


def _is_axis(size: Any) -> bool:
    return bool(size != 1)


def of_torch(torch: Any, model: Any, run: Callable[[], Any]) -> Seen:
    """Run a model of PyTorch, and note every call of a module that has weights of its own."""
    calls: list[tuple[list[Any], Any]] = []

    def note(module: Any, _: object, output: Any) -> None:
        output = output[0] if isinstance(output, tuple) else output
        calls.append(([tensor.shape for tensor in module.parameters(recurse=False)], output.shape[1:]))

    for module in model.modules():
        if next(module.children(), None) is None:
            module.register_forward_hook(note)
    macs = _macs(torch, run)
    return Seen(_runs(calls), macs, sum(p.numel() for p in model.parameters() if p.requires_grad))


def of_keras(torch: Any, model: Any) -> Seen:
    """Run a model of Keras, which was built on the meta device of PyTorch; its layers know their outputs."""
    layers = (([w.shape for w in one.trainable_weights], one.output.shape[1:]) for one in leaves(model))
    image = torch.empty((1, *model.input_shape[1:]), device="meta")
    learned = sum(prod(weight.shape) for weight in model.trainable_weights)
    return Seen(_runs(layers), _macs(torch, lambda: model(image)), learned)


def leaves(model: Any) -> Iterator[Any]:
    """Yield the layers of a model of Keras, and those of the models in it."""
    for layer in model.layers:
        yield from leaves(layer) if hasattr(layer, "layers") else (layer,)


def _macs(torch: Any, run: Callable[[], Any]) -> int:
    """Return half of the operations that PyTorch counts: those of convolutions and products of matrices."""
    counter = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with counter, torch.no_grad():
        run()
    return int(counter.get_total_flops()) // 2
