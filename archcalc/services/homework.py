"""What check, worksheet and the library share: reading a table from any file, and the network that it is about."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import ArchcalcError, Source, UsageError, printable
from archcalc.reports import table as text_report
from archcalc.rooms import fetch
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.variation import vary
from archcalc.submissions import csv_table, markdown_table, records
from archcalc.submissions.bounded import MOST_BYTES, decoded, read_bytes, within
from archcalc.views.homework.marking import marking, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.specfile.assignments import Assignment
    from archcalc.studies.homework.roster import Roster
    from archcalc.studies.homework.rules import Rules
    from archcalc.studies.homework.sheet import Sheet
    from archcalc.studies.homework.verdicts import Marking

INSTALL = "pip install 'archcalc[xlsx]', or save the table as CSV"


class HomeworkSetting(NamedTuple):
    """What was set: a network and a seed by hand, or an assignment with the students of a course."""

    network: str | None = None
    seed: int | None = None
    rules: Rules = PLAIN_RULES
    assignment: Assignment | None = None
    roster: Roster | None = None


class Marked(NamedTuple):
    """A marked table, and the network's own."""

    marking: Marking
    table: Table


class Checked(NamedTuple):
    """What :func:`check` says: the score, what there was to reach, and the feedback in words."""

    score: int | float
    max_score: int | float
    feedback: str
    marking: Marking

    @property
    def holds(self) -> bool:
        """Whether everything is right."""
        return self.marking.holds


def check(  # noqa: PLR0913 - what a teacher may set
    table: str | Path | Sequence[Any],
    net: str | None = None,
    *,
    seed: int | None = None,
    assignment: str | Path | None = None,
    roster: str | Path | None = None,
    strict: bool = False,
) -> Checked:
    """Mark a filled table: a file, or rows as mappings. Nothing is printed.

    >>> found = check([{"layer": "conv1", "params": 34848}, {"layer": "fc8", "params": 4097000}], "alexnet")
    >>> found.score, found.max_score, found.marking.wrong()[0].explanations[0].text
    (1, 2, 'the biases are missing')

    Raises:
        UsageError: the table cannot be read, or there is no such network.
    """
    files = [None if file is None else str(file) for file in (assignment, roster)]
    set_ = setting(net, seed, *files, strict=strict)
    if isinstance(table, str | Path):
        content, name = read_bytes(Path(table)), str(table)
        found = mark_table(read_sheet(content, name), set_, Path(name).name)
    else:
        found = mark_table(sheet(records.rows(list(table), "the table"), "the table"), set_, "")
    page = marking(found.marking, found.table)
    score, most = number(found.marking.score), number(found.marking.max_score)
    return Checked(score, most, text_report.render(page), found.marking)


def setting(
    net: str | None, seed: int | None, assignment: str | None, roster: str | None, *, strict: bool = False
) -> HomeworkSetting:
    """Read what was set.

    Raises:
        UsageError: a file cannot be read.
        SpecError: the assignment has mistakes.
    """
    set_ = None
    if assignment:
        text = decoded(read_bytes(Path(assignment)))
        set_ = fetch("specfile", "assignments").assignment(Source(assignment, text))
    students = None
    if roster:
        rows = rows_of(read_bytes(Path(roster)), roster)
        students = fetch("studies.homework", "roster").roster(rows, roster)
    rules = set_.rules if set_ else PLAIN_RULES
    return HomeworkSetting(net, seed, rules._replace(rounding=False) if strict else rules, set_, students)


def read_sheet(content: bytes, name: str) -> Sheet:
    """Read a filled table from the content of a file.

    Raises:
        UsageError: it cannot be read.
    """
    return sheet(rows_of(within(content, name), name), Path(name).name)


def rows_of(content: bytes, name: str) -> list[list[str]]:
    """Return the cells of a file, by what it is called and what it looks like.

    >>> rows_of(b"| layer | params |", "hw.txt")
    [['layer', 'params']]

    Raises:
        UsageError: it cannot be read.
    """
    suffix = Path(name).suffix.lower()
    if content.startswith(b"PK\x03\x04") or suffix == ".xlsx":
        return _spreadsheet(content, name)
    text = decoded(content)
    start = text.lstrip()[:1]
    if suffix == ".json" or (start in ("{", "[") and suffix not in (".csv", ".md", ".yaml", ".yml")):
        return records.rows(_json(text, name), name)
    if suffix in (".yaml", ".yml"):
        return records.rows(fetch("specfile", "yaml_text").parse(Source(name, text)).plain, name)
    if suffix == ".md" or (suffix != ".csv" and start == "|"):
        return markdown_table.rows(text)
    return csv_table.rows(text, name)


