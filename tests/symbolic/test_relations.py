"""Relations: each is the opposite of its opposite, and every spelling is one of them."""

from __future__ import annotations

import re
from itertools import product

from archcalc.symbolic.reading import read
from archcalc.symbolic.relations import EQUALITIES, HOLDS, LOWER, OPPOSITES, SIGNS, UPPER, canonical, spoken

NUMBERS = range(-2, 3)


def test_exactly_one_of_a_relation_and_its_opposite_holds() -> None:
    for relation, left, right in product(HOLDS, NUMBERS, NUMBERS):
        assert HOLDS[relation](left, right) is not HOLDS[OPPOSITES[relation]](left, right)
        assert OPPOSITES[OPPOSITES[relation]] == relation


def test_relations_are_those_of_the_grammar() -> None:
    for relation, left, right in product(HOLDS, NUMBERS, NUMBERS):
        assert read(f"{left} {relation} {right}").evaluate({}) is HOLDS[relation](left, right)


def test_every_relation_bounds_from_above_from_below_or_is_an_equality() -> None:
    assert sorted([*EQUALITIES, *LOWER, *UPPER]) == sorted(HOLDS)
    assert all(HOLDS[relation](0, 1) and not HOLDS[relation](1, 0) for relation in UPPER)
    assert all(HOLDS[relation](1, 0) and not HOLDS[relation](0, 1) for relation in LOWER)


def test_every_spelling_is_read_as_a_whole() -> None:
    pattern = re.compile("|".join(SIGNS))
    for sign in SIGNS:
        found = pattern.match(f"{sign}7")
        assert found is not None
        assert found[0] == sign
        assert canonical(sign) in HOLDS
        assert canonical(spoken(canonical(sign))) == canonical(sign)
