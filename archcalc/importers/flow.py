"""A network under construction: layers of archcalc's kinds, wired, each held against what was observed of it.

Every importer ends here. It says for each operation which kind of layer it is, what it reads and what was observed;
the flow computes the layer's output, parameters and MACs itself. Where they differ from what was observed, or no kind
is named, the operation becomes a row of kind `opaque` with the observed numbers.
"""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.arrangement import Atom, Value, like, made, merged, unbatched, whole
from archcalc.importers.settling import BY_AXES, MOST_AXES, features_last, lies_so, moved, movement, natural
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import MAPS, Shape
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Axis
    from archcalc.layers.base import Layer


class Observed(NamedTuple):
    """What was observed of an operation: its output sizes, batch included, and its counts for one image.

    ``params`` and ``buffers`` are those of its own that no earlier operation has counted; None is unknown.
    """

    sizes: tuple[int, ...]
    params: int | None = 0
    macs: int | None = 0
    buffers: int | None = None
    operation: str = ""


class Reference(NamedTuple):
    """An option that names a layer: its path."""

    path: str


class Wanted(NamedTuple):
    """A row as an importer wants it: its path, its kind and options as a spec has them, and whose weights it uses."""

    path: str
    kind: str
    options: Mapping[str, Any] = MappingProxyType({})
    shares: str | None = None


class Planned(NamedTuple):
    """One row of the network: what was wanted, with a path of its own, the rows that it reads, and the layer."""

    path: str
    kind: str
    options: Mapping[str, Any]
    reads: tuple[str, ...]
    layer: Layer
    shares: str | None = None
    train_only: bool = False


