"""How many steps a network takes at least, found from its lists alone: blocks that call blocks are counted, not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.limits import LEVELS
from archcalc.network.steps import INCLUDE
from archcalc.network.written import Text

if TYPE_CHECKING:
    from archcalc.network.steps import Sequence, Spec, Step

_COPIES = 7
"""A number of copies with more digits is refused where it is used."""


def least_steps(spec: Spec) -> int:
    """Return a number of steps that a network takes in any case: those without a condition, and copies of a number.

    >>> import archcalc
    >>> least_steps(archcalc.loads("{input: '8', layers: [{layers: [relu, relu], repeat: 1000}]}").spec)
    3001
    """
    return _Counted().sequence(spec.layers, spec, 0)


class _Counted:
    """Counts the steps of each block and of each network once, as deep as blocks may be nested."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], int] = {}

    def sequence(self, sequence: Sequence, spec: Spec, level: int) -> int:
        """Count the steps of a list."""
        return sum(self._step(step, spec, level) for step in sequence.steps)

    def _step(self, step: Step, spec: Spec, level: int) -> int:
        if step.text("when") is not None or step.text("train_only") is not None:
            return 1
        repeat = step.text("repeat")
        if repeat is None:
            return 1 + self._once(step, spec, level)
        known = repeat.text.isascii() and repeat.text.isdecimal() and len(repeat.text) <= _COPIES
        return 1 + (int(repeat.text) * (1 + self._once(step, spec, level)) if known else 0)

    def _once(self, step: Step, spec: Spec, level: int) -> int:
        block = spec.blocks.get(step.kind)
        if block is not None:
            return self._below(block.layers, spec, step.kind, level)
        if step.kind == INCLUDE:
            network = spec.networks.get(step.main.text if isinstance(step.main, Text) else "")
            return 0 if network is None or "until" in step.options else self._below(network.layers, network, "", level)
        lists = [branch.layers for branch in step.branches or () if branch.when is None]
        lists += [step.layers] if step.layers is not None else []
        return sum(self.sequence(inner, spec, level) for inner in lists)

    def _below(self, layers: Sequence, spec: Spec, name: str, level: int) -> int:
        """Count the steps of a block, or of a network; of one that contains itself, those that come first."""
        key = (id(spec), name)
        if key not in self._known:
            self._known[key] = 0
            self._known[key] = self.sequence(layers, spec, level + 1) if level < LEVELS.default else 0
        return self._known[key]
