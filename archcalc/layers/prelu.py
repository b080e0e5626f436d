"""Parametric rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.options import FLAG, option
from archcalc.quantities.tensor import Tensor
from archcalc.symbolic.printing import amount

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class PReLU(Layer):
    """``max(0, x) + a*min(0, x)`` with a learned slope a for each channel, or one for all with ``shared``.

    >>> from archcalc.quantities.shape import grid
    >>> PReLU().tensors(grid(64, (56, 56)))[0].elements
    64
    """

    kind: ClassVar[str] = "prelu"
    source: ClassVar[str] = "He et al. 2015, arXiv 1502.01852, section 2.1 (channel-wise and channel-shared)."
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, _prelu_kernel: _prelu_kernel_backward(grad, self, weight)."""

    shared: bool = option(FLAG, "one slope for all channels", default=False)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the slopes."""
        return (Tensor("weight", (1 if self.shared else x.channels,)),)

    def note(self, x: Shape) -> str:
        """Say how many slopes there are."""
        return (
            "One learned slope for all channels."
            if self.shared
            else f"One learned slope for each of the {amount(x.channels)} channels."
        )

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``PReLU``; its slopes belong to the axis after the batch."""
        if x.layout == "TF" and not self.shared:
            return "torch.nn.PReLU would give each token a slope"
        return Foreign("PReLU", {"num_parameters": self.tensors(x)[0].elements})
