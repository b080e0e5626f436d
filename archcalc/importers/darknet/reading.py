"""What a rule knows of the section that it reads, and the rows of activation functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import did_you_mean
from archcalc.importers.arrangement import whole
from archcalc.importers.steps import RowStep
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.darknet.sections import Section


class DarknetReading(NamedTuple):
    """A section that is being read: its number, its input, and the outputs and rows of the sections before."""

    section: Section
    number: int
    x: Value
    outputs: Sequence[Value]
    rows: Sequence[Mapping[str, str]]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the input."""
        return tuple(map(whole, self.x.shape.sizes))

    def image(self) -> tuple[int, int, int]:
        """Return channels, height and width of the input.

        Raises:
            UsageError: it is a vector.
        """
        if not self.x.shape.is_map:
            raise self.section.wrong(f"expects a feature map, got a vector of {self.sizes[0]} features")
        channels, height, width = self.sizes
        return channels, height, width

    def number_of(self, key: str, number: int) -> int:
        """Return the number of an earlier section; a negative one is counted back from this section.

        Raises:
            UsageError: there is none.
        """
        found = number + self.number if number < 0 else number
        if not 0 <= found < self.number:
            message = f"{key}={number} is not one of the {self.number} layers before it"
            raise self.section.wrong(message, "layers are counted from 0; [net] is not counted")
        return found

    def earlier(self, key: str) -> list[Value]:
        """Return the outputs of the earlier sections that an option lists."""
        return [self.outputs[self.number_of(key, number)] for number in self.section.numbers(key)]


ACTIVATIONS: Mapping[str, tuple[RowStep, ...]] = {
    "linear": (),
    "leaky": (RowStep("leaky_relu", {"slope": ratio(1, 10)}),),
    "logistic": (RowStep("sigmoid"),),
    "swish": (RowStep("silu"),),
    "revleaky": (RowStep("leaky_relu", {"slope": ratio(1, 10)}),),
    **{name: (RowStep(name),) for name in ("relu", "relu6", "elu", "tanh", "gelu")},
    **{
        name: (RowStep("pointwise", {"function": name}),)
        for name in ("mish", "hard_mish", "selu", "hardtan", "lhtan", "loggy", "stair", "plse", "ramp", "relie")
    },
}
"""The rows of an activation function by its name in darknet."""


def activation(call: DarknetReading, default: str) -> list[RowStep]:
    """Return the rows of a section's activation function.

    Raises:
        UsageError: it is unknown.
    """
    option = call.section.options.get("activation")
    name = option.text if option else default
    if option and name not in ACTIVATIONS:
        raise call.section.wrong(f"unknown activation '{name}'", did_you_mean(name, ACTIVATIONS), option.line)
    return list(ACTIVATIONS[name])
