"""The same values in another arrangement of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import TEXT, one_of, option
from archcalc.layers.patterns import Pattern
from archcalc.layers.shaping import laid_out
from archcalc.quantities.reach import Reach
from archcalc.quantities.shape import LAYOUTS

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Rearrange(Layer):
    """The values in another arrangement of axes, as einops writes it: ``{rearrange: "c (h p=2) w -> (c p) h w"}``.

    Each axis has a name; axes in parentheses lie in one another. ``p=2`` gives a size. ``k=3[0]`` takes the first of
    3, ``n[1:]`` all but the first, and ``b=4`` on the right alone repeats the values four times. One size is a vector,
    two a map of one axis, three of two, four of three, unless ``layout`` says otherwise (``TF``: tokens × features).
    No parameters.

    >>> from archcalc.quantities.shape import Shape
    >>> heads = Rearrange("t (k=3[0] h=12 d) -> h t d")
    >>> str(heads.output(Shape("TF", (197, 2304))))
    '12×197×64'
    """

    kind: ClassVar[str] = "rearrange"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example('[{rearrange: "c (h p=2) w -> (c p) h w"}]')
    source: ClassVar[str] = "Rogozhnikov 2022 (einops), ICLR; PyTorch's view, permute, expand and indexing."

    pattern: str = option(TEXT, "axes before and after, in the notation of einops", main=True)
    layout: str | None = option(one_of(*LAYOUTS), "layout of the output", default=None)

    def output(self, x: Shape) -> Shape:
        """Return the new shape; every axis has to divide as the pattern says."""
        return laid_out(self._pattern.after(x.sizes), self.layout)._replace(regions=x.regions)

    @property
    def _pattern(self) -> Pattern:
        return Pattern.read(self.pattern)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the same fields where every place stays a place of the same map; else it is unknown."""
        if self._keeps_places(x) or before.axes is None:
            return before
        return Reach(None, before.everything, known=False, whole=not self._pattern.leaves_out(x.layout))

    def _keeps_places(self, x: Shape) -> bool:
        left, right = self._pattern.places(x.layout), self._pattern.places(self.output(x).layout, after=True)
        return left is not None and left == right

    def torch(self, x: Shape) -> str:
        """Say that it is several methods in PyTorch."""
        self.output(x)
        return "no equivalent torch.nn module: view, permute, expand and indexing of tensors"
