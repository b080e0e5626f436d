"""The page of `solve`: what the unknowns of a formula or of a network must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.letters import OUTPUT
from archcalc.studies.solving.formula_solving import FormulaAnswer
from archcalc.studies.solving.layer_sizes import SizeAnswer
from archcalc.studies.solving.network_solving import NetworkAnswer
from archcalc.studies.solving.solutions import Span
from archcalc.symbolic.printing import unicode, writer
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Fact, Facts, Heading, Line, Notes, Page, PageTable
from archcalc.views.solving.network_solutions import network_blocks, network_record
from archcalc.views.solving.records import cell, record, spoken
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.solving.solutions import Answer, Solution
    from archcalc.views.page import Block

MOST_SHOWN = 20
FEW = 4
"""So many solutions are told in a sentence."""


def solutions(answer: Answer, *, everything: bool = False) -> Page:
    """Return the page of an answer: the first solutions of many, or all of them.

    >>> import archcalc
    >>> solutions(archcalc.solve("O=55, I=227, K=11, S=4")).record["solutions"]
    [{'P': 0, 'exact': True}, {'P': 1, 'exact': False, 'left_over': 2}]
    """
    if isinstance(answer, FormulaAnswer):
        return Page(tuple(_formula(answer, everything=everything)), lambda: record(answer), "solutions")
    if isinstance(answer, SizeAnswer):
        return Page(tuple(_size(answer)), lambda: record(answer) | {"form": answer.form}, "solutions")
    assert isinstance(answer, NetworkAnswer)  # noqa: S101 - there are no others
    return Page(tuple(network_blocks(answer, everything=everything)), lambda: network_record(answer), "solutions")


def _formula(answer: FormulaAnswer, *, everything: bool) -> Iterator[Block]:
    kind = f"{answer.rule.kind}, rounded up" if answer.rule.ceil else answer.rule.kind
    yield Heading(f"{OUTPUT} = {unicode(answer.rule.outputs)}", kind)
    given = [f"{letter} {value}" for letter, value in answer.given.items()]
    looked = [f"unknown: {', '.join(answer.unknowns)}"] if answer.unknowns else []
    yield Notes((" · ".join([*given, *looked]),), QUIET)
    yield Notes(tuple(sentences(answer)), STRONG)
    shown = answer.solutions if everything else answer.solutions[:MOST_SHOWN]
    if shown:
        yield _worked(answer, shown)
    hidden = len(answer.solutions) - len(shown)
    more = [f"{hidden:,} more; use --all to show them (--format json always contains all)"] if hidden else []
    yield Notes((*more, answer.how), QUIET)


def _worked(answer: FormulaAnswer, shown: Sequence[Solution]) -> PageTable:
    """Return the solutions with the rule worked, and what the division leaves over."""
    columns = [Column(letter, letter, RIGHT) for letter in answer.unknowns]
    columns += [Column("worked", f"{OUTPUT} worked"), Column("division", "division")]
    lines, line = [], writer(answer.rule.outputs)
    for number, solution in enumerate(shown):
        cells = [cell(solution.values[letter]) for letter in answer.unknowns]
        values = {**answer.given, **solution.values}
        worked = line({letter: value for letter, value in values.items() if not isinstance(value, Span)})
        quiet = 0 < answer.usual <= number
        lines.append(Line((*cells, worked, _division(answer, solution)), 0, QUIET if quiet else PLAIN))
    return PageTable(tuple(columns), tuple(lines))


def _division(answer: FormulaAnswer, solution: Solution) -> str:
    """Say what a division leaves over, in one of two grades."""
    left, after = solution.left_over, answer.after(solution.values)
    if solution.exact:
        return "exact"
    if answer.rule.ceil:
        return "rounded up" if left is None else f"remainder {left}, rounded up"
    if left is None:
        return "not exact"
    if left <= after:
        return f"remainder {left}, in the padding (harmless)"
    return f"remainder {left}: {left - after} of the input never read"


def sentences(answer: FormulaAnswer) -> Iterator[str]:
    """Yield the answer in sentences.

    >>> import archcalc
    >>> list(sentences(archcalc.solve("O=55, I=227, K=11, S=4")))
    ['P = 0 (exact); P = 1 also gives 55, with remainder 2']
    """
    names, wanted = " and ".join(answer.unknowns), answer.given.get(OUTPUT)
    exact = [solution for solution in answer.solutions if solution.exact]
    if wanted is None or not answer.unknowns:
        yield from _checked(answer, wanted)
    elif not answer.solutions:
        yield f"no value of {names} gives {wanted}"
    elif len(answer.unknowns) > 1 or len(answer.solutions) > FEW:
        count = len(answer.solutions)
        yield f"{plural(count, 'solution')}, {len(exact)} exact"
    else:
        yield _few(answer, names, exact)
    if answer.nearest:
        yield f"{_nearest_are(answer)}: {'; '.join(_near(near, answer) for near in answer.nearest)}"


def _checked(answer: FormulaAnswer, wanted: int | None) -> Iterator[str]:
    """Yield what was computed where nothing was left to be found."""
    for solution in answer.solutions:
        over = "exact" if solution.exact else f"remainder {solution.left_over}"
        yield f"{OUTPUT} = {wanted if wanted is not None else solution.values[OUTPUT]} ({over})"
    if not answer.solutions:
        yield f"{OUTPUT} is not {wanted}" if answer.nearest else "the output would be empty"


def _few(answer: FormulaAnswer, name: str, exact: Sequence[Solution]) -> str:
    """Return a few solutions for one unknown in a sentence."""
    others = [solution for solution in answer.solutions if not solution.exact]
    values = " or ".join(_equals(name, other.values[name]) for other in others)
    if not exact:
        return f"no exact solution; {values} with rounding {'up' if answer.rule.ceil else 'down'}"
    said = f"{' and '.join(_equals(name, one.values[name]) for one in exact)} (exact)"
    if not others:
        return said
    left = listed("unknown" if other.left_over is None else str(other.left_over) for other in others)
    verb, over = ("gives", "remainder") if len(others) == 1 else ("give", "remainders")
    return f"{said}; {values} also {verb} {answer.given[OUTPUT]}, with {over} {left}"


def _equals(name: str, value: int | Span) -> str:
    return f"{name} {'= ' if isinstance(value, int) else ''}{spoken(value)}"


def _nearest_are(answer: FormulaAnswer) -> str:
    if not answer.solutions:
        return "nearest"
    return "input sizes with an exact solution"


def _near(near: Solution, answer: FormulaAnswer) -> str:
    """Say what is near: values and what they give, or another input and what goes with it."""
    values = {name: spoken(value) for name, value in near.values.items()}
    if answer.solutions:
        size = values.pop("I")
        return f"{size} ({', '.join(f'{name} = {value}' for name, value in values.items())})"
    output = values.pop(OUTPUT, "")
    said = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"{said or 'it'} gives {output}" if output else f"{said}{'' if near.exact else ' (rounded down)'}"


def _size(answer: SizeAnswer) -> Iterator[Block]:
    row = answer.row
    (name,) = answer.unknowns
    yield Heading(answer.question, answer.network)
    remark = "" if answer.flattened is None else f"{answer.flattened}, flattened"
    facts = [Fact(name, answer.size, remark)]
    if answer.form != answer.size:
        facts.append(Fact("for any input size", answer.form))
    spelled = row.layer.torch(row.inputs[0])
    if not isinstance(spelled, str):
        options = ", ".join(f"{option}={_python(value)}" for option, value in spelled.options.items())
        facts.append(Fact("in PyTorch", f"{spelled.home.replace('torch.nn', 'nn')}.{spelled.op}({options})"))
    yield Facts(tuple(facts))


def _python(value: object) -> str:
    return str(value)
