"""Solving one formula: against every value of a range, with windows that are counted one by one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import UsageError
from archcalc.studies.solving.formula_questions import LEAST, is_formula, read_question, rule_of
from archcalc.studies.solving.formula_solving import FormulaAnswer, solve_formula
from archcalc.studies.solving.solutions import Solution, Span
from tests.drawn import examples
from tests.studies.sliding_windows import Slide

KINDS = [("conv", False), ("maxpool", False), ("maxpool", True), ("avgpool", True), ("conv_transpose", False)]
TRIED = 24
"""Every value up to this is tried by hand; what lies beyond is not looked at."""


def solved(text: str, kind: str = "conv", *, ceil: bool = False) -> FormulaAnswer:
    """Return the answer to a question."""
    return solve_formula(text, read_question(text), kind, ceil=ceil)


def values_of(answer: FormulaAnswer) -> list[dict[str, int | Span]]:
    """Return the solutions' values."""
    return [dict(solution.values) for solution in answer.solutions]


def outcome(answer: FormulaAnswer) -> list[tuple[dict[str, int | Span], bool, int | None]]:
    """Return the solutions as they are."""
    return [(dict(solution.values), solution.exact, solution.left_over) for solution in answer.solutions]


def slide(values: dict[str, int], *, ceil: bool) -> Slide:
    """Return the window with these values."""
    return Slide(values["K"], values["S"], values["P"], values.get("D", 1), ceil)


def output(kind: str, values: dict[str, int], *, ceil: bool) -> int:
    """Count what a layer puts out; 0 where PyTorch would refuse it."""
    window, more = slide(values, ceil=ceil), values.get("OP", 0)
    if kind == "conv_transpose":
        return 0 if more >= max(window.stride, window.dilation) else window.spread(values["I"], more)
    if "pool" in kind and 2 * window.padding > window.kernel:
        return 0
    return len(window.starts(values["I"]))


def expanded(solution: Solution, most: int) -> list[tuple[tuple[tuple[str, int], ...], bool]]:
    """Return the single values that a solution stands for, up to the most that is tried, and whether they are exact."""
    ranges = []
    for value in solution.values.values():
        low, high = (value, value) if isinstance(value, int) else (value.low, value.high)
        ranges.append(range(low, (most if high is None else min(high, most)) + 1))
    found = [tuple(sorted(zip(solution.values, numbers, strict=True))) for numbers in product(*ranges)]
    return [(values, solution.exact) for values in found]


@st.composite
def problems(draw: st.DrawFn) -> tuple[str, bool, dict[str, int], str]:
    """A kind, values for all its letters, and the letter that is to be found."""
    kind, ceil = draw(st.sampled_from(KINDS))
    values = {letter: draw(st.integers(1, 12)) for letter in "IKS"} | {"P": draw(st.integers(0, 4))}
    values["O"] = draw(st.integers(1, 12))
    if kind != "avgpool":
        values["D"] = draw(st.integers(1, 3))
    if kind == "conv_transpose":
        values["OP"] = draw(st.integers(0, 2))
    return kind, ceil, values, draw(st.sampled_from(sorted(values.keys() - {"O"})))


@given(problems())
def test_one_unknown_is_found_wherever_it_is(problem: tuple[str, bool, dict[str, int], str]) -> None:
    kind, ceil, values, unknown = problem
    text = ", ".join(f"{letter}={value}" for letter, value in values.items() if letter != unknown)
    answer = solved(f"{text}, {unknown}=?", kind, ceil=ceil)
    tried = {value: values | {unknown: value} for value in range(LEAST[unknown], TRIED + 1)}
    expected = {value for value, given in tried.items() if output(kind, given, ceil=ceil) == values["O"]}
    found = [pair for solution in answer.solutions for pair in expanded(solution, TRIED)]
    assert {dict(one)[unknown] for one, _ in found} == expected
    assert len(found) == len(expected)
    if kind != "conv_transpose":
        over = {value: slide(tried[value], ceil=ceil).left_over(tried[value]["I"]) for value in expected}
        assert {dict(one)[unknown]: exact for one, exact in found} == {value: not left for value, left in over.items()}


