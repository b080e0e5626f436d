"""What is printed says what was written, and reads back as the same value."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archcalc.symbolic.expr import Int, Letter, ceildiv, maximum, minimum, product, substitute, total
from archcalc.symbolic.printing import latex, text, unicode, writer
from archcalc.symbolic.reading import expression
from tests.drawn import examples
from tests.symbolic.strategies import H, N, W, assignments, expressions, value_or_none, with_letters_below

FLOOR, CEIL = r"\left\lfloor \frac{%s}{%s} \right\rfloor", r"\left\lceil \frac{%s}{%s} \right\rceil"

# An expression, and how it is spelled as text, in Unicode and in LaTeX.
SPELLED = [
    (7, "7", "7", "7"),
    (-7, "-7", "−7", "-7"),
    (H, "H", "H", "H"),
    ((H - 35) // 32, "floor((H - 35)/32)", "⌊(H − 35)/32⌋", FLOOR % ("H - 35", "32")),
    (ceildiv(H, 32), "ceil(H/32)", "⌈H/32⌉", CEIL % ("H", "32")),
    (2049 * N + 23508032, "2049*N + 23508032", "2049·N + 23508032", "2049 N + 23508032"),
    (minimum(H, W), "min(H, W)", "min(H, W)", r"\min\left(H, W\right)"),
    (maximum(H, 2 * W), "max(H, 2*W)", "max(H, 2·W)", r"\max\left(H, 2 W\right)"),
    (H % 4, "H % 4", "H mod 4", r"H \bmod 4"),
    (H**2, "H**2", "H²", "H^{2}"),
    (H**12, "H**12", "H¹²", "H^{12}"),
    (2 ** (H + 1), "2**(H + 1)", "2^(H + 1)", "2^{H + 1}"),
    ((H + 1) ** 2, "(H + 1)**2", "(H + 1)²", r"\left(H + 1\right)^{2}"),
    (H + (-3), "H - 3", "H − 3", "H - 3"),
    (H - (-3), "H - (-3)", "H − (−3)", r"H - \left(-3\right)"),
    (2 * (-H), "2*(-H)", "2·(−H)", r"2 \cdot \left(-H\right)"),
    (product([H, -3]), "H*(-3)", "H·(−3)", r"H \cdot \left(-3\right)"),
    (-3 * H + 1, "-3*H + 1", "−3·H + 1", "-3 H + 1"),
    (H + (-3) * W, "H - 3*W", "H − 3·W", "H - 3 W"),
    (H + (-W) % 3, "H + (-W % 3)", "H + (−W mod 3)", r"H + \left(-W \bmod 3\right)"),
    (H + (-W + 3), "H + (-W + 3)", "H + (−W + 3)", r"H + \left(-W + 3\right)"),
    (-(H * W), "-H*W", "−H·W", "-H W"),
    (-(H + W), "-(H + W)", "−(H + W)", r"-\left(H + W\right)"),
    (-(H % 3), "-(H % 3)", "−(H mod 3)", r"-\left(H \bmod 3\right)"),
    ((H - W) - (N - 1), "H - W - (N - 1)", "H − W − (N − 1)", r"H - W - \left(N - 1\right)"),
    ((H % 3) * W, "(H % 3)*W", "(H mod 3)·W", r"\left(H \bmod 3\right) W"),
    (H % (2 * W), "H % (2*W)", "H mod (2·W)", r"H \bmod \left(2 W\right)"),
    ((H * W) // (2 * N), "floor(H*W/(2*N))", "⌊H·W/(2·N)⌋", FLOOR % ("H W", "2 N")),
    (H // -2, "floor(H/(-2))", "⌊H/(−2)⌋", FLOOR % ("H", "-2")),
    ((H**2) ** 3, "(H**2)**3", "(H²)³", r"\left(H^{2}\right)^{3}"),
    ((-3) ** H, "(-3)**H", "(−3)^H", r"\left(-3\right)^{H}"),
    (product([2, 3, H + 1]), "2*3*(H + 1)", "2·3·(H + 1)", r"2 \cdot 3 \cdot \left(H + 1\right)"),
    (total([H, W // 2, -1]), "H + floor(W/2) - 1", "H + ⌊W/2⌋ − 1", f"H + {FLOOR % ('W', '2')} - 1"),
]


@pytest.mark.parametrize(("x", "plain", "signs", "tex"), SPELLED, ids=[row[1] for row in SPELLED])
def test_each_notation_spells_it(x: Int, plain: str, signs: str, tex: str) -> None:
    assert (text(x), unicode(x), latex(x)) == (plain, signs, tex)


@pytest.mark.parametrize(("x", "plain"), [row[:2] for row in SPELLED], ids=[row[1] for row in SPELLED])
def test_what_is_spelled_out_reads_back(x: Int, plain: str) -> None:
    for values in assignments(x, (1, 2, 5, 12)):
        assert value_or_none(expression(plain), values) == value_or_none(x, values)


@settings(max_examples=examples(150))
@given(expressions(H, W))
def test_reading_a_text_back_gives_the_same_value(x: Int) -> None:
    again = expression(text(x))
    for values in assignments(x, (1, 2, 3, 8)):
        assert value_or_none(again, values) == value_or_none(x, values)


@settings(max_examples=examples(50))
@given(with_letters_below(H, W))
def test_so_it_does_with_letters_below_the_line(x: Int) -> None:
    again = expression(text(x))
    for values in assignments(x, (1, 2, 3, 8)):
        if value_or_none(x, values) is not None:
            assert value_or_none(again, values) == value_or_none(x, values)


@given(expressions(H, W), expressions(H, W))
def test_printing_is_unambiguous(left: Int, right: Int) -> None:
    if text(left) == text(right):
        for values in assignments(left, (1, 2, 3, 8)):
            assert value_or_none(left, values) == value_or_none(right, values)


NAMES = [
    ("H", "H"),
    ("C_in", "C_{in}"),
    ("width", r"\mathrm{width}"),
    ("in_channels", r"\mathrm{in}_{channels}"),
    ("a_b_c", r"a_{b\_c}"),
    ("_x", r"\mathrm{\_x}"),
    ("x_", "x"),
]


@pytest.mark.parametrize(("name", "tex"), NAMES)
def test_letters_of_latex_have_subscripts(name: str, tex: str) -> None:
    assert latex(Letter(name)) == tex


def test_upright_names_stand_beside_numbers() -> None:
    assert latex(2 * Letter("base")) == r"2 \mathrm{base}"


def test_letters_that_carry_values_give_the_worked_line() -> None:
    rule = (Letter("I", 224) - Letter("K", 7) + 2 * Letter("P", 3)) // Letter("S") + 1
    assert text(rule) == "floor((I - K + 2*P)/S) + 1"
    assert text(rule, values=True) == "floor((224 - 7 + 2*3)/S) + 1"
    assert unicode(rule, values=True) == "⌊(224 − 7 + 2·3)/S⌋ + 1"
    assert latex(rule, values=True) == FLOOR % (r"224 - 7 + 2 \cdot 3", "S") + " + 1"


def test_negative_values_keep_their_brackets() -> None:
    assert text(2 * Letter("P", -3) - Letter("P", -3), values=True) == "2*(-3) - (-3)"


@given(expressions(H, W), st.integers(0, 10**6), st.none() | st.integers(0, 9))
def test_numbers_are_put_in_as_letters_that_carry_them(x: Int, height: int, width: int | None) -> None:
    carrying = substitute(x, {"H": Letter("H", height), "W": Letter("W", width)})
    numbers = {letter: value for letter, value in {"H": height, "W": width}.items() if value is not None}
    assume("^" not in unicode(x))
    assert writer(carrying)(numbers) == unicode(carrying, values=True)
