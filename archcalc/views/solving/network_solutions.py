"""The answers of `solve` about a network: its input, an argument or an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.solving.demands import Goal, is_in_bytes
from archcalc.studies.solving.dials import CONTEXT
from archcalc.studies.solving.solutions import Span
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Fact, Facts, Heading, Line, Notes, PageTable
from archcalc.views.solving.records import cell, plain_number, record, recorded, spoken
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.studies.solving.network_answers import NetworkAnswer
    from archcalc.studies.solving.solutions import TriedTotals
    from archcalc.views.page import Block

MOST_SHOWN = 20
FEW = 4


def network_blocks(answer: NetworkAnswer, *, everything: bool) -> Iterator[Block]:
    """Yield the blocks of an answer about a network."""
    yield Heading(answer.question, answer.network)
    yield Notes((_unknown(answer),), QUIET)
    yield Notes(tuple(_found(answer, everything=everything)), STRONG)
    if answer.totals:
        yield _totals(answer)
    if answer.forms and not answer.totals:
        yield Facts(tuple(Fact(name, form) for name, form in answer.forms.items()))
    yield from _pairs(answer, everything=everything)
    yield Notes((answer.how,), QUIET)


def _unknown(answer: NetworkAnswer) -> str:
    """Say what is unknown; the input is what is meant where nothing is said."""
    names = listed(answer.unknowns)
    chosen = " (input size; --vary selects another unknown)" if answer.of_input else ""
    numbers = f"; numbers: {answer.dtype} (--dtype selects another type)" if answer.dtype else ""
    cached = "; memory: parameters, buffers and KV cache" if answer.dtype and names == CONTEXT else ""
    return f"unknown: {names}{chosen}{cached}{numbers}"


def _pairs(answer: NetworkAnswer, *, everything: bool) -> Iterator[Block]:
    """Yield the solutions with sizes that differ, and where they were looked for."""
    pairs = answer.pairs
    if pairs is None:
        return
    shown = pairs.solutions if everything else pairs.solutions[:FEW]
    hidden = len(pairs.solutions) - len(shown)
    word = {Goal.LARGEST: "at most ", Goal.SMALLEST: "at least "}.get(pairs.goal, "")
    lines = [f"{word}{_sizes(solution.values)}" for solution in shown] or ["no other sizes"]
    more = [f"and {hidden:,} more; use --all to show them"] if hidden else []
    names = listed(pairs.letters)
    yield Notes((f"{' ≠ '.join(pairs.letters)}:", *lines, *more))
    yield Notes((f"complete for {names} from {pairs.tried[0]} to {pairs.tried[-1]}",), QUIET)


def _sizes(values: Mapping[str, int | Span]) -> str:
    if all(isinstance(value, int) for value in values.values()):
        return f"{'×'.join(values)} = {'×'.join(map(str, values.values()))}"
    return ", ".join(
        f"{name} {'= ' if isinstance(value, int) else ''}{spoken(value)}" for name, value in values.items()
    )


def _found(answer: NetworkAnswer, *, everything: bool) -> Iterator[str]:
    """Yield the solutions in sentences."""
    shown = answer.solutions if everything else answer.solutions[:MOST_SHOWN]
    for solution in shown:
        yield ", ".join(_turned(answer, name, value) for name, value in solution.values.items())
    if len(shown) < len(answer.solutions):
        yield f"and {len(answer.solutions) - len(shown):,} more; use --all to show them"
    if not answer.solutions:
        yield "no solution" + ("" if answer.complete else " so far") + ("; nearest:" if answer.totals else "")


def _turned(answer: NetworkAnswer, name: str, value: int | Span) -> str:
    word = (
        "" if isinstance(value, Span) else {Goal.LARGEST: "at most ", Goal.SMALLEST: "at least "}.get(answer.goal, "")
    )
    if answer.square and isinstance(value, int):
        return f"{name} {word}{value}×{value}"
    said = spoken(value) + (" (height = width)" if answer.square else "")
    return f"{name} {'' if word or isinstance(value, Span) else '= '}{word}{said}"


def _totals(answer: NetworkAnswer) -> PageTable:
    names = list(answer.totals[0].totals)
    unknowns = list(answer.totals[0].values)
    columns = [Column(name, name, RIGHT) for name in unknowns]
    columns += [Column(name, f"{name} (bytes)" if is_in_bytes(name) else name, RIGHT) for name in names]
    lines = [
        Line((*(cell(found.values[name]) for name in unknowns), *map(found.totals.get, names), _verdict(found)),
             0, PLAIN if found.holds else QUIET)
        for found in answer.totals
    ]  # fmt: skip
    return PageTable((*columns, Column("verdict", "")), tuple(lines))


def _verdict(found: TriedTotals) -> str:
    return "satisfied" if found.holds else "not satisfied"


def network_record(answer: NetworkAnswer) -> dict[str, Any]:
    """Return an answer about a network as a record."""
    found = record(answer) | {"solutions": [recorded(solution.values) for solution in answer.solutions]}
    held = [total for total in answer.totals if total.holds]
    if held:
        if answer.goal != Goal.EVERY:
            found["solutions"] = [_counted(total) for total in held]
        found["next"] = [_counted(total) for total in answer.totals if not total.holds]
    elif answer.totals:
        found["nearest"] = [_counted(total) for total in answer.totals]
    if answer.pairs is not None:
        found["pairs"] = [recorded(solution.values) for solution in answer.pairs.solutions]
        found["pairs_tried"] = [answer.pairs.tried[0], answer.pairs.tried[-1]]
    return found | {"forms": dict(answer.forms)} | ({"dtype": answer.dtype} if answer.dtype else {})


def _counted(found: TriedTotals) -> dict[str, Any]:
    return {name: plain_number(value) for name, value in found.values.items()} | {"totals": dict(found.totals)}
