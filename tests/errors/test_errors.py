"""Errors and places: how they show themselves."""

from __future__ import annotations

import pytest

from archcalc.errors import Place, Problem, Refusal, Source, SpecError, nearest


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
