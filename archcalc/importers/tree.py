"""A flat list of layers as a tree by their paths: groups, and of groups that are alike, blocks.

Two groups are alike if they hold the same layers by the same names, which read each other alike; only numbers differ.
A group can become a block if it reads nothing of the network but what flows into it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archcalc.importers.flow import Reference
from archcalc.layers.options import field_of
from archcalc.layers.registry import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.flow import Planned

ENTERING = "input"
"""What a block calls the tensor that flows into it."""


@dataclass(eq=False)
class Part:
    """A layer, or a group of them. ``path`` is its own, ``before`` that of what flows into it."""

    path: str
    name: str
    before: str
    step: Planned | None = None
    parts: list[Part] = field(default_factory=list)

    @property
    def last(self) -> str:
        """The path of the layer whose output comes out; a head that only training runs hands on what flows into it."""
        return self.before if self.is_head else self.end

    @property
    def end(self) -> str:
        """The path of the layer that stands last in it."""
        return self.path if self.step is not None else self.parts[-1].end

    @property
    def is_head(self) -> bool:
        """Whether only training runs it."""
        return all(step.train_only for step in self.steps())

    def steps(self) -> Iterator[Planned]:
        """Yield the layers in it, in order."""
        if self.step is not None:
            yield self.step
        for part in self.parts:
            yield from part.steps()


def tree(steps: Sequence[Planned], before: str) -> list[Part]:
    """Return layers as groups by their paths. Layers of a group that do not stand together are in none.

    ``before`` is what flows into the first.
    """
    return _level(list(steps), "", before, _together(steps))


def _together(steps: Sequence[Planned]) -> set[str]:
    """Return the paths of groups whose layers stand one after the other."""
    ended: set[str] = set()
    torn: set[str] = set()
    current: list[str] = []
    for step in steps:
        around = list(_around(step.path))
        ended |= set(current) - set(around)
        torn |= ended & set(around)
        current = around
    everything = {path for step in steps for path in _around(step.path)}
    return everything - torn - {step.path for step in steps}


def _around(path: str) -> Iterator[str]:
    parts = path.split("/")
    yield from ("/".join(parts[:count]) for count in range(1, len(parts)))


def _level(steps: list[Planned], prefix: str, before: str, groups: set[str], *, head: bool = False) -> list[Part]:
    """Return layers as the groups below a prefix; in a head that only training runs, a layer reads the one before."""
    found: list[Part] = []
    at = 0
    while at < len(steps):
        path = steps[at].path
        around = [group for group in _around(path) if group in groups and group.startswith(prefix)]
        group = next((group for group in around if group != prefix[:-1]), None)
        if group is None:
            part, count = Part(path=path, name=path.removeprefix(prefix), before=before, step=steps[at]), 1
        else:
            inner = _below(steps, at, group)
            count = len(inner)
            part = Part(path=group, name=group.removeprefix(prefix), before=before)
            inside = head or all(step.train_only for step in inner)
            part.parts = _level(inner, f"{group}/", before, groups, head=inside)
        found.append(part)
        before, at = part.end if head else part.last, at + count
    return found


def _below(steps: list[Planned], at: int, group: str) -> list[Planned]:
    """Return the layers of a group, which begins at one of the layers."""
    end = next((end for end in range(at, len(steps)) if not steps[end].path.startswith(f"{group}/")), len(steps))
    return steps[at:end]


def options_of(step: Planned) -> dict[str, Any]:
    """Return all options of a layer by name, those that are not given with their defaults."""
    names = find(step.kind).declared.options
    return {name: step.options.get(name, getattr(step.layer, field_of(name))) for name in names}


class Skeleton(tuple):  # type: ignore[type-arg]
    """What groups that are alike have in common; it is compared, and nothing else."""

    __slots__ = ()


@dataclass(eq=False)
class Alike:
    """A group without its numbers, and the numbers: with the option that each is the value of.

    ``outside`` are the layers that it reads and that are neither in it nor what flows into it.
    """

    shape: Skeleton
    values: list[Any]
    labels: list[str]
    outside: set[str]


def alike(part: Part) -> Alike:
    """Return what a group has in common with others."""
    return _alike(part, part.path, part.before)


def _alike(part: Part, root: str, entering: str) -> Alike:
    if part.step is not None:
        return _of_layer(part, part.step, root, entering)
    inner = [_alike(child, root, entering) for child in part.parts]
    return Alike(
        shape=Skeleton((child.name, one.shape) for child, one in zip(part.parts, inner, strict=True)),
        values=[value for one in inner for value in one.values],
        labels=[label for one in inner for label in one.labels],
        outside=set().union(*(one.outside for one in inner)),
    )


def _of_layer(part: Part, step: Planned, root: str, entering: str) -> Alike:
    options = options_of(step)
    named = [step.shares] if step.shares else []
    references = [*step.reads, *named, *(value.path for value in options.values() if isinstance(value, Reference))]
    inside = [_inside(path, root, entering) for path in references]
    plain = {name: value for name, value in options.items() if not isinstance(value, Reference)}
    words = tuple((name, value) for name, value in plain.items() if not varies(value))
    numbers = {name: value for name, value in plain.items() if varies(value)}
    return Alike(
        shape=Skeleton(
            (step.kind, tuple(inside), bool(step.shares), tuple(numbers), words, step.reads[0] == part.before)
        ),
        values=list(numbers.values()),
        labels=list(numbers),
        outside={path for path, known in zip(references, inside, strict=True) if known is None},
    )


def varies(value: object) -> bool:
    """Whether a value may differ between groups that are alike: numbers, and lists of them."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, tuple) and all(isinstance(item, int) for item in value)
    )


def _inside(path: str, root: str, entering: str) -> str | None:
    """Return a layer's name in a group, or that of what flows into it; None for what lies outside."""
    if path == entering:
        return ENTERING
    return path[len(root) + 1 :] if path.startswith(f"{root}/") else None
