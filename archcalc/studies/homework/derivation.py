"""How the answers of one row follow from what its layer reads, so that a mistake can be made on the way.

Every number comes from the layer's own formulas. A mistake changes what they are given (the layer, its input, its
windows), or one of the parts that they put together (the grid, the tensors, how often each weight is used).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property, lru_cache, reduce
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.quantities.tensor import BIAS, WEIGHT, count
from archcalc.studies.homework.neighborhood import NOWHERE
from archcalc.symbolic.expr import product

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.layers.base import Layer
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.quantities.window import Window
    from archcalc.studies.homework.neighborhood import Neighborhood
    from archcalc.symbolic.expr import Int

OUTPUT, PARAMS, WEIGHTS, BIASES, MACS, ACTIVATIONS, FIELD = (
    "output", "params", "weights", "biases", "macs", "activations", "rf",
)  # fmt: skip
"""The columns that are asked."""

MOST_SIZE = 10**9
"""No shape has larger sizes, whatever mistakes are made."""

Value = int | tuple[int, ...]
"""An answer: a count, the sizes of a shape, or a receptive field (one number, or one for each axis; none for all)."""


class Formulas:
    """What a layer's own formulas give on what it reads, each worked out once."""

    def __init__(self, layer: Layer, inputs: tuple[Shape, ...]) -> None:
        self._layer, self._inputs = layer, inputs

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The windows; nothing for a layer without any."""
        geometry = self._layer.geometry(self._inputs[0])
        return tuple(geometry.windows) if geometry else ()

    @cached_property
    def shape(self) -> Shape:
        """The output shape."""
        return self._layer.shape_of(self._inputs)

    @cached_property
    def output(self) -> Shape:
        """The output shape for the first input alone."""
        return self._layer.output(self._inputs[0])

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors owned."""
        return self._layer.tensors(self._inputs[0])

    @cached_property
    def macs(self) -> Int:
        """The multiply-accumulates."""
        return self._layer.macs_of(self._inputs)

    @cached_property
    def multiplied(self) -> Int:
        """The weights that inputs are multiplied by."""
        return multiplied(self.tensors)

    @cached_property
    def positions(self) -> Int:
        """The places of the output for the first input alone."""
        return self.output.positions


@lru_cache(maxsize=4096)
def _formulas(layer: Layer, inputs: tuple[Shape, ...]) -> Formulas:
    return Formulas(layer, inputs)


