"""Malformed specs, each with its whole message: the place, what was expected, the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

import archcalc
from archcalc.errors import ArchcalcError
from tests.errors.cases import Case, cases, rewrite

FILE = Path(__file__).parent / "specs.txt"
CASES = cases(FILE)


def _message(spec: str) -> str:
    with pytest.raises(ArchcalcError) as caught:
        archcalc.loads(spec, "net.yaml").analyze()
    return str(caught.value)


def test_there_are_many_cases(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-goldens"):
        rewrite(FILE, _message)
    assert len(CASES) >= 60
    assert len({case.title for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_whole_message(case: Case) -> None:
    assert _message(case.written) == case.message
