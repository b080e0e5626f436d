"""LeNet-5's output layer."""

from __future__ import annotations

from archcalc.layers.rbf import RBF
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import vector
from archcalc.quantities.tensor import BUFFER, WEIGHT


def test_a_unit_reads_everything() -> None:
    assert RBF(10).reach(vector(84), pixel(2)).word == "all"


def test_its_centres_are_kept_or_learned() -> None:
    assert [tensor.role for tensor in RBF(10).tensors(vector(84))] == [BUFFER]
    assert [tensor.role for tensor in RBF(10, fixed=False).tensors(vector(84))] == [WEIGHT]
    assert RBF(10).torch(vector(84)) == "no equivalent torch.nn module"
