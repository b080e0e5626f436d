"""Where the wiring stands: whose blocks and arguments are visible, which path, which copies, which input."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.limits import LEVELS
from archcalc.network.scope import LayeredScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.sharing import Sharing
    from archcalc.network.steps import Spec
    from archcalc.quantities.shape import Shape


FROM_0 = "#0"
"""The number of a copy, counted from 0."""


class Context(NamedTuple):
    """The surroundings of a list of layers.

    ``root`` is the path of the block or file the list belongs to: names are looked up from ``prefix`` down to it.
    ``numbers`` are the copies this list is in since the last level of the path. ``entering`` is the node that
    the enclosing block or file reads. ``shared`` says whose weights are those of this list. ``opened`` lists the
    blocks that are being called.
    """

    spec: Spec
    scope: LayeredScope
    prefix: str = ""
    root: str = ""
    numbers: tuple[int, ...] = ()
    entering: int | None = None
    head: bool = False
    shared: Sharing | None = None
    opened: tuple[str, ...] = ()
    levels: int = 0

    def path(self, called: str) -> str:
        """Return the path of a name in this list; ``#`` in it is the number of the innermost copy, ``#0`` from 0."""
        numbers = self.numbers
        if "#" in called and numbers:
            called = called.replace(FROM_0, str(numbers[-1] - 1)).replace("#", str(numbers[-1]))
            numbers = numbers[:-1]
        path = f"{self.prefix}/{called}" if self.prefix else called
        return "/".join((path, *map(str, numbers))) if numbers else path

    def candidates(self, reference: str) -> Iterator[str]:
        """Yield the paths a reference may mean: in this list, then in those around it, up to the root."""
        prefix = self.prefix
        if self.numbers:
            yield self.path(reference)
        while True:
            yield f"{prefix}/{reference}" if prefix else reference
            if prefix == self.root:
                return
            prefix = prefix.rpartition("/")[0]

    def reading(self, tensor: Shape | None) -> LayeredScope:
        """Return the scope of an expression of a layer that reads ``tensor``."""
        return self.scope.reading(tensor)

    def copy(self, index: int, copies: int) -> Context:
        """Return the context of one of several copies, ``index`` counted from 0."""
        names = {"index": index, "copies": copies, "last": index == copies - 1}
        scope = LayeredScope(names, self.scope.arguments, self.scope.file)
        return self.numbered(index)._replace(scope=scope)

    def numbered(self, index: int) -> Context:
        """Return the context of names in one of several copies, ``index`` counted from 0."""
        return self._replace(numbers=(*self.numbers, index + 1))

    def below(self, path: str) -> Context:
        """Return the context of a list one level further down.

        Raises:
            Refusal: the levels are too many.
        """
        if self.levels >= LEVELS.default:
            raise Refusal(*LEVELS.exceeded("the network"))
        return self._replace(prefix=path, numbers=(), levels=self.levels + 1)

    def block(self, name: str, path: str, scope: LayeredScope, entering: int) -> Context:
        """Return the context of a block's layers: the caller's names end here.

        Raises:
            Refusal: the block is being called already, by itself.
        """
        if name in self.opened:
            circle = " calls ".join((*self.opened[self.opened.index(name) :], name))
            raise Refusal(f"block '{name}' contains itself", f"remove the recursion: {circle}")
        return self.below(path)._replace(scope=scope, root=path, entering=entering, opened=(*self.opened, name))
