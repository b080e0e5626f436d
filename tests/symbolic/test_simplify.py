"""Simplification keeps the value, shortens the text, and closes chains of roundings."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Int, Letter, ceildiv, evaluate, maximum, minimum, total
from archcalc.symbolic.expr import product as product_of
from archcalc.symbolic.polynomial import nodes
from archcalc.symbolic.printing import text
from archcalc.symbolic.reading import expression
from archcalc.symbolic.rules import LARGEST
from archcalc.symbolic.simplify import polynomial, simplify
from tests.drawn import examples
from tests.symbolic.strategies import H, N, W, assignments, expressions, value_or_none, with_letters_below

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A row of the rules: what is written, and what comes out.
RULES = [
    # constant folding, and collection of like terms
    ("H + 0", "H"),
    ("2*3 + H - H", "6"),
    ("H*1 + 0*W", "H"),
    ("H + W + H - 3 + 1", "2*H + W - 2"),
    ("2*(3*H)", "6*H"),
    ("-(-H)", "H"),
    ("H**0 + H**1", "H + 1"),
    ("(2*H)**3", "8*H**3"),
    # p//1 = p
    ("floor(H/1)", "H"),
    # (d*q + r)//d = q + r//d
    ("floor((4*H + 3)/4)", "H"),
    ("floor((5*H + 7)/4) - 1", "H + ceil(H/4)"),
    # p//d = -((-p + d - 1)//d)
    ("floor(-H/3)", "-ceil(H/3)"),
    ("floor(H/(-2))", "-ceil(H/2)"),
    ("floor((3 - H)/3)", "1 - ceil(H/3)"),
    # (g*p + c)//(g*d) = (p + c//g)//d
    ("floor((6*H + 5)/9)", "floor((2*H + 1)/3)"),
    # (u//b + v)//d = (u + b*v)//(b*d)
    ("floor((floor(H/2) + W + 1)/3)", "floor((H + 2*W + 2)/6)"),
    ("floor((W - floor(H/2))/3)", "-floor((H - 2*W + 4)/6)"),
    ("floor((floor(H/2) + floor(W/2))/3)", "floor((floor(H/2) + floor(W/2))/3)"),
    ("floor((2*floor(H/2) + 1)/3)", "floor((2*floor(H/2) + 1)/3)"),
    ("floor((2*floor(H/2) + 1)/4)", "floor(H/4)"),
    ("ceil(ceil(H/2)/3)", "ceil(H/6)"),
    ("floor((H + 31)/32)", "ceil(H/32)"),
    # p//d = c, where c*d <= p < (c + 1)*d
    ("floor((H % 4)/4)", "0"),
    ("floor(min(H, 3)/4)", "0"),
    # p % d = p - d*(p//d)
    ("H % 2", "H % 2"),
    ("(4*H) % 2", "0"),
    ("(4*H + 3) % 4", "3"),
    ("(H + 4*W + 9) % 4", "(H + 1) % 4"),
    ("H % W", "H % W"),
    ("H % 1 + 3*(W % 2)", "3*(W % 2)"),
    # (v*q + r)//v = q + r//v
    ("floor(4*H/H)", "4"),
    ("floor((4*H*W + 8*W)/(H*W + 2*W))", "4"),
    ("floor((H*W + N)/W)", "H + floor(N/W)"),
    ("floor((H**2 + 2*H*W + W**2)/(H + W))", "H + W"),
    ("ceil(4*H*W/W)", "4*H"),
    ("ceil(H/W)", "ceil(H/W)"),
    ("ceil(H/(-2))", "-floor(H/2)"),
    ("floor(0/H)", "0"),
    ("floor((H + 1)/(W + 1))", "floor((H + 1)/(W + 1))"),
    # (g*p)//(g*v) = p//v
    ("floor((2*H + 4)/(2*W))", "floor((H + 2)/W)"),
    # p//v = 0, where 0 <= p < v
    ("floor(H/(H + W))", "0"),
    # min(a, b) = b, where a >= b; nested ones are opened
    ("min(H, 1)", "1"),
    ("max(H - 1, 0)", "H - 1"),
    ("min(H + 1, H + 3, H + 2)", "H + 1"),
    ("max(floor(H/3), floor((H + 1)/3))", "floor((H + 1)/3)"),
    ("min(floor(H/4), floor(H/2))", "floor(H/4)"),
    ("max(max(H, W), N, H)", "max(H, N, W)"),
    ("min(W, H) - min(H, W)", "0"),
    ("min(H, 2*min(H, 3))", "min(2*min(3, H), H)"),
    # what is shorter: multiplied out, or with its products kept
    ("2*(H + 3)", "2*H + 6"),
    ("34848*(floor((H - 11)/4) + 1)*(floor((W - 11)/4) + 1)", "34848*floor((H - 7)/4)*floor((W - 7)/4)"),
    ("(H + 1)*2*(W + 1)*3", "6*(H + 1)*(W + 1)"),
    ("(H + 1)*(-2*W - 2)", "-2*(H + 1)*(W + 1)"),
    ("-((H + 1)*(W + 1)) - (H + 1)*(W + 1)", "-2*(H + 1)*(W + 1)"),
    ("(H + 1)*(H - 1)", "H**2 - 1"),
    ("(H + W + 1)**3", "(H + W + 1)**3"),
    ("(H + 1)**2*W", "(H + 1)**2*W"),
    ("H*W + H*N", "H*N + H*W"),
    ("2**N*2", "2*2**N"),
    ("2**3", "8"),
]


def simplified(written: str) -> str:
    return text(simplify(expression(written)))


@pytest.mark.parametrize(("written", "short"), RULES)
def test_each_rule_gives_the_short_form(written: str, short: str) -> None:
    assert simplified(written) == short
    assert simplified(short) == short


@settings(max_examples=examples(150))
@given(st.one_of(expressions(H), expressions(H, W)))
def test_the_value_is_kept_and_the_result_is_its_own_simplification(x: Int) -> None:
    short = simplify(x)
    assert simplify(short) == short
    for values in assignments(x):
        assert evaluate(short, values) == evaluate(x, values)


@settings(max_examples=examples(80))
@given(with_letters_below(H, W))
def test_it_is_kept_with_letters_below_the_line_wherever_there_is_one(x: Int) -> None:
    try:
        short = simplify(x)
    except ExpressionError:  # a divisor that is 0 for all letters
        assert all(value_or_none(x, values) is None for values in assignments(x))
        return
    assert simplify(short) == short
    for values in assignments(x):
        value = value_or_none(x, values)
        assert value is None or evaluate(short, values) == value


@given(expressions(H, W))
@settings(max_examples=examples(40))
def test_only_what_was_written_decides(x: Int) -> None:
    again = expression(text(x))
    assert simplify(again) == simplify(expression(text(again)))


def test_an_integer_is_returned_as_it_is() -> None:
    assert [simplify(x) for x in (0, -3, 2**5000)] == [0, -3, 2**5000]
    assert type(simplify(H - H)) is int


def test_letters_keep_the_values_they_carry() -> None:
    assert text(simplify(Letter("H", 227) - 11 + 4), values=True) == "227 - 7"


def test_a_letter_that_carries_zero_is_not_taken_for_at_least_one() -> None:
    assert text(simplify(maximum(Letter("P", 0), 1))) == "max(1, P)"


@pytest.mark.parametrize("written", ["floor(H/(W - W))", "H % (W - W)", "ceil(H/(W - W))"])
def test_a_division_by_zero_is_refused(written: str) -> None:
    with pytest.raises(ExpressionError, match="division by zero"):
        simplify(expression(written))


def positions(size: Int, kernel: int, stride: int = 1, padding: int = 0) -> Int:
    return (size - kernel + 2 * padding) // stride + 1


ALEXNET = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
VGG = [(3, 1, 1), (2, 2, 0)] * 5
RESNET = [(7, 2, 3), (3, 2, 1), (1, 2, 0), (1, 2, 0), (1, 2, 0)]


@pytest.mark.parametrize(
    ("windows", "closed_form"),
    [(ALEXNET, "floor((H - 35)/32)"), (VGG, "floor(H/32)"), (RESNET, "ceil(H/32)")],
)
@pytest.mark.parametrize("each_time", [True, False])
def test_a_chain_of_windows_is_one_window(
    windows: Sequence[tuple[int, int, int]],
    closed_form: str,
    each_time: bool,  # noqa: FBT001 - a column of the table
) -> None:
    size: Int = H
    for window in windows:
        size = positions(size, *window)
        size = simplify(size) if each_time else size
    assert text(simplify(size)) == closed_form
    for height in range(67, 300):
        at = height
        for kernel, stride, padding in windows:
            at = len(range(-padding, at + padding - kernel + 1, stride))  # where a window can start
        assert evaluate(size, {"H": height}) == at


STEPS: dict[str, Callable[[Int], Int]] = {
    "valid pools": lambda x: positions(x, 3, 2),
    "ceil pools": lambda x: minimum(ceildiv(x - 3, 2) + 1, ceildiv(x, 2)),
    "same convolutions": lambda x: ceildiv(x, 2),
    "convolutions without stride": lambda x: positions(x, 3),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_formula_does_not_grow_with_the_depth_of_a_chain(step: Callable[[Int], Int]) -> None:
    size: Int = H
    for _ in range(200):
        size = simplify(step(size))
    assert nodes(size) <= 5


def test_what_has_no_closed_form_is_kept_as_it_is_from_some_depth_on() -> None:
    size: Int = H
    for _ in range(30):
        size = simplify((2 * size + 1) // 3)
    for height in (1, 10, 1000):
        at = height
        for _ in range(30):
            at = (2 * at + 1) // 3
        assert evaluate(size, {"H": height}) == at


POOLS = [(k, s, p) for k, s, p in product(range(1, 8), range(1, 6), range(4)) if p <= k // 2]


def dropping(size: Int, kernel: int, stride: int, padding: int) -> Int:
    """PyTorch's rule: round up, then drop a last window that starts beyond the input and its left padding."""
    return minimum(ceildiv(size - kernel + 2 * padding, stride) + 1, ceildiv(size + padding, stride))


