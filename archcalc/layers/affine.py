"""What the norms share: a learned scale γ and shift β, and running statistics apart from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Layer, layer
from archcalc.layers.options import FLAG, option
from archcalc.quantities.tensor import BIAS, BUFFER, Tensor

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Norm(Layer):
    """A norm: γ is a weight, β counts as a bias, running mean and variance are buffers."""

    makes_values: ClassVar[bool] = True

    scale: bool = option(FLAG, "whether γ is learned", default=True)
    shift: bool = option(FLAG, "whether β is learned", default=True)

    def dims(self, x: Shape) -> tuple[Int, ...]:
        """Return the dimensions of γ and β: one each per channel."""
        return (x.channels,)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return γ and β."""
        scale = (Tensor("weight", self.dims(x)),) if self.scale else ()
        return (*scale, *((Tensor("bias", self.dims(x), BIAS),) if self.shift else ()))

    def running(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the running mean and variance of each channel."""
        return tuple(Tensor(name, (x.channels,), BUFFER) for name in ("running_mean", "running_var"))

    def affine(self) -> bool | str:
        """Return PyTorch's one switch for both, or why it has none."""
        return self.scale if self.scale == self.shift else "torch.nn modules learn both scale and shift, or neither"
