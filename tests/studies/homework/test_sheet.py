"""Tables as people head them, and the layers that their rows are about."""

from __future__ import annotations

import pytest

from archcalc.errors import UsageError
from archcalc.limits import CELL_LENGTH, CELLS, ROWS
from archcalc.services.homework import table_of
from archcalc.studies.homework.headings import ColumnHeading, heading_of
from archcalc.studies.homework.row_labels import is_input, targets
from archcalc.studies.homework.sheet import SheetRow, sheet


@pytest.mark.parametrize(
    ("cell", "key"),
    [("Layer (type)", "layer"), ("Output Shape", "output"), ("Param #", "params"), ("#params", "params"),
     ("Number of parameters", "params"), ("# of weights", "weights"), ("Mult-Adds", "macs"), ("MACs", "macs"),
     ("Receptive field", "rf"), ("RF", "rf"), ("**params**", "params"), ("Biases:", "biases"), ("Memory", "activations"),
     ("kernel", "given")],
)  # fmt: skip
def test_a_heading_is_known(cell: str, key: str) -> None:
    found = heading_of(cell)
    assert found is not None
    assert found.key == key


def test_a_heading_may_name_a_unit() -> None:
    assert heading_of("Params (M)") == ColumnHeading("params", 6)
    assert heading_of("MMACs") == ColumnHeading("macs", 6)
    assert heading_of("FLOPs") == ColumnHeading("macs", flops=True)
    assert heading_of("GFLOPs") == ColumnHeading("macs", 9, flops=True)
    assert heading_of("what I think") is None


def test_headings_may_stand_below_other_lines_and_the_first_of_two_counts() -> None:
    found = sheet(
        [["Homework 3"], ["", "Output", "Output", "Colour"], ["conv1", "1x1x1", "2", "red"], [], ["", "", ""]], "hw"
    )
    assert found.lines == (SheetRow("conv1", "", {"output": "1x1x1"}),)
    assert found.remarks == ("unknown columns, not graded: Output and Colour",)


def test_a_table_says_what_it_is_about() -> None:
    rows = [["layer", "params"], ["conv1", "1"], ["network=torchvision/alexnet seed=17", ""]]
    found = sheet(rows, "hw")
    assert (found.network, found.seed) == ("torchvision/alexnet", 17)
    assert len(found.lines) == 1
    assert sheet([["layer", "params"], ["x", "1"], ["Network: vgg16"]], "hw").network == "vgg16"


@pytest.mark.parametrize("rows", [[], [["a", "b"]], [["layer", "type"]], [["params", "macs"]], [["layer"]]])
def test_a_table_without_known_columns_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(UsageError, match="no header row with 'layer' and at least one answer column"):
        sheet(rows, "hw.csv")


@pytest.mark.parametrize(
    "rows", [[["x"]] * (ROWS.value + 1), [["x"] * (CELLS.value + 1)], [["x" * (CELL_LENGTH.value + 1)]]],
)  # fmt: skip
def test_a_table_beyond_bounds_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(
        UsageError,
        match=r"hw.csv has more than 5,000 rows|row 1 has more than 200 cells \(201\)|a cell in row 1 has more than 1,000 c",
    ):
        sheet(rows, "hw.csv")


def test_control_characters_do_not_survive() -> None:
    (line,) = sheet([["layer", "params"], ["con\x1b[31mv1", "3\x07"]], "hw").lines
    assert (line.label, line.cells["params"]) == ("con?[31mv1", "3?")


def paths(network: str, labels: list[str], kinds: list[str] | None = None) -> list[str]:
    """Return the layers that labels mean, `-` for none."""
    lines = [SheetRow(label, kind, {}) for label, kind in zip(labels, kinds or [""] * len(labels), strict=True)]
    return [target.path if target else "-" for target in targets(lines, table_of(network, None))]


@pytest.mark.parametrize(
    "label", ["conv1", "Conv 1", "C1", "CONV-1", "1. conv1", "Conv2D_1", "convolution 1", "conv1 (11x11)"]
)
def test_a_layer_is_known_by_many_names(label: str) -> None:
    assert paths("alexnet", [label]) == ["conv1"]


def test_kinds_are_counted_where_names_do_not_say_it() -> None:
    assert paths("alexnet", ["pool1", "pool2", "pool3", "fc1", "Dense 2", "F3"]) == [
        "pool1", "pool2", "pool5", "fc6", "fc7", "fc8",
    ]  # fmt: skip
    assert paths("lenet5", ["conv1", "pool1", "conv2", "pool2", "conv3", "fc1"]) == ["C1", "S2", "C3", "S4", "C5", "F6"]


def test_rows_are_known_by_their_order_where_names_say_only_the_kind() -> None:
    assert paths("alexnet", ["conv", "pool", "conv", "maxpool", "fc"]) == ["conv1", "pool1", "conv2", "pool2", "fc6"]
    found = paths("vgg16", ["conv3-64", "conv3-64", "max pool", "conv3-128"])
    assert found == ["conv1_1", "conv1_2", "pool1", "conv2_1"]
    assert paths("alexnet", ["A", "B"], ["Conv", "MaxPool2d"]) == ["conv1", "pool1"]


def test_blocks_and_the_total_are_rows_too() -> None:
    found = paths("googlenet", ["Inception (3a)", "inception 3b", "3a/5x5/conv", "Total"])
    assert found == ["3a", "3b", "3a/5x5/conv", "total"]


def test_names_that_recur_are_matched_in_order() -> None:
    assert paths("vgg16", ["POOL-2", "conv2_1", "POOL-2", "conv3_1"]) == ["pool1", "conv2_1", "pool2", "conv3_1"]
    assert paths("vgg16", ["pool2", "conv2_1", "pool2", "conv3_1"]) == ["pool1", "conv2_1", "pool2", "conv3_1"]
    assert paths("alexnet", ["conv1", "conv1", "zebra", "conv99"]) == ["conv1", "conv2", "-", "conv3"]


@pytest.mark.parametrize(
    "labels", [["卷积1", "池化1", "卷积2", "总计"], ["합성곱 1", "풀링 1", "합성곱 2", "합계"], ["Faltung 1", "Pooling 1", "Faltung 2", "Summe"],
               ["Convolución 1", "Pooling 1", "Convolución 2", "Suma"]],
)  # fmt: skip
def test_layers_are_known_in_other_languages(labels: list[str]) -> None:
    assert paths("alexnet", labels) == ["conv1", "pool1", "conv2", "total"]


def test_nonsense_is_no_layer() -> None:
    assert paths("alexnet", ["fc8", "conv"]) == ["fc8", "-"]
    assert is_input(SheetRow("Input image", "", {}))
    assert not is_input(SheetRow("conv1", "", {}))


def test_a_layer_may_be_called_like_a_column_and_headings_may_come_again() -> None:
    rows = [
        ["layer", "output", "params"],
        ["output", "10", "850"],
        ["input", "1x32x32", ""],
        ["layer", "output", "params"],
    ]
    assert [line.label for line in sheet(rows, "hw").lines] == ["output", "input"]
