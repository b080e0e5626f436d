"""Solving one formula for its unknowns: over integers, exactly, and completely in a range that is stated.

The formula is the layer's own, with letters for its options. In each unknown by itself it only rises or only falls,
so the values that solve it are an interval whose ends are found by halving. Of several unknowns all but one are
tried one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.quantities.letters import INPUT, OUTPUT
from archcalc.studies.solving.formula_questions import EXAMPLE, LEAST, FormulaQuestion, FormulaRule, rule_of
from archcalc.studies.solving.monotone import Crossing, crossing, first, within
from archcalc.studies.solving.solutions import Answer, Solution, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST, LARGEST_GIVEN = 15, (64, 32)
"""Unknowns that are tried go up to the first, or to a larger kernel or stride: at most to these for one or two."""

MOST_UNKNOWNS = 3
FEW = 32
"""So many solutions are listed one by one; of more, spans."""
NEAREST = 3

USUAL_KERNELS = (1, 2, 3, 5, 7, 11)
SOLVED_FIRST = (INPUT, "P", "K", "S", "D", "OP")
"""The unknown that is solved for where there are several; the others are tried."""
ORDER = ("K", "S", "P", "D", "OP", INPUT)


class FormulaProblem(NamedTuple):
    """A rule, what is known, what is not, and how far the unknowns that are tried go."""

    rule: FormulaRule
    known: Mapping[str, int]
    target: int
    unknowns: tuple[str, ...]
    largest: int

    @property
    def solved(self) -> str:
        """The unknown that is solved for."""
        return next(letter for letter in SOLVED_FIRST if letter in self.unknowns)

    @property
    def tried(self) -> tuple[str, ...]:
        """The unknowns that are tried."""
        return tuple(letter for letter in self.unknowns if letter != self.solved)


@dataclass(frozen=True, kw_only=True)
class FormulaAnswer(Answer):
    """The solutions of a formula, with the rule they solve.

    ``usual`` is how many of them, at the beginning, are the ones that students meet.
    """

    rule: FormulaRule
    given: Mapping[str, int]
    usual: int = 0

    def after(self, values: Mapping[str, int | Span]) -> int:
        """Return the padding behind the input, up to which what is left over does no harm."""
        padding = {**self.given, **values}.get("P", 0)
        return padding if isinstance(padding, int) else 0


def solve_formula(text: str, question: FormulaQuestion, kind: str = "conv", *, ceil: bool = False) -> FormulaAnswer:
    """Find what the letters must be that a question leaves out.

    >>> from archcalc.studies.solving.formula_questions import read_question
    >>> found = solve_formula("", read_question("O=55, I=227, K=11, S=4"))
    >>> [(solution.values, solution.left_over) for solution in found.solutions]
    [({'P': 0}, 0), ({'P': 1}, 2)]

    Raises:
        UsageError: there are too many unknowns, or the kind has no such rule.
    """
    rule = rule_of(kind, question, ceil=ceil)
    unknowns = tuple(letter for letter in rule.letters if letter not in question.given)
    if not unknowns:
        return _computed(text, rule, question)
    if OUTPUT not in question.given:
        raise UsageError(f"O is required when there are other unknowns ({', '.join(unknowns)})", EXAMPLE)
    if len(unknowns) > MOST_UNKNOWNS:
        raise UsageError(f"too many unknowns ({', '.join(unknowns)}): at most {MOST_UNKNOWNS} are supported", EXAMPLE)
    problem = _problem(rule, question, unknowns)
    found = sorted(_solutions(problem), key=lambda solution: _rank(problem, solution.values))
    usual = sum(_is_usual(problem, solution.values) for solution in found) if problem.tried else 0
    nearest = () if any(solution.exact for solution in found) else tuple(_nearest(problem, found))
    return FormulaAnswer(
        question=text, unknowns=unknowns, solutions=tuple(found), how=_how(problem), nearest=nearest,
        rule=rule, given=question.given, usual=usual,
    )  # fmt: skip


def _computed(text: str, rule: FormulaRule, question: FormulaQuestion) -> FormulaAnswer:
    """Answer where nothing but the output is unknown, or nothing at all: by computing it."""
    values = dict(question.given)
    wanted = values.pop(OUTPUT, None)
    output, left = rule.value(values), rule.left_over(values)
    works = rule.accepts(values)
    found = Solution({} if wanted is not None else {OUTPUT: output}, not left, left)
    near = () if wanted in (None, output) or not works else (Solution({OUTPUT: output}, not left, left),)
    return FormulaAnswer(
        question=text, unknowns=() if wanted is not None else (OUTPUT,),
        solutions=(found,) if works and wanted in (None, output) else (), how="computed",
        nearest=near, rule=rule, given=question.given,
    )  # fmt: skip


def _problem(rule: FormulaRule, question: FormulaQuestion, unknowns: tuple[str, ...]) -> FormulaProblem:
    known = {letter: value for letter, value in question.given.items() if letter != OUTPUT}
    given = max(known.get("K", 0), known.get("S", 0))
    return FormulaProblem(
        rule=rule,
        known=known,
        target=question.given[OUTPUT],
        unknowns=unknowns,
        largest=max(LARGEST, min(given, LARGEST_GIVEN[len(unknowns) == MOST_UNKNOWNS])),
    )


def _how(problem: FormulaProblem) -> str:
    """Say in which range the solutions are all there are."""
    if not problem.tried:
        return f"complete: O is monotonic in {problem.solved}, so no other solutions exist"
    ranges = [f"{letter} ≤ {problem.largest}" for letter in problem.unknowns if letter not in ("P", INPUT)]
    limit = f" and P ≤ {problem.largest}" if "P" in problem.tried else ""
    ranges += [f"P smaller than the kernel span{limit}"] if "P" in problem.unknowns else []
    ranges += ["any I"] if INPUT in problem.unknowns else []
    return f"complete for {', '.join(ranges)}"


def _solutions(problem: FormulaProblem) -> Iterator[Solution]:
    """Yield all solutions in the range."""
    found: Span | None = None
    for tried in _tried(problem):
        found = _crossing(problem, tried, found).span
        span = found and within(found, lambda value, tried=tried: _accepts(problem, tried, value))  # type: ignore[misc]
        if span:
            yield from _listed(problem, tried, span)


def _tried(problem: FormulaProblem) -> Iterator[dict[str, int]]:
    """Yield every combination of the unknowns that are tried."""
    ranges = [range(LEAST[letter], problem.largest + 1) for letter in problem.tried]
    for values in product(*ranges):
        tried = dict(zip(problem.tried, values, strict=True))
        if tried.get("P", 0) <= (_most_padding(problem, tried) if "P" in tried else 0):
            yield tried


def _most_padding(problem: FormulaProblem, tried: Mapping[str, int]) -> int:
    """Return the most padding that is tried beside other unknowns: no window lies in the padding alone."""
    return problem.rule.extent({**problem.known, **tried}) - 1


def _crossing(problem: FormulaProblem, tried: Mapping[str, int], near: Span | None) -> Crossing:
    """Return the values of the unknown that is solved for, the others being given; looked for near others first."""
    solved, high = problem.solved, None
    if problem.tried and solved != INPUT:
        high = _most_padding(problem, tried) if solved == "P" else problem.largest
    return crossing(lambda value: _value(problem, tried, value), problem.target, LEAST[solved], high, near)


def _values(problem: FormulaProblem, tried: Mapping[str, int], value: int) -> dict[str, int]:
    return {**problem.known, **tried, problem.solved: value}


def _value(problem: FormulaProblem, tried: Mapping[str, int], value: int) -> int:
    return problem.rule.value(_values(problem, tried, value))


def _accepts(problem: FormulaProblem, tried: Mapping[str, int], value: int) -> bool:
    return problem.rule.accepts(_values(problem, tried, value))


def _listed(problem: FormulaProblem, tried: Mapping[str, int], span: Span) -> Iterator[Solution]:
    """Yield the solutions of an interval: one by one, or where they are many both ends and what lies between."""
    if span.high is None:
        yield _solution(problem, tried, span)
    elif span.high - span.low < FEW:
        for value in range(span.low, span.high + 1):
            yield _solution(problem, tried, value)
    else:
        yield _solution(problem, tried, span.low)
        yield _solution(problem, tried, Span(span.low + 1, span.high - 1))
        yield _solution(problem, tried, span.high)


def _solution(problem: FormulaProblem, tried: Mapping[str, int], value: int | Span) -> Solution:
    """Return a solution with what its division leaves over; within a span nothing is whole, or everything."""
    found = {**tried, problem.solved: value}
    values = {letter: found[letter] for letter in problem.unknowns}
    ends = (value.low, value.low + 1 if value.high is None else value.high) if isinstance(value, Span) else (value,)
    left = {problem.rule.left_over(_values(problem, tried, end)) for end in ends}
    return Solution(values, left == {0}, left.pop() if len(left) == 1 else None)


def _rank(problem: FormulaProblem, values: Mapping[str, int | Span]) -> tuple[object, ...]:
    """Return what solutions are ordered by: the usual ones first, then by kernel, stride, padding."""
    unusual = bool(problem.tried) and not _is_usual(problem, values)
    return (unusual, *(_low(values.get(letter, 0)) for letter in ORDER))


def _low(value: int | Span) -> int:
    return value.low if isinstance(value, Span) else value


def _is_usual(problem: FormulaProblem, values: Mapping[str, int | Span]) -> bool:
    """Whether kernel, stride and padding are such as students meet: given ones are."""
    numbers = {**problem.known, **{letter: _low(value) for letter, value in values.items()}}
    whole = problem.rule.extent(numbers)
    kernel, stride, padding = numbers["K"], numbers["S"], numbers["P"]
    if "S" not in values and kernel == stride and not padding:  # patches, side by side
        return True
    return (
        ("K" not in values or kernel in USUAL_KERNELS)
        and ("S" not in values or stride <= kernel)
        and ("P" not in values or padding in (0, (whole - 1) // 2))
    )


def _nearest(problem: FormulaProblem, found: Sequence[Solution]) -> Iterator[Solution]:
    """Yield what comes closest where no division is whole: other inputs, output padding, or the nearest outputs."""
    if found and INPUT in problem.known:
        yield from _exact_inputs(problem, found)
    if not found:
        yield from _with_output_padding(problem) or _nearest_outputs(problem)


def _exact_inputs(problem: FormulaProblem, found: Sequence[Solution]) -> Iterator[Solution]:
    """Yield the inputs for which the division would be whole: with less and more padding, or with what was found."""
    if problem.unknowns != ("P",):
        for solution in found[:NEAREST] if problem.solved != "S" else ():
            yield from _exact_input(problem, {letter: _low(value) for letter, value in solution.values.items()})
        return
    size, last = problem.known[INPUT], _low(found[-1].values["P"])
    end = first(lambda padding: _reaches_down_to(size, problem, padding), 0, last)
    end = last if end is None else end
    for padding in range(max(0, end - NEAREST + 1), end + 1):
        yield from _exact_input(problem, {"P": padding})


def _reaches_down_to(size: int, problem: FormulaProblem, padding: int) -> bool:
    """Whether the input that is exact with a padding is as small as a size, or there is none."""
    return all(_low(solution.values[INPUT]) <= size for solution in _exact_input(problem, {"P": padding}))


def _exact_input(problem: FormulaProblem, values: dict[str, int]) -> Iterator[Solution]:
    known = {letter: value for letter, value in {**problem.known, **values}.items() if letter != INPUT}
    for solution in _solutions(problem._replace(known=known, unknowns=(INPUT,))):
        if solution.exact:
            yield solution._replace(values={**solution.values, **values})


def _with_output_padding(problem: FormulaProblem) -> list[Solution]:
    """Return the solutions with output padding, where the layer has it and the question does not speak of it."""
    if "OP" not in problem.rule.plain:
        return []
    question = {**problem.known, OUTPUT: problem.target}
    wider = rule_of(problem.rule.kind, FormulaQuestion(question, ("OP",)))
    found = _solutions(problem._replace(rule=wider, unknowns=(*problem.unknowns, "OP")))
    return sorted(found, key=lambda solution: (_low(solution.values["OP"]), _rank(problem, solution.values)))[:NEAREST]


def _beside(problem: FormulaProblem, crossing: Crossing) -> tuple[int, ...]:
    """Return the values next to where the output is taken, or would be, were it not refused there."""
    if crossing.span is None:
        return crossing.neighbours
    below, above = crossing.span.low - 1, crossing.span.high
    return (*([below] if below >= LEAST[problem.solved] else []), *([] if above is None else [above + 1]))


def _nearest_outputs(problem: FormulaProblem) -> list[Solution]:
    """Return the values that come nearest to the wanted output, with what they give."""
    found, last = [], None
    for tried in _tried(problem):
        crossing = _crossing(problem, tried, last)
        last = crossing.span
        for value in _beside(problem, crossing):
            if _accepts(problem, tried, value):
                near = _solution(problem, tried, value)
                found.append(near._replace(values={**near.values, OUTPUT: _value(problem, tried, value)}))
    found.sort(key=lambda near: (abs(_low(near.values[OUTPUT]) - problem.target), _rank(problem, near.values)))
    return found[:NEAREST]
