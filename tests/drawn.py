"""How many examples a test draws, where it does not draw as many as the profile says, and texts of any characters."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

CHARACTERS = st.characters(exclude_categories=["Cs"])
"""All that UTF-8 can write, by the categories that are at hand: `st.text()` tries the codec on each of a million."""


def examples(percent: int) -> int:
    """Return a share of the examples that the profile draws: the long run draws more of everything.

    A test that is quick draws more than the hundred percent of others, a slow one less.
    """
    return max(1, settings().max_examples * percent // 100)
