"""Training heads are not the network: where one does not work, inference does, and that is said."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.measures.validity import least_sizes
from tests.cli.calls import call, json_of

WITH_HEAD = (
    "[{conv: 8, kernel: 3}, {name: aux, train_only: true, layers: [{conv: 4, kernel: 5}, flatten, {linear: 10}]},"
    " global_avgpool, flatten, {linear: 10}]"
)
LEFT_OUT = "the training-only head aux is omitted: it does not work with this input: aux/conv: kernel 5 is larger than the input"


def test_a_head_that_does_not_work_is_left_out_and_told() -> None:
    table = archcalc.loads(WITH_HEAD).analyze("3x5x5")
    assert [row.path for row in table] == ["conv", "global_avgpool", "flatten", "linear"]
    assert table.totals.params == (3 * 9 + 1) * 8 + (8 + 1) * 10
    assert table.totals.train_only.params == 0
    assert [remark.startswith(LEFT_OUT) for remark in table.remarks] == [True]


def test_a_head_that_works_is_counted_apart() -> None:
    table = archcalc.loads(WITH_HEAD).analyze("3x7x7")
    assert table.totals.train_only.params == (8 * 25 + 1) * 4 + (4 + 1) * 10
    assert table.remarks == ()
    without = archcalc.loads(WITH_HEAD).analyze("3x7x7", heads=False)
    assert [row.path for row in without] == ["conv", "global_avgpool", "flatten", "linear"]
    assert without.totals.counts == table.totals.counts


def test_heads_are_left_out_in_a_row_and_what_follows_keeps_its_name() -> None:
    heads = "{name: aux_#, train_only: true, repeat: 3, layers: [{conv: 4, kernel: 9}]}"
    found = archcalc.loads(f"[{{conv: 8, kernel: 3}}, {heads}, {{conv: 4, kernel: 3, name: last}}]").analyze("3x7x7")
    assert [row.path for row in found] == ["conv", "last"]
    assert len(found.graph.left_out) == 1


def test_a_head_that_is_left_out_changes_nothing_for_the_next() -> None:
    second = "{name: two, train_only: true, layers: [{conv: 4, kernel: 3}]}, {conv: 2, kernel: 1}"
    first = "{name: one, train_only: true, layers: [{conv: 4, kernel: 3}, {conv: 4, kernel: 5}]}"
    for heads in (second, f"{first}, {second}"):
        table = archcalc.loads(f"[{{conv: 8, kernel: 1}}, {heads}]").analyze("3xHx4")
        assert least_sizes(table, training=True) == {"H": 3}  # one window of 3 rows
        assert least_sizes(table) == {"H": 1}


def test_any_other_mistake_in_a_head_is_a_mistake() -> None:
    wrong = WITH_HEAD.replace("flatten, {linear: 10}]},", "{linear: 10}]},")
    with pytest.raises(SpecError, match="expected a vector or tokens, got a feature map of shape 4×3×3"):
        archcalc.loads(wrong).analyze("3x9x9")


@pytest.mark.parametrize(
    ("net", "size", "inference", "training"),
    [
        ("inception_v3", None, 75, 299),  # torchvision in eval mode: 75 works, 74 does not
        ("torchvision/inception_v3", None, 75, 299),
        (WITH_HEAD, "3x5x5", 3, 7),
    ],
)
def test_the_smallest_input_is_that_of_inference(net: str, size: str | None, inference: int, training: int) -> None:
    found = json_of("solve", net, "--min", *(("--input", size) if size else ()))
    assert found["smallest"] == {"H": inference, "W": inference}
    assert found["smallest_for_training"] == {"H": training, "W": training}


def test_a_network_without_heads_has_one_smallest_input() -> None:
    assert "smallest_for_training" not in json_of("solve", "alexnet", "--min")


def test_closed_forms_hold_from_where_inference_does() -> None:
    assert json_of("show", "inception_v3", "--input", "3xHxW")["holds_from"] == {"H": 75, "W": 75}


def test_what_is_clean_and_what_is_never_read_agree() -> None:
    assert 253 % 32 == 29
    assert json_of("solve", "googlenet", "--clean")["clean"]["H"] == {"step": 32, "offset": 29, "from": 253}
    assert [
        remark for remark in json_of("show", "googlenet", "--input", "3x253x253")["remarks"] if "never" in remark
    ] == []


def test_heads_can_be_left_out_on_the_command_line() -> None:
    found = json_of("show", "googlenet", "--no-heads")
    assert found["totals"]["params"] == found["totals"]["params_with_heads"] == 6_998_552
    assert found["remarks"] == []
    assert "loss1" not in call("rf", "googlenet", "--no-heads").out
