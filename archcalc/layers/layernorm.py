"""Layer normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.affine import Norm
from archcalc.layers.backward import INPUT, Own
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import one_of, option
from archcalc.symbolic.printing import amount

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class LayerNorm(Norm):
    """The channels of each position (the features of each token) normalized together; γ and β for each of them.

    ``over: all`` normalizes the whole map at once, with γ and β for every value of it.

    >>> from archcalc.quantities.shape import grid, vector
    >>> [LayerNorm().tensors(x)[0].elements for x in (vector(768), grid(96, (56, 56)))]
    [768, 96]
    """

    kind: ClassVar[str] = "layernorm"
    family: ClassVar[Family] = Family.NORM
    example: ClassVar[Example] = Example("[layernorm]", "TF 16x64")
    source: ClassVar[str] = (
        "Ba, Kiros & Hinton 2016, arXiv 1607.06450; Liu et al. 2022, arXiv 2201.03545 (over the channels of maps)."
    )

    over: str = option(one_of("channels", "all"), "what is normalized together", default="channels")

    def dims(self, x: Shape) -> tuple[Int, ...]:
        """Return the dimensions of γ and β: the channels, or the whole shape."""
        return x.sizes if self.over == "all" else super().dims(x)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the field of the input; over a whole map a unit depends on everything."""
        return before._replace(everything=True) if self.over == "all" and x.is_map else before

    def note(self, x: Shape) -> str:
        """Say over what the means are taken, and how many learned numbers there are."""
        values = amount(x.elements if self.over == "all" else x.channels)
        return (
            f"Mean μ and standard deviation σ are computed over {values} values of one image, not over the batch: "
            f"{values} values each of γ and β, and no running averages."
        )

    def kept(self, run: Training) -> Kept:
        """Return the input, and mean and deviation of all that is normalized together.

        Source: PyTorch's derivatives.yaml, native_layer_norm: … backward(grad, input, …, result1, result2, weight, …).
        """
        return INPUT.and_own(*[Own(1 if self.over == "all" else run.x.positions)] * 2)

    def turned(self, run: Training) -> bool:
        """Return whether the output lies position by position: so a map does that is normalized there."""
        return self.over == "channels" and run.output.is_map

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``LayerNorm``, which normalizes the last axes."""
        if self.shift and not self.scale:
            return "torch.nn.LayerNorm has no shift without a scale"
        options = {"normalized_shape": self.dims(x), "elementwise_affine": self.scale, "bias": self.shift}
        return Foreign("LayerNorm", options, channels_last=x.is_map and self.over == "channels")
