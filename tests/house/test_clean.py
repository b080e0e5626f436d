"""Nothing in the project names the machine it was written on, or the place packages came from."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.house.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Written in pieces, so that this file does not name what it looks for.
PATHS = [f"{folder}/" for folder in ("wor[k]", "roo[t]", "hom[e]", "tm[p]", "Use[r]s", "op[t]")]
HOSTS = [r"pyp[i]\.org", r"pythonhoste[d]\.org", r"downloa[d]\.pytorch\.org"]
OPTIONS = ["--[e]xtra-index-url", "--inde[x]-url", "--fin[d]-links"]
OTHERS = [r"\.(?<!\w\.)librar[y]", "far[m]-(?:bench|studio)"]
FORBIDDEN = [re.compile(text) for text in (rf"/(?<![\w.$}}-]/)(?:{'|'.join(PATHS)})", *HOSTS, *OPTIONS, *OTHERS)]
"""Each begins with what it is found by, so that a search passes over everything else at once."""

MADE = re.compile(r"(?:^|/)(?:[.]git|[.]venv|venv|build|dist|htmlcov|__pycache__|[.]\w+_cache|[.]hypothesis)/")
"""Folders that tools make: passed over where no version control says what belongs to the project."""


def committed() -> Iterator[Path]:
    """Yield the files under version control; without it, all that are not made by tools."""
    git = shutil.which("git")
    listing = [git or "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False) if git else None
    if done is not None and done.returncode == 0:
        yield from (ROOT / name for name in done.stdout.split("\0") if name)
    else:
        yield from (path for path in ROOT.rglob("*") if not MADE.search(path.relative_to(ROOT).as_posix()))


def findings(text: str) -> list[str]:
    """Return the lines of a text that should not be there."""
    found = [pattern for pattern in FORBIDDEN if pattern.search(text)]
    return [line for line in text.splitlines() if any(pattern.search(line) for pattern in found)] if found else []


def test_no_file_names_this_machine() -> None:
    found = {}
    for path in committed():
        try:
            lines = findings(path.read_text(encoding="utf-8")) if path.is_file() else []
        except UnicodeDecodeError:  # a picture
            continue
        if lines:
            found[path.relative_to(ROOT).as_posix()] = lines
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "cd /wor" + "k/main",
        "'/tm" + "p/x'",
        "see /roo" + "t/venv",
        "-i https://pyp" + "i.org/simple",
        "a/.librar" + "y",
    ],
)
def test_such_a_line_is_found(line: str) -> None:
    assert findings(line) == [line]


WORK = "wor" + "k"


@pytest.mark.parametrize("line", ["docs/home/index.md", "a/" + WORK + "/b", "${TMPDIR:-x}/tmp", "$" + WORK + "/dist"])
def test_other_paths_are_not(line: str) -> None:
    assert findings(line) == []
