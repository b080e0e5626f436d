"""What a name means in an expression: the copies of a repeat, a block's arguments, the file's, and the tensor read."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.network.written import Items, Record, Text
from archcalc.symbolic.known import decide
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.written import Written
    from archcalc.quantities.shape import Shape

NOTHING: Mapping[str, object] = MappingProxyType({})

COPIES = ("index", "copies", "last")
"""The names that a repeat gives its copies: counted from 0, how many, and whether it is the last."""

TENSOR = {
    "in_channels": "CF",
    "in_height": "H",
    "in_width": "W",
    "in_depth": "D",
    "in_length": "L",
    "in_features": "F",
    "in_tokens": "T",
}
"""The names of the tensor a layer reads, and the axes each may stand for (tokens have features for channels)."""


class Layers:
    """A list of layers as the value of an argument, to be read in the scope where it was written."""

    __slots__ = ("row", "scope")

    def __init__(self, row: Items, scope: LayeredScope) -> None:
        self.row, self.scope = row, scope


class LayeredScope:
    """The names an expression sees, innermost first: never the caller's."""

    __slots__ = ("arguments", "copies", "file", "tensor")

    def __init__(
        self,
        copies: Mapping[str, object] = NOTHING,
        arguments: Mapping[str, object] = NOTHING,
        file: Mapping[str, object] = NOTHING,
        tensor: Shape | None = None,
    ) -> None:
        self.copies, self.arguments, self.file, self.tensor = copies, arguments, file, tensor

    def reading(self, tensor: Shape | None) -> LayeredScope:
        """Return the same scope for a layer that reads another tensor."""
        return LayeredScope(self.copies, self.arguments, self.file, tensor)

    def __getitem__(self, name: str) -> object:
        for names in (self.copies, self.arguments, self.file):
            if name in names:
                return names[name]
        if name in TENSOR:
            return self._size(name)
        raise KeyError(name)

    def keys(self) -> Iterable[str]:
        """List all names that can be used here."""
        return [*self.copies, *self.arguments, *self.file, *TENSOR]

    def _size(self, name: str) -> object:
        if self.tensor is None:
            raise Refusal(f"{name} has no value here: this place has no input tensor")
        for axis in TENSOR[name]:
            if axis in self.tensor.layout:
                return self.tensor.sizes[self.tensor.layout.index(axis)]
        raise Refusal(f"{name} has no value here: the input is {self.tensor.described()}")

    def value(self, written: Written) -> object:
        """Return what a written value is worth here.

        Raises:
            SpecError: it has no value; with its place.
        """
        if isinstance(written, Text):
            return self._text(written)
        if isinstance(written, Record):
            message = "expected a scalar or a list, got a mapping"
            raise Refusal(message, "quote expressions with a comma: in { } it separates keys").at(written.place)
        if any(isinstance(item, Record) for item in written.items):
            return Layers(written, self)
        return tuple(self.value(item) for item in written.items)

    def _text(self, written: Text) -> object:
        try:
            return read(written.text).evaluate(self, decide)
        except Refusal as refusal:
            raise refusal.at(written.place) from None
