"""Reading: the grammar, exact numbers, words, open conditions, and errors with their place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from archcalc.errors import ExpressionError, Refusal, Undecided
from archcalc.symbolic.bounds import decide
from archcalc.symbolic.expr import Letter, evaluate
from archcalc.symbolic.ratio import (
    Ratio,
    absolute,
    ceiling,
    compare,
    compute,
    floor,
    greatest,
    least,
    parts,
    ratio,
    round8,
)
from archcalc.symbolic.reading import expression, read
from tests.drawn import CHARACTERS, examples
from tests.symbolic.strategies import H, W

SCOPE: dict[str, object] = {
    "width": 64,
    "half": Ratio(1, 2),
    "H": H,
    "W": W,
    "act": "relu",
    "deep": True,
    "row": (1, 2),
}

VALUES = [
    ("7", 7),
    ("007", 7),
    ("  7 ", 7),
    ("1.1", Ratio(11, 10)),
    (".5", Ratio(1, 2)),
    ("2.50", Ratio(5, 2)),
    ("3.0", 3),
    ("1 + 2*3", 7),
    ("(1 + 2)*3", 9),
    ("7 - 2 - 1", 4),
    ("7//2", 3),
    ("-7//2", -4),
    ("7/2", Ratio(7, 2)),
    ("6/2", 3),
    ("-7 % 3", 2),
    ("2**3**2", 512),
    ("-2**2", -4),
    ("--2", 2),
    ("2*-3", -6),
    ("1.1*10", 11),
    ("1/2 + 1/3", Ratio(5, 6)),
    ("1/2 + 1/2", 1),
    ("1/2 - 1/3", Ratio(1, 6)),
    ("7.5//2", 3),
    ("7.5 % 2", Ratio(3, 2)),
    ("1.5**2", Ratio(9, 4)),
    ("1/(1/2)", 2),
    ("-half", Ratio(-1, 2)),
    ("min(3, 1, 2)", 1),
    ("max(1/2, 1/3)", Ratio(1, 2)),
    ("floor(7/2) + ceil(7/2)", 7),
    ("floor(3) + ceil(3)", 6),
    ("abs(-7/2)", Ratio(7, 2)),
    ("abs(-7)", 7),
    ("round8(35.2)", 32),
    ("width", 64),
    ("4*width if deep else width", 256),
    ("4*width if not deep else width", 64),
    ("1 if false else 2 if true else 3", 2),
    ("1 + (2 if deep else 3)", 3),
    ("1 < 2", True),
    ("2 <= 1", False),
    ("1/2 > 1/3", True),
    ("1/2 >= 1", False),
    ("0.5 == 1/2", True),
    ("2 != 3 and 1 == 1", True),
    ("1 == 2 or 2 == 2", True),
    ("not 1 == 2", True),
    ("true and True", True),
    ("false or False", False),
    ("relu", "relu"),
    ("min", "min"),
    ("act", "relu"),
    ("row", (1, 2)),
    ("act == relu", True),
    ("relu == act", True),
    ("act != tanh", True),
    ("act == 3", False),
    ("act != act", False),
    ("deep == true", True),
    ("row == row", True),
    ("row == 3", False),
    ("tanh if width < 3 else relu", "relu"),
    ("H > 0", True),
    ("H >= 1 and W >= 1", True),
    ("H < 1 or H > 5 or true", True),
    ("H > 5 and false", False),
    ("1/H < 2", True),
    ("H/2 > 0", True),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_text_has_its_value(text: str, value: object) -> None:
    found = read(text).evaluate(SCOPE, decide)
    assert (found, type(found)) == (value, type(value))


LETTERS = [
    ("H/2", "H/2"),
    ("(H + 1)/2", "(H + 1)/2"),
    ("H/(-2)", "-H/2"),
    ("1/(H + 1)", "1/(H + 1)"),
    ("floor(H/2)", "floor(H/2)"),
    ("ceil((H - 1)/2)", "ceil((H - 1)/2)"),
    ("floor(H/2 + 1)", "floor((H + 2)/2)"),
    ("floor(H/2 + W/2)", "floor((H + W)/2)"),
    ("floor(H/W)", "floor(H/W)"),
    ("H/1", "H"),
    ("max(H/2, 1/2)", "(max(H, 1))/2"),
    ("abs(H - 3)", "max(H - 3, -(H - 3))"),
    ("H*(1/2)", "H/2"),
    ("2/(H/3)", "6/H"),
]


@pytest.mark.parametrize(("text", "found"), LETTERS)
def test_fractions_may_have_letters(text: str, found: str) -> None:
    shown = str(read(text).evaluate(SCOPE, decide))
    assert shown == found


# What is refused: the text, the message, the way out, and the place.
REFUSED: list[tuple[str, str, str, tuple[int, int] | None]] = [
    ("", "expected a number, a name or '(', got the end", "", (0, 0)),
    ("1 +", "expected a number, a name or '(', got the end", "", (3, 0)),
    ("1 + * 2", "expected a number, a name or '(', got '*'", "", (4, 1)),
    ("and", "expected a number, a name or '(', got 'and'", "", (0, 3)),
    ("2 3", "expected an operator or the end, got '3'", "", (2, 1)),
    ("1.2.3", "expected an operator or the end, got '.3'", "", (3, 2)),
    ("a = 3", "expected an operator or the end, got '='", "", (2, 1)),
    ("(1 + 2", "expected ')', got the end", "", (6, 0)),
    ("min(1; 2)", "expected ')', got ';'", "", (5, 1)),
    ("floor(1, 2)", "expected ')', got ','", "", (7, 1)),
    ("1 if true", "expected 'else', got the end", "", (9, 0)),
    (
        "1 < 2 < 3",
        "expected the end of the comparison, got '<'",
        "write a chained comparison as a < b and b < c",
        (6, 1),
    ),
    ("flor(3)", "unknown function 'flor'", "did you mean floor?", (0, 4)),
    ("sqrt(3)", "unknown function 'sqrt'", "available: min, max, floor, ceil, abs, round8", (0, 4)),
    ("2*wdith", "unknown name 'wdith'", "did you mean width?", (2, 5)),
    ("2*qqq", "unknown name 'qqq'", "known names: H, W, act, deep, half, row and width", (2, 3)),
    ("wdith == 3", "unknown name 'wdith'", "did you mean width?", (0, 5)),
    ("tanh == relu", "unknown name 'tanh'", "known names: H, W, act, deep, half, row and width", (0, 4)),
    ("qqq < 3", "unknown name 'qqq'", "known names: H, W, act, deep, half, row and width", (0, 3)),
    ("act + 1", "'act' is not a number", "", (0, 3)),
    ("1 + true", "'true' is not a number", "", (4, 4)),
    ("row < 3", "'row' is not a number", "", (0, 3)),
    ("(H > 3) + 1", "'H > 3' is not a number", "", (1, 5)),
    ("not 3", "3 is neither true nor false", "", (4, 1)),
    ("1 if act else 2", "'act' is neither true nor false", "", (5, 3)),
    ("1 + 7/0", "division of 7 by zero", "", (4, 3)),
    ("7//0", "division of 7 by zero", "", (0, 4)),
    ("(7/2) % 0", "division of 7/2 by zero", "", (0, 9)),
    ("H//0", "division of H by zero", "", (0, 4)),
    ("2**-1", "2**-1 is not an integer", "use an exponent ≥ 0", (0, 5)),
    ("4**0.5", "the exponent 1/2 is not an integer", "", (0, 6)),
    ("9**9**9", "the power has more than 4,096 binary digits", "", (0, 7)),
    ("1.5**9**9", "the power has more than 4,096 binary digits", "", (0, 9)),
    ("9" * 101, "the number has more than 100 digits (101)", "", (0, 101)),
    ("1" + " " * 1000, "the expression has more than 1,000 characters (1,001)", "", None),
    ("(" * 51 + "1" + ")" * 51, "an expression nested deeper than 50", "", (51, 1)),
    ("-" * 51 + "1", "an expression nested deeper than 50", "", (51, 1)),
    ("2**" * 51 + "2", "an expression nested deeper than 50", "", (153, 1)),
    ("not " * 51 + "true", "an expression nested deeper than 50", "", (204, 4)),
]


@pytest.mark.parametrize(("text", "message", "hint", "span"), REFUSED)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str, hint: str, span: tuple[int, int] | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(text).evaluate(SCOPE, decide)
    (mistake,) = caught.value.mistakes
    assert (mistake.message, mistake.hint, caught.value.span) == (message, hint, span)


UNDECIDED = [
    ("H > 3", "whether H > 3 depends on H", (0, 5)),
    ("1 if H + W > 3 else 2", "whether H + W > 3 depends on H, W", (5, 9)),
    ("not H == 3", "whether H == 3 depends on H", (4, 6)),
    ("true and H > 3 and W > 3", "whether H > 3 depends on H", (9, 5)),
    ("false or H > 3", "whether H > 3 depends on H", (9, 5)),
    ("(H > 3) == true", "whether H > 3 depends on H", (1, 5)),
    ("1/(H - 2) > 3", "whether 1/(H - 2) > 3 depends on H", (0, 13)),
    ("round8(H/2)", "round8(H/2) depends on H", (0, 11)),
    ("min(1/H, 2)", "which is less depends on the sign of H", (0, 11)),
]


@pytest.mark.parametrize(("text", "message", "span"), UNDECIDED)
def test_what_depends_on_letters_is_undecided(text: str, message: str, span: tuple[int, int]) -> None:
    with pytest.raises(Undecided) as caught:
        read(text).evaluate(SCOPE, decide)
    assert (caught.value.mistakes[0].message, caught.value.span) == (message, span)
    assert caught.value.mistakes[0].hint.startswith("use a number for H")


def test_without_somebody_to_decide_only_numbers_are_compared() -> None:
    assert read("2 > 1").evaluate({}) is True
    assert read("H > 0 or true").evaluate(SCOPE) is True
    with pytest.raises(Undecided):
        read("H > 0").evaluate(SCOPE)


def test_nothing_is_known_where_there_are_no_names() -> None:
    with pytest.raises(ExpressionError) as caught:
        read("a + 1").evaluate({})
    assert caught.value.mistakes[0].hint == ""


class Refusing:
    """A scope that knows a name whose value it cannot give."""

    def __getitem__(self, name: str) -> object:
        raise Refusal(f"{name} has no value here")

    def keys(self) -> list[str]:
        return []


def test_what_a_scope_refuses_gets_its_place() -> None:
    with pytest.raises(Refusal, match="in_height has no value here") as caught:
        read("2*in_height").evaluate(Refusing())
    assert caught.value.span == (2, 9)


def test_only_the_chosen_part_needs_a_value() -> None:
    assert read("1 if true else 7//0").evaluate({}) == 1
    assert read("false and 7//0 > 1").evaluate({}) is False


def test_a_formula_knows_its_names() -> None:
    formula = read("width if act == relu else 2*width")
    assert formula.names == {"width", "act", "relu"}
    assert formula.text == "width if act == relu else 2*width"
    assert not formula.literal
    assert read("true and 1.5 > 1").literal
    assert repr(read("1 + 1")) == "read('1 + 1')"
    assert read("1 + 1") is read("1 + 1")


def test_names_become_letters() -> None:
    assert expression("base") == Letter("base")
    assert expression("7") == 7
    assert evaluate(expression("4*w + ceil(w/2)"), {"w": 3}) == 14


@pytest.mark.parametrize("text", ["H/2", "1 < 2", "1.5"])
def test_an_expression_is_a_whole_number(text: str) -> None:
    with pytest.raises(ExpressionError, match="expected an integer, got "):
        expression(text)


@settings(max_examples=examples(200))
@given(st.text(CHARACTERS, max_size=30) | st.text("0123456789.+-*/%()<>=!, abHx_ifelsnotd", max_size=30))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    span = None
    try:
        read(text).evaluate(SCOPE, decide)
    except Refusal as refusal:
        span = refusal.span
        event("refused")
    assert span is None or 0 <= span[0] <= len(text)


NUMBERS = st.one_of(st.integers(-20, 20), st.fractions(-5, 5, max_denominator=12))
ARITHMETIC: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Fraction(a) / b,
    "//": lambda a, b: Fraction(a) // b,
    "%": lambda a, b: Fraction(a) % b,
}
COMPARED: dict[str, Any] = {"<": lambda a, b: a < b, "==": lambda a, b: a == b, ">=": lambda a, b: a >= b}


def exact(x: Fraction | int) -> int | Ratio:
    found = ratio(Fraction(x).numerator, Fraction(x).denominator)
    assert isinstance(found, int | Ratio)
    return found


@given(NUMBERS, st.sampled_from(sorted(ARITHMETIC)), NUMBERS)
def test_fractions_are_exact(a: Fraction, symbol: str, b: Fraction) -> None:
    if b or symbol not in ("/", "//", "%"):
        assert compute(symbol, exact(a), exact(b)) == exact(ARITHMETIC[symbol](a, b))


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_functions_of_fractions_are_exact(xs: list[Fraction]) -> None:
    numbers = [exact(x) for x in xs]
    assert least(*numbers) == exact(min(xs))
    assert greatest(*numbers) == exact(max(xs))
    assert absolute(numbers[0]) == exact(abs(xs[0]))
    assert floor(numbers[0]) == Fraction(xs[0]).__floor__()
    assert ceiling(numbers[0]) == Fraction(xs[0]).__ceil__()


@given(NUMBERS, st.sampled_from(sorted(COMPARED)), NUMBERS)
def test_comparisons_of_fractions_are_exact(a: Fraction, relation: str, b: Fraction) -> None:
    assert compare(exact(a), relation, exact(b), decide) is COMPARED[relation](a, b)


@given(st.fractions(0, 500, max_denominator=20))
def test_round8_is_the_nearest_multiple_never_ten_percent_below(x: Fraction) -> None:
    found = round8(exact(x))
    assert found % 8 == 0
    assert found >= 8
    assert 10 * found >= 9 * x
    nearest = min(range(8, 600, 8), key=lambda multiple: (abs(multiple - x), -multiple))
    assert found in (nearest, nearest + 8)
    assert found == nearest or 10 * nearest < 9 * x


def test_ratios_are_values() -> None:
    assert len({Ratio(1, 2), Ratio(2, 4), Ratio(1, 3)}) == 2
    assert Ratio(1, 2) != 1
    assert repr(Ratio(H + 1, 2)) == "(H + 1)/2"
    assert parts(Ratio(2, -4)) == (-1, 2)
    with pytest.raises(ExpressionError, match="division of 1 by zero"):
        Ratio(1, 0)
