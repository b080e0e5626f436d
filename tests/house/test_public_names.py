"""What the package offers by name, and that everything public says what it is."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import TYPE_CHECKING

import archcalc
from tests.house.plan import File, Function, files

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_the_public_names_are_sorted() -> None:
    assert list(archcalc.__all__) == sorted(archcalc.__all__)


def test_every_public_name_is_there() -> None:
    assert [name for name in archcalc.__all__ if not hasattr(archcalc, name)] == []


def test_nothing_else_is_public() -> None:
    """Rooms, and what an import statement leaves behind, are no names of the package."""
    left_behind = {"TYPE_CHECKING", "annotations"}
    names = {name for name, value in vars(archcalc).items() if not isinstance(value, ModuleType)}
    public = {name for name in names if not name.startswith("_")}
    assert public - left_behind <= set(archcalc.__all__)


def undocumented(file: File) -> Iterator[str]:
    """Yield what is public in a file, the file itself too, and has no docstring."""

    def walk(node: ast.Module | ast.ClassDef | Function) -> Iterator[str]:
        if ast.get_docstring(node) is None and not getattr(node, "decorator_list", []):
            yield f"{file.at(node)} {getattr(node, 'name', 'the file')}"
        if isinstance(node, Function):
            return
        for child in node.body:
            if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
                yield from walk(child)

    return walk(file.tree)


def test_everything_public_says_what_it_is() -> None:
    assert [place for file in files() for place in undocumented(file)] == []
