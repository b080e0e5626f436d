"""The writer of files: whole or not at all, never over something that already exists unless that is wanted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archcalc.cli import commands, files
from archcalc.cli.files import write_file
from archcalc.errors import Refusal, UsageError
from tests.cli.calls import call
from tests.cli.processes import PLAIN
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    yield
    os.umask(before)
    assert [path.name for path in tmp_path.rglob(".archcalc-*")] == []  # nothing is ever left


def refused(file: str, *, force: bool = False) -> str:
    with pytest.raises(UsageError) as caught:
        write_file("new", file, force=force)
    return str(caught.value)


def mode(path: str) -> int:
    return Path(path).stat().st_mode & 0o777


def test_a_file_is_written_with_the_rights_of_any_new_file() -> None:
    write_file("a×b\n", "t.md", force=False)
    assert (Path("t.md").read_bytes(), mode("t.md")) == ("a×b\n".encode(), 0o644)
    write_file(b"\0", "t.xlsx", force=True)
    assert (Path("t.xlsx").read_bytes(), mode("t.xlsx")) == (b"\0", 0o644)


def test_what_is_there_stays_and_with_force_its_rights_stay() -> None:
    Path("t.md").write_text("old", encoding="utf-8")
    Path("t.md").chmod(0o640)
    assert refused("t.md") == "t.md already exists\n  use --force to overwrite it"
    assert Path("t.md").read_text(encoding="utf-8") == "old"
    write_file("new", "t.md", force=True)
    assert (Path("t.md").read_text(encoding="utf-8"), mode("t.md")) == ("new", 0o640)


def test_a_file_that_comes_in_between_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    name = files._name

    def late(written: Path, target: Path) -> None:
        target.write_text("old", encoding="utf-8")
        name(written, target)

    monkeypatch.setattr(files, "_name", late)
    assert refused("t.md") == "t.md already exists\n  use --force to overwrite it"
    assert Path("t.md").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("unable", [PermissionError, NotImplementedError])  # by this folder, by the system
def test_where_files_have_no_second_name(unable: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise unable

    monkeypatch.setattr(Path, "hardlink_to", none)
    write_file("new", "t.md", force=False)
    assert Path("t.md").read_text(encoding="utf-8") == "new"
    assert refused("t.md").startswith("t.md already exists")


def test_where_files_have_no_second_name_nothing_empty_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", none)
    monkeypatch.setattr(Path, "replace", none)
    assert refused("t.md") == "cannot write t.md: No space left on device"
    assert not Path("t.md").exists()


def test_what_fails_midway_leaves_what_was_there() -> None:
    def pieces() -> Iterator[str]:
        yield "new"
        raise Refusal("a number is too large")

    Path("t.csv").write_text("old", encoding="utf-8")
    for file in ("t.csv", "u.csv"):
        with pytest.raises(Refusal):
            write_file(pieces(), file, force=True)
    assert Path("t.csv").read_text(encoding="utf-8") == "old"
    assert not Path("u.csv").exists()


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_what_was_there(force: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    Path("old.md").write_text("old", encoding="utf-8")
    file = "old.md" if force else "t.md"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.setattr(files, "_name", full)
    assert refused(file, force=force) == f"cannot write {file}: No space left on device"
    assert Path("old.md").read_text(encoding="utf-8") == "old"
    assert not Path("t.md").exists()


def test_what_cannot_be_written_is_said_in_a_line() -> None:
    Path("folder").mkdir()
    Path("loop").symlink_to("loop")
    for force in (False, True):
        assert refused("folder", force=force) == "folder is a directory\n  name a file in this directory"
        assert refused("new/", force=force) == "new/ is a directory\n  name a file in this directory"
        assert refused("", force=force) == "-o requires a file name\n  use -o - for standard output"
        assert refused("none/t.md", force=force) == "cannot write none/t.md: No such file or directory"
        assert refused("a" * 300, force=force) == f"cannot write {'a' * 300}: File name too long"
        assert refused("loop", force=force).startswith("cannot write loop: ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_what_is_protected_stays() -> None:
    Path("folder").mkdir()
    Path("folder").chmod(0o500)
    assert refused("folder/t.md") == "folder/cannot write t.md: Permission denied"
    Path("t.md").write_text("old", encoding="utf-8")
    Path("t.md").chmod(0o400)
    assert refused("t.md", force=True) == "cannot write t.md: Permission denied"


def test_links_are_followed_and_stay_links() -> None:
    Path("folder").mkdir()
    Path("link.md").symlink_to("folder/t.md")
    write_file("one", "link.md", force=False)
    assert Path("folder/t.md").read_text(encoding="utf-8") == "one"
    assert refused("link.md") == "link.md already exists\n  use --force to overwrite it"
    write_file("two", "link.md", force=True)
    assert Path("link.md").is_symlink()
    assert Path("folder/t.md").read_text(encoding="utf-8") == "two"


def test_devices_pipes_and_sockets_are_refused() -> None:
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for name in (os.devnull, "/dev/zero", "pipe", "socket"):
            for force in (False, True):
                with pytest.raises(UsageError) as caught:
                    write_file("x", name, force=force)
                assert str(caught.value).startswith(f"{name} is a device or a pipe\n")


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no such name here")
def test_standard_output_is_appended_to_by_any_of_its_names() -> None:
    names, line = ("/dev/stdout", "/dev/fd/1", "-"), ("show", "lenet5", "--format", "csv")
    script = f"from archcalc.cli import main\nfor name in {names}: assert main([*{line}, '-o', name]) == 0"
    Path("log").write_text("before\n", encoding="utf-8")
    with Path("log").open("ab") as log:
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=ROOT, env=PLAIN, stdout=log, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert call(*line).out.startswith("path,")
    assert Path("log").read_text(encoding="utf-8") == "before\n" + len(names) * call(*line).out


def test_nobody_who_reads_on_is_no_error() -> None:
    script = "import sys\nfrom archcalc.cli import main\nsys.exit(main(sys.argv[1:]))"
    ours, theirs = os.pipe()
    os.close(ours)
    arguments = [sys.executable, "-c", script, "show", "lenet5", "-o", f"/dev/fd/{theirs}"]
    done = subprocess.run(arguments, cwd=ROOT, env=PLAIN, pass_fds=[theirs], capture_output=True, check=False)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_command_writes_through_it() -> None:
    for command in (["show", "lenet5"], ["schema"], ["worksheet", "lenet5"]):
        file = f"{command[0]}.json"
        assert call(*command, "-o", file).code == 0
        assert call(*command, "-o", file).err == f"error: {file} already exists\n  use --force to overwrite it\n"
        assert call(*command, "-o", file, "--force").code == 0
        assert call(*command, "-o", "").err == "error: -o requires a file name\n  use -o - for standard output\n"


WRITING = [
    name
    for name in commands.list_commands(None)  # type: ignore[arg-type]
    if any(option.name == "file" for option in commands.get_command(None, name).params)  # type: ignore[arg-type,union-attr]
]


@pytest.mark.parametrize("name", WRITING)
def test_an_existing_file_is_refused_before_anything_is_computed(name: str) -> None:
    Path("there.json").write_text("mine", encoding="utf-8")
    command = commands.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.callback is not None
    values = {option.name: None for option in command.params} | {"file": "there.json", "force": False}
    with pytest.raises(UsageError, match=r"there.json already exists\n  use --force to overwrite it"):
        command.callback(**values)
    assert Path("there.json").read_text(encoding="utf-8") == "mine"
