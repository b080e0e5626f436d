"""Running a PyTorch model once: its inputs, and what is left where its own code cannot run without values."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from archcalc.errors import UsageError
from archcalc.importers.document import Imported
from archcalc.importers.torch_calls import tensors_in
from archcalc.importers.torch_trace import BATCH, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.importers.wishes import Wishes

NEEDS_VALUES = (
    "meta", "data-dependent", "DataDependent", ".item()", "_local_scalar_dense", "aten::nonzero", "aten::equal",
)  # fmt: skip
"""What an error speaks of where a model's own code asks for values."""

NEEDS_WHOLE = ("Long", "Int", "indices")
"""What an error speaks of where a model reads whole numbers: tokens."""


def recorded(model: Any, wished: Wishes, stated: tuple[int, ...]) -> Imported:
    """Run a model on its inputs and return what ran; with a remark where something is missing.

    Raises:
        UsageError: the model does not run on these inputs.
    """
    model.train(wished.train)
    try:
        return _run(model, wished, stated, torch.float32)
    except _Failed as failed:
        error = failed
    if any(word in error.reason for word in NEEDS_WHOLE):
        try:
            return _run(model, wished, stated, torch.int64)
        except _Failed as failed:
            error = failed
    if any(word in error.reason for word in NEEDS_VALUES):
        error.trace.add_idle("was not reached", known=False)
        rest = "shapes and MACs of what was not reached are unknown"
        return Imported(
            error.trace.flow, (), {"note": f"the model reads values while it runs ({error.reason}): {rest}"}
        )
    raise UsageError(f"the model does not run on this input: {error.reason}", error.hint)


class _Failed(Exception):
    def __init__(self, reason: str, trace: Trace) -> None:
        super().__init__(reason)
        self.reason, self.trace = reason, trace
        self.hint = f"it failed in {trace.where}" if trace.where else "another input: --input 3x224x224"


def _run(model: Any, wished: Wishes, stated: tuple[int, ...], kind: torch.dtype) -> Imported:
    trace = Trace(model)
    named: dict[str, Any] = {}
    for name, size in (dict(wished.inputs) or {"": stated}).items():
        tensor = torch.empty(BATCH, *size, device="meta", dtype=kind)
        trace.hold(tensor, trace.flow.input(name or "input", tuple(tensor.shape), wished.layouts.get(name) or None))
        named[name] = tensor
    args, kwargs = _arguments(model, named)
    try:
        with torch.device("meta"), warnings.catch_warnings(action="ignore"), trace:
            result = model(*args, **kwargs)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - the model's own code
        raise _Failed(explained(error), trace) from None
    outputs = [value.path for value in map(trace.value_of, tensors_of(result)) if value is not None]
    if wished.train and outputs:
        trace.flow.mark_heads(outputs[0])
        outputs = outputs[:1]
    trace.add_idle("never runs")
    return Imported(trace.flow, outputs, {})


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
    for kind in (torch.float32, torch.int64):
        inputs = {name: torch.empty(1, *size, device="meta", dtype=kind) for name, size in sizes.items()}
        args, kwargs = _arguments(model, inputs)
        try:
            with torch.device("meta"), FlopCounterMode(display=False) as counter:
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
