"""A written network as a program: lists of steps, blocks, and the file that holds them. Nothing is expanded here."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.errors import Place
    from archcalc.network.written import Items, Record, Text, Written

GROUP, USE, INCLUDE = "layers", "use", "network"
"""The kinds of steps that are no layer and no block: a group in place, a kind from an argument, another network."""

COMMON = ("name", "when", "repeat", "first", "from", "share", "train_only", "layers")
"""The options that every step takes; no block may call an argument so."""


@dataclass(eq=False, repr=False)
class Step:
    """One entry of a list of layers: a layer, a block's call, a merge, a group, a use or another network.

    ``keys`` are the places of the options' names. ``called`` is its name within its list, ``level`` whether it
    adds a level to the paths below it, and ``plain`` whether it has no condition, no copies and no other reader's
    tensor; :mod:`archcalc.network.naming` gives all three.
    """

    kind: str
    place: Place | None
    main: Written | None = None
    options: dict[str, Written] = field(default_factory=dict)
    common: dict[str, Written] = field(default_factory=dict)
    keys: dict[str, Place | None] = field(default_factory=dict)
    layers: Sequence | None = None
    branches: tuple[Branch, ...] | None = None
    called: str = ""
    level: bool = True
    plain: bool = False

    def text(self, option: str) -> Text | None:
        """Return a common option that is a piece of text, None where it does not stand."""
        return self.common.get(option)  # type: ignore[return-value]

    @property
    def named(self) -> str | None:
        """The name that was written, if any."""
        name = self.text("name")
        return name.text if name is not None else None

    @property
    def nameless_group(self) -> bool:
        """Whether the step is a group in place that adds no level: its layers belong to the list around it."""
        return self.kind == GROUP and self.layers is not None and self.named is None


class Sequence(NamedTuple):
    """A list of steps."""

    steps: tuple[Step, ...]


class Branch(NamedTuple):
    """One branch of a merge: an empty list of layers is the identity."""

    name: Text
    layers: Sequence
    when: Text | None = None


class Block(NamedTuple):
    """A layer that a file defines: its arguments with their defaults (None: required), and its layers.

    ``row`` says that it is called with a list of main arguments. ``outputs`` are the layers in it whose outputs have
    names of their own; the output of the block itself is that of its last layer.
    """

    name: Text
    arguments: Mapping[str, Written | None]
    row: bool
    layers: Sequence
    outputs: Mapping[str, Text] = MappingProxyType({})


DIFFERS = {
    "disputed": "wrong in the source, with the calculation that shows it",
    "counted_differently": "right by another convention, with what that counts",
    "unexplained": "no cause known, with the calculation of the exact value",
}
"""Why a published figure is not the exact value, by the key that says so."""


class Expectation(NamedTuple):
    """A published figure: what is printed, of which layer, and where.

    ``differs`` is one of the keys of DIFFERS where the figure is known not to be the exact value, and ``reason`` the
    calculation. ``counted`` says that we counted it from what the source describes, and the source does not state it.
    """

    quantity: str
    printed: str
    source: str
    of: str = ""
    variant: str = ""
    note: str = ""
    counted: bool = False
    differs: str = ""
    reason: str = ""
    place: Place | None = None


class Spec(NamedTuple):
    """A network as a file writes it, with one of its variants chosen.

    ``allow`` are the findings of `lint` that are meant. ``remarks`` are what every table of it says, for example
    which fields of another program's file were ignored.
    """

    name: str
    title: str
    input: Written | None
    arguments: Mapping[str, Written]
    blocks: Mapping[str, Block]
    layers: Sequence
    paper: Mapping[str, str] = MappingProxyType({})
    family: str = ""
    note: str = ""
    chosen: Mapping[str, Written] = MappingProxyType({})
    expect: tuple[Expectation, ...] = ()
    outputs: tuple[str, ...] = ()
    networks: Mapping[str, Spec] = MappingProxyType({})
    written: Record | Items | None = None
    allow: Written | None = None
    built_in: bool = False
    remarks: tuple[str, ...] = ()