class Flow:
    """The rows so far. ``batch`` is how many images were run at once; ``classes`` name what groups are, by path.

    ``here`` is the path of the operation that is being added.
    """

    def __init__(self, batch: int = 1) -> None:
        self.batch = Atom(batch, batch=True)
        self.steps: dict[str, Planned] = {}
        self.inputs: dict[str, Shape] = {}
        self.shapes: dict[str, Shape] = {}
        self._numbered: dict[str, int] = {}
        self.classes: dict[str, str] = {}
        self.here = ""
        self._settled: dict[tuple[object, ...], Value] = {}

    def input(self, name: str, sizes: Sequence[int], layout: str | None = None) -> Value:
        """Add an input of the network; ``sizes`` begin with the batch.

        Raises:
            UsageError: it has more axes than a layout has.
        """
        if len(sizes) - 1 > MOST_AXES:
            raise UsageError(
                f"input '{name}' has {len(sizes) - 1} sizes beside the batch; expected at most {MOST_AXES}",
                "leave the batch out of --input, for example --input 3x224x224",
            )
        shape = Shape(layout or BY_AXES[len(sizes) - 1], tuple(sizes[1:]) or (1,))
        self.inputs[name] = self.shapes[name] = shape
        value = made(name, shape, (self.batch,))
        return value if len(sizes) > 1 else value._replace(real=value.real[:1])  # a number for each image

    def free(self, path: str) -> str:
        """Return a path that no row has: this one, or one with a number after it."""
        if path not in self.shapes:
            return path
        number = self._numbered.get(path, 1) + 1
        while f"{path}_{number}" in self.shapes:
            number += 1
        self._numbered[path] = number - 1  # so that many rows of one name do not all search from the start
        return f"{path}_{number}"

    def row(self, wanted: Wanted, reads: Sequence[Value]) -> Value:
        """Add a row that reads layers' outputs as they are, and return its output in its own order, batch first.

        Raises:
            ArchcalcError: the layer cannot work on these shapes.
        """
        layer = self._built(wanted)
        shape = layer.shape_of([value.shape for value in reads])
        path = self.free(wanted.path or wanted.kind)  # a model that is one layer has no path
        names = tuple(value.path for value in reads)
        self.steps[path] = Planned(
            path=path, kind=wanted.kind, options=wanted.options, reads=names, layer=layer, shares=wanted.shares
        )
        self.shapes[path] = shape
        return made(path, shape, (self.batch,))

    def _built(self, wanted: Wanted) -> Layer:
        options = {
            name: self.shapes[value.path] if isinstance(value, Reference) else value
            for name, value in wanted.options.items()
        }
        return build(find(wanted.kind), options)

    def settled(self, value: Value) -> Value:
        """Return a tensor as the output of a layer whose axes are the tensor's, in their order; add a row if needed."""
        axes, layout = natural(value)
        return self._moved(value, axes, layout, ("TF", "CL") if layout == "TF" else (layout,))

    def as_tokens(self, value: Value) -> Value:
        """Return a tensor like `settled`; of two axes it is tokens, not a map of one axis."""
        axes, layout = natural(value)
        return self._moved(value, axes, layout, (layout,))

    def features_last(self, value: Value) -> Value:
        """Return a tensor as a layer's output whose channels or features are the last axis; add a row if needed."""
        axes, layout = features_last(value)
        if layout == "TF" and lies_so(value, (axes[1], axes[0]), ("CL",)):  # a map of one axis, channels last
            return value
        return self._moved(value, axes, layout, (layout,))

    def as_map(self, value: Value, rank: int) -> Value | None:
        """Return a tensor as a map of ``rank`` axes after its channels; None if it has not as many.

        Of one axis it may also be tokens, whose features then are the channels.
        """
        axes = value.own
        if len(axes) != rank + 1 or value.real[0] != (self.batch,):
            return None
        if rank == 1 and lies_so(value, (axes[1], axes[0]), ("TF",)):
            return value
        return self._moved(value, axes, MAPS[rank], (MAPS[rank],))

    def as_maps(self, value: Value, rank: int) -> Value | None:
        """Return several maps for each image, which lie in the batch, as one map in which they are one axis more."""
        axes = value.own
        if len(axes) != rank + 2 or rank + 1 not in MAPS or value.real[0] == (self.batch,) or not value.batched:
            return None
        return self._moved(value, (axes[1], axes[0], *axes[2:]), MAPS[rank + 1], (MAPS[rank + 1],))

    def _moved(self, value: Value, axes: tuple[Axis, ...], layout: str, layouts: tuple[str, ...]) -> Value:
        if lies_so(value, axes, layouts):
            return value
        way = movement(value, axes, layout)
        key = (value.path, way.kind, str(way.options))
        if key not in self._settled:
            self._settled[key] = self.row(Wanted(beside(self.here, way.kind), way.kind, way.options), [value])
        done = self._settled[key]
        return moved(value, done.path, done.shape, axes)

    def unlike(self, seen: Observed, layer: Layer, reads: Sequence[Value], *, shared: bool) -> str:
        """Say how a layer differs from what was observed in parameters, buffers and MACs; nothing if it does not."""
        shapes = [value.shape for value in reads]
        tensors = () if shared else layer.tensors(shapes[0])
        found = (
            ("parameters", count(tensors, WEIGHT, BIAS), seen.params),
            ("buffers", count(tensors, BUFFER), seen.buffers),
            ("MACs", layer.macs_of(shapes), seen.macs),
        )
        unlike = [f"{what} {mine}, observed {theirs}" for what, mine, theirs in found if theirs not in (None, mine)]
        return "; ".join(unlike)

    def needs(self, wanted: Wanted, reads: Sequence[Value]) -> int | None:
        """Return how many parameters a layer has; None if it cannot work on these inputs."""
        try:
            layer = self._built(wanted)
            layer.shape_of([value.shape for value in reads])
            return whole(count(layer.tensors(reads[0].shape), WEIGHT, BIAS))
        except ArchcalcError:
            return None

    def layer(self, wanted: Wanted, reads: Sequence[Value], seen: Observed) -> Value | None:
        """Add a layer whose output lies as its input does; None, and nothing added, if it is not what was observed.

        The inputs lie alike, or have been settled.
        """
        try:
            layer = self._built(wanted)
            shape = layer.shape_of([value.shape for value in reads])
        except ArchcalcError:
            return None
        out = self._placed(wanted.path, shape, reads, seen.sizes)
        if out is None or self.unlike(seen, layer, reads, shared=wanted.shares is not None):
            return None
        return out._replace(path=self.row(wanted, reads).path)

    def _placed(self, path: str, shape: Shape, reads: Sequence[Value], sizes: tuple[int, ...]) -> Value | None:
        """Return the output of a layer of these sizes; it lies like one of the inputs, those of its shape first."""
        ways = (self._like(value, path, shape) for value in sorted(reads, key=lambda value: value.shape != shape))
        return next((way for way in ways if way is not None and way.sizes == sizes), None)

    def _like(self, value: Value, path: str, shape: Shape) -> Value | None:
        if shape.layout != value.shape.layout:
            return made(path, shape, (self.batch,)) if value.plain and value.real[0] == (self.batch,) else None
        return like(value, path, shape)

    def opaque(self, path: str, reads: Sequence[Value], seen: Observed, *, batch: bool = True) -> Value:
        """Add a row of kind `opaque` with what was observed, and return its output, with or without a batch in it."""
        inputs = [self.settled(value) for value in reads] or [self.source()]
        shape, real = self.laid_out(seen.sizes, batch=batch)
        options: dict[str, Any] = {"operation": seen.operation or "an operation", "shape": shape.sizes}
        options |= {"layout": shape.layout} if shape.layout == "TF" else {}
        options |= {"params": seen.params} if seen.params else {}
        options |= {"buffers": seen.buffers} if seen.buffers else {}
        options |= {"mult_adds": "unknown" if seen.macs is None else seen.macs} if seen.macs != 0 else {}
        options |= {"observed": tuple(value.shape.sizes for value in inputs)} if reads else {}
        added = self.row(Wanted(path, "opaque", options), inputs)
        return Value(path=added.path, shape=shape, base=merged(real, len(shape.sizes)), real=real)

    def mark_heads(self, output: str) -> None:
        """Mark the rows that an output does not depend on: only training runs them."""
        needed, waiting = set(self.inputs), [output]
        while waiting:
            path = waiting.pop()
            if path not in needed:
                needed.add(path)
                waiting += self.steps[path].reads
        for path, step in self.steps.items():
            if path not in needed:
                self.steps[path] = step._replace(train_only=True)

    def source(self) -> Value:
        """Return the first input: what reads nothing stands after it.

        Raises:
            UsageError: nothing reads an input.
        """
        self.require_input()
        name = next(iter(self.inputs))
        return made(name, self.inputs[name], (self.batch,))

    def require_input(self) -> None:
        """Refuse a model of constants.

        Raises:
            UsageError: nothing reads an input.
        """
        if not self.inputs:
            raise UsageError("nothing in the model depends on its inputs", "export the model with its layers")

    def laid_out(self, sizes: Sequence[int], *, batch: bool = True) -> tuple[Shape, tuple[Axis, ...]]:
        """Return the shape of a tensor by its number of axes, and its axes; the batch is one, or part of one."""
        real = tuple(self._axis(size) for size in sizes)
        place = next((place for place, size in enumerate(sizes) if size % self.batch.size == 0), None)
        if place is not None and batch:
            rest = sizes[place] // self.batch.size
            real = (*real[:place], (self.batch, *self._axis(rest)), *real[place + 1 :])
        own = unbatched(real)
        axes = merged(real, min(len(own), MOST_AXES))
        return Shape(BY_AXES[len(axes)], tuple(prod(atom.size for atom in axis) for axis in axes)), real

    def _axis(self, size: int) -> Axis:
        return () if size == 1 else (Atom(size),)


def beside(path: str, name: str) -> str:
    """Return the path of a row that stands beside another.

    >>> beside("layer1/0/conv1", "rearrange"), beside("input", "flatten")
    ('layer1/0/rearrange', 'flatten')
    """
    around = path.rpartition("/")[0]
    return f"{around}/{name}" if around else name
