"""Running a PyTorch model once: its inputs, and what is left where its own code cannot run without values."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from archcalc.errors import UsageError
from archcalc.importers.flow import Wanted
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


def recorded(model: Any, wished: Wishes, stated: tuple[int, ...]) -> tuple[Trace, list[str], str]:
    """Run a model on its inputs; return the trace, the rows of its outputs, and a remark where something is missing.

    Raises:
        UsageError: the model does not run on these inputs.
    """
    sizes = dict(wished.inputs) or {"": stated}
    for kind in (torch.float32, torch.int64):
        try:
            return _run(model, sizes, wished.layouts, kind)
        except _Failed as failed:
            error = failed
            if kind == torch.float32 and any(word in failed.reason for word in NEEDS_WHOLE):
                continue
            break
    if any(word in error.reason for word in NEEDS_VALUES):
        return (
            _tree(model, sizes),
            [],
            f"the model reads values while it runs ({error.reason}): shapes and MACs are unknown",
        )
    raise UsageError(f"the model does not run on this input: {error.reason}", error.hint)


class _Failed(Exception):
    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


def _run(
    model: Any,
    sizes: Mapping[str, tuple[int, ...]],
    layouts: Mapping[str, str],
    kind: torch.dtype,
) -> tuple[Trace, list[str], str]:
    trace = Trace(model)
    named: dict[str, Any] = {}
    for name, size in sizes.items():
        tensor = torch.empty(BATCH, *size, device="meta", dtype=kind)
        trace.hold(tensor, trace.flow.input(name or "input", tuple(tensor.shape), layouts.get(name) or None))
        named[name] = tensor
    args, kwargs = _arguments(model, named)
    try:
        with torch.device("meta"), trace:
            result = model(*args, **kwargs)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - somebody's code
        where = trace.where
        raise _Failed(
            explained(error), f"it failed in {where}" if where else "another input: --input 3x224x224"
        ) from None
    trace.add_idle()
    return trace, [value.path for value in map(trace.value_of, tensors_of(result)) if value is not None], ""


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


def _tree(model: Any, sizes: Mapping[str, tuple[int, ...]]) -> Trace:
    """Return what can be known without running the model: its modules with their parameters, each once."""
    trace = Trace(model)
    for name, size in sizes.items():
        trace.flow.input(name or "input", (BATCH, *size))
    for path, module in model.named_modules():
        own = [one for one in module.parameters(recurse=False) if id(one) not in trace.counted]
        if own:
            trace.counted |= {id(one): path for one in own}
            options = {"operation": type(module).__name__, "params": sum(one.numel() for one in own)}
            row = Wanted(
                path.replace(".", "/") or "model", "opaque", options | {"shape": "unknown", "mult_adds": "unknown"}
            )
            trace.flow.row(row, [trace.flow.source()])
    return trace
