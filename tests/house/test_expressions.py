"""Regular expressions read any text about once: none is kept busy by a text made to be tried again and again."""

from __future__ import annotations

import ast
import os
import re
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from archcalc.limits import CELL_LENGTH
from archcalc.rooms import fetch
from tests.house.plan import File, files

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="a copy of this process runs under a limit of its own"),
]

LENGTH = 60_000
"""As long as what somebody sends may be."""
SECONDS = 5
"""Of processor time for all texts that one expression is tried with: once through each takes a twentieth of a second;
through one of them from each of its characters, longer than that."""
CELLS = "archcalc/studies/homework/"
"""What is read here is in cells of tables, which are refused before where they are longer than their limit."""
METHODS = {"match": "match", "fullmatch": "fullmatch"} | dict.fromkeys(
    ("search", "split", "sub", "subn", "finditer", "findall"), "search"
)


def expressions() -> Iterator[tuple[File, str, re.Pattern[str]]]:
    """Yield the expressions that a module has by name, with the file."""
    for file in files():
        try:
            module = fetch("", file.module.partition(".")[2])
        except ModuleNotFoundError:  # doors of programs that are not installed
            continue
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and f"{name} = " in file.text:
                yield file, name, value


def ways(file: File, name: str) -> set[str]:
    """Return how an expression is used: from its beginning, as a whole, or anywhere."""
    used = {
        node.attr
        for node in file.nodes_of(ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == name and node.attr in METHODS
    }
    return {METHODS[way] for way in used} or {"match", "fullmatch"}


def texts(expression: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of what an expression looks for, over and over, that end in what it does not."""
    random = Random(expression.pattern)  # noqa: S311 - the same each time
    words = set(re.findall(r"[A-Za-z0-9_]+|[^\\\w\s]", expression.pattern))
    signs = [*sorted(words), *" \t\n0a.,-+/x×=()[]{}:;%\"'<>|"]
    units = [*signs, *("".join(random.choices(signs, k=random.randint(2, 4))) for _ in range(40))]
    for unit in units:
        yield (unit * length)[:length] + "\0"
    for _ in range(40):
        yield random.choice(signs) + (random.choice(units) * length)[:length] + random.choice(signs) + "\0"


def tried(expression: re.Pattern[str], way: str, length: int) -> bool:
    """Whether an expression is through all texts in time, in a copy of this process."""
    import resource  # noqa: PLC0415 - other systems lack it

    copy = os.fork()
    if not copy:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        for text in texts(expression, length):
            getattr(expression, way)(text)
        os._exit(0)
    return os.waitpid(copy, 0)[1] == 0


def test_an_expression_that_tries_again_is_found() -> None:
    assert not tried(re.compile(r"\s*x\s*"), "search", LENGTH)
    assert tried(re.compile(r"x"), "search", LENGTH)


def test_every_expression_reads_a_long_text_in_time() -> None:
    found = list(expressions())
    assert len(found) > 60
    late = []
    for file, name, expression in found:
        length = CELL_LENGTH.default if file.place.startswith(CELLS) else LENGTH
        late += [f"{file.place}: {name}.{way}" for way in ways(file, name) if not tried(expression, way, length)]
    assert late == []
