"""Names: a class is called by one name in the whole package, and no other is called so."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from tests.house.plan import files

TWICE: dict[str, str] = {}
"""Names that two classes may have, and why."""

POETRY = re.compile(r"wish|lies|told", re.IGNORECASE)
"""What was once a name here: words that a reader cannot look up in a textbook."""


def test_class_names_are_unique_across_the_package() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for file in files():
        for node in file.nodes_of(ast.ClassDef):
            places[node.name].append(file.at(node))
    assert {name: found for name, found in places.items() if len(found) > 1 and name not in TWICE} == {}


def test_public_names_are_plain_words() -> None:
    functions = {file.at(node) for file in files() for node in file.functions() if POETRY.fullmatch(node.name)}
    classes = {file.at(node) for file in files() for node in file.nodes_of(ast.ClassDef) if POETRY.fullmatch(node.name)}
    assert functions | classes == set()
