"""safetensors: eight bytes of length, a header of JSON, and the values, which are not read.

Source: the format's description in the README of huggingface/safetensors: little-endian length, a mapping of names to
dtype, shape and data_offsets, ``__metadata__`` of texts; offsets leave no gaps and do not overlap.
"""

from __future__ import annotations

import os
from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.importers.json_text import parse
from archcalc.importers.signatures import HEAD, refusal
from archcalc.limits import HEADER_SIZE, TENSORS
from archcalc.quantities.stored import BITS, MOST, MOST_AXES, StoredTensor, StoredWeights

if TYPE_CHECKING:
    from typing import BinaryIO

FORM = "safetensors"
LENGTH = 8
METADATA = "__metadata__"

DTYPES = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32",
    "U64": "uint64", "I64": "int64", "F4": "float4_e2m1fn", "F6_E2M3": "float6_e2m3", "F6_E3M2": "float6_e3m2",
    "F8_E8M0": "float8_e8m0fnu", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz", "F16": "float16", "BF16": "bfloat16",
    "F32": "float32", "F64": "float64", "C64": "complex64",
}  # fmt: skip
"""The format's names of number types, and PyTorch's."""

AGAIN = "the file is damaged or incomplete; get it again"


def read(file: BinaryIO, name: str) -> StoredWeights:
    """Read the header of a file, in the order of the values.

    Raises:
        UsageError: it is not a safetensors file, or a damaged one.
    """
    size = file.seek(0, os.SEEK_END)
    header, data = _header(file, name, size)
    entries = parse(header, f"the header of {name}")
    if not isinstance(entries, dict):
        raise _damaged(name, "its header is not a mapping of names to tensors")
    metadata = _metadata(entries.pop(METADATA, {}), name)
    if len(entries) > TENSORS.value:
        raise UsageError(*TENSORS.exceeded(name, len(entries)))
    placed = sorted((_entry(key, value, name) for key, value in entries.items()), key=lambda found: found[1:])
    _require_contiguous(placed, data, name)
    left_out = {key: owner for key, owner in metadata.items() if owner in entries and key not in entries}
    return StoredWeights(name, FORM, tuple(tensor for tensor, _, _ in placed), left_out=left_out)


def _header(file: BinaryIO, name: str, size: int) -> tuple[bytes, int]:
    """Return the header, and how many bytes of values come after it."""
    file.seek(0)
    head = file.read(HEAD)
    if head[LENGTH : LENGTH + 1] not in (b"{", b""):
        raise refusal(name, head, "a safetensors file")
    if len(head) < LENGTH + 2:
        raise _damaged(name, f"it has only {len(head)} bytes") if head else refusal(name, head, "a safetensors file")
    length = int.from_bytes(head[:LENGTH], "little")
    if length > HEADER_SIZE.value:
        raise UsageError(*HEADER_SIZE.exceeded(f"the header of {name}", length))
    if length > size - LENGTH:
        raise _damaged(name, f"its header has {length:,} bytes, but only {size - LENGTH:,} follow")
    file.seek(LENGTH)
    return file.read(length), size - LENGTH - length


def _metadata(found: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - whatever the header holds
    """Return the texts by name that a file holds besides tensors."""
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _damaged(name, f"{METADATA} is not a mapping of texts")
    return found


def _entry(key: str, value: Any, name: str) -> tuple[StoredTensor, int, int]:  # noqa: ANN401
    """Return a tensor, and where its values begin and end."""
    fields = {"dtype", "shape", "data_offsets"}
    if not isinstance(value, dict) or value.keys() != fields:
        raise _damaged(name, f"'{key}' is not described by dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise UsageError(f"{name}: '{key}' has the unknown number type '{dtype}'", f"known: {', '.join(DTYPES)}")
    if not _sizes(shape):
        raise _damaged(name, f"'{key}' has the invalid shape {shape}")
    if not _sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:  # noqa: PLR2004 - a pair
        raise _damaged(name, f"'{key}' has the invalid offsets {offsets}")
    tensor = StoredTensor(key, tuple(shape), DTYPES[dtype])
    if 8 * (offsets[1] - offsets[0]) != prod(shape) * BITS[tensor.dtype]:
        needed = f"{dtype} of shape {shape}"
        raise _damaged(name, f"'{key}' has {offsets[1] - offsets[0]:,} bytes, which is not the size of {needed}")
    return tensor, offsets[0], offsets[1]


def _sizes(found: Any) -> bool:  # noqa: ANN401
    """Whether something is a list of sizes: PyTorch allows 64 axes, and a file has at most 2⁶³ bytes."""
    return (
        isinstance(found, list)
        and len(found) <= MOST_AXES
        and all(type(size) is int and 0 <= size < MOST for size in found)
    )


def _require_contiguous(placed: list[tuple[StoredTensor, int, int]], data: int, name: str) -> None:
    """Refuse values that overlap, leave gaps, or end before or after the end of the file."""
    end, last = 0, "the header"
    for tensor, start, stop in placed:
        if start != end:
            problem = "overlaps" if start < end else "leaves a gap after"
            raise _damaged(name, f"'{tensor.name}' {problem} {last}")
        end, last = stop, f"'{tensor.name}'"
    if end != data:
        raise _damaged(name, f"its header describes {end:,} bytes of values, but the file has {data:,}")


def _damaged(name: str, problem: str) -> UsageError:
    return UsageError(f"{name} is not a valid safetensors file: {problem}", AGAIN)
