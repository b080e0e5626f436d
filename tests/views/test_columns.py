"""Columns: what each shows of a layer and of a block, and how they are asked for."""

from __future__ import annotations

import math

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.quantities.shape import grid, vector
from archcalc.views.columns import MEASURES, chosen
from archcalc.views.folding import at_depth, parts
from archcalc.views.page import Axes, Cell, Label, Share, Windows


def cells(net: str, path: str, size: str | None = None, depth: int = 9) -> dict[str, Cell]:
    """Return every cell of one line."""
    table = archcalc.load(net).analyze(size)
    part = next(part for part, _, _ in at_depth(parts(table), depth) if part.name == path)
    return {key: measure.cell(part, table) for key, measure in MEASURES.items()}


def test_a_convolution_has_a_value_in_every_column() -> None:
    found = cells("alexnet", "conv2")
    window = found.pop("window")
    assert isinstance(window, Windows)
    assert window.geometry.groups == 2
    assert found == {
        "layer": Label("conv2", 1, ("relu", "norm2")),
        "kind": "conv",
        "input": grid(96, (27, 27)),
        "reads": "pool1",
        "kernel": Axes((5, 5)),
        "stride": 1,
        "padding": 2,
        "dilation": 1,
        "groups": 2,
        "output": grid(256, (27, 27)),
        "params": 307_456,
        "params_share": Share(307_456, 60_965_224),
        "flops": 2 * 223_948_800,
        "parameter_memory": 4 * 307_456,
        "weights": 307_200,
        "biases": 256,
        "active": 307_456,
        "trainable": 307_456,
        "buffers": None,
        "macs": 223_948_800,
        "macs_share": Share(223_948_800, 724_406_816),
        "connections": 224_135_424,
        "neurons": 186_624,
        "activations": 186_624,
        "rf": 51,
        "rf_stride": 8,
        "rf_padding": 16,
        "rf_center": 9,
        "fan_in": 1200,
        "fan_out": 6400,
        "xavier": math.sqrt(2 / 7600),
        "he": math.sqrt(2 / 1200),
    }


def test_a_pool_has_no_weights_and_no_groups() -> None:
    found = cells("alexnet", "pool1")
    assert [found[key] for key in ("params", "params_share", "fan_in", "he", "xavier", "groups")] == [
        None, "", None, None, None, "",
    ]  # fmt: skip
    assert (found["kernel"], found["stride"]) == (Axes((3, 3)), 2)


def test_a_vector_has_no_window_and_sees_everything() -> None:
    found = cells("alexnet", "fc6")
    assert [found[key] for key in ("window", "kernel", "stride", "padding", "rf")] == ["", "", "", "", "all"]
    assert found["output"] == vector(4096)


def test_a_block_has_sums_and_what_goes_in_and_out() -> None:
    found = cells("googlenet", "3a", depth=0)
    assert (found["params"], found["macs"], found["activations"]) == (163_696, 128_049_152, 439_040)
    assert (found["input"], found["output"]) == (grid(192, (28, 28)), grid(256, (28, 28)))
    assert [found[key] for key in ("kind", "kernel", "stride", "he")] == ["", "", "", ""]
    assert found["layer"] == Label("3a", 1, ("inception",))


def test_a_training_head_says_so_and_has_no_share() -> None:
    found = cells("googlenet", "loss1", depth=0)
    assert found["layer"] == Label("loss1", 1, ("auxiliary", "(training only)"))
    assert (found["params"], found["params_share"]) == (3_188_840, "")


def test_a_merge_reads_several_shapes() -> None:
    assert cells("inception-reduced", "concat")["input"] == tuple(grid(n, (28, 28)) for n in (64, 128, 32, 32))


def test_copies_of_a_layer_are_summed() -> None:
    found = cells("[{conv: 8, kernel: 3, padding: 1, repeat: 3}]", "conv/1–3", "8x4x4")
    assert (found["params"], found["activations"], found["kind"]) == (3 * 584, 3 * 128, "conv")


def test_axes_stand_apart_where_they_differ() -> None:
    found = cells("[{conv: 8, kernel: [1, 7], stride: [1, 2], padding: [0, 3]}]", "conv", "3x9x9")
    assert (found["stride"], found["padding"], found["rf"]) == (Axes((1, 2)), "0+0×3+3", Axes((1, 7)))


def test_same_padding_is_shown_as_it_falls() -> None:
    assert cells("[{conv: 8, kernel: 2, padding: same}]", "conv", "3x9x9")["padding"] == "0+1×0+1"


def test_shared_weights_say_with_whom_and_names_that_are_kinds_stay_short() -> None:
    siamese = (
        "{input: {l: 3x8x8, r: 3x8x8}, layers: [{conv: 4, kernel: 3, name: a, from: l}, relu, relu,"
        " {conv: 4, kernel: 3, name: b, from: r, share: a}, {concat: [a, b]}]}"
    )
    assert cells(siamese, "a")["layer"] == Label("a", 1, ("relu", "relu"))
    assert cells(siamese, "b")["layer"] == Label("b", 1, ("(shared with a)",))


def test_letters_have_no_share_and_a_spelled_deviation() -> None:
    found = cells("[flatten, {linear: 10}]", "linear", "1xHx8")
    assert (found["params_share"], found["he"]) == ("", "√(2/(8·H))")


def test_cost_can_be_counted_otherwise() -> None:
    assert cells("alexnet", "conv1")["flops"] == 2 * 105_415_200
    assert [measure.key for measure in chosen("", "flops")] == [
        key.replace("macs", "flops").replace("flops_share", "macs_share") for key in keys("")
    ]
    assert [measure.key for measure in chosen("layer,macs", "flops")] == ["layer", "flops"]


def test_a_heading_as_it_is_printed_names_its_columns() -> None:
    for measure in MEASURES.values():
        assert measure.key in keys(measure.heading) or measure.heading in MEASURES, measure.heading
    assert keys("share") == ["layer", "params_share", "macs_share"]
    assert keys("rf_centre") == keys("field centre") == ["layer", "rf_center"]


def keys(asked: str) -> list[str]:
    """Return the names of the columns asked for."""
    return [measure.key for measure in chosen(asked)]


def test_columns_are_chosen_in_the_order_they_are_asked_for() -> None:
    assert keys("macs, params,macs,path") == ["layer", "macs", "params"]


def test_columns_can_be_added() -> None:
    assert keys("+he,+fan-in") == [*keys(""), "fan_in", "he"]
    assert keys("+rf") == keys("")
    assert [measure.priority for measure in chosen("+rf") if measure.key == "rf"] == [0]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("fanin", "unknown column 'fanin'\n  did you mean fan_in?"),
        ("+parms", "unknown column 'parms'\n  did you mean params?"),
        ("zzzzzz", f"unknown column 'zzzzzz'\n  available: {', '.join(MEASURES)}"),
    ],
)
def test_a_column_that_there_is_not_is_refused(asked: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(asked)
    assert str(refused.value) == message