@given(st.sampled_from(KINDS), st.integers(1, 12), st.integers(1, 12))
@settings(max_examples=examples(15))
def test_several_unknowns_are_found_in_the_whole_range(kind: tuple[str, bool], size: int, wanted: int) -> None:
    name, ceil = kind
    answer = solved(f"I={size}, O={wanted}", name, ceil=ceil)
    expected = {
        (("K", kernel), ("P", padding), ("S", stride))
        for kernel, stride in product(range(1, 16), repeat=2)
        for padding in range(kernel)
        if output(name, {"I": size, "K": kernel, "S": stride, "P": padding}, ceil=ceil) == wanted
    }
    found = [one for solution in answer.solutions for one, _ in expanded(solution, 99)]
    assert set(found) == expected
    assert len(found) == len(expected)
    assert answer.complete


def test_the_first_convolution_of_alexnet_at_227_and_at_224() -> None:
    assert outcome(solved("O=55, I=227, K=11, S=4")) == [({"P": 0}, True, 0), ({"P": 1}, False, 2)]
    answer = solved("O=55, I=224, K=11, S=4")
    assert outcome(answer) == [({"P": 2}, False, 1), ({"P": 3}, False, 3)]
    assert [dict(near.values) for near in answer.nearest] == [
        {"I": 227, "P": 0}, {"I": 225, "P": 1}, {"I": 223, "P": 2}
    ]  # fmt: skip


def test_the_usual_ones_come_first_then_all_others_by_kernel() -> None:
    answer = solved("I=224, O=112")
    assert values_of(answer)[: answer.usual] == [
        {"K": 2, "S": 2, "P": 0}, {"K": 3, "S": 2, "P": 1}, {"K": 5, "S": 2, "P": 2}, {"K": 7, "S": 2, "P": 3},
        {"K": 11, "S": 2, "P": 5},
    ]  # fmt: skip
    kernels = [values["K"] for values in values_of(answer)[answer.usual :]]
    assert kernels == sorted(kernels, key=str) or kernels == [1, 4, 6, 8, 9, 10, 12, 13, 14, 15]


def test_patches_side_by_side_are_usual() -> None:
    answer = solved("I=224, O=14, S=16")
    assert {"K": 16, "P": 0} in values_of(answer)[: answer.usual]


def test_padding_of_a_dilated_kernel_is_usual_where_it_keeps_the_size() -> None:
    answer = solved("I=28, O=28, K=3, S=1, D=?")
    assert values_of(answer)[:2] == [{"P": 1, "D": 1}, {"P": 2, "D": 2}]


def test_a_stride_that_leaves_one_window_has_no_end() -> None:
    answer = solved("O=1, I=227, K=11, P=0")
    assert outcome(answer) == [({"S": Span(217, None)}, False, 216)]
    assert answer.nearest == ()


def test_many_values_are_a_span_between_its_ends() -> None:
    assert outcome(solved("O=100, K=3, S=1000, P=0")) == [
        ({"I": 99003}, True, 0), ({"I": Span(99004, 100001)}, False, None), ({"I": 100002}, False, 999),
    ]  # fmt: skip


def test_without_a_solution_the_nearest_outputs_are_told() -> None:
    answer = solved("O=100, I=227, K=11, P=0")
    assert not answer.holds
    assert [dict(near.values) for near in answer.nearest] == [{"S": 2, "O": 109}, {"S": 3, "O": 73}]
    several = solved("O=1000, I=5")
    assert [near.values["O"] for near in several.nearest] == [19, 18, 17]


def test_output_padding_is_offered_where_the_stride_leaves_a_gap() -> None:
    answer = solved("I=7, O=14, K=3, S=2", "conv_transpose")
    assert (answer.solutions, [dict(near.values) for near in answer.nearest]) == ((), [{"P": 1, "OP": 1}])
    assert not solved("I=7, O=15, K=3, S=2, OP=0, P=1", "conv_transpose").holds


def test_other_inputs_are_told_for_other_unknowns_too() -> None:
    answer = solved("O=4, I=8, P=0", "maxpool", ceil=True)
    assert answer.holds
    near = solved("O=14, I=28, K=3, S=2, D=?")
    assert [dict(one.values) for one in near.nearest] == [
        {"I": 27, "P": 1, "D": 1},
        {"I": 27, "P": 2, "D": 2},
        {"I": 27, "P": 3, "D": 3},
    ]


