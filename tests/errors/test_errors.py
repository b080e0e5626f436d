"""Errors and places: how they show themselves."""

from __future__ import annotations

import pytest

from archcalc.errors import MOST_MISTAKES, ArchcalcError, Place, Problem, Refusal, Source, SpecError, nearest


def test_a_source_shows_its_name_alone() -> None:
    assert repr(Source("net.yaml", "a very long text")) == "Source('net.yaml')"


def test_a_text_is_read_when_it_is_shown() -> None:
    source = Source("net.yaml", lambda: "input: 3\nlayers: []")
    assert Place(source, 2, 1, 6).excerpt() == "    2 | layers: []\n      | ^^^^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    source = Source("net.yaml", "x" * 500 + "HERE" + "y" * 500)
    line, carets = Place(source, 1, 501, 4).excerpt().splitlines()
    assert line[carets.index("^") :].startswith("HERE")
    assert len(line) < 120


def test_a_refusal_becomes_a_spec_error_where_its_place_is_known() -> None:
    source = Source("net.yaml", "conv: 8*")
    error = Refusal("expected a number", "as in 8*2", (2, 1)).at(Place(source, 1, 7, 2), "conv")
    assert isinstance(error, SpecError)
    assert str(error) == "net.yaml:1:9: conv: expected a number\n    1 | conv: 8*\n      |         ^\n  as in 8*2"


def test_a_layer_is_added_only_where_it_is_missing() -> None:
    error = SpecError(Problem("a"), Problem("b", path="inner")).in_layer("outer")
    assert [mistake.path for mistake in error.mistakes] == ["outer", "inner"]


@pytest.mark.parametrize(
    ("word", "names", "found"),
    [
        ("alexnt", ["alexnet", "resnet"], ["alexnet"]),
        ("cnov", ["conv", "pad"], ["conv"]),
        ("relu", [], []),
        ("vgg17", ["vgg11", "vgg13", "vgg16", "vgg19"], ["vgg11", "vgg13", "vgg16"]),
    ],
)
def test_the_nearest_names_come_first(word: str, names: list[str], found: list[str]) -> None:
    assert nearest(word, names) == found


def test_a_message_shows_twenty_mistakes_and_how_many_more_there_are() -> None:
    error = ArchcalcError(*(Problem(f"mistake {number}") for number in range(23)))
    assert str(error).splitlines() == [*(f"mistake {number}" for number in range(20)), "and 3 more mistakes"]
    assert len(error.mistakes) == 23


def test_lines_of_a_message_that_nobody_would_read_are_cut() -> None:
    said = str(ArchcalcError(Problem("a" * 60_000, f"available: {'b' * 60_000}")))
    assert [len(line) for line in said.splitlines()] == [2_002, 2_004]
    assert said.count("…") == 2


def test_no_suggestion_is_looked_for_where_it_would_take_long() -> None:
    assert nearest("a" * 61, ["a" * 60]) == []
    assert nearest("name7", [f"name{number}" for number in range(400)]) == ["name7", "name0", "name1"]
    assert nearest("name0007", [f"name{number:04}" for number in range(5_000)]) == []


def test_a_search_that_ended_says_that_there_may_be_more() -> None:
    error = ArchcalcError(*(Problem(f"mistake {number}") for number in range(MOST_MISTAKES)))
    assert str(error).splitlines()[-1] == "and at least 80 more mistakes"
