"""The constants of an ONNX model: dimensions and types, and values only where they are few.

Source: TensorProto and SparseTensorProto in onnx/onnx.proto.
"""

from __future__ import annotations

from struct import unpack
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.onnx.model import NUMBER_TYPES, Number, OnnxTensor
from archcalc.importers.onnx.wire import BYTES, FIXED32, FIXED64, MANY, VARINT
from archcalc.limits import ONNX_AXES

if TYPE_CHECKING:
    from archcalc.importers.onnx.wire import FieldsFound, Span, Wire

MOST_VALUES = 1_024
"""The values of a larger tensor are not read: a shape has fewer axes."""

DIMS, TYPE, FLOATS, INT32S, INT64S, NAME, RAW, DOUBLES, UINT64S, LOCATION = 1, 2, 4, 5, 7, 8, 9, 10, 11, 14
_FIELDS = {
    DIMS: VARINT | MANY, TYPE: VARINT, FLOATS: BYTES, INT32S: BYTES, INT64S: BYTES, NAME: BYTES, RAW: BYTES,
    DOUBLES: BYTES, UINT64S: BYTES, LOCATION: VARINT,
}  # fmt: skip
_VALUES = {
    FLOATS: FIXED32 | MANY, INT32S: VARINT | MANY, INT64S: VARINT | MANY, DOUBLES: FIXED64 | MANY,
    UINT64S: VARINT | MANY,
}  # fmt: skip

_UNPACKED = {
    "float": "f", "double": "d", "float16": "e", "int8": "b", "uint8": "B", "bool": "?", "int16": "h", "uint16": "H",
    "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q",
}  # fmt: skip
"""How the raw bytes of a type are read, by the letters of Python's struct."""

EXTERNAL = 1
"""The location of data that lie in another file."""


def tensor(wire: Wire, *spans: Span) -> OnnxTensor:
    """Read a tensor; its weights are skipped.

    Raises:
        UsageError: its dimensions are negative, or its data do not fit them.
    """
    found = wire.gather(_FIELDS, *spans)
    name, dims, external = found.text(NAME), found.ints(DIMS), found.number(LOCATION) == EXTERNAL
    check_dims(wire, name, dims)
    result = OnnxTensor(name, dims, found.int32(TYPE), external=external)
    if not external:
        _check_size(wire, result, found)
    if external or result.elements > MOST_VALUES:
        return result
    return result._replace(values=_values(wire, result, found, spans))


def check_dims(wire: Wire, name: str, dims: tuple[int, ...]) -> None:
    """Refuse sizes that no tensor has.

    Raises:
        UsageError: there are too many axes, or a size is negative.
    """
    check_axes(wire, name, len(dims))
    if dims and min(dims) < 0:
        raise UsageError(f"{wire.name}: tensor '{name}' has the negative size {min(dims)}")


def check_axes(wire: Wire, name: str, axes: int) -> None:
    """Refuse more axes than a tensor may have.

    Raises:
        UsageError: there are too many.
    """
    if axes > ONNX_AXES.value:
        raise UsageError(*ONNX_AXES.exceeded(f"tensor '{name}' of {wire.name}", axes))


def _check_size(wire: Wire, tensor: OnnxTensor, found: FieldsFound) -> None:
    """Refuse raw data of another length than the dimensions ask for."""
    bits = NUMBER_TYPES.get(tensor.type, ("", 0))[1]
    spans = found.spans(RAW)
    if not spans or not bits:
        return
    start, end = spans[-1]
    expected = -(-tensor.elements * bits // 8)
    if end - start != expected:
        raise UsageError(
            f"{wire.name}: tensor '{tensor.name}' has {end - start:,} bytes of data; its dimensions need {expected:,}",
            "export or download the model again",
        )


def _values(wire: Wire, tensor: OnnxTensor, found: FieldsFound, spans: tuple[Span, ...]) -> tuple[Number, ...] | None:
    """Return all values of a small tensor, or None where they are of a type that no shape is computed from."""
    letter = _UNPACKED.get(tensor.number_type)
    if letter is None:
        return None
    raw = found.spans(RAW)
    if raw:
        return unpack(f"<{tensor.elements}{letter}", wire.bytes(raw[-1]))
    longest = 10 * tensor.elements
    if sum(end - start for number in _VALUES for start, end in found.spans(number)) > longest:
        return None
    values = _listed(wire, tensor, wire.gather(_VALUES, *spans))
    return values if len(values) == tensor.elements else None


def _listed(wire: Wire, tensor: OnnxTensor, found: FieldsFound) -> tuple[Number, ...]:
    """Return the values of a tensor that lists them as numbers, each in the field for its type."""
    name, bits = NUMBER_TYPES[tensor.type]
    if name == "float":
        return found.floats(FLOATS)
    if name == "double":
        return tuple(unpack("<d", wire.bytes(span))[0] for span in found.spans(DOUBLES))
    if name in {"uint32", "uint64"}:
        return tuple(value % (1 << bits) for value in found.ints(UINT64S))
    return tuple(_narrowed(tensor, value) for value in found.ints(INT64S if name == "int64" else INT32S))


def _narrowed(tensor: OnnxTensor, value: int) -> Number:
    """Return the lower bits of a number, as many as its type has, as a number."""
    name, bits = NUMBER_TYPES[tensor.type]
    lower = value % (1 << bits)
    if name == "float16":
        return float(unpack("<e", lower.to_bytes(2, "little"))[0])
    if name == "bool":
        return bool(value)
    return lower - (1 << bits) if name.startswith("int") and lower >> bits - 1 else lower


def sparse_tensor(wire: Wire, *spans: Span) -> OnnxTensor:
    """Read a sparse tensor: its name and type are those of its values."""
    found = wire.gather({1: BYTES, 3: VARINT | MANY}, *spans)
    values, dims = tensor(wire, *found.spans(1)), found.ints(3)
    check_dims(wire, values.name, dims)
    return OnnxTensor(values.name, dims, values.type, external=values.external, nonzero=values.elements)
