"""Option values that do not fit, and layers asked for directly from Python."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import Refusal, Undecided
from archcalc.layers import merging
from archcalc.layers.merging import all_equal
from archcalc.layers.options import shown
from archcalc.layers.registry import build, find
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape, grid, vector
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.ratio import Ratio


def _refusal(kind: str, **options: object) -> str:
    with pytest.raises(Refusal) as caught:
        build(find(kind), options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (
            "conv",
            {"filters": 8, "kernel": 3, "padding": "full"},
            "padding of conv: expected 'same', 'valid' or numbers, got 'full'",
        ),
        ("conv", {"filters": True, "kernel": 3}, "filters of conv: expected an integer ≥ 1, got true"),
        ("pad", {"channels": 3}, "channels of pad: expected a pair [before, after], got 3"),
        ("pad", {"channels": (1, 2, 3)}, "channels of pad: expected a pair [before, after], got [1, 2, 3]"),
        ("dropout", {"p": "half"}, "p of dropout: expected a number, got 'half'"),
        ("linear", {"outputs": 3, "over": "rows"}, "over of linear: expected channels, got 'rows'"),
        (
            "conv",
            {"filters": 1, "kernel": 1, "table": ((-1,),)},
            "table of conv: expected the number of an input channel, counted from 0, got -1",
        ),
        (
            "conv",
            {"filters": 1, "kernel": 1, "table": ((),)},
            "table of conv: expected one list of input channels per output channel, got [[]]",
        ),
        ("conv", {"kernel": 1}, "conv requires the option filters"),
        ("relu", {"inplace": True}, "unknown option 'inplace' of relu"),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, options: dict[str, Any], message: str) -> None:
    assert _refusal(kind, **options).startswith(message)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refusal, match="unknown layer 'zebra'"):
        find("zebra")


def test_numbers_are_taken_exactly() -> None:
    assert build(find("dropout"), {"p": Ratio(3, 10)}) == build(find("dropout"), {"p": Ratio(3, 10)})


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (Ratio(129, 2), "64.5"),
        (Ratio(-1, 100), "-0.01"),
        (Ratio(1, 3), "1/3"),
        (Ratio(1, 10**7), "1/10000000"),
        (Ratio(Letter("N"), 2), "N/2"),
        ((1, Ratio(1, 2)), "[1, 0.5]"),
        (True, "true"),
        ("same", "'same'"),
    ],
)
def test_a_value_is_shown_as_people_type_it(value: object, typed: str) -> None:
    assert shown(value) == typed


def test_a_layer_shows_itself() -> None:
    assert repr(build(find("lrn"), {"size": 5})) == "LRN(size=5)"


@pytest.mark.parametrize(
    ("kind", "options", "x", "message"),
    [
        ("rbf", {"units": 3}, grid(3, (2, 2)), "expected a vector, got a feature map of shape 3×2×2"),
        (
            "instancenorm",
            {},
            grid(3, (1, 1)),
            "expected more than one position per channel, got 3×1×1: each output would be 0",
        ),
        ("lrn", {}, vector(3), "expected a feature map (channels and 1 to 3 spatial axes), got a vector of 3 features"),
        ("maxout", {"pieces": 2}, vector(3), "pieces 2 does not divide the 3 channels (3 % 2 = 1)"),
        ("groupnorm", {"groups": 2}, vector(3), "groups 2 does not divide the 3 channels (3 % 2 = 1)"),
    ],
)
def test_a_shape_that_cannot_be_read_is_refused(kind: str, options: dict[str, Any], x: Shape, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        build(find(kind), options).output(x)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("kind", "options", "x", "reason"),
    [
        (
            "conv",
            {"filters": 1, "kernel": 1, "table": ((0,),)},
            grid(1, (3, 3)),
            "no equivalent torch.nn module for a connection table",
        ),
        (
            "conv",
            {"filters": 1, "kernel": 1, "padding": ((0, 1), 0)},
            grid(1, (3, 3)),
            "torch.nn modules pad both sides equally",
        ),
        ("maxpool", {"kernel": 2, "padding": "same"}, grid(1, (3, 3)), "torch.nn modules pad both sides equally"),
        ("pad", {"channels": (1, 1)}, grid(1, (3, 3, 3)), "no equivalent torch.nn module for four axes"),
        ("prelu", {}, Shape("TF", (3, 4)), "torch.nn.PReLU would give each token a slope"),
        (
            "attention",
            {"heads": 1, "relative": (3,)},
            Shape("TF", (3, 4)),
            "torch.nn.MultiheadAttention has no relative positions",
        ),
        (
            "window_attention",
            {"heads": 1, "window": 2},
            grid(1, (3,)),
            "torchvision's attention within windows reads maps of two axes",
        ),
        ("layernorm", {"scale": False}, vector(3), "torch.nn.LayerNorm has no shift without a scale"),
        *(
            (kind, {"scale": False}, grid(32, (3, 3)), "torch.nn modules learn both scale and shift, or neither")
            for kind in ("batchnorm", "instancenorm", "groupnorm")
        ),
        *(
            (kind, {}, Shape("TF", (3, 32)), f"torch.nn.{name} would take the tokens for channels")
            for kind, name in (("batchnorm", "BatchNorm1d"), ("groupnorm", "GroupNorm"))
        ),
    ],
)
def test_what_pytorch_has_no_word_for_says_why(kind: str, options: dict[str, Any], x: Shape, reason: str) -> None:
    assert build(find(kind), options).torch(x) == reason


@pytest.mark.parametrize("kind", ["instancenorm", "groupnorm", "layernorm"])
def test_statistics_over_a_map_make_a_unit_depend_on_everything(kind: str) -> None:
    from_pixel = pixel(2)
    options: dict[str, object] = {"over": "all"} if kind == "layernorm" else {}
    reach = build(find(kind), options).reach(grid(32, (4, 4)), from_pixel)
    assert (reach.axes, reach.everything) == (from_pixel.axes, True)


def test_adaptive_bins_have_a_field_and_one_bin_reads_all() -> None:
    before = pixel(2)
    pool = build(find("adaptive_avgpool"), {"size": 2})
    assert pool.reach(grid(3, (4, 4)), before).axes[0].size == 2  # type: ignore[index]
    uneven = pool.reach(grid(3, (5, 5)), before).axes
    assert uneven is not None
    assert [axis.interval(1) for axis in uneven] == [(2, 4), (2, 4)]
    assert build(find("adaptive_maxpool"), {"size": 1}).reach(grid(3, (4, 4)), before).word == "all"
    assert build(find("global_maxpool"), {}).reach(grid(3, (4, 4)), before).word == "all"


def test_shapes_that_come_a_different_number_of_times_are_not_joined() -> None:
    with pytest.raises(Refusal, match=r"^shapes 3 and 2000 × 3 do not match: different numbers of regions per image$"):
        all_equal((vector(3), Shape("F", (3,), 2000)))


def test_what_letters_leave_open_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "equal", lambda *_: None)
    with pytest.raises(Undecided, match=r"^cannot decide whether H equals 3\n  replace some variables by numbers$"):
        all_equal((vector(Letter("H")), vector(3)))
