"""Layer scale: a learned factor for each channel at the end of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import INPUT, Kept
from archcalc.layers.base import Layer, layer
from archcalc.layers.families import Family
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class LayerScale(Layer):
    """Each channel (each feature of tokens) times a learned factor of its own: C parameters.

    No MACs: like a norm's γ it scales, and sums nothing.

    >>> from archcalc.quantities.shape import grid
    >>> LayerScale().tensors(grid(96, (56, 56)))[0].elements
    96
    """

    kind: ClassVar[str] = "layer_scale"
    family: ClassVar[Family] = Family.NORM
    source: ClassVar[str] = (
        "Touvron et al. 2021, arXiv 2103.17239, section 2; Liu et al. 2022, arXiv 2201.03545 (ConvNeXt)."
    )
    makes_values: ClassVar[bool] = True

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the factors."""
        return (Tensor("layer_scale", (x.channels,)),)

    def kept(self, run: Training) -> Kept:
        """Return the input, if the factors are trained.

        Source: PyTorch's derivatives.yaml, mul: of the gradient of one factor the other.
        """
        return INPUT if run.learns else Kept()

    def torch(self, x: Shape) -> str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
