"""What tests share that mark the same tables many times."""

from __future__ import annotations

from functools import cache

import pytest

from archcalc.studies.homework import answering
from archcalc.studies.homework.mistaken import Mistaken

kept = cache(Mistaken)


@pytest.fixture
def worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work out mistakes in derivations that are alike once for all tests that ask for it, not for each table again."""
    monkeypatch.setattr(answering, "Mistaken", kept)
