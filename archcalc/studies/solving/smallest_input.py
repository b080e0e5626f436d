"""The smallest input that a network works on, and the layer that would die below it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.studies.solving.dials import INPUT, input_dial
from archcalc.studies.solving.fitting_sizes import proved_fits
from archcalc.studies.solving.pairs import Pairs, wired
from archcalc.studies.solving.size_laws import spread
from archcalc.studies.solving.trying import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from archcalc.network.network import Network, WhatIf
    from archcalc.studies.solving.dials import Dial
    from archcalc.studies.solving.fitting_sizes import FittingSizes

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
    where that is more. ``pairs`` are sizes of axes that are coupled, and differ; those beside which no others are
    smaller along every axis. ``tried`` is the range that was tried without a proof.
    """

    network: str
    sizes: Mapping[str, int]
    deaths: Mapping[str, Death]
    complete: bool = True
    training: Mapping[str, int] = MappingProxyType({})
    pairs: Pairs | None = None
    tried: range | None = None

    @property
    def holds(self) -> bool:
        """Whether some size works."""
        return bool(self.sizes) or bool(self.pairs and self.pairs.found)


def smallest_input(network: Network, asked: WhatIf, watch: Callable[[range], Iterable[int]] = unwatched) -> Smallest:
    """Return the smallest input that works, for inference; of axes that do not couple the smallest size of each.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> found = smallest_input(archcalc.load("alexnet"), WhatIf())
    >>> found.sizes, found.deaths["H"].path
    ({'H': 67, 'W': 67}, 'pool5')

    Raises:
        UsageError: the input has no size to turn.
    """
    dial, fits = input_dial(network, asked), proved_fits(network, asked)
    if fits is None:
        return _by_trying(network, dial, watch)
    sizes = {axis: law.least for axis, law in fits.laws.items() if law.least is not None}
    sizes = sizes if len(sizes) == len(fits.laws) else {}
    return Smallest(
        network=network.called,
        sizes=sizes,
        deaths=_deaths(network, dial, sizes, fits.pairs),
        training=_for_training(fits, sizes),
        pairs=_beside(fits.pairs, sizes),
    )


def _beside(pairs: Pairs | None, sizes: Mapping[str, int]) -> Pairs | None:
    """Return of sizes that differ the smallest, beside the smallest of those that do not."""
    if pairs is None:
        return None
    same = next((size for name, size in sizes.items() if name == INPUT or "=" in name), None)
    every = pairs._replace(found=(*pairs.found, *(((same,) * len(pairs.letters),) if same else ())))
    return pairs._replace(found=tuple(one for one in every.least() if one in pairs.found))


def _for_training(fits: FittingSizes, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the least sizes at which training heads work, where these are others and there are any."""
    least = {axis: law.least for axis, law in fits.training.items() if law.least is not None}
    return least if least != dict(sizes) and least.keys() == sizes.keys() else {}


def _deaths(network: Network, dial: Dial, sizes: Mapping[str, int], pairs: Pairs | None) -> dict[str, Death]:
    """Return what is refused one below the smallest size of each axis."""
    below = {name: spread({**sizes, name: size - 1}, pairs) for name, size in sizes.items()}
    found = {name: _death(network, dial, values, sizes[name] - 1) for name, values in below.items()}
    return {name: death for name, death in found.items() if death}


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


def _by_trying(network: Network, dial: Dial, watch: Callable[[range], Iterable[int]]) -> Smallest:
    """Return the first size of a range that works, all axes having the same; then pairs."""
    letters = dial.unknowns
    several, found, complete = len(letters) > 1, None, True

    def works(values: Mapping[str, int]) -> bool:
        return _refused(network, dial, values) is None

    try:
        found = next((size for size in watch(TRIED) if works(dict.fromkeys(letters, size))), None)
    except KeyboardInterrupt:
        complete = False
    name = INPUT if several else letters[0]
    sizes = {} if found is None else {name: found}
    layers = len(network.wire(dial.at(dict.fromkeys(letters, found))).nodes) if found else 1
    pairs = wired(works, letters, layers) if several and complete else None
    death = _death(network, dial, dict.fromkeys(letters, found - 1), found - 1) if found else None
    with_heads = _first_with_heads(network, dial, range(found, TRIED.stop)) if found else None
    return Smallest(
        network=network.called,
        sizes=sizes,
        deaths={name: death} if death else {},
        complete=complete,
        training={name: with_heads} if with_heads not in (None, found) else {},
        pairs=_beside(pairs, sizes),
        tried=TRIED,
    )


def _first_with_heads(network: Network, dial: Dial, sizes: range) -> int | None:
    """Return the first size at which no training head is left out; None where there is none."""
    for size in sizes:
        try:
            if not network.wire(dial.at(dict.fromkeys(dial.unknowns, size))).left_out:
                return size
        except ArchcalcError:
            continue
    return None
