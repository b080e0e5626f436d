"""Kinds of mistakes that teachers told us of: each number is worked out by hand, as the student would."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from archcalc.studies.homework.verdicts import Status
from tests.studies.homework.marked import cell, marked, reasons, statuses


class Told(NamedTuple):
    """A table with one mistake, where it is, and what a teacher calls it."""

    mistake: str
    network: str
    table: str
    layer: str
    column: str


TOTALS = (
    Told("row-left-out", "alexnet", "conv1,34944\ntotal,56868224", "total", "params"),  # 60,965,224 − 4,097,000
    Told("row-left-out", "alexnet", f"total,{37_752_832 + 16_781_312 + 4_097_000}", "total", "params"),
    Told("row-left-out", "resnet18", f"total,{11_689_512 - 172_032 - 1_792}", "total", "params"),  # the 1×1 shortcuts
    Told("row-left-out", "alexnet", f"total,{60_965_224 - 34_944 - 442_624}", "total", "params"),
    Told("row-twice", "alexnet", f"total,{60_965_224 + 885_120}", "total", "params"),
    Told("other-network:torchvision/alexnet", "alexnet", "conv1,34944\ntotal,61100840", "total", "params"),
    Told("other-network:torchvision/alexnet", "alexnet", "conv1,34944\ntotal,61.1M", "total", "params"),
    Told("other-network:lenet5-modern", "lenet5", "total,61706", "total", "params"),
    Told("other-network:vgg19", "vgg16", "total,143667240", "total", "params"),
    Told("other-tool:torchinfo", "torchvision/vit_b_16", "total,173232616", "total", "macs"),
    Told("other-tool:ptflops", "vgg16", "total,15523176400", "total", "macs"),
)

WIRING = (
    Told("reads-module-input", "googlenet", f"3a/3x3/conv,{192 * 128 * 9 + 128}", "3a/3x3/conv", "params"),
    Told("reads-row-above", "googlenet", f"3a/3x3/reduce,{64 * 96 + 96}", "3a/3x3/reduce", "params"),
    Told("reads-merge", "googlenet", f"3a/5x5/conv,{256 * 32 * 25 + 32}", "3a/5x5/conv", "params"),
    Told("reads-own-width", "googlenet", f"3a/1x1/conv,{64 * 64 + 64}", "3a/1x1/conv", "params"),
    Told("bottleneck-width", "resnet50", f"conv2_x/2/main/conv,{64 * 64}", "conv2_x/2/main/conv", "params"),
    Told("channels-of-merge", "googlenet", f"3a/3x3/conv,{96 * 256 * 9 + 256}", "3a/3x3/conv", "params"),
)

COUNTS = (
    Told("activations-added", "alexnet", f"conv1,{34_944 + 55 * 55 * 96}", "conv1", "params"),
    Told("norm-per-position", "resnet18", f"batchnorm,{2 * 64 * 112 * 112}", "batchnorm", "params"),
    Told("rows-merged", "mobilenet_v1", f"conv1/pointwise,{288 + 2048}", "conv1/pointwise", "weights"),
    Told("half-the-filters", "alexnet", "conv1,17472\nconv3,442560", "conv1", "params"),
    Told("simple-factor", "alexnet", f"conv1,{34_944 * 1024}\nconv3,{885_120 * 1024}", "conv3", "params"),
    Told("unit-exchanged", "alexnet", "conv1,34.9M\nconv3,885120", "conv1", "params"),
    Told("zeros", "alexnet", "conv1,34944000\nconv3,885120000", "conv3", "params"),
)

CARRIED = (
    # The outputs are not asked: 54, then (54 − 3) // 2 = 25 and 25 + 4 − 5 = 24, then (24 − 3) // 2 = 10 and 9.
    Told(
        "forgot-plus-one",
        "alexnet",
        f"conv1,{34_848 * 54 * 54}\nconv2,{307_200 * 24 * 24}\nconv3,{884_736 * 9 * 9}",
        "conv3",
        "macs",
    ),
    # ceil((224 − 7 + 6) / 2) + 1 = 113, then (113 − 3 + 2) / 2 + 1 = 57
    Told(
        "ceil-for-floor",
        "resnet50",
        f"conv1,{113 * 113 * 9408}\nconv2_x/1/main/conv,{57 * 57 * 4096}\nconv2_x/1/main/conv_2,{57 * 57 * 36864}",
        "conv2_x/1/main/conv",
        "macs",
    ),
)

MACS = (
    Told("macs-before-pool", "alexnet", f"conv2,{307_200 * 55 * 55}", "conv2", "macs"),
    Told("macs-after-pool", "alexnet", f"conv1,{34_848 * 27 * 27}", "conv1", "macs"),
    Told("filters-twice", "alexnet", f"conv3,{884_736 * 13 * 13 * 384}", "conv3", "macs"),
    Told("pointwise-free", "nin", "cccp1,0", "cccp1", "macs"),
    Told("pool-has-a-kernel-per-channel", "alexnet", f"pool1,{9 * 96 * 27 * 27}", "pool1", "macs"),
    Told("channels-of-merge", "googlenet", f"4b/3x3/conv,{112 * 512 * 9 * 14 * 14}", "4b/3x3/conv", "macs"),
    Told(
        "transposed-at-outputs",
        "dcgan",
        f"conv1/conv_transpose,{1024 * 512 * 25 * 8 * 8}",
        "conv1/conv_transpose",
        "macs",
    ),
)

SHAPES = (
    Told("channels-multiplied", "lenet5-modern", "C3,96x10x10", "C3", "output"),
    Told("kernel-ignored", "alexnet", "conv1,96x56x56", "conv1", "output"),
    Told("pool-divides-channels", "alexnet", "conv1,96x55x55\npool1,48x27x27", "pool1", "output"),
    Told("branch-left-out", "googlenet", "3a/concat,224x28x28", "3a/concat", "output"),  # without the pool's 32
    Told(
        "every-row-joined", "googlenet", f"3a/concat,{64 + 96 + 128 + 16 + 32 + 192 + 32}x28x28", "3a/concat", "output"
    ),
    Told("half-the-filters", "alexnet", "conv1,48x55x55\nconv3,192x13x13", "conv1", "output"),
    Told("transposed-as-convolution", "dcgan", "conv1/conv_transpose,512x2x2", "conv1/conv_transpose", "output"),
)

FIELDS = (
    Told("field-area", "alexnet", "conv1,121\npool1,361", "conv1", "rf"),
    Told("field-recursion-exchanged", "alexnet", "conv1,11\npool1,23\nconv2,27\npool2,55", "pool1", "rf"),
    Told("field-stride-missing", "alexnet", "conv1,11\npool1,19\nconv2,35\npool2,43\nconv3,59", "conv2", "rf"),
    Told("kernel-of-stride", "alexnet", "conv1,11\npool1,15\nconv2,47", "pool1", "rf"),
)

RESIDUAL = "conv3_x/1/main/conv,128x26x26\nconv3_x/1/main/conv_2,128x24x24\nconv3_x/1/add,128x24x24\nconv3_x/2/main/conv,128x22x22"
"""Without padding the main branch of ResNet-18 is smaller than the shortcut; the student goes on with the main branch."""


def test_a_merge_of_maps_that_do_not_fit_is_as_large_as_one_of_them() -> None:
    found = marked(f"layer,output\n{RESIDUAL}", "resnet18")
    assert cell(found, "conv3_x/1/add", "output").status == Status.GIVEN_YOURS
    assert reasons(found, "conv3_x/2/main/conv", "output")[0] == "forgot-padding"


def test_a_column_that_is_shifted_is_said_once() -> None:
    found = marked("layer,params\nconv2,34944\nconv3,307456\nconv4,885120\nconv5,663936", "alexnet")
    assert [habit.mistake for habit in found.habits] == ["rows-shifted"]


ALL = (*CARRIED, *TOTALS, *WIRING, *COUNTS, *MACS, *SHAPES, *FIELDS)


@pytest.mark.parametrize("told", ALL, ids=lambda told: f"{told.mistake}-{told.layer}-{told.column}")
def test_a_mistake_is_named(told: Told) -> None:
    marking = marked(f"layer,{told.column}\n{told.table}", told.network)
    assert told.mistake in reasons(marking, told.layer, told.column)[:3]


@pytest.mark.parametrize("total", ["60.97M", "61.0M", "61M"])
def test_a_total_is_that_of_the_rows_as_they_are_rounded(total: str) -> None:
    rows = "conv1,35K\nconv2,307K\nconv3,885K\nconv4,664K\nconv5,443K\nfc6,37.8M\nfc7,16.8M\nfc8,4.1M"
    assert statuses(marked(f"layer,params\n{rows}\ntotal,{total}", "alexnet"))["total", "params"] != Status.WRONG
    assert (
        cell(marked(f"layer,params\n{rows}\ntotal,61.03M", "alexnet"), "total", "params").status == Status.GIVEN_YOURS
    )


def test_a_rounded_row_is_in_the_students_own_sum() -> None:
    found = marked("layer,params\nF6,10200\ntotal,61742", "lenet5-modern")  # 61,706 − 10,164 + 10,200
    assert cell(found, "total", "params").status == Status.GIVEN_YOURS


def test_one_block_may_be_of_another_variant() -> None:
    found = marked(
        "layer,output,params\nconv1,96x55x55,34944\nconv2,192x27x27,307392\nconv3,384x13x13,885120", "alexnet"
    )
    assert {reasons(found, "conv2", c)[0] for c in ("output", "params")} == {"other-network:torchvision/alexnet"}


@pytest.mark.parametrize("answer", ["227", "227x227", "the whole image", "all"])
def test_a_unit_that_covers_the_whole_input_covers_its_pixels(answer: str) -> None:
    assert statuses(marked(f"layer,rf\nfc6,{answer}", "alexnet")) == {("fc6", "rf"): Status.RIGHT}
    assert statuses(marked("layer,rf\nfc6,224", "alexnet")) == {("fc6", "rf"): Status.WRONG}


def test_a_field_is_carried_across_merges_and_paid_for_once() -> None:
    # conv1 says 8 for 7; pool1 8 + 2·2, then each 3×3 adds 2·4, whatever joins the branches.
    rows = (
        "conv1,8\npool1,12\nconv2_x/1/main/conv,20\nconv2_x/1/main/conv_2,28\nconv2_x/1/add,28\nconv2_x/2/main/conv,36"
    )
    found = marked(f"layer,rf\n{rows}", "resnet18")
    assert [c.status for c in found.cells] == [Status.WRONG, *[Status.GIVEN_YOURS] * 5]
