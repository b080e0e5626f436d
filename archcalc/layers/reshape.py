"""The same values in another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, Storage, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import LIST, one_of, option
from archcalc.layers.shaping import laid_out
from archcalc.quantities.shape import LAYOUTS
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Reshape(Layer):
    """The same values, one after the other, in another shape: ``[30, 7, 7]`` makes a map of a vector of 1470.

    One size is a vector, two a map of one axis, three of two, four of three, unless ``layout`` says otherwise
    (``TF``: tokens × features). No parameters.

    >>> from archcalc.quantities.shape import vector
    >>> str(Reshape((30, 7, 7)).output(vector(1470)))
    '30×7×7'
    """

    kind: ClassVar[str] = "reshape"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{reshape: [2, 6, 8]}]", "F 96")
    source: ClassVar[str] = (
        "Redmon et al. 2016 (YOLO), arXiv 1506.02640, section 2.2 (the 7 × 7 × 30 tensor); PyTorch Unflatten."
    )
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, view: sizes alone."""
    order: ClassVar[Order] = Order.OWN

    sizes: tuple[Int, ...] = option(LIST, "new shape", main=True)
    layout: str | None = option(one_of(*LAYOUTS), "layout of the new shape", default=None)

    def output(self, x: Shape) -> Shape:
        """Return the new shape, which has to hold as many values."""
        shape = laid_out(self.sizes, self.layout)._replace(regions=x.regions)
        if violated(shape.elements, "!=", x.elements):
            raise Refusal(f"cannot reshape {x} ({x.elements} values) to {shape} ({shape.elements} values)")
        return shape

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything, unless the shape stays as it is."""
        return before if self.output(x) == x else reads_all(before)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Unflatten`` of a vector; other shapes are a method in PyTorch."""
        self.output(x)
        if x.layout != "F":
            return "no equivalent torch.nn module: reshape on tensors"
        return Foreign("Unflatten", {"dim": 1, "unflattened_size": self.sizes})
