"""From a map to tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Family
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from archcalc.layers.backward import Training


@layer
class Tokens(Layer):
    """Each position of a map becomes a token, its channels the features: C×H×W becomes H*W × C; no parameters.

    A token sees what its position saw.

    >>> from archcalc.quantities.shape import grid
    >>> str(Tokens().output(grid(768, (14, 14))))
    '196×768'
    """

    kind: ClassVar[str] = "tokens"
    family: ClassVar[Family] = Family.SHAPE
    source: ClassVar[str] = "Dosovitskiy et al. 2020, arXiv 2010.11929, section 3.1 (the sequence of patches)."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, view and transpose: sizes alone."""

    def output(self, x: Shape) -> Shape:
        """Return as many tokens as the map has positions."""
        x.require_map()
        return Shape("TF", (x.positions, x.channels), x.regions)

    def turned(self, run: Training) -> bool:
        """Return whether the channels lie first, as they do in the order of a map."""
        return not run.turned[0]

    def torch(self, x: Shape) -> str:
        """Say that it is two calls in PyTorch."""
        return "no equivalent torch.nn module: flatten and transpose on tensors"
