"""Comparing a table with what a framework ran, without a framework."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.quantities.shape import grid, vector
from archcalc.studies.checking.witness import Module, Side, compare, same_places

TEXT = """
name: net
input: 3x8x8
layers:
  - {conv: 4, kernel: 3, name: conv}
  - batchnorm
  - relu
  - {dropout: 0.5}
  - layer_scale
  - flatten
  - {linear: 10, name: fc}
  - softmax
""".replace("name: net\n", "")

SCALE = Module("gamma", (), (), ((4,),))
CONV = Module("conv", ("Conv2d",), (4, 6, 6), ((4, 3, 3, 3), (4,)))
NORM = Module("bn", ("BatchNorm2d",), (4, 6, 6), ((4,), (4,)), ((4,), (4,)))
RELU = Module("act", ("OwnReLU", "ReLU"), (4, 6, 6))
DROP = Module("drop", ("Dropout",), (4, 6, 6))
HEAD = Module("fc", ("Linear",), (10,), ((10, 144), (10,)))
SAME = [SCALE, CONV, NORM, RELU, DROP, HEAD]


def first_difference(modules: list[Module]) -> tuple[Side | None, Side | None]:
    """Return both sides where the network above first differs from some modules."""
    found = compare(archcalc.loads(TEXT).analyze(), modules, "a framework")
    assert not found.holds
    return found.ours, found.theirs


def test_a_network_agrees_with_itself() -> None:
    found = compare(archcalc.loads(TEXT).analyze(), SAME, "a framework")
    assert found.holds
    assert (found.compared, found.against) == (5, "a framework")


@pytest.mark.parametrize(
    "other",
    [
        CONV._replace(names=("Conv1d",)),
        CONV._replace(output=(4, 6, 5)),
        CONV._replace(params=((4, 3, 3, 3),)),
        CONV._replace(buffers=((4,),)),
    ],
)
def test_kind_shape_parameters_and_buffers_have_to_agree(other: Module) -> None:
    ours, theirs = first_difference([SCALE, other, *SAME[2:]])
    assert ours == Side("conv", "Conv2d", "4×6×6", 112, 0)
    assert theirs is not None
    assert (theirs.path, theirs.kind) == ("conv", other.names[0])


def test_what_one_side_has_more_of_is_a_difference() -> None:
    idle = Module("aux", ("Linear",), (), ((2, 2),))
    assert first_difference(SAME[:-1]) == (Side("fc", "Linear", "10", 1450, 0), None)
    assert first_difference([*SAME, idle]) == (None, Side("aux", "Linear", "it does not run", 4, 0))


def test_a_parameter_of_no_layer_is_compared_by_itself() -> None:
    ours, theirs = first_difference([SCALE._replace(params=((5,),)), *SAME[1:]])
    assert ours == Side("layer_scale", "layer_scale", "4×6×6", 4, 0)
    assert theirs == Side("gamma", "a parameter", "", 5, 0)


def test_shapes_are_the_same_with_channels_first_or_last() -> None:
    assert same_places(grid(96, (8, 7)), (96, 8, 7))
    assert same_places(grid(96, (8, 7)), (8, 7, 96))
    assert same_places(grid(96, (8, 8)), (4, 16, 96))
    assert same_places(grid(96, (1, 1)), (96,))
    assert not same_places(grid(96, (8, 7)), (96, 7, 8))
    assert not same_places(grid(96, (8, 7)), (8, 8, 96))
    assert not same_places(vector(96), (8, 12))
