"""The wire format of protocol buffers: fields of nested messages, read within bounds and without a copy.

A message is a list of spans of bytes: by the format, a message that is written in several pieces is their sum. What
is not asked for is skipped by its length, so that weights cost nothing.

Source: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from struct import unpack
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.limits import ONNX_FIELDS, ONNX_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from mmap import mmap

    Content = bytes | mmap

Span = tuple[int, int]
"""The place of something in a file: its first byte and the one after its last."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""The wire types. Groups (3 and 4) are older than ONNX."""

MANY = 8
"""Says of a field of numbers that it is repeated."""

_WIRE = 7
_LED_BY_NUMBER = (VARINT, BYTES)
_MORE = 128
"""From this on, the eighth bit of a byte says that a number goes on in the next."""
_LONGEST_VARINT = 10
_ALL = (1 << 64) - 1
_NUMBERS = 1 << 29
_WIDTHS = {FIXED64: 8, FIXED32: 4}


Field = tuple[int, int, int, int]
"""A field: its number, its wire type, and its value, a whole number and 0, or where its bytes start and end."""


class Wire:
    """The bytes of a file, and how many fields may still be read from them."""

    def __init__(self, content: Content, name: str) -> None:
        self.content, self.name = content, name
        self._left = ONNX_FIELDS.value

    def damaged(self, at: int, what: str) -> UsageError:
        """Return the error for bytes that are not a message."""
        return UsageError(f"{self.name} is damaged at byte {at:,}: {what}", "export or download the model again")

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """Return a whole number of up to 64 bits, seven to the byte, and the place after it.

        >>> Wire(bytes([0x96, 0x01]), "x").varint(0, 2)
        (150, 2)

        Raises:
            UsageError: it ends beyond its message, or is longer than ten bytes.
        """
        content, result, start = self.content, 0, at
        for shift in range(0, 7 * _LONGEST_VARINT, 7):
            if at >= end:
                raise self.damaged(start, "a number is cut off")
            byte = content[at]
            at += 1
            result |= (byte & 127) << shift
            if byte < _MORE:
                return result & _ALL, at
        raise self.damaged(start, "a number is longer than 10 bytes")

    def fields(self, *spans: Span) -> Iterator[Field]:
        """Yield the fields of a message in their order.

        >>> list(Wire(bytes([0x08, 0x05, 0x12, 0x01, 0x41]), "x").fields((0, 5)))
        [(1, 0, 5, 0), (2, 2, 4, 5)]

        Raises:
            UsageError: the bytes are not a message, or there are too many fields.
        """
        for start, end in spans:
            yield from self._fields_within(start, end)

    def _fields_within(self, at: int, end: int) -> Iterator[Field]:
        content, varint = self.content, self.varint
        while at < end:
            begins, key = at, content[at]
            if key < _MORE:  # most numbers are one byte, which is quicker to read here
                at += 1
            else:
                key, at = varint(at, end)
            number, wire = key >> 3, key & 7
            if at < end and wire in _LED_BY_NUMBER and content[at] < _MORE:
                value, at = content[at], at + 1
            else:
                value, at = self._led(begins, wire, at, end)
            self._spend(begins, number)
            if wire == VARINT:
                yield number, wire, value, 0
                continue
            if value > end - at:
                raise self.damaged(begins, f"a field of {value:,} bytes is cut off after {end - at:,}")
            yield number, wire, at, at + value
            at += value

    def _led(self, begins: int, wire: int, at: int, end: int) -> tuple[int, int]:
        """Return the number after the key of a field: its value, or its length in bytes; and the place after it."""
        if wire in _LED_BY_NUMBER:
            return self.varint(at, end)
        if wire in _WIDTHS:
            return _WIDTHS[wire], at
        raise self.damaged(begins, f"{wire} is not a wire type of ONNX")

    def _spend(self, begins: int, number: int) -> None:
        """Count a field, and refuse numbers that no field has."""
        self._left -= 1
        if self._left < 0:
            raise UsageError(*ONNX_FIELDS.exceeded(self.name))
        if not 0 < number < _NUMBERS:
            raise self.damaged(begins, f"{number} is not a field number")

    def gather(self, wanted: Mapping[int, int], *spans: Span) -> FieldsFound:
        """Return the wanted fields of a message, by number and in their order; all others are skipped.

        ``wanted`` is the wire type of each field; a number with ``MANY`` may also be packed, several to a field.
        """
        found: dict[int, list[Field]] = {}
        for field in self.fields(*spans):
            number = field[0]
            wire = wanted.get(number)
            if wire is None:
                continue
            if wire & _WIRE == field[1]:
                found.setdefault(number, []).append(field)
            elif wire & MANY and field[1] == BYTES:
                found.setdefault(number, []).extend(self._unpacked(field, wire & _WIRE))
        return FieldsFound(self, found)

    def _unpacked(self, packed: Field, wire: int) -> Iterator[Field]:
        """Yield the numbers of a field that holds many."""
        number, _, at, end = packed
        if wire != VARINT and (end - at) % _WIDTHS[wire]:
            raise self.damaged(at, "a list of numbers is cut off")
        while at < end:
            self._spend(at, number)
            if wire == VARINT:
                value, at = self.varint(at, end)
                yield number, wire, value, 0
            else:
                yield number, wire, at, at + _WIDTHS[wire]
                at += _WIDTHS[wire]

    def text(self, span: Span) -> str:
        """Return the text of a span; bytes that are not UTF-8 stay apart from each other.

        Raises:
            UsageError: it is too long for a name.
        """
        start, end = span
        if end - start > ONNX_NAME.value:
            raise UsageError(*ONNX_NAME.exceeded(f"a name in {self.name}", end - start))
        return self.bytes(span).decode("utf-8", "surrogateescape")

    def bytes(self, span: Span) -> bytes:
        """Return a copy of the bytes of a span; only of what is known to be short."""
        return bytes(self.content[span[0] : span[1]])


