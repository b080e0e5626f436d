"""Habits with totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit
from tests.students.famous import ELSEWHERE
from tests.students.network import WEIGHTED
from tests.students.student import Impossible

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.students.network import Node
    from tests.students.student import Sum


def of_some(keep: Callable[[Node], bool]) -> Callable[[Sum], int]:
    return lambda s: sum(value for node, value in s.parts if keep(node))


def rounded(value: int) -> int:
    """Round a number to three digits, as students do with a calculator."""
    digits = len(str(value))
    step: int = 10 ** max(0, digits - 3)
    return (value + step // 2) // step * step


def _without_one(s: Sum) -> int:
    some = [value for node, value in s.parts if value and node.kind in WEIGHTED]
    return sum(value for _, value in s.parts) - some[s.student.lot % len(some)]


def _one_twice(s: Sum) -> int:
    some = [value for node, value in s.parts if value and node.kind in WEIGHTED]
    return sum(value for _, value in s.parts) + some[s.student.lot % len(some)]


def _elsewhere(s: Sum) -> int:
    known = ELSEWHERE.get(s.student.net.title, {})
    if s.column not in known:
        raise Impossible
    return known[s.column]


def _biasless(s: Sum) -> int:
    biases = sum(node.filters for node, _ in s.parts if node.kind in {"conv", "linear", "tconv", "sep"} and node.bias)
    return sum(value for _, value in s.parts) - (biases if s.column == "params" else 0)


HABITS = [
    Habit("total-without-one-row", "leaves one row out of the total", total=_without_one),
    Habit("total-with-one-row-twice", "adds one row twice", total=_one_twice),
    Habit("total-without-linear", "totals the convolutions only", total=of_some(lambda node: node.kind != "linear")),
    Habit(
        "total-without-norm", "leaves batch norm out of the total", total=of_some(lambda node: node.kind != "batchnorm")
    ),
    Habit(
        "total-without-projections",
        "leaves the projections out of the total",
        total=of_some(lambda node: node.role != "projection"),
    ),
    Habit(
        "total-without-the-last",
        "leaves the classifier out of the total",
        total=lambda s: sum(value for _, value in s.parts[:-1]),
    ),
    Habit(
        "total-of-rounded-rows", "adds up the rounded rows", total=lambda s: sum(rounded(value) for _, value in s.parts)
    ),
    Habit("total-of-another-network", "copies the total of another version of the network", total=_elsewhere),
    Habit("total-without-biases", "totals weights only, below rows with biases", total=_biasless),
    Habit("total-in-bytes", "writes the total in bytes", total=lambda s: 4 * sum(value for _, value in s.parts)),
    Habit(
        "total-doubled",
        "counts multiplications and additions in the total only",
        total=lambda s: 2 * sum(value for _, value in s.parts),
    ),
    Habit(
        "total-times-thousand",
        "a thousand times too much: K for M in the total",
        total=lambda s: 1000 * sum(value for _, value in s.parts),
    ),
    Habit(
        "total-is-the-largest",
        "writes the largest row as the total",
        total=lambda s: max(value for _, value in s.parts),
    ),
]
