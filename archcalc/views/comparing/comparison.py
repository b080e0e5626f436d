"""The page of `diff`: what one would say, the totals, the stages, and the edit from one network to the other."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.network.scope import Layers
from archcalc.studies.comparing.edits import ACTIONS
from archcalc.views.cells import entry, of_value
from archcalc.views.comparing import edits as of_edits
from archcalc.views.comparing import stages as of_stages
from archcalc.views.comparing import totals as of_totals
from archcalc.views.comparing.edit_tree import tree
from archcalc.views.comparing.headline import headline, weighed, word
from archcalc.views.page import (
    LEFT,
    PLAIN,
    QUIET,
    RIGHT,
    STRONG,
    Column,
    Fact,
    Facts,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
    RecordEntries,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.studies.comparing.differences import Difference, Weighed
    from archcalc.studies.comparing.thresholds import Check
    from archcalc.views.page import Block

SCHEMA_VERSION = 1

LEGEND = "Parameters: weights and biases. Parameter memory: parameters as float32. MACs: one forward pass of one input."


OUTCOMES = {True: "violated", False: "ok", None: "undecided (treated as violated)"}


class ComparisonOptions(NamedTuple):
    """How a comparison is to be: whether it shows the edit (None: of related networks), and how deep that opens."""

    edits: bool | None = None
    depth: int | None = None


def comparison(difference: Difference, options: ComparisonOptions | None = None) -> Page:
    """Return the page of some networks side by side.

    >>> import archcalc
    >>> page = comparison(archcalc.diff(archcalc.load("vgg16"), archcalc.load("googlenet")))
    >>> page.blocks[2].lines[0]
    "VGG-16 has 19.8 times as many parameters and 9.8 times as many MACs as GoogLeNet; 89% of VGG-16's parameters are \
in its fully connected layers"
    """
    options = options or ComparisonOptions()
    names = called(difference.tables)
    sentence = headline(difference, names)
    blocks: list[Block] = [
        Heading(" · ".join(names), "comparison"),
        Notes((" · ".join(_entries(difference.tables, names)),), QUIET),
        *([Notes((sentence,), STRONG)] if sentence else []),
        *_checks(difference, names),
        of_totals.totals(difference, names),
        *_letters(difference, names),
        Heading("Work per stage", "by effective stride"),
        of_stages.stages(difference, names),
        *_edits(difference, options, names),
        Notes((LEGEND,), QUIET),
    ]
    return Page(
        blocks=tuple(blocks),
        recorded=lambda: _record(difference, names),
        records="totals",
        spread=lambda: of_totals.lines(difference, names),
    )


def called(tables: Sequence[network.Table]) -> tuple[str, ...]:
    """Return what networks are called, so that no two names are the same: the second of two is `(b)`.

    >>> import archcalc
    >>> called([archcalc.load(name).analyze() for name in ("lenet5", "alexnet", "lenet5")])
    ('lenet5 (a)', 'alexnet', 'lenet5 (c)')
    """
    names = [table.spec.name for table in tables]
    letters = (*ascii_lowercase, *map(str, range(len(ascii_lowercase) + 1, len(names) + 1)))
    return tuple(
        f"{name} ({letter})" if names.count(name) > 1 else name for name, letter in zip(names, letters, strict=False)
    )


def _entries(tables: Sequence[network.Table], names: Sequence[str]) -> Iterator[str]:
    """Yield what goes in: the input, once where it is the same for all, and the arguments in which they differ."""
    inputs = [entry(table) for table in tables]
    if len(set(inputs)) == 1:
        yield inputs[0]
    else:
        yield from (f"{name}: {given}" for name, given in zip(names, inputs, strict=True))
    common = set.intersection(*(set(table.arguments) for table in tables))
    for argument in (name for name in tables[0].arguments if name in common):
        values = [_argument(table.arguments[argument]) for table in tables]
        if len(set(values)) > 1 and all(values):
            yield f"{argument} {' → '.join(values)}"


def _argument(value: object) -> str:
    """Spell a plain value of an argument; lists of layers are nothing to spell."""
    return "" if isinstance(value, Layers) else of_edits.spelled(value)


def _checks(difference: Difference, names: Sequence[str]) -> Iterator[Block]:
    """Yield the limits that were asked for, with both numbers and what came of each."""
    lines = []
    for check in difference.checks:
        first, other = (of_value(difference[check.quantity].values[which]) for which in (0, check.which))
        cells = (Label(check.limit.written), names[check.which], other, first, OUTCOMES[check.fails])
        lines.append(Line(cells, 0, PLAIN if check.holds else STRONG))
    heads = ("condition", "network", "has", f"{names[0]} has", "result")
    columns = tuple(Column(head, head, RIGHT if head.endswith("has") else LEFT) for head in heads)
    yield from [PageTable(columns, tuple(lines))] if lines else []


def _letters(difference: Difference, names: Sequence[str]) -> Iterator[Block]:
    """Yield the closed forms of differences with letters in them, and for which values which network has fewer."""
    if not difference.weighed:
        return
    yield Heading("Difference", f"{names[1]} − {names[0]}")
    yield Facts(tuple(Fact(word(found.quantity), found.difference) for found in difference.weighed))
    yield from (Notes((weighed(found, names),)) for found in difference.weighed)


def _edits(difference: Difference, options: ComparisonOptions, names: Sequence[str]) -> Iterator[Block]:
    """Yield the edit, if it is to be shown: by itself where two networks are related."""
    script = difference.script
    if script is None or options.edits is False:
        return
    yield Heading("Changed layers", f"from {names[0]} to {names[1]}")
    count = ", ".join(f"{len(script.of(action))} {of_edits.DONE[action]}" for action in ACTIONS if script.of(action))
    yield Notes((f"layers: {count}",))
    if not (script.related if options.edits is None else options.edits):
        yield Notes(("the networks differ too much for a useful list; use --edits to show it anyway",))
        return
    top = tree(script)
    yield PageTable(of_edits.COLUMNS, tuple(of_edits.lines(top, options.depth)), of_edits.sums(script))
    if not script.minimal:
        yield Notes(("the networks are too large to prove that this list of changes is the shortest",), QUIET)


def _record(difference: Difference, names: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "networks": list(names),
        "inputs": [_inputs(table) for table in difference.tables],
        "headline": headline(difference, names),
        "totals": [of_totals.record(total) for total in difference.totals],
        "stages": [of_stages.record(stage) for stage in difference.stages],
    }
    script = difference.script
    if script is not None:
        found["edits"] = RecordEntries(lambda: map(of_edits.entry, script.edits))
        found |= {"related": script.related, "minimal": script.minimal}
    if difference.weighed:
        found["letters"] = [_of_letters(weighed) for weighed in difference.weighed]
    if difference.checks:
        found["holds"] = difference.holds
        found["checks"] = [_of_check(check, names) for check in difference.checks]
    return found


def _inputs(table: network.Table) -> Any:  # noqa: ANN401 - the one input, or all by name
    shapes = {name: list(shape.sizes) for name, shape in table.inputs.items()}
    return shapes if len(shapes) > 1 else next(iter(shapes.values()))


def _of_letters(found: Weighed) -> dict[str, Any]:
    said: dict[str, Any] = {"quantity": found.quantity, "difference": found.difference}
    if found.signs is None:
        return said | {"signs": None}
    runs = [{"from": run.first, "to": run.last, "sign": run.sign} for run in found.signs.runs]
    return said | {
        "letters": list(found.equated) or [found.signs.letter],
        "signs": runs,
        "known_to": found.signs.known_to,
    }


def _of_check(check: Check, names: Sequence[str]) -> dict[str, Any]:
    return {"condition": check.limit.written, "network": names[check.which], "fails": check.fails}
