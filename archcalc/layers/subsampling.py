"""LeNet-5's subsampling: a pool with a trainable coefficient and bias per map."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.sliding import Pool
from archcalc.quantities.tensor import Tensor, bias
from archcalc.symbolic.expr import product

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Subsampling(Pool):
    """The sum of each window, times a trainable coefficient, plus a trainable bias: two parameters per map.

    Connections: a unit has one for each pixel of its window, and one for the bias. No MACs: it is a sum, not an
    inner product.

    >>> from archcalc.quantities.shape import grid
    >>> Subsampling(2).connections(grid(6, (28, 28)))
    5880
    """

    kind: ClassVar[str] = "subsampling"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{subsampling: 2}]")
    source: ClassVar[str] = (
        "LeCun et al. 1998, doi:10.1109/5.726791, section II.B (S2: 12 parameters, 5,880 connections)."
    )
    weighted: ClassVar[bool] = True

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return a coefficient and a bias for each map."""
        return (Tensor("weight", (x.channels,)), *bias(x.channels))

    def connections(self, x: Shape) -> Int:
        """Return output units × (window + 1)."""
        window = product(window.kernel for window in self.geometry(x).windows)
        return self.output(x).elements * (window + 1)

    def torch(self, x: Shape) -> Foreign | str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
