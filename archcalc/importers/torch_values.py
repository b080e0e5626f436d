"""Values that follow from neither inputs nor weights: positions and masks, which models read while they run.

Tensors on the meta device have no values. What a model makes of constants alone, for example ``torch.arange(16)``, is
computed on the CPU as well, so that ``mask.all()`` and ``.item()`` have the answer that they have in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import _disable_current_modes
from torch.utils._pytree import tree_map

from archcalc.importers.torch_calls import name_of, tensors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_VALUES = 2**22
"""The values of the largest tensor that is computed."""

DIFFERENT_EACH_TIME = (
    "bernoulli", "dropout", "empty", "exponential", "multinomial", "new_empty", "normal", "rand", "uniform",
)  # fmt: skip
"""How the names of functions begin whose values differ from run to run."""

BY_SHAPE = ("full_like", "new_full", "new_ones", "new_tensor", "new_zeros", "ones_like", "zeros_like")
"""Functions that read the shape of a tensor and not its values."""


LARGEST: dict[str, Callable[..., Any]] = {
    "nms": lambda boxes, *_: torch.empty(len(boxes), dtype=torch.int64, device="meta"),
}
"""Functions whose output size depends on values, with the largest output; PyTorch itself has it for `nonzero`."""


class KnownValues(TorchFunctionMode):  # type: ignore[misc]
    """The tensors of a run whose values are known, each with its values on the CPU.

    ``largest`` gives functions whose output size depends on values that are unknown the largest size; ``assumed`` are
    those of which it was needed.
    """

    def __init__(self, *, largest: bool = False) -> None:
        super().__init__()
        self._largest = largest
        self.assumed: set[str] = set()
        self._values: dict[int, tuple[Any, Any]] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run a function of a model that is not recorded."""
        return self.run(func, name_of(func), args, kwargs or {})

    def run(self, func: Callable[..., Any], name: str, args: Any, kwargs: Any) -> Any:
        """Run a function; on the CPU too, or there alone if it asks for values, where all that it reads is known."""
        read = tensors_in((args, kwargs))
        if any(one.is_meta for one in read) and any(_is_apart(one) for one in read):
            args, kwargs = tree_map(lambda one: self._on_meta(one) if _is_apart(one) else one, (args, kwargs))
            read = tensors_in((args, kwargs))
        known = name.startswith(BY_SHAPE) or all(id(tensor) in self._values for tensor in read)
        known = known and not name.startswith(DIFFERENT_EACH_TIME)
        try:
            result = func(*args, **kwargs)
        except Exception:
            if known and read:
                return tree_map(self._on_meta, self._on_cpu(func, args, kwargs))
            if not self._largest or name not in LARGEST:
                raise
            result = LARGEST[name](*args)
        if self._largest and not known and _is_as_large_as_values_say(name, args):
            self.assumed.add(name)
        outputs = tensors_in(result)
        if known and outputs and all(tensor.is_meta and tensor.numel() <= MOST_VALUES for tensor in outputs):
            self._follow(outputs, lambda: self._on_cpu(func, args, kwargs))
        elif read and _changes(func):
            self._changed(func, args, kwargs) if known else self._forget(read[0])
        return result

    def _follow(self, outputs: Sequence[Any], computed: Callable[[], Any]) -> None:
        """Note the values of what a function returned; what cannot be computed stays unknown."""
        try:
            values = tensors_in(computed())
        except Exception:  # noqa: BLE001 - the meta device can do what the CPU cannot
            return
        if [one.shape for one in values] == [one.shape for one in outputs]:
            self._values |= {id(one): (one, value) for one, value in zip(outputs, values, strict=True)}

    def _changed(self, func: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Change known values as a function changes its tensor, which it does not return: ``x[0] = 1``."""
        try:
            self._on_cpu(func, args, kwargs)
        except Exception:  # noqa: BLE001 - the meta device can do what the CPU cannot
            self._forget(tensors_in(args)[0])

    def _forget(self, changed: Any) -> None:
        """Forget the values of a tensor that was changed, and of all tensors in the same memory."""
        if id(changed) in self._values:
            memory = _memory(self._values[id(changed)][1])
            self._values = {key: pair for key, pair in self._values.items() if _memory(pair[1]) != memory}

    def _on_cpu(self, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        with _disable_current_modes(), torch.device("cpu"):  # what is computed beside the model is not counted
            args, kwargs = tree_map(self._there, (args, kwargs))
            return func(*args, **kwargs)

    def _there(self, given: Any) -> Any:
        """Return an argument for the CPU; of a tensor without values, one of the same shape."""
        if isinstance(given, torch.Tensor):
            _, values = self._values.get(id(given), (given, None))
            return torch.zeros((), dtype=given.dtype).expand(given.shape) if values is None else values
        on_meta = (isinstance(given, torch.device) and given.type == "meta") or (given == "meta" and type(given) is str)
        return torch.device("cpu") if on_meta else given

    def _on_meta(self, found: Any) -> Any:
        """Return a tensor of the CPU on the meta device, with its values noted."""
        if not isinstance(found, torch.Tensor):
            return found
        twin = found.to("meta")
        self._values[id(twin)] = twin, found
        return twin


def _is_apart(given: Any) -> bool:
    """Whether a tensor is one of the CPU that cannot be mixed with those of the meta device: more than a number."""
    return isinstance(given, torch.Tensor) and not given.is_meta and given.dim() > 0


def _is_as_large_as_values_say(name: str, args: Any) -> bool:
    """Whether the size of what a function outputs depends on values: ``x[mask]``, ``x.nonzero()``, ``where(mask)``."""
    if name == "getitem":
        keys = args[1] if isinstance(args[1], tuple) else (args[1],)
        return any(isinstance(key, torch.Tensor) and key.dtype == torch.bool for key in keys)
    return name in ("argwhere", "masked_select", *LARGEST, "nonzero") or (name == "where" and len(args) == 1)


def _changes(func: Any) -> bool:
    """Whether a function changes the tensor that it is called for: ``x[0] = y``, ``x.fill_(y)``, ``x += y``."""
    name = getattr(func, "__name__", "")
    return (
        name in ("__setitem__", "__set__")
        or (name.startswith("__i") and name.endswith("__"))
        or (name.endswith("_") and not name.endswith("__"))
    )


def _memory(tensor: Any) -> int:
    address: int = tensor.untyped_storage().data_ptr()
    return address
