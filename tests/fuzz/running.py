"""Running one input in this process: under an alarm, in a folder of its own, with everything it does recorded.

The process should be one that nobody misses: what takes too much ends it.
"""

from __future__ import annotations

import gc
import io
import json
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from contextlib import chdir, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import archcalc
from archcalc import cli
from archcalc.__main__ import ALLOCATIONS
from archcalc.errors import ArchcalcError
from archcalc.live.answering import answer
from archcalc.rooms import fetch, members
from tests.fuzz.inputs import LIBRARY, PAGE
from tests.house.plan import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from tests.fuzz.inputs import FuzzInput

PATIENCE = 8
"""How many seconds of processor time more than its budget an input may take before the process is ended."""
ADDRESSES = 3_000_000_000
"""How many bytes a process may ask for at all."""
REFUSED, WORDLESS = 2, -1
"""How a spec that is refused by the library ends here: with words, as it should, or without."""
WRITES = ("os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "socket.connect", "webbrowser.open")
WATCHED = frozenset(("open", *WRITES, *STARTS))
MISSING = ("torch", "timm", "torchvision")
"""What an input finds not installed, also where it is: it takes seconds to load."""
WARM = ("show lenet5", "rf lenet5", "explain lenet5 C1", "check ./x.csv", "show [relu --format json", "diff lenet5 nin",
        "solve O=5,K=3,S=1", "verify lenet5", "worksheet lenet5", "schema", "reconcile lenet5 --as thop",
        "quiz lenet5 --seed 1", "draw lenet5 -o warm.pdf", "draw lenet5 -o warm.png")  # fmt: skip


@dataclass
class Outcome:
    """What came of an input."""

    code: int | None = None
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    memory: int = 0
    raised: list[str] = field(default_factory=list)
    """The type of what was raised and not caught, and the places of the package it went through."""
    slow: list[str] = field(default_factory=list)
    """The places where it was when its time was over."""
    acted: list[str] = field(default_factory=list)
    """What it did to files outside of its folder, and the programs it started."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What is in its folder now, beside what is there as it was."""
    gone: list[str] = field(default_factory=list)


class Workbench:
    """Runs inputs one after another."""

    def __init__(self, folder: Path, seconds: float, *, is_warm: bool = True) -> None:
        self.folder, self.seconds = folder, seconds
        tempfile.tempdir = str(folder)
        self.outcome: Outcome | None = None
        self.streams = [os.memfd_create(name) for name in ("stdin", "stdout", "stderr")]
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        signal.signal(signal.SIGPROF, self._late)
        sys.addaudithook(self._audit)
        os.chdir(folder)
        gc.set_threshold(ALLOCATIONS)  # as the program does
        if is_warm:
            warm()
        gc.freeze()
        self.start = resident()

    def run(self, given: FuzzInput) -> Outcome:
        """Run one input."""
        if given.argv[:1] == (LIBRARY,):
            return self._measured(lambda: _answered(given.argv[1]))
        if given.argv[:1] == (PAGE,):
            return self._measured(lambda: _asked(given.argv[1]))
        _furnish(given)
        if given.argv[:1] == ("list",) and "--family" not in given.argv:
            resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            _index()
        os.environ["COLUMNS"] = given.columns
        self._open_streams(given)
        outcome = self._measured(lambda: cli.main(given.argv))
        self._read_streams(outcome)
        self._look_around(given, outcome)
        return outcome

    def _measured(self, call: Callable[[], int]) -> Outcome:
        """Call what is to be tried, under its alarm and under the eyes of the audit."""
        forget_peak()
        outcome, before = Outcome(), process_time()
        limit = math.ceil(before + self.seconds) + PATIENCE
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_PROF, self.seconds)
        self.outcome = outcome
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                outcome.code = call()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            outcome.raised = [type(error).__name__, *places(traceback.extract_tb(error.__traceback__)), str(error)[:99]]
        self.outcome = None
        signal.setitimer(signal.ITIMER_PROF, 0)
        outcome.seconds = process_time() - before
        outcome.memory = max(0, peak() - self.start)
        return outcome

    def _open_streams(self, given: FuzzInput) -> None:
        for number, stream in enumerate(self.streams):
            os.ftruncate(stream, 0)
            os.lseek(stream, 0, os.SEEK_SET)
            os.dup2(stream, number)
        os.write(self.streams[0], given.stdin)
        os.lseek(self.streams[0], 0, os.SEEK_SET)
        opened = [open(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")]  # noqa: SIM115
        for name, one in zip(("stdin", "stdout", "stderr"), opened, strict=True):
            setattr(sys, name, None if name in given.closed else one)

    def _read_streams(self, outcome: Outcome) -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                try:
                    stream.flush()
                except (OSError, ValueError) as error:
                    outcome.raised = outcome.raised or [type(error).__name__, "flush"]
        texts = []
        for stream in self.streams[1:]:
            os.lseek(stream, 0, os.SEEK_SET)
            texts.append(os.read(stream, 10_000_000).decode("utf-8", "surrogateescape"))
        outcome.out, outcome.err = texts

    def _look_around(self, given: FuzzInput, outcome: Outcome) -> None:
        """Note what is in the folder and was not, and clear it."""
        found = {entry.name: entry for entry in os.scandir(self.folder)}
        outcome.gone = [name for name in (*given.files, *given.special) if name not in found]
        for name, entry in found.items():
            if entry.is_file(follow_symlinks=False):
                content = Path(entry.path).read_bytes()
                if given.files.get(name) != content:
                    outcome.files[name] = content
                Path(entry.path).unlink()
            elif entry.is_dir(follow_symlinks=False):
                outcome.files |= {f"{name}/{inner}": b"" for inner in os.listdir(entry.path)}
                shutil.rmtree(entry.path)
            else:
                Path(entry.path).unlink()

    def _late(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a signal brings
        if self.outcome is not None and not self.outcome.slow:
            self.outcome.slow = places(traceback.extract_stack(frame))

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in WATCHED or self.outcome is None:  # every id() is an event too
            return
        if event in STARTS:
            self.outcome.acted.append(f"{event} {arguments[0]!r:.60}")
            raise PermissionError(1, "not here")
        writes = event != "open" or bool(int(arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and not self._is_inside(arguments[0]):
            self.outcome.acted.append(f"{event} {arguments[0]!r:.60}")
            raise PermissionError(1, "outside")

    def _is_inside(self, path: object) -> bool:
        if isinstance(path, int) or path == os.devnull:
            return True
        return f"{os.path.realpath(os.fsdecode(path))}/".startswith(f"{self.folder}/")  # type: ignore[arg-type]


def _answered(text: str) -> int:
    """Give a spec to the library, and let it say what came of it, as a program would."""
    try:
        str(archcalc.loads(text, "net.yaml").analyze().output)
    except ArchcalcError as error:
        said = [str(error), *(mistake.message for mistake in error.mistakes)]
        return REFUSED if all(said) else WORDLESS
    return 0


def _asked(text: str) -> int:
    """Give a request to the live page, whose answer is JSON, also about what is wrong with it, and acts on nothing."""
    found = json.loads(answer(text))
    acting = {sign for said in _said(found) for sign in said if sign != "\n" and not sign.isprintable()}
    assert not acting, acting
    if "problems" not in found:
        return 0
    return REFUSED if found["problems"] and all(problem["message"] for problem in found["problems"]) else WORDLESS


def _said(found: Any) -> Iterator[str]:
    """Yield all texts of an answer, but for the content of files."""
    if isinstance(found, str):
        yield found
    for one in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _said(one)


@cache
def _index() -> None:
    """Make what a wheel has ready and a checkout makes anew: the figures of all built-in networks."""
    with redirect_stdout(io.StringIO()):
        cli.main(["list"])


def _furnish(given: FuzzInput) -> None:
    for name, kind in given.special.items():
        if kind == "fifo":
            os.mkfifo(name)
        elif kind == "folder":
            Path(name).mkdir()
        else:
            Path(name).symlink_to(kind.removeprefix("link to "))
    for name, content in given.files.items():
        Path(name).write_bytes(content)


def places(stack: traceback.StackSummary) -> list[str]:
    """Return the functions of the package in a stack, the innermost first."""
    found = [frame for frame in reversed(stack) if frame.filename.startswith(str(PACKAGE))]
    return [f"{Path(frame.filename).relative_to(PACKAGE.parent)}:{frame.name}" for frame in found[:6]]


def warm() -> None:
    """Load all rooms and call every command, so that an input is charged for itself and not for the first start."""
    sys.modules.update(dict.fromkeys(MISSING))  # type: ignore[arg-type]
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] != "__main__":
            with suppress(ModuleNotFoundError):  # what builds models of PyTorch
                fetch("", ".".join(part for part in parts if part != "__init__"))
    for name in members("cli"):
        fetch("cli", name)
    stdout, stderr, stdin = sys.stdout, sys.stderr, sys.stdin
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for line in WARM:
            sys.stdout, sys.stderr, sys.stdin = io.StringIO(), io.StringIO(), io.StringIO("q\n")
            cli.main(line.split())
    sys.stdout, sys.stderr, sys.stdin = stdout, stderr, stdin
    gc.collect()
    gc.freeze()


def forget_peak() -> None:
    """Make the memory in use now the most that was ever in use."""
    fd = os.open("/proc/self/clear_refs", os.O_WRONLY)
    os.write(fd, b"5")
    os.close(fd)


def resident() -> int:
    """Return how many bytes of memory are in use."""
    return _status("VmRSS")


def peak() -> int:
    """Return the most bytes of memory that were in use."""
    return _status("VmHWM")


def _status(key: str) -> int:
    with open("/proc/self/status", "rb") as file:
        text = file.read()
    start = text.index(key.encode()) + len(key) + 1
    return int(text[start : text.index(b"kB", start)]) * 1024
