"""The class token."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.attending import require_tokens
from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class ClassToken(Layer):
    """A learned token before all others, whose output represents the image: one parameter per feature.

    >>> from archcalc.quantities.shape import Shape
    >>> str(ClassToken().output(Shape("TF", (196, 768))))
    '197×768'
    """

    kind: ClassVar[str] = "class_token"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[class_token]", "TF 16x64")
    source: ClassVar[str] = "Dosovitskiy et al. 2020, arXiv 2010.11929, equation 1."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, cat and expand: sizes alone."""
    order: ClassVar[Order] = Order.OWN

    def output(self, x: Shape) -> Shape:
        """Return one token more."""
        require_tokens(x)
        return x._replace(sizes=(x.positions + 1, x.channels))

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the token."""
        return (Tensor("class_token", (x.channels,)),)

    def torch(self, x: Shape) -> str:
        """Say that it is a bare parameter in PyTorch."""
        return "no equivalent torch.nn module: a parameter and a concatenation"
