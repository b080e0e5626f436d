"""What tests share that mark the same table many times."""

from __future__ import annotations

from functools import cache

import pytest

from archcalc.studies.homework import answering
from archcalc.studies.homework.mistaken import Mistaken


@pytest.fixture
def worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work out mistakes in derivations that are alike once in a test, not once for each table that it marks."""
    monkeypatch.setattr(answering, "Mistaken", cache(Mistaken))
