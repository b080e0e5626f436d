"""Models without weights: what is filled with them is made on the meta device, and has a shape and no values."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class Weightless(TorchFunctionMode):  # type: ignore[misc]
    """Makes what is filled with weights on the meta device, and nothing else: RegNet computes its widths by tensors."""

    MAKERS = (torch.empty, torch.ones, torch.zeros)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of PyTorch, on the meta device if it makes a tensor for weights."""
        return func(*args, **(kwargs or {}) | ({"device": "meta"} if func in self.MAKERS else {}))
