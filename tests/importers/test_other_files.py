"""Files that are no network are named for what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("net.py", b"import torch\n", "net.py is Python\n  torch:./net.py:NAME builds a model with it"),
        ("paper.pdf", b"%PDF-1.4 x", "paper.pdf is a PDF, not a network"),
        ("model.h5", b"\x89HDF\r\n\x1a\n", "model.h5 is an HDF5 file, not a network"),
        ("model.pkl", b"\x80\x04\x95", "model.pkl is a pickle, not a network\n  archcalc does not unpickle"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "picture.png is a PNG image, not a network"),
    ],
)
def test_a_file_is_named_for_what_it_is(
    name: str, content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    done = call("show", f"./{name}")
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_spec_may_have_any_suffix(tmp_path: Path) -> None:
    (tmp_path / "net.txt").write_text("[{conv: 4, kernel: 1}]", encoding="utf-8")
    assert call("show", str(tmp_path / "net.txt"), "--input", "3x8x8").code == 0
