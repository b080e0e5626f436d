"""The rooms below the doors need only the standard library: a process that imports them all shows it."""

from __future__ import annotations

import json
from functools import cache

import pytest

from tests.house.plan import BELOW_THE_DOORS, run

HEAVY = ("click", "numpy", "pydantic", "pydantic_core", "rich", "torch", "torchvision", "yaml")

IMPORT_ALL = """
import importlib, json, pkgutil, sys

def walk(name):
    module = importlib.import_module(name)
    yield name
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield from walk(f"{name}.{found.name}")

for modules in json.loads(sys.argv[1]):
    walked = [name for module in modules for name in walk(module)]
    print(json.dumps({"walked": walked, "loaded": sorted(sys.modules)}))
"""

WALKS = {
    "errors": ("archcalc.errors",),
    "below the doors": tuple(f"archcalc.{room}" for room in BELOW_THE_DOORS),
    "specfile": ("archcalc.specfile",),
    "cli": ("archcalc.cli",),
}
"""What is imported one after the other, lightest first: what one walk has loaded stays loaded for the next."""


@cache
def walks() -> dict[str, tuple[list[str], set[str]]]:
    """Import some modules with all that lies within them in a process of their own.

    Return by the name of each walk what was walked, and which heavy packages were loaded by it.
    """
    done = run("-c", IMPORT_ALL, json.dumps([*WALKS.values()]))
    assert done.returncode == 0, done.stderr
    found, before = {}, set[str]()
    for name, line in zip(WALKS, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        heavy = {*HEAVY} & {*answer["loaded"]}
        found[name] = answer["walked"], heavy - before
        before = heavy
    return found


def test_the_rooms_below_the_doors_load_nothing_heavy() -> None:
    walked, heavy = walks()["below the doors"]
    assert heavy == set()
    assert "archcalc.layers.conv" in walked


def test_the_package_itself_loads_nothing_heavy() -> None:
    assert walks()["errors"] == (["archcalc.errors"], set())


@pytest.mark.parametrize(("door", "package"), [("specfile", "yaml"), ("specfile", "pydantic"), ("cli", "click")])
def test_the_same_walk_through_a_door_finds_what_is_heavy(door: str, package: str) -> None:
    _, heavy = walks()[door]
    assert package in heavy


SHOW = """
import json, sys
from archcalc.cli import main
for arguments in json.loads(sys.argv[1]):
    assert main(["show", "torchvision/resnet18", "--input", *arguments]) == 0
    print(json.dumps(sorted(name for name in sys.modules if name.startswith("archcalc."))))
"""

ALGEBRA = {f"archcalc.symbolic.{name}" for name in ("bounds", "equality", "polynomial", "rules", "simplify")}


def loaded_by_show(*calls: list[str]) -> list[set[str]]:
    """Return the modules of the package that a process has loaded each time it has shown a network."""
    done = run("-c", SHOW, json.dumps(calls))
    assert done.returncode == 0, done.stderr
    return [set(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("[")]


def test_show_loads_the_algebra_at_the_first_letter_and_memory_when_it_is_asked_for() -> None:
    memory = {"archcalc.measures.memory", "archcalc.measures.backward"}
    numbers, letters, asked = loaded_by_show(["3x224x224"], ["3xHxW"], ["3x224x224", "--memory"])
    assert not numbers & (ALGEBRA | memory)
    assert letters > {"archcalc.symbolic.simplify", "archcalc.symbolic.polynomial"}
    assert not letters & memory
    assert "archcalc.measures.memory" in asked


def test_nothing_large_is_loaded_before_an_interruption_can_be_told() -> None:
    done = run("-S", "-c", "import archcalc.__main__, sys; print({'typing', 're', 'click'} & set(sys.modules))")
    assert (done.stdout, done.stderr) == ("set()\n", "")


SPOKEN = """
import json, sys
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
from archcalc.cli import main
for arguments in json.loads(sys.argv[1]):
    main(["explain", "norms", *arguments])
    print(json.dumps([name for name in opened if "languages" in name and name.endswith(".json")]))
"""


def test_a_language_is_read_when_it_is_asked_for() -> None:
    done = run("-c", SPOKEN, json.dumps([[], ["--lang", "en"], ["--lang", "ko"]]))
    assert done.returncode == 0, done.stderr
    opened = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert [len(names) for names in opened] == [0, 0, 1]
