"""The input sizes that fit: those at which every merge meets and every window has room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archcalc.studies.solving.size_laws import SizeDemand, SizeLaws, proved_laws, size_laws
from archcalc.studies.solving.trying import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from archcalc.network.network import Network, WhatIf
    from archcalc.studies.solving.laws import Law

FITS = SizeDemand(conditions=lambda _: (), holds=lambda _: True)


@dataclass(frozen=True, kw_only=True)
class FittingSizes(SizeLaws):
    """The sizes that fit; ``training`` are those at which training heads work as well, where these are others."""

    training: Mapping[str, Law] = field(default_factory=dict)


def fitting_sizes(
    network: Network, asked: WhatIf, watch: Callable[[range], Iterable[int]] = unwatched, within: range | None = None
) -> FittingSizes:
    """Return the input sizes on which a network works; layers that only training runs are left out.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> fitting_sizes(archcalc.load("alexnet"), WhatIf()).laws["H"]
    Law(step=1, offsets=(0,), start=67, proved=True, others=())

    Raises:
        UsageError: the input has no size to turn.
    """
    proved = None if within else proved_fits(network, asked)
    return proved or _with_training(size_laws(network, asked, FITS, watch, within), {})


def proved_fits(network: Network, asked: WhatIf) -> FittingSizes | None:
    """Return the same where the laws are proved for all sizes, else None.

    Raises:
        UsageError: the input has no size to turn.
    """
    found = proved_laws(network, asked, FITS)
    return None if found is None else _with_training(found, _for_training(network, asked, found) if asked.heads else {})


def _with_training(found: SizeLaws, training: Mapping[str, Law]) -> FittingSizes:
    return FittingSizes(**vars(found), training=training)


def _for_training(network: Network, asked: WhatIf, inference: SizeLaws) -> Mapping[str, Law]:
    """Return the laws with training heads, where they are proved and others than without."""
    found = proved_laws(network, asked, FITS._replace(training=True))
    return found.laws if found and found.laws != inference.laws else {}
