"""Rows as a rule returns them: what one layer of a file becomes, one row after the other."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Refusal
from archcalc.importers.arrangement import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value


class RowStep(NamedTuple):
    """One row: its kind and options, what it reads (default: the row before), and whose weights it shares.

    ``sizes`` are those that the file's own program outputs, where its rule can be another than that of the kind.
    """

    kind: str
    options: Mapping[str, Any] = MappingProxyType({})
    reads: Sequence[Value] | None = None
    shares: str | None = None
    sizes: tuple[int, ...] | None = None


LARGEST = 2**31 - 1
"""The values that a tensor of these programs can have: they are counted with 32 bits."""


def within_32_bits(value: Value) -> Value:
    """Return a tensor that does not have more values than 32 bits count.

    Raises:
        Refusal: it has more.
    """
    sizes = [size for size in value.shape.sizes if isinstance(size, int)]
    if prod(sizes) > LARGEST:
        raise Refusal(f"the output {value.shape} has more than {LARGEST:,} values", "check the numbers in this layer")
    return value


def opaque(name: str, read: Sequence[Value], sizes: Sequence[int], **counts: int) -> RowStep:
    """Return a row that no kind of layer is, with what the source of the program says of it."""
    shown = {name: number for name, number in counts.items() if number}
    observed = tuple(tuple(map(whole, value.shape.sizes)) for value in read)
    return RowStep("opaque", {"operation": name, "shape": tuple(sizes), **shown, "observed": observed}, read)
