"""Files of weights for commands: their table, and their comparison with a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers import weights as files
from archcalc.limits import work
from archcalc.services.opening import load
from archcalc.studies.checking.weights import compare_weights
from archcalc.views.showing.stored import stored

if TYPE_CHECKING:
    from archcalc.studies.checking.weights import WeightsReport
    from archcalc.views.page import Page


@work()
def tensors_page(path: str, depth: int | None = None) -> Page:
    """Return the page of a file of weights, or of a model in several files by its index.

    Raises:
        UsageError: the file does not exist, is something else, damaged, or larger than the limits.
    """
    return stored(files.read(path), depth)


@work()
def verify_weights(network: str, path: str) -> WeightsReport:
    """Compare a network with a file of weights.

    Raises:
        UsageError: the network or the file does not exist, or the file is damaged.
        SpecError: the spec is invalid.
    """
    return compare_weights(load(network).analyze(), files.read(path))