def rounding(size: Int, kernel: int, stride: int, padding: int) -> Int:
    """The same in one rounding."""
    return ceildiv(size + min(2 * padding - kernel + stride, padding), stride)


@pytest.mark.parametrize(("kernel", "stride", "padding"), POOLS)
def test_both_forms_of_the_ceil_rule_are_one_rounding(kernel: int, stride: int, padding: int) -> None:
    window = kernel, stride, padding
    assert all(dropping(size, *window) == rounding(size, *window) for size in range(1, 60))
    assert simplify(dropping(H, *window)) == simplify(rounding(H, *window))
    assert text(simplify(dropping(H, *window))).count("H") == 1


def test_counts_are_polynomials_in_what_is_not_known() -> None:
    params = total([product_of([N, 2048]), N, 23_508_032])
    assert text(simplify(params)) == "2049*N + 23508032"


def test_a_long_total_is_added_up() -> None:
    rows = [product_of([i + 1, positions(H, 3), positions(W, 3)]) for i in range(500)]
    assert text(simplify(total(rows))) == "125250*(H - 2)*(W - 2)"


def test_products_that_would_be_too_long_are_not_multiplied_out() -> None:
    many = total([Letter(f"x{i}") for i in range(60)])
    for x in (many * (many + 1), (many + 1) ** 3, (H + 1) ** 40, (H + 1) ** N):
        short = simplify(x)
        assert simplify(short) == short
        assert len(text(short)) <= len(text(x)) + 2
        values = {f"x{i}": i for i in range(60)} | {"H": 2, "N": 3}
        assert evaluate(short, values) == evaluate(x, values)


