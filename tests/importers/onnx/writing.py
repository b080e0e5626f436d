"""A writer of small ONNX models: messages of protocol buffers, also those that no library would write.

Source: protobuf.dev/programming-guides/encoding and onnx/onnx.proto, by the numbers of the fields there.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Dim = int | str | None
FLOAT, INT32, INT64, BOOL = 1, 6, 7, 9
_BITS = 64


def varint(value: int) -> bytes:
    """Return a whole number, seven bits to the byte."""
    value %= 1 << _BITS
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    """Return a field that is a whole number."""
    return varint(field << 3) + varint(value)


def data(field: int, content: bytes | str) -> bytes:
    """Return a field of bytes: a text, or a message."""
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def fixed(field: int, value: float) -> bytes:
    """Return a field of four bytes: a floating-point number."""
    return varint(field << 3 | 5) + pack("<f", value)


def numbers(field: int, values: Sequence[int]) -> bytes:
    return data(field, b"".join(map(varint, values)))


def tensor(name: str, values: Sequence[float] | None, dims: Sequence[int], kind: int = FLOAT) -> bytes:
    """Return a tensor with raw data; without values they are in another file."""
    head = b"".join(number(1, dim) for dim in dims) + number(2, kind) + data(8, name)
    if values is None:
        return head + number(14, 1) + data(13, data(1, "location") + data(2, "weights.bin"))
    letter = {FLOAT: "f", INT32: "i", INT64: "q", BOOL: "?"}[kind]
    return head + data(9, pack(f"<{len(values)}{letter}", *values))


def weight(name: str, *dims: int) -> bytes:
    """Return a tensor whose data lie in another file."""
    return tensor(name, None, dims)


def ints(name: str, *values: int) -> bytes:
    """Return a list of whole numbers as a constant."""
    return tensor(name, values, (len(values),), INT64)


def declared(name: str, dims: Sequence[Dim] | None, kind: int = FLOAT) -> bytes:
    """Return a named value with its sizes."""
    shape = b"" if dims is None else data(2, b"".join(data(1, _dim(dim)) for dim in dims))
    return data(1, name) + data(2, data(1, number(1, kind) + shape))


def _dim(dim: Dim) -> bytes:
    return b"" if dim is None else number(1, dim) if isinstance(dim, int) else data(2, dim)


def attribute(name: str, value: object) -> bytes:
    """Return an attribute of the type of its value; a graph or a tensor is a pair of its word and its message."""
    match value:
        case bool() | int():
            body = number(3, int(value)) + number(20, 2)
        case float():
            body = fixed(2, value) + number(20, 1)
        case str():
            body = data(4, value) + number(20, 3)
        case ("tensor", bytes() as content):
            body = data(5, content) + number(20, 4)
        case ("graph", bytes() as content):
            body = data(6, content) + number(20, 5)
        case ("reference", str() as other):
            body = data(21, other) + number(20, 2)
        case [*items] if items and all(isinstance(item, float) for item in items):
            body = b"".join(fixed(7, float(str(item))) for item in items) + number(20, 6)
        case [*items]:
            body = b"".join(number(8, int(str(item))) for item in items) + number(20, 7)
        case _:
            raise TypeError(value)
    return data(1, name) + body


def modules(paths: str, classes: str) -> bytes:
    """Return what PyTorch's exporter writes of a node: the modules around it, and their classes, as lists of Python."""
    return data(9, data(1, "pkg.torch.onnx.name_scopes") + data(2, paths)) + data(
        9, data(1, "pkg.torch.onnx.class_hierarchy") + data(2, classes)
    )


def node(op: str, inputs: str, outputs: str, *, name: str = "", domain: str = "", **attributes: object) -> bytes:
    """Return a node; names of tensors are separated by spaces, and a missing one is a dash."""
    body = b"".join(data(1, each.replace("-", "") if each == "-" else each) for each in inputs.split())
    body += b"".join(data(2, each) for each in outputs.split()) + data(3, name) + data(4, op)
    body += b"".join(data(5, attribute(key, value)) for key, value in attributes.items())
    return body + (data(7, domain) if domain else b"")


def graph(
    nodes: Sequence[bytes],
    inputs: Mapping[str, Sequence[Dim] | None],
    outputs: Sequence[str] = (),
    constants: Sequence[bytes] = (),
    known: Mapping[str, Sequence[Dim]] | None = None,
) -> bytes:
    """Return a graph."""
    parts = [data(1, each) for each in nodes]
    parts += [data(5, each) for each in constants]
    parts += [data(11, declared(name, dims)) for name, dims in inputs.items()]
    parts += [data(12, declared(name, None)) for name in outputs]
    parts += [data(13, declared(name, dims)) for name, dims in (known or {}).items()]
    return b"".join([data(2, "graph"), *parts])


def opset(version: int, domain: str = "") -> bytes:
    return data(1, domain) + number(2, version)


def model(content: bytes, version: int = 17, *, functions: Sequence[bytes] = (), domains: Sequence[str] = ()) -> bytes:
    """Return a model of a graph."""
    sets = data(8, opset(version)) + b"".join(data(8, opset(1, domain)) for domain in domains)
    return number(1, 8) + data(2, "tests") + data(7, content) + sets + b"".join(data(25, each) for each in functions)


def function(name: str, domain: str, inputs: str, outputs: str, nodes: Sequence[bytes]) -> bytes:
    """Return a function."""
    body = data(1, name) + b"".join(data(4, each) for each in inputs.split())
    body += b"".join(data(5, each) for each in outputs.split()) + b"".join(data(7, each) for each in nodes)
    return body + data(9, opset(17)) + data(10, domain)
