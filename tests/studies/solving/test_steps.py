"""Arguments that take decimals: the values of a range, a step apart."""

from __future__ import annotations

from fractions import Fraction

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.network.network import WhatIf
from archcalc.studies.solving.network_answers import NetworkAnswer, Search
from archcalc.studies.solving.network_solving import solve_network
from archcalc.studies.solving.steps import steps
from archcalc.symbolic.ratio import Ratio, parts


def exact(values: tuple[object, ...]) -> list[Fraction]:
    """Return numbers as Python's own fractions."""
    return [Fraction(*parts(value)) for value in values]  # type: ignore[arg-type]


def test_steps_are_exact() -> None:
    assert exact(steps("0.1", "0.1..1", 1)) == [Fraction(count, 10) for count in range(1, 11)]
    assert exact(steps("0.25", None, 1)) == [Fraction(count, 4) for count in range(1, 17)]
    assert exact(steps("0.25", None, Ratio(7, 2)))[-1] == 7
    assert exact(steps("1/3", "1..2", 1)) == [1, Fraction(4, 3), Fraction(5, 3), 2]


@pytest.mark.parametrize(
    ("step", "within", "message"),
    [
        ("x", None, "invalid step 'x'"),
        ("0", None, "invalid step '0'"),
        ("-1", None, "invalid step '-1'"),
        ("true", None, "invalid step 'true'"),
        ("0.25", "a..b", "invalid range 'a..b'"),
        ("0.25", "1./..2", "invalid range '1./'"),
        ("0.25", "2..1", "invalid range '2..1'"),
        ("0.0001", "1..9", r"the range has more than 10,000 values \(80,001\)"),
    ],
)
def test_what_is_not_a_step_is_refused(step: str, within: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}"):
        steps(step, within, 1)


def solved(name: str, question: str, step: str, within: str | None = None) -> NetworkAnswer:
    """Return the width multipliers that satisfy a condition."""
    answer = solve_network(archcalc.load(name), WhatIf(), [question], Search("alpha", steps=(step, within)))
    assert isinstance(answer, NetworkAnswer)
    return answer


def params(alpha: object) -> int:
    """Return the parameters of a network at a width multiplier."""
    total = archcalc.load("mnasnet-a1").analyze(arguments={"alpha": alpha}).totals.params
    assert isinstance(total, int)
    return total


def test_a_width_multiplier_is_found_in_steps() -> None:
    found = solved("mnasnet-a1", "params <= 3M", "0.25")
    assert [dict(one.values) for one in found.solutions] == [{"alpha": Ratio(3, 4)}]
    assert params(Ratio(3, 4)) <= 3_000_000 < params(1)
    assert found.how == "complete in this range: all values from 0.25 to 4 in steps of 0.25 were tested"
    every = solved("mnasnet-a1", f"params = {params(Ratio(1, 2))}", "0.5", "0.5..0.5")
    assert [one.values["alpha"] for one in every.solutions] == [Ratio(1, 2)]
    assert every.how.endswith("all values from 0.5 to 0.5 were tested")


def test_decimals_need_a_step() -> None:
    with pytest.raises(UsageError, match=r"alpha is 0.75: --vary requires an integer\n  for decimals use --step 0.25"):
        solve_network(archcalc.load("mnasnet-a1-0.75"), WhatIf(), ["params <= 3M"], Search("alpha"))
