"""Copies of a layer that keeps the shape it reads: from the third on, each is the one before it in another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.registry import find

if TYPE_CHECKING:
    from archcalc.network.calls import Bindings
    from archcalc.network.context import Context
    from archcalc.network.placing import Placing
    from archcalc.network.steps import Step


class SettledCopies:
    """The copies of a step, once nothing changes from one to the next: so are most of 200,000."""

    def __init__(self, step: Step, context: Context, placing: Placing, bindings: Bindings) -> None:
        self._step, self._context, self._placing, self._bindings = step, context, placing, bindings
        self._begun = False

    def have_begun(self, index: int, before: int) -> bool:
        """Whether copy ``index``, counted from 0, only repeats the one before it, whose output is node ``before``.

        The first has options of its own (`first`), so that the second is the first of those that can be alike.
        """
        self._begun = self._begun or (index > 1 and self._are_alike() and self._keeps_its_shape(before))
        return self._begun

    def _are_alike(self) -> bool:
        """Whether the step is one layer that depends on nothing but the shape it reads, with weights of its own."""
        if self._context.shared is not None or self._step.text("share") is not None or self._placing.is_changed:
            return False
        if not self._bindings.is_the_same_in_all_copies(self._step):
            return False
        kind = find(self._step.kind)
        return not kind.joins and not kind.declared.sources

    def _keeps_its_shape(self, node: int) -> bool:
        fitted = self._placing.nodes[node].fitted
        return fitted.read == (fitted.shape,)

    def place(self, index: int, before: int) -> int:
        """Place copy ``index`` after the one whose output is node ``before``; return its own node.

        Raises:
            SpecError: the layers are too many, or another has its name.
        """
        context = self._context.numbered(index)
        path = context.path(self._step.called)
        layer = self._placing.nodes[before].layer
        node = self._placing.place(layer, path, (before,), context, self._step.place)
        self._placing.name(path, node)
        return node
