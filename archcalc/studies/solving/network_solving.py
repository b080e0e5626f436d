"""Solving for a network's input, an argument or an option: `pool5 = 6x6`, `params <= 10M`.

Where closed forms are proved to rise, what solves them is an interval whose ends are found by halving, and the
network itself is then asked at them. Where they are not, every value of a range is tried; the answer says which.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, UsageError
from archcalc.measures.memory import RunSetting, cache_of
from archcalc.studies.solving.closed_forms import closed_forms
from archcalc.studies.solving.demands import Asking, Demand, read_demand, refuse_unused_type
from archcalc.studies.solving.dials import INPUT, dial_of, input_dial
from archcalc.studies.solving.fitting_sizes import proved_fits
from archcalc.studies.solving.law_solving import by_axis, by_law
from archcalc.studies.solving.layer_sizes import SizeAnswer, computed_size
from archcalc.studies.solving.network_answers import NetworkAnswer, Search
from archcalc.studies.solving.pair_solving import over_pairs
from archcalc.studies.solving.steps import steps
from archcalc.studies.solving.trial_solving import by_trying
from archcalc.studies.solving.trying import Trial
from archcalc.symbolic.relations import spoken
from archcalc.symbolic.supposing import supposing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Table
    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.dials import Dial

__all__ = ["NetworkAnswer", "Search", "SizeAnswer", "solve_network"]

REFERENCE = 257
"""Below this a size is looked for at which the network works, where it does not with letters."""


def solve_network(
    network: Network, asked: WhatIf, questions: Sequence[str], look: Search | None = None
) -> NetworkAnswer | SizeAnswer:
    """Find what must be turned how far so that everything holds that is asked.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> solve_network(archcalc.load("alexnet"), WhatIf(), ["pool5 = 6x6"]).solutions[0].values
    {'H': Span(low=227, high=258), 'W': Span(low=227, high=258)}

    Raises:
        UsageError: a question cannot be read, or there is nothing to turn.
    """
    look = look or Search()
    dial = _dial(network, asked, look)
    table, text = _reference(network, dial), ", ".join(questions)
    read = [read_demand(question, table) for question in questions]
    asking = next((demand for demand in read if isinstance(demand, Asking)), None)
    if asking is not None:
        if len(read) > 1:
            raise UsageError(
                f"'{asking.path}.{asking.size}' cannot be combined with other questions", "run one at a time"
            )
        return computed_size(text, network, asked, asking, table)
    demands = [demand for demands in read if not isinstance(demands, Asking) for demand in demands]
    _refuse_twice(demands)
    refuse_unused_type(asked.run.dtype, demands)
    _refuse_without_cache(table)
    return _searched(text, Trial(network, dial, demands), look)


def _dial(network: Network, asked: WhatIf, look: Search) -> Dial:
    if look.vary == INPUT:
        return input_dial(network, asked)
    return dial_of(network, asked, look.vary, decimals=look.steps is not None)


def _refuse_twice(demands: Sequence[Demand]) -> None:
    """Refuse to ask for the same thing in the same relation twice."""
    for (name, relation), times in Counter((demand.name, demand.relation) for demand in demands).items():
        if times > 1:
            raise UsageError(f"duplicate condition {name} {spoken(relation)}", "keep one of them")


def _refuse_without_cache(table: Table) -> None:
    """Refuse to look for the tokens of a KV cache that does not grow with them."""
    if table.run.context is not None and cache_of(table, RunSetting(), 1) == cache_of(table, RunSetting(), 0):
        message = f"{table.spec.name} has no KV cache that grows: its attention is not causal"
        raise UsageError(message, "use --vary input or --vary batch")


def _reference(network: Network, dial: Dial) -> Table:
    """Return the table by which questions are read: with letters, or at sizes at which the network works.

    Raises:
        ArchcalcError: it works at none that was tried.
    """
    try:
        return dial.table(network, dial.letters())
    except ArchcalcError as error:
        refused = error
    table = _at_some_size(network, dial)
    if table is None and not (dial.shape is not None and _fits(network, dial)):
        raise refused
    return _supposed(network, dial) if table is None else _supposed_or(table, network, dial)


def _supposed(network: Network, dial: Dial) -> Table:
    """Return the table with letters, of which is supposed what has to hold for the network to work."""
    with supposing():
        return dial.table(network, dial.letters())


def _supposed_or(table: Table, network: Network, dial: Dial) -> Table:
    """Return the same, or a table of numbers where letters leave open what the network is."""
    with suppress(ArchcalcError):
        return _supposed(network, dial)
    return table


def _at_some_size(network: Network, dial: Dial) -> Table | None:
    """Return the table at the network's own size, or at the first at which it works."""
    own = [dial.own] if dial.own else []
    for size in (*own, *range(1, REFERENCE)):
        with suppress(ArchcalcError):
            return dial.table(network, dict.fromkeys(dial.unknowns, size))
    return None


def _fits(network: Network, dial: Dial) -> bool:
    """Whether some sizes are proved to work."""
    found = proved_fits(network, dial.asked._replace(input=dial.shape))
    return found is not None and found.holds


def _searched(text: str, trial: Trial, look: Search) -> NetworkAnswer:
    """Search along each axis by itself where that can be, else along one dial."""
    closed = None if look.steps else closed_forms(trial)
    budget = any(demand.budget for demand in trial.demands)
    if len(trial.dial.unknowns) > 1 and (budget or closed is None or closed.coupled or not _by_itself(closed)):
        square = trial._replace(dial=input_dial(trial.network, trial.dial.asked, square=True))
        found = _along(text, square, closed_forms(square), look)
        return replace(found, pairs=over_pairs(trial, closed, look))
    return _along(text, trial, closed, look)


def _by_itself(closed: Closed) -> bool:
    """Whether every axis can be solved by itself: what is asked of it rises, or has a law."""
    return all(closed.about(name).rises(name) or closed.law(name) for name in closed.alone)


def _along(text: str, trial: Trial, closed: Closed | None, look: Search) -> NetworkAnswer:
    """Search along the one dial, or along each axis by itself."""
    if look.steps is not None:
        return by_trying(text, trial, None, look, steps(*look.steps, trial.dial.own))
    names = list(map(trial.dial.letter, trial.dial.unknowns))
    if closed is not None and len(names) > 1:
        return by_axis(text, trial, closed, look)
    if closed is not None and all(closed.about(name).rises(name) for name in names):
        return by_law(text, trial, closed, look)
    return by_trying(text, trial, closed, look)
