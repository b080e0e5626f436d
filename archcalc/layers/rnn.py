"""The simple recurrent layer."""

from __future__ import annotations

from typing import ClassVar

from archcalc.layers.base import layer
from archcalc.layers.families import Example, Family
from archcalc.layers.recurrent import Recurrent


@layer
class RNN(Recurrent):
    """A simple recurrent layer (Elman): each step reads the input and the output of the step before.

    Weights over F features and H units: HF + H². Biases: 2H (``bias: torch``), H (``bias: keras``) or none. MACs: the
    weights once per step.

    >>> from archcalc.quantities.shape import Shape
    >>> str(RNN(20).output(Shape("TF", (16, 10)))), RNN(20).macs(Shape("TF", (16, 10)))
    ('16×20', 9600)
    """

    kind: ClassVar[str] = "rnn"
    family: ClassVar[Family] = Family.RECURRENT
    example: ClassVar[Example] = Example("[{rnn: 32}]", "TF 16x64")
    source: ClassVar[str] = 'Elman 1990, "Finding Structure in Time", doi:10.1207/s15516709cog1402_1; PyTorch RNN.'
