"""A model of timm by its name: ``timm:resnet50d``. Building it, and running it once, runs timm's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError, did_you_mean
from archcalc.importers.operators import DECLARED as DECLARED  # noqa: PLC0414 - has to stand before torchvision
from archcalc.importers.torch_model import built, imported

import timm as timm  # isort: skip  # noqa: PLC0414 - imports torchvision

if TYPE_CHECKING:
    from archcalc.importers.document import Imported
    from archcalc.importers.wishes import Wishes


def spec(target: str, wished: Wishes) -> Imported:
    """Import a model of timm, on the input that its own configuration states unless another is wished.

    Raises:
        UsageError: timm has no such model, or it cannot be built or run.
    """
    if not timm.is_model(target):
        raise UsageError(f"timm has no model '{target}'", did_you_mean(target, timm.list_models()))
    model = built(lambda **given: timm.create_model(target, **given), target, wished)
    return imported(model, wished, f"timm:{target}", tuple(model.default_cfg["input_size"]))
