"""Marking homework: what `archcalc check` and the library's `check` do, and the tables that are asked about."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.file_bytes import read_bytes
from archcalc.limits import work
from archcalc.reports.table import render
from archcalc.rooms import Deferred, Shown
from archcalc.services.opening import load
from archcalc.services.reading import read_sheet
from archcalc.services.setting import asked, setting
from archcalc.specfile.loading import load_for_a_file
from archcalc.specfile.shipped import entries, index
from archcalc.studies.homework.borrowed import borrowed, variant
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.reported import ToolTotal
from archcalc.studies.homework.row_labels import TOTAL, is_input
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.variants import Elsewhere
from archcalc.studies.homework.variation import vary
from archcalc.submissions import records
from archcalc.views.homework.marking import marking, number
from archcalc.views.homework.worksheet import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from archcalc.network.table import Table
    from archcalc.services.setting import HomeworkSetting
    from archcalc.studies.checking import profiles, reconciliation
    from archcalc.studies.homework.borrowed import Variant
    from archcalc.studies.homework.rules import Rules
    from archcalc.studies.homework.sheet import Sheet
    from archcalc.studies.homework.verdicts import Marking
else:  # only a wrong total is compared with other tools
    profiles = Deferred("archcalc.studies.checking.profiles")
    reconciliation = Deferred("archcalc.studies.checking.reconciliation")


KNOWN = ("torchinfo", "fvcore", "thop")
"""The tools that are named before the others where several report the same."""

CLOSE = 0.05
"""A rounded total differs from the exact one by this part at most."""

MOST_KIN = 12
"""A total is compared with the networks of a family that have the shortest names, up to this number."""


class Marked(NamedTuple):
    """A marked table, and the network's own."""

    marking: Marking
    table: Table


@dataclass(frozen=True, eq=False, repr=False)
class Checked(Shown):
    """What :func:`check` returns: the score, the maximum score, the feedback in words, and the network's own table."""

    score: int | float
    max_score: int | float
    feedback: str
    marking: Marking
    table: Table

    @property
    def holds(self) -> bool:
        """Whether everything is right."""
        return self.marking.holds


@work()
def check(  # noqa: PLR0913 - what a teacher may set
    table: str | Path | Sequence[Any],
    net: str | None = None,
    *,
    seed: int | None = None,
    assignment: str | Path | None = None,
    roster: str | Path | None = None,
    strict: bool = False,
) -> Checked:
    """Grade a completed table given as a file or as a list of dicts. Nothing is printed.

    >>> found = check([{"layer": "conv1", "params": 34848}, {"layer": "fc8", "params": 4097000}], "alexnet")
    >>> found.score, found.max_score, found.marking.wrong()[0].explanations[0].text
    (1, 2, 'The biases are not counted.')

    Raises:
        UsageError: the table cannot be read, or the network is unknown.
    """
    files = [None if file is None else str(file) for file in (assignment, roster)]
    set_ = setting(net, seed, *files, strict=strict)
    if isinstance(table, str | Path):
        found = mark_table(read_sheet(read_bytes(str(table)), str(table)), set_, Path(table).name)
    else:
        found = mark_table(sheet(records.rows(list(table), "the table"), "the table"), set_, "")
    return _checked(found)


def _checked(found: Marked) -> Checked:
    score, most = number(found.marking.score), number(found.marking.max_score)
    feedback = render(marking(found.marking, found.table))
    return Checked(score=score, max_score=most, feedback=feedback, marking=found.marking, table=found.table)


def mark_table(filled: Sheet, set_: HomeworkSetting, submission: str) -> Marked:
    """Mark a table by what was set.

    Raises:
        UsageError: nobody says which network it is about, or the student is not on the roster.
    """
    net, seed, remarks = asked(filled, set_, submission)
    table = set_table(set_, net, seed)

    def networks(totals: Sequence[int]) -> Iterator[Table]:
        return relatives(net, seed, table.spec.title, totals)

    elsewhere = Elsewhere(networks, lambda: reported_of(table))
    found = mark(filled, table, _rules(filled, set_), elsewhere)
    if seed is not None:
        found = borrowed(found, variants(set_, net, seed, filled.seed))
    return Marked(found._replace(remarks=(*remarks, *found.remarks)), table)


@lru_cache(maxsize=256)
def table_of(net: str, seed: int | None, *, for_a_file: bool = False) -> Table:
    """Return the table of a network, varied by a seed; ``for_a_file`` says that a file names the network.

    >>> table_of("alexnet", None).totals.params
    60965224

    Raises:
        UsageError: there is no such network, or it cannot be varied.
        SpecError: its spec has mistakes.
    """
    network = load_for_a_file(net) if for_a_file else load(net)
    if seed is None:
        return network.analyze()
    varied = vary(network, seed)
    return network.analyze(varied.input, varied.arguments, varied.options)


