"""What a sweep is: axes with their values, totals, and the conditions that points must satisfy."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import SWEPT, SWEPT_AXES
from archcalc.measures.quantities import find
from archcalc.studies.solving.demands import Asking, Demand, read_demand
from archcalc.studies.solving.dials import INPUT, dial_of, input_dial
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.known import decide, number
from archcalc.symbolic.ratio import Ratio, compare, compute, floor, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.measures.quantities import Quantity
    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Table
    from archcalc.studies.solving.dials import Dial
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

_NUMBER = r"\d{1,18}(?:\.\d{1,9})?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*(?::\s*({_NUMBER})\s*)?")
_LIST = re.compile(rf"\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)*")

EXAMPLE = "for example --vary base=32..128:8, --vary input=224,256 or --vary width=0.25..1:0.25"


class SweptAxis(NamedTuple):
    """What is varied, and its values in their order."""

    name: str
    dial: Dial
    values: tuple[Number, ...]

    @property
    def letter(self) -> str:
        """The letter by which it goes in closed forms."""
        return re.sub(r"\W", "_", self.name)

    @property
    def may_be_letter(self) -> bool:
        """Whether all values are such that a letter can have them: integers of at least 1."""
        return all(isinstance(value, int) and value >= 1 for value in self.values)


class Sweep(NamedTuple):
    """A network, what is asked of it otherwise, the axes, the totals, and the conditions."""

    network: Network
    asked: WhatIf
    axes: tuple[SweptAxis, ...]
    totals: tuple[Quantity, ...]
    demands: tuple[Demand, ...] = ()

    @property
    def points(self) -> int:
        """The number of combinations."""
        return prod(len(axis.values) for axis in self.axes)

    def table(self, values: Mapping[str, Int | Ratio]) -> Table:
        """Return the table of the network at a value of each axis.

        Raises:
            ArchcalcError: the network does not work there.
        """
        asked = self.asked
        for axis in self.axes:
            dial = axis.dial._replace(asked=asked)
            asked = dial.at(dict.fromkeys(dial.unknowns, values[axis.name]))  # type: ignore[arg-type]
        return self.network.table(asked)

    def measures(self, table: Table) -> list[Int]:
        """Return the totals of a table, and what the conditions are about."""
        return [*(total.number(table) for total in self.totals), *(demand.measure(table) for demand in self.demands)]

    def satisfied(self, measured: Sequence[int]) -> bool:
        """Whether the conditions are satisfied by what was measured."""
        rows = zip(self.demands, measured[len(self.totals) :], strict=True)
        return all(demand.holds(value) for demand, value in rows)

    def combinations(self, axes: Sequence[SweptAxis]) -> Iterator[dict[str, Number]]:
        """Yield all combinations of the values of some axes, the last of which changes first."""
        for values in product(*(axis.values for axis in axes)):
            yield dict(zip((axis.name for axis in axes), values, strict=True))


def read_axis(written: str, network: Network, asked: WhatIf) -> SweptAxis:
    """Read an axis: a name, and a range with or without a step, or a list.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> read_axis("base=32..64:16", archcalc.load("resnet50"), WhatIf()).values
    (32, 48, 64)

    Raises:
        UsageError: it cannot be read, or the argument or option is unknown.
    """
    name, sign, values = (part.strip() for part in written.partition("="))
    if not sign:
        raise UsageError(f"invalid axis '{written}'", EXAMPLE)
    found = _values(written, values)
    decimals = any(isinstance(value, Ratio) for value in found)
    if name == INPUT:
        return SweptAxis(name, input_dial(network, asked, square=True), found)
    return SweptAxis(name, dial_of(network, asked, name, decimals=decimals), found)


def _values(written: str, values: str) -> tuple[Number, ...]:
    match = _RANGE.fullmatch(values)
    if match is None:
        if not _LIST.fullmatch(values):
            raise UsageError(f"invalid values '{values}' in '{written}'", EXAMPLE)
        return tuple(dict.fromkeys(map(_number, values.split(","))))
    low, high, step = (_number(text or "1") for text in match.groups())
    if step == 0 or compare(high, "<", low, decide):
        raise UsageError(f"invalid range in '{written}'", EXAMPLE)
    count = number(floor(compute("/", compute("-", high, low), step))) + 1
    if count > SWEPT.value:
        raise UsageError(*SWEPT.exceeded("the sweep", count))
    return tuple(compute("+", low, compute("*", step, place)) for place in range(count))


def _number(written: str) -> Number:
    whole, _, decimals = written.strip().partition(".")
    return ratio(int(whole + decimals), 10 ** len(decimals))


def read_sweep(
    network: Network, asked: WhatIf, vary: Sequence[str], totals: Sequence[str], keep: Sequence[str]
) -> Sweep:
    """Read a sweep: axes, the names of totals, and conditions.

    Raises:
        UsageError: something cannot be read, or there are too many axes or points.
    """
    if len(vary) > SWEPT_AXES.value:
        raise UsageError(*SWEPT_AXES.exceeded("the sweep", len(vary)))
    axes = tuple(read_axis(written, network, asked) for written in vary)
    if not axes:
        raise UsageError("a sweep needs something to vary", EXAMPLE)
    names = [axis.name for axis in axes]
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise UsageError(f"'{double}' is varied twice", "write one --vary for it")
    sweep = Sweep(network=network, asked=asked, axes=axes, totals=tuple(dict.fromkeys(find(name) for name in totals)))
    if sweep.points > SWEPT.value:
        raise UsageError(*SWEPT.exceeded("the sweep", sweep.points))
    table = network.table(asked)
    sweep = sweep._replace(demands=tuple(_demands(keep, table)))
    sweep.measures(table)  # what is not a number here is not a number anywhere
    return sweep


def _demands(keep: Sequence[str], table: Table) -> Iterator[Demand]:
    for written in keep:
        found = read_demand(written, table)
        if isinstance(found, Asking):
            raise UsageError(f"'{written}' is not a condition", "for example 'macs <= 2G'")
        yield from found


def letters_of(axes: Sequence[SweptAxis]) -> dict[str, Int]:
    """Return a letter for each axis."""
    return {axis.name: Letter(axis.letter) for axis in axes}
