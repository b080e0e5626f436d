"""Imported PyTorch models against PyTorch's own counts: parameters, and the operations of its dispatcher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.services.opening import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Outcome(NamedTuple):
    """What an imported model counts, what PyTorch counts, and how much of both no formula gives."""

    name: str
    params: tuple[int, int]
    macs: tuple[int, int]
    buffers: tuple[int, int]
    opaque: tuple[int, int]

    @property
    def agrees(self) -> bool:
        """Whether all counts are equal."""
        return all(ours == theirs for ours, theirs in (self.params, self.macs, self.buffers))

    @property
    def derived(self) -> tuple[float, float]:
        """The shares of parameters and MACs in layers whose numbers follow from formulas."""
        totals = self.params[1], self.macs[1]
        return tuple(1 - left / max(1, everything) for left, everything in zip(self.opaque, totals, strict=True))  # type: ignore[return-value]

    def __str__(self) -> str:
        verdict = "agrees" if self.agrees else "DIFFERS"
        params, macs = (f"{100 * share:.2f}%" for share in self.derived)
        counts = f"params {self.params} MACs {self.macs} buffers {self.buffers}"
        return f"{self.name:40} {verdict} {counts} derived {params} {macs}"


WHOLE = ("tokens", "input_ids", "decoder_input_ids", "lengths", "source_lengths", "targets", "target_lengths")
"""Inputs that are whole numbers."""


def outcome(name: str, model: Any, sizes: Mapping[str, tuple[int, ...]], weighted: Any = None) -> Outcome:
    """Import a model that is on the meta device, and count it by PyTorch's own means: there, or one with weights."""
    from archcalc.importers.torch_model import imported  # noqa: PLC0415 - where PyTorch is
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    stored = buffers(model)  # before it runs: a model may replace one
    table = read(imported(model, Wishes(sizes), name, None), name).analyze()
    left = [row.counts for row in table if row.kind == "opaque"]
    return Outcome(
        name=name,
        params=(whole(table.totals.params), parameters(model)),
        macs=(whole(table.totals.macs), operations(weighted or model, sizes) // 2),
        buffers=(whole(table.totals.counts.buffers), stored),
        opaque=(sum(whole(row.params) for row in left), sum(whole(row.macs) for row in left)),
    )


def whole(number: object) -> int:
    """Return a count that is a number; −1 for one that is unknown."""
    return number if isinstance(number, int) else -1


def parameters(model: Any) -> int:
    """Count a model's parameters, each once."""
    return _values(model.parameters())


def buffers(model: Any) -> int:
    """Count the values of a model's buffers, each once, without single numbers: batch norm counts batches in one."""
    return _values(tensor for tensor in model.buffers() if tensor.dim())


def _values(tensors: Iterable[Any]) -> int:
    return sum(tensor.numel() for tensor in {id(one): one for one in tensors}.values())


def operations(model: Any, sizes: Mapping[str, tuple[int, ...]]) -> int:
    """Count the floating-point operations of one image as PyTorch's counter does."""
    import torch  # noqa: PLC0415
    from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: PLC0415
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    device = next(model.parameters()).device
    kinds = {name: torch.int64 if name in WHOLE else torch.float32 for name in sizes}
    inputs = {name: torch.ones(1, *size, device=device, dtype=kinds[name]) for name, size in sizes.items()}
    args = [inputs.pop("")] if "" in inputs else []
    with device, FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        model(*args, **inputs)
    return int(counter.get_total_flops())


def timm_model(name: str) -> tuple[Any, dict[str, tuple[int, ...]]]:
    """Build a model of timm on the meta device, and say its input."""
    from archcalc.importers.timm_model import timm  # noqa: PLC0415
    from archcalc.importers.torch_model import built  # noqa: PLC0415
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    model = built(lambda: timm.create_model(name), name, Wishes())
    return model, {"": tuple(model.default_cfg["input_size"])}
