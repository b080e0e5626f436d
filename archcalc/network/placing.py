"""What has been placed so far while a network is wired: nodes, the values of names, and what is shared."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from archcalc.errors import Mismatch, Refusal, SpecError, TooSmall, did_you_mean
from archcalc.limits import LAYERS, STEPS, spend
from archcalc.network.graph import INPUT, Fitted, Node
from archcalc.network.lookup import Lookup
from archcalc.network.naming import slashed
from archcalc.quantities.shape import Shape
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archcalc.errors import Place
    from archcalc.layers.base import Layer
    from archcalc.network.context import Context
    from archcalc.symbolic.expr import Int

_FORESEEN = 10_000
"""After so many steps, those to come are counted (`foresee`): what ends in a refusal ends there."""

MOST_SIDES = 6
"""A message lists at most this many inputs of a merge."""


class Reached(Exception):
    """The layer at which an included network stops has been placed."""

    def __init__(self, node: int | None) -> None:
        super().__init__(node)
        self.node = node


class HeadTooSmall(Exception):
    """A layer of a training head does not work on an input that small; ``error`` says which, and why."""

    def __init__(self, error: SpecError) -> None:
        super().__init__(error)
        self.error = error


class Placing:
    """The nodes placed so far, and the value of every name.

    ``changes`` are options set from outside, by the path of a layer or block, which can have dots for its slashes;
    ``used`` collects those that found their place, each with the paths there. ``names`` knows what names mean.
    ``conditions`` are the sizes that have to be at least 1, each with the first layer that puts it out,
    ``training_conditions`` those of training heads. ``left_out`` are the training heads that do not work on this input,
    each with the reason; ``heads`` says whether training heads are placed at all. ``places`` are where layers are
    written, by their paths, if anybody asks.
    """

    def __init__(
        self,
        changes: Mapping[str, Mapping[str, object]],
        *,
        heads: bool = True,
        foresee: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        self.heads, self.foresee = heads, foresee or (lambda: (0, 0))
        self.left_out: list[tuple[str, str]] = []
        self.nodes: list[Node] = []
        self.groups: dict[str, str] = {}
        self.conditions: dict[Int, str] = {}
        self.training_conditions: dict[Int, str] = {}
        self.used: dict[str, set[str]] = {}
        self._changes = changes
        self._dotted = {slashed(path): path for path in changes}
        self.names = Lookup()
        self._by_path: dict[str, Node] = {}
        self.places: dict[str, Place | None] | None = None
        self._fits: dict[tuple[Layer, tuple[Shape, ...]], Fitted] = {}
        self.steps = 0
        self._most_layers, self._most_steps = LAYERS.value, STEPS.value
        self._stop: str | None = None

    def input(self, name: str, shape: Shape) -> int:
        """Place an input of the network."""
        node = Node(index=len(self.nodes), path=name, fitted=Fitted(INPUT, (), shape), inputs=())
        self.nodes.append(node)
        self.names.values[name] = node.index
        return node.index

    def place(self, layer: Layer, path: str, inputs: tuple[int, ...], context: Context, place: Place | None) -> int:
        """Place a layer and compute the shape it puts out.

        Raises:
            SpecError: the layer cannot work on the shapes it reads.
        """
        try:
            fitted = self._fitted(layer, tuple([self.nodes[index].fitted.shape for index in inputs]))
            self._note(fitted.shape, path, head=context.head)
            node = Node(index=len(self.nodes), path=path, fitted=fitted, inputs=inputs, head=context.head)
            if context.shared is not None:
                context.shared.tie(node, self._by_path)
            self._add(node)
            if self.places is not None:
                self.places[path] = place
        except TooSmall as refusal:
            error = refusal.at(place, path)
            raise (HeadTooSmall(error) if context.head else error) from None
        except Mismatch as refusal:
            raise refusal.with_hint(self._sides(inputs)).at(place, path) from None
        except Refusal as refusal:
            raise refusal.at(place, path) from None
        return node.index

    def _sides(self, inputs: tuple[int, ...]) -> str:
        """Say which layer puts out which of the shapes that do not match."""
        nodes = [self.nodes[index] for index in inputs]
        sides = [f"{node.path} {'is' if node.is_input else 'outputs'} {node.shape}" for node in nodes]
        rest = len(sides) - MOST_SIDES
        return "; ".join(sides[:MOST_SIDES]) + (f"; and {rest} more" if rest > 0 else "")

    @contextmanager
    def head(self, path: str) -> Iterator[None]:
        """Place a training head; if its input is too small for it, take it out again and note why."""
        noted: tuple[dict[Any, Any], ...] = (self.groups, self.training_conditions, self._by_path, self.names.values)
        nodes, counts = len(self.nodes), [len(placed) for placed in noted]
        try:
            yield
        except HeadTooSmall as stopped:
            mistake = stopped.error.mistakes[0]
            self.left_out.append((path, f"{mistake.path}: {mistake.message}"))
            del self.nodes[nodes:]
            for placed, count in zip(noted, counts, strict=True):
                while len(placed) > count:
                    placed.popitem()  # what was added last
            self.names.forget_outputs(nodes)

    def _add(self, node: Node) -> None:
        if len(self._by_path) >= self._most_layers:
            raise Refusal(*LAYERS.exceeded("the network"))
        if node.path in self._by_path:
            raise Refusal(f"two layers have the path '{node.path}'", "rename one of them")
        self.nodes.append(node)
        self._by_path[node.path] = node

    def _fitted(self, layer: Layer, shapes: tuple[Shape, ...]) -> Fitted:
        """Return a layer with what it reads and puts out, the same object for equal layers that read equal shapes."""
        key = (layer, shapes)
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = Fitted(layer, shapes, _settled(layer.shape_of(shapes)))
        return found

    def _note(self, shape: Shape, path: str, *, head: bool) -> None:
        """Note that every size with letters in it has to be at least 1: each once, for inference and for training."""
        conditions = self.training_conditions if head else self.conditions
        for size in shape.sizes:
            if not isinstance(size, int):
                conditions.setdefault(size, path)

    def count_step(self) -> None:
        """Count one step of the expansion, so that a network of nothing ends as well."""
        self.steps += 1
        if self.steps == _FORESEEN:
            self._refuse_more(*self.foresee())
        if self.steps > self._most_steps:
            self._refuse_more(self.steps, 0)

    def _refuse_more(self, steps: int, layers: int) -> None:
        """Refuse more steps or layers than are allowed: those that were counted, or are foreseen."""
        if layers > self._most_layers:
            raise Refusal(*LAYERS.exceeded("the network"))
        if steps > self._most_steps:
            raise Refusal(*STEPS.exceeded("the network"))

    def shape(self, node: int | None) -> Shape | None:
        """Return the shape a node puts out; None where nothing is read."""
        return None if node is None else self.nodes[node].shape

    def readable(self, node: int | None) -> int:
        """Return the node that is read.

        Raises:
            Refusal: there is none, because the file has several inputs.
        """
        if node is None:
            names = [node.path for node in self.nodes if node.is_input]
            raise Refusal(
                "the first layer requires from: the network has several inputs", f"add from: {' or '.join(names)}"
            )
        return node

    def name(self, path: str, node: int | None) -> None:
        """Give a name its value: the last output of what is called so."""
        self.names.values[path] = node
        if path == self._stop:
            raise Reached(node)

    @contextmanager
    def stopping_at(self, path: str) -> Iterator[None]:
        """Raise :class:`Reached` as soon as a path has its value."""
        before, self._stop = self._stop, path
        try:
            yield
        finally:
            self._stop = before

    @property
    def is_changed(self) -> bool:
        """Whether options of any layer or block are set from outside."""
        return bool(self._changes)

    def changes_at(self, path: str) -> Mapping[str, object]:
        """Return the options set from outside for the layer or block at a path."""
        written = path if path in self._changes else self._dotted.get(path)
        if written is None:
            return {}
        self.used.setdefault(written, set()).add(path)
        return self._changes[written]

    def resolve(self, reference: str, context: Context) -> int:
        """Return the node that a name means in a list.

        Raises:
            Refusal: there is no such name, it comes later, or only training runs it.
        """
        node = self.readable(self.names.node(reference, context))
        if self.nodes[node].head and not context.head:
            raise Refusal(
                f"'{reference}' is part of a training-only head and cannot be used here",
                "use a layer outside of the head",
            )
        return node

    def shape_of(self, reference: str, context: Context) -> Shape:
        """Return the shape of what a name means in a list.

        Raises:
            Refusal: there is no such name, it comes later, or only training runs it.
        """
        return self.nodes[self.resolve(reference, context)].shape

    def finish(self) -> None:
        """Count the work, and refuse options set from outside that found no layer."""
        spend(10 * self.steps)
        for path in self._changes:
            if len(self.used.get(path, ())) > 1:
                meant = " or ".join(sorted(self.used[path]))
                raise SpecError(*Refusal(f"'{path}' is ambiguous: {meant}", "rename one of the layers").mistakes)
            if path not in self.used:
                known = [*self._by_path, *self.groups]
                raise SpecError(*Refusal(f"unknown layer '{path}'", did_you_mean(path, known)).mistakes)


def _settled(shape: Shape) -> Shape:
    """Simplify sizes with letters in them."""
    if all(isinstance(size, int) for size in shape.sizes):
        return shape
    return Shape(shape.layout, tuple(simplify(size) for size in shape.sizes), shape.regions)
