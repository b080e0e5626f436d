"""The input sizes at which conditions hold, as laws: each axis by itself, and those that are coupled over pairs.

The conditions are noted while the network is wired with letters, so that a law is proved for all sizes. Where letters
leave open what the network is, the sizes of a range are tried, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.studies.solving.dials import INPUT, input_dial
from archcalc.studies.solving.laws import Law, guessed, law_of
from archcalc.studies.solving.pairs import Pairs, pairs_of, wired
from archcalc.studies.solving.supposed import Supposed, suppose
from archcalc.studies.solving.trying import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from archcalc.network.graph import Graph
    from archcalc.network.network import Network, WhatIf
    from archcalc.studies.solving.dials import Dial
    from archcalc.symbolic.supposing import Condition

TRIED = range(1, 513)
"""The sizes that are tried without a closed form."""
CONFIRMED = 4
"""The number of sizes of each law at which the network itself is asked."""


@dataclass(frozen=True, kw_only=True)
class SizeLaws:
    """The law of each axis, or of all axes that are coupled, where they have the same size.

    ``own`` are the network's own sizes by axis; where axes are coupled ``own_works`` says whether all of them together
    do. ``tried`` is the range in which every size was tried, without a proof. ``pairs`` are the sizes of
    coupled axes that work and differ.
    """

    network: str
    laws: Mapping[str, Law]
    own: Mapping[str, int]
    own_works: bool | None = None
    tried: range | None = None
    pairs: Pairs | None = None
    complete: bool = True

    @property
    def holds(self) -> bool:
        """Whether any size is found."""
        return all(law.least is not None for law in self.laws.values()) or bool(self.pairs and self.pairs.found)


class SizeDemand(NamedTuple):
    """What is asked of a graph beyond working: more conditions on letters, and whether a graph of numbers is as asked.

    ``training`` asks for the heads that only training runs, too.
    """

    conditions: Callable[[Graph], Iterable[Condition]]
    holds: Callable[[Graph], bool]
    training: bool = False


class SizeSearch(NamedTuple):
    """A network, what of it is asked, and what is turned."""

    network: Network
    asked: SizeDemand
    dial: Dial

    def works(self, values: Mapping[str, int]) -> bool:
        """Whether the network works at some sizes, and is as asked."""
        return self.layers(values) > 0

    def layers(self, values: Mapping[str, int]) -> int:
        """Return the number of layers at some sizes; 0 where the network does not work, or is not as asked."""
        try:
            graph = self.network.wire(self.dial.at(values))
        except ArchcalcError:
            return 0
        left_out = self.asked.training and graph.left_out
        return len(graph.nodes) if not left_out and self.asked.holds(graph) else 0

    def supposed(self) -> Supposed | None:
        """Return what has to hold of letters; None where they leave open what the network is."""
        try:
            graph, found = suppose(self.network, self.dial, training=self.asked.training)
        except ArchcalcError:
            return None
        more = self.asked.conditions(graph)
        return found._replace(conditions=tuple(dict.fromkeys([*found.conditions, *more])))


Found = tuple["Mapping[str, Law]", Pairs | None]


def size_laws(
    network: Network,
    what_if: WhatIf,
    asked: SizeDemand,
    watch: Callable[[range], Iterable[int]] = unwatched,
    within: range | None = None,
) -> SizeLaws:
    """Return the sizes of the input at which a network works and is as asked.

    Raises:
        UsageError: the input has no size to turn.
    """
    proved = None if within else proved_laws(network, what_if, asked)
    return proved or _by_trying(_search(network, what_if, asked), _own(network, what_if), watch, within or TRIED)


def proved_laws(network: Network, what_if: WhatIf, asked: SizeDemand) -> SizeLaws | None:
    """Return the same where the laws are proved for all sizes, else None.

    Raises:
        UsageError: the input has no size to turn.
    """
    search = _search(network, what_if, asked)
    found = by_conditions(search)
    if found is None:
        return None
    (laws, pairs), own = found, _own(network, what_if)
    works = _own_works(search, pairs, own)
    return SizeLaws(network=network.called, laws=laws, own=own, own_works=works, pairs=pairs)


def _search(network: Network, what_if: WhatIf, asked: SizeDemand) -> SizeSearch:
    return SizeSearch(network, asked, input_dial(network, what_if._replace(heads=asked.training)))


def _own(network: Network, asked: WhatIf) -> dict[str, int]:
    """Return the sizes that the network or the question gives, by the letters of the axes; nothing if inputs differ."""
    shape, *others = network.entering(asked).values()
    if any(other.spatial != shape.spatial for other in others):
        return {}
    sizes = zip(shape.layout[1:], shape.spatial, strict=True)
    return {letter: size for letter, size in sizes if isinstance(size, int)}


def _own_works(search: SizeSearch, pairs: Pairs | None, own: Mapping[str, int]) -> bool | None:
    """Return whether the network's own sizes work, where that is a question of all of them together."""
    whole = pairs is not None and set(own) == set(search.dial.unknowns)
    return search.works(own) if whole else None


