"""Networks side by side, and for which sizes which of two is cheaper."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.symbolic.expr import Letter, evaluate, letters

N = Letter("N")


def test_two_networks_have_an_edit_and_more_have_none() -> None:
    nets = [archcalc.load(name) for name in ("alexnet", "vgg16", "lenet5")]
    two, three = archcalc.diff(*nets[:2]), archcalc.diff(*nets)
    assert two.script is not None
    assert three.script is None
    assert three["params"].values == tuple(net.analyze().totals.params for net in nets)
    assert two.weighed == three.weighed == ()
    assert two.holds


def test_a_table_is_taken_as_it_is() -> None:
    net = archcalc.load("vgg16")
    difference = archcalc.diff(net, net.analyze(arguments={"classes": 10}))
    assert difference["params"].difference() == -4097 * 990


@pytest.mark.parametrize("count", [0, 1])
def test_one_network_is_no_comparison(count: int) -> None:
    with pytest.raises(UsageError, match="a comparison requires at least two networks"):
        archcalc.diff(*[archcalc.load("lenet5")] * count)


def test_limits_are_held_against_every_other_network() -> None:
    nets = [archcalc.load(name) for name in ("resnet18", "resnet34", "resnet50")]
    difference = archcalc.diff(*nets, fail_on=["params > +100%", "macs > 1T"])
    assert [check.fails for check in difference.checks] == [False, True, False, False]
    assert not difference.holds


def test_a_difference_with_letters_says_where_it_changes_its_sign() -> None:
    one, other = (archcalc.load(name).analyze("3xHxW") for name in ("alexnet", "resnet50"))
    params = next(found for found in archcalc.diff(one, other).weighed if found.quantity == "params")
    assert params.equated == ("H", "W")
    assert params.signs is not None
    assert [(run.first, run.last, run.sign) for run in params.signs.runs] == [(67, 98, 1), (99, None, -1)]
    for size in (67, 98, 99, 227):
        alexnet, resnet = (archcalc.load(name).analyze((3, size, size)).totals for name in ("alexnet", "resnet50"))
        assert evaluate(params.difference, {"H": size, "W": size}) == resnet.params - alexnet.params


def test_the_number_of_classes_at_which_two_cost_the_same() -> None:
    net = archcalc.load("vgg16")
    found = archcalc.diff(net, net.analyze(arguments={"classes": N})).weighed
    assert [weighed.quantity for weighed in found] == ["params", "macs", "activations"]
    for weighed in found:
        assert weighed.signs is not None
        assert [(run.first, run.last, run.sign) for run in weighed.signs.runs] == [
            (1, 999, -1), (1000, 1000, 0), (1001, None, 1),
        ]  # fmt: skip


def test_letters_that_cancel_are_nothing_to_weigh() -> None:
    one, other = (archcalc.load(name).analyze(arguments={"classes": N}) for name in ("vgg16", "vgg19"))
    assert not archcalc.diff(one, other).weighed


def test_sizes_that_couple_with_other_letters_are_left_open() -> None:
    one = archcalc.load("alexnet").analyze("3xHxW")
    other = archcalc.load("vgg16").analyze("3xHxW", {"classes": N})
    params = archcalc.diff(one, other).weighed[0]
    assert (params.signs, letters(params.difference)) == (None, ("H", "N", "W"))


def test_bounds_settle_what_couples() -> None:
    nets = [archcalc.loads(f"{{input: 3x8x8, layers: [{{conv: {width}, kernel: 3}}]}}") for width in (4, 8)]
    (macs, values) = archcalc.diff(*(net.analyze("3xHxW") for net in nets)).weighed
    assert (macs.quantity, values.quantity, macs.equated) == ("macs", "activations", ())
    assert macs.signs is not None
    assert [run.sign for run in macs.signs.runs] == [1]


def test_a_quantity_that_there_is_not_is_refused() -> None:
    net = archcalc.load("lenet5")
    with pytest.raises(UsageError) as caught:
        archcalc.diff(net, net)["parms"]
    assert str(caught.value) == "unknown quantity 'parms'\n  did you mean params?"