def test_with_nothing_unknown_it_is_computed() -> None:
    assert values_of(solved("I=227, K=11, S=4, P=0")) == [{"O": 55}]
    assert values_of(solved("O=55, I=227, K=11, S=4, P=0")) == [{}]
    wrong = solved("O=54, I=227, K=11, S=4, P=0")
    assert (wrong.solutions, wrong.nearest[0].values) == ((), {"O": 55})
    impossible = solved("O=54, I=2, K=11, S=4, P=0")
    assert (impossible.solutions, impossible.nearest) == ((), ())


def test_the_worked_rule_carries_the_numbers() -> None:
    answer = solved("O=55, I=227, K=11, S=4")
    assert archcalc.solve("O=55, I=227, K=11, S=4") == answer
    assert (answer.after({"P": 1}), answer.after({"P": Span(1, 2)})) == (1, 0)


def test_questions_are_told_from_networks() -> None:
    assert all(map(is_formula, ("O=55", "o : 55", "OP=1", " i=3")))
    assert not any(map(is_formula, ("alexnet", "pool5 = 6x6", "d:/net.yaml", "params <= 1", "[{conv: 3}]")))


def test_letters_small_or_large_any_sign_and_any_order() -> None:
    assert read_question("k:11 s=4;o = 55,  I=227 d=?") == ({"K": 11, "S": 4, "O": 55, "I": 227}, ("D",))


def test_the_rule_is_the_layers_own() -> None:
    assert str(rule_of("conv_transpose", read_question("O=1")).outputs) == "(I - 1)*S - 2*P + K"
    assert str(rule_of("conv_transpose", read_question("OP=1")).outputs) == "(I - 1)*S - 2*P + K + OP"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("O=55", "conv", r"too many unknowns \(I, K, S, P\): at most 3 are supported"),
        ("K=3", "conv", r"O is required when there are other unknowns \(I, S, P\)"),
        ("O=55, O=3", "conv", "O is given twice"),
        ("O=55, Q=3", "conv", "unknown letter 'Q'"),
        ("O=55, I=x", "conv", "invalid value 'x' for I: expected an integer ≥ 1"),
        ("O=55, I=0", "conv", "invalid value 0 for I: expected an integer ≥ 1"),
        ("O=55, I", "conv", "invalid equation 'I'"),
        ("O=5, I=9", "relu", "relu has no sliding window"),
        ("O=5, I=9", "covn", "unknown layer kind 'covn'\n  did you mean conv?"),
        ("O=5, I=9, D=2", "avgpool", r"avgpool has no dilation \(D\)"),
    ],
)
def test_what_cannot_be_asked_is_refused(text: str, kind: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}"):
        solved(text, kind)


def test_only_pools_round_up() -> None:
    with pytest.raises(UsageError, match=r"^conv has no ceil mode"):
        solved("O=5, I=9", ceil=True)


def test_the_range_in_which_they_are_all_is_said() -> None:
    assert solved("O=55, I=227, K=11, S=4").how.startswith("complete: O is monotonic in P")
    assert solved("O=55, I=227").how == "complete for K ≤ 15, S ≤ 15, P smaller than the kernel span"
    wide = solved("O=55, K=99, S=1")
    assert wide.how == "complete for P smaller than the kernel span and P ≤ 64, any I"
    assert solved("O=5, K=99, S=9, D=?").how == "complete for D ≤ 32, P smaller than the kernel span and P ≤ 32, any I"
    assert max(values["P"] for values in values_of(wide)) == 64


def test_other_inputs_are_found_at_once_also_for_a_huge_kernel() -> None:
    answer = solved("O=7, I=9, K=1000000000000, S=4")
    assert [near.values["P"] for near in answer.nearest][-1] in range(500_000_000_000, 500_000_000_020)
    assert len(answer.nearest) == 3
    half = solved("O=3, I=4, K=2, S=3, D=1", "maxpool")
    assert (half.solutions, [dict(near.values) for near in half.nearest]) == ((), [{"P": 1, "O": 2}])
    none = solved("O=9, I=9, K=1, S=1, OP=?, P=4", "conv_transpose")
    assert none.nearest == ()
