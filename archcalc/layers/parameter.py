"""A tensor of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example
from archcalc.layers.options import FLAG, LIST, one_of, option
from archcalc.layers.shaping import laid_out
from archcalc.quantities.reach import NONE, Reach
from archcalc.quantities.shape import LAYOUTS, Shape
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int


@layer
class Parameter(Layer):
    """A learned tensor that belongs to no other layer: ``{parameter: [100, 256], layout: TF}`` is 100 learned queries.

    It outputs this tensor, and does not depend on its input. One size is a vector, two a map of one axis, three of two,
    four of three, unless ``layout`` is given (``TF``: tokens × features). Parameters: the product of the sizes.

    >>> from archcalc.quantities.shape import vector
    >>> queries = Parameter((100, 256), layout="TF")
    >>> str(queries.output(vector(7))), queries.tensors(vector(7))[0].elements
    ('100×256', 25600)
    """

    kind: ClassVar[str] = "parameter"
    example: ClassVar[Example] = Example("[{parameter: [16, 64], layout: TF}]", "8x12x12")
    source: ClassVar[str] = "PyTorch Parameter; for learned queries Carion et al. 2020 (DETR), arXiv 2005.12872."
    stored: ClassVar[Storage] = Storage.VIEW
    """It lies where the parameters do, and takes no memory beside them."""

    sizes: tuple[Int, ...] = option(LIST, "shape of the tensor", main=True)
    layout: str | None = option(one_of(*LAYOUTS), "layout of the tensor", default=None)
    fixed: bool = option(FLAG, "fixed values, counted as buffers", default=False)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the tensor."""
        return laid_out(self.sizes, self.layout)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the tensor."""
        return (Tensor("parameter", self.sizes, BUFFER if self.fixed else WEIGHT),)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return nothing: it depends on no input."""
        return NONE

    def torch(self, x: Shape) -> str:
        """Say that it is a bare parameter in PyTorch."""
        return "no equivalent torch.nn module: a parameter"
