"""Root mean square normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.options import FLAG, option
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
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
    source: ClassVar[str] = "Zhang & Sennrich 2019, arXiv 1910.07467, equation 4."
    makes_values: ClassVar[bool] = True

    scale: bool = option(FLAG, "whether γ is learned", default=True)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return γ."""
        return (Tensor("weight", (x.channels,)),) if self.scale else ()

    def torch(self, x: Shape) -> Foreign:
        """Return ``RMSNorm``, which normalizes the last axes."""
        options = {"normalized_shape": x.channels, "elementwise_affine": self.scale}
        return Foreign("RMSNorm", options, channels_last=x.is_map)
