"""Random networks: layers in a row, branches that meet again, skips by name, weights that are shared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, Layer
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import Shape
from tests.known import known
from tests.witness.modules import argued, spelled
from tests.witness.strategies import KINDS, layers, shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LAYERS = 30
"""So many are drawn; branches that have to fit one another may need a few more."""
MOST_VALUES = 20_000
"""Larger tensors are not drawn: nothing new is learned from them."""
DEEPEST = 3
"""Branches do not lie within branches within branches of branches."""
JOINS = ("add", "concat", "multiply", "subtract")

OFTEN = [kind for kind in KINDS for _ in range(1 + min(3, len(find(kind).declared.options)))]
"""The kinds, those that have more options more often."""

Sequence = list["Step | Join"]


@dataclass(frozen=True)
class Step:
    """A layer in its place, the shape it reads, and how the spec writes what it reads and shares."""

    name: str
    layer: Layer
    x: Shape
    reads: str | None = None
    shares: str | None = None
    to: str | None = None

    @property
    def output(self) -> Shape:
        """What it puts out."""
        return self.layer.output(self.x)

    @property
    def text(self) -> str:
        """The layer as a spec writes it: its main option behind the kind, the others where they are not the default."""
        options = [
            name for name in self.layer.declared.options if getattr(self.layer, name) != _default(self.layer, name)
        ]
        written = {name: self._written(getattr(self.layer, name)) for name in options}
        main = written.pop(self.layer.declared.main or "", "")
        common = {"from": self.reads, "share": self.shares, "name": self.name}
        others = {**written, **{name: value for name, value in common.items() if value}}
        return f"{{{self.layer.kind}: {main}, {', '.join(f'{name}: {value}' for name, value in others.items())}}}"

    def _written(self, value: object) -> str:
        if isinstance(value, Shape):
            return self.to or "input"
        if isinstance(value, tuple):
            return f"[{', '.join(map(self._written, value))}]"
        return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Join:
    """Branches that read the same and are joined, or earlier layers that are joined by their names."""

    name: str
    kind: str
    shapes: tuple[Shape, ...]
    branches: dict[str, Sequence] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def output(self) -> Shape:
        """What it puts out."""
        return find(self.kind)().shape_of(self.shapes)

    @property
    def text(self) -> str:
        """The merge as a spec writes it."""
        inside = ", ".join(f"{name}: {sequence_text(items)}" for name, items in self.branches.items())
        joined = f"{{{inside}}}" if self.branches else f"[{', '.join(self.names)}]"
        return f"{{{self.kind}: {joined}, name: {self.name}}}"


def _default(layer: Layer, option: str) -> object:
    """The default of an option, which a dataclass keeps on its class; None for what has none."""
    return getattr(type(layer), option, None)


def sequence_text(items: Sequence) -> str:
    """A list of layers as a spec writes it."""
    return f"[{', '.join(item.text for item in items)}]"


@dataclass(frozen=True)
class Drawn:
    """A network: what it reads, and its layers."""

    x: Shape
    items: Sequence

    @property
    def text(self) -> str:
        """The network as a spec writes it."""
        return f"input: {self.x.layout} {str(self.x).replace('×', 'x')}\nlayers:\n" + "".join(
            f"  - {item.text}\n" for item in self.items
        )

    def steps(self) -> Sequence:
        """All layers and merges, in the order in which they run."""
        return list(_flat(self.items))


def _flat(items: Sequence) -> Iterator[Step | Join]:
    for item in items:
        for branch in item.branches.values() if isinstance(item, Join) else ():
            yield from _flat(branch)
        yield item


class Drawing:
    """A network while it is drawn: what can be read by its name, and how many layers there may still be."""

    def __init__(self, draw: st.DrawFn, most: int) -> None:
        self.draw = draw
        self.left = most
        self.named = 0

    def name(self) -> str:
        """A name that nothing has."""
        self.named += 1
        return f"n{self.named}"

    def seldom(self, times: int) -> bool:
        """Whether something happens that does one time in so many."""
        return self.draw(st.integers(1, times)) == times

    def sequence(self, x: Shape, seen: dict[str, Shape], depth: int, most: int) -> tuple[Sequence, Shape]:
        """Draw layers in a row, and what comes out; ``seen`` is what they can read by name."""
        items: Sequence = []
        own: list[Step] = []
        seen = dict(seen)
        for _ in range(self.draw(st.integers(0 if depth else 1, most))):
            if self.left < 1:
                break
            joins = depth < DEEPEST and self.seldom(5)
            for item in self._joined(x, seen, depth) if joins else [self._step(x, seen, own)]:
                items.append(item)
                own += [item] if isinstance(item, Step) else []
                seen[item.name] = x = item.output
        return items, x

    def _step(self, x: Shape, seen: dict[str, Shape], own: list[Step]) -> Step:
        reads = self.draw(st.sampled_from(sorted(seen))) if self.seldom(8) else None
        x = seen[reads] if reads else x
        step = self._shared(x, own) if self.seldom(6) else None
        self.left -= 1
        return replace(step or self._layer(x, seen), reads=reads)

    def _shared(self, x: Shape, own: list[Step]) -> Step | None:
        """A layer once more, with its weights, where it can read what comes."""
        able = [s for s in own if s.x.layout == x.layout and s.layer.tensors(s.x) and wanted(s.layer, x)]
        able = [s for s in able if s.layer.tensors(x) == s.layer.tensors(s.x)]
        if not able:
            return None
        owner = self.draw(st.sampled_from(able))
        return Step(self.name(), owner.layer, x, shares=owner.name, to=owner.to)

    def _layer(self, x: Shape, seen: dict[str, Shape]) -> Step:
        """A layer that can read what comes; one time in ten it may put an end to a map."""
        for _attempt in range(6):
            step = self.any_layer(x, seen)
            if wanted(step.layer, x) and (not _ends(x, step.output) or self.seldom(10)):
                return step
        return Step(self.name(), find("relu")(), x)

    def any_layer(self, x: Shape, seen: dict[str, Shape]) -> Step:
        """A layer of any kind with any options, which may not be able to read what comes."""
        layer = self.draw(layers(self.draw(st.sampled_from(OFTEN)), x))
        place = next((name for name in layer.declared.options if isinstance(getattr(layer, name), Shape)), None)
        if place is None:
            return Step(self.name(), layer, x)
        to = self.draw(st.sampled_from(sorted(seen)))
        return Step(self.name(), layer.changed({place: seen[to]}), x, to=to)

    def unfit(self, x: Shape, seen: dict[str, Shape]) -> Step | Join | None:
        """A layer or a merge that cannot read what comes, if one is found."""
        for _attempt in range(12):
            item: Step | Join = self.any_join(seen) if self.seldom(4) else self.any_layer(x, seen)
            module = isinstance(item, Join) or isinstance(spelled(item.layer, x), Foreign)
            if module and refused(item):
                return item
        return None

    def _joined(self, x: Shape, seen: dict[str, Shape], depth: int) -> Sequence:
        """Branches and their merge; the first branch alone, where they cannot be merged."""
        if self.seldom(3):
            return self._joined_by_name(x, seen)
        kind = self.draw(st.sampled_from(JOINS))
        drawn = [self.sequence(x, seen, depth + 1, 5) for _ in range(self.draw(st.integers(2, 3)))]
        fitted = [self._fitted(kind, items, shape, drawn[0][1]) for items, shape in drawn]
        branches = {f"{self.name()}b": items for items, _ in fitted}
        join = Join(self.name(), kind, tuple(shape for _, shape in fitted), branches)
        self.left -= 1
        return [join] if fits(join) else drawn[0][0]

    def _joined_by_name(self, x: Shape, seen: dict[str, Shape]) -> Sequence:
        """A merge of an earlier layer with another that fits it, or a layer where none does."""
        joins = [join for join in (self.any_join(seen) for _attempt in range(4)) if fits(join)]
        self.left -= 1
        return [joins[0]] if joins else [self._layer(x, seen)]

    def any_join(self, seen: dict[str, Shape]) -> Join:
        """A merge of two earlier layers, which may not go together."""
        names = tuple(self.draw(st.sampled_from(sorted(seen))) for _ in range(2))
        return Join(self.name(), self.draw(st.sampled_from(JOINS)), tuple(seen[name] for name in names), names=names)

    def _fitted(self, kind: str, items: Sequence, x: Shape, target: Shape) -> tuple[Sequence, Shape]:
        """A branch with layers at its end that make it as large as the first branch is."""
        more: list[Step] = []
        if kind == "multiply" and x.is_map and self.seldom(2):
            more.append(self._made("global_avgpool", x))
        elif x.is_map and x.layout == target.layout and x.spatial != target.spatial:
            more.append(self._made("adaptive_avgpool", x, size=target.spatial))
        x = more[-1].output if more else x
        if kind != "concat" and x.channels != target.channels and x.is_map:
            more.append(self._made("conv", x, filters=target.channels, kernel=1))
        elif kind != "concat" and x.channels != target.channels:
            more.append(self._made("linear", x, outputs=target.channels))
        return [*items, *more], more[-1].output if more else x

    def _made(self, kind: str, x: Shape, **options: object) -> Step:
        self.left -= 1
        return Step(self.name(), build(find(kind), options), x)


def wanted(layer: Layer, x: Shape) -> bool:
    """Whether a layer can read a tensor, PyTorch has a module for it that can too, and the output is not too large."""
    if not isinstance(spelled(layer, x), Foreign) or argued(layer, x):
        return False
    try:
        return known(layer.output(x).elements) <= MOST_VALUES
    except Refusal:
        return False


def fits(join: Join) -> bool:
    """Whether a merge can join its branches, and the output is not too large."""
    try:
        return known(join.output.elements) <= MOST_VALUES
    except Refusal:
        return False


def refused(item: Step | Join) -> bool:
    """Whether we refuse a layer or a merge."""
    try:
        return not item.output.sizes
    except Refusal:
        return True


def _ends(x: Shape, output: Shape) -> bool:
    """Whether a layer puts an end to a map: no positions are left to slide over."""
    return x.is_map and x.positions != 1 and (not output.is_map or output.positions == 1)


@st.composite
def networks(draw: st.DrawFn) -> Drawn:
    """A network of which all layers fit, but the last of every other one."""
    drawing, fails = Drawing(draw, MOST_LAYERS), draw(st.booleans())
    start = draw(shapes(16).filter(lambda x: known(x.elements) <= MOST_VALUES))
    items, x = drawing.sequence(start, {"input": start}, 0, MOST_LAYERS)
    seen = {"input": start, **{item.name: item.output for item in items}}
    unfit = drawing.unfit(x, seen) if fails else None
    return Drawn(start, [*items, unfit] if unfit else items)
