"""A mixture of experts: several multilayer perceptrons, of which each token runs a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, NATURAL, SIZE, option
from archcalc.quantities.tensor import BIAS, WEIGHT, Tensor, bias, count
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Experts(Layer):
    """A mixture of experts: a router chooses for each token a few of E experts, and adds up what they compute.

    An expert is a gated MLP over D features with H hidden units, 3DH weights; with ``gated: false`` 2DH. Parameters: of
    all experts, of the router (ED), and of ``shared`` experts that every token runs. Active parameters and MACs: only
    those of the experts that a token runs.

    >>> from archcalc.quantities.shape import Shape
    >>> mixtral, x = Experts(8, active=2, hidden=14336), Shape("TF", (1, 4096))
    >>> mixtral.macs(x), mixtral.idle(x)
    (352354304, 1056964608)
    """

    kind: ClassVar[str] = "experts"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{experts: 8, active: 2, hidden: 128}]", "TF 16x64")
    source: ClassVar[str] = (
        "Shazeer et al. 2017, arXiv 1701.06538, section 2; Jiang et al. 2024 (Mixtral), arXiv 2401.04088, section 2.1; "
        "for shared experts Dai et al. 2024 (DeepSeekMoE), arXiv 2401.06066."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    number: Int = option(SIZE, "number of experts", main=True)
    active: Int = option(SIZE, "number of experts that a token runs")
    hidden: Int = option(SIZE, "hidden units of an expert")
    gated: bool = option(FLAG, "whether an expert has a gate (three weight matrices instead of two)", default=True)
    bias: bool = option(FLAG, "whether the experts have biases", default=False)
    router_bias: bool = option(FLAG, "whether the router has biases", default=False)
    shared: Int = option(NATURAL, "number of shared experts, which every token runs", default=0)
    shared_hidden: Int | None = option(SIZE, "hidden units of a shared expert (default: hidden)", default=None)
    shared_gate: bool = option(FLAG, "whether the output of the shared experts is gated", default=False)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: a vector, or tokens."""
        if x.is_map:
            raise Refusal(f"expected a vector or tokens, got {x.described()}", "add flatten or tokens before it")
        if violated(self.active, ">", self.number):
            raise Refusal(f"active {self.active} is larger than the number of experts {self.number}")
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the router, the shared experts, and all experts, each sort of matrix in one tensor."""
        return (*self._always(x), *_stacked("experts", self.number, self._expert(x, self.hidden)))

    def _always(self, x: Shape) -> tuple[Tensor, ...]:
        """Return what every token uses: the router, and the shared experts with their gate."""
        router = Tensor("router.weight", (self.number, x.channels)), *bias(self.number, present=self.router_bias)
        if isinstance(self.shared, int) and self.shared == 0:
            return router
        hidden = self.hidden if self.shared_hidden is None else self.shared_hidden
        gate = (Tensor("shared_gate.weight", (1, x.channels)),) if self.shared_gate else ()
        return (*router, *_stacked("shared", self.shared, self._expert(x, hidden)), *gate)

    def _expert(self, x: Shape, hidden: Int) -> tuple[Tensor, ...]:
        """Return the tensors of one expert: from the features to the hidden units, and back."""
        into = ("gate", "up") if self.gated else ("up",)
        rows = [(name, hidden, x.channels) for name in into] + [("down", x.channels, hidden)]
        weights = [Tensor(f"{name}.weight", (outputs, inputs)) for name, outputs, inputs in rows]
        biases = [Tensor(f"{name}.bias", (outputs,), BIAS) for name, outputs, _ in rows if self.bias]
        return (*weights, *biases)

    def idle(self, x: Shape) -> Int:
        """Return the parameters of the experts that a token does not run."""
        return (self.number - self.active) * count(self._expert(x, self.hidden), WEIGHT, BIAS)

    def macs(self, x: Shape) -> Int:
        """Return the weights that a token uses × positions."""
        return self._used(x, WEIGHT) * x.positions

    def connections(self, x: Shape) -> Int:
        """Return (weights + biases) that a token uses × positions."""
        return self._used(x, WEIGHT, BIAS) * x.positions

    def _used(self, x: Shape, *roles: str) -> Int:
        return count(self._always(x), *roles) + self.active * count(self._expert(x, self.hidden), *roles)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything for a vector; for tokens what each of them sees."""
        return reads_all(before) if x.layout == "F" else before

    def note(self, x: Shape) -> str:
        """Say what memory and work depend on."""
        return "All experts are in memory, but each token runs only the active ones. The MACs depend only on these."

    def torch(self, x: Shape) -> str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"


def _stacked(name: str, number: Int, each: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Return the tensors of several experts of one sort."""
    return tuple(tensor._replace(name=f"{name}.{tensor.name}", dims=(number, *tensor.dims)) for tensor in each)
