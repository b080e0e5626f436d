"""What is known of a tensor before it is computed: its sizes, and its values where sizes depend on them."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.symbolic.expr import Expr, Int
from archcalc.symbolic.known import decide, equal, simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Size = Int | None
"""The size of an axis: a number, an expression of letters, or unknown."""

Sizes = tuple[Size, ...] | None
"""The sizes of all axes; None where not even their number is known."""

Item = Int | float | None
"""One value of a tensor, or unknown."""

MOST_ITEMS = 1_024
"""Values of larger tensors are not followed: sizes depend on few values."""


class SmallTensor(NamedTuple):
    """A small tensor of numbers, some of which may be unknown: its sizes and its items, the last axis fastest.

    ``floating`` says of items with letters, too, that they are floating-point numbers, which are divided otherwise.
    """

    dims: tuple[int, ...]
    items: tuple[Item, ...]
    floating: bool = False

    def reshaped(self, dims: tuple[int, ...]) -> SmallTensor | None:
        """Return the same items with other sizes, if there are as many."""
        return self._replace(dims=dims) if prod(dims) == len(self.items) else None

    def moved(self, dims: tuple[int, ...], source: Callable[[tuple[int, ...]], tuple[int, ...]]) -> SmallTensor | None:
        """Return a tensor of which each item is one of this: ``source`` gives the place of each.

        >>> SmallTensor((2,), (5, 7)).moved((3, 2), lambda place: place[1:]).items
        (5, 7, 5, 7, 5, 7)
        """
        if prod(dims) > MOST_ITEMS:
            return None
        return self._replace(dims=dims, items=tuple(self.items[self._offset(source(p))] for p in places(dims)))

    def _offset(self, place: tuple[int, ...]) -> int:
        result = 0
        for index, size in zip(place, self.dims, strict=True):
            result = result * size + index
        return result

    def at(self, place: tuple[int, ...]) -> Item:
        """Return the item at a place of a larger tensor, over which this one is broadcast."""
        own = place[len(place) - len(self.dims) :]
        return self.items[self._offset(tuple(0 if size == 1 else i for i, size in zip(own, self.dims, strict=True)))]


def places(dims: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the places of all items of a tensor in their order."""
    return product(*map(range, dims))


class Known(NamedTuple):
    """What is known of a tensor: its sizes, and its value if it is a small tensor of numbers.

    A sequence of tensors has no sizes, but ``parts``, if it is known how many there are.
    """

    sizes: Sizes = None
    value: SmallTensor | None = None
    parts: tuple[Known, ...] | None = None

    @property
    def rank(self) -> int | None:
        """The number of axes, if it is known."""
        return None if self.sizes is None else len(self.sizes)


UNKNOWN = Known()


def whole(sizes: Sizes) -> tuple[int, ...] | None:
    """Return sizes if all of them are numbers."""
    if sizes is None:
        return None
    numbers = tuple(size for size in sizes if isinstance(size, int))
    return numbers if len(numbers) == len(sizes) else None


def elements(sizes: Sizes) -> Size:
    """Return the number of values, if all sizes are known.

    >>> elements((2, 3)), elements((2, None))
    (6, None)
    """
    return None if sizes is None else times(sizes)


def times(sizes: Iterable[Size]) -> Size:
    """Return a product, unknown where a factor is unknown; a factor of 0 makes it 0."""
    result: Size = 1
    for size in sizes:
        if isinstance(size, int) and size == 0:
            return 0
        result = None if size is None or result is None else size if _is(result, 1) else result * size
    return result if result is None else simplify(result)


def _is(size: Size, number: int) -> bool:
    return isinstance(size, int) and size == number


def same(left: Size, right: Size) -> bool | None:
    """Return whether two sizes are equal; None where that is open."""
    return None if left is None or right is None else equal(left, right)


def broadcast(*all_sizes: Sizes) -> Sizes:
    """Return the sizes of what is computed elementwise of several tensors: axes of size 1 are stretched.

    Source: docs/Broadcasting.md of ONNX.

    >>> broadcast((8, 1, 6), (7, 1)), broadcast((None, 4), (1, 1)), broadcast((2,), None)
    ((8, 7, 6), (None, 4), None)

    Raises:
        Refusal: two sizes differ, and neither is 1.
    """
    known = [sizes for sizes in all_sizes if sizes is not None]
    if len(known) < len(all_sizes):
        return None
    rank = max(map(len, known), default=0)
    padded = [(1,) * (rank - len(sizes)) + sizes for sizes in known]
    return tuple(stretched(axis) for axis in zip(*padded, strict=True))


def stretched(sizes: Sequence[Size]) -> Size:
    """Return the common size of an axis, of which those of size 1 are stretched.

    Raises:
        Refusal: two sizes differ, and neither is 1.
    """
    larger = [size for size in sizes if not _is(size, 1)]
    if not larger:
        return 1
    fixed = {size for size in larger if isinstance(size, int)}
    if len(fixed) > 1:
        raise Refusal(f"sizes {' and '.join(map(str, sorted(fixed)))} cannot be broadcast")
    if fixed:
        return fixed.pop()
    if None in larger:
        return None
    return _agreed([size for size in larger if isinstance(size, Expr)])


def _agreed(sizes: Sequence[Expr]) -> Size:
    """Return the size that all expressions have; where one may be 1 and another not, it is open."""
    first = sizes[0]
    if all(equal(first, size) for size in sizes[1:]):
        return first
    certain = [size for size in sizes if decide(size, ">", 1)]
    return certain[0] if certain else None


def merged(left: Sizes, right: Sizes) -> Sizes:
    """Return what two sources know together of the same sizes; the first counts where both know a size.

    >>> merged((1, None), (None, 3)), merged(None, (2,)), merged((1, 2), (2,))
    ((1, 3), (2,), (1, 2))
    """
    if left is None or right is None:
        return right if left is None else left
    if len(left) != len(right):
        return left
    return tuple(b if a is None else a for a, b in zip(left, right, strict=True))
