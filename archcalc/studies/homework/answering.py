"""The answers to a table's questions: exact, as they follow from a paper, and as a mistake makes them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.studies.homework.carrying import derivations
from archcalc.studies.homework.derivation import ACTIVATIONS, COUNTS, FIELD, OUTPUT
from archcalc.studies.homework.row_labels import TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.derivation import Derivation, Value
    from archcalc.studies.homework.mistakes import Mistake
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.rules import Rules

MOST_VARIANTS = 8
"""A mistake can be made in a few ways at one place (224 or 256 for 227)."""


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
        outputs: Mapping[int, tuple[int, ...]] | None = None,
        fields: Mapping[int, tuple[int, ...]] | None = None,
    ) -> None:
        self.table, self.rules = table, rules
        self.derived = derivations(table, outputs or {}, fields or {})

    def exact(self, target: Target, column: str) -> Value | None:
        """Return the true answer; None where nothing is asked, or letters are in it."""
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

    def follows(self, target: Target, column: str, mistakes: Sequence[Mistake] = ()) -> Iterator[Value]:
        """Yield the answers that follow from the paper, with mistakes made on the way: with none, the one answer."""
        if column in COUNTS and len(target.rows) > 1:
            total = [self._first(row, column, mistakes) for row in target.rows if not _silent(row, column)]
            if all(isinstance(part, int) for part in total):
                yield self.rules.unit(column, sum(total))  # type: ignore[arg-type]
            return
        for value in islice(self._of_row(target.rows[-1], column, mistakes), MOST_VARIANTS):
            yield self.rules.unit(column, value) if isinstance(value, int) else value

    def _first(self, row: Row, column: str, mistakes: Sequence[Mistake]) -> Value | None:
        """Return a part of a sum; where the mistake cannot be made, without it."""
        found = next(self._of_row(row, column, mistakes), None)
        return next(self._of_row(row, column, ()), None) if found is None else found

    def _of_row(self, row: Row, column: str, mistakes: Sequence[Mistake]) -> Iterator[Value]:
        if row.shares is not None and column in COUNTS:
            exact = self._count_of_shared(row, column)
            yield from [exact] if isinstance(exact, int) else []
            return
        for derivation in self._mistaken(self.derived[row.node], mistakes):
            try:
                value = derivation.value(self.rules.counted(column))
            except Refusal:
                continue
            if value is not None:
                yield value

    def _count_of_shared(self, row: Row, column: str) -> object:
        return row.activations if column == ACTIVATIONS else getattr(row.counts, self.rules.counted(column))

    def _mistaken(self, derivation: Derivation, mistakes: Sequence[Mistake]) -> Iterator[Derivation]:
        if not mistakes:
            yield derivation
            return
        try:
            for changed in mistakes[0].change(derivation):
                yield from self._mistaken(changed, mistakes[1:])
        except Refusal:
            return


def _silent(row: Row, column: str) -> bool:
    """Whether a row does not enter a sum: activation functions put out no new values."""
    return column == ACTIVATIONS and not row.layer.makes_values
