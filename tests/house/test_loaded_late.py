"""What is loaded when it is first used is imported for type checkers too, under the same name, from the same place."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.rooms import Deferred
from tests.house.plan import PACKAGE, File, files

if TYPE_CHECKING:
    from collections.abc import Iterator


def checked(body: list[ast.stmt]) -> dict[str, str]:
    """Return what a block imports for type checkers: names, and where each comes from."""
    found = [node for node in body if isinstance(node, ast.ImportFrom)]
    whole = {alias.asname or alias.name: alias.name for n in body if isinstance(n, ast.Import) for alias in n.names}
    return whole | {alias.asname or alias.name: f"{n.module}.{alias.name}" for n in found for alias in n.names}


def deferred(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for modules loaded late, and these modules."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="Deferred"), args=[ast.Constant(value=str(module))]),
            ):
                yield name, module


def for_type_checkers(file: File) -> dict[str, str]:
    """Return what a file imports for type checkers alone."""
    blocks = [node for node in file.tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return {name: home for block in blocks for name, home in checked(block.body).items()}


LATE = [
    (file, name, module)
    for file in files()
    if "Deferred(" in file.text  # few do: parsing all files would hold up every run of any test
    for name, module in deferred(file.tree)
]


def test_there_are_some() -> None:
    assert len(LATE) >= 5


@pytest.mark.parametrize(("file", "name", "module"), LATE, ids=[f"{file.place}: {name}" for file, name, _ in LATE])
def test_a_module_that_is_loaded_late_is_the_one_that_type_checkers_see(file: File, name: str, module: str) -> None:
    assert for_type_checkers(file).get(name) == module


def test_each_public_name_lives_where_type_checkers_look_for_it() -> None:
    seen = for_type_checkers(File(PACKAGE / "__init__.py"))
    assert {name: f"archcalc.{home}.{name}" for name, home in archcalc._HOMES.items()} == seen


def test_a_module_that_is_loaded_late_says_what_it_lacks() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = Deferred("archcalc.errors").nothing
