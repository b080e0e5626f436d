"""What somebody names as a file is read if it is one, and within bounds."""

from __future__ import annotations

import io
import os
import socket
import sys
from pathlib import Path

import pytest

from archcalc.errors import UsageError
from archcalc.file_bytes import read_bytes, standard_input, within
from archcalc.limits import MEGABYTE, SPEC_SIZE, InputLimit


def refusal(path: object, most: InputLimit = SPEC_SIZE) -> str:
    """Return why a file is not read."""
    with pytest.raises(UsageError) as caught:
        read_bytes(str(path), most, missing="look elsewhere")
    return str(caught.value)


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"x" * MEGABYTE)
    assert read_bytes(str(file), SPEC_SIZE) == b"x" * MEGABYTE
    file.write_bytes(b"x" * (MEGABYTE + 1))
    assert refusal(file) == f"{file} is larger than 1 MB\n  {SPEC_SIZE.exceeded('')[1]}"
    with pytest.raises(UsageError, match=r"hw is larger than 2 MB\n  use a smaller file, or raise"):
        within(b"x" * 2_000_001, "hw")


def test_what_is_no_file_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("one").symlink_to("other")
    Path("other").symlink_to("one")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for name in ("pipe", "socket", os.devnull, "/dev/zero"):
            assert refusal(name) == f"{name} is a device or a pipe\n  name a file, or use - for standard input"
    assert refusal(tmp_path) == f"{tmp_path} is a directory\n  name a file in this directory"
    assert refusal("none") == "none does not exist\n  look elsewhere"
    assert refusal("one").startswith("cannot read one: ")
    assert refusal("a\0b") == "invalid file name a?b"


def test_a_stream_that_the_shell_has_opened_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"text")
    os.close(writing)
    assert read_bytes(f"/dev/fd/{reading}") == b"text"
    os.close(reading)


def test_standard_input_is_bounded_and_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    assert standard_input() == b"text"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x" * (MEGABYTE + 1))))
    with pytest.raises(UsageError, match="<stdin> is larger than 1 MB"):
        standard_input(SPEC_SIZE)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="standard input is closed\n  name a file"):
        standard_input()
