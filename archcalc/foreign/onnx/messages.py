"""The wire format of protocol buffers, as far as a model needs it: numbers, texts and nested messages.

Source: protobuf.dev/programming-guides/encoding; the numbers of the fields are those of onnx/onnx.proto.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOAT, INT64 = 1, 7
"""The numbers of the types of values."""

_MORE = 128
_ALL = 1 << 64
_BYTES, _FIXED32 = 2, 5


def varint(value: int) -> bytes:
    r"""Return a whole number, seven bits to the byte.

    >>> varint(150)
    b'\x96\x01'
    """
    value %= _ALL
    found = bytearray()
    while value >= _MORE:
        found.append(value % _MORE | _MORE)
        value //= _MORE
    return bytes([*found, value])


def number(field: int, value: int) -> bytes:
    """Return a field that is a whole number."""
    return varint(field << 3) + varint(value)


def message(field: int, *parts: bytes) -> bytes:
    """Return a field that is a message of several parts."""
    content = b"".join(parts)
    return varint(field << 3 | _BYTES) + varint(len(content)) + content


def text(field: int, content: str) -> bytes:
    """Return a field that is a text."""
    return message(field, content.encode("utf-8", "replace"))


def decimal(field: int, value: float) -> bytes:
    """Return a field that is a number of four bytes."""
    return varint(field << 3 | _FIXED32) + pack("<f", value)


def attribute(name: str, value: object) -> bytes:
    """Return an attribute, whose type is that of its value.

    Raises:
        TypeError: it is not a number, a text, a list of whole numbers, or bytes, which are a tensor.
    """
    match value:
        case bool() | int():
            body = number(3, int(value)) + number(20, 2)
        case float():
            body = decimal(2, value) + number(20, 1)
        case str():
            body = text(4, value) + number(20, 3)
        case bytes():
            body = message(5, value) + number(20, 4)
        case tuple():
            body = b"".join(number(8, int(item)) for item in value) + number(20, 7)
        case _:
            raise TypeError(name)
    return text(1, name) + body


def tensor(name: str, values: Sequence[float], dims: Sequence[int], kind: int) -> bytes:
    """Return a tensor with its values."""
    head = b"".join(number(1, size) for size in dims) + number(2, kind)
    named = text(8, name) if name else b""
    return head + named + message(9, pack(f"<{len(values)}{'f' if kind == FLOAT else 'q'}", *values))


def node(op: str, inputs: Sequence[str], outputs: Sequence[str], name: str, attributes: dict[str, object]) -> bytes:
    """Return a node."""
    body = [text(1, each) for each in inputs] + [text(2, each) for each in outputs] + [text(3, name), text(4, op)]
    return b"".join([*body, *(message(5, attribute(*item)) for item in attributes.items())])


def declared(name: str, sizes: Sequence[int], kind: int) -> bytes:
    """Return a named value with its type and sizes."""
    shape = message(2, *(message(1, number(1, size)) for size in sizes))
    return text(1, name) + message(2, message(1, number(1, kind), shape))
