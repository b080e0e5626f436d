"""Root mean square normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import INPUT, Kept, Order, Own
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, option
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class RMSNorm(Layer):
    """The channels of each position (the features of each token) by their root mean square, then scaled by γ.

    Parameters: γ of each channel (C); no mean is taken off, and nothing is added.

    >>> from archcalc.quantities.shape import vector
    >>> RMSNorm().tensors(vector(4096))[0].elements
    4096
    """

    kind: ClassVar[str] = "rms_norm"
    family: ClassVar[Family] = Family.NORM
    example: ClassVar[Example] = Example("[rms_norm]", "TF 16x64")
    source: ClassVar[str] = "Zhang & Sennrich 2019, arXiv 1910.07467, equation 4."
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.POINTWISE

    scale: bool = option(FLAG, "whether γ is learned", default=True)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return γ."""
        return (Tensor("weight", (x.channels,)),) if self.scale else ()

    def kept(self, run: Training) -> Kept:
        """Return the input and the root mean square of each position, and for γ the quotient of both.

        Source: PyTorch 2.13, aten/src/ATen/native/layer_norm.cpp, rms_norm, with the derivatives of its steps.
        """
        found = INPUT.and_own(Own(run.x.positions)) if run.needs[0] else Kept()
        return found.and_own(Own(run.x.elements)) if run.learns else found

    def torch(self, x: Shape) -> Foreign:
        """Return ``RMSNorm``, which normalizes the last axes."""
        options = {"normalized_shape": x.channels, "elementwise_affine": self.scale}
        return Foreign("RMSNorm", options, channels_last=x.is_map)
