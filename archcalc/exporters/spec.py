"""A spec of archcalc: the network expanded, with all arguments set, in blocks for what recurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import SpecError, UsageError
from archcalc.importers import document, tables, writing, yaml_out
from archcalc.limits import CONVERTED
from archcalc.network.network import Network
from archcalc.specfile import loading, paths

if TYPE_CHECKING:
    from archcalc.importers.document import Imported
    from archcalc.network.table import Table
    from archcalc.network.written import Record

MEANING = "a spec without arguments, expanded"
SUFFIXES = paths.SUFFIXES


def render(table: Table) -> str:
    """Write a network as a spec that loads to the same table.

    >>> import archcalc
    >>> table = archcalc.load("lenet5-modern").analyze()
    >>> archcalc.loads(render(table)).analyze().totals.params == table.totals.params
    True

    Raises:
        UsageError: a size is not a number.
    """
    return written(tables.of_table(table), table.spec.name)


def written(made: Imported, name: str) -> str:
    """Return an imported network in YAML: with groups, blocks and copies, like one written by hand.

    Raises:
        UsageError: it has too many layers.
    """
    layers = len(made.flow.steps)
    if layers > CONVERTED.value:
        raise UsageError(*CONVERTED.exceeded(name, layers))
    nested, flat = writing.nested(made), document.document(made)
    return yaml_out.pages(nested if _equal(nested, flat, name) else flat)


def _equal(one: Record, other: Record, name: str) -> bool:
    """Whether two specs are the same network, row by row."""
    try:
        found = [_table(record, name) for record in (one, other)]
    except SpecError:
        return False
    rows = [[(row, table.reads(row)) for row in table] for table in found]
    return rows[0] == rows[1]


def _table(record: Record, name: str) -> Table:
    spec, mistakes = loading.imported(record, name)
    if mistakes:
        raise SpecError(*mistakes)
    return Network(spec).analyze()