def _rules(filled: Sheet, set_: HomeworkSetting) -> Rules:
    """Return the rules for a table: a worksheet knows its rows, and which of them are asked."""
    if set_.assignment or not filled.ours:
        return set_.rules
    rows = [line for line in filled.lines if not is_input(line)]
    asked = [line.label for line in rows if any(line.cells.get(c) != NOT_ASKED for c in filled.headings)]
    named = [line.label for line in rows if line.label != TOTAL]
    restricted = not set(named) <= set(asked)
    return set_.rules._replace(complete=True, layers=tuple(asked) if restricted else ())


def set_table(set_: HomeworkSetting, net: str, seed: int | None) -> Table:
    """Return the table of a network that was set: one that a file names may not be everything.

    Raises:
        UsageError: there is no such network, or it cannot be varied.
    """
    return table_of(net, seed) if net == set_.network else table_of(net, seed, for_a_file=True)


def variants(set_: HomeworkSetting, net: str, seed: int, named: int | None = None) -> Iterator[Variant]:
    """Yield the variants that a student may have worked on by mistake.

    They are the network without a seed, the seed that the file names, and the nearest seeds of the roster.

    >>> from archcalc.services.setting import setting
    >>> [other.seed for other in variants(setting("alexnet", 17, None, None), "alexnet", 17, 18)]
    [None, 18]
    """
    seeds = [student.seed for student in set_.roster.students] if set_.roster else []
    place = seeds.index(seed) if seed in seeds else 0
    near = seeds[max(0, place - NEIGHBORS) : place + NEIGHBORS]
    for other in dict.fromkeys([None, named, *near]):
        if other != seed:
            with suppress(ArchcalcError):
                yield answers_of(net, other, named=net == set_.network)


NEIGHBORS = 100
"""The seeds of this number of students before and after one in the roster are compared."""


@lru_cache(maxsize=1024)
def answers_of(net: str, seed: int | None, *, named: bool) -> Variant:
    """Return the answers of a variant, kept for the next student; ``named`` means that no file names the network.

    >>> answers_of("alexnet", None, named=True).answers["conv1", "params"]
    (34944,)
    """
    return variant(table_of(net, seed) if named else table_of(net, seed, for_a_file=True), seed)


def relatives(net: str, seed: int | None, title: str = "", totals: Sequence[int] = ()) -> Iterator[Table]:
    """Yield the tables of the networks that one is mistaken for: its other variants, its namesakes, and their kin.

    A name with an ending (`lenet5-modern`) belongs to the name without it. With totals also the networks that begin
    like it, whatever their numbers are: VGG-19 for VGG-16, also for a spec of one's own. They are those that have about
    the given totals, as far as the index knows.

    >>> [table.spec.name for table in relatives("alexnet", None)]
    ['alexnet-one-tower', 'torchvision/alexnet']
    >>> [table.spec.name for table in relatives("./net.yaml", None, "AlexNet on one GPU", [61_100_840])]
    ['alexnet', 'alexnet-one-tower', 'torchvision/alexnet']
    """
    if seed is not None:
        return
    known = {entry.name: entry.file for entry in entries()}
    stem = net.rpartition("/")[2]
    names = [
        name for name, file in known.items()
        if name != net and (file == known.get(net) or _kin(name.rpartition("/")[2], stem))
    ]  # fmt: skip
    family = _of_the_family(title, {*names, net}, totals) if totals else []
    yield from _analyzed([*names, *family])


def reported_of(table: Table) -> Iterator[ToolTotal]:
    """Yield what other tools report for a network, those first that are used most.

    >>> import archcalc
    >>> next(reported_of(archcalc.load("torchvision/vit_b_16").analyze()))
    ToolTotal(tool='torchinfo', macs=173232616, params=86567656)
    """
    names = profiles.tools()
    for name in sorted(names, key=lambda name: KNOWN.index(name) if name in KNOWN else len(names)):
        found = reconciliation.reconcile(table, name)
        yield ToolTotal(name, found.macs, found.params)


def _of_the_family(title: str, known: Container[str], totals: Sequence[int]) -> list[str]:
    """Return networks whose names begin with the letters of a title, but for those that are known."""
    family = _letters(title) or None
    found = [
        name for name, row in index()["networks"].items()
        if name not in known and _letters(name.rpartition("/")[2]) == family and _may_have(row, totals)
    ]  # fmt: skip
    return sorted(found, key=len)[:MOST_KIN]


def _may_have(row: Mapping[str, Any], totals: Sequence[int]) -> bool:
    """Whether a network of the index may have one of some totals, which may be rounded."""
    known = [row[quantity] for quantity in ("params", "macs") if quantity in row]
    return not known or any(abs(number - total) <= CLOSE * number for number in known for total in totals)


def _letters(name: str) -> str:
    """Return the letters that a name begins with, if they are enough to tell it."""
    found = re.match(r"[a-z]{4,}|vgg", name.lower())
    return found[0] if found else ""


def _kin(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def _analyzed(names: Sequence[str]) -> Iterator[Table]:
    for name in names:
        try:
            yield table_of(name, None)
        except ArchcalcError:
            continue
