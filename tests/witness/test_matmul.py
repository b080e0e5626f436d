"""Products of matrices: shapes, and what is kept for the backward pass, against PyTorch's operator."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from archcalc.layers.backward import Training
from archcalc.layers.matmul import Matmul
from archcalc.quantities.shape import Shape
from tests.known import known
from tests.witness.training import saved

pytestmark = pytest.mark.torch

BATCH, FLOAT32 = 3, 4


@pytest.mark.parametrize("needs", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("layout", ["TF", "CHW", "CDHW"])
def test_pytorch_multiplies_and_keeps_the_same(layout: str, needs: tuple[bool, bool], torch: Any) -> None:
    for turned, (rows, inner, columns) in product((None, "left", "right"), [(5, 6, 7), (1, 4, 2), (3, 1, 1)]):
        others = (2, 4)[: len(layout) - 2]
        left = Shape(layout, (*others, *((inner, rows) if turned == "left" else (rows, inner))))
        right = Shape(layout, (*others, *((columns, inner) if turned == "right" else (inner, columns))))
        slope = torch.nn.PReLU()
        given = [torch.randn(BATCH, *shape.sizes) for shape in (left, right)]
        read = [
            slope(tensor).detach().requires_grad_() if own else tensor for tensor, own in zip(given, needs, strict=True)
        ]

        def multiply(read: list[Any] = read, turned: str | None = turned) -> Any:
            one, other = (
                t.transpose(-1, -2) if turned == side else t for t, side in zip(read, ("left", "right"), strict=True)
            )
            return one @ other

        layer = Matmul(transpose=turned)
        output = layer.shape_of((left, right))
        assert output.sizes == tuple(multiply().shape[1:])
        kept = layer.kept(Training((left, right), output, learns=False, needs=needs, turned=(0, 0), batch=BATCH))
        assert kept is not None
        ours = sum(known((left, right)[index].elements) for index in kept.inputs) * BATCH * FLOAT32
        assert saved(torch, [], multiply) == ours
