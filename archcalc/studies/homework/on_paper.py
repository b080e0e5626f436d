"""What stands on somebody's paper, and what is right given that: errors carried forward, and where they began."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.quantities.printed import Agreement
from archcalc.quantities.tensor import WEIGHT, Tensor
from archcalc.studies.homework.answering import silent
from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, COUNTS, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.studies.homework.row_labels import TOTAL, Target
from archcalc.studies.homework.slips import Around
from archcalc.studies.homework.sums import of_rounded, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.table import Row
    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.derivation import Value

THE_ROWS = "the rows above"

NEXT = 6
"""Up to this many rows above and below may be in one row of a student: norms and activation functions among them."""


class OnPaper:
    """The answers of one table: ``own`` is what follows from them, ``entering`` the values of a row for the input."""

    def __init__(
        self,
        exact: Answering,
        asked: Sequence[Target],
        given: Mapping[tuple[str, str], Given],
        order: str,
        entering: int = 0,
    ) -> None:
        self.exact, self.asked, self.given, self.order = exact, asked, given, order
        self.entering = entering
        self._values: dict[tuple[str, str], Value | None] = {}
        self._places = {target.path: place for place, target in enumerate(asked)}
        outputs, fields = dict(self._shapes(OUTPUT)), dict(self._shapes(FIELD))
        self.differs = bool(outputs or fields)
        self.own = exact.given(outputs, fields) if self.differs else exact
        self.causes = self._causes()

    def _shapes(self, column: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the wrong shapes or fields on the paper, by the node that puts them out."""
        for target in self.asked:
            value, exact = self.value(target, column), self.exact.exact(target, column)
            if isinstance(value, tuple) and value and isinstance(exact, tuple):
                yield target.rows[-1].node, value

    def value(self, target: Target, column: str) -> Value | None:
        """Return what is on the paper: the truth where the cell says it, else its first reading."""
        place = (target.path, column)
        if place not in self._values:
            self._values[place] = self._read(target, column)
        return self._values[place]

    def _read(self, target: Target, column: str) -> Value | None:
        given, exact = self.given.get((target.path, column)), self.exact.exact(target, column)
        if given is None or exact is None or given.blank:
            return None
        if given.says(exact, self.order) != Agreement.WRONG:
            return exact
        if column in COUNTS:
            return given.number()
        if column == FIELD:
            return next((sizes for sizes in given.fields if sizes), None)
        return given.sizes(len(exact), self.order) if isinstance(exact, tuple) else None

    def _causes(self) -> dict[tuple[int, str], str]:
        """Return, for each node, the first answer before it that is wrong and not merely carried on."""
        causes: dict[tuple[int, str], str] = {}
        paths = {target.rows[-1].node: target for target in self.asked if target.path != TOTAL}
        for node in self.exact.table.graph.nodes:
            for column in (OUTPUT, FIELD):
                before = next((causes[i, column] for i in node.inputs if (i, column) in causes), "")
                target = paths.get(node.index)
                value = self.value(target, column) if target else None
                if target and value is not None:
                    if value == self.exact.exact(target, column):
                        before = ""
                    elif not before:
                        before = target.path
                if before:
                    causes[node.index, column] = before
        return causes

    def cause(self, target: Target, column: str) -> str:
        """Return the layer whose wrong answer was carried on to this one."""
        if target.path == TOTAL:
            return THE_ROWS
        node = self.exact.table.graph.nodes[target.rows[-1].node]
        place = FIELD if column == FIELD else OUTPUT
        own = [node.index] if column not in (OUTPUT, FIELD) else []
        for index in (*node.inputs, *own):
            if (index, place) in self.causes:
                return self.causes[index, place]
        return target.path

    def follows(self, target: Target, column: str) -> Iterator[Value]:
        """Yield the answers that are right given what stands on the paper before this one."""
        if target.path != TOTAL:
            if self.differs:
                yield from self._carried(target, column)
            yield from self._from_row(target, column)
        else:
            yield from self._sums(target, column)

    def _carried(self, target: Target, column: str) -> Iterator[Value]:
        """Yield what follows from the rows above; a shape also with its own channels, which no window changes."""
        exact = self.exact.exact(target, column)
        for value in (*self.own.follows(target, column), *self._one_side(target, column)):
            yield value
            if column == OUTPUT and isinstance(value, tuple) and isinstance(exact, tuple) and len(value) == len(exact):
                yield (exact[0], *value[1:])

    def _one_side(self, target: Target, column: str) -> Iterator[Value]:
        """Yield the outputs of a merge of maps that do not fit on this paper: as large as one of them."""
        derivation = self.own.derived[target.rows[-1].node]
        if column != OUTPUT or not derivation.layer.joins:
            return
        for size in dict.fromkeys(shape.spatial for shape in derivation.inputs if shape.is_map):
            same = tuple(shape.with_spatial(size) if shape.is_map else shape for shape in derivation.inputs)
            with suppress(Refusal):
                value = derivation.but(inputs=same, given=None).value(OUTPUT)
                yield from () if value is None else (value,)

    def _from_row(self, target: Target, column: str) -> Iterator[int]:
        """Yield what follows from other answers of the same row: parameters from their parts, MACs from weights."""
        weights, biases = self.value(target, WEIGHTS), self.value(target, BIASES)
        if column == PARAMS and (isinstance(weights, int) or isinstance(biases, int)):
            parts = [self.exact.exact(target, c) if v is None else v for c, v in ((WEIGHTS, weights), (BIASES, biases))]
            numbers = [part for part in parts if isinstance(part, int)]
            yield from [sum(numbers)] if len(numbers) == len(parts) else []
        if column == MACS and len(target.rows) == 1:
            params, exact = self.value(target, PARAMS), self.exact.exact(target, BIASES)
            if not isinstance(weights, int) and isinstance(params, int) and isinstance(exact, int):
                weights = params - exact
            if isinstance(weights, int) and weights > 0 and target.rows[0].macs != 0:
                yield from self._macs_of(target, weights)

    def _macs_of(self, target: Target, weights: int) -> Iterator[int]:
        """Yield the MACs of a layer that had so many weights."""
        derivation = self.own.derived[target.rows[0].node]
        changed = replace(derivation, on_tensors=(lambda _: (Tensor("weight", (weights,), WEIGHT),),))
        try:
            value = changed.value(MACS)
        except Refusal:
            return
        yield from [self.exact.rules.unit(MACS, value)] if isinstance(value, int) else []

    def _sums(self, total: Target, column: str) -> Iterator[int]:
        """Yield the total with this paper's rows in place of the true ones, and the bare sum of its rows."""
        exact = self.exact.exact(total, column)
        rows = [t for t in self.asked if t.path != TOTAL and self.value(t, column) is not None]
        for of in (self.value, self._number) if rows and isinstance(exact, int) else ():
            for some in (self._summed(rows, column), self._summed(rows[::-1], column)):
                changes = [of(t, column) - self.exact.exact(t, column) for t in some]  # type: ignore[operator]
                yield exact + sum(changes)  # type: ignore[operator]
            given: int = sum(of(t, column) for t in rows)  # type: ignore[misc]
            yield given
            if column == ACTIVATIONS and self.entering:
                yield given + self.entering

    def _summed(self, rows: Sequence[Target], column: str) -> list[Target]:
        """Return the rows that are in the total, each layer once: not a block and layers of it, no training heads."""
        left = {row.node for row in self.exact.inferred if not silent(row, column)}
        found = []
        for target in rows:
            nodes = {row.node for row in target.rows if not silent(row, column)}
            if nodes and nodes <= left:
                left -= nodes
                found.append(target)
        return found

    def _number(self, target: Target, column: str) -> Value | None:
        """Return the number itself that is on the paper, also a rounded one."""
        given = self.given[target.path, column]
        number = given.number()
        return self.value(target, column) if number is None else number

    def around(self, target: Target, column: str) -> Around:
        """Return what stands around an answer.

        A row above or below says something only by the number on this paper, and only where the
        answers of both rows differ.
        """
        place = self._places[target.path]
        parts = (PARAMS, WEIGHTS, BIASES)
        others = [c for c in COUNTS if c != column and not (c in parts and column in parts)]
        beside = [self.exact.exact(target, c) for c in others] if column in COUNTS else []
        return Around(
            above=list(self._written(place - 1, target, column)),
            below=list(self._written(place + 1, target, column)),
            beside=[v for v in beside if isinstance(v, int) and v],
            merged=list(self._merged(target, column)) if column in COUNTS and self.exact.exact(target, column) else [],
            parts=self._parts(target, column),
            rounded=self._rounded(target, column),
            shifted=list(self._beside(target, column)),
        )

    def _beside(self, target: Target, column: str) -> Iterator[Value]:
        """Yield the right answers of the rows above and below, where they differ."""
        own = self.exact.exact(target, column)
        for place in (self._places[target.path] - 1, self._places[target.path] + 1):
            value = self.exact.exact(self.asked[place], column) if 0 <= place < len(self.asked) else None
            if value and value != own and TOTAL not in (target.path, self.asked[place].path):
                yield value

    def _merged(self, target: Target, column: str) -> Iterator[int]:
        """Yield the sums of a row with those beside it, as of a separable convolution that is one row."""
        places = self._exact_places
        here, rows = places.get(target.rows[-1].node), self.exact.inferred
        if here is None or len(target.rows) > 1:
            return
        for way in (rows[here : here + NEXT], rows[here : max(0, here - NEXT) : -1]):
            for some in (way, [row for row in way if row.layer.weighted]):
                yield from list(accumulate(self._count(row, column) or 0 for row in some))[1:]

    @cached_property
    def _exact_places(self) -> dict[int, int]:
        return {row.node: place for place, row in enumerate(self.exact.inferred)}

    def _count(self, row: Row, column: str) -> int | None:
        if column == ACTIVATIONS and not row.layer.makes_values:
            return 0
        value = self.exact.exact(Target(row.path, (row,)), column)
        return value if isinstance(value, int) else None

    def _parts(self, target: Target, column: str) -> list[int]:
        """Return what the sum of a block or of all rows may have left out."""
        if column not in COUNTS or len(target.rows) < 2:  # noqa: PLR2004 - one row is no sum
            return []
        counts = [self._count(row, column) for row in target.rows]
        known = [count for count in counts if count is not None]
        biases = self.exact.exact(target, BIASES) if column == PARAMS else 0
        found = parts(target.rows, known) if len(known) == len(counts) else []
        return [*found, biases] if isinstance(biases, int) and biases else found

    def _rounded(self, target: Target, column: str) -> list[int]:
        """Return the sums of rounded rows: of those that are asked, or else of all."""
        if target.path != TOTAL or column not in COUNTS:
            return []
        rows = [t for t in self.asked if t.path != TOTAL]
        if len(rows) < 2:  # noqa: PLR2004 - one row is no sum
            rows = [Target(row.path, (row,)) for row in self.exact.inferred]
        counts = [count for t in rows if isinstance(count := self.exact.exact(t, column), int)]
        return of_rounded(counts)

    def _written(self, place: int, beside: Target, column: str) -> Iterator[Value]:
        """Yield the answer of a row on this paper, unless it is nothing or the same is asked beside it."""
        target = self.asked[place] if 0 <= place < len(self.asked) else None
        value = self.value(target, column) if target else None
        if target and value and self.exact.exact(target, column) != self.exact.exact(beside, column):
            yield value
