"""The compiled operators of torchvision, declared where they are missing.

They load only into the PyTorch that they were built for; without them torchvision's import fails, for want of two
operators, and its detectors do not run. On the meta device it is enough that they are declared.
Import this before torchvision.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import library

_SUPPRESSION = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
OPERATORS = {
    "nms": _SUPPRESSION,
    "qnms": _SUPPRESSION,
    "roi_align": "(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor",
}
"""The operators and what they are handed, as torchvision's own declarations have it."""


def _load() -> None:
    """Load torchvision's compiled operators as its own import would, if they are there and fit."""
    found = find_spec("torchvision")
    for compiled in Path(found.origin).parent.glob("_C.*") if found and found.origin else ():
        try:
            torch.ops.load_library(str(compiled))
        except OSError:  # built for another PyTorch
            return


def _regions(x: torch.Tensor, rois: torch.Tensor, _: float, height: int, width: int, *__: object) -> torch.Tensor:
    """Return what `roi_align` outputs, without values: a map of one size for each region."""
    return x.new_empty((len(rois), x.shape[1], height, width))


_load()
DECLARED = library.Library("torchvision", "FRAGMENT")
"""The declarations, which live as long as this object."""
MISSING = [name for name in OPERATORS if not hasattr(torch.ops.torchvision, name)]
for _operator in MISSING:
    DECLARED.define(f"{_operator}{OPERATORS[_operator]}")
    if _operator == "roi_align":
        DECLARED.impl(_operator, _regions, "Meta")


def let_torchvision_call_them() -> None:
    """Let torchvision, if it is imported, call the operators that are only declared, and none in a loop over values.

    Of the two ways in which it suppresses boxes by class, which give the same boxes, one loops over the classes that
    occur.
    """
    modules: list[Any] = [sys.modules.get(f"torchvision.{name}") for name in ("extension", "ops.boxes")]
    if None in modules:
        return
    extension, boxes = modules
    if MISSING:
        extension._has_ops = lambda: True  # noqa: SLF001 - it asks this before each call
    boxes._batched_nms_vanilla = boxes._batched_nms_coordinate_trick  # noqa: SLF001
