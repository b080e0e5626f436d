"""`archcalc export` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_written_by_its_suffix_and_not_over_another(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    assert call("export", "alexnet", "--set", "classes=10", "-o", str(file)).code == 0
    assert "nn.Linear(4096, 10)" in file.read_text(encoding="utf-8")
    done = call("export", "alexnet", "-o", str(file))
    assert (done.code, done.out) == (2, "")
    assert "already exists" in done.err
    assert call("export", "alexnet", "--format", "keras", "-o", str(file), "--force").code == 0
    assert "import keras" in file.read_text(encoding="utf-8")


def test_text_goes_to_standard_output_and_bytes_do_not() -> None:
    done = call("export", "lenet5-modern", "--format", "torch", "--input", "1x28x28", "--set", "C5.kernel=4")
    assert (done.code, done.err) == (0, "")
    assert "class LeNet5AsTaught(nn.Module):" in done.out
    for file in ((), ("-o", "-")):
        done = call("export", "alexnet", "--format", "onnx", *file)
        assert (done.code, done.out) == (2, "")
        assert "use -o FILE.onnx" in done.err


def test_what_cannot_be_written_is_an_error_without_a_file(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    done = call("export", "rcnn", "-o", str(file))
    assert done.code == 2
    assert "cannot be written for PyTorch" in done.err
    assert "warp: " in done.err
    assert not file.exists()
    for arguments in (("-o", ""), (), ("--format", "tensorflow"), ("-o", "net.txt")):
        assert call("export", "alexnet", *arguments).code == 2
