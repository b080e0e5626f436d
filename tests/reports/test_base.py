"""How cells are spelled, cut and broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.quantities.shape import Shape, grid
from archcalc.reports.base import FIRM, HINT, breadth, breakable, clipped, wrapped
from archcalc.symbolic.expr import Letter, ceildiv
from archcalc.views.page import Axes, Cell, Label, Share, Windows
from archcalc.views.spelling import Spelling

H = Letter("H")

SPELLED: list[tuple[Cell, str]] = [
    (None, "–"),
    ("text", "text"),
    (0, "0"),
    (19_632_062_464, "19,632,062,464"),
    (0.0742, "0.0742"),
    (H - 3, "H − 3"),
    (grid(96, (55, 55)), "96×55×55"),
    (grid(96, (H // 2, H - 1)), "96×⌊H/2⌋×(H − 1)"),
    (grid(96, (ceildiv(H, 2), H)), "96×⌈H/2⌉×H"),
    (Shape("F", (9216,)), "9216"),
    (Shape("F", (12800,), 2000), "2000 × 12800"),
    (Shape("F", (4 * H,)), "4·H"),
    ((grid(1, (2, 2)), grid(3, (2, 2))), "1×2×2 + 3×2×2"),
    (Axes((1, 7)), "1×7"),
    (Share(1, 3), "33.3%"),
    (Share(1, 3000), "<0.1%"),
    (Share(0, 3), "0.0%"),
    (Label("conv"), "conv"),
    (Label("conv", 3, ("relu", "norm1")), "conv ×3 relu norm1"),
]


@pytest.mark.parametrize(("cell", "spelled"), SPELLED)
def test_cells_are_spelled(cell: Cell, spelled: str) -> None:
    assert Spelling().cell(cell) == spelled


@pytest.mark.parametrize(
    ("options", "spelled"),
    [
        ("kernel: 11, stride: 4", "11×11 /4"),
        ("kernel: 5, padding: 2, groups: 3", "5×5 +2 g3"),
        ("kernel: [1, 7], padding: [0, 3]", "1×7 +0,3"),
        ("kernel: 3, stride: [1, 2], dilation: 2", "3×3 /1,2 d2"),
        ("kernel: 3, padding: [[0, 1], [0, 1]]", "3×3 +0,1"),
        ("kernel: 4, padding: same", "4×4 same"),
    ],
)
def test_windows_are_spelled_without_what_is_usual(options: str, spelled: str) -> None:
    row = archcalc.load(f"[{{conv: 6, {options}}}]").analyze("3x32x32")["conv"]
    assert row.geometry is not None
    assert Spelling().cell(Windows(row.geometry)) == spelled


@given(st.text("ab /×卷é_", max_size=30), st.integers(1, 20), st.booleans())
def test_what_is_cut_fits(text: str, width: int, middle: bool) -> None:  # noqa: FBT001
    cut = clipped(text, width, middle=middle)
    assert breadth(cut) <= max(width, 1)
    assert cut == text if breadth(text) <= width else "…" in cut


@given(st.text("ab /·⌊⌋+ 卷", max_size=60), st.integers(2, 20))
def test_what_is_broken_into_lines_fits_and_loses_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrapped(breakable(text), width)
    assert all(breadth(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(sign in line for line in lines for sign in (FIRM, HINT))


def test_formulas_break_between_summands_first() -> None:
    assert wrapped(breakable("48·⌊(H − 7)/4⌋·⌊(W − 7)/4⌋ + 12·H"), 24) == ["48·⌊(H − 7)/4⌋·", "⌊(W − 7)/4⌋ + 12·H"]
