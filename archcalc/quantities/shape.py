"""The shape of a tensor: named axes, channels first, no batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.symbolic.expr import product
from archcalc.symbolic.printing import side_by_side

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

MAPS = {1: "CL", 2: "CHW", 3: "CDHW"}
"""The layout of a map by its number of spatial axes: channels, depth, height, width, length."""

LAYOUTS = ("F", "TF", *MAPS.values())
"""All layouts: a vector, tokens, and maps."""

BY_SIZES = {1: "F", **{rank + 1: layout for rank, layout in MAPS.items()}}
"""The layout that is meant by so many sizes alone."""

AXES = {
    "C": "channels",
    "D": "depth",
    "H": "height",
    "W": "width",
    "L": "length",
    "F": "features",
    "T": "tokens",
}
"""The name of each axis by its letter in a layout."""

_KINDS = {"F": "a vector of {} features", "TF": "tokens × features of shape {}"}


class Shape(NamedTuple):
    """The shape of one tensor: a layout, and a size for each of its letters.

    Layouts are ``CL``, ``CHW`` and ``CDHW`` (maps), ``F`` (vectors) and ``TF`` (tokens). ``regions`` is the number
    of such tensors per image (2000 in R-CNN).

    >>> str(Shape("CHW", (96, 55, 55)))
    '96×55×55'
    """

    layout: str
    sizes: tuple[Int, ...]
    regions: Int = 1

    @property
    def is_map(self) -> bool:
        """Whether the tensor has channels and spatial axes."""
        return self.layout[0] == "C"

    @property
    def channels(self) -> Int:
        """The axis that pointwise layers mix: the channels of a map, the features of vectors and tokens."""
        return self.sizes[0] if self.is_map else self.sizes[-1]

    @property
    def spatial(self) -> tuple[Int, ...]:
        """The sizes of a map's spatial axes; nothing for vectors and tokens."""
        return self.sizes[1:] if self.is_map else ()

    @property
    def lengths(self) -> tuple[Int, ...]:
        """The sizes along which windows slide: those of a map's spatial axes, or the number of tokens.

        >>> Shape("TF", (50, 128)).lengths, Shape("CHW", (3, 32, 24)).lengths
        ((50,), (32, 24))
        """
        return self.sizes[:1] if self.layout == "TF" else self.spatial

    @property
    def length_axes(self) -> str:
        """The letters of the axes along which windows slide.

        >>> Shape("TF", (50, 128)).length_axes, Shape("CHW", (3, 32, 24)).length_axes
        ('T', 'HW')
        """
        return {"TF": "T", "F": ""}.get(self.layout, self.layout[1:])

    @property
    def positions(self) -> Int:
        """How many places hold a vector of channels or features: height × width, or tokens."""
        return product(self.sizes[1:] if self.is_map else self.sizes[:-1])

    @property
    def elements(self) -> Int:
        """The number of values of one such tensor (times ``regions`` for an image)."""
        return product(self.sizes)

    def with_channels(self, channels: Int) -> Shape:
        """Return the same positions with another number of channels (or features)."""
        rest = self.sizes[1:] if self.is_map else self.sizes[:-1]
        return self._replace(sizes=(channels, *rest) if self.is_map else (*rest, channels))

    def with_spatial(self, spatial: tuple[Int, ...]) -> Shape:
        """Return the same channels on another grid; of tokens, another number of them."""
        return self._replace(sizes=(*spatial, self.sizes[1]) if self.layout == "TF" else (self.sizes[0], *spatial))

    def require_map(self) -> None:
        """Refuse vectors and tokens.

        Raises:
            Refusal: the tensor has no spatial axes.
        """
        if not self.is_map:
            raise Refusal(f"expected a feature map (channels and 1 to 3 spatial axes), got {self.described()}")

    def require_grid(self) -> None:
        """Refuse vectors: windows slide over a map, or along tokens, each of which is a place with its features.

        Raises:
            Refusal: the tensor has no places side by side.
        """
        if self.layout != "TF":
            self.require_map()

    def described(self) -> str:
        """Say what kind of tensor it is, with its sizes."""
        return _KINDS.get(self.layout, "a feature map of shape {}").format(self)

    def __str__(self) -> str:
        sizes = side_by_side(self.sizes)
        return sizes if self.regions == 1 else f"{self.regions} × {sizes}"


def grid(channels: Int, spatial: tuple[Int, ...]) -> Shape:
    """Return the shape of a map.

    >>> grid(3, (227, 227)).layout
    'CHW'
    """
    return Shape(MAPS[len(spatial)], (channels, *spatial))


def vector(features: Int) -> Shape:
    """Return the shape of a vector."""
    return Shape("F", (features,))
