"""Evidence, not coincidence: what all of a student's rows say, the right ones included, and what chance explains."""

from __future__ import annotations

from random import Random

import pytest

from archcalc.services.homework import relatives, table_of
from archcalc.studies.homework import habits
from archcalc.studies.homework.asking import solved, written
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.variants import Elsewhere
from tests.studies.homework.marked import marked, reasons

SIZES = (
    "conv1,54x54x96\npool1,26x26x96\nconv2,26x26x256\npool2,12x12x256\nconv3,12x12x384\nconv4,12x12x384\n"
    "conv5,12x12x256\npool5,5x5x256"
)


def test_who_has_the_plus_one_in_the_other_rows_has_mistaken_the_input() -> None:
    assert reasons(marked(f"layer,output\n{SIZES}", "alexnet"), "conv1", "output")[0] == "other-input-size"
    assert reasons(marked("layer,output\nconv1,54x54x96", "alexnet"), "conv1", "output")[0] == "forgot-plus-one"


def test_who_forgets_it_everywhere_has_forgotten_it() -> None:
    table = "layer,output\nconv1,54x54x96\npool1,25x25x96\nconv2,24x24x256\npool2,10x10x256"
    marking = marked(table, "alexnet")
    assert marking.habits[0].mistake == "forgot-plus-one"
    assert reasons(marking, "conv1", "output")[0] == "forgot-plus-one"


@pytest.mark.parametrize(
    "table",
    [
        "layer,params\nconv1,34944\npool1,34944",  # the row above is 34944, but the answer that is asked is 0: a copy
        "layer,params\nconv3,885120\nconv4,885120",
    ],
)
def test_a_copied_row_is_said_last(table: str) -> None:
    marking = marked(table, "alexnet")
    assert [reason.mistake for reason in marking.wrong()[0].explanations] == ["row-above-copied"]


@pytest.mark.parametrize(
    ("table", "network"),
    [
        ("layer,params\nconv1,34944\npool1,0\nconv2,0", "alexnet"),  # nothing is no copy
        ("layer,params\nconv5_1,7777777\nconv5_2,7777777", "vgg16"),  # both rows have the same answer
        ("layer,params\nconv3,\nconv4,885120", "alexnet"),  # the other answer is not on this paper
        ("layer,params\nconv4,663936\nconv5,442368", "alexnet"),  # there is a better reason
    ],
)
def test_what_is_no_copy(table: str, network: str) -> None:
    marking = marked(table, network)
    names = {reason.mistake for cell in marking.wrong() for reason in cell.explanations}
    assert not names & {"row-above-copied", "row-below"}


def test_two_mistakes_that_make_a_simple_factor_are_the_factor() -> None:
    for factor in (2, 3, 8):
        marking = marked(f"layer,activations\nconv1,{290_400 * factor}", "alexnet")
        assert not [name for name in reasons(marking, "conv1", "activations") if "+" in name]


def test_two_mistakes_at_once_are_not_said_of_a_student_who_makes_neither_in_the_other_rows() -> None:
    alone = marked("layer,params\nconv1,3168", "alexnet")
    assert reasons(alone, "conv1", "params") == ["forgot-bias + kernel-not-squared"]
    known = marked("layer,params\nconv1,3168\nconv2,307456\nconv3,885120", "alexnet")
    assert reasons(known, "conv1", "params") == []


@pytest.mark.usefixtures("worked_out_once")
@pytest.mark.parametrize(("network", "times"), [("alexnet", 6), pytest.param("vgg16", 6, marks=pytest.mark.long)])
def test_a_random_rounded_number_is_seldom_explained(network: str, times: int) -> None:
    random, table = Random(network), table_of(network, None)  # noqa: S311 - numbers, not secrets
    key = solved(table, ("params", "macs"))
    explained = wrong = 0
    for target, values in key * times:
        for place, value in enumerate(values):
            assert isinstance(value, int)
            if value < 1000:
                continue
            cells = [written(v) for v in values]
            cells[place] = f"{value * random.uniform(0.2, 5) / 1000:.3g}K"
            rows = [[other.path, *map(written, known)] for other, known in key if other is not target]
            marking = mark(
                sheet([["layer", "params", "macs"], *rows, [target.path, *cells]], "hw"),
                table,
                elsewhere=Elsewhere(lambda _: relatives(network, None)),
            )
            wrong += len(marking.wrong())
            explained += sum(bool(cell.explanations) for cell in marking.wrong())
    assert wrong > 60
    assert 100 * explained <= 2 * wrong


def test_two_mistakes_at_once_are_not_looked_for_in_sums_of_hundreds_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    total = "layer,params\ntotal,21030"  # without biases, and every kernel counted as one side
    both = "forgot-bias + kernel-not-squared"
    assert reasons(marked(total, "lenet5-modern"), "total", "params") == [both]
    monkeypatch.setattr(habits, "MOST_SUMMED", 4)  # there are more rows
    assert reasons(marked(total, "lenet5-modern"), "total", "params") == []


def test_flops_beside_rounded_macs_are_named() -> None:
    marking = marked("layer,macs\nconv1,118M\ntotal,7.3G", "resnet34")
    assert reasons(marking, "total", "macs")[0] == "flops-for-macs"


def test_a_number_that_a_mistake_makes_is_rounded_where_all_are() -> None:
    # C3 has 1,516 parameters, of which 16 are biases; C5 has 48,120 with 120.
    alone = marked("layer,params\nC1,156\nC3,1500\nC5,48120", "lenet5")
    assert reasons(alone, "C3", "params")[0] == "forgot-bias"
    assert marked("layer,params\nC1,160\nC3,1500\nC5,48000\nF6,10000\ntotal,60000", "lenet5").wrong() == []
