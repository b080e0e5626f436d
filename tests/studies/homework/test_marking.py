"""Marking a table: what is right in any spelling, what is carried on, and what is said of the rest."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.limits import EXPLAINED
from archcalc.services.homework import table_of
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.asking import ORDER, solved
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.row_labels import TOTAL, Target
from archcalc.studies.homework.rules import PLAIN_RULES, Rules
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.verdicts import Direction, Status
from tests.studies.homework.marked import cell, marked, reasons, statuses

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda n: f"{n:,}",
    "points": lambda n: f"{n:,}".replace(",", "."),
    "spaces": lambda n: f"{n:,}".replace(",", " "),
    "narrow": lambda n: f"{n:,}".replace(",", "\u202f"),
    "apostrophes": lambda n: f"{n:,}".replace(",", "'"),
    "floats": lambda n: f"{n}.0",
    "words": lambda n: f"{n:,} params",
    "sums": lambda n: f"{n - 1} + 1 = {n}" if n else "0",
}
SHAPES: dict[str, Callable[[tuple[int, ...]], str]] = {
    "x": lambda s: "x".join(map(str, s)),
    "×": lambda s: " × ".join(map(str, s)),
    "tuple": lambda s: f"({', '.join(map(str, s))})",
    "list": lambda s: str(list(s)),
    "batch": lambda s: f"(None, {', '.join(map(str, s))})",
    "torch": lambda s: f"torch.Size([{', '.join(map(str, s))}])",
    "ones": lambda s: "x".join(map(str, s)) if len(s) > 1 else f"1x1x{s[0]}",
}


def spelled(value: object, count: str, shape: str, *, last: bool) -> str:
    """Write an answer in one of the ways."""
    if value is None:
        return ""
    if isinstance(value, int):
        return COUNTS[count](value)
    assert isinstance(value, tuple)
    sizes = (*value[1:], value[0]) if last and len(value) > 1 else value
    return SHAPES[shape](sizes) if sizes else "all"


@pytest.mark.parametrize("network", ["alexnet", "lenet5", pytest.param("googlenet", marks=pytest.mark.long)])
@pytest.mark.parametrize("count", COUNTS)
def test_a_right_table_is_right_in_every_spelling(network: str, count: str) -> None:
    table = table_of(network, None)
    key = solved(table, ORDER)
    for shape, last in product(SHAPES, (False, True)) if network == "lenet5" else [("x", True), ("tuple", False)]:
        rows = [["layer", *ORDER]]
        for target, values in key:
            cells = [
                spelled(value, count, shape if column == "output" else "x", last=last and column == "output")
                for column, value in zip(ORDER, values, strict=True)
            ]
            rows.append([target.path, *cells])
        marking = mark(sheet(rows, "hw.csv"), table)
        assert [found for found in marking.cells if found.status != Status.RIGHT] == []
        assert (marking.habits, marking.score) == ((), marking.max_score)


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_a_rounded_or_truncated_table_is_right(digits: int) -> None:
    table = table_of("vgg16", None)
    for rounds in (True, False):
        rows = [["layer", "params", "macs"]]
        for target, values in solved(table, ("params", "macs")):
            rows.append([target.path, *(shortened(value, digits, rounds=rounds) for value in values)])
        marking = mark(sheet(rows, "hw.csv"), table)
        assert marking.wrong() == []


def shortened(value: object, digits: int, *, rounds: bool) -> str:
    """Write a count with so many digits and a letter, rounded or truncated."""
    assert isinstance(value, int)
    if value < 10**digits:
        return str(value)
    unit = 10 ** (len(str(value)) - digits)
    kept = (value + unit // 2 * rounds) // unit * unit
    power = (len(str(kept)) - 1) // 3
    places = max(0, digits - (len(str(kept)) - 3 * power))
    return f"{kept / 1000**power:.{places}f}{('', 'K', 'M', 'G')[power]}" if power else str(kept)


def test_strictly_a_rounded_number_is_wrong() -> None:
    table = "layer,params\nconv1,34.9K"
    assert statuses(marked(table, "alexnet")) == {("conv1", "params"): Status.ROUNDED}
    assert statuses(marked(table, "alexnet", Rules(rounding=False))) == {("conv1", "params"): Status.WRONG}


def test_zeros_that_a_mistake_makes_are_not_rounding() -> None:
    linear = "layer,params\nfc8,4096000"
    assert reasons(marked(linear, "alexnet"), "fc8", "params")[0] == "forgot-bias"
    assert statuses(marked("layer,params\nfc8,4.1M\nfc7,16780000", "alexnet")) == {
        ("fc8", "params"): Status.ROUNDED, ("fc7", "params"): Status.ROUNDED,
    }  # fmt: skip


def test_blank_is_blank_and_nothing_is_nothing() -> None:
    marking = marked("layer,output,params\nconv1,,?\npool1,96x27x27,-\npool2,13x13x256,", "alexnet")
    assert statuses(marking) == {
        ("conv1", "output"): Status.BLANK, ("conv1", "params"): Status.BLANK, ("pool1", "output"): Status.RIGHT,
        ("pool1", "params"): Status.RIGHT, ("pool2", "output"): Status.RIGHT, ("pool2", "params"): Status.BLANK,
    }  # fmt: skip
    assert marking.score == 3
    assert marking.max_score == 5
    assert not marking.holds


def test_an_error_is_carried_on_and_its_cause_named() -> None:
    marking = marked(
        """
        layer,output,params,macs,activations
        conv1,54x54x96,34944,101616768,279936
        pool1,26x26x96,0,0,64896
        conv2,26x26x256,307456,207667200,173056
        """,
        "alexnet",
    )
    assert {found.status for found in marking.cells} == {Status.RIGHT, Status.WRONG, Status.GIVEN_YOURS}
    assert [(found.layer, found.column) for found in marking.wrong()] == [("conv1", "output")]
    carried = [found for found in marking.cells if found.status == Status.GIVEN_YOURS]
    assert {found.cause for found in carried} == {"conv1"}
    assert len(carried) == 7
    assert marking.score == marking.max_score - 1


def test_what_a_carried_error_is_worth_is_the_teachers_to_say() -> None:
    table = "layer,output\nconv1,54x54x96\npool1,26x26x96"
    assert marked(table, "alexnet", Rules(follow=Fraction(1, 2))).score == Fraction(1, 2)
    assert marked(table, "alexnet", Rules(follow=Fraction(0))).score == 0
    assert marked(table, "alexnet", Rules(points={"output": Fraction(3)})).score == 3


def test_an_answer_equal_to_the_truth_is_right_whatever_stands_before_it() -> None:
    assert statuses(marked("layer,output\nconv1,54x54x96\npool1,27x27x96", "alexnet")) == {
        ("conv1", "output"): Status.WRONG, ("pool1", "output"): Status.RIGHT,
    }  # fmt: skip


def test_a_blank_row_is_worked_through() -> None:
    found = marked("layer,output\nconv1,54x54x96\npool1,\nconv2,26x26x256", "alexnet")
    assert cell(found, "conv2", "output").status == Status.GIVEN_YOURS


@pytest.mark.parametrize("order", ["torch.Size([1, 96, 54, 54])|torch.Size([1, 96, 26, 26])", "1x54x54x96|1x26x26x96"])
def test_a_batch_of_one_on_paper_is_no_axis(order: str) -> None:
    conv1, pool1 = order.split("|")
    found = marked(f"layer;output\nconv1;{conv1}\npool1;{pool1}\nconv2;(1, 256, 26, 26)", "alexnet")
    assert [c.status for c in found.cells] == [Status.WRONG, Status.GIVEN_YOURS, Status.GIVEN_YOURS]


def test_the_first_linear_layer_reads_the_last_map_on_paper() -> None:
    found = marked("layer,output,params\npool5,5x5x256,\nfc6,4096,26218496", "alexnet")
    assert cell(found, "fc6", "params").status == Status.GIVEN_YOURS


def test_a_wrong_map_that_no_layer_can_read_is_taken_as_it_should_be() -> None:
    found = marked("layer,output\npool2,1x1x255\nconv3,13x13x384\nconv4,1x1x384", "alexnet")
    assert cell(found, "conv3", "output").status == Status.RIGHT
    assert (
        cell(marked("layer,output\nconv5,2x2x256\npool5,6x6x256", "alexnet"), "pool5", "output").status == Status.RIGHT
    )


def test_wrong_channels_are_not_held_against_the_next_row() -> None:
    found = marked("layer,output\nconv1,54x54x69\npool1,26x26x96\npool2,12x12x256", "alexnet")
    assert [c.status for c in found.cells] == [Status.WRONG, Status.GIVEN_YOURS, Status.GIVEN_YOURS]


def test_a_row_is_right_given_its_own_parts() -> None:
    found = marked(
        "layer,weights,biases,params,macs\nconv1,3168,96,3264,9583200\nconv3,884736,1,884737,149520384", "alexnet"
    )
    assert cell(found, "conv1", "params").status == Status.GIVEN_YOURS
    assert cell(found, "conv1", "macs").status == Status.GIVEN_YOURS
    assert cell(found, "conv3", "params").status == Status.GIVEN_YOURS
    found = marked("layer,params,macs\nconv1,3264,9583200\npool1,5,0", "alexnet")
    assert (cell(found, "conv1", "macs").status, cell(found, "conv1", "macs").cause) == (Status.GIVEN_YOURS, "conv1")


def test_a_total_is_right_given_its_rows() -> None:
    rows = "layer,params\nconv1,34848\nfc8,4097000\n"
    exact = table_of("alexnet", None).totals.params
    assert isinstance(exact, int)
    for total in (exact - 96, 34848 + 4097000):
        found = cell(marked(f"{rows}total,{total}", "alexnet"), "total", "params")
        assert (found.status, found.cause) == (Status.GIVEN_YOURS, "the rows above")
    assert cell(marked(f"{rows}total,{exact}", "alexnet"), "total", "params").status == Status.RIGHT


NESTED = (
    "{input: 3x8x8, layers: [{name: g, layers: [{conv: 4, kernel: 3, name: a}, relu]}, flatten, {linear: 2}, "
    "{name: aux, train_only: true, layers: [{linear: 5}]}]}"
)


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ("g,params,100 g/a,params,100", 112 + 290 - 12),  # a block and its own layer: one mistake
        ("g/a,params,100 g,params,100", 112 + 290 - 12),
        ("g,params,112 g/a,params,100", 112 + 290 - 12),
        ("g/a,params,100 aux,params,1", 112 + 290 - 12),  # a training head is not in the total
        ("g/a,activations,100 flatten,activations,7 g/relu,activations,1", 144 + 2 - 44),  # nor what makes no values
    ],
)
def test_a_total_follows_from_the_rows_that_are_in_it(rows: str, total: int) -> None:
    """Each layer once: the numbers are worked out by hand."""
    cells = [row.split(",") for row in rows.split()]
    column = cells[0][1]
    text = "".join(f"{path},{value}\n" for path, _, value in cells)
    found = cell(marked(f"layer,{column}\n{text}total,{total}", NESTED), "total", column)
    assert (found.status, found.cause) == (Status.GIVEN_YOURS, "the rows above")


def test_a_field_is_carried_on() -> None:
    marking = marked("layer,rf\nconv1,12\npool1,20\nconv2,52\nfc6,all\nflatten,7", "alexnet")
    assert [found.status for found in marking.cells] == [
        Status.WRONG,
        Status.GIVEN_YOURS,
        Status.GIVEN_YOURS,
        Status.RIGHT,
        Status.WRONG,
    ]
    assert marking.cells[1].cause == "conv1"


def test_fields_of_merges_and_of_maps_that_are_no_maps() -> None:
    marking = marked("layer,rf,output\nconv1,8,\n3a/concat,big,1\nfc,3x4x5,", "googlenet")
    assert {found.status for found in marking.cells} == {Status.WRONG, Status.BLANK}
    assert cell(marking, "3a/concat", "rf").direction == "not a number or shape"


@pytest.mark.parametrize("order", ["first", "last"])
def test_channels_stand_where_the_file_has_them(order: str) -> None:
    table = "layer,output\nconv1,96x55x55\npool1,96x27x27\nconv2,27x27x256"
    marking = marked(table, "alexnet", Rules(channels=order))
    assert {found.status for found in marking.cells} == {Status.RIGHT}
    assert marking.remarks[0] == "some shapes have the channels first, others last: use one order"
    assert len(marking.remarks) == (1 if order == "first" else 2)


def test_conventions_of_a_lecture() -> None:
    weights = "layer,params\nconv1,34848\nconv2,307200\nfc8,4096000"
    habit = marked(weights, "alexnet").habits[0]
    assert (habit.mistake, len(habit.cells), habit.everywhere) == ("forgot-bias", 3, True)
    for biases in ("either", "not counted"):
        marking = marked(weights, "alexnet", Rules(biases=biases))
        assert marking.holds
        assert marking.remarks == ("parameters are counted without biases (CS231n convention)",)
    flops = "layer,macs\nconv1,210830400\nfc8,8192000"
    assert marked(flops, "alexnet").habits[0].mistake == "flops-for-macs"
    assert marked(flops, "alexnet", Rules(cost="either")).holds
    assert marked(flops.replace("macs", "FLOPs"), "alexnet").holds
    assert marked("layer,GFLOPs\nconv1,0.21", "alexnet").holds
    assert marked("layer,GFLOPs\nconv1,0.105", "alexnet", Rules(cost="either")).wrong()[0].explanations


def test_only_the_columns_that_are_asked_count() -> None:
    table = "layer,output,params\nconv1,1x1x1,34944"
    assert marked(table, "alexnet", Rules(columns=("params",))).holds


def test_what_an_assignment_asks_and_a_table_leaves_out_is_blank() -> None:
    table = "layer,params\nconv1,34944\nconv2,307456"
    everything = marked(table, "alexnet", Rules(columns=("params", "output"), complete=True))
    assert cell(everything, "fc8", "params").status == Status.BLANK
    assert cell(everything, "conv1", "output").status == Status.BLANK
    assert (int(everything.score), int(everything.max_score)) == (2, 25)
    assert int(marked(table, "alexnet", Rules(complete=True)).max_score) == 13
    listed = marked(table, "alexnet", Rules(layers=("Conv 1", "fc8", "total"), complete=True))
    assert statuses(listed) == {
        ("conv1", "params"): Status.RIGHT, ("fc8", "params"): Status.BLANK, ("total", "params"): Status.BLANK,
    }  # fmt: skip
    with pytest.raises(UsageError, match="unknown layer 'conv9' in alexnet"):
        marked(table, "alexnet", Rules(layers=("conv9",)))


def test_a_block_answers_for_its_layers() -> None:
    rules = Rules(columns=("params",), complete=True)
    whole = marked("layer,params\n3a,163696", "googlenet", rules)
    assert [found.layer for found in whole.cells if found.layer.startswith("3a")] == ["3a"]


def test_two_habits_are_both_said_and_what_was_made_together_with_the_first() -> None:
    marking = marked(
        "layer,params\nconv1,34848\nconv2,614400\nconv3,884736\nconv4,1327104\nconv5,884736\nfc6,37748736", "alexnet"
    )
    assert [habit.mistake for habit in marking.habits] == ["forgot-bias", "groups-ignored"]
    assert marking.habits[1].text.endswith("of its group. Also: The biases are not counted.")


def test_another_network_is_recognised() -> None:
    table = "layer,output\nconv1,64x55x55\npool1,64x27x27\nconv2,192x27x27\npool2,192x13x13\nconv4,256x13x13"
    (habit,) = marked(table, "alexnet").habits
    assert habit.mistake == "other-network:torchvision/alexnet"
    assert habit.text == "These values belong to torchvision/alexnet: the task is about alexnet."
    mixed = marked(f"{table}\nconv5,255x12x13\nfc6,1\nfc7,2", "alexnet")
    assert [found.mistake for found in mixed.habits if found.mistake.startswith("other")] == []


def test_two_mistakes_at_once_are_found_behind_a_large_number() -> None:
    marking = marked("layer,params\nconv1,3168\nconv2,1", "alexnet")
    assert "forgot-bias + kernel-not-squared" in reasons(marking, "conv1", "params")
    assert cell(marking, "conv2", "params").direction == "too small"


def test_two_mistakes_at_once_behind_small_numbers_have_to_come_back() -> None:
    marking = marked("layer,params\nconv1,364\nconv2,1201\nconv3,2305\nfc8,7", "alexnet")
    assert marking.habits[-1].mistake == "forgot-output-channels + bias-counted-once"
    assert reasons(marking, "fc8", "params") == []
    alone = marked("layer,params\nconv1,364", "alexnet")
    assert reasons(alone, "conv1", "params") == []


def test_what_cannot_be_read_says_so_and_unknown_rows_are_told() -> None:
    marking = marked("layer,output,params\nconv1,big,many\nzebra,1,2\ninput,3x227x227,", "alexnet")
    assert [found.direction for found in marking.cells] == ["not a number or shape", "not a number or shape"]
    assert marking.remarks == ("not graded: alexnet has no layer zebra",)


def test_a_wrong_number_that_can_be_read_in_two_ways_is_asked_about() -> None:
    marking = marked("layer,params\nconv1,2.434M\nconv2,307.456K", "alexnet")
    assert [found.status for found in marking.cells] == [Status.WRONG, Status.RIGHT]
    assert marking.remarks == ("2.434M is ambiguous (2,434,000 or 2,434,000,000): write all digits",)


def test_a_column_that_is_not_understood_is_said_and_strictly_no_success() -> None:
    table = "layer,params,colour\nconv1,34944,red"
    assert marked(table, "alexnet").remarks == ("unknown columns, not graded: colour",)
    assert marked(table, "alexnet").holds
    assert not marked(table, "alexnet", Rules(rounding=False)).holds
    assert not marked(table, "alexnet", Rules(layers=("conv1",), complete=True)).holds
    assert marked("layer,params\nconv1,34944", "alexnet", Rules(layers=("conv1",), complete=True)).holds


def test_rows_of_one_name_are_all_graded() -> None:
    found = statuses(
        marked("layer,output\nconv1_2,64x224x224\nPOOL-2,64x112x112\nconv2_2,128x112x112\nPOOL-2,9x9x9", "vgg16")
    )
    assert found["pool1", "output"] == Status.RIGHT
    assert found["pool2", "output"] == Status.WRONG


def test_shapes_too_large_and_too_small() -> None:
    marking = marked("layer,output\nconv1,96x77x77\npool1,96x20x20\nconv2,256x20x30\npool2,7", "alexnet")
    assert [found.direction for found in marking.cells] == [Direction.TOO_LARGE, Direction.TOO_SMALL, None, None]


def test_blocks_are_marked_as_sums() -> None:
    table = table_of("googlenet", None)
    exact = table.part("3a").params
    marking = marked(f"layer,output,params\n3a,28x28x256,{exact}\n3b,28x28x480,1", "googlenet")
    assert [found.status for found in marking.cells] == [Status.RIGHT, Status.RIGHT, Status.RIGHT, Status.WRONG]
    without = marked("layer,params\n3a,163328", "googlenet")
    assert reasons(without, "3a", "params")[0] == "forgot-bias"


def test_letters_ask_nothing() -> None:
    spec = "{input: 3xHxW, layers: [{conv: 8, kernel: 3, name: a}, {conv: 8, kernel: 3, name: b}]}"
    table = archcalc.loads(spec).analyze()
    rows = [
        ["layer", *ORDER],
        ["a", "8x1x1", "216", "8", "216", "9", "9", "3"],
        ["total", "", "", "", "1", "2", "3", ""],
    ]
    found = statuses(mark(sheet(rows, "hw"), table))
    assert found["a", "params"] == Status.WRONG
    assert found["a", "rf"] == Status.RIGHT
    assert ("a", "macs") not in found
    assert ("a", "output") not in found
    assert Answering(table, PLAIN_RULES).exact(Target(TOTAL, table.rows), "macs") is None
    assert list(Answering(table, PLAIN_RULES).follows(Target(TOTAL, table.rows), "macs")) == []


def test_a_single_layer_has_a_total_too() -> None:
    table = archcalc.loads("{input: 3x9x9, layers: [{conv: 8, kernel: 3, name: a}]}").analyze()
    found = mark(sheet([["layer", "params"], ["total", "216"]], "hw"), table)
    assert [reason.mistake for reason in found.cells[0].explanations] == ["forgot-bias"]


def test_channels_that_no_groups_divide_stop_nothing() -> None:
    table = "layer,output,params,macs\npool1,27x27x95,0,\nconv2,27x27x256,307456,12345"
    found = marked(table, "alexnet")
    assert statuses(found)["conv2", "output"] == Status.RIGHT
    assert statuses(found)["conv2", "macs"] == Status.WRONG


def test_a_field_of_too_many_axes_is_not_carried_on() -> None:
    found = marked("layer,rf\nconv1,11x12x13\npool1,19", "alexnet")
    assert [c.status for c in found.cells] == [Status.WRONG, Status.RIGHT]


def test_a_habit_of_one_column_explains_no_other() -> None:
    found = marked("layer,output,params\nconv1,1x2x3,34848\nconv2,256x27x27,307200", "alexnet")
    assert found.habits[0].mistake == "forgot-bias"
    assert reasons(found, "conv1", "output") == []


def test_shared_weights_count_once() -> None:
    spec = "siamese"
    table = table_of(spec, None)
    shared = [row for row in table if row.shares]
    rows = [["layer", "params", "macs", "activations"]]
    rows += [[row.path, str(row.params), str(row.macs), str(row.activations)] for row in shared]
    assert shared
    assert mark(sheet(rows, "hw"), table).holds
    rows[1][1:] = ["7", "7", "7"]
    assert len(mark(sheet(rows, "hw"), table).wrong()) == 3


def test_the_total_has_no_output() -> None:
    marking = marked("layer,output,rf,params\ntotal,5,5,60965224", "alexnet")
    assert statuses(marking) == {("total", "params"): Status.RIGHT}
    assert TOTAL == "total"


def test_nothing_that_is_asked_is_nothing_wrong() -> None:
    marking = mark(sheet([["layer", "params"]], "hw"), table_of("alexnet", None), PLAIN_RULES)
    assert marking.cells == ()
    assert marking.score == 0
    assert marking.holds


def test_after_the_first_wrong_answers_the_mistakes_found_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPLAINED.variable, "2")
    weights = {"conv1": 34848, "conv2": 307200, "conv3": 884736, "conv4": 663552, "conv5": 442368}
    filled = "layer,params\n" + "\n".join(f"{layer},{number}" for layer, number in weights.items())
    found = marked(f"{filled}\nfc6,5", "alexnet")
    assert found.habits[0].mistake == "forgot-bias"
    assert found.habits[0].cells == tuple((layer, "params") for layer in weights)
    assert [reasons(found, layer, "params") for layer in ("conv5", "fc6")] == [["forgot-bias"], []]
    assert "only the first 2 wrong answers are explained: ARCHCALC_LIMIT_EXPLAINED" in found.remarks


def test_a_slip_is_found_again_after_the_first_wrong_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPLAINED.variable, "2")
    found = marked("layer,params\nconv1,39444\nconv2,304756\nconv3,858120\nfc6,5", "alexnet")
    assert found.habits[0].mistake == "digits-swapped"
    assert found.habits[0].cells == (("conv1", "params"), ("conv2", "params"), ("conv3", "params"))
