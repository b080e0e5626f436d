"""Long short-term memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.layers.recurrent import Recurrent
from archcalc.quantities.tensor import Tensor
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class LSTM(Recurrent):
    """Long short-term memory: input, forget and output gate and a candidate, each of the input and the state before.

    Weights over F features and H units: 4(HF + H²). Biases: 8H (``bias: torch``), 4H (``bias: keras``) or none. With
    ``projection: P`` the state has P values: 4(HF + HP) + PH. MACs: the weights once per step.

    >>> from archcalc.quantities.shape import Shape
    >>> LSTM(256, bias="keras").connections(Shape("TF", (1, 4096)))
    4457472
    """

    kind: ClassVar[str] = "lstm"
    family: ClassVar[Family] = Family.RECURRENT
    example: ClassVar[Example] = Example("[{lstm: 32}]", "TF 16x64")
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735; Gers et al. 2000 (forget gate); Sak et al. "
        "2014, arXiv 1402.1128 (projection); PyTorch LSTM."
    )
    gates: ClassVar[int] = 4

    projection: Int | None = option(SIZE, "size of the projected state, smaller than hidden", default=None)

    @property
    def state(self) -> Int:
        """The size of the output of a step: that of the projection, if there is one."""
        return self.hidden if self.projection is None else self.projection

    def output(self, x: Shape) -> Shape:
        """Return what every recurrent layer returns; a projection has to make the state smaller."""
        if self.projection is not None and violated(self.projection, ">=", self.hidden):
            raise Refusal(f"projection {self.projection} must be smaller than hidden {self.hidden}")
        return super().output(x)

    def _direction(self, inputs: Int) -> Iterator[Tensor]:
        yield from super()._direction(inputs)
        if self.projection is not None:
            yield Tensor("weight_hr", (self.projection, self.hidden))

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``LSTM``, for which no projection is one of size 0."""
        found = super().torch(x)
        if isinstance(found, str):
            return found
        return found._replace(options={**found.options, "proj_size": 0 if self.projection is None else self.projection})
