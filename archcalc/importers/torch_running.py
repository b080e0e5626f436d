"""Running a PyTorch model once: its inputs, and what is left where its own code cannot run without values."""

from __future__ import annotations

import inspect
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.fx.experimental import _config
from torch.utils.flop_counter import FlopCounterMode

from archcalc.errors import UsageError
from archcalc.importers.document import Imported
from archcalc.importers.operators import let_torchvision_call_them
from archcalc.importers.torch_calls import tensors_in
from archcalc.importers.torch_trace import Trace
from archcalc.importers.torch_values import KnownValues
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.wishes import Wishes

NEEDS_VALUES = (
    "meta", "data-dependent", "DataDependent", ".item()", "_local_scalar_dense", "aten::nonzero", "aten::equal",
)  # fmt: skip
"""What an error speaks of where a model's own code asks for values."""

ALL_NONZERO = "meta_nonzero_assume_all_nonzero"
"""PyTorch's setting that `nonzero` on the meta device returns all places."""

NEEDS_WHOLE = ("Long", "Int", "indices")
"""What an error speaks of where a model reads whole numbers: tokens."""


def recorded(model: Any, wished: Wishes, stated: tuple[int, ...]) -> Imported:
    """Run a model on its inputs and return what ran; with a remark where something is missing.

    Raises:
        UsageError: the model does not run on these inputs.
    """
    model.train(wished.train)
    given = {name or "input": size for name, size in (dict(wished.inputs) or {"": stated}).items()}
    furthest = error = None
    for whole in _whole_numbers(given):
        for run in (_run, _run_with_largest):
            try:
                return run(model, wished, given, whole)
            except _Failed as failed:
                error = failed
            if not error.says(NEEDS_VALUES):
                break
            furthest = max(furthest or error, error, key=lambda one: len(one.trace.flow.steps))
        if error is None or not error.says(NEEDS_WHOLE):
            break
    assert error is not None  # noqa: S101 - there is always an attempt
    if furthest is None:
        raise UsageError(f"the model does not run on this input: {error.reason}", error.hint)
    return _unfinished(furthest)


def _run_with_largest(
    model: Any, wished: Wishes, given: Mapping[str, tuple[int, ...]], whole: Sequence[str]
) -> Imported:
    """Run a model that reads values: where only sizes depend on them, with the largest that are possible."""
    let_torchvision_call_them()
    trace = Trace(model, 1, largest=True)
    known = hasattr(_config, ALL_NONZERO)  # older versions of PyTorch lack it, and stop there
    with _config.patch({ALL_NONZERO: True}) if known else nullcontext():
        made = _run(model, wished, given, whole, trace)
    return made._replace(keys={**made.keys, "note": _assumed(trace)})


def _unfinished(failed: _Failed) -> Imported:
    """Return what ran before a model read values."""
    idle = failed.trace.add_idle("was not reached", known=False)
    rest = "shapes and MACs of what was not reached are unknown"
    rest = rest if idle else "all parameters were reached before, and what follows is not counted"
    notes = [f"the model reads values while it runs ({failed.reason}): {rest}", _assumed(failed.trace)]
    return Imported(failed.trace.flow, (), {"note": "; ".join(filter(None, notes))})


def _assumed(trace: Trace) -> str:
    """Say whose output size was assumed."""
    functions = listed(sorted(trace.known.assumed))
    said = f"the output size of {functions} depends on values: the largest size that is possible is assumed"
    return said if functions else ""


def _whole_numbers(given: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield which inputs are read as whole numbers, attempt by attempt: none, those of one axis or none, all."""
    yield from dict.fromkeys(((), tuple(name for name, size in given.items() if len(size) <= 1), tuple(given)))


class _Failed(Exception):
    def __init__(self, reason: str, trace: Trace) -> None:
        super().__init__(reason)
        self.reason, self.trace = reason, trace
        self.hint = f"it failed in {trace.where}" if trace.where else "another input: --input 3x224x224"

    def says(self, words: Sequence[str]) -> bool:
        """Whether one of some words is in the reason."""
        return any(word in self.reason for word in words)


def _run(
    model: Any, wished: Wishes, given: Mapping[str, tuple[int, ...]], whole: Sequence[str], trace: Trace | None = None
) -> Imported:
    """Run a model with some inputs as whole numbers; with one image if the images of a batch are not independent."""
    trace = trace or Trace(model)
    named = _tensors(given, whole, trace.flow.batch.size)
    for name, tensor in named.items():
        layout = wished.layouts.get(name) or wished.layouts.get("") or None
        trace.hold(tensor, trace.flow.input(name, tuple(tensor.shape), layout))
    args, kwargs = _arguments(model, named)
    try:
        with torch.device("meta"), warnings.catch_warnings(action="ignore"), trace:
            result = model(*args, **kwargs)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - the model's own code
        raise _Failed(explained(error), trace) from None
    if trace.mixed:
        return _run(model, wished, given, whole, Trace(model, 1))
    outputs = [value.path for value in map(trace.value_of, tensors_of(result)) if value is not None]
    if wished.train and outputs:
        trace.flow.mark_heads(outputs[0])
        outputs = outputs[:1]
    trace.add_idle("never runs")
    return Imported(trace.flow, outputs, {})


def _tensors(given: Mapping[str, tuple[int, ...]], whole: Sequence[str], batch: int) -> dict[str, Any]:
    """Return inputs without values: whole numbers or decimals."""
    kinds = {name: torch.int64 if name in whole else torch.float32 for name in given}
    return {name: torch.empty(batch, *size, device="meta", dtype=kinds[name]) for name, size in given.items()}


def explained(error: BaseException) -> str:
    """Return an error of a model's code in a line: what it is, and where in that code."""
    where, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "archcalc" not in Path(file).parts and "torch" not in Path(file).parts:
            where = f" ({Path(file).name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}{': ' if first else ''}{first}{where}"


def witnessed(model: Any, sizes: Mapping[str, tuple[int, ...]]) -> list[dict[str, object]]:
    """Return what PyTorch itself counts, as figures that a spec expects: parameters, and half of the operations."""
    by = f"PyTorch {torch.__version__.partition('+')[0]}"
    once = {id(tensor): tensor.numel() for tensor in model.parameters()}
    found: list[dict[str, object]] = [{"params": sum(once.values()), "source": f"{by}, sum of numel()"}]
    for whole in _whole_numbers(sizes):
        args, kwargs = _arguments(model, _tensors(sizes, whole, 1))
        try:
            with torch.device("meta"), FlopCounterMode(display=False) as counter, KnownValues():
                model(*args, **kwargs)
        except Exception:  # noqa: BLE001, S112 - somebody's code, which may want whole numbers
            continue
        return [*found, {"macs": counter.get_total_flops() // 2, "source": f"{by}, FlopCounterMode / 2"}]
    return found


def tensors_of(result: Any) -> list[Any]:
    """List the tensors in what a model returned: a tensor, a list, a mapping, or an object with fields."""
    found = tensors_in(result)
    return found or tensors_in(getattr(result, "__dict__", {}))


def _arguments(model: Any, named: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return inputs as the model's arguments: by place, or by name where they have the names of its parameters."""
    known = inspect.signature(model.forward).parameters
    by_name = {name: tensor for name, tensor in named.items() if name in known}
    return [tensor for name, tensor in named.items() if name not in by_name], by_name
