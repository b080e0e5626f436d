"""What a teacher needs: variations by seed, rosters, classes, and exercises."""

from __future__ import annotations

from fractions import Fraction

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.studies.homework.asking import columns, questions, solved, worth_asking, written
from archcalc.studies.homework.cohort import Cohort, first_mistake, wrong_cells
from archcalc.studies.homework.practice import NETWORKS, TOPICS, drawn_network, exercises, judged
from archcalc.studies.homework.roster import roster
from archcalc.studies.homework.variation import refuse_branches, vary
from archcalc.studies.homework.verdicts import Status
from tests.studies.homework.marked import marked

CHAINS = ("alexnet", "vgg16", "lenet5", "lenet5-modern", "nin", "c3d", "m5")


def varied(network: str, seed: int) -> archcalc.Table:
    """Return the table of a network varied by a seed."""
    net = archcalc.load(network)
    asked = vary(net, seed)
    return net.analyze(asked.input, asked.arguments, asked.options)


@pytest.mark.parametrize("network", CHAINS)
def test_a_variation_divides_without_remainder(network: str) -> None:
    for seed in range(3):
        for row in varied(network, seed):
            windows = row.geometry.windows if row.geometry else ()
            assert [w.left_over(size) for w, size in zip(windows, row.inputs[0].spatial, strict=False)] == [0] * len(
                windows
            )


def test_a_seed_is_the_same_variation_always_and_another_seed_another() -> None:
    tables = [varied("alexnet", seed) for seed in (17, 17, 18, 19)]
    sizes = [(str(table.inputs["input"]), table.totals.params) for table in tables]
    assert sizes[0] == sizes[1] == ("3×197×197", 55422312)
    assert len(set(sizes)) == 3
    assert [row.output for row in tables[0]][-1] == tables[2].output


def test_what_branches_or_never_divides_is_not_varied() -> None:
    with pytest.raises(UsageError, match="branches at 3a/3x3/reduce"):
        refuse_branches(archcalc.load("googlenet").analyze())
    net = archcalc.loads("{input: 1x7x8, layers: [{maxpool: 3, stride: 2}]}")
    with pytest.raises(UsageError, match=r"no variant of .* has exact divisions only"):
        vary(net, 1)


def test_a_network_of_vectors_keeps_its_input() -> None:
    net = archcalc.loads("{input: 784, layers: [{linear: 96}, relu, {linear: 10}]}")
    assert str(vary(net, 5).input) == "784"


def test_a_variation_that_cannot_work_is_drawn_again() -> None:
    layers = "[{conv: 8, kernel: 5}, {maxpool: 2}, {conv: 8, kernel: 1}, global_avgpool, flatten, {linear: 3}]"
    assert vary(archcalc.loads(f"{{input: 1x6x6, layers: {layers}}}"), 2).input is not None


def test_a_roster_knows_whose_a_submission_is() -> None:
    rows = [["Student", "E-mail", "Seed", "Network"], ["Ada Lovelace", "al815@uni.edu", "17", "vgg16"],
            ["Bo", "bo1@uni.edu", "", ""], [], ["Ada L", "al8@uni.edu", "3"]]  # fmt: skip
    found = roster(rows)
    ada = found.of("ada-lovelace.csv")
    assert ada is not None
    assert (ada.seed, ada.network) == (17, "vgg16")
    assert [found.of(name) for name in ("zoe.csv", "hw.csv", "")] == [None, None, None]
    bo = found.of("hw1_Bo_final.csv")
    assert bo is not None
    assert (bo.name, bo.seed) == ("Bo", None)
    homework = found.of("homework3 al815@uni.edu (2).csv")
    assert homework is not None
    assert homework.seed == 17


def test_a_roster_without_students_or_with_odd_seeds_is_refused() -> None:
    with pytest.raises(UsageError, match="no column for students"):
        roster([["seed"], ["17"]])
    with pytest.raises(UsageError, match="no column for students"):
        roster([])
    with pytest.raises(UsageError, match="invalid seed 'x'"):
        roster([["id", "seed"], ["ada", "x"]])


def test_a_roster_of_too_many_is_refused_and_none_of_its_students_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["id"], *([f"s{number}"] for number in range(6000))]
    assert len(roster(rows).students) == 6000
    monkeypatch.setenv("ARCHCALC_LIMIT_STUDENTS", "5999")
    with pytest.raises(UsageError, match="the roster has more than 5,999 students"):
        roster(rows)


PAPERS = {
    "ada": marked("layer,params\nconv1,34848\nconv2,307200\nconv3,885120", "alexnet"),
    "ben": marked("layer,params\nconv1,34848\nconv2,7\nconv3,885120", "alexnet"),
    "cem": marked("layer,params\nconv1,34944\nconv2,307456\nconv3,885120\npool1,", "alexnet"),
}


def whole_class() -> Cohort:
    found = Cohort()
    for student, marking in PAPERS.items():
        found.add(student, marking)
    found.refuse("dan", "dan.csv is no CSV")
    return found


def test_a_class_has_its_mistakes_and_its_hard_questions() -> None:
    found = whole_class().common()
    assert [(m.mistake, m.papers, m.cells) for m in found] == [("forgot-bias", 2, 3)]
    asked = whole_class().questions()
    assert [(q.layer, q.right, q.asked) for q in asked] == [("conv1", 1, 3), ("conv2", 1, 3), ("conv3", 3, 3)]
    assert asked[0].share == Fraction(1, 3)


def test_a_paper_has_a_first_mistake() -> None:
    said = [paper.first_mistake for paper in whole_class().papers]
    assert said == ["The biases are not counted.", "conv1 params: The biases are not counted.", "", ""]
    alone = marked("layer,params\nconv1,1234567", "alexnet")
    assert first_mistake(alone) == "conv1 params: no known mistake"
    assert wrong_cells(alone) == 1


def test_what_is_worth_asking() -> None:
    table = archcalc.load("googlenet").analyze()
    kinds = {row.kind for row in table if worth_asking(row)}
    assert "concat" in kinds
    assert not kinds & {"relu", "dropout", "softmax", "lrn"}
    assert len(questions(table)) == len(questions(table, total=False)) + 1
    assert columns("") == ("output", "params", "macs")
    with pytest.raises(UsageError, match="unknown column 'parms'"):
        columns("parms")
    assert written(None) == ""
    assert {t.path: v for t, v in solved(table, ("rf",))}["total"] == [None]


def test_exercises_are_drawn_by_a_seed() -> None:
    table = archcalc.load("alexnet").analyze()
    drawn = exercises(table, 1, 5)
    assert drawn == exercises(table, 1, 5)
    assert drawn != exercises(table, 2, 5)
    assert len(set(drawn)) == 5
    everything = exercises(table, 1, 1000)
    assert {exercise.column for exercise in everything} == set(TOPICS)
    assert [e for e in everything if e.column == "output" and e.row.kind == "linear"] == []
    with pytest.raises(UsageError, match="has no questions about output, params, rf or macs"):
        exercises(archcalc.loads("{input: 3, layers: [relu]}").analyze(), 1, 1)


def test_every_network_that_is_drawn_is_shipped_and_a_right_answer_is_right() -> None:
    assert {drawn_network(seed) for seed in range(100)} == set(NETWORKS)
    table = archcalc.load("lenet5-modern").analyze()
    for exercise in exercises(table, 4, 1000):
        exact = dict(zip(TOPICS, next(v for t, v in solved(table, TOPICS) if t.path == exercise.row.path), strict=True))
        assert judged(table, exercise, written(exact[exercise.column])).status == Status.RIGHT
