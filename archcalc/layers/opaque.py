"""What no other kind covers: a part of a model of which only what was observed is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Merge, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import LIST, NATURAL, TABLE, TEXT, OptionType, one_of, option
from archcalc.layers.shaping import laid_out
from archcalc.quantities.reach import Reach
from archcalc.quantities.shape import LAYOUTS, Shape
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.known import equal
from archcalc.symbolic.printing import side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.symbolic.expr import Int

UNKNOWN = "unknown"
"""The word for MACs that were not observed, and their letter in sums."""


def read_observed(value: object) -> Int:
    """Read a number that was observed, or the word ``unknown``, which stays in every sum as a letter."""
    return Letter(UNKNOWN) if value == UNKNOWN else NATURAL.read(value)  # type: ignore[return-value]


WAY_OUT = "import the model again with this input"
SHAPE = OptionType(
    f"{LIST.expects}, or unknown",
    lambda value: (Letter(UNKNOWN),) if value == UNKNOWN else LIST.read(value),
    LIST.schema,
    (UNKNOWN,),
    listed=True,
)
OBSERVED = OptionType(f"{NATURAL.expects}, or unknown", read_observed, NATURAL.schema, (UNKNOWN,))


@layer
class Opaque(Merge):
    """A part of an imported model that no other kind covers, with what was observed of it.

    It has the output shape, the parameters, buffers and MACs that are given; ``mult_adds: unknown`` stays in all sums.
    Nothing is known of other inputs than the ``observed`` ones: they are refused.

    >>> from archcalc.quantities.shape import grid
    >>> str(Opaque(shape=(8, 5, 5), params=100).shape_of((grid(3, (9, 9)),)))
    '8×5×5'
    """

    kind: ClassVar[str] = "opaque"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{opaque: , shape: [4, 6, 6], params: 10, mult_adds: 100}]")
    source: ClassVar[str] = "Observed by running the model, for example in PyTorch."
    makes_values: ClassVar[bool] = True
    alone: ClassVar[bool] = True

    operation: str = option(TEXT, "what it is called where it was observed", default="an operation")
    shape: tuple[Int, ...] | None = option(SHAPE, "observed output shape (default: that of its input)", default=None)
    layout: str | None = option(one_of(*LAYOUTS), "layout of the output", default=None)
    params: Int = option(OBSERVED, "observed parameters", default=0)
    buffers: Int = option(NATURAL, "observed buffers", default=0)
    mult_adds: Int = option(OBSERVED, "observed MACs", default=0)
    observed: tuple[tuple[int, ...], ...] | None = option(
        TABLE, "input shapes for which this was observed (default: any)", default=None
    )

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the observed shape."""
        self._refuse_others(inputs)
        return (
            inputs[0] if self.shape is None else laid_out(self.shape, self.layout)._replace(regions=inputs[0].regions)
        )

    def _refuse_others(self, inputs: Sequence[Shape]) -> None:
        """Refuse inputs of other shapes than those that were observed."""
        if self.observed is None:
            return
        pairs = list(zip(self.observed, inputs, strict=False))
        if len(pairs) < len(inputs) or not all(_same(sizes, shape) for sizes, shape in pairs):
            known = " and ".join(side_by_side(sizes) for sizes in self.observed)
            got = " and ".join(str(shape) for shape in inputs)
            raise Refusal(f"{self.operation} was observed for {known} only, not for {got}", WAY_OUT)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the parameters and the buffers, each in one piece."""
        owned = (("parameters", self.params, WEIGHT), ("buffers", self.buffers, BUFFER))
        return tuple(Tensor(name, (number,), role) for name, number, role in owned if number != 0)

    def macs_of(self, inputs: Sequence[Shape]) -> Int:
        """Return the observed MACs."""
        return self.mult_adds

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Say that it is unknown what a unit depends on."""
        return Reach(None, known=False, whole=False)


def _same(sizes: tuple[int, ...], shape: Shape) -> bool:
    return len(sizes) == len(shape.sizes) and all(equal(a, b) for a, b in zip(sizes, shape.sizes, strict=True))
