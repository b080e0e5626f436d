"""Questions about known integers are answered at once, and all others as the algebra answers them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.symbolic import bounds, equality, known
from archcalc.symbolic.simplify import simplify
from tests.drawn import examples
from tests.symbolic.strategies import NUMBERS, H, W, expressions

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

SIDES = st.one_of(NUMBERS, expressions(H, W))


@settings(max_examples=examples(60))
@given(SIDES, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), SIDES)
def test_the_answers_are_those_of_the_algebra(left: Int, relation: str, right: Int) -> None:
    assert known.simplify(left) == simplify(left)
    assert known.decide(left, relation, right) is bounds.decide(left, relation, right)
    assert known.equal(left, right) is equality.equal(left, right)
    assert known.counterexample(left, right) == (equality.counterexample(left, right) or None)


def test_what_is_written_alike_is_equal() -> None:
    assert known.equal(H + 1, H + 1) is True
    assert known.counterexample(H + 1, H + 1) is None
    assert known.counterexample(3, 4) is None


ASKED = """
import sys
from archcalc.symbolic import known
from archcalc.symbolic.expr import Letter

known.simplify(3), known.decide(3, "<", 4), known.equal(3, 4), known.counterexample(3, 4)
if sys.argv[1] == "letter":
    known.simplify(Letter("H"))
print("archcalc.symbolic.polynomial" in sys.modules)
"""


@pytest.mark.parametrize(("asked", "loaded"), [("numbers", "False\n"), ("letter", "True\n")])
def test_the_algebra_is_loaded_at_the_first_letter(asked: str, loaded: str) -> None:
    done = subprocess.run([sys.executable, "-c", ASKED, asked], capture_output=True, text=True, check=True)
    assert done.stdout == loaded
