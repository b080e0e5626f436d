"""The habits of students, in the words of a teacher; the tables of the rules they replace are in the files beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.students.student import At, Rule, Sum


COLUMNS_OF = {"biases": "params", "params": "params", "norm": "params", "free_params": "params"}
COLUMNS_OF |= {"positions": "macs", "macs": "macs", "free_macs": "macs", "activations": "activations"}
COLUMNS_OF |= {"rf": "rf", "rf_in": "rf", "jump": "rf"}
COLUMNS_OF |= dict.fromkeys(("fan_in", "weights", "kernel"), "params macs")
COLUMNS_OF |= dict.fromkeys(("side", "channels"), "output params macs activations")


@dataclass(frozen=True, eq=False)
class Habit:
    """What a student does: the rules that are replaced, each by a function of the layer and of the usual rule."""

    id: str
    words: str
    rules: Mapping[str, Callable[[At, Rule], int]] = field(default_factory=dict)
    total: Callable[[Sum], int] | None = None

    @cached_property
    def columns(self) -> set[str]:
        """The columns that this can change."""
        found = {column for rule in self.rules for column in COLUMNS_OF[rule].split()}
        return found | ({"params", "macs"} if self.total else set())


@cache
def catalogue() -> dict[str, Habit]:
    """Return all habits by id."""
    from tests.students import of_counts, of_fields, of_macs, of_sizes, of_totals, of_wiring  # noqa: PLC0415 - they need Habit

    found: dict[str, Habit] = {}
    for part in (of_sizes, of_wiring, of_counts, of_macs, of_fields, of_totals):
        for habit in part.HABITS:
            assert habit.id not in found
            found[habit.id] = habit
    return found
