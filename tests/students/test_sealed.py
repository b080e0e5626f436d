"""The default tables are those of the day on which they were sealed, before grading them was looked at."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.students.catalogue import catalogue
from tests.students.drawing import DEFAULT_COUNT, draw
from tests.students.famous import alexnet, lenet5, mobilenet, resnet50, vgg16
from tests.students.student import Student

if TYPE_CHECKING:
    from tests.students.cases import Case
    from tests.students.network import Net

SEAL = "767ad8bd45da132501debb4a5dc7f46c0a483e8bd204acfdb3cdbd785033b727"


@cache
def sealed() -> list[Case]:
    return list(draw())


@pytest.mark.long
def test_the_default_tables_and_verdicts_are_the_sealed_ones() -> None:
    digest = hashlib.sha256()
    cases = sealed()
    for case in cases:
        digest.update(json.dumps([case.files(), case.verdict()], sort_keys=True).encode())
    assert len(cases) == DEFAULT_COUNT == 200
    assert digest.hexdigest() == SEAL


@pytest.mark.long
def test_the_default_tables_show_every_habit() -> None:
    shown = {acting.id for case in sealed() for acting in case.acting}
    assert set(catalogue()) <= shown
    assert len(catalogue()) >= 60


@pytest.mark.long
def test_a_habit_changes_the_cells_that_its_verdict_lists() -> None:
    for case in sealed():
        wrong = set(case.wrong())
        for acting in case.acting:
            assert acting.direct
            assert set(acting.direct) <= set(acting.cells)
            assert set(acting.cells) <= wrong or len(case.acting) > 1


@pytest.mark.parametrize(
    ("net", "params"),
    [(lenet5(), 61706), (alexnet(), 60965224), (alexnet(1), 62378344), (vgg16(), 138357544)],
)
def test_a_student_without_habits_has_the_published_totals(net: Net, params: int) -> None:
    assert Student(net).total("params") == params


def test_a_student_without_habits_has_the_published_sizes() -> None:
    # He et al. 2015, Table 1 (56×56 × 256, 28×28 × 512); Howard et al. 2017, Table 1 (14×14 × 512).
    for net, name, shape in (
        (resnet50(), "conv2_2/add", (256, 56)),
        (resnet50(), "conv3_1/add", (512, 28)),
        (mobilenet(), "pw6", (512, 14)),
    ):
        row = Student(net).rows[name]
        assert (row.channels, row.side) == shape
