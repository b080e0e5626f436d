"""The figures that a checkout notes between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archcalc.specfile import noted as module
from archcalc.specfile.noted import note, noted

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = {"alexnet": {"params": 60_965_224}}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The note of a folder of its own."""
    found = tmp_path / "note.json"
    monkeypatch.setattr(module, "_file", lambda: found)
    return found


def test_what_is_noted_is_known_until_a_source_changes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert noted() == {}
    note(FIGURES)
    assert noted() == FIGURES
    assert list(file.parent.iterdir()) == [file]
    monkeypatch.setattr(module, "_sources", lambda: "others")
    assert noted() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sources": 1, "networks": 2}', "\x00"])
def test_a_damaged_note_counts_for_nothing(file: Path, text: str) -> None:
    file.write_text(text)
    assert noted() == {}


def test_a_folder_that_cannot_be_written_to_is_no_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_file", lambda: file.parent / "nowhere" / "note.json")
    note(FIGURES)
    assert noted() == {}
