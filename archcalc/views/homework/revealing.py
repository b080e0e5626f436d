"""The worked solution of marked answers: the only place where marking meets the study of workings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.studies.explaining.working import solution
from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.symbolic.printing import unicode
from archcalc.views.language import ENGLISH
from archcalc.views.page import Heading, WorkedRule, WorkedRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.explaining.working import Working
    from archcalc.views.language import Language
    from archcalc.views.page import Block

QUANTITIES = {
    WEIGHTS: ("weights",),
    BIASES: ("biases",),
    PARAMS: ("weights", "biases"),
    MACS: ("MACs",),
    ACTIVATIONS: ("activations",),
    FIELD: ("receptive field", "effective stride"),
}
"""What is worked out for each column; for an output it is whatever its axes are called."""

_COUNTED = frozenset(name for names in QUANTITIES.values() for name in names) | {"buffers"}


def workings(table: Table, row: Row, column: str) -> list[Working]:
    """Return what is worked out for an answer.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> [working.quantity for working in workings(table, table["conv1"], "params")]
    ['weights', 'biases']
    """
    return [working for working in _with_rule(table, row) if _belongs(working, column)]


def _with_rule(table: Table, row: Row) -> list[Working]:
    return [working for working in solution(table, row).workings if working.rule is not None]


def _belongs(working: Working, column: str) -> bool:
    """Whether a quantity is worked out for a column."""
    return working.quantity not in _COUNTED if column == OUTPUT else working.quantity in QUANTITIES[column]


def rules(table: Table, row: Row, column: str) -> list[str]:
    """Return the formulas of an answer with letters, and no numbers: the answer's own first, then of its parts.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> rules(table, table["conv1"], "output")
    ['O = ⌊(I − K + 2·P)/S⌋ + 1']
    >>> rules(table, table["conv1"], "params")
    ['params = W + B', 'W = C_out·C_in·K·K', 'B = C_out']
    """
    found = workings(table, row, column)
    whole = [f"{PARAMS} = {' + '.join(part.symbol for part in found)}"] if column == PARAMS and len(found) > 1 else []
    return whole + [f"{working.symbol} = {unicode(working.rule)}" for working in found if working.rule is not None]


def worked(table: Table, row: Row, columns: Sequence[str], language: Language = ENGLISH) -> Iterator[Block]:
    """Yield the worked solution of some answers of a row."""
    known = _with_rule(table, row)
    found = {working.symbol: working for column in columns for working in known if _belongs(working, column)}
    steps = tuple(
        WorkedRule(symbol=w.symbol, rule=w.rule, steps=w.steps, name=_named(w.quantity, language))
        for w in found.values()
        if w.rule is not None
    )
    if steps:
        yield Heading(row.path, f"{row.kind}: {' + '.join(map(str, row.inputs))} → {row.output}")
        yield WorkedRules(steps)


def _named(quantity: str, language: Language) -> str:
    """Name a quantity; its axes one by one."""
    whole, _, axes = quantity.removesuffix(")").partition(" (")
    said = language.listed(language.text(f"quantities.{name}", name) for name in whole.split(" and "))
    return f"{said} ({_named(axes, language)})" if axes else said
