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

walked = [name for room in json.loads(sys.argv[1]) for name in walk(room)]
print(json.dumps({"walked": walked, "loaded": sorted(sys.modules)}))
"""


@cache
def load(*modules: str) -> tuple[list[str], set[str]]:
    """Import some modules with all that lies within them in a process of their own.

    Return what was walked, and which heavy packages were loaded by it.
    """
    done = run("-c", IMPORT_ALL, json.dumps(modules))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return answer["walked"], {name for name in HEAVY if name in answer["loaded"]}


def test_the_rooms_below_the_doors_load_nothing_heavy() -> None:
    walked, heavy = load(*(f"archcalc.{room}" for room in BELOW_THE_DOORS))
    assert heavy == set()
    assert "archcalc.layers.conv" in walked


def test_the_package_itself_loads_nothing_heavy() -> None:
    assert load("archcalc.errors") == (["archcalc.errors"], set())


@pytest.mark.parametrize(
    ("door", "package"),
    [("archcalc.specfile", "yaml"), ("archcalc.specfile", "pydantic"), ("archcalc.cli", "click")],
)
def test_the_same_walk_through_a_door_finds_what_is_heavy(door: str, package: str) -> None:
    _, heavy = load(door)
    assert package in heavy


SHOW = """
import json, sys
from archcalc.cli import main
assert main(["show", "torchvision/resnet18", "--input", sys.argv[1], *sys.argv[2:]]) == 0
print(json.dumps(sorted(name for name in sys.modules if name.startswith("archcalc."))))
"""

ALGEBRA = {f"archcalc.symbolic.{name}" for name in ("bounds", "equality", "polynomial", "rules", "simplify")}


def loaded_by_show(*arguments: str) -> set[str]:
    """Return the modules of the package that a process has loaded once it has shown a network."""
    done = run("-c", SHOW, *arguments)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_show_loads_the_algebra_at_the_first_letter_and_memory_when_it_is_asked_for() -> None:
    numbers = loaded_by_show("3x224x224")
    assert not numbers & {*ALGEBRA, "archcalc.measures.memory", "archcalc.measures.backward"}
    assert loaded_by_show("3xHxW") > {"archcalc.symbolic.simplify", "archcalc.symbolic.polynomial"}
    assert "archcalc.measures.memory" in loaded_by_show("3x224x224", "--memory")


def test_nothing_large_is_loaded_before_an_interruption_can_be_told() -> None:
    done = run("-S", "-c", "import archcalc.__main__, sys; print({'typing', 're', 'click'} & set(sys.modules))")
    assert (done.stdout, done.stderr) == ("set()\n", "")


SPOKEN = """
import json, sys
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
from archcalc.cli import main
main(["explain", "norms", *sys.argv[1:]])
print(json.dumps([name for name in opened if "languages" in name and name.endswith(".json")]))
"""


def test_a_language_is_read_when_it_is_asked_for() -> None:
    for arguments, read in (((), 0), (("--lang", "en"), 0), (("--lang", "ko"), 1)):
        done = run("-c", SPOKEN, *arguments)
        assert done.returncode == 0, done.stderr
        assert len(json.loads(done.stdout.splitlines()[-1])) == read
