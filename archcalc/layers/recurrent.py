"""What the recurrent layers share: gates that read the input and the state of the step before."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import require_tokens
from archcalc.layers.base import Foreign, Layer, layer, reads_all
from archcalc.layers.options import FLAG, SIZE, OptionType, one_of, option, shown
from archcalc.quantities.reach import Reach
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BIAS, WEIGHT, Tensor, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.symbolic.expr import Int

TORCH, KERAS = "torch", "keras"
SEQUENCE, LAST, STATE = "sequence", "last", "state"

MOST_NAMED = 64
"""Up to this number of layers, each has tensors with names of their own; otherwise one tensor holds all of a sort."""


def read_biases(value: object) -> object:
    """Read whose convention of biases is meant, or that there are none; ``true`` is PyTorch's."""
    if value is True:
        return TORCH
    if value is False or value in (TORCH, KERAS):
        return value
    raise Refusal(f"expected {BIASES.expects}, got {shown(value)}")


BIASES = OptionType(
    f"{TORCH} (two biases), {KERAS} (one) or false", read_biases, {"type": ["boolean", "string"]}, (TORCH, KERAS)
)


@layer
class Recurrent(Layer):
    """What the recurrent layers share: g gates of H units, each with weights for the input and for the state.

    A stack of ``layers`` is one layer, like in PyTorch. Of a feature map of two axes each row is a sequence.
    """

    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    gates: ClassVar[int] = 1
    """How many vectors of H values a step computes from the input and the state, by weights of their own."""

    hidden: Int = option(SIZE, "number of hidden units", main=True)
    layers: Int = option(SIZE, "number of stacked layers", default=1)
    bidirectional: bool = option(
        FLAG, "whether a second layer runs backwards, and its outputs are appended", default=False
    )
    bias: str | bool = option(BIASES, "convention of the biases: torch, keras or false", default=TORCH)
    return_: str = option(
        one_of(SEQUENCE, LAST, STATE),
        "output: of all steps, of the last step, or the last state of each layer and direction",
        default=SEQUENCE,
    )

    @property
    def state(self) -> Int:
        """The size of what a step hands on to the next and of its output."""
        return self.hidden

    @property
    def biases(self) -> int:
        """How many biases a gate's unit has: two in PyTorch, for input and state; one in Keras."""
        return {TORCH: 2, True: 2, KERAS: 1, False: 0}[self.bias]

    @property
    def _width(self) -> Int:
        """The features of a step's output, of both directions."""
        return 2 * self.state if self.bidirectional else self.state

    def output(self, x: Shape) -> Shape:
        """Return tokens of all steps, a vector of the last, or a token for the state of each layer and direction."""
        if len(x.spatial) > 1 and self.return_ == SEQUENCE:
            return x.with_channels(self._width)
        require_tokens(x)
        if self.return_ == LAST:
            return Shape("F", (self._width,), x.regions)
        if self.return_ == STATE:
            return x._replace(sizes=(2 * self.layers if self.bidirectional else self.layers, self.state))
        return x.with_channels(self._width)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the weights and biases of each layer and direction; only the first layer reads the input."""
        first = tuple(self._both(x.channels, "l0"))
        if isinstance(self.layers, int) and self.layers <= MOST_NAMED:
            return (*first, *(t for at in range(1, self.layers) for t in self._both(self._width, f"l{at}")))
        times = (self.layers - 1, 2) if self.bidirectional else (self.layers - 1,)
        return (*first, *(t._replace(dims=(*times, *t.dims)) for t in self._direction(self._width)))

    def _both(self, inputs: Int, name: str) -> Iterator[Tensor]:
        """Yield the tensors of one layer, of both directions."""
        for suffix in ("", "_reverse") if self.bidirectional else ("",):
            for tensor in self._direction(inputs):
                yield tensor._replace(name=f"{tensor.name}_{name}{suffix}")

    def _direction(self, inputs: Int) -> Iterator[Tensor]:
        """Yield the tensors of one layer in one direction."""
        rows = self.hidden if self.gates == 1 else self.gates * self.hidden
        yield Tensor("weight_ih", (rows, inputs))
        yield Tensor("weight_hh", (rows, self.state))
        for name in ("bias_ih", "bias_hh")[: self.biases]:
            yield Tensor(name, (rows,), BIAS)

    def macs(self, x: Shape) -> Int:
        """Return weights × steps."""
        return count(self.tensors(x), WEIGHT) * x.positions

    def connections(self, x: Shape) -> Int:
        """Return (weights + biases) × steps."""
        return count(self.tensors(x), WEIGHT, BIAS) * x.positions

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything: that is what the last step depends on, the others on the steps up to their own."""
        return Reach(None, before.everything, known=False) if x.is_map else reads_all(before)

    def note(self, x: Shape) -> str:
        """Say what a step is, and how far it looks back."""
        said = "The weights are the same at every step. Products of gates and states, value by value, are not counted."
        far = "every step of the sequence" if self.bidirectional else "the inputs up to its own step"
        return f"{said} An output depends on {far}."

    def torch(self, x: Shape) -> Foreign | str:
        """Return the module, whose outputs are those of all steps and the last state."""
        if x.is_map:
            return f"torch.nn.{self.spelling} reads one sequence for each item of the batch"
        require_tokens(x)
        if self.bias == KERAS:
            return f"torch.nn.{self.spelling} has two biases, or none"
        if self.return_ != SEQUENCE:
            return f"the second output of torch.nn.{self.spelling}, or the last step of the first"
        options = {
            "input_size": x.channels,
            "hidden_size": self.hidden,
            "num_layers": self.layers,
            "bias": bool(self.bias),
            "batch_first": True,
            "bidirectional": self.bidirectional,
        }
        return Foreign(self.spelling, options)

    @property
    def spelling(self) -> str:
        """The name of the module in ``torch.nn`` and Keras."""
        return self.kind.upper()