def by_conditions(search: SizeSearch) -> Found | None:
    """Return the laws by conditions, and the pairs of coupled axes; None without a proof."""
    supposed = search.supposed()
    if supposed is None:
        return None
    alone = {letter: law_of(supposed.about(letter)) for letter in supposed.letters}
    supposed = supposed.beyond({letter: law.least for letter, law in alone.items() if law and law.least})
    found = {letter: law for letter, law in alone.items() if letter not in supposed.coupled}
    pairs = pairs_of(supposed) if supposed.coupled else None
    if pairs is not None:
        found[together(pairs.letters, supposed.letters)] = law_of(supposed.together(INPUT))
    laws = {name: law for name, law in found.items() if law is not None}
    return (laws, pairs) if len(laws) == len(found) and _confirmed(search, laws, pairs) else None


def together(coupled: tuple[str, ...], letters: tuple[str, ...]) -> str:
    """Return the name of several axes of the same size.

    >>> together(("H", "W"), ("H", "W")), together(("H", "W"), ("D", "H", "W"))
    ('input', 'H=W')
    """
    return INPUT if coupled == letters else "=".join(coupled)


def _confirmed(search: SizeSearch, laws: Mapping[str, Law], pairs: Pairs | None) -> bool:
    """Whether the network works at the first sizes of its laws: a rule that is not noted would show."""
    sizes = {name: list(islice(law.members(), CONFIRMED)) for name, law in laws.items()}
    if not all(sizes.values()):
        return True
    for place in range(CONFIRMED):
        values = {name: inside[min(place, len(inside) - 1)] for name, inside in sizes.items()}
        if not search.works(spread(values, pairs)):
            return False
    return True


def spread(values: Mapping[str, int], pairs: Pairs | None) -> dict[str, int]:
    """Return the size of each axis, those of the same size by their own names."""
    alone = {name: size for name, size in values.items() if name != INPUT and "=" not in name}
    same = next((size for name, size in values.items() if name not in alone), 0)
    return alone | (dict.fromkeys(pairs.letters, same) if pairs else {})


def _by_trying(
    search: SizeSearch, own: Mapping[str, int], watch: Callable[[range], Iterable[int]], values: range
) -> SizeLaws:
    """Return the law that fits all sizes of a range that were tried, all axes having the same size; then pairs."""
    letters = search.dial.unknowns
    inside: list[int] = []
    most, tried, complete = 0, values[:0], True
    try:
        for place, size in enumerate(watch(values), 1):
            layers = search.layers(dict.fromkeys(letters, size))
            inside, most = [*inside, *([size] if layers else [])], max(most, layers)
            tried = values[:place]
    except KeyboardInterrupt:
        complete = False
    several = len(letters) > 1
    pairs = wired(search.works, letters, most) if several and complete and values == TRIED else None
    square = {INPUT: max(own.values())} if len(set(own.values())) == 1 and set(own) == set(letters) else {}
    return SizeLaws(
        network=search.network.called,
        laws={INPUT if several else letters[0]: guessed(inside, tried)},
        own=square or own,
        own_works=search.works(own) if several and own and not square else None,
        tried=tried,
        pairs=pairs,
        complete=complete,
    )
