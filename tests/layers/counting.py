"""Counting by doing: the multiplications of each layer carried out one by one, on small tensors, and counted.

Nothing here multiplies sizes. Places are built and looked up, and every product that would be made is counted.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Place = tuple[int, ...]
Reads = list[list[Place]]
"""For each filter the maps that it reads."""


def places(sizes: Iterable[int]) -> Iterator[Place]:
    """Every place of a grid."""
    return product(*map(range, sizes))


class Matrix:
    """Products of matrices, of which only the multiplications are kept."""

    def __init__(self) -> None:
        self.multiplications = 0

    def multiply(self, rows: int, inner: int, columns: int) -> None:
        """Multiply a matrix of rows × inner by one of inner × columns."""
        for _ in range(rows):
            for _ in range(columns):
                for _ in range(inner):
                    self.multiplications += 1

    def attend(self, tokens: int, features: int, heads: int) -> None:
        """Let tokens attend to each other: scores, then the weighted values, head by head."""
        for _ in range(heads):
            self.multiply(tokens, features // heads, tokens)
            self.multiply(tokens, tokens, features // heads)


def grouped(groups: int, maps: int, filters: int) -> Reads:
    """Each of a group's filters reads each of the group's maps, and no other."""
    return [[(group, number) for number in range(maps)] for group in range(groups) for _ in range(filters)]


def windows(
    sizes: Place, kernel: Place, stride: Place, dilation: Place, sides: Sequence[tuple[int, int]]
) -> list[list[Place]]:
    """All windows that lie in the padded grid, each as the places that it covers."""
    axes = [range(-before, size + after) for size, (before, after) in zip(sizes, sides, strict=True)]
    padded = set(product(*axes))
    firsts = product(*(axis[::step] for axis, step in zip(axes, stride, strict=True)))
    covered = [[_tap(first, tap, dilation) for tap in places(kernel)] for first in firsts]
    return [window for window in covered if all(place in padded for place in window)]


def windows_same(sizes: Place, kernel: Place, stride: Place, dilation: Place) -> list[list[Place]]:
    """The windows of padding `same`: one for each place, or each that the stride stops at; it may hang over."""
    firsts = product(*(range(0, size, step) for size, step in zip(sizes, stride, strict=True)))
    return [[_tap(first, tap, dilation) for tap in places(kernel)] for first in firsts]


def _tap(first: Place, tap: Place, dilation: Place) -> Place:
    return tuple(start + step * number for start, step, number in zip(first, dilation, tap, strict=True))


def convolve(covered: Iterable[Sequence[Place]], reads: Reads) -> list[int]:
    """For each output of a convolution how many products it sums; a zero of the padding is multiplied too."""
    return [sum(1 for _map in maps for _place in window) for maps in reads for window in covered]


def spread_out(sizes: Place, kernel: Place, stride: Place, dilation: Place, reads: Reads) -> dict[Place, int]:
    """For each place of a transposed convolution's output, before it is cut, how many products are added to it."""
    added: dict[Place, int] = defaultdict(int)
    for maps in reads:
        for _map in maps:
            for place in places(sizes):
                for tap in places(kernel):
                    corner = tuple(at * step for at, step in zip(place, stride, strict=True))
                    added[_tap(corner, tap, dilation)] += 1
    return added


def project(vectors: Iterable[Place], inputs: int, outputs: int) -> int:
    """How many products a linear layer makes of vectors, each at its place."""
    return sum(1 for _vector in vectors for _output in range(outputs) for _input in range(inputs))


def attend(tokens: Sequence[Place], heads: Sequence[Sequence[int]]) -> int:
    """How many products self-attention makes of some tokens, whose features are dealt out to heads."""
    features = [feature for head in heads for feature in head]
    done = sum(project(tokens, len(features), len(features)) for _what in ("query", "key", "value", "output"))
    for head in heads:
        for _query, _key in product(tokens, repeat=2):
            done += sum(1 for _feature in head)  # how well the query fits the key
            done += sum(1 for _feature in head)  # the value, as much of it as that
    return done


def tiles(sizes: Place, window: Place) -> list[list[Place]]:
    """The places of a map by the window they lie in; the last windows hang over, and are full all the same."""
    corners = product(*(range(0, size, side) for size, side in zip(sizes, window, strict=True)))
    return [[_tap(corner, inside, (1,) * len(window)) for inside in places(window)] for corner in corners]


def combs(sizes: Place, teeth: Place) -> list[list[Place]]:
    """The places of a map by the grid they lie on: as many teeth along each axis, equally far apart."""
    found: dict[Place, list[Place]] = defaultdict(list)
    apart = [size // count for size, count in zip(sizes, teeth, strict=True)]
    for place in places(sizes):
        found[tuple(at % step for at, step in zip(place, apart, strict=True))].append(place)
    return list(found.values())
