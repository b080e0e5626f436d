"""Limits are one table: each is documented, says the same in the same words, and ends what is beyond it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.limits import LAYERS, LIMITS, PREFIX, ROWS, WORK, InputLimit, TooMuchWork, check_variables, spend, work
from archcalc.services.homework import table_of
from archcalc.services.reading import read_sheet
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.simplify import simplify
from tests.cli.calls import call
from tests.cli.processes import run
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")


def documented(limit: InputLimit) -> str:
    """Return the line of the documentation that a limit has."""
    variable = f"`{limit.variable}`" if limit.raisable else "–"
    return f"| {limit.meaning} | {limit.amount} | {variable} |"


def test_the_documentation_lists_every_limit_and_no_other() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| limit", "|--"))]
    assert rows == [documented(limit) for limit in LIMITS]


def test_every_limit_of_the_module_is_in_the_table_by_its_name() -> None:
    from_module = {name: value for name, value in vars(archcalc.limits).items() if isinstance(value, InputLimit)}
    assert list(from_module.items()) == [(limit.name, limit) for limit in LIMITS]


def test_every_variable_that_a_page_names_raises_a_limit() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    named = {found for page in pages for found in re.findall(rf"{PREFIX}[A-Z_]+", page.read_text(encoding="utf-8"))}
    assert named == {limit.variable for limit in LIMITS if limit.raisable}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_messages_have_one_form(limit: InputLimit) -> None:
    message, hint = limit.exceeded("it")
    assert re.fullmatch(r"it (has more than|takes more than|is larger than) [\d,]+ [A-Za-z ,]+", message)
    assert (limit.variable in hint) == limit.raisable


def test_a_variable_raises_a_limit_and_lowers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    three = "{input: '8', layers: [{relu, repeat: 3}]}"
    monkeypatch.setenv(LAYERS.variable, "3")
    assert len(archcalc.loads(three).analyze()) == 3
    monkeypatch.setenv(LAYERS.variable, "2")
    with pytest.raises(archcalc.SpecError, match="expected an integer from 0 to 2, got 3"):
        archcalc.loads(three).analyze()
    monkeypatch.setenv(ROWS.variable, "6_000")
    assert ROWS.amount == "6,000 rows"


@pytest.mark.parametrize("text", ["x", "-1", "1e9", "0", "٣", "9" * 16])
def test_a_variable_that_is_no_number_is_an_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LAYERS.variable, text)
    done = call("show", "lenet5")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: invalid {LAYERS.variable} '{text}': expected a whole number\n  for example 200000\n"


def simplified() -> None:
    powers = [simplify((Letter("H") + n) * (Letter("W") + n) // (n + 2)) for n in range(200)]
    assert len(powers) == 200


COUNTED = {
    "wiring": lambda: archcalc.loads("{input: '8', layers: [{relu, repeat: 500}]}").analyze(),
    "marking": lambda: archcalc.check([{"layer": "conv1", "params": 1}, {"layer": "conv2", "params": 2}], "alexnet"),
    "reading a table": lambda: read_sheet(b"layer,params\n" + b"conv1,34944\n" * 2000, "hw.csv"),
    "algebra": simplified,
    "solving": lambda: archcalc.solve("params <= 1G", archcalc.load("resnet18"), vary="n4", within=range(1, 99)),
    "comparing": lambda: archcalc.diff(archcalc.load("resnet18"), archcalc.load("resnet34")),
}


@pytest.mark.parametrize("done", COUNTED.values(), ids=COUNTED.keys())
def test_what_an_input_drives_is_counted(done: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    table_of.cache_clear()
    monkeypatch.setenv(WORK.variable, "1000")
    with pytest.raises(archcalc.UsageError, match="takes more than 1,000 steps of work"), work():
        done()


def test_work_within_work_shares_its_bound_and_work_anew_does_not() -> None:
    with work():
        spend(WORK.value - 1)
        with work(anew=True):
            spend(WORK.value)
        spend(1)
    with pytest.raises(TooMuchWork), work(), work():
        spend(WORK.value + 1)
    spend(10 * WORK.value)  # nothing is bounded outside


def test_the_range_of_a_search_is_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHCALC_LIMIT_TRIED", "10")
    done = call("solve", "resnet18", "params <= 1G", "--vary", "n4", "--range", "1..11")
    assert done.code == 2
    assert done.err.startswith("error: the range has more than 10 values (11)\n  for example --range 1..10, or raise")


def test_a_limit_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("show", "lenet5", ARCHCALC_LIMIT_ROW="7")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: unknown limit ARCHCALC_LIMIT_ROW\n  did you mean ARCHCALC_LIMIT_ROWS?\n"
    monkeypatch.setenv("ARCHCALC_LIMIT_SPREADSHEETS", "7")
    assert "available: " in call("show", "lenet5").err


def test_variables_are_read_where_a_limit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHCALC_LIMIT_ROWS", "7_000")
    assert ROWS.value == 7_000
    monkeypatch.setenv("ARCHCALC_LIMIT_ROWS", "many")
    with pytest.raises(UsageError, match="invalid ARCHCALC_LIMIT_ROWS 'many': expected a whole number"):
        _ = ROWS.value
    monkeypatch.setenv("ARCHCALC_LIMIT_ROW", "7")
    with pytest.raises(UsageError, match="unknown limit ARCHCALC_LIMIT_ROW"):
        check_variables()
