"""Two networks or more, side by side: totals, stages, and for two of them the edit from one to the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.limits import work
from archcalc.measures.validity import least_sizes
from archcalc.network.network import Network, require_network
from archcalc.rooms import Shown
from archcalc.studies.comparing.edits import Script, edit_script
from archcalc.studies.comparing.stages import Stage, stages
from archcalc.studies.comparing.thresholds import Check, check, read_limit
from archcalc.studies.comparing.totals import Total, totals
from archcalc.symbolic.expr import Letter, letters, substitute
from archcalc.symbolic.known import signs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.signs import Signs

WEIGHED = ("params", "macs", "activations")
"""What is worth knowing when it depends on letters: for which values one network has less of it."""


class Weighed(NamedTuple):
    """A difference with letters in it: second network less first, and where it is below, at or above zero.

    ``equated`` are the letters that were set equal for that, as height and width; ``signs`` is None where it is
    undecided.
    """

    quantity: str
    difference: Int
    signs: Signs | None
    equated: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Difference(Shown):
    """The comparison of two or more networks.

    ``script`` and ``weighed`` are given for two networks only. ``checks`` are the results of the conditions.
    """

    tables: tuple[Table, ...]
    totals: tuple[Total, ...]
    stages: tuple[Stage, ...]
    script: Script | None = None
    weighed: tuple[Weighed, ...] = ()
    checks: tuple[Check, ...] = ()

    def __getitem__(self, quantity: str) -> Total:
        known = {total.quantity: total for total in self.totals}
        if quantity not in known:
            raise UsageError(f"unknown quantity '{quantity}'", did_you_mean(quantity, known))
        return known[quantity]

    @property
    def holds(self) -> bool:
        """Whether every limit is kept, for certain."""
        return all(check.holds for check in self.checks)


@work()
def diff(*networks: Network | Table, fail_on: Iterable[str] = ()) -> Difference:
    """Compare two or more networks, each with its own input or as a table: ``net.analyze("3xHxW")``.

    Args:
        networks: the networks; all others are compared with the first.
        fail_on: conditions that must not be true: ``["macs > +5%", "params > 25M"]``.

    Raises:
        UsageError: fewer than two networks, or an invalid condition.
        SpecError: a network is not valid for its own input.

    >>> import archcalc
    >>> difference = diff(archcalc.load("vgg16"), archcalc.load("googlenet"))
    >>> difference["params"].values, difference["macs"].difference()
    ((138357544, 6998552), -13887592448)
    """
    if len(networks) < 2:  # noqa: PLR2004 - to compare takes two
        raise UsageError("a comparison requires at least two networks", "for example: archcalc diff vgg16 googlenet")
    limits = [read_limit(written) for written in fail_on]
    tables = tuple(_table(require_network(net)) for net in networks)
    found = totals(tables)
    difference = Difference(tables=tables, totals=found, stages=stages(tables), checks=check(found, limits))
    if len(tables) > 2:  # noqa: PLR2004
        return difference
    return replace(difference, script=edit_script(*tables), weighed=tuple(_weighed(found, tables)))


def _table(net: Network | Table) -> Table:
    return net.analyze() if isinstance(net, Network) else net


def _weighed(found: Sequence[Total], tables: Sequence[Table]) -> Iterator[Weighed]:
    """Yield the differences that have letters in them."""
    for total in found:
        difference = total.difference() if total.quantity in WEIGHED else None
        if difference is not None and letters(difference):
            yield weigh(total.quantity, difference, tables)


def weigh(quantity: str, difference: Int, tables: Sequence[Table]) -> Weighed:
    """Say where a difference is below, at or above zero, for sizes at which both networks work.

    Where it has several letters and all of them are sizes of the input, they are set equal.
    """
    least: dict[str, int] = {}
    for table in tables:
        for letter, size in least_sizes(table).items():
            least[letter] = max(size, least.get(letter, 1))
    found, names = signs(difference, least), letters(difference)
    if found is not None or not set(names) <= _sizes_of_inputs(tables):
        return Weighed(quantity, difference, found)
    first = Letter(names[0])
    square = substitute(difference, dict.fromkeys(names, first))
    return Weighed(
        quantity=quantity,
        difference=difference,
        signs=signs(square, {names[0]: max(least.get(name, 1) for name in names)}),
        equated=names,
    )


def _sizes_of_inputs(tables: Sequence[Table]) -> set[str]:
    """Return the letters that are sizes of an input's spatial axes by themselves."""
    sizes = (size for table in tables for shape in table.inputs.values() for size in shape.spatial)
    return {size.name for size in sizes if isinstance(size, Letter)}
