"""The totals of networks side by side: a column for each, and for two of them how they relate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.quantities import QUANTITIES
from archcalc.studies.comparing.totals import LAYERS
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import unicode
from archcalc.symbolic.ratio import Ratio
from archcalc.views.cells import of_value, some
from archcalc.views.comparing.headline import times, word
from archcalc.views.page import PLAIN, QUIET, RIGHT, Column, Label, Line, PageTable, Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.measures.quantities import Value
    from archcalc.studies.comparing.differences import Difference
    from archcalc.studies.comparing.totals import Total
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Cell

SHOWN = ("params", "params_with_heads", "macs", "activations", "parameter_memory", "weighted_depth", "receptive_field")
"""The totals that stand in the table, before the layers by kind; the record has more."""

UNITS = (("B", 1, "B", 1), ("kB", 10**3, "KiB", 2**10), ("MB", 10**6, "MiB", 2**20), ("GB", 10**9, "GiB", 2**30))
"""Units of memory, by tens and by twos: what they are called, and how much they are."""


def totals(difference: Difference, names: Sequence[str]) -> PageTable:
    """Return the totals: a column for each network, and for two of them how they relate."""
    two = len(names) == 2  # noqa: PLR2004
    more = (
        (Column("ratio", "ratio", RIGHT), Column(key="difference", heading="difference", align=RIGHT, priority=1))
        if two
        else ()
    )
    columns = (Column("quantity", ""), *(Column("value", name, RIGHT) for name in names), *more)
    found = [difference[name] for name in SHOWN if name != "params_with_heads" or _has_heads(difference)]
    found += [total for total in difference.totals if total.quantity.partition(".")[0] == LAYERS]
    return PageTable(columns, tuple(line for total in found for line in _total(total, two=two)))


def _has_heads(difference: Difference) -> bool:
    return difference["params_with_heads"].values != difference["params"].values


def _total(total: Total, *, two: bool) -> Iterator[Line]:
    more = total.difference() if two else None
    related: tuple[Cell, ...] = (_ratio(total), None if more is None else some(more)) if two else ()
    if total.quantity in QUANTITIES and QUANTITIES[total.quantity].in_bytes:
        tens, twos = zip(*(_memory(value) for value in total.values), strict=True)
        yield Line((Label(word(total.quantity)), *tens, *((related[0], "") if two else ())))
        yield Line((Label("in powers of two"), *twos, *(("", "") if two else ())), 1, QUIET)
        return
    of_kind = total.quantity.startswith(f"{LAYERS}.")
    cells = [some(value) if of_kind and isinstance(value, int) else of_value(value) for value in total.values]
    below = of_kind or total.quantity == "params_with_heads"
    yield Line((Label(word(total.quantity)), *cells, *related), int(below), QUIET if below else PLAIN)


def _ratio(total: Total) -> str:
    """Say how the second of two values relates to the first.

    A few percent are told as such; else by how much the one is multiplied or divided to give the other.
    """
    first, other = total.values
    if not isinstance(first, int) or not isinstance(other, int) or not first or not other:
        return "=" if first == other else ""
    high, low = max(first, other), min(first, other)
    if high == low:
        return "="
    if 10 * high < 11 * low:
        permille = Share(high - low, first).permille
        return f"{'+' if other > first else '−'}{permille // 10}.{permille % 10}%"
    return f"{times(high, low)}×" if other > first else f"÷{times(high, low)}"


def _memory(value: Value) -> tuple[Cell, Cell]:
    """Return a number of bytes in MB and in MiB, or in smaller units; with letters in bytes."""
    if not isinstance(value, int):
        return f"{unicode(value)} B" if isinstance(value, Expr) else "", ""
    by_tens, tens, by_twos, twos = next((unit for unit in reversed(UNITS) if value >= unit[1]), UNITS[0])
    return f"{_tenths(value, tens)} {by_tens}", f"{_tenths(value, twos)} {by_twos}"


def _tenths(value: int, unit: int) -> str:
    tenths = (20 * value + unit) // (2 * unit)
    return f"{tenths // 10:,}.{tenths % 10}" if unit > 1 else f"{value:,}"


def record(total: Total) -> dict[str, Any]:
    """Return what the record says of a total; ratio and difference belong to two networks."""
    values = [list(value) if isinstance(value, tuple) else value for value in total.values]
    found: dict[str, Any] = {"quantity": total.quantity, "values": values}
    if len(values) == 2:  # noqa: PLR2004
        found |= {"ratio": decimal(total.ratio()), "difference": total.difference()}
    return found


def decimal(ratio: Number | None) -> float | int | None:
    """Return a ratio of numbers as JSON has it.

    >>> from archcalc.symbolic.ratio import ratio
    >>> decimal(ratio(8, 4)), decimal(ratio(1, 3)), decimal(None)
    (2, 0.3333333333333333, None)
    """
    if isinstance(ratio, Ratio) and isinstance(ratio.numerator, int) and isinstance(ratio.denominator, int):
        return ratio.numerator / ratio.denominator
    return ratio if isinstance(ratio, int) else None


def lines(difference: Difference, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the totals as lines with a column for each network."""
    found = []
    for total in map(record, difference.totals):
        values = dict(zip(names, total.pop("values"), strict=True))
        entries = {"quantity": total.pop("quantity")} | values | total
        found.append({key: "" if value is None else value for key, value in entries.items()})
    return found
