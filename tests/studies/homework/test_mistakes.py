"""The catalogue of mistakes: every planted one is found, and numbers that are no mistake are not explained."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from random import Random

import pytest

from archcalc.specfile.shipped import entries
from archcalc.studies.homework.derivation import COLUMNS
from archcalc.studies.homework.mistakes import MISTAKES, of_column
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Status
from tests.studies.homework.planting import Planted, as_habit, early, in_cells, noise, slipped, table_for

FEW = ("lenet5",)
"""Networks of the short run."""

VARIED = """
input: 6x24x17
layers:
  - {conv: 8, kernel: 3, stride: 2, dilation: 2, padding: 1, bias: false, name: dilated}
  - {batchnorm: , name: norm}
  - concat:
      grouped: [{conv: 8, kernel: 1, groups: 2}]
      padded: [{conv: 8, kernel: 3, padding: 1}]
  - add:
      main: [{conv: 16, kernel: 1}]
      shortcut: []
  - concat:
      pooled: [{maxpool: 3, stride: 1, padding: 1}, {conv: 12, kernel: 1, name: project}]
      wide: [{conv: 4, kernel: 1, name: reduce}, {conv: 8, kernel: 3, padding: 1}]
  - {separable_conv: 12, kernel: 5, padding: 2, name: separable}
  - {depthwise_conv: 3, padding: 1, name: depthwise}
  - {conv_transpose: 8, kernel: 4, stride: 2, padding: 1, output_padding: 1, name: up}
  - {conv: 8, kernel: 3, name: last}
  - {maxpool: 3, stride: 2, name: overlapping}
  - {maxpool: 2, ceil: true, name: pool}
  - flatten
  - {linear: 10, name: fc}
"""
"""A network that has what LeNet-5 lacks: dilation, padding, groups, norms, branches, a transposed convolution, no bias,
and divisions that leave something over, on a map whose sides differ. Whoever adds a mistake that shows in neither adds
a layer here."""

SEQUENCE = """
input: TF 10x6
layers:
  - {lstm: 8, layers: 2, bidirectional: true, name: lstm}
  - {gru: 8, name: gru}
  - {attention: 4, kv_heads: 2, name: attention}
  - {experts: 4, active: 2, hidden: 12, name: experts}
  - {take: -1, name: last}
  - {linear: 3, name: fc}
"""
"""A network of tokens: gates, grouped heads, experts."""

CLASSIC = ("alexnet", "alexnet-one-tower", "densenet121", "googlenet", "lenet5", "lenet5-modern", "mobilenet_v1",
           "mobilenet_v2", "nin", "resnet18", "resnet50", "squeezenet-1.0", "unet", "vgg11", "vgg16", "vgg19",
           "xception", "yolov1", "zfnet", "fcn32s", "dcgan-generator", "c3d", "m5")  # fmt: skip
MOST_ROWS = 30
"""Longer tables take minutes each: all of CLASSIC were measured by hand, by setting this to 1000."""

SHIPPED = [entry.name for entry in entries() if entry.name in CLASSIC]


def is_short(network: str) -> bool:
    """Whether a table has few enough rows; not asked when this file is imported, where it would hold up all tests."""
    return len(table_for(network)) <= MOST_ROWS


@pytest.fixture(params=SHIPPED)
def classic(request: pytest.FixtureRequest) -> str:
    """Each classic network whose table is short enough."""
    name: str = request.param
    if not is_short(name):
        pytest.skip(f"more than {MOST_ROWS} rows take minutes")
    return name


def test_there_are_many_mistakes_and_each_has_a_name_of_its_own() -> None:
    names = [mistake.name for mistake in MISTAKES] + [slip.name for slip in SLIPS]
    assert len(names) >= 60
    assert len(names) == len(set(names))


def test_a_sentence_gives_no_number_away() -> None:
    said = [*(mistake.text for mistake in MISTAKES), *(slip.text for slip in SLIPS if not slip.lettered)]
    assert [text for text in said if any(word.strip(",:.").isdigit() and word != "1" for word in text.split())] == []
    assert [text for text in said if not text[:1].isupper() and not text.startswith("2P")] == []
    assert [text for text in said if not text.endswith((".", "?"))] == []


def test_a_sentence_is_short_and_says_neither_direction_nor_that_it_is_wrong() -> None:
    said = [*(mistake.text for mistake in MISTAKES), *(slip.text for slip in SLIPS)]
    assert [text for text in said if len(text.split()) > 20] == []
    avoided = re.compile(r"\btoo (small|large|many|few)\b|\bhalf\b|\bwrong\b|\bbehind\b|\bputs? out\b|\btaps?\b")
    assert [text for text in said if avoided.search(text)] == []


def test_every_mistake_shows_in_a_column_that_is_asked() -> None:
    assert {column for mistake in MISTAKES for column in mistake.columns} <= set(COLUMNS)
    assert all(of_column(column) for column in COLUMNS)


@lru_cache
def planted_in(network: str) -> tuple[Planted, ...]:
    """Plant every mistake wherever it changes what stands in a cell, once for all tests."""
    return tuple(in_cells(network))


@pytest.mark.usefixtures("worked_out_once")
@pytest.mark.parametrize("network", [*FEW, pytest.param(VARIED, id="varied"), pytest.param(SEQUENCE, id="sequence")])
def test_a_mistake_planted_in_a_cell_is_among_the_explanations(network: str) -> None:
    planted = planted_in(network)
    assert len(planted) > (60 if network == SEQUENCE else 300)
    assert [cell for cell in planted if not cell.found] == []


@pytest.mark.parametrize("mistake", [mistake.name for mistake in MISTAKES])
def test_a_mistake_of_the_catalogue_changes_a_number_and_is_found_there(mistake: str) -> None:
    planted = [cell for network in (*FEW, VARIED, SEQUENCE) for cell in planted_in(network) if cell.mistake == mistake]
    assert planted, "no network of this file has a number that this mistake changes: add a layer to VARIED"
    assert all(cell.found for cell in planted)


@pytest.mark.parametrize("network", FEW)
def test_so_is_a_slip_of_the_pen(network: str) -> None:
    planted = list(slipped(network))
    assert {cell.mistake for cell in planted} == {slip.name for slip in SLIPS}
    assert [cell for cell in planted if not cell.found] == []


@pytest.mark.long
def test_so_they_are_on_every_classic_network(classic: str) -> None:
    planted = [*in_cells(classic), *slipped(classic)]
    assert planted
    assert [cell for cell in planted if not cell.found] == []


UPSAMPLED = """
input: 8x9x9
layers:
  - {conv_transpose: 4, kernel: 3, stride: 2, padding: 1, name: up}
  - {batchnorm: , name: norm}
  - {linear: 10, over: channels, name: fc}
