"""The smallest input that a network works on, and the layer that would die below it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.measures.validity import least_sizes
from archcalc.studies.solving.dials import input_dial
from archcalc.studies.solving.trying import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from archcalc.network.network import Network, WhatIf
    from archcalc.studies.solving.dials import Dial

TRIED = range(1, 1025)
"""The sizes that are tried where closed forms do not tell."""


class Death(NamedTuple):
    """What is refused one below the smallest input: at which size, by which layer, with what to say."""

    size: int
    path: str
    message: str


class Smallest(NamedTuple):
    """The smallest size along each axis, and who would die below it; a size without an entry is never too small.

    Without ``sizes`` none of those that were tried works. ``training`` is what the heads that only training runs need,
    where that is more.
    """

    network: str
    sizes: Mapping[str, int]
    deaths: Mapping[str, Death]
    complete: bool = True
    training: Mapping[str, int] = MappingProxyType({})

    @property
    def holds(self) -> bool:
        """Whether some size works."""
        return bool(self.sizes)


def smallest_input(network: Network, asked: WhatIf, watch: Callable[[range], Iterable[int]] = unwatched) -> Smallest:
    """Return the smallest input that works.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> found = smallest_input(archcalc.load("alexnet"), WhatIf())
    >>> found.sizes, found.deaths["H"].path
    ({'H': 67, 'W': 67}, 'pool5')

    Raises:
        UsageError: the input has no size to turn.
    """
    dial, name = input_dial(network, asked), network.spec.title or network.spec.name
    sizes = _by_closed_forms(network, dial)
    if sizes is not None:
        deaths = {
            letter: _death(network, dial, {**sizes, letter: size - 1}, size - 1) for letter, size in sizes.items()
        }
        deaths_ = {letter: death for letter, death in deaths.items() if death}
        return Smallest(name, sizes, deaths_, training=_for_training(network, dial, sizes))
    if len(dial.unknowns) > 1:
        dial = input_dial(network, asked, square=True)
    return _by_trying(name, network, dial, watch)


def _by_closed_forms(network: Network, dial: Dial) -> dict[str, int] | None:
    """Return the least size along each axis by closed forms, where the network itself agrees; else None."""
    try:
        least = least_sizes(dial.table(network, dial.letters()))
    except ArchcalcError:
        return None
    sizes = {letter: least.get(letter, 1) for letter in dial.unknowns}
    below = [{**sizes, letter: size - 1} for letter, size in sizes.items() if size > 1]
    works = _refused(network, dial, sizes) is None
    return sizes if works and all(_refused(network, dial, values) for values in below) else None


def _for_training(network: Network, dial: Dial, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the least sizes that training heads work on, where these are larger and a head is there at all."""
    least = least_sizes(dial.table(network, dial.letters()), training=True)
    more = {letter: max(size, least.get(letter, 1)) for letter, size in sizes.items()}
    works = more != dict(sizes) and not network.wire(dial.at(more)).left_out
    return more if works else {}


def _refused(network: Network, dial: Dial, values: Mapping[str, int]) -> ArchcalcError | None:
    """Return why a network does not work at some sizes; None if it does."""
    try:
        network.wire(dial.at(values))
    except ArchcalcError as error:
        return error
    return None


def _death(network: Network, dial: Dial, values: Mapping[str, int], size: int) -> Death | None:
    if size < 1:
        return None
    error = _refused(network, dial, values)
    return None if error is None else Death(size, error.mistakes[0].path, error.mistakes[0].message)


def _by_trying(name: str, network: Network, dial: Dial, watch: Callable[[range], Iterable[int]]) -> Smallest:
    """Return the first size of a range that works."""
    (unknown,) = dial.unknowns
    try:
        for size in watch(TRIED):
            if _refused(network, dial, {unknown: size}) is None:
                death = _death(network, dial, {unknown: size - 1}, size - 1)
                with_heads = _first_with_heads(network, dial, range(size, TRIED.stop))
                training = {unknown: with_heads} if with_heads not in (None, size) else {}
                return Smallest(name, {unknown: size}, {unknown: death} if death else {}, training=training)
    except KeyboardInterrupt:
        return Smallest(name, {}, {}, complete=False)
    return Smallest(name, {}, {})


def _first_with_heads(network: Network, dial: Dial, sizes: range) -> int | None:
    """Return the first size at which no training head is left out; None where there is none."""
    (unknown,) = dial.unknowns
    for size in sizes:
        try:
            if not network.wire(dial.at({unknown: size})).left_out:
                return size
        except ArchcalcError:
            continue
    return None
