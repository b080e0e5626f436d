"""The product of two matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Kept, Order
from archcalc.layers.base import Merge, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.merging import require_equal, require_equal_layouts
from archcalc.layers.options import one_of, option
from archcalc.quantities.shape import Shape
from archcalc.symbolic.known import equal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.symbolic.expr import Int

LEFT, RIGHT = "left", "right"


@layer
class Matmul(Merge):
    """The product of two matrices: M×K times K×N is M×N, with ``transpose: right`` also M×K times N×K.

    Tokens are a matrix of tokens × features. A feature map is a matrix of its last two axes for each channel (of three
    axes: for each channel and depth), a map of one axis a matrix of channels × length. MACs: MNK for each matrix; no
    parameters.

    >>> from archcalc.quantities.shape import Shape
    >>> queries, keys = Shape("TF", (10, 64)), Shape("TF", (7, 64))
    >>> scores = Matmul(transpose="right")
    >>> str(scores.shape_of((queries, keys))), scores.macs_of((queries, keys))
    ('10×7', 4480)
    """

    kind: ClassVar[str] = "matmul"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{matmul: [input, input], transpose: right}]", "TF 16x64")
    source: ClassVar[str] = "PyTorch matmul; Wang et al. 2018 (non-local networks), arXiv 1711.07971, figure 2."
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.OWN

    transpose: str | None = option(one_of(LEFT, RIGHT), "matrix that is transposed: left or right", default=None)

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the rows of the left and the columns of the right matrix, for as many matrices."""
        left, right, (rows, inner, others, columns) = self._sides(inputs)
        for axis, (one, other) in enumerate(zip(left.sizes[:-2], right.sizes[:-2], strict=True)):
            require_equal((left, right), f"axis {axis}", one, other)
        if equal(inner, others) is False:
            fits = self.transpose is None and equal(inner, columns)
            hint = "add transpose: right" if fits else "transpose one of them, or change its size with linear"
            raise Refusal(f"cannot multiply {left} by {right}: {inner} columns and {others} rows", hint)
        require_equal((left, right), "columns and rows", inner, others)
        return Shape(left.layout, (*left.sizes[:-2], rows, columns), left.regions)

    def _sides(self, inputs: Sequence[Shape]) -> tuple[Shape, Shape, tuple[Int, Int, Int, Int]]:
        """Return both tensors, with rows and columns of the left matrix and of the right one."""
        if len(inputs) != 2:  # noqa: PLR2004 - a product of two
            raise Refusal(f"matmul requires two inputs, got {len(inputs)}", "use one matmul for each product")
        left, right = inputs
        require_equal_layouts(left, right)
        if left.layout == "F":
            raise Refusal(f"expected tokens or feature maps, got {left.described()}", "use multiply for vectors")
        first, second = left.sizes[-2:], right.sizes[-2:]
        first = (first[1], first[0]) if self.transpose == LEFT else first
        second = (second[1], second[0]) if self.transpose == RIGHT else second
        return left, right, (*first, *second)  # type: ignore[return-value]

    def macs_of(self, inputs: Sequence[Shape]) -> Int:
        """Return MNK for each matrix: an inner product for each value of the output."""
        _, _, (_, inner, _, _) = self._sides(inputs)
        return self.shape_of(inputs).elements * inner

    def kept(self, run: Training) -> Kept | None:
        """Return of each factor the other, where a gradient flows back into it; unknown for maps of another order.

        Source: PyTorch's derivatives.yaml, bmm: self: grad.bmm(mat2ᵀ); mat2: selfᵀ.bmm(grad).
        """
        if run.x.is_map and any(run.turned):
            return None  # PyTorch may have to copy them
        return Kept(inputs=tuple(index for index in (0, 1) if run.needs[1 - index]))

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return everything: a value depends on a row of one matrix and on a column of the other."""
        return reads_all(before[0]).joined(reads_all(before[1]))
