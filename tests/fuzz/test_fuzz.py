"""The first inputs of the fuzzer, and every input that ever failed: none of them does what none may do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fuzz.generators import FOREIGN, PAGES
from tests.fuzz.inputs import from_json, read
from tests.fuzz.judging import Budget
from tests.fuzz.pool import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory and time are read as Linux tells them")

LOADED = Budget(seconds=6.0)
"""On a machine whose processors are busy, the same work takes several times as much processor time."""
PLAIN, FAR, LONG = 150, 6_000, 50_000
"""The numbers of inputs that one test of the plain run tries, and one of the long run, of models and pages, and of all
kinds: fixed, so that both are the same each time. With the corpus, the plain ones take 20 seconds, the long ones 3
minutes; `--fuzz-inputs 170000` takes 10 minutes."""
CORPUS = {path.stem: read(path) for path in sorted((Path(__file__).parent / "corpus").glob("*.json"))}


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    """Return a process that inputs run in, and another after it."""
    found = Process(LOADED)
    yield found
    found.close()


def failures(process: Process, first: int, count: int) -> list[dict[str, Any]]:
    """Run inputs, and return the answers that have findings."""
    return [answer for answer in process.seeds(first, count) if answer.get("findings")]


@pytest.mark.parametrize("first", [*range(0, 3 * PLAIN, PLAIN), FOREIGN, PAGES])
def test_no_input_does_what_none_may_do(process: Process, first: int) -> None:
    assert failures(process, first, PLAIN) == []


@pytest.mark.long
def test_no_input_of_many_does(process: Process, request: pytest.FixtureRequest) -> None:
    assert failures(process, FOREIGN + PLAIN, FAR) == []
    assert failures(process, PAGES + PLAIN, FAR) == []
    assert failures(process, 3 * PLAIN, request.config.getoption("--fuzz-inputs") or LONG) == []


@pytest.mark.parametrize("name", CORPUS)
def test_what_failed_once_fails_no_more(process: Process, name: str) -> None:
    """An input whose size is its purpose says how many seconds it may take; the others may take one."""
    case = CORPUS[name]
    if "seconds" not in case:
        assert process.one(from_json(case))["findings"] == [], case["why"]
        return
    patient = Process(LOADED._replace(seconds=case["seconds"] * LOADED.seconds), is_warm=False)  # far above the start
    try:
        assert patient.one(from_json(case))["findings"] == [], case["why"]
    finally:
        patient.close()
