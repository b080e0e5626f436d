"""The input sizes at which every division of a network is whole, as a law: `32n + 3`, from 67.

They are those that fit and at which no window's division leaves anything over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.studies.solving.dials import input_dial
from archcalc.studies.solving.laws import Law
from archcalc.studies.solving.size_laws import SizeDemand, SizeLaws, size_laws
from archcalc.studies.solving.supposed import suppose
from archcalc.studies.solving.trying import unwatched
from archcalc.symbolic.known import simplify
from archcalc.symbolic.supposing import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archcalc.network.graph import Graph
    from archcalc.network.network import Network, WhatIf
    from archcalc.symbolic.expr import Int

__all__ = ["CleanSizes", "Law", "clean_sizes"]


class Division(NamedTuple):
    """What a window's division leaves over in a layer, as a formula of the input's size."""

    path: str
    remainder: Int
    same: bool


@dataclass(frozen=True, kw_only=True)
class CleanSizes(SizeLaws):
    """The clean sizes; ``never`` are layers whose division is never whole, ``same`` says that one pads with `same`."""

    never: tuple[str, ...] = ()
    same: bool = False

    @property
    def holds(self) -> bool:
        """Whether any size is clean."""
        return not self.never and super().holds


def clean_sizes(
    network: Network, asked: WhatIf, watch: Callable[[range], Iterable[int]] = unwatched, within: range | None = None
) -> CleanSizes:
    """Return the input sizes at which every division is whole; layers that only training runs are left out.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> clean_sizes(archcalc.load("alexnet"), WhatIf()).laws["H"]
    Law(step=32, offsets=(3,), start=67, proved=True, others=())

    Raises:
        UsageError: the input has no size to turn.
    """
    left = _lettered(network, asked)
    never = tuple(dict.fromkeys(one.path for one in left if isinstance(one.remainder, int) and one.remainder))
    found = size_laws(network, asked, CLEAN._replace(holds=_works) if never else CLEAN, watch, within)
    return CleanSizes(**vars(found), never=never, same=any(one.same for one in left))


def divisions(graph: Graph) -> Iterator[Division]:
    """Yield what each window's division leaves over, in the layers that inference runs."""
    for node in graph.nodes:
        if node.is_input or node.head:
            continue
        x = graph.shapes_read(node)[0]
        geometry = node.layer.geometry(x)
        for window, size in zip(geometry.windows if geometry else (), x.lengths, strict=False):
            yield Division(node.path, simplify(window.remainder(size)), window.same)


def _conditions(graph: Graph) -> Iterator[Condition]:
    """Yield that what depends on letters is 0; what does not is never whole, and said."""
    left = (division.remainder for division in divisions(graph))
    return (Condition(remainder, "==") for remainder in left if not isinstance(remainder, int))


def _is_clean(graph: Graph) -> bool:
    return all(division.remainder == 0 for division in divisions(graph))


def _works(graph: Graph) -> bool:  # noqa: ARG001 - where no size is clean the law is that of the other divisions
    return True


CLEAN = SizeDemand(conditions=_conditions, holds=_is_clean)


def _lettered(network: Network, asked: WhatIf) -> list[Division]:
    """Return the divisions with letters for the sizes; none where letters leave open what the network is."""
    try:
        graph, _ = suppose(network, input_dial(network, asked._replace(heads=False)))
    except ArchcalcError:
        return []
    return list(divisions(graph))
