"""The static site: written whole or not at all, never over other files, and with what it was said to have."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.util import cache_from_source
from io import BytesIO
from pathlib import Path

import pytest

from archcalc.errors import UsageError
from archcalc.live import bundle, pyodide, site
from archcalc.live.page_files import PageFile
from archcalc.specfile import shipped
from tests.cli.calls import call

START = {"text": "{title: T, input: 8, layers: [{linear: 4, name: fc}]}", "variant": ""}
PYTHON = {"pyodide/pyodide.mjs": PageFile("pyodide.mjs", b"python")}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page have one file, and the engine none: npm and minutes make them."""
    monkeypatch.setattr(site, "page_files", lambda: {"index.html": PageFile("index.html", b"page")})
    monkeypatch.setattr(site, "bundle", lambda: PageFile("engine.zip", b"engine"))


def test_a_site_has_the_page_the_engine_python_and_the_first_answers(tmp_path: Path) -> None:
    told = site.build(str(tmp_path / "site"), PYTHON, START, force=False)
    assert told.endswith("site: 4 files, 0.0 MB")
    assert (tmp_path / "site/pyodide/pyodide.mjs").read_bytes() == b"python"
    settings = json.loads((tmp_path / "site/site.json").read_text())
    assert (settings["server"], settings["worker"], settings["start"]) == (False, True, START)
    questions = {json.loads(text)["action"]: json.loads(found) for text, found in settings["answers"].items()}
    assert questions["table"]["record"]["totals"]["params"] == 36
    assert "W = " in questions["layer"]["html"]


def test_a_site_is_overwritten_only_by_force(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site.build(str(folder), PYTHON, START, force=False)
    (folder / "old.js").write_text("old")
    with pytest.raises(UsageError, match="already has a site"):
        site.build(str(folder), PYTHON, START, force=False)
    site.build(str(folder), PYTHON, START, force=True)
    assert not (folder / "old.js").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_with_other_files_is_left_alone_even_by_force(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years")
    for force in (False, True):
        with pytest.raises(UsageError, match="has other files"):
            site.build(str(tmp_path), PYTHON, START, force=force)
    assert (tmp_path / "thesis.tex").read_text() == "years"


def test_a_file_is_no_place_for_a_site(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is not a directory"):
        site.build(str(tmp_path / "file"), PYTHON, START, force=True)


def test_what_fails_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "site"
    site.build(str(folder), PYTHON, START, force=False)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site, "_fill", full)
    with pytest.raises(UsageError, match="No space left on device"):
        site.build(str(folder), PYTHON, START, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_python_for_browsers_is_known_by_its_checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyodide, "CHECKSUMS", {"a.js": hashlib.sha256(b"a").hexdigest()})
    with pytest.raises(UsageError, match=r"has no a\.js that can be read"):
        pyodide.from_folder(str(tmp_path))
    (tmp_path / "a.js").write_bytes(b"a")
    assert pyodide.from_folder(str(tmp_path))["pyodide/a.js"].content == b"a"
    (tmp_path / "a.js").write_bytes(b"b")
    with pytest.raises(UsageError, match=r"a\.js is not that of pyodide@"):
        pyodide.from_folder(str(tmp_path))


def test_without_npm_it_is_said_how_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyodide, "which", lambda _: None)
    with pytest.raises(UsageError, match="npm is not installed"):
        pyodide.downloaded()


def test_what_npm_cannot_do_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyodide, "which", lambda _: sys.executable)
    with pytest.raises(UsageError, match="npm cannot download"):
        pyodide.downloaded()


def test_the_engine_runs_from_its_archive_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a Python without packages, as in a browser: no click, no rich, no pydantic, PyYAML from the archive."""
    monkeypatch.setattr(bundle, "build", lambda _: {"index.json": _index("alexnet")})
    with zipfile.ZipFile(BytesIO(bundle.bundle().content)) as archive:
        archive.extractall(tmp_path)
    _hand_over_compiled(tmp_path)
    code = (
        "from archcalc.live.answering import answer; import sys; [print(answer(request)) for request in sys.argv[1:]]"
    )
    actions = ("table", "layer", "picture", "worksheet", "vocabulary", "formats", "compare")
    spec = {"text": shipped.text("alexnet.yaml"), "variant": "alexnet"}
    request = {"spec": spec, "other": spec, "layer": "conv1", "kind": "graph"}
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"]
    command += [json.dumps({"action": action, **request}) for action in actions]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers = dict(zip(actions, map(json.loads, done.stdout.splitlines()), strict=True))
    assert [action for action, found in answers.items() if "problems" in found] == []


def _hand_over_compiled(folder: Path) -> None:
    """Give files that are those of the checkout the time of these, and what Python has compiled of them."""
    for path in folder.rglob("*.py"):
        source = bundle.PACKAGE.parent / path.relative_to(folder)
        compiled = Path(cache_from_source(source))
        if compiled.is_file() and source.read_bytes() == path.read_bytes():
            shutil.copystat(source, path)
            Path(cache_from_source(path)).parent.mkdir(exist_ok=True)
            shutil.copy(compiled, cache_from_source(path))


def _index(name: str) -> str:
    entry = shipped.find(name)
    return json.dumps({"networks": {name: {"file": entry.file, "variant": entry.variant}}})


def test_equal_sources_make_equal_archives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "build", lambda _: {"index.json": "{}"})
    assert bundle.bundle() == bundle.bundle()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--force"], "--force requires --build"),
        (["--build", "x", "--port", "1"], "--port and --open cannot be combined with --build"),
        (["nosuchnet"], "unknown network 'nosuchnet'"),
        (["./nosuch.yaml"], "./nosuch.yaml does not exist"),
        (["--build", "/dev/null"], "/dev/null is not a directory"),
        (["--build", ""], "--build requires a directory"),
        (["--pyodide", "/nosuch"], "/nosuch has no package.json that can be read"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], message: str) -> None:
    done = call("serve", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {message}")
