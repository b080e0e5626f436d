"""The compiled operators that torchvision annotates when it is imported, declared where they are missing.

They load only into the PyTorch that they were built for; without them the import fails, for want of two operators.
None is run on the meta device: declaring them is enough. Import this before torchvision.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import library

OPERATORS = ("nms", "qnms")
SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def _load() -> None:
    """Load torchvision's compiled operators as its own import would, if they are there and fit."""
    found = find_spec("torchvision")
    for compiled in Path(found.origin).parent.glob("_C.*") if found and found.origin else ():
        try:
            torch.ops.load_library(str(compiled))
        except OSError:  # built for another PyTorch
            return


_load()
DECLARED = library.Library("torchvision", "FRAGMENT")
"""The declarations, which live as long as this object."""
for _operator in OPERATORS:
    if not hasattr(torch.ops.torchvision, _operator):
        DECLARED.define(f"{_operator}{SIGNATURE}")
