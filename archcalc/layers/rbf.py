"""LeNet-5's output layer: Euclidean radial basis functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, SIZE, option
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class RBF(Layer):
    """The squared distance between the features and each unit's center: ``sum (x - w)**2``; no bias.

    The centers are fixed by hand, so they are buffers, unless ``fixed: false``. No MACs: a distance is
    not an inner product.

    >>> from archcalc.quantities.shape import vector
    >>> RBF(10).connections(vector(84))
    840
    """

    kind: ClassVar[str] = "rbf"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{rbf: 10}]", "F 84")
    source: ClassVar[str] = (
        "LeCun et al. 1998, doi:10.1109/5.726791, section II.B, equation 7 (10 units with 84 inputs)."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    units: Int = option(SIZE, "number of units", main=True)
    fixed: bool = option(FLAG, "fixed centers, counted as buffers", default=True)

    def output(self, x: Shape) -> Shape:
        """Return one value per unit."""
        if x.layout != "F":
            raise Refusal(f"expected a vector, got {x.described()}", "add flatten before it")
        return x.with_channels(self.units)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the centres."""
        return (Tensor("weight", (self.units, x.channels), BUFFER if self.fixed else WEIGHT),)

    def connections(self, x: Shape) -> Int:
        """Return units × features."""
        return self.units * x.channels

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything."""
        return reads_all(before)

    def torch(self, x: Shape) -> Foreign | str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
