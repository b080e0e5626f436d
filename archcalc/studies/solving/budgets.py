"""What a budget may be set on: each quantity, how its limit is read, and what it is called."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, Undecided, UsageError
from archcalc.measures.memory import RunSetting, memory
from archcalc.measures.quantities import QUANTITIES
from archcalc.quantities.counts import CONVENTIONS, convert
from archcalc.quantities.printed import read_figure
from archcalc.symbolic.expr import total
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int


class Budget(NamedTuple):
    """A quantity: its value for a table or for a part of it at a path, how a limit is read, and its heading."""

    measure: Callable[[Table, str], Int]
    read: Callable[[str], int]
    heading: str


def whole_figure(written: str) -> int:
    """Read a limit as papers print it.

    >>> whole_figure("10M"), whole_figure("3.8e9")
    (10000000, 3800000000)

    Raises:
        UsageError: it is no number.
    """
    try:
        figure = read_figure(written)
    except Refusal as refusal:
        raise UsageError(refusal.mistakes[0].message, refusal.mistakes[0].hint) from None
    return int(figure.digits * 10**figure.power)


def _counted(quantity: str) -> Callable[[Table, str], Int]:
    def value(table: Table, of: str) -> Int:
        return QUANTITIES[quantity](table, of)  # type: ignore[return-value]

    return value


def _converted(unit: str) -> Callable[[Table, str], Int]:
    def value(table: Table, of: str) -> Int:
        return convert(_counted("macs")(table, of), unit)

    return value


UNITS: dict[str, int] = {
    prefix + ending: base**power
    for power, prefix in enumerate(("", "K", "M", "G", "T"))
    for ending, base in (("B", 1000), ("iB", 1024))
}
"""Bytes of each unit: GB are 10⁹, GiB 2³⁰."""

_BYTES = re.compile(r"\s*(.*?)\s*([KMGT]?i?B)\s*", re.IGNORECASE)


def bytes_figure(written: str) -> int:
    """Read a limit in bytes, in powers of ten or of two.

    >>> bytes_figure("8GiB"), bytes_figure("500 MB"), bytes_figure("1.5e9")
    (8589934592, 500000000, 1500000000)

    Raises:
        UsageError: it is no number, or there is no such unit.
    """
    match = _BYTES.fullmatch(written)
    units: dict[str, int] = {unit.lower(): size for unit, size in UNITS.items()}
    if match is None or match[2].lower() not in units:
        return whole_figure(written)
    return whole_figure(match[1]) * units[match[2].lower()]


def _memory(table: Table, of: str, *, training: bool) -> Int:
    """Return what a whole network takes to train, or to run; maps grow with the number of images."""
    if of:
        raise UsageError("memory is that of a whole network", "take the layer out")
    found = memory(table, RunSetting())
    maps = found.activations if training else found.peak
    if maps is None:
        raise Undecided("what is alive at once depends on the letters", "give numbers, or --vary batch")
    fixed = [found.parameters, found.buffers, *([found.gradients, found.optimizer] if training else [])]
    return simplify(total(fixed) + maps * table.batch)


BUDGETS: dict[str, Budget] = {
    "params": Budget(_counted("params"), whole_figure, "parameters"),
    "weights": Budget(_counted("weights"), whole_figure, "weights"),
    "trainable": Budget(_counted("trainable"), whole_figure, "trainable"),
    "buffers": Budget(_counted("buffers"), whole_figure, "buffers"),
    "macs": Budget(_counted("macs"), whole_figure, "MACs"),
    "flops": Budget(_converted("flops"), whole_figure, CONVENTIONS["flops"][0]),
    "activations": Budget(_counted("activations"), whole_figure, "activations"),
    "neurons": Budget(_counted("neurons"), whole_figure, "neurons"),
    "connections": Budget(_counted("connections"), whole_figure, "connections"),
    "memory": Budget(partial(_memory, training=True), bytes_figure, "bytes to train"),
    "inference": Budget(partial(_memory, training=False), bytes_figure, "bytes to run"),
}
"""The quantities by the names they have in a question: a budget more is a row more."""
