"""What the report knows of a network: its layers as a tree, its numbers as expressions in the letters of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import printable
from archcalc.studies.explaining.working import solution
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.printing import unicode
from archcalc.views.folding import parts
from archcalc.views.page import Windows
from archcalc.views.reporting.encoding import ExpressionTable
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.counts import Counts
    from archcalc.quantities.reach import Reach
    from archcalc.studies.explaining.working import Working
    from archcalc.views.folding import FoldedPart

SCHEMA_VERSION = 1

COUNTS = ("params", "macs", "activations", "buffers")
"""The quantities of each row."""

SPELLING = Spelling()


def live_record(
    table: Table, controls: Mapping[str, Mapping[str, Any]], usual: Table, *, worked: bool = True
) -> dict[str, Any]:
    """Return the record of a table; ``controls`` are its letters, with what each is and its usual value.

    ``usual`` is the table for the usual values. A page that has no controls has the closed forms as texts in place of
    the worked solutions.

    >>> import archcalc
    >>> table = archcalc.load("lenet5").analyze()
    >>> found = live_record(table, {}, table)
    >>> found["rows"][0]["path"], found["rows"][0]["counts"]["params"], found["totals"]["params"]
    ('C1', 156, 60000)
    """
    coded = _Coded(table, usual, worked=worked)
    found = {
        "schema_version": SCHEMA_VERSION,
        "title": printable(table.spec.title or table.spec.name),
        "controls": controls,
        "inputs": {printable(name): coded.sizes(shape.sizes) for name, shape in table.inputs.items()},
        "layouts": {printable(name): shape.layout for name, shape in table.inputs.items()},
        "rows": [coded.part(part) for part in parts(table)],
        "totals": {**coded.counts(table.totals.counts), "weighted_depth": table.totals.weighted_depth},
        "heads": coded.counts(table.totals.train_only),
        "conditions": [[printable(path), coded.nodes.add(size)] for path, size in table.conditions],
        "workings": coded.workings,
        "nodes": coded.nodes.nodes,
    }
    return found if worked else {**found, "texts": coded.nodes.texts()}


class _Coded:
    """The making of a record: its expressions and worked solutions, each once."""

    def __init__(self, table: Table, usual: Table, *, worked: bool) -> None:
        self.windows = {row.path: Windows(row.geometry) for row in usual if row.geometry}
        self.table, self.nodes, self.worked = table, ExpressionTable(), worked
        self.workings: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def sizes(self, sizes: Sequence[Any]) -> list[Any]:
        return [self.nodes.add(size) for size in sizes]

    def counts(self, counts: Counts) -> dict[str, Any]:
        return {name: self.nodes.add(getattr(counts, name)) for name in COUNTS}

    def part(self, part: FoldedPart) -> dict[str, Any]:
        """Return a layer, or a block with what is in it."""
        last = part.folded[-1] if part.folded else part.rows[-1]
        found = {
            "path": printable(part.path),
            "name": printable(part.name),
            "output": self.sizes(last.output.sizes),
            "counts": self.counts(part.counts),
            "field": self._field(part.rows[-1].reach),
        }
        more: dict[str, Any] = {
            "times": part.times if part.times > 1 else None,
            "label": printable(part.label),
            "head": part.train_only,
            "folded": [row.kind for row in part.folded],
            "children": [self.part(child) for child in part.children],
        }
        row = part.row
        if row is not None:
            more |= {"kind": row.kind, "window": self._window(row.path)}
            more["work"] = self._worked(row) if self.worked else []
            more["reads"] = [printable(path) for path in self.table.reads(row)]
        return found | {name: value for name, value in more.items() if value}

    def _window(self, path: str) -> str:
        return SPELLING.cell(self.windows[path]) if path in self.windows else ""

    def _field(self, reach: Reach) -> list[list[Any]] | str:
        """Return size, stride and padding of the field along each axis; a word where there is none."""
        if reach.axes is None or any(field.phases for field in reach.axes):
            return reach.word or "unknown"
        return [[self._number(n) for n in (field.size, field.stride, field.padding)] for field in reach.axes]

    def _number(self, number: Any) -> Any:  # noqa: ANN401 - an integer, an expression or a fraction
        return self.nodes.add(number) if not hasattr(number, "numerator") or isinstance(number, int) else str(number)

    def _worked(self, row: Row) -> list[int]:
        """Return the numbers of the worked solutions of a layer."""
        return [self._working(work) for work in solution(self.table, row).workings]

    def _working(self, work: Working) -> int:
        made: dict[str, Any] = {
            "quantity": work.quantity,
            "symbol": unicode(Letter(work.symbol)) if work.symbol.isidentifier() else work.symbol,
            "result": self.nodes.add(work.result),
        }
        if work.rule is not None:
            made |= {"rule": unicode(work.rule), "line": self.nodes.line(work.rule)}
        if work.remarks:
            made["remarks"] = [printable(remark) for remark in work.remarks]
        key = repr(made)
        if key not in self._known:
            self._known[key] = len(self.workings)
            self.workings.append(made)
        return self._known[key]
