"""Tensors as a file of weights stores them: names, dimensions, number types and bytes, and no values."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BITS = {
    "bool": 8, "uint8": 8, "int8": 8, "uint16": 16, "int16": 16, "uint32": 32, "int32": 32, "uint64": 64, "int64": 64,
    "float4_e2m1fn": 4, "float6_e2m3": 6, "float6_e3m2": 6, "float8_e8m0fnu": 8, "float8_e4m3fn": 8, "float8_e5m2": 8,
    "float8_e4m3fnuz": 8, "float8_e5m2fnuz": 8, "float16": 16, "bfloat16": 16, "float32": 32, "float64": 64,
    "complex32": 32, "complex64": 64, "complex128": 128, "qint8": 8, "quint8": 8, "qint32": 32,
}  # fmt: skip
"""The number types of weights by PyTorch's names, and how many bits a number of each takes."""

MOST_AXES, MOST = 64, 1 << 63
"""PyTorch's limits: the number of axes, and what a size is less than."""


class StoredTensor(NamedTuple):
    """One tensor of a file. ``storage`` tells which part of the file it is: tied tensors have the same.

    >>> StoredTensor("conv1.weight", (64, 3, 7, 7), "bfloat16").bytes
    18816
    """

    name: str
    dims: tuple[int, ...]
    dtype: str
    storage: str = ""

    @property
    def elements(self) -> int:
        """The number of values."""
        return prod(self.dims)

    @property
    def bytes(self) -> int:
        """The bytes that the values take; types of fewer than 8 bits are packed."""
        return -(-self.elements * BITS[self.dtype] // 8)


class StoredWeights(NamedTuple):
    """The tensors of one file, or of all parts of a file, in the order of the file.

    ``form`` is the format; ``left_out`` are tensors that the file only names, each with the tensor that it equals;
    ``remarks`` are what else is in the file, and not read.

    >>> tied = StoredWeights("w.pt", "PyTorch", tuple(StoredTensor(n, (9,), "int8", "0") for n in "ab"))
    >>> tied.ties, tied.elements, tied.bytes
    ({'b': 'a'}, 9, 9)
    """

    name: str
    form: str
    tensors: tuple[StoredTensor, ...]
    left_out: Mapping[str, str] = MappingProxyType({})
    remarks: tuple[str, ...] = ()
    files: int = 1

    @property
    def ties(self) -> dict[str, str]:
        """The names of tensors that are another, earlier one, with the name of that."""
        first: dict[tuple[str, tuple[int, ...]], str] = {}
        owners = {t.name: first.setdefault((t.storage or t.name, t.dims), t.name) for t in self.tensors}
        return {name: owner for name, owner in owners.items() if name != owner}

    @property
    def own(self) -> tuple[StoredTensor, ...]:
        """The tensors without those that are another one."""
        ties = self.ties
        return tuple(tensor for tensor in self.tensors if tensor.name not in ties)

    @property
    def elements(self) -> int:
        """The number of values, those of tied tensors once."""
        return sum(tensor.elements for tensor in self.own)

    @property
    def bytes(self) -> int:
        """The bytes of all tensors, those of tied ones once."""
        return sum(tensor.bytes for tensor in self.own)


def by_type(tensors: Iterable[StoredTensor]) -> dict[str, int]:
    """Count the values of each number type, the most frequent first.

    >>> by_type([StoredTensor("a", (3,), "int64"), StoredTensor("b", (4, 2), "float16")])
    {'float16': 8, 'int64': 3}
    """
    counted: dict[str, int] = {}
    for tensor in tensors:
        counted[tensor.dtype] = counted.get(tensor.dtype, 0) + tensor.elements
    return dict(sorted(counted.items(), key=lambda item: -item[1]))
