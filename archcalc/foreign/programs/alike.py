"""Parts of a network that are alike: those that differ in numbers alone, which become arguments of one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.programs.scopes import PLAIN, Leaf, ModuleScope

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.foreign.programs.scopes import Part

COPIES = "copies"
"""What the number of copies of a repeat is called."""


class EqualParts:
    """Equal parts that follow each other."""

    def __init__(self, part: Part) -> None:
        self.part, self.count = part, 1


class Likeness:
    """What parts have in common, and their numbers; both are computed once for each part.

    ``modules`` says that a chain can only hold modules; otherwise anything that reads one tensor.
    """

    def __init__(self, *, modules: bool) -> None:
        self._modules = modules
        self._skeletons: dict[Part, int] = {}
        self._raw: dict[Part, int] = {}
        self._runs: dict[ModuleScope, list[EqualParts]] = {}
        self._chains: dict[ModuleScope, bool] = {}
        self._numbers: dict[object, int] = {}

    def _number(self, key: object) -> int:
        """Return one number for equal keys, so that keys of keys stay short."""
        return self._numbers.setdefault(key, len(self._numbers))

    def skeleton(self, part: Part) -> int:
        """Return a number that is equal for parts that are alike."""
        if part not in self._skeletons:
            self._skeletons[part] = self._number(self._skeleton(part))
        return self._skeletons[part]

    def _skeleton(self, part: Part) -> object:
        if isinstance(part, Leaf):
            call = part.call
            return ("leaf", call.op, call.home, call.use, call.after, tuple(name for name, _ in call.options))
        if self.is_chain(part):
            return ("chain", *(self.skeleton(run.part) for run in self.runs(part)))
        return self._wired(part, self.skeleton)

    def _wired(self, scope: ModuleScope, inside: Callable[[Part], int]) -> object:
        """Return how the parts of a scope read each other, with what each of them is."""
        local = {index: ("in", place) for place, index in enumerate(scope.reads)}
        parts = []
        for place, part in enumerate(scope.parts):
            parts.append((part.name, inside(part), tuple(local[index] for index in part.reads)))
            local |= {index: (str(place), at) for at, index in enumerate(part.gives)}
        return ("scope", base(scope), tuple(parts), tuple(local[index] for index in scope.gives))

    def raw(self, part: Part) -> int:
        """Return a number that is equal for parts that are the same, numbers included."""
        if part not in self._raw:
            if isinstance(part, Leaf):
                values = tuple((type(value).__name__, value) for _, value in part.call.options)
                key: object = ("leaf", self.skeleton(part), repr(values))
            else:
                key = self._wired(part, self.raw)
            self._raw[part] = self._number((key,))
        return self._raw[part]

    def is_chain(self, scope: ModuleScope) -> bool:
        """Whether a scope is not a block, and its parts are modules that each read the output of the one before."""
        if scope not in self._chains:
            self._chains[scope] = not scope.block and self._follows(scope)
        return self._chains[scope]

    def _follows(self, scope: ModuleScope) -> bool:
        if len(scope.reads) != 1 or len(scope.gives) != 1:
            return False
        before = scope.reads
        for part in scope.parts:
            if part.reads != before or len(part.gives) != 1 or not self._may_follow(part):
                return False
            before = part.gives
        return before == scope.gives

    def _may_follow(self, part: Part) -> bool:
        return isinstance(part, ModuleScope) or not self._modules or bool(part.call.op and part.call.use == PLAIN)

    def runs(self, scope: ModuleScope) -> list[EqualParts]:
        """Return the parts of a chain, equal ones that follow each other together."""
        if scope not in self._runs:
            found: list[EqualParts] = []
            for part in scope.parts:
                if found and self.raw(found[-1].part) == self.raw(part):
                    found[-1].count += 1
                else:
                    found.append(EqualParts(part))
            self._runs[scope] = found
        return self._runs[scope]


def base(scope: ModuleScope) -> str:
    """Return what the class of a scope is called after: its kind of block, or the last word of its path."""
    words = [word for word in scope.path.split("/") if not word.isdigit()]
    return scope.block or (words[-1] if words else "block")
