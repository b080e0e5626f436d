"""Batch normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.affine import Norm
from archcalc.layers.backward import INPUT, Order, Own
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Family
from archcalc.layers.options import FLAG, option
from archcalc.quantities.tensor import BUFFER, Tensor
from archcalc.symbolic.printing import amount

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape


@layer
class BatchNorm(Norm):
    """Batch normalization: each channel minus its mean over the batch, divided by its deviation, times γ, plus β.

    Parameters: γ and β of each channel (2C); buffers: running mean and variance (2C).

    >>> from archcalc.quantities.shape import grid
    >>> [tensor.name for tensor in BatchNorm().tensors(grid(64, (56, 56)))]
    ['weight', 'bias', 'running_mean', 'running_var']
    """

    kind: ClassVar[str] = "batchnorm"
    family: ClassVar[Family] = Family.NORM
    source: ClassVar[str] = "Ioffe & Szegedy 2015, arXiv 1502.03167, algorithms 1 and 2."
    order: ClassVar[Order] = Order.IMAGES

    statistics: bool = option(FLAG, "whether running mean and variance are kept", default=True)
    counter: bool = option(FLAG, "whether the number of batches or values so far is counted as a buffer", default=False)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return γ, β and the running statistics."""
        counter = (Tensor("count", (1,), BUFFER),) if self.counter else ()
        return (*super().tensors(x), *(self.running(x) if self.statistics else ()), *counter)

    def note(self, x: Shape) -> str:
        """Say over what the means are taken, and how many of each number there are."""
        over = "the batch and all positions" if x.is_map else "the batch"
        count = amount(x.channels)
        return (
            f"Mean μ and standard deviation σ are computed over {over}, for each of the {count} channels separately: "
            f"{count} values each of μ, σ, γ and β. γ and β are learned; running averages replace μ and σ at inference."
        )

    def kept(self, run: Training) -> Kept:
        """Return the input, and mean and deviation of each channel over the batch.

        Source: PyTorch's derivatives.yaml, native_batch_norm: … backward(grad, input, weight, …, result1, result2).
        """
        return INPUT.and_own(*[Own(run.x.channels, per_batch=True)] * 2)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``BatchNorm1d``, ``BatchNorm2d`` or ``BatchNorm3d``."""
        affine = self.affine()
        if isinstance(affine, str):
            return affine
        if x.layout == "TF":
            return "torch.nn.BatchNorm1d would take the tokens for channels"
        if self.counter:
            return "torch.nn modules do not count the values"
        options = {"num_features": x.channels, "affine": affine, "track_running_stats": self.statistics}
        return Foreign(f"BatchNorm{max(1, len(x.spatial))}d", options)
