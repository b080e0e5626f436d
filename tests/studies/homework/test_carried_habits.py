"""Habits that are carried through outputs which nobody asks for."""

from __future__ import annotations

import archcalc
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import grid
from archcalc.studies.homework.carrying import MadeBefore, derivations
from archcalc.studies.homework.derivation import Derivation
from archcalc.studies.homework.mistakes import BY_NAME

WINDOWS = "[{conv: 4, kernel: 3, name: a}, {maxpool: 3, stride: 2, name: p}, {conv: 4, kernel: 3, name: b}]"


def test_a_habit_is_not_made_where_the_layer_refuses_its_input() -> None:
    too_small = Derivation(build(find("conv"), {"filters": 8, "kernel": 5}), (grid(3, (2, 2)),))
    assert MadeBefore(mistake=BY_NAME["size-kept"]).made(too_small) is too_small


def test_a_habit_may_be_of_pools_or_of_the_other_layers() -> None:
    table = archcalc.loads(f"input: 3x15x15\nlayers: {WINDOWS}").analyze()
    reads = {}
    for pools in (None, True, False):
        habit = MadeBefore(mistake=BY_NAME["forgot-plus-one"], pools=pools)
        reads[pools] = derivations(table, habit=habit)[table["b"].node].x.sizes
    # 15 → 13, or 12 without the + 1; (13 − 3) // 2 + 1 = 6, 5 without it; (12 − 3) // 2 + 1 = 5, 4 without it
    assert reads == {None: (4, 4, 4), True: (4, 5, 5), False: (4, 5, 5)}


def test_what_is_on_paper_is_not_mistaken_again() -> None:
    table = archcalc.loads(f"input: 3x15x15\nlayers: {WINDOWS}").analyze()
    habit = MadeBefore(mistake=BY_NAME["forgot-plus-one"], settled=frozenset({table["a"].node, table["p"].node}))
    assert derivations(table, habit=habit)[table["b"].node].x.sizes == (4, 6, 6)
