"""Patterns against a search that tries everything, and patterns that such a search would never end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.network.patterns import matches
from tests.drawn import examples

PARTS = st.sampled_from(["a", "a", "b", "/", "/", "*", "**", "?"])
PATTERNS = st.lists(PARTS, max_size=8).map("".join)
PATHS = st.text(st.sampled_from("aab//"), max_size=9)
ENDLESS = ["*" * 27 + "x", "**a" * 20 + "x", "*a" * 30 + "x", "**?*" * 20 + "x", "**a*a*a*b/**a*b"]


def tried(pattern: str, path: str) -> bool:
    """Whether a pattern is all of a path, or all of it before a slash: each star is tried with every end."""
    if not pattern:
        return path[:1] in ("", "/")
    if pattern.startswith("*"):
        crosses = pattern.startswith("**")
        ends = range(len(path) + 1) if crosses else range(len(path.partition("/")[0]) + 1)
        return any(tried(pattern[1 + crosses :], path[end:]) for end in ends)
    return (
        bool(path) and (path[0] == pattern[0] or pattern[0] == "?" != path[0] != "/") and tried(pattern[1:], path[1:])
    )


@settings(max_examples=examples(400))
@given(PATTERNS, PATHS)
def test_a_pattern_matches_what_trying_everything_finds(pattern: str, path: str) -> None:
    assert matches(pattern, path) == tried(pattern, path)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_is_matched_in_one_pass_whatever_its_stars(pattern: str) -> None:
    """Going back to each star would take longer than the sun has left."""
    assert not matches(pattern, "a" * 200 + "/" + "a" * 200)