"""


def test_what_is_said_of_convolutions_is_not_said_of_other_layers() -> None:
    planted = list(in_cells(UPSAMPLED))
    names = {cell.mistake for cell in planted if cell.layer == "up"}
    assert {"forgot-input-channels", "forgot-output-channels", "forgot-bias"} <= names
    assert not names & {"forgot-plus-one", "forgot-stride", "forgot-dilation", "macs-over-input-size"}
    assert not [cell for cell in planted if cell.layer == "norm" and cell.mistake == "macs-at-one-position"]
    missing = {cell.mistake: cell.value for cell in planted if (cell.layer, cell.column) == ("up", "weights")}
    assert missing["forgot-input-channels"] == str(4 * 3 * 3)
    assert missing["forgot-output-channels"] == str(8 * 3 * 3)


def test_weights_that_are_used_once_are_not_called_shared() -> None:
    fc = [cell for cell in planted_in("lenet5") if cell.layer == "F6" and cell.column in ("params", "weights")]
    assert fc
    assert "weights-not-shared" not in {cell.mistake for cell in fc}


def habits_named_first(network: str) -> Counter[bool]:
    """Count for each mistake that shows on a network whether it is named first."""
    found: Counter[bool] = Counter()
    for mistake in MISTAKES:
        marking = as_habit(network, mistake)
        if marking is not None:
            found[bool(marking.habits) and marking.habits[0].mistake == mistake.name] += 1
    return found


@pytest.mark.usefixtures("worked_out_once")
def test_a_habit_over_a_whole_table_is_named_first() -> None:
    found = habits_named_first("lenet5")
    assert found[True] >= 20
    assert 100 * found[True] >= 95 * found.total()


@pytest.mark.long
def test_so_it_is_over_the_tables_of_classic_networks() -> None:
    found: Counter[bool] = Counter()
    for network in filter(is_short, SHIPPED):
        found += habits_named_first(network)
    assert 100 * found[True] >= 95 * found.total(), found


@pytest.mark.parametrize("name", ["forgot-plus-one", "forgot-padding", "forgot-stride"])
def test_what_is_carried_on_from_a_habit_is_right_given_yours(name: str) -> None:
    mistake = next(mistake for mistake in MISTAKES if mistake.name == name)
    marking = as_habit("alexnet", mistake)
    assert marking is not None
    assert {cell.column for cell in marking.wrong()} == {"output"}
    assert Status.GIVEN_YOURS in {cell.status for cell in marking.cells if cell.column == "macs"}


@pytest.mark.usefixtures("worked_out_once")
@pytest.mark.parametrize("network", ["alexnet", *FEW])
def test_a_mistake_made_early_and_carried_on_has_one_cause(network: str) -> None:
    for marking in early(network):
        causes = {cell.cause for cell in marking.cells if cell.status == Status.GIVEN_YOURS}
        assert len(marking.wrong()) == 1
        assert causes <= {marking.wrong()[0].layer}


@pytest.mark.long
def test_so_it_has_on_classic_networks(classic: str) -> None:
    for marking in early(classic):
        assert len(marking.wrong()) == 1
        assert {cell.cause for cell in marking.cells} <= {"", marking.wrong()[0].layer}


def share(network: str, column: tuple[str, ...], times: int) -> tuple[int, int]:
    """Count how many wrong numbers of some columns are explained, and all of them."""
    drawn = noise(network, Random(network), times)  # noqa: S311 - numbers, not secrets
    found = [explained for where, _, explained in drawn if where in column]
    return sum(found), len(found)


def test_numbers_that_are_no_mistake_are_seldom_explained() -> None:
    explained, counts = share("alexnet", ("params", "macs"), 1)
    assert counts > 20
    assert 100 * explained <= 2 * counts


@pytest.mark.long
def test_so_they_are_over_classic_networks() -> None:
    counts, outputs = Counter[str](), Counter[str]()
    for network in filter(is_short, SHIPPED):
        for kept, columns in ((counts, ("params", "macs")), (outputs, ("output",))):
            explained, number = share(network, columns, 3)
            kept.update(explained=explained, number=number)
    assert 100 * counts["explained"] <= 2 * counts["number"], counts
    assert 100 * outputs["explained"] <= 15 * outputs["number"], outputs
