"""The page of `verify`."""

from __future__ import annotations

from archcalc.network.steps import Expectation
from archcalc.quantities.shape import grid
from archcalc.studies.checking.verification import Outcome, Verdict
from archcalc.views.checking.verification import COLUMNS, tally, verification
from archcalc.views.page import QUIET, STRONG, Notes, PageTable

EXACT = Verdict("a", Expectation("params", "60", "Table 1"), 60, Outcome.EXACT)
ROUNDS = Verdict("a", Expectation("macs", "1.2M", "text"), 1_234_567, Outcome.ROUNDS)
SHAPE = Verdict("b", Expectation("output", "3x4x4", "Figure 2", of="conv1"), grid(3, (4, 4)), Outcome.EXACT)
DISPUTED = Verdict(
    "b", Expectation("params", "61", "Table 2", differs="disputed", reason="6 x 10 = 60"), 60, Outcome.DISPUTED
)
WRONG = Verdict("b", Expectation("params", "62", "Table 3", note="why"), 60, Outcome.WRONG)


def test_outcomes_are_counted() -> None:
    assert tally([EXACT]) == "1 published value of 1 network: 1 exact"
    assert tally([ROUNDS, EXACT, SHAPE, DISPUTED, WRONG]) == (
        "5 published values of 2 networks: 2 exact, 1 rounded, 1 disputed, 1 wrong"
    )


def test_one_network_needs_no_column_for_its_name() -> None:
    heading, table, last = verification([EXACT, ROUNDS]).blocks
    assert heading == ("Published values", "a")
    assert isinstance(table, PageTable)
    assert table.columns == COLUMNS[1:]
    assert table.lines[0].cells == ("", "params", "60", 60, "exact", "Table 1")
    assert isinstance(last, Notes)
    assert last.tone != STRONG


def test_what_does_not_hold_is_loud_and_what_is_disputed_says_why() -> None:
    page = verification([EXACT, DISPUTED, WRONG])
    _, table, reasons, last = page.blocks
    assert isinstance(table, PageTable)
    assert [(line.cells[0], line.cells[5], line.tone == STRONG) for line in table.lines] == [
        ("a", "exact", False), ("b", "disputed", False), ("b", "WRONG", True),
    ]  # fmt: skip
    assert reasons == Notes(("b params 61: 6 x 10 = 60",), QUIET)
    assert isinstance(last, Notes)
    assert last.tone == STRONG
    assert page.record["holds"] is False


def test_only_what_does_not_hold_is_shown_on_request() -> None:
    assert len(verification([EXACT, DISPUTED], everything=False).blocks) == 2
    table = verification([EXACT, WRONG], everything=False).blocks[1]
    assert isinstance(table, PageTable)
    assert len(table.lines) == 1


def test_the_record_has_every_figure_with_what_is_known_of_it() -> None:
    assert verification([SHAPE, WRONG], everything=False).record["figures"] == [
        {"network": "b", "of": "conv1", "quantity": "output", "printed": "3x4x4", "exact": [3, 4, 4],
         "outcome": "exact", "holds": True, "source": "Figure 2"},
        {"network": "b", "quantity": "params", "printed": "62", "exact": 60, "outcome": "wrong", "holds": False,
         "source": "Table 3", "note": "why"},
    ]  # fmt: skip
