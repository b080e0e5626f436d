"""What one would say of networks side by side, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.measures.quantities import QUANTITIES
from archcalc.symbolic.expr import letters
from archcalc.views.page import Share
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.comparing.differences import Difference, Weighed
    from archcalc.symbolic.signs import Run

HALF = 50
"""Percent from which on it is worth a word where the parameters are."""

MOST_RUNS = 4
"""How many changes of sign are told one by one."""


def word(quantity: str) -> str:
    """Return what a quantity is called."""
    return QUANTITIES[quantity].heading if quantity in QUANTITIES else quantity.removeprefix("layers.")


def titles(tables: Sequence[Table], names: Sequence[str]) -> list[str]:
    """Return what networks are called in a sentence: by their titles, without what these add to a name.

    Where two have one title, all go by their names.

    >>> import archcalc
    >>> titles([archcalc.load(name).analyze() for name in ("vgg16", "googlenet")], ["vgg16", "googlenet"])
    ['VGG-16', 'GoogLeNet']
    """
    found = [table.spec.title.partition(" (")[0].partition(" as ")[0] for table in tables]
    return found if len(set(found)) == len(found) else list(names)


def magnitude(high: int, low: int) -> tuple[str, str]:
    """Say how much more a larger number is than a smaller one, and the word that follows: `as` or `than`.

    >>> magnitude(138357544, 6998552), magnitude(4089184256, 3857973248), magnitude(5, 0)
    (('19.8 times as many', 'as'), ('6.0% more', 'than'), ('5 more', 'than'))
    """
    if not low:
        return f"{high:,} more", "than"
    if 10 * high < 11 * low:
        permille = Share(high - low, low).permille
        return (f"{permille // 10}.{permille % 10}% more" if permille else "less than 0.1% more"), "than"
    return f"{times(high, low)} times as many", "as"


def times(high: int, low: int) -> str:
    """Return a ratio with one decimal; with none from a hundred on.

    >>> times(198, 10), times(123456, 10)
    ('19.8', '12,346')
    """
    if high >= 100 * low:
        return f"{(2 * high + low) // (2 * low):,}"
    tenths = (20 * high + low) // (2 * low)
    return f"{tenths // 10}.{tenths % 10}"


def headline(difference: Difference, names: Sequence[str]) -> str:
    """Return the sentence that one would say of two networks; of more, which has the fewest.

    >>> import archcalc
    >>> headline(archcalc.diff(archcalc.load("resnet50"), archcalc.load("torchvision/resnet50")), ["one", "other"])
    'other has 6.0% more MACs than one; both have the same number of parameters'
    """
    called = titles(difference.tables, names)
    known = [(name, [v for v in difference[name].values if isinstance(v, int)]) for name in ("params", "macs")]
    counted = [(word(name), values) for name, values in known if len(values) == len(names)]
    said = _of_two(called, counted) if len(names) == 2 else _of_many(called, counted)  # noqa: PLR2004
    return "; ".join([said] * bool(said) + [*_connected(difference.tables, called)])


def _of_two(called: Sequence[str], counted: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Say which of two networks has more of what; the larger one is the subject."""
    clauses: dict[tuple[str, str, str], list[str]] = {}
    for what, (first, other) in counted:
        if first != other:
            larger, smaller = called if first > other else reversed(called)
            amount, link = magnitude(max(first, other), min(first, other))
            clauses.setdefault((larger, link, smaller), []).append(f"{amount} {what}")
    said = [f"{larger} has {listed(amounts)} {link} {smaller}" for (larger, link, smaller), amounts in clauses.items()]
    equal = [what for what, (first, other) in counted if first == other]
    return "; ".join([*said, *([f"both have the same number of {listed(equal)}"] if equal else [])])


def _of_many(called: Sequence[str], counted: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Say which networks have the fewest of what; what the same ones have in one clause."""
    found: dict[tuple[str, ...], list[str]] = {}
    for what, values in counted:
        fewest = tuple(name for name, value in zip(called, values, strict=True) if value == min(values))
        found.setdefault(fewest, []).append(what)
    has = {names: "has" if len(names) == 1 else "have" for names in found}
    return ", ".join(f"{listed(names)} {has[names]} the fewest {listed(what)}" for names, what in found.items())


def _connected(tables: Sequence[Table], called: Sequence[str]) -> Iterator[str]:
    """Yield which networks have most of their parameters in fully connected layers, and how many percent of them."""
    found = [(name, percent) for name, percent in zip(called, map(_percent, tables), strict=True) if percent > HALF]
    if found:
        whose = listed(f"{percent}% of {name}'s" for name, percent in found)
        yield f"{whose} parameters are in {'its' if len(found) == 1 else 'their'} fully connected layers"


def _percent(table: Table) -> int:
    """Return the share of the parameters in fully connected layers, in percent; 0 where letters leave it open."""
    part = sum(row.params for row in table if _is_connected(row) and isinstance(row.params, int))
    whole = table.totals.params
    return (Share(part, whole).permille + 5) // 10 if isinstance(whole, int) and whole else 0


def _is_connected(row: Row) -> bool:
    return row.kind == "linear" and row.output.layout == "F" and not row.train_only


def weighed(found: Weighed, names: Sequence[str]) -> str:
    """Say for which sizes which of two networks has fewer.

    >>> from archcalc.studies.comparing.differences import Weighed
    >>> from archcalc.symbolic.signs import Run, Signs
    >>> signs = Signs("H", (Run(67, 98, 1), Run(99, None, -1)))
    >>> weighed(Weighed("params", 0, signs, ("H", "W")), ["alexnet", "resnet50"])
    'fewer parameters: alexnet for 67 ≤ H = W ≤ 98, resnet50 for H = W ≥ 99'
    """
    what, said = f"fewer {word(found.quantity)}", found.signs
    if said is None:
        return f"{what}: undecided: the difference depends on {listed(letters(found.difference))} together"
    name, runs = " = ".join(found.equated) or said.letter, list(said.runs)
    spoken = [f"{_whose(run, names)} for {_where(run, name)}" for run in runs]
    if len(runs) > MOST_RUNS:
        between = runs[1]._replace(last=runs[-2].last, sign=None)
        spoken[1:-1] = [f"{_whose(between, names)} for {_where(between, name)}"]
    looked = f" (tested up to {said.known_to})" if said.known_to is not None else ""
    return f"{what}: {', '.join(spoken)}{looked}"


def _whose(run: Run, names: Sequence[str]) -> str:
    return {-1: names[1], 0: "equal", 1: names[0], None: "changes several times"}[run.sign]


def _where(run: Run, name: str) -> str:
    if run.last is None:
        return f"{name} ≥ {run.first}" if run.first > 1 else f"every {name}"
    return f"{run.first} ≤ {name} ≤ {run.last}" if run.last > run.first else f"{name} = {run.first}"
