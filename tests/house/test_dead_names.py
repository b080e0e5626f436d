"""Names of the package that nothing uses go: what stands at the top of a file is read somewhere in the package."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.house.plan import ROOT, Function, files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FETCHED = {"SUFFIX", "render", "command", "main", "__getattr__", "__all__", "__version__"}
"""What rooms, Python, or the installed script call by name."""


def made(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a file makes at its top; a decorator may hand a thing on, so what has one is left out."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def read(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that a file reads, from itself or from another."""
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                yield name
            case ast.Constant(value=str(text)) if text.isidentifier():  # an annotation in quotes, a member by name
                yield text


def test_no_name_is_dead() -> None:
    known = {name for file in files() for name in read(file.nodes)} | FETCHED
    known |= set(read(ast.walk(ast.parse((ROOT / "hatch_build.py").read_text(encoding="utf-8")))))
    dead = {f"{file.place} {name}" for file in files() for name in made(file.tree) if name not in known}
    assert dead == set()


def test_a_dead_name_is_recognised() -> None:
    tree = ast.parse("A, B = 1, 2\nC: int = 3\ndef f(): return B\nprint(f())\n")
    assert set(made(tree)) - set(read(ast.walk(tree))) == {"A", "C"}
