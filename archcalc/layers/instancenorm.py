"""Instance normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.affine import Norm
from archcalc.layers.backward import Order, Own, in_order_of_shape
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Family
from archcalc.layers.options import FLAG, option
from archcalc.symbolic.printing import amount
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor


@layer
class InstanceNorm(Norm):
    """Each channel of each image normalized by itself, over its positions; γ and β per channel.

    >>> from archcalc.quantities.shape import grid
    >>> sum(tensor.elements for tensor in InstanceNorm().tensors(grid(64, (56, 56))))
    128
    """

    kind: ClassVar[str] = "instancenorm"
    family: ClassVar[Family] = Family.NORM
    source: ClassVar[str] = "Ulyanov, Vedaldi & Lempitsky 2016, arXiv 1607.08022."
    order: ClassVar[Order] = Order.OWN

    statistics: bool = option(FLAG, "whether running mean and variance are kept", default=False)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: a map of several positions, for one alone would become zero."""
        x.require_map()
        if not self.statistics and violated(x.positions, "==", 1):
            raise Refusal(f"expected more than one position per channel, got {x}: each output would be 0")
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return γ, β and, if kept, the running statistics."""
        return (*super().tensors(x), *(self.running(x) if self.statistics else ()))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the field of the input; through mean and deviation a unit depends on everything."""
        return before._replace(everything=True)

    def note(self, x: Shape) -> str:
        """Say over what the means are taken."""
        return (
            f"Mean μ and standard deviation σ are computed over the {amount(x.positions)} positions of each channel of "
            "each image: batch norm with a batch of one image."
        )

    def kept(self, run: Training) -> Kept:
        """Return the input; mean and deviation, and γ and the running statistics, once for each image and channel.

        Source: PyTorch 2.13, aten/src/ATen/native/Normalization.cpp, instance_norm: batch norm over the channels of
        all images, with γ and running statistics repeated for each image.
        """
        numbers = 2 + self.scale + 2 * self.statistics
        return in_order_of_shape(run).and_own(*[Own(run.x.channels)] * numbers)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``InstanceNorm1d``, ``InstanceNorm2d`` or ``InstanceNorm3d``."""
        x.require_map()
        affine = self.affine()
        if isinstance(affine, str):
            return affine
        options = {"num_features": x.channels, "affine": affine, "track_running_stats": self.statistics}
        return Foreign(f"InstanceNorm{len(x.spatial)}d", options)
