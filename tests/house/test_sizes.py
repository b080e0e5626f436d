"""How large things are, what they are called, and what the counting rooms may not contain."""

from __future__ import annotations

import ast
import re
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING

from tests.house.plan import File, Function, files

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_FILE = 300
LONGEST_FUNCTION = 30
NINE_IN_TEN = 25
MEDIAN = 8

HEAPS = re.compile(r"(?:^|_)(?:utils?|helpers?|common|misc|tools?)(?:_|$)")
"""Names of files that say nothing of what is in them, and so collect everything."""

COUNTING_ROOMS = ("symbolic", "quantities", "layers", "network")
WHOLE_MATH = {"comb", "factorial", "gcd", "isqrt", "lcm", "perm", "prod"}
"""The functions of `math` that take integers to integers, exactly."""

INEXACT_ALLOWED: dict[str, str] = {}
"""Where a counting room may divide or use a float, as file and function, and why."""


def length(function: Function) -> int:
    """Count the lines of a function, its docstring and its blank lines too."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def lengths() -> dict[str, int]:
    """Return the length of every function of the package by its place."""
    return {f"{file.at(f)} {f.name}": length(f) for file in files() for f in file.functions()}


def test_files_are_short() -> None:
    counted = {file.place: len(file.text.splitlines()) for file in files()}
    assert {place: lines for place, lines in counted.items() if lines >= LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    assert {place: lines for place, lines in lengths().items() if lines > LONGEST_FUNCTION} == {}


def test_nine_functions_in_ten_are_shorter_still() -> None:
    counted = sorted(lengths().values())
    assert counted[len(counted) * 9 // 10] < NINE_IN_TEN


def test_most_functions_are_a_few_lines() -> None:
    assert median(lengths().values()) <= MEDIAN


def test_no_file_is_a_heap() -> None:
    assert [file.place for file in files() if any(HEAPS.search(part) for part in file.module.split("."))] == []


def test_no_import_stands_inside_a_function() -> None:
    inside = {
        file.at(node)
        for file in files()
        for node in chain(file.nodes_of(ast.Import), file.nodes_of(ast.ImportFrom))
        if file.is_in_function(node)
    }
    assert inside == set()


def _attributes(file: File, name: str) -> Iterator[ast.Attribute]:
    return (node for node in file.nodes_of(ast.Attribute) if node.attr == name)


def test_members_of_rooms_are_loaded_in_one_place() -> None:
    calls = [
        file.place
        for file in files()
        if any(node.id in {"import_module", "__import__"} for node in file.nodes_of(ast.Name))
        or any(ast.unparse(node) == "importlib.import_module" for node in _attributes(file, "import_module"))
    ]
    # A model of PyTorch is built by a module that the user names.
    assert sorted(calls) == ["archcalc/importers/torch_model.py", "archcalc/rooms.py"]


def inexact(node: ast.AST) -> bool:
    """Whether something in a source may leave the whole numbers: a division, a float, a rounding function."""
    match node:
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return True
        case ast.Constant(value=float()) | ast.Call(func=ast.Name(id="float" | "round")):
            return True
        case ast.Attribute(value=ast.Name(id="math"), attr=name):
            return name not in WHOLE_MATH
        case ast.Attribute(value=ast.Name(id="operator"), attr="truediv" | "itruediv"):
            return True
        case ast.ImportFrom(module="math", names=names):
            return any(alias.name not in WHOLE_MATH for alias in names)
    return False


def inexact_places(file: File) -> Iterator[str]:
    """Yield what may leave the whole numbers: functions, or the file itself for what stands outside."""

    def walk(node: ast.AST, scope: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, Function | ast.ClassDef):
            scope = (*scope, node.name)
        if inexact(node):
            yield " ".join([file.place, ".".join(scope)]).strip()
        for child in ast.iter_child_nodes(node):
            yield from walk(child, scope)

    return walk(file.tree, ())


def test_the_counting_rooms_know_whole_numbers_only() -> None:
    found = {place for file in files() if file.room in COUNTING_ROOMS for place in inexact_places(file)}
    assert found == set(INEXACT_ALLOWED)


def test_what_is_inexact_is_recognised() -> None:
    inexact_lines = [
        "a / b", "a /= b", "1.5", "float(a)", "round(a)", "math.floor(a)", "math.sqrt(a)", "math.inf",
        "operator.truediv(a, b)", "from math import ceil",
    ]  # fmt: skip
    exact_lines = [
        "a // b",
        "-(-a // b)",
        "math.prod(a)",
        "from math import gcd, lcm",
        "isinstance(a, float)",
        "'/'",
    ]
    found = [line for line in (*inexact_lines, *exact_lines) if any(map(inexact, ast.walk(ast.parse(line))))]
    assert found == inexact_lines