@dataclass(frozen=True)
class Derivation:
    """What a row's answers are made of.

    ``before`` is what the units of each input depend on. ``maps`` are the maps on the way here, the last one first
    (what is flattened, and what was there before the pool), ``around`` is what lies around the layer. ``given`` is the
    output that is already on paper, whose positions cost MACs. ``entering`` says that the layer reads the network's
    input. The rest are changes that mistakes make to what lies between.
    """

    layer: Layer
    inputs: tuple[Shape, ...]
    before: tuple[Reach, ...] = ()
    maps: tuple[Shape, ...] = ()
    given: Shape | None = None
    entering: bool = False
    around: Neighborhood = NOWHERE
    on_windows: tuple[Callable[[Window], Window], ...] = ()
    on_grid: tuple[Callable[[tuple[Int, ...]], tuple[Int, ...]], ...] = ()
    on_output: tuple[Callable[[tuple[Int, ...]], tuple[Int, ...]], ...] = ()
    on_tensors: tuple[Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]], ...] = ()
    on_uses: tuple[Callable[[Derivation, Int], Int], ...] = ()
    on_count: tuple[Callable[[Derivation, Int], Int], ...] = ()
    on_field: tuple[Callable[[Derivation, tuple[Int, ...]], tuple[Int, ...]], ...] = ()

    @property
    def x(self) -> Shape:
        """The shape that is read, the first where there are several."""
        return self.inputs[0]

    def but(self, **changes: object) -> Derivation:
        """Return a derivation with some of its parts changed: `dataclasses.replace`, in a fifth of its time."""
        changed = object.__new__(Derivation)
        changed.__dict__.update({name: self.__dict__[name] for name in _PARTS}, **changes)
        return changed

    @cached_property
    def plain(self) -> Formulas:
        """What the layer's own formulas give, before any change."""
        return _formulas(self.layer, self.inputs)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The windows of the layer as they are slid here; nothing for a layer without any."""
        found = self.plain.windows
        if not self.on_windows:
            return found
        changed = tuple(reduce(lambda window, change: change(window), self.on_windows, window) for window in found)
        if any(window.stride == 0 for window in changed):
            raise Refusal("a window that does not move")
        return changed

    @cached_property
    def shape(self) -> Shape:
        """The output shape."""
        found = self.plain.shape
        if not (self.on_windows or self.on_grid):
            return found
        windows = self.windows
        pairs = zip(windows, self.x.lengths, strict=True)
        grid = tuple(w.positions(size) for w, size in pairs) if self.on_windows and windows else found.lengths
        for change in self.on_grid:
            grid = change(grid)
        return found.with_spatial(grid) if found.lengths else found

    def sizes(self) -> tuple[Int, ...]:
        """Return the sizes put out, with whatever is done to them at last."""
        return reduce(lambda sizes, change: change(sizes), self.on_output, self.shape.sizes)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors that are counted."""
        return reduce(lambda tensors, change: change(tensors), self.on_tensors, self.plain.tensors)

    def macs(self) -> Int:
        """Return the multiply-accumulates: the layer's own, or those of changed weights or positions."""
        plain, own = self.plain.macs, self.plain.multiplied
        if self.on_tensors and not self.plain.tensors:  # weights of which the layer has none
            return multiplied(self.tensors) * (self.given or self.shape).positions
        if not isinstance(plain, int) or not isinstance(own, int) or not own or plain % own:
            return plain
        used = self._uses(plain // own)
        for change in self.on_uses:
            used = change(self, used)
        return (multiplied(self.tensors) if self.on_tensors else own) * used

    def _uses(self, used: Int) -> Int:
        """Return how often each weight is used, on the positions that are already on paper or come of a mistake."""
        positions = self.plain.positions
        grid = self.given or self.shape
        return used // positions * grid.positions if positions and used % positions == 0 else used

    def reach(self) -> Reach:
        """Return what an output unit depends on."""
        if self.on_windows and self.windows:
            return self.before[0].through(self.windows, self.x.lengths)
        output = self.shape if self.layer.joins else self.x
        return self.layer.reach_of(self.inputs, self.before, output)

    def field(self) -> tuple[Int, ...] | None:
        """Return the size of the receptive field, with whatever is done to it at last."""
        found = self.reach().sizes
        for change in self.on_field if found else ():
            found = change(self, found or ())
        return found

    def value(self, column: str) -> Value | None:
        """Return the answer of a column; None where there is none.

        Raises:
            Refusal: the layer cannot work on what it is given.
        """
        found = _COLUMNS[column](self)
        if isinstance(found, int) and column in COUNTS:
            for change in self.on_count:
                found = change(self, found)
        whole = (isinstance(found, int) and found >= 0) or (
            isinstance(found, tuple) and all(isinstance(size, int) and 0 < size < MOST_SIZE for size in found)
        )
        return found if whole else None  # type: ignore[return-value]


_PARTS = tuple(field.name for field in fields(Derivation))


def multiplied(tensors: tuple[Tensor, ...]) -> Int:
    """Count the weights that inputs are multiplied by: those of the only tensor of its sort, or of both steps."""
    found = [tensor for tensor in tensors if tensor.role != BIAS]
    if found and all(tensor.name.startswith(("depthwise.", "pointwise.")) for tensor in found):
        return count(tuple(found), WEIGHT)
    return found[0].elements if len(found) == 1 else 0


def _activations(derivation: Derivation) -> Int:
    """Count the values of the output, of the one that a mistake writes down if there is one."""
    if derivation.on_output:
        return product(derivation.sizes()) * derivation.shape.regions
    shape = derivation.given or derivation.shape
    return shape.elements * shape.regions


_COLUMNS: dict[str, Callable[[Derivation], Int | tuple[Int, ...] | None]] = {
    OUTPUT: Derivation.sizes,
    WEIGHTS: lambda d: count(d.tensors, WEIGHT),
    BIASES: lambda d: count(d.tensors, BIAS),
    PARAMS: lambda d: count(d.tensors, WEIGHT, BIAS),
    MACS: lambda d: d.macs() * d.shape.regions,
    ACTIVATIONS: _activations,
    FIELD: Derivation.field,
}

COLUMNS = tuple(_COLUMNS)
COUNTS = (WEIGHTS, BIASES, PARAMS, MACS, ACTIVATIONS)
