"""What the package offers by name, and that everything public says what it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

import archcalc
from tests.house.plan import PACKAGE, File, Function, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def test_the_public_names_are_sorted() -> None:
    assert list(archcalc.__all__) == sorted(archcalc.__all__)


def test_every_public_name_is_there() -> None:
    assert [name for name in archcalc.__all__ if not hasattr(archcalc, name)] == []


def test_a_type_checker_sees_the_same_names() -> None:
    """It cannot follow names that are loaded when they are asked for, and reads a block of its own."""
    front = File(PACKAGE / "__init__.py").tree.body
    blocks = [node for node in front if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    seen = {
        alias.asname or alias.name
        for node in ast.walk(blocks[0])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == set(archcalc.__all__)


def test_nothing_else_is_public() -> None:
    front = File(PACKAGE / "__init__.py").tree.body
    made = {node.name for node in front if isinstance(node, ast.ClassDef | Function)}
    named = {t.id for node in front if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}
    public = {name for name in made | named if not name.startswith("_")} - {"TYPE_CHECKING"}
    assert public <= set(archcalc.__all__)


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


@pytest.mark.parametrize(
    "call",
    [
        lambda: archcalc.diff("alexnet", "vgg16"),  # type: ignore[arg-type]
        lambda: archcalc.verify("alexnet"),  # type: ignore[arg-type]
        lambda: archcalc.solve("params <= 10M", "alexnet"),  # type: ignore[arg-type]
    ],
)
def test_a_name_in_place_of_a_network_says_how_to_load_it(call: Callable[[], object]) -> None:
    with pytest.raises(archcalc.UsageError) as caught:
        call()
    assert str(caught.value) == "expected a network, got the name 'alexnet'\n  use archcalc.load('alexnet')"
