"""What may be turned to make something hold: the input's size, an argument, or an option of a layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.symbolic.expr import Letter, substitute
from archcalc.symbolic.ratio import Ratio, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

INPUT, BATCH, CONTEXT = "input", "batch", "context"
RUN = (BATCH, CONTEXT)
"""What is said of how a network is run, and changes no layer."""

_RANGE = re.compile(r"\s*(\d{1,18})\s*(?:\.\.+|-|–|:)\s*(\d{1,18})\s*")


class Dial(NamedTuple):
    """Something to turn: its letters by name, and what it changes.

    With a ``shape`` the letters are sizes of the input, else the one letter is the value of the argument ``name``,
    or of the option ``name`` of ``layer``.
    """

    unknowns: tuple[str, ...]
    asked: WhatIf
    shape: Shape | None = None
    layer: str = ""
    name: str = ""
    own: Number = 0

    def at(self, values: Mapping[str, Int]) -> WhatIf:
        """Return what is asked of the network at some values."""
        if self.shape is not None:
            sizes = tuple(substitute(size, values) if not isinstance(size, int) else size for size in self.shape.sizes)
            return self.asked._replace(input=self.shape._replace(sizes=sizes))
        (value,) = values.values()
        if self.of_run:
            run = self.asked.run
            turned = run._replace(batch=value) if self.of_run == BATCH else run._replace(context=value)
            return self.asked._replace(run=turned)
        if self.layer:
            options = {**self.asked.options.get(self.layer, {}), self.name: value}
            return self.asked._replace(options={**self.asked.options, self.layer: options})
        return self.asked._replace(arguments={**self.asked.arguments, self.name: value})

    def table(self, network: Network, values: Mapping[str, Int]) -> Table:
        """Return the table of a network at some values.

        Raises:
            ArchcalcError: the network does not work there.
        """
        return network.table(self.at(values))

    @property
    def of_run(self) -> str:
        """The part of how the network is run that is turned, if it is one; it changes no layer."""
        (unknown, *_) = self.unknowns
        return unknown if unknown in RUN and not self.name and self.shape is None else ""

    def letters(self) -> dict[str, Int]:
        """Return the letters themselves as values."""
        return {unknown: Letter(self.letter(unknown)) for unknown in self.unknowns}

    def letter(self, unknown: str) -> str:
        """Return the letter by which an unknown goes in closed forms."""
        return self.name if self.layer else unknown


def input_dial(network: Network, asked: WhatIf, *, square: bool = False) -> Dial:
    """Return the dial for the size of the input: a letter per axis, or one for all of them.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> str(input_dial(archcalc.load("alexnet"), WhatIf()).shape)
    '3×H×W'

    Raises:
        UsageError: the input has no size to turn.
    """
    shape = next(iter(network.entering(asked).values()))
    if any(isinstance(size, Letter) for size in shape.sizes):
        turned = shape._replace(sizes=tuple(_square(size) if square else size for size in shape.sizes))
        return Dial(_names(turned), asked, turned)
    if not shape.is_map:
        raise UsageError(f"the input {shape} has no height or width", "use --vary with an argument of the network")
    turned = shape.with_spatial(tuple(Letter(INPUT if square else axis) for axis in shape.layout[1:]))
    return Dial(_names(turned), asked, turned, own=max(size for size in shape.spatial if isinstance(size, int)))


def _square(size: Int) -> Int:
    """Return the one letter for a letter."""
    return Letter(INPUT) if isinstance(size, Letter) else size


def _names(shape: Shape) -> tuple[str, ...]:
    return tuple(dict.fromkeys(size.name for size in shape.sizes if isinstance(size, Letter)))


def dial_of(network: Network, asked: WhatIf, vary: str, *, decimals: bool = False) -> Dial:
    """Return the dial for an argument, or for `layer.option`; of an argument that takes decimals, if these are asked.

    Raises:
        UsageError: there is no such argument, or it holds no number.
    """
    layer, _, name = vary.rpartition(".")
    if layer:
        return Dial((vary,), asked, layer=layer, name=name)
    known = network.spec.arguments
    if vary in RUN and vary not in known:
        return Dial((vary,), asked, own=1)
    if vary not in known:
        names = ", ".join([INPUT, *RUN, *known])
        raise UsageError(
            f"unknown argument '{vary}' of {network.spec.name}",
            did_you_mean(vary, known) or f"available for --vary: {names}",
        )
    own = network.arguments(asked)[vary]
    if isinstance(own, Ratio) and not decimals:
        raise UsageError(f"{vary} is {spelled(own)}: --vary requires an integer", "for decimals use --step 0.25")
    if not isinstance(own, int | Ratio) or isinstance(own, bool):
        raise UsageError(f"{vary} is {own}: --vary requires an integer", f"use --vary {INPUT} or another argument")
    return Dial((vary,), asked, name=vary, own=own)


def read_range(written: str) -> range:
    """Read the range of values that is looked at.

    >>> read_range("1..64")
    range(1, 65)

    Raises:
        UsageError: it is no range.
    """
    match = _RANGE.fullmatch(written)
    if match is None or int(match[1]) > int(match[2]):
        raise UsageError(f"invalid range '{written}'", "for example --range 1..512")
    return range(int(match[1]), int(match[2]) + 1)
