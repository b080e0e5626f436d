"""Counting by doing: the multiplications of each layer carried out one by one, on small tensors, and counted."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Place = tuple[int, ...]


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
