"""Values of many fields are made by name: nobody knows by heart what the seventh of eleven numbers is."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from tests.house.plan import files

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_BY_PLACE = 3
"""So many fields of a value may be given by their place."""


@cache
def values() -> dict[str, int]:
    """Return the number of fields of every value of the package: named tuples and dataclasses."""
    return {
        node.name: sum(isinstance(field, ast.AnnAssign) for field in node.body)
        for file in files()
        for node in file.nodes_of(ast.ClassDef)
        if _is_value(node)
    }


def _is_value(node: ast.ClassDef) -> bool:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any(ast.unparse(base) == "NamedTuple" for base in node.bases) or any("dataclass" in d for d in decorators)


def made_by_place() -> Iterator[str]:
    """Yield where a function makes a value of many fields with more of them by place than anybody can tell apart.

    The rows of a table outside of functions stand below each other, and read like its columns.
    """
    known = values()
    for file in files():
        for node in file.nodes_of(ast.Call):
            if not isinstance(node.func, ast.Name):
                continue
            by_place = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
            if (
                known.get(node.func.id, 0) > MOST_BY_PLACE
                and len(by_place) > MOST_BY_PLACE
                and file.is_in_function(node)
            ):
                yield f"{file.at(node)} {node.func.id}"


def test_values_of_many_fields_are_made_by_name() -> None:
    assert values()["Row"] > MOST_BY_PLACE
    assert list(made_by_place()) == []
