"""One operation with what is known of its inputs: what the rules for sizes, values and counts are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archcalc.errors import Refusal
from archcalc.importers.onnx.known import UNKNOWN, Known
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.importers.onnx.known import Item, Size, Sizes, SmallTensor
    from archcalc.importers.onnx.model import OnnxNode

Kind = TypeVar("Kind")


class NodeCall(NamedTuple):
    """A node, the version of its operators, and what is known of each tensor that it reads."""

    node: OnnxNode
    opset: int
    inputs: tuple[Known | None, ...]

    def has(self, index: int) -> bool:
        """Whether an input is given: an optional one may be missing, or have no name."""
        return index < len(self.inputs) and self.inputs[index] is not None

    def input(self, index: int) -> Known:
        """Return what is known of an input."""
        return (self.inputs[index] if index < len(self.inputs) else None) or UNKNOWN

    def sizes(self, index: int = 0) -> Sizes:
        """Return the sizes of an input."""
        return self.input(index).sizes

    def of_rank(self, index: int, rank: int) -> tuple[Size, ...] | None:
        """Return the sizes of an input with this number of axes, or None where their number is not known.

        Raises:
            Refusal: it has another number of axes.
        """
        sizes = self.sizes(index)
        if sizes is not None and len(sizes) != rank:
            raise Refusal(f"input {index} has {plural(len(sizes), 'axis', 'axes')} instead of {rank}")
        return sizes

    def value(self, index: int) -> SmallTensor | None:
        """Return the value of an input, if it is known."""
        return self.input(index).value

    def numbers(self, index: int) -> tuple[Item, ...] | None:
        """Return the items of an input whose value is known: as sizes, axes or paddings are given."""
        value = self.value(index)
        return None if value is None else value.items

    def whole(self, index: int) -> tuple[int, ...] | None:
        """Return the items of an input that are all known whole numbers."""
        items = self.numbers(index)
        if items is None:
            return None
        found = tuple(item for item in items if isinstance(item, int))
        return found if len(found) == len(items) else None

    def is_single(self, index: int) -> bool:
        """Whether an input has one value."""
        sizes = self.sizes(index)
        return sizes is not None and all(isinstance(size, int) and size == 1 for size in sizes)

    def attribute(self, name: str, kind: type[Kind], default: Kind) -> Kind:
        """Return an attribute.

        Raises:
            Refusal: it is of another type.
        """
        found = self.node.attributes.get(name, default)
        if not isinstance(found, kind):
            raise Refusal(f"attribute '{name}' has a value of another type than {self.node.op} expects")
        return found

    def integer(self, name: str, default: int = 0) -> int:
        """Return an attribute that is a whole number."""
        return self.attribute(name, int, default)

    def integers(self, name: str, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers."""
        found = self.attribute(name, tuple, default)
        if not all(isinstance(each, int) for each in found):
            raise Refusal(f"attribute '{name}' has a value of another type than {self.node.op} expects")
        return found

    def text(self, name: str, default: str = "") -> str:
        """Return an attribute that is a text."""
        return self.attribute(name, str, default)

    def given(self, name: str) -> bool:
        """Whether an attribute is given."""
        return name in self.node.attributes

    def listed(self, index: int, name: str) -> tuple[int, ...] | None:
        """Return whole numbers that are an input, or in older operators an attribute; None where they are not known.

        Nothing is given if neither is: that is an empty list.
        """
        if self.has(index):
            return self.whole(index)
        return self.integers(name)


def along(axis: int, rank: int) -> int:
    """Return the number of an axis that may be counted from the end.

    >>> along(-1, 4), along(2, 4)
    (3, 2)

    Raises:
        Refusal: the axis does not exist.
    """
    if not -rank <= axis < rank:
        raise Refusal(f"axis {axis} of a tensor of {plural(rank, 'axis', 'axes')} does not exist")
    return axis % rank
