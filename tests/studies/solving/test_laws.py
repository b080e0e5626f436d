"""Laws of sizes: against conditions that are evaluated one size after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.solving.laws import Law, guessed, law_of, satisfying
from archcalc.studies.solving.solutions import Span
from archcalc.symbolic.expr import Letter, maximum
from archcalc.symbolic.supposing import Condition

H = Letter("H")
TERMS = st.builds(
    lambda a, b, c, d: (a * H + b) // c * d - H + maximum(H - 9, b),
    st.integers(1, 3), st.integers(-20, 20), st.integers(1, 6), st.integers(1, 3),
)  # fmt: skip
CONDITIONS = st.lists(st.builds(Condition, TERMS, st.sampled_from(["==", ">=", "<=", "!="])), max_size=3)


@given(CONDITIONS)
def test_a_law_is_what_its_conditions_say_well_beyond_its_period(conditions: list[Condition]) -> None:
    law = law_of(conditions)
    assert law is not None
    sizes = range(1, law.start + 3 * law.step + 400)
    assert [size for size in sizes if size in law] == satisfying(conditions, sizes)
    inside = [size for size in sizes if any(size in part for part in law.parts())]
    assert inside == [size for size in sizes if size in law]


@given(CONDITIONS, st.integers(1, 60), st.integers(0, 90))
def test_the_runs_of_a_law_are_its_sizes_in_a_span(conditions: list[Condition], low: int, more: int) -> None:
    law = law_of(conditions)
    assert law is not None
    runs = law.runs(Span(low, low + more))
    said = {size for run in runs for size in ([run] if isinstance(run, int) else range(run.low, (run.high or 0) + 1))
            if isinstance(run, int) or size in run}  # fmt: skip
    assert said == {size for size in range(low, low + more + 1) if size in law}
    endless = law.runs(Span(low, None))
    for size in range(low, low + 200):
        assert any(size == run if isinstance(run, int) else size in run for run in endless) == (size in law)


def test_a_law_without_a_period_is_not_known() -> None:
    assert law_of([Condition(H % H, "==")]) is None
    assert law_of([Condition(H % 9973 + H % 9967, "==")]) is None


def test_single_sizes_are_a_law_of_their_own() -> None:
    law = law_of([Condition(H * H - 49, "==")])
    assert law == Law(0, (7,), 7)
    assert law is not None
    assert (law.least, law.nearest(9), law.beyond(8).least, law.runs(Span(1, 6))) == (7, (7,), None, [])
    few = Law(4, (0,), 20, others=(3,))
    assert (few.nearest(10), few.least, list(few.parts())) == ((3, 20), 3, [Law(4, (0,), 20), Law(0, (3,), 3)])
    assert guessed([], range(3, 9)) == Law(1, (), 3, proved=False)


def test_a_law_whose_sizes_lie_too_far_away_is_not_known() -> None:
    assert law_of([Condition(H - (1 << 21), ">=")]) is None


def test_regular_sizes_before_the_law_are_its_parts() -> None:
    law = Law(4, (0, 1), 9, others=(3, 4, 5, 8))
    assert law.parts() == [Law(4, (0,), 4), Law(4, (1,), 5), Law(0, (3,), 3)]
    assert law.runs(Span(1, None)) == [3, Span(4, None, 4), Span(5, None, 4)]
    assert law.runs(Span(1, 101)) == [3, Span(4, 100, 4), Span(5, 101, 4)]
    assert Law(60, (0, 7), 60).runs(Span(1, 70)) == [60, 67]
    far = Law(100, (0, 50), 100, others=tuple(range(1, 23)))
    assert far.runs(Span(1, 120)) == [*range(1, 23), 100]
    long = Law(5, (0, 1, 2, 3), 5, others=(1,))
    assert long.runs(Span(4, 40)) == [Span(5, 40, 5), Span(6, 36, 5), Span(7, 37, 5), Span(8, 38, 5)]
