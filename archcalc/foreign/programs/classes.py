"""Classes for the blocks of a network: one for those that are alike, with an argument for each number that differs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archcalc.foreign.programs.alike import COPIES, Likeness, base
from archcalc.foreign.programs.identifiers import class_name, identifier, literal
from archcalc.foreign.programs.lines import Loop, Made
from archcalc.foreign.programs.scopes import Leaf, ModuleScope

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from archcalc.foreign.programs.lines import Expression
    from archcalc.foreign.programs.scopes import FrameworkCall, Part

SIZES = {
    "in_channels", "out_channels", "in_features", "out_features", "num_features", "num_channels", "normalized_shape",
    "embed_dim", "embedding_dim", "features", "dim", "filters", "units", "groups", "input_size", "hidden_size",
    "width", "channels",
}  # fmt: skip
"""Options that count channels or features: of these, equal numbers are one argument, also by different names."""

NAMES = {"num_features": "channels", "normalized_shape": "features", "num_channels": "channels", "filters": "width"}
"""What an argument is called by the option that it is for, where that is another name."""

Value = tuple[str, object]
"""A number in a part, with the name of the option that it is the value of."""


class BlockClass(NamedTuple):
    """A class: its name, one of the scopes that it is, and its arguments: each with the place of its number.

    ``texts`` is what is written for each number in it.
    """

    name: str
    scope: ModuleScope
    arguments: dict[str, int]
    texts: list[str]


class Classes:
    """The classes of a network, each after those that it uses; ``spell`` names a class."""

    def __init__(
        self,
        root: ModuleScope,
        taken: Collection[str],
        spell: Callable[[str, Collection[str]], str] = class_name,
        *,
        modules: bool = True,
    ) -> None:
        self.likeness, self.taken, self._spell = Likeness(modules=modules), set(taken), spell
        self._alike: dict[int, list[ModuleScope]] = defaultdict(list)
        for scope in _blocks(root, self.likeness):
            self._alike[self.likeness.skeleton(scope)].append(scope)
        self.found: dict[int, BlockClass] = {}
        self._root, self.name = root, spell(base(root), self.taken)
        self.taken.add(self.name)
        self.root = self.of(root)

    def of(self, scope: ModuleScope) -> BlockClass:
        """Return the class of a scope."""
        key = self.likeness.skeleton(scope)
        if key not in self.found:
            scopes = self._alike[key]
            rows = [[value for part in one.parts for value in self.values(part)] for one in scopes]
            name = self.name if scope is self._root else self._spell(base(scope), self.taken)
            self.taken.add(name)
            self.found[key] = _parametrized(name, scopes, rows)
        return self.found[key]

    def values(self, part: Part) -> list[Value]:
        """Return the numbers that are written where a part is made."""
        if isinstance(part, Leaf):
            return list(part.call.options)
        if self.likeness.is_chain(part):
            runs = self.likeness.runs(part)
            return [value for run in runs for value in [(COPIES, run.count), *self.values(run.part)]]
        return list(zip(self.of(part).arguments, self._arguments(part), strict=True))

    def _arguments(self, scope: ModuleScope) -> list[object]:
        own = [value for part in scope.parts for value in self.values(part)]
        return [own[place][1] for place in self.of(scope).arguments.values()]

    def expression(
        self, part: Part, texts: Iterator[str], write: Callable[[FrameworkCall, list[str]], Expression]
    ) -> Expression:
        """Return the expression that makes a part, of the texts of its numbers."""
        if isinstance(part, Leaf):
            return write(part.call, [next(texts) for _ in part.call.options])
        if self.likeness.is_chain(part):
            return Made("nn.Sequential", tuple(("", item) for item in self._items(part, texts, write)))
        called = self.of(part)
        return Made(called.name, tuple((name, next(texts)) for name in called.arguments))

    def _items(
        self, chain: ModuleScope, texts: Iterator[str], write: Callable[[FrameworkCall, list[str]], Expression]
    ) -> Iterator[Expression]:
        for run in self.likeness.runs(chain):
            count = next(texts)
            made = self.expression(run.part, texts, write)
            yield made if count == "1" else Loop(made, count)


def _blocks(scope: ModuleScope, likeness: Likeness) -> Iterator[ModuleScope]:
    """Yield the scopes that become classes."""
    if not likeness.is_chain(scope):
        yield scope
    for part in scope.parts:
        if isinstance(part, ModuleScope):
            yield from _blocks(part, likeness)


def _parametrized(name: str, scopes: list[ModuleScope], rows: list[list[Value]]) -> BlockClass:
    """Return the class of scopes that are alike: numbers that differ are arguments, or multiples of one."""
    texts: list[str] = []
    arguments: dict[str, int] = {}
    known: list[tuple[str, str, tuple[object, ...]]] = []
    for place, column in enumerate(zip(*rows, strict=True)):
        label, values = column[0][0], tuple(value for _, value in column)
        if len({repr(value) for value in values}) == 1:
            texts.append(literal(values[0]))
            continue
        text = next(filter(None, (_multiple(label, values, *other) for other in known)), "")
        if not text:
            text = identifier(NAMES.get(label, label), {*arguments, "self", "x"})
            arguments[text] = place
            known.append((text, label, values))
        texts.append(text)
    return BlockClass(name=name, scope=scopes[0], arguments=arguments, texts=texts)


def _multiple(label: str, values: tuple[object, ...], name: str, other: str, known: tuple[object, ...]) -> str:
    """Return numbers as those of an argument, or as a multiple of them; nothing if they are neither."""
    comparable = label == other or {label, other} <= SIZES
    if not comparable:
        return ""
    if repr(values) == repr(known):
        return name
    pairs = [(a, b) for a, b in zip(values, known, strict=True) if _counts(a) and _counts(b)]
    if len(pairs) < len(values) or label not in SIZES:
        return ""
    times = pairs[0][0] // pairs[0][1]  # type: ignore[operator]
    return f"{times} * {name}" if times > 1 and all(a == times * b for a, b in pairs) else ""


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
