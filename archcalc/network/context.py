"""Where the wiring stands: whose blocks and arguments are visible, which path, which copies, which input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.network.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.steps import Sequence, Spec
    from archcalc.quantities.shape import Shape

MOST_LEVELS = 40


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a list of layers.

    ``root`` is the path of the block or file the list belongs to: names are looked up from ``prefix`` down to it.
    ``numbers`` are the copies this list is in since the last level of the path. ``entering`` is the node that
    the enclosing block or file reads. ``shared`` is a pair of paths: weights below the first are those below the
    second. ``opened`` lists the blocks that are being called.
    """

    spec: Spec
    scope: Scope
    prefix: str = ""
    root: str = ""
    numbers: tuple[int, ...] = ()
    entering: int | None = None
    head: bool = False
    shared: tuple[str, str] | None = None
    opened: tuple[str, ...] = ()
    levels: int = 0
    lists: tuple[Sequence, ...] = ()

    def path(self, called: str) -> str:
        """Return the path of a name in this list; ``#`` in it is the number of the innermost copy."""
        numbers = self.numbers
        if "#" in called and numbers:
            called, numbers = called.replace("#", str(numbers[-1])), numbers[:-1]
        return "/".join((*((self.prefix,) if self.prefix else ()), called, *map(str, numbers)))

    def candidates(self, reference: str) -> Iterator[str]:
        """Yield the paths a reference may mean: in this list, then in those around it, up to the root."""
        prefix = self.prefix
        while True:
            yield f"{prefix}/{reference}" if prefix else reference
            if prefix == self.root:
                return
            prefix = prefix.rpartition("/")[0]

    def reading(self, tensor: Shape | None) -> Scope:
        """Return the scope of an expression of a layer that reads ``tensor``."""
        return replace(self.scope, tensor=tensor)

    def copy(self, index: int, copies: int) -> Context:
        """Return the context of one of several copies, ``index`` counted from 0."""
        names = {"index": index, "copies": copies, "last": index == copies - 1}
        scope = replace(self.scope, copies=names)
        return replace(self, scope=scope, numbers=(*self.numbers, index + 1))

    def below(self, path: str) -> Context:
        """Return the context of a list one level further down.

        Raises:
            Refusal: the levels are too many.
        """
        if self.levels >= MOST_LEVELS:
            raise Refusal(f"more than {MOST_LEVELS} levels of blocks, groups and branches", "flatten the network")
        return replace(self, prefix=path, numbers=(), levels=self.levels + 1)

    def block(self, name: str, path: str, scope: Scope, entering: int) -> Context:
        """Return the context of a block's layers: the caller's names end here.

        Raises:
            Refusal: the block is being called already, by itself.
        """
        if name in self.opened:
            circle = " calls ".join((*self.opened[self.opened.index(name) :], name))
            raise Refusal(f"block '{name}' calls itself", f"{circle}: a network has no recursion")
        below = replace(self.below(path), lists=())
        return replace(below, scope=scope, root=path, entering=entering, opened=(*self.opened, name))

    def inside(self, sequence: Sequence) -> Context:
        """Return the context with one more list around the steps."""
        return replace(self, lists=(*self.lists, sequence))

    def comes_later(self, reference: str) -> bool:
        """Whether a name stands somewhere in the lists around, so that reading it means reading forwards."""
        first = reference.partition("/")[0]
        return any(first in _names(sequence) for sequence in self.lists)


def _names(sequence: Sequence) -> Iterator[str]:
    """Yield the names a list gives, with those of its unnamed groups."""
    for step in sequence.steps:
        yield step.called
        if step.nameless_group and step.layers is not None:
            yield from _names(step.layers)

