"""Models of transformers that are imported as they run, against PyTorch's counts of the same models with weights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.witness.imported import outcome
from tests.witness.transformers_models import build, families

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # those of packages that are not ours

LEAST = 0.95
"""The share of parameters and of MACs that formulas give in every model."""


def test_there_are_at_least_thirty() -> None:
    assert len(families()) >= 30


@pytest.mark.parametrize("model_type", families())
def test_a_model_counts_what_pytorch_counts(model_type: str, transformers: Any) -> None:  # noqa: ARG001
    built, weighted = build(model_type, "meta"), build(model_type, "cpu")
    found = outcome(model_type, built.model, built.inputs, weighted.model)
    assert found.agrees, found
    assert min(found.derived) >= LEAST, found
