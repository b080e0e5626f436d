"""Marking a table that somebody filled: each cell judged, each wrong one explained, and habits said once."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from archcalc.limits import EXPLAINED
from archcalc.quantities.printed import Agreement
from archcalc.quantities.reach import agreed
from archcalc.studies.homework import remarks
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.asking import asked_of, left_out
from archcalc.studies.homework.carried_habits import CarriedHabits
from archcalc.studies.homework.cell_reading import order_of, read_cell
from archcalc.studies.homework.derivation import COLUMNS, COUNTS, FIELD, MACS, OUTPUT
from archcalc.studies.homework.evidence import Evidence
from archcalc.studies.homework.explaining import neighbors, singles
from archcalc.studies.homework.habits import habits, spread, two_at_once
from archcalc.studies.homework.headings import ColumnHeading
from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.number_reading import decimal_sign
from archcalc.studies.homework.on_paper import OnPaper
from archcalc.studies.homework.questions import CellQuestion
from archcalc.studies.homework.reported import reported
from archcalc.studies.homework.row_labels import TOTAL, is_input, targets
from archcalc.studies.homework.rules import EITHER, PLAIN_RULES, SAID
from archcalc.studies.homework.settling import Answers, settled
from archcalc.studies.homework.sheet import SheetRow
from archcalc.studies.homework.variants import NOWHERE_ELSE, recognized
from archcalc.studies.homework.verdicts import Cell, Marking, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.network.table import Table
    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.rules import Rules
    from archcalc.studies.homework.sheet import Sheet
    from archcalc.studies.homework.variants import Elsewhere
    from archcalc.studies.homework.verdicts import Explanation, Habit

LEAST_ROUNDED = 2
"""More rounded numbers than this are a habit."""


def mark(sheet: Sheet, table: Table, rules: Rules = PLAIN_RULES, elsewhere: Elsewhere = NOWHERE_ELSE) -> Marking:
    """Mark a table; ``elsewhere`` is where wrong answers may come from instead: other networks, and other tools.

    >>> import archcalc
    >>> from archcalc.studies.homework.sheet import sheet
    >>> filled = sheet([["layer", "params"], ["conv1", "34,848"], ["fc8", "4.1M"]], "hw.csv")
    >>> marking = mark(filled, archcalc.load("alexnet").analyze())
    >>> [(cell.status.name, [why.mistake for why in cell.explanations]) for cell in marking.cells]
    [('WRONG', ['forgot-bias']), ('ROUNDED', [])]
    """
    return Marker(sheet, table, rules).marking(elsewhere)


class Marker:
    """Marks one table: reads it, settles what it leaves open, and judges cell by cell."""

    def __init__(self, sheet: Sheet, table: Table, rules: Rules) -> None:
        self.sheet, self.table = sheet, table
        self.remarks = list(sheet.remarks)
        self.columns = [
            c for c in COLUMNS if (c in sheet.headings or rules.complete) and c in (rules.columns or COLUMNS)
        ]
        if rules.complete and not rules.columns:
            self.columns = [c for c in self.columns if c in sheet.headings]
        self.lines = self._found(rules)
        texts = [line.cells[c] for line, _ in self.lines for c in COUNTS if c in line.cells]
        self.decimal = decimal_sign(texts)
        self.given = {(t.path, c): self._read(line.cells.get(c, ""), c) for line, t in self.lines for c in self.columns}
        self.rules = self._settled(rules)
        self.exact = Answering(table, self.rules)
        self._rounding: dict[str, bool] = {}
        self.order = self._order()
        self.paper = OnPaper(self.exact, [t for _, t in self.lines], self.given, self.order, self._entering())

    def _found(self, rules: Rules) -> list[tuple[SheetRow, Target]]:
        """Return the rows with what they are about; where the table has to be complete, blank ones for the others."""
        found = list(zip(self.sheet.lines, targets(self.sheet.lines, self.table), strict=True))
        self._say_unknown([line.label for line, target in found if not target and not is_input(line)])
        lines = [(line, target) for line, target in found if target]
        more = left_out([target for _, target in lines], self.table, rules) if rules.complete else []
        self.asked = asked_of(self.table, rules) if rules.complete or rules.layers else None
        return [*lines, *((SheetRow(target.path, "", {}), target) for target in more)]

    def _entering(self) -> int:
        """Return how many values the input has, where the table has a row for it that belongs to the total."""
        shapes = self.table.inputs.values() if any(is_input(line) for line in self.sheet.lines) else ()
        return sum(size for size in (shape.elements for shape in shapes) if isinstance(size, int))

    def _say_unknown(self, labels: Sequence[str]) -> None:
        if labels:
            self.remarks.append(remarks.unknown_layers(self.table.spec.name, labels))

    def _read(self, text: str, column: str) -> Given:
        return read_cell(text, column, self.sheet.headings.get(column, ColumnHeading(column)), self.decimal)

    def _settled(self, rules: Rules) -> Rules:
        """Return the rules with what they leave open decided by the table itself."""
        flops = MACS in self.sheet.headings and self.sheet.headings[MACS].flops
        rules = settled(rules, Answers(self.table, [target for _, target in self.lines], self.given), flops=flops)
        self.remarks += [
            text for (column, word), text in SAID.items()
            if column in self.columns and word in (rules.cost, rules.biases)
        ]  # fmt: skip
        return rules

    def _order(self) -> str:
        """Return where the channels stand in this file."""
        shapes = []
        for _, target in self.lines:
            given, exact = self.given.get((target.path, OUTPUT)), self.exact.exact(target, OUTPUT)
            if given and isinstance(exact, tuple):
                shapes.append((given, exact))
        order, mixed = order_of(shapes)
        if mixed:
            self.remarks.append(remarks.mixed_orders())
        if self.rules.channels != EITHER and shapes and not order.endswith(self.rules.channels):
            self.remarks.append(remarks.other_order(order, self.rules.channels))
        return order

    def marking(self, elsewhere: Elsewhere) -> Marking:
        """Judge every cell, and then look at all of them together."""
        questions = [q for _, target in self.lines for c in self.columns if (q := self.question(target, c))]
        verdicts = [self.status(q) for q in questions]
        judged = list(zip(questions, verdicts, strict=True))
        found, why = self._why(judged, elsewhere)
        self._ask([q.given for q in questions if q.place in why])
        cells = [self._cell(q, verdict, why.get(q.place, [])) for q, verdict in judged]
        return Marking(
            name=self.sheet.name,
            network=self.table.spec.name,
            cells=tuple(cells),
            habits=tuple(found),
            remarks=tuple(self.remarks),
            unread=bool(self.sheet.unknown) and (self.rules.complete or not self.rules.rounding),
        )

    def _why(
        self, judged: Sequence[tuple[CellQuestion, tuple[Status, str]]], elsewhere: Elsewhere
    ) -> tuple[list[Habit], dict[tuple[str, str], list[Explanation]]]:
        """Return the habits, and the reasons of each wrong cell: of the many after the first ones, the habits alone."""
        wrong = [q for q, (status, _) in judged if status == Status.WRONG]
        right = [q for q, (status, _) in judged if status not in (Status.WRONG, Status.BLANK)]
        first, late = wrong[: EXPLAINED.value], wrong[EXPLAINED.value :]
        evidence = Evidence(right, first, self.bases)
        why = {q.place: singles(q, self.bases) for q in first}
        odd = [q for q in first if q.target.path == TOTAL and not why[q.place]]
        variants = recognized(first, right, self._networks(elsewhere, odd) if first else (), self.table)
        evidence.record(variants.against)
        for found_there in (variants.why, reported(odd, list(elsewhere.totals()) if odd else ())):
            why = {place: [*reasons, *found_there.get(place, ())] for place, reasons in why.items()}
        found, why = self._habits(first, why, evidence, variants.whole)
        if not late:
            return found, why
        self.remarks.append(remarks.first_explained())
        found, by_habit = spread(found, late, self.bases)
        return found, why | by_habit

    def _habits(
        self,
        first: Sequence[CellQuestion],
        why: dict[tuple[str, str], list[Explanation]],
        evidence: Evidence,
        network: Habit | None,
    ) -> tuple[list[Habit], dict[tuple[str, str], list[Explanation]]]:
        """Return the habits and the reasons of each cell, of all that may explain more than one."""
        carried = CarriedHabits(first, self.paper)

        def bases(name: str) -> Sequence[Answering]:
            return *self.bases, *carried.bases.get(name, ())

        found, why = habits(first, carried.with_reasons(why), bases, evidence, network)
        return self._rest(first, found, why, evidence)

    def _rest(
        self,
        wrong: Sequence[CellQuestion],
        found: Sequence[Habit],
        why: dict[tuple[str, str], list[Explanation]],
        evidence: Evidence,
    ) -> tuple[list[Habit], dict[tuple[str, str], list[Explanation]]]:
        """Explain what no single mistake does: by two at once, and by the rows beside it last."""
        left = [q for q in wrong if not why[q.place]]
        twos, by_two = two_at_once(left, self.bases, evidence)
        why = why | by_two | {q.place: neighbors(q) for q in wrong if not (why | by_two)[q.place]}
        return [*found, *twos], why

    def _ask(self, wrong: Iterable[Given]) -> None:
        """Ask what is meant where a wrong number can be read in two ways."""
        for given in wrong:
            ways = sorted({reading.value for reading in given.counts})
            if len(ways) > 1:
                self.remarks.append(remarks.ambiguous(given.text, ways))

    def _networks(self, elsewhere: Elsewhere, totals: Sequence[CellQuestion]) -> list[Answering]:
        tables = elsewhere.networks([q.given.number() or 0 for q in totals])
        return [Answering(table, self.rules) for table in tables if table.spec.name != self.table.spec.name]

    @property
    def bases(self) -> tuple[Answering, ...]:
        """What answers follow from: this paper, and the truth."""
        return (self.paper.own, self.exact) if self.paper.differs else (self.exact,)

    def question(self, target: Target, column: str) -> CellQuestion | None:
        """Return what is asked in a cell; None where nothing is."""
        exact = self.exact.exact(target, column)
        if exact is None or not self._is_asked(target):
            return None
        given = self.given[target.path, column]
        follows = tuple(v for v in self.paper.follows(target, column) if v != exact)
        return CellQuestion(
            target=target,
            column=column,
            given=given,
            exact=exact,
            follows=follows,
            around=partial(self.paper.around, target, column),
            order=self.order,
        )

    def _is_asked(self, target: Target) -> bool:
        """Whether a row counts: where all is asked, no more than that, so that all have the same maximum."""
        whole_block = len(target.rows) > 1 and target.path != TOTAL and not self.rules.layers
        return self.asked is None or target.path in self.asked or whole_block

    def status(self, q: CellQuestion) -> tuple[Status, str]:
        """Return the verdict on a cell, and the answer that it follows from."""
        if q.given.blank:
            return Status.BLANK, ""
        strict = not self.rules.rounding or q.column in (OUTPUT, FIELD)
        how = q.given.says(q.exact, q.order, strict=strict)
        if how == Agreement.EXACT or self._whole(q):
            return Status.RIGHT, ""
        if how != Agreement.WRONG and (self._shortened(q) or not self._mistaken(q)):
            return Status.ROUNDED, ""
        if any(q.given.says(value, q.order, strict=strict) != Agreement.WRONG for value in q.follows):
            return Status.GIVEN_YOURS, self.paper.cause(q.target, q.column)
        return Status.WRONG, ""

    def _whole(self, q: CellQuestion) -> bool:
        """Whether a unit that covers the whole input is said to cover all of its pixels."""
        sizes = [shape.spatial for shape in self.table.inputs.values() if shape.is_map]
        return q.column == FIELD and q.exact == () and any(agreed(size) in q.given.fields for size in sizes)

    def _mistaken(self, q: CellQuestion) -> bool:
        """Whether a rounded number is a mistake's own: no slip, and not where the column is full of rounded numbers."""
        made = any(reason.mistake in BY_NAME for reason in singles(q, self.bases))
        return made and not self._rounds(q.column)

    def _rounds(self, column: str) -> bool:
        """Whether a student rounds most numbers of a column."""
        if column not in self._rounding:
            pairs = [(self.given[t.path, column], self.exact.exact(t, column)) for _, t in self.lines]
            told = Counter(given.says(exact, "") for given, exact in pairs if exact and not given.blank)
            rounded = told[Agreement.ROUNDS] + told[Agreement.TRUNCATES]
            self._rounding[column] = rounded > max(LEAST_ROUNDED, told[Agreement.WRONG])
        return self._rounding[column]

    def _shortened(self, q: CellQuestion) -> bool:
        """Whether a number says itself that it is rounded; zeros alone may be a mistake's own."""
        return any(reading.shortened for reading in q.given.counts)

    def _cell(self, q: CellQuestion, verdict: tuple[Status, str], why: Sequence[Explanation]) -> Cell:
        status, cause = verdict
        worth = self.rules.worth(q.column)
        nothing_asked = status == Status.BLANK and q.exact == 0 and not self.rules.complete
        shares = {Status.RIGHT: Fraction(1), Status.ROUNDED: Fraction(1), Status.GIVEN_YOURS: self.rules.follow}
        return Cell(
            layer="total" if q.target.path == TOTAL else q.target.path, column=q.column, given=q.given.text,
            status=status, explanations=tuple(why), cause=cause,
            direction=q.direction() if status == Status.WRONG else None,
            points=worth * shares.get(status, Fraction(0)), worth=worth * (not nothing_asked),
        )  # fmt: skip
