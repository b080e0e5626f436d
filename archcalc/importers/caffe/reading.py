"""What a rule knows of the layer that it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import did_you_mean
from archcalc.importers.arrangement import whole
from archcalc.importers.caffe.message import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.errors import UsageError
    from archcalc.importers.arrangement import Value
    from archcalc.importers.caffe.message import Message
    from archcalc.importers.caffe.net import CaffeLayer

FILLERS = ("weight_filler", "bias_filler", "filler", "engine")
"""Fields that say how weights begin, or who computes; they change no counts."""


class CaffeReading(NamedTuple):
    """A layer that is being read, and the tensors that it reads."""

    layer: CaffeLayer
    reads: Sequence[Value]

    @property
    def x(self) -> Value:
        """The first tensor that it reads."""
        return self.reads[0]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the first tensor, without the batch."""
        return tuple(map(whole, self.x.shape.sizes))

    def options(self, name: str, fields: Iterable[str]) -> Message:
        """Return the message with the layer's options, in which only some fields are known.

        Raises:
            UsageError: there is another field.
        """
        found = self.layer.message.message(name)
        known = [*fields, *FILLERS]
        for field, values in found.fields.items():
            if field not in known:
                line = values[0].line
                raise found.wrong(f"{name} has the unknown field '{field}'", did_you_mean(field, known), line)
        return found

    def axis(self, options: Message, name: str = "axis", default: int = 1) -> int:
        """Return an axis, counted from 0, the batch; a negative one is counted from the end.

        Raises:
            UsageError: the blob does not have this axis.
        """
        number, count = options.number(name, default, -LARGEST), len(self.sizes) + 1
        found = number + count if number < 0 else number
        if not 0 <= found < count:
            raise options.wrong(f"{name} {number} is not one of the {count} axes of '{self.layer.bottoms[0]}'")
        return found

    def image(self) -> tuple[int, ...]:
        """Return the sizes of the axes after the channels.

        Raises:
            UsageError: there are none.
        """
        if not self.x.shape.is_map:
            raise self.wrong(f"expects a feature map, got a vector of {self.sizes[-1]} features")
        return self.sizes[1:]

    def wrong(self, message: str, hint: str = "") -> UsageError:
        """Return an error about the layer."""
        return self.layer.message.wrong(f"{self.layer.type} '{self.layer.name}' {message}", hint)
