"""The fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Kept, Order, pointwise
from archcalc.layers.base import Foreign, Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, SIZE, one_of, option
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias, count
from archcalc.symbolic.printing import amount

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Linear(Layer):
    """Every output is an inner product with all the features, plus a bias.

    Weights: outputs × features; one bias per output. MACs: the weights once per vector (once per token, once per
    position with ``over: channels``).

    >>> from archcalc.quantities.shape import vector
    >>> Linear(84).connections(vector(120))
    10164
    """

    kind: ClassVar[str] = "linear"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{linear: 84}]", "F 120")
    source: ClassVar[str] = "LeCun et al. 1998, doi:10.1109/5.726791, section II.B (F6: 84 × (120 + 1) = 10,164)."
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.POINTWISE

    outputs: Int = option(SIZE, "number of outputs", main=True)
    bias: bool = option(FLAG, "whether each output has a bias", default=True)
    over: str | None = option(one_of("channels"), "'channels' applies it at every position of a map", default=None)
    fixed: bool = option(FLAG, "fixed weights, counted as buffers", default=False)

    def output(self, x: Shape) -> Shape:
        """Return as many features; a map is refused unless the layer is ``over: channels``."""
        if x.is_map and self.over is None:
            raise Refusal(
                f"expected a vector or tokens, got {x.described()}",
                "add flatten before it, or use over: channels to apply it at every position",
            )
        return x.with_channels(self.outputs)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return weight and bias."""
        learned, additive = (BUFFER, BUFFER) if self.fixed else (WEIGHT, BIAS)
        return (Tensor("weight", (self.outputs, x.channels), learned), *bias(self.outputs, additive, present=self.bias))

    def macs(self, x: Shape) -> Int:
        """Return weights × positions (1 for a vector)."""
        return self.tensors(x)[0].elements * x.positions

    def connections(self, x: Shape) -> Int:
        """Return (weights + biases) × positions."""
        return count(self.tensors(x), WEIGHT, BIAS, BUFFER) * x.positions

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything for a vector; for tokens and positions what each of them sees."""
        return reads_all(before) if x.layout == "F" else before

    def note(self, x: Shape) -> str:
        """Say what one output is."""
        end = ", plus a bias." if self.bias else "."
        return f"Each output value is a dot product of {amount(x.channels)} weights with the input features{end}"

    def kept(self, run: Training) -> Kept:
        """Return the input, if the weights are trained: as it is, or a copy with the features side by side.

        Source: PyTorch's derivatives.yaml, mm: mm_mat2_backward(grad, self, …), kept for the gradient of mat2 alone.
        """
        return pointwise(run) if run.learns else Kept()

    def torch(self, x: Shape) -> Foreign:
        """Return ``Linear``, which reads the last axis."""
        self.output(x)
        options = {"in_features": x.channels, "out_features": self.outputs, "bias": self.bias}
        return Foreign("Linear", options, channels_last=x.is_map)
