"""A network with letters in its input, and what has to hold of them for it to work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.bounds import decide
from archcalc.symbolic.expr import Letter, substitute
from archcalc.symbolic.supposing import Condition, condition, supposing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.graph import Graph
    from archcalc.network.network import Network
    from archcalc.studies.solving.dials import Dial
    from archcalc.symbolic.expr import Int


class Supposed(NamedTuple):
    """The letters of an input by their names, and the conditions on them."""

    letters: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def about(self, letter: str) -> list[Condition]:
        """Return the conditions on one letter alone, and those that no letter changes."""
        return [one for one in self.conditions if one.letters in {(letter,), ()}]

    @property
    def between(self) -> list[Condition]:
        """The conditions between several letters."""
        return [one for one in self.conditions if len(one.letters) > 1]

    @property
    def coupled(self) -> tuple[str, ...]:
        """The letters that conditions couple with others."""
        names = {name for one in self.between for name in one.letters}
        return tuple(letter for letter in self.letters if letter in names)

    def beyond(self, least: Mapping[str, int]) -> Supposed:
        """Return what is not certain where letters have at least some values: products of sizes, above all."""
        ranges = {letter: (value, None) for letter, value in least.items()}
        open_ = (one for one in self.between if decide(one.term, one.relation, 0, ranges) is not True)
        return self._replace(conditions=(*(one for one in self.conditions if len(one.letters) < 2), *open_))  # noqa: PLR2004

    def together(self, name: str) -> list[Condition]:
        """Return the conditions on the coupled letters, where all of these have the same value: one letter."""
        one = dict.fromkeys(self.coupled, Letter(name))
        return inserted((c for c in self.conditions if set(c.letters) & set(self.coupled)), one)


def inserted(conditions: Iterable[Condition], values: Mapping[str, Int]) -> list[Condition]:
    """Return conditions with values in place of letters."""
    return [condition(substitute(term, values), relation, 0) for term, relation in conditions]


def supposed_of(letters: tuple[str, ...], graph: Graph, noted: Iterable[Condition], *, training: bool) -> Supposed:
    """Return what has to hold for a graph that was wired with letters: what was noted, and that no size is below 1."""
    conditions = (*graph.conditions, *(graph.training_conditions if training else ()))
    sizes = [condition(size, ">=", 1) for _, size in conditions]
    return Supposed(letters, tuple(dict.fromkeys([*noted, *sizes])))


def suppose(network: Network, dial: Dial, *, training: bool = False) -> tuple[Graph, Supposed]:
    """Wire a network with letters; return its graph, and what has to hold of them.

    Raises:
        ArchcalcError: it works for no value of the letters, or they leave open what it is.
    """
    with supposing() as noted:
        graph = network.wire(dial.at(dial.letters()))
    return graph, supposed_of(tuple(map(dial.letter, dial.unknowns)), graph, noted, training=training)
