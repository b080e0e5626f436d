"""CONTRIBUTING.md tells the truth: the house it draws, and what one has to write to add something."""

from __future__ import annotations

import json
import re
import shutil
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import Done
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
        "a kind of picture": "nothing",
        "an export format": "nothing",
        "an importer": "one row of the table in `archcalc/services/opening.py`",
        "a quantity, a simplification, a mistake, a limit": "one row of one table",
    }
    folders = [re.findall(r"`([\w/]+/)`", written) for _, written, edited in rows if edited == "nothing"]
    assert [place.rpartition("/")[0] + "/" for place in TOYS] == [first for first, *_ in folders]


@pytest.fixture(scope="module")
def house_with_toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the package and the specs, and write the files that CONTRIBUTING.md shows; edit nothing."""
    house = tmp_path_factory.mktemp("house")
    for folder in (PACKAGE, ROOT / "specs"):  # with what Python has compiled, which holds for a copy too
        shutil.copytree(folder, house / folder.name)
    for place, text in TOYS.items():
        assert not (house / place).exists()
        (house / place).write_text(text, encoding="utf-8")
    return house


SHOWN, DRAWN, EXPORTED = (
    "show toynet --format toy",
    "draw toynet --kind toy --format svg",
    "export toynet --format toy",
)
RIGHT, WRONG = "verify toynet", "verify wrongnet"
CALLED = """
import json, sys
from pathlib import Path
import archcalc
from tests.cli.calls import call
assert Path(archcalc.__file__).parents[1] == Path.cwd()
print(json.dumps({line: call(*line.split()) for line in json.loads(sys.argv[1])}))
"""


def called(house: Path, lines: list[str]) -> dict[str, Done]:
    """Call the command line of a house, which one process loads for all calls."""
    (house / "tests" / "cli").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "cli" / "calls.py", house / "tests" / "cli")
    done = run("-c", CALLED, json.dumps(lines), cwd=house)
    assert (done.returncode, done.stderr) == (0, "")
    return {line: Done(*found) for line, found in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def added(house_with_toys: Path) -> dict[str, Done]:
    """Call what was added, also with a network whose expectation is wrong."""
    spec = house_with_toys / "specs" / "toynet.yaml"
    wrong = spec.with_stem("wrongnet")
    wrong.write_text(spec.read_text(encoding="utf-8").replace("872", "873"), encoding="utf-8")
    found = called(house_with_toys, [SHOWN, DRAWN, EXPORTED, RIGHT, WRONG])
    wrong.unlink()
    return found


def test_what_was_added_works_together(added: dict[str, Done]) -> None:
    assert (added[SHOWN].code, added[SHOWN].err) == (0, "")
    assert added[SHOWN].out.startswith("a page of ")


def test_the_added_picture_is_drawn(added: dict[str, Done]) -> None:
    assert (added[DRAWN].code, added[DRAWN].err) == (0, "")
    assert 'width="87.2" height="12"' in added[DRAWN].out


def test_the_added_export_is_written(added: dict[str, Done]) -> None:
    assert added[EXPORTED] == (0, "toy\nconv\n", "")


def test_the_expectations_of_the_added_network_are_its_test(added: dict[str, Done]) -> None:
    assert (added[RIGHT].code, added[WRONG].code) == (0, 1)


def test_the_example_of_the_added_layer_runs(house_with_toys: Path) -> None:
    code = "import doctest, archcalc.layers.toy as toy; found = doctest.testmod(toy); print(tuple(found))"
    done = run("-c", code, cwd=house_with_toys)
    assert done.stdout == "(0, 2)\n", done.stdout + done.stderr


ROW = re.findall(r"```python\n(_bytes\(.*\),)\n```", TEXT)[0]
"""The row of a quantity that CONTRIBUTING.md shows."""

HALF = 2 * 872
"""Bytes of the toy network's parameters in float16, by hand."""


@pytest.fixture(scope="module")
def house_with_a_quantity(house_with_toys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the house with toys, with few networks; write the row that CONTRIBUTING.md shows, and edit nothing else."""
    house = tmp_path_factory.mktemp("counted")
    shutil.copytree(house_with_toys / "archcalc", house / "archcalc")
    (house / "specs").mkdir()
    for name in ("toynet", "lenet5"):
        shutil.copy(house_with_toys / "specs" / f"{name}.yaml", house / "specs")
    spec = house / "specs" / "toynet.yaml"
    spec.write_text(
        f"{spec.read_text(encoding='utf-8')}  - {{half_memory: 1.7 kB, source: by hand}}\n", encoding="utf-8"
    )
    file = house / "archcalc" / "measures" / "quantities.py"
    text = file.read_text(encoding="utf-8")
    start = "    for row in (\n"
    assert text.count(start) == 1
    file.write_text(text.replace(start, f"{start}        {ROW}\n"), encoding="utf-8")
    return house


COUNTED = {
    "show toynet --columns +half_memory": f"{HALF:,}",
    "show toynet --columns bytes-in-float16": f"{HALF:,}",
    "show toynet --format json": f'"half_memory": {HALF}',
    "show toynet --format csv": f",{HALF},",
    "diff toynet lenet5 --format json": f'"half_memory", "values": [{HALF}, 120000]',
    "diff toynet toynet --fail-on half_memory>1.8KB": "1,744",
    "solve toynet half_memory<=1744 --vary conv.filters": "1,744  satisfied",
    "list --sort half_memory --format json": f'"half_memory": {HALF}',
    "verify toynet --format json": '"quantity": "half_memory"',
}
"""Calls that know the added quantity, and what they say."""
SORTED, FAILING = "list --sort half_memory", "diff toynet lenet5 --fail-on half_memory>0.1MB"


@pytest.fixture(scope="module")
def counted(house_with_a_quantity: Path) -> dict[str, Done]:
    """Call what knows the added quantity."""
    return called(house_with_a_quantity, [*COUNTED, SORTED, FAILING])


@pytest.mark.parametrize("arguments", COUNTED)
def test_a_quantity_is_one_row(counted: dict[str, Done], arguments: str) -> None:
    done = counted[arguments]
    assert (done.code, done.err) == (0, "")
    assert COUNTED[arguments] in done.out


def test_a_list_is_sorted_by_the_added_quantity(counted: dict[str, Done]) -> None:
    assert re.findall(r"toynet|lenet5(?!-)", counted[SORTED].out) == ["toynet", "lenet5"]


def test_the_added_quantity_can_fail_a_comparison(counted: dict[str, Done]) -> None:
    assert counted[FAILING].code == 1