class FieldsFound:
    """The fields of one message that were asked for."""

    __slots__ = ("_fields", "wire")

    def __init__(self, wire: Wire, fields: Mapping[int, list[Field]]) -> None:
        self.wire, self._fields = wire, fields

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def spans(self, number: int) -> list[Span]:
        """Return where the messages, texts or bytes of a field stand."""
        return [(field[2], field[3]) for field in self._fields.get(number, ())]

    def texts(self, number: int) -> tuple[str, ...]:
        """Return the texts of a repeated field."""
        return tuple(map(self.wire.text, self.spans(number)))

    def text(self, number: int) -> str:
        """Return the text of a field; of several the last counts, of none it is empty."""
        spans = self.spans(number)
        return self.wire.text(spans[-1]) if spans else ""

    def ints(self, number: int) -> tuple[int, ...]:
        """Return the signed whole numbers of a repeated field."""
        return tuple(signed(field[2]) for field in self._fields.get(number, ()))

    def number(self, number: int) -> int:
        """Return the signed whole number of a field; of none it is 0."""
        fields = self._fields.get(number)
        return signed(fields[-1][2]) if fields else 0

    def int32(self, number: int) -> int:
        """Return the number of a field of 32 bits: the lower ones of the field."""
        return int32(self.number(number))

    def shortened(self, number: int) -> str:
        """Return the text of a field, or nothing where it is too long for a name: nothing here depends on it."""
        spans = self.spans(number)
        return self.wire.text(spans[-1]) if spans and spans[-1][1] - spans[-1][0] <= ONNX_NAME.value else ""

    def floats(self, number: int) -> tuple[float, ...]:
        """Return the numbers of a repeated field of four bytes each."""
        return tuple(unpack("<f", self.wire.bytes(span))[0] for span in self.spans(number))


def signed(value: int) -> int:
    """Return what 64 bits mean as a number with a sign.

    >>> signed(2**64 - 1)
    -1
    """
    return value - (1 << 64) if value >> 63 else value


def int32(value: int) -> int:
    """Return the lower 32 bits of a number, with their sign.

    >>> int32(2**32 - 1), int32(5)
    (-1, 5)
    """
    return signed((value & 0xFFFFFFFF) << 32) >> 32
