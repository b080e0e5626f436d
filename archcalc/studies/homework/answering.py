"""The answers to a table's questions: exact, as they follow from a paper, and as a mistake makes them."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.carrying import derivations
from archcalc.studies.homework.derivation import ACTIVATIONS, COUNTS, FIELD, MACS, OUTPUT
from archcalc.studies.homework.mistaken import Mistaken, Sum
from archcalc.studies.homework.mistakes import of_column
from archcalc.studies.homework.row_labels import TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.carrying import MadeBefore
    from archcalc.studies.homework.derivation import Derivation, Value
    from archcalc.studies.homework.mistake import Mistake
    from archcalc.studies.homework.mistaken import Shared
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.rules import Rules

    OnNodes = Mapping[int, tuple[int, ...]]

NOTHING: OnNodes = MappingProxyType({})


class Before(NamedTuple):
    """What answers follow from: outputs and fields that are on paper, and a mistake in the other outputs."""

    outputs: OnNodes = NOTHING
    fields: OnNodes = NOTHING
    habit: MadeBefore | None = None


TRULY = Before()


class Answering:
    """Answers questions about one table under the rules; what follows from a paper, by its outputs and fields.

    >>> import archcalc
    >>> from archcalc.studies.homework.row_labels import Target
    >>> from archcalc.studies.homework.rules import PLAIN_RULES
    >>> table = archcalc.load("alexnet").analyze()
    >>> Answering(table, PLAIN_RULES).exact(Target("conv1", (table["conv1"],)), "params")
    34944
    """

    def __init__(
        self,
        table: Table,
        rules: Rules,
        before: Before = TRULY,
        mistaken: Mistaken | None = None,
    ) -> None:
        self.table, self.rules = table, rules
        self._before, self._mistaken = before, mistaken or Mistaken()
        self._exact: dict[tuple[str, str], Value | None] = {}
        self._standing: dict[tuple[int, bool], Derivation] = {}
        self._singles: dict[int | str, dict[str, dict[str, tuple[Value, ...]]]] = {}
        self._sums: dict[tuple[str, str], Sum] = {}
        self._alike: dict[tuple[str, frozenset[tuple[int, int]]], Sum] = {}

    def given(self, outputs: OnNodes, fields: OnNodes = NOTHING) -> Answering:
        """Return the answers that follow from a paper, by its outputs and fields."""
        return Answering(self.table, self.rules, Before(outputs, fields), self._mistaken)

    def after(self, habit: MadeBefore) -> Answering:
        """Return the answers where a mistake was made in the outputs before."""
        return Answering(self.table, self.rules, self._before._replace(habit=habit), self._mistaken)

    @cached_property
    def derived(self) -> dict[int, Derivation]:
        """How the answers of each row follow, by the number of its node."""
        return derivations(self.table, *self._before)

    @cached_property
    def inferred(self) -> tuple[Row, ...]:
        """The rows that the total sums: those of training heads do not enter."""
        return tuple(row for row in self.table if not row.train_only)

    def exact(self, target: Target, column: str) -> Value | None:
        """Return the true answer; None where nothing is asked, or letters are in it."""
        place = (target.path, column)
        if place not in self._exact:
            self._exact[place] = self._truth(target, column)
        return self._exact[place]

    def _truth(self, target: Target, column: str) -> Value | None:
        if column == OUTPUT:
            found: object = None if target.path == TOTAL else target.rows[-1].output.sizes
        elif column == FIELD:
            found = None if target.path == TOTAL else target.rows[-1].reach.sizes
        else:
            found = self._count(target, self.rules.counted(column))
        if isinstance(found, int):
            return self.rules.unit(column, found)
        return found if isinstance(found, tuple) and all(isinstance(size, int) for size in found) else None

    def _count(self, target: Target, column: str) -> object:
        if column == ACTIVATIONS and len(target.rows) == 1:
            return target.rows[0].activations
        parts = [getattr(row.counts, column) for row in target.rows]
        return sum(parts[1:], parts[0]) if parts else None

    def follows(self, target: Target, column: str, mistakes: Sequence[Mistake] = ()) -> tuple[Value, ...]:
        """Return the answers that follow from the paper, with mistakes made on the way: with none, the one answer."""
        if column in COUNTS and len(target.rows) > 1:
            return self._sum(target, column, mistakes)
        part = self._part(target.rows[-1], column)
        return self._in_unit(column, self._mistaken.values(part, self.rules.counted(column), mistakes))

    def mistaken(self, target: Target, column: str) -> Mapping[str, tuple[Value, ...]]:
        """Return what :meth:`follows` for each single mistake that makes another answer of a column, by its name."""
        part = None if column in COUNTS and len(target.rows) > 1 else self._part(target.rows[-1], column)
        kept = self._singles.setdefault(target.path if part is None else id(part), {})
        if column not in kept:
            plain, made = self.follows(target, column), self._single(target, column, part)
            kept[column] = {name: values for name, values in made if values and values != plain}
        return kept[column]

    def _single(
        self, target: Target, column: str, part: Derivation | Shared | None
    ) -> Iterable[tuple[str, tuple[Value, ...]]]:
        if part is None:
            return ((mistake.name, self._sum(target, column, (mistake,))) for mistake in of_column(column))
        found = self._mistaken.singles(part, self.rules.counted(column), of_column(column))
        return ((name, self._in_unit(column, values)) for name, values in found)

    def _in_unit(self, column: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
        if column != MACS:
            return values
        return tuple([self.rules.unit(column, value) if isinstance(value, int) else value for value in values])

    def rows_behind(self, target: Target, column: str) -> int:
        """Return how many rows an answer comes from that are not copies of each other."""
        return self._sum_of(target, column).rows if column in COUNTS and len(target.rows) > 1 else 1

    def _sum(self, target: Target, column: str, mistakes: Sequence[Mistake]) -> tuple[Value, ...]:
        """Return the sum of rows; where the mistake cannot be made, without it."""
        total = self._sum_of(target, column).value(mistakes)
        return () if total is None else self._in_unit(column, (total,))

    def _sum_of(self, target: Target, column: str) -> Sum:
        """Return the sum of rows, the same for equal ones."""
        key = (target.path, column)
        if key not in self._sums:
            parts = Counter(self._part(row, column) for row in target.rows if not silent(row, column))
            same = (column, frozenset((id(part), times) for part, times in parts.items()))
            if same not in self._alike:
                self._alike[same] = Sum(self._mistaken, self.rules.counted(column), parts)
            self._sums[key] = self._alike[same]
        return self._sums[key]

    def _part(self, row: Row, column: str) -> Derivation | Shared:
        """Return what the answer of a row follows from; one that shares its weights counts as it is counted there."""
        if row.shares is not None and column in COUNTS:
            exact = row.activations if column == ACTIVATIONS else getattr(row.counts, self.rules.counted(column))
            return self._mistaken.shared((exact,) if isinstance(exact, int) else ())
        key = (row.node, column == FIELD)
        if key not in self._standing:
            self._standing[key] = self._mistaken.standing_for(self.derived[row.node], column)
        return self._standing[key]


def silent(row: Row, column: str) -> bool:
    """Whether a row does not enter a sum: activation functions make no new values."""
    return column == ACTIVATIONS and not row.layer.makes_values
