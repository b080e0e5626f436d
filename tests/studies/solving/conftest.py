"""How far is looked where no closed form tells where a network works: less far in the short run."""

from __future__ import annotations

import pytest

from archcalc.studies.solving import law_solving, pair_solving, pairs, size_laws, smallest_input


@pytest.fixture(params=["near", pytest.param("far", marks=pytest.mark.long)])
def looked_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at fewer sizes, pairs and values; in the long run again at as many as the package does."""
    if request.param == "far":
        return
    monkeypatch.setattr(size_laws, "TRIED", range(1, 129))
    monkeypatch.setattr(smallest_input, "TRIED", range(1, 65))
    monkeypatch.setattr(pairs, "MOST_WIRED", 1 << 8)
    monkeypatch.setattr(pairs, "MOST_COMBINED", 1 << 10)
    monkeypatch.setattr(pair_solving, "MOST_COMBINED", 1 << 10)
    monkeypatch.setattr(pair_solving, "MOST_SIDE", 32)
    monkeypatch.setattr(law_solving, "BEYOND", 1 << 6)
