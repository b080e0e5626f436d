"""CONTRIBUTING.md tells the truth: the house it draws, and what one has to write to add something."""

from __future__ import annotations

import re
import shutil
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest

from tests.house.plan import PACKAGE, ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

TOYS = dict(re.findall(r"`([\w./]+)`:\n\n```\w+\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
"""The files that CONTRIBUTING.md shows, by their places."""


def table(header: str) -> list[list[str]]:
    """Return the rows of the table that begins with a header."""
    lines = TEXT[TEXT.index(header) :].splitlines()[2:]
    rows = lines[: next(number for number, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("|"))] for row in rows]


def test_the_house_is_the_one_that_is_checked() -> None:
    written = ConfigParser()
    written.read(ROOT / ".importlinter", encoding="utf-8")
    floors = written["importlinter:contract:floors"]["layers"].strip().splitlines()
    drawn = [re.findall(r"`(\w+)`", room) for room, _ in table("| room |")]
    assert [["__main__"], *drawn] == [re.findall(r"\w+", floor) for floor in floors]


def test_the_table_says_what_one_writes_and_edits() -> None:
    rows = table("| you add |")
    edits = {added: edited for added, _, edited in rows}
    assert edits == {
        "a layer": "nothing",
        "a network": "nothing",
        "a report format": "nothing",
        "a simplification, a mistake": "one row of one table",
    }
    folders = [re.findall(r"`([\w/]+/)`", written) for _, written, edited in rows if edited == "nothing"]
    assert [[place.rpartition("/")[0] + "/"] for place in TOYS] == folders


@pytest.fixture(scope="module")
def house_with_toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the package and the specs, and write the files that CONTRIBUTING.md shows; edit nothing."""
    house = tmp_path_factory.mktemp("house")
    for folder in (PACKAGE, ROOT / "specs"):
        shutil.copytree(folder, house / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    for place, text in TOYS.items():
        assert not (house / place).exists()
        (house / place).write_text(text, encoding="utf-8")
    return house


def test_what_was_added_works_together(house_with_toys: Path) -> None:
    done = run("-m", "archcalc", "show", "toynet", "--format", "toy", cwd=house_with_toys)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("a page of ")


def test_the_expectations_of_the_added_network_are_its_test(house_with_toys: Path) -> None:
    spec = house_with_toys / "specs" / "toynet.yaml"
    assert run("-m", "archcalc", "verify", "toynet", cwd=house_with_toys).returncode == 0

    spec.with_stem("wrongnet").write_text(spec.read_text(encoding="utf-8").replace("872", "873"), encoding="utf-8")
    assert run("-m", "archcalc", "verify", "wrongnet", cwd=house_with_toys).returncode == 1


def test_the_example_of_the_added_layer_runs(house_with_toys: Path) -> None:
    code = "import doctest, archcalc.layers.toy as toy; found = doctest.testmod(toy); print(tuple(found))"
    done = run("-c", code, cwd=house_with_toys)
    assert done.stdout == "(0, 2)\n", done.stdout + done.stderr
