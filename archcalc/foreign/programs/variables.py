"""The variables of a function: short ones for what the next line reads, a layer's name for what is read later."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.foreign.programs.identifiers import identifier

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from archcalc.foreign.programs.scopes import ModuleScope, Part

SHORT = ("x", "y", "z")
UNREAD = "_"
"""The variable for what nothing reads."""


class Statement(NamedTuple):
    """A statement: the part of the scope that runs, the variables that it reads, and those that it sets."""

    part: Part
    arguments: tuple[str, ...]
    targets: tuple[str, ...]


class Body(NamedTuple):
    """A function: its parameters, its statements, and the variables that it returns."""

    parameters: tuple[str, ...]
    lines: tuple[Statement, ...]
    returned: tuple[str, ...]


class _Variables:
    def __init__(self, scope: ModuleScope, taken: Collection[str]) -> None:
        self.scope, self.taken = scope, set(taken) | set(SHORT)
        self.held: dict[int, str] = {}
        self.last = {index: place for place, part in enumerate(scope.parts) for index in part.reads}
        self.last |= dict.fromkeys(scope.gives, len(scope.parts))
        self.read = Counter(index for part in scope.parts for index in part.reads)

    def free_short(self, place: int) -> str:
        """Return a short variable that holds nothing any more, or a new one."""
        busy = {name for index, name in self.held.items() if self.last.get(index, -1) > place}
        return next((name for name in SHORT if name not in busy), "") or identifier("x", self.taken | busy)

    def enter(self, names: Sequence[str]) -> tuple[str, ...]:
        """Give the tensors that flow in their variables."""
        found = [names[0] if names else SHORT[0]] if len(self.scope.reads) == 1 else []
        for place, _ in enumerate(self.scope.reads[len(found) :]):
            found.append(names[place] if names else (*SHORT, *(f"x{n}" for n in range(4, place + 5)))[place])
        self.held = dict(zip(self.scope.reads, found, strict=True))
        self.taken |= set(found)
        return tuple(found)

    def line(self, place: int, part: Part) -> Statement:
        """Return the statement of a part, and note what its variables hold."""
        arguments = tuple(self.held[index] for index in part.reads)
        targets: list[str] = []
        for index in part.gives:
            targets.append(self._target(index, place, part, targets))
        self.held |= dict(zip(part.gives, targets, strict=True))
        return Statement(part, arguments, tuple(targets))

    def _target(self, index: int, place: int, part: Part, before: Sequence[str]) -> str:
        """Return a variable for a tensor: that of one that nothing reads any more, if the next line reads it."""
        if index not in self.last:
            return UNREAD
        ended = [self.held[read] for read in part.reads if self.last[read] <= place]
        free = next((name for name in ended if name in SHORT and name not in before), "")
        soon = self.last[index] <= place + 1
        if (soon or (len(part.gives) == 1 and "x" in ended)) and free:
            return "x" if "x" in ended and "x" not in before else free
        if soon and self.free_short(place) not in before:
            return self.free_short(place)
        name = identifier(part.name if len(part.gives) == 1 else f"{part.name}_{len(before) + 1}", self.taken)
        self.taken.add(name)
        return name


def body(scope: ModuleScope, taken: Collection[str], names: Sequence[str] = ()) -> Body:
    """Return the statements of a scope, with variables that are not ``taken``; ``names`` are those of what flows in."""
    variables = _Variables(scope, taken)
    parameters = variables.enter(names)
    lines = tuple(variables.line(place, part) for place, part in enumerate(scope.parts))
    return Body(parameters, lines, tuple(variables.held[index] for index in scope.gives))
