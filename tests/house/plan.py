"""The house as its tests see it: where it stands, its rooms, and its source files as trees of syntax."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "archcalc"

BELOW_THE_DOORS = (
    "errors",
    "damage",
    "file_bytes",
    "limits",
    "rooms",
    "wording",
    "symbolic",
    "quantities",
    "layers",
    "network",
    "measures",
    "studies",
    "views",
)
"""The rooms that need nothing but the standard library."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class File:
    """One source file of the package."""

    path: Path

    @cached_property
    def place(self) -> str:
        """Where it stands, below the project's folder, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """The name to import it by."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def room(self) -> str:
        """The room it belongs to: the first name below the package, empty for the package's own file."""
        return self.module.partition(".")[2].partition(".")[0]

    @cached_property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """What it says, parsed."""
        return ast.parse(self.text, self.place)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that is in the tree; the whole package is walked once, whatever is looked for in it."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def _by_type(self) -> dict[type[ast.AST], list[ast.AST]]:
        """The nodes by their type: most of what is looked for is rare."""
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    def nodes_of(self, *types: type[Node]) -> Iterator[Node]:
        """Yield the nodes of some types, those of one after those of the other."""
        return (cast("Node", node) for type_ in types for node in self._by_type.get(type_, ()))

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, also those inside others."""
        return chain(self.nodes_of(ast.FunctionDef), self.nodes_of(ast.AsyncFunctionDef))

    def is_in_function(self, node: ast.stmt | ast.expr) -> bool:
        """Whether something stands in a function."""
        return node.lineno in self._in_functions

    @cached_property
    def _in_functions(self) -> frozenset[int]:
        """The lines that functions take."""
        spans = (range(function.lineno, (function.end_lineno or 0) + 1) for function in self.functions())
        return frozenset(line for span in spans for line in span)

    def at(self, node: ast.AST) -> str:
        """Say where something stands, as an editor reads it."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


@lru_cache
def files() -> tuple[File, ...]:
    """Return all source files of the package."""
    return tuple(File(path) for path in sorted(PACKAGE.rglob("*.py")))


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Python with some arguments, in the project's folder or in another, and return what came of it."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
