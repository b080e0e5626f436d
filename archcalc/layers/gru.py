"""The gated recurrent unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, option
from archcalc.layers.recurrent import KERAS, TORCH, Recurrent

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class GRU(Recurrent):
    """A gated recurrent unit: reset gate, update gate and candidate, each of the input and the state before.

    Weights over F features and H units: 3(HF + H²). Biases: 6H (``bias: torch`` and ``bias: keras``), 3H
    (``bias: keras`` with ``reset_after: false``, the cell of the paper) or none. MACs: the weights once per step.

    >>> from archcalc.quantities.shape import Shape
    >>> GRU(32, bidirectional=True, bias="keras").connections(Shape("TF", (1, 16)))
    9600
    """

    kind: ClassVar[str] = "gru"
    family: ClassVar[Family] = Family.RECURRENT
    example: ClassVar[Example] = Example("[{gru: 32}]", "TF 16x64")
    source: ClassVar[str] = (
        "Cho et al. 2014, arXiv 1406.1078, equations 5 to 8 (reset_after: false); PyTorch GRU; Keras GRU (reset_after)."
    )
    gates: ClassVar[int] = 3

    reset_after: bool = option(FLAG, "whether the reset gate is applied after the product with the state", default=True)

    @property
    def biases(self) -> int:
        """Two, for input and state, where the reset gate stands between them; else one, also in Keras."""
        return 2 if self.bias == KERAS and self.reset_after else super().biases

    def output(self, x: Shape) -> Shape:
        """Return what every recurrent layer returns; PyTorch's reset gate is always applied after the product."""
        if not self.reset_after and self.bias in (TORCH, True):
            raise Refusal("reset_after: false requires bias: keras or bias: false", "PyTorch has no such cell")
        return super().output(x)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``GRU``."""
        return super().torch(x) if self.reset_after else "torch.nn.GRU applies the reset gate after the product"
