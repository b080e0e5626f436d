"""The multiply-accumulates that PyTorch itself counts: those of the operators that its dispatcher runs."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class Counter(TorchDispatchMode):  # type: ignore[misc]
    """Adds up MACs as PyTorch's ``FlopCounterMode`` does, by the same table, without a tree of modules."""

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    @property
    def macs(self) -> int:
        """The multiply-accumulates so far: half the operations."""
        return self.flops // 2

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operator, and count it; one that is made of others is taken apart first."""
        kwargs = kwargs or {}
        rule = flop_registry.get(func._overloadpacket)  # noqa: SLF001 - the key of PyTorch's own table
        if rule is None and func is not torch.ops.prim.device.default:
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        result = func(*args, **kwargs)
        if rule is not None:
            self.flops += rule(*args, **kwargs, out_val=result)
        return result