# What is larger than 10 MB when unpacked exponentially if every rule were applied wherever it can be.
NESTED = {
    "remainders": "(" * 40 + "H" + " % 7*W + H)" * 40,
    "quotients": "floor((3*" * 24 + "H" + " + 1)/2)" * 24,
    "remainders by letters": "(" * 20 + "H" + " % W + N)" * 20,
    "products": "*".join(f"(x{i} + 1)" for i in range(60)),
    "squares": "(" * 8 + "H" + " + 1)**2" * 8,
    "minima": f"min({', '.join(f'x{i} + 3' for i in range(60))})",
    "minima of maxima": "max(W, min(H, 3*" * 20 + "W" + " - 5) - H)" * 20,
}


@pytest.mark.parametrize("written", NESTED.values(), ids=NESTED)
def test_nothing_grows_out_of_bounds(written: str) -> None:
    x = expression(written)
    short = simplify(x)
    assert nodes(short) <= max(nodes(x), 2 * LARGEST)
    values = {f"x{i}": i + 1 for i in range(60)} | {"H": 2, "W": 3, "N": 5}
    assert evaluate(short, values) == evaluate(x, values)


def test_long_polynomials_are_not_divided_by_letters() -> None:
    some, others = (total([Letter(f"{name}{i}") for i in range(9)]) for name in "xy")
    short = simplify(some * others * N // N)
    assert text(short).startswith("floor((N*x0*y0 + ")
    values = {f"{name}{i}": i for name in "xy" for i in range(9)} | {"N": 7}
    assert evaluate(short, values) == 36 * 36


def test_powers_of_one_term_may_be_high() -> None:
    assert text(simplify((2 * H) ** 100)) == f"{2**100}*H**100"
    with pytest.raises(ExpressionError):
        simplify((2 * H) ** 10_000)


def test_letters_of_any_range_have_a_normal_form_of_their_own() -> None:
    x = maximum(Letter("P"), 1)
    assert polynomial(x) == polynomial(Letter("P"))
    assert polynomial(x, {"P": (0, None)}) != polynomial(Letter("P"))
    assert polynomial(3) == polynomial(H - H + 3)
