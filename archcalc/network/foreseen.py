"""How many steps and layers a network has at least, found from its lists: blocks that call blocks are not run."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import SpecError
from archcalc.layers.registry import find, kind_names
from archcalc.limits import LEVELS
from archcalc.network.scope import LayeredScope
from archcalc.network.step_options import number_of_copies
from archcalc.network.steps import INCLUDE
from archcalc.network.written import Items, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.steps import Sequence, Spec, Step

_DIGITS = 7
"""A number of copies with more digits is refused where it is used."""


class Least(NamedTuple):
    """Numbers of steps and of layers that are reached in any case."""

    steps: int = 0
    layers: int = 0

    def and_then(self, other: Least) -> Least:
        """Return the sums with what follows."""
        return Least(self.steps + other.steps, self.layers + other.layers)


STEP, LAYER = Least(1, 0), Least(0, 1)


def least(spec: Spec, arguments: Mapping[str, object] = MappingProxyType({})) -> Least:
    """Count the steps of a network that have no condition, and their copies where these are a number.

    ``arguments`` are those of the file: copies may be counted by them, except in blocks.

    >>> import archcalc
    >>> least(archcalc.loads("{input: '8', layers: [{layers: [relu, relu], repeat: 1000}]}").spec)
    Least(steps=3001, layers=2000)
    """
    return _Counted(LayeredScope(file=arguments)).sequence(spec.layers, spec, 0)


class _Counted:
    """Counts the steps of each block and of each network once, as deep as blocks may be nested."""

    def __init__(self, scope: LayeredScope) -> None:
        self._known: dict[tuple[int, str], Least] = {}
        self._scope = scope

    def sequence(self, sequence: Sequence, spec: Spec, level: int) -> Least:
        """Count the steps of a list."""
        found = Least()
        for step in sequence.steps:
            found = found.and_then(self._step(step, spec, level))
        return found

    def _step(self, step: Step, spec: Spec, level: int) -> Least:
        if step.text("when") is not None or step.text("train_only") is not None:
            return STEP
        repeat = step.text("repeat")
        if repeat is None:
            return STEP.and_then(self._once(step, spec, level))
        copies = self._copies(repeat, level)
        once = STEP.and_then(self._once(step, spec, level))
        return Least(1 + copies * once.steps, copies * once.layers)

    def _copies(self, repeat: Text, level: int) -> int:
        """Return the number of copies, as far as it is known before anything runs."""
        if repeat.text.isascii() and repeat.text.isdecimal() and len(repeat.text) <= _DIGITS:
            return int(repeat.text)
        if level:
            return 0
        try:
            return number_of_copies(repeat, self._scope)
        except SpecError:
            return 0

    def _once(self, step: Step, spec: Spec, level: int) -> Least:
        block = spec.blocks.get(step.kind)
        if block is not None:
            return self._below(block.layers, spec, step.kind, level)
        if step.kind == INCLUDE:
            network = spec.networks.get(step.main.text if isinstance(step.main, Text) else "")
            inside = None if network is None or "until" in step.options else network
            return Least() if inside is None else self._below(inside.layers, inside, "", level)
        lists = [branch.layers for branch in step.branches or () if branch.when is None]
        lists += [step.layers] if step.layers is not None else []
        found = LAYER if step.kind in kind_names() and self._is_placed(step, spec, len(lists)) else Least()
        for inner in lists:
            found = found.and_then(self.sequence(inner, spec, level))
        return found

    def _is_placed(self, step: Step, spec: Spec, branches: int) -> bool:
        """Whether a kind becomes a layer in any case: a merge with two inputs that nothing takes away."""
        names = (
            [item.text for item in step.main.items if isinstance(item, Text)] if isinstance(step.main, Items) else []
        )
        fixed = [name for name in names if not any(name in block.arguments for block in spec.blocks.values())]
        return not find(step.kind).joins or max(branches, len(fixed)) > 1

    def _below(self, layers: Sequence, spec: Spec, name: str, level: int) -> Least:
        """Count the steps of a block, or of a network; of one that contains itself, those that come first."""
        key = (id(spec), name)
        if key not in self._known:
            self._known[key] = Least()
            self._known[key] = self.sequence(layers, spec, level + 1) if level < LEVELS.default else Least()
        return self._known[key]
