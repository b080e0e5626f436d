"""The rooms below the doors need only the standard library: a process that imports them all shows it."""

from __future__ import annotations

import json

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