def _json(text: str, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name} is no JSON: {error.msg}, line {error.lineno}") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply", "a homework is a short table") from None


def _spreadsheet(content: bytes, name: str) -> list[list[str]]:
    try:
        door = fetch("submissions", "xlsx_table")
    except ModuleNotFoundError:
        raise UsageError(f"{name}: reading spreadsheets needs openpyxl, which is not installed", INSTALL) from None
    rows: list[list[str]] = door.rows(content, name)
    return rows


def from_standard_input() -> bytes:
    """Read a table from standard input.

    Raises:
        UsageError: it is too large.
    """
    return within(sys.stdin.buffer.read(MOST_BYTES + 1), "<stdin>")


@lru_cache(maxsize=256)
def table_of(net: str, seed: int | None) -> Table:
    """Return the table of a network, varied by a seed.

    Raises:
        UsageError: there is no such network, or it cannot be varied.
        SpecError: its spec has mistakes.
    """
    network = load(net)
    if seed is None:
        return network.analyze()
    asked = vary(network, seed)
    return network.analyze(asked.input, asked.arguments, asked.options)


def mark_table(filled: Sheet, set_: HomeworkSetting, submission: str) -> Marked:
    """Mark a table by what was set; what the file says of itself counts only where nothing was.

    Raises:
        UsageError: nobody says which network it is about, or the student is not on the roster.
    """
    net, seed, remarks = _asked(filled, set_, submission)
    table = table_of(net, seed)
    found = mark(filled, table, set_.rules, lambda: relatives(net, seed))
    return Marked(found._replace(remarks=(*remarks, *found.remarks)), table)


def _asked(filled: Sheet, set_: HomeworkSetting, submission: str) -> tuple[str, int | None, list[str]]:
    """Return the network and the seed that were set, and a remark where the file says otherwise."""
    net, seed = set_.network, set_.seed
    if set_.assignment:
        student = _student(set_, submission)
        net = net or (student.network if student else "") or set_.assignment.networks[0]
        own = student.seed if student else None
        seed = next((number for number in (seed, own, set_.assignment.seed) if number is not None), None)
        remarks = _mismatch(filled, net, seed)
        if net not in set_.assignment.networks:
            remarks.append(f"{net} is not among the networks of the assignment")
        return net, seed, remarks
    if net:
        same = seed is None and filled.network == net
        return net, filled.seed if same else seed, [] if same else _mismatch(filled, net, seed)
    if not filled.network:
        raise UsageError(f"{filled.name} does not say which network it is about", "--net alexnet says it")
    if filled.network not in {entry.name for entry in entries()}:  # nobody's homework opens a file here
        message = f"{filled.name} is about {filled.network}, which is not among the shipped networks"
        raise UsageError(message, "--net ./mynet.yaml says where it is")
    return filled.network, filled.seed if seed is None else seed, []


def _student(set_: HomeworkSetting, submission: str) -> Any:  # noqa: ANN401 - a student, or nobody
    if set_.roster is None:
        return None
    student = set_.roster.of(submission)
    if student is None:
        hint = "the file is called after its student, as in hw1_ada.csv"
        raise UsageError(f"the roster does not say whose {printable(submission) or 'the table'} is", hint)
    return student


def _mismatch(filled: Sheet, net: str, seed: int | None) -> list[str]:
    said, asked = (filled.network, filled.seed), (net, seed)
    stem = Path(net.partition("#")[0]).stem  # a file is named after its network
    if not filled.network or said in (asked, (stem, seed)):
        return []
    spelled = [name if number is None else f"{name} seed {number}" for name, number in (said, asked)]
    return [f"the file says {spelled[0]}; {spelled[1]} was set, and is what counts"]


def relatives(net: str, seed: int | None) -> Iterator[Table]:
    """Yield the tables of the networks that one is mistaken for: its other variants, and its namesakes."""
    if seed is not None:
        return
    known = {entry.name: entry.file for entry in entries()}
    stem = net.rpartition("/")[2]
    names = [
        name for name, file in known.items()
        if name != net and (file == known.get(net) or name.rpartition("/")[2] == stem)
    ]  # fmt: skip
    yield from _analyzed(names)


def _analyzed(names: Sequence[str]) -> Iterator[Table]:
    for name in names:
        try:
            yield table_of(name, None)
        except ArchcalcError:
            continue
