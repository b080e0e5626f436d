"""How the layers of a network are called in the implementation that a tool is shown: data, not guesses.

torchvision's networks are called as torchvision calls them: a file lists what is a function there. Of any other
network a layer is the module of ``torch.nn`` that :meth:`~archcalc.layers.base.Layer.torch` names, if there is one
that takes the tensor as it comes; how the rest is called is not known.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archcalc.layers.base import Foreign
from archcalc.network.patterns import matches

if TYPE_CHECKING:
    from archcalc.layers.base import Layer
    from archcalc.network.table import Row, Table

FILE = Path(__file__).parents[2] / "profiles" / "implementations" / "torchvision.json"

MODULE, OPERATOR, ABSENT = "module", "operator", "absent"
"""A module of its own; an operator or an index on tensors; not there at all, as softmax is left to the loss."""

OPERATORS = ("abs", "permute", "reshape", "slice", "split", "take", "tokens")
"""Kinds that move or choose values; without a module they are operators on tensors, as merges are."""

EVERYWHERE = ("stochastic_depth",)
"""Kinds whose module is not PyTorch's own, and the same wherever it is used."""


class Calling(NamedTuple):
    """How layers of some networks are called: those of a kind, or at a path, or both."""

    way: str
    networks: tuple[str, ...]
    layers: tuple[str, ...] = ("**",)
    kinds: tuple[str, ...] = ()

    def fits(self, network: str, row: Row) -> bool:
        """Whether a layer of a network is called so."""
        if not any(matches(pattern, network) for pattern in self.networks):
            return False
        return (not self.kinds or row.kind in self.kinds) and any(matches(path, row.path) for path in self.layers)


class Implementation(NamedTuple):
    """An implementation: its name and version, how it calls layers other than as modules, and modules around layers.

    ``containers`` are, by network, the blocks that are modules of their own; of networks that are not listed nothing
    is known of these.
    """

    name: str
    version: str
    calls: tuple[Calling, ...]
    containers: tuple[tuple[str, tuple[str, ...]], ...]

    def way(self, network: str, row: Row) -> str | None:
        """Return how a layer is called."""
        return next((call.way for call in self.calls if call.fits(network, row)), MODULE)

    def around(self, network: str) -> tuple[str, ...] | None:
        """Return the blocks that are modules of their own; None, where that is not known."""
        return next((blocks for pattern, blocks in self.containers if matches(pattern, network)), None)


def of(table: Table) -> Implementation | None:
    """Return the implementation of a network, if there is data on one."""
    found = torchvision()
    return found if table.spec.built_in and table.spec.name.startswith(f"{found.name}/") else None


@lru_cache
def torchvision() -> Implementation:
    """Return how torchvision calls the layers of its networks.

    >>> torchvision().name
    'torchvision'
    """
    written = json.loads(FILE.read_text(encoding="utf-8"))
    calls = tuple(_call(**call) for call in written["calls"])
    containers = tuple((pattern, tuple(blocks)) for pattern, blocks in written["containers"].items())
    return Implementation(name=written["name"], version=written["version"], calls=calls, containers=containers)


def _call(way: str, **patterns: list[str]) -> Calling:
    return Calling(way, **{name: tuple(listed) for name, listed in patterns.items()})


def way(table: Table, row: Row) -> str | None:
    """Return how a layer is called: ``module``, ``operator``, a way that a profile names; None, if it is not known."""
    found = of(table)
    return found.way(table.spec.name, row) if found else usual(row.layer, row)


def usual(layer: Layer, row: Row) -> str | None:
    """Return how a layer is called where nothing else is known of the network.

    >>> import archcalc
    >>> net = archcalc.loads("{input: 3x8x8, layers: [relu, {layernorm: }, tokens, {attention: 1}]}").analyze()
    >>> [usual(row.layer, row) for row in net]
    ['module', None, 'operator', None]
    """
    foreign = layer.torch(row.inputs[0])
    if isinstance(foreign, Foreign) and not _refused(row):
        turned = foreign.channels_last or foreign.channels_first
        plain = foreign.home == "torch.nn" and not turned and foreign.times == 1
        return MODULE if plain or layer.kind in EVERYWHERE else None
    return OPERATOR if layer.joins or layer.kind in OPERATORS else None


def _refused(row: Row) -> bool:
    """Whether PyTorch refuses the module: ``same`` with a stride, which TensorFlow alone defines."""
    windows = row.geometry.windows if row.geometry else ()
    return any(window.same and window.stride != 1 for window in windows)
