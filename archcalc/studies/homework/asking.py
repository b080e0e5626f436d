"""Which layers and columns of a network are worth asking, and how an answer is written plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError, did_you_mean
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.derivation import COLUMNS, MACS, OUTPUT, PARAMS
from archcalc.studies.homework.row_labels import TOTAL, Target, targets
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import SheetRow
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.rules import Rules

ORDER = ("output", "weights", "biases", "params", "macs", "activations", "rf")
"""The columns in the order in which a worksheet has them."""

USUAL = (OUTPUT, PARAMS, MACS)
"""What a worksheet asks by itself."""


def worth_asking(row: Row) -> bool:
    """Whether a layer learns something, slides a window or changes the shape: not activation functions and their like.

    >>> import archcalc
    >>> [row.path for row in archcalc.load("alexnet").analyze() if worth_asking(row)][:3]
    ['conv1', 'pool1', 'conv2']
    """
    return bool(row.tensors or row.geometry) or row.output != row.inputs[0] or len(row.inputs) > 1


def questions(table: Table, *, total: bool = True) -> list[Target]:
    """Return the rows of a worksheet: the layers worth asking, and the total."""
    found = [Target(row.path, (row,)) for row in table if worth_asking(row) and not row.train_only]
    whole = Target(TOTAL, tuple(row for row in table if not row.train_only))
    return [*found, *([whole] if total else [])]


def required(table: Table, rules: Rules) -> list[Target]:
    """Return the rows that have to be answered: those that the rules list, or all that are worth asking.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> [target.path for target in required(table, PLAIN_RULES._replace(layers=("conv1", "Total")))]
    ['conv1', 'total']

    Raises:
        UsageError: the rules list a layer that there is not.
    """
    if not rules.layers:
        return questions(table)
    found = targets([SheetRow(label, "", {}) for label in rules.layers], table, by_order=False)
    for label, target in zip(rules.layers, found, strict=True):
        if target is None:
            known = [row.path for row in table]
            hint = did_you_mean(label, known) or f"available: {listed(known)}"
            raise UsageError(f"unknown layer '{label}' in {table.spec.name}", hint)
    return [target for target in found if target is not None]


def asked_of(table: Table, rules: Rules) -> frozenset[str]:
    """Return the paths of the rows that have to be answered.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> sorted(asked_of(table, PLAIN_RULES._replace(layers=("conv1", "Total"))))
    ['conv1', 'total']
    """
    return frozenset(target.path for target in required(table, rules))


def left_out(answered: Sequence[Target], table: Table, rules: Rules) -> list[Target]:
    """Return the required rows that nobody answered, neither by themselves nor with their block."""
    paths = {row.path for target in answered if target.path != TOTAL for row in target.rows}
    paths |= {target.path for target in answered}
    return [target for target in required(table, rules) if target.path not in paths]


def columns(asked: str) -> tuple[str, ...]:
    """Return the columns that are asked, in their order: ``"rf,output"``; the usual ones for nothing.

    >>> columns("rf, output")
    ('output', 'rf')

    Raises:
        UsageError: there is no such column.
    """
    names = [name.strip() for name in asked.split(",") if name.strip()] or list(USUAL)
    for name in names:
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"available: {listed(ORDER)}"
            raise UsageError(f"unknown column '{name}'", hint)
    return tuple(name for name in ORDER if name in names)


def written(value: Value | None) -> str:
    """Write an answer plainly: ``96x55x55``, ``34944``, ``all``.

    >>> written((96, 55, 55)), written(34944), written(())
    ('96x55x55', '34944', 'all')
    """
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return "x".join(map(str, value)) or "all"


def solved(table: Table, asked: tuple[str, ...], rules: Rules = PLAIN_RULES) -> list[tuple[Target, list[Value | None]]]:
    """Return the rows of a worksheet with the true answers; None where nothing is asked."""
    answering = Answering(table, rules)
    return [(target, [answering.exact(target, column) for column in asked]) for target in questions(table)]
