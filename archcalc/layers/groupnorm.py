"""Group normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.affine import Norm
from archcalc.layers.backward import FLAT, INPUT, Order, Own, in_order_of_shape
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import amount
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class GroupNorm(Norm):
    """Each group of channels of each image normalized together, over its positions; γ and β per channel.

    >>> from archcalc.quantities.shape import grid
    >>> sum(tensor.elements for tensor in GroupNorm(32).tensors(grid(64, (56, 56))))
    128
    """

    kind: ClassVar[str] = "groupnorm"
    family: ClassVar[Family] = Family.NORM
    example: ClassVar[Example] = Example("[{groupnorm: 2}]")
    source: ClassVar[str] = "Wu & He 2018, arXiv 1803.08494 (32 groups)."
    order: ClassVar[Order] = Order.IMAGES

    groups: Int = option(SIZE, "number of groups of channels", default=32, main=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input, whose channels have to divide into the groups."""
        require_divisible(x.channels, self.groups, f"groups {self.groups} does not divide the {x.channels} channels")
        return x

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the field of the input; through mean and deviation a unit depends on everything."""
        return before._replace(everything=True)

    def note(self, x: Shape) -> str:
        """Say over what the means are taken."""
        values, groups = amount(simplify(x.elements // self.groups)), amount(self.groups)
        return (
            f"Mean μ and standard deviation σ are computed over {values} values of one image, for each of the {groups} "
            "groups of channels separately; γ and β are learned per channel."
        )

    def kept(self, run: Training) -> Kept:
        """Return the input (of one axis in its order), and mean and deviation of each group of each image.

        Source: PyTorch's derivatives.yaml, native_group_norm: … backward(grad, input, result1, result2, weight, …).
        """
        found = in_order_of_shape(run) if len(run.x.spatial) == FLAT else INPUT
        return found.and_own(*[Own(self.groups)] * 2)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``GroupNorm``."""
        affine = self.affine()
        if isinstance(affine, str):
            return affine
        if x.layout == "TF":
            return "torch.nn.GroupNorm would take the tokens for channels"
        return Foreign("GroupNorm", {"num_groups": self.groups, "num_channels": x.channels, "affine": affine})
