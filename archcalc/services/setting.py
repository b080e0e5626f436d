"""What was set: a network and a seed by hand, or an assignment with the students of a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Source, UsageError
from archcalc.file_bytes import read_bytes
from archcalc.limits import STUDENTS
from archcalc.rooms import fetch
from archcalc.services.reading import rows_of
from archcalc.specfile.shipped import entries
from archcalc.studies.homework.roster import roster
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.submissions.bounded import decoded
from archcalc.wording import Sentence

if TYPE_CHECKING:
    from archcalc.specfile.assignments import Assignment
    from archcalc.studies.homework.roster import Roster, Student
    from archcalc.studies.homework.rules import Rules
    from archcalc.studies.homework.sheet import Sheet


class HomeworkSetting(NamedTuple):
    """What was set: a network and a seed by hand, or an assignment with the students of a course."""

    network: str | None = None
    seed: int | None = None
    rules: Rules = PLAIN_RULES
    assignment: Assignment | None = None
    roster: Roster | None = None


class Asked(NamedTuple):
    """What one table is marked by: its network and seed, and remarks where the file says otherwise."""

    network: str
    seed: int | None
    remarks: tuple[str, ...] = ()


def setting(
    net: str | None, seed: int | None, assignment: str | None, students: str | None, *, strict: bool = False
) -> HomeworkSetting:
    """Read what was set.

    >>> setting("alexnet", 7, None, None).network
    'alexnet'

    Raises:
        UsageError: a file cannot be read.
        SpecError: the assignment has mistakes.
    """
    set_ = _assignment(assignment) if assignment else None
    known = roster(rows_of(read_bytes(students), students, STUDENTS), students) if students else None
    rules = set_.rules if set_ else PLAIN_RULES
    return HomeworkSetting(
        network=net, seed=seed, rules=rules._replace(rounding=False) if strict else rules, assignment=set_, roster=known
    )


def _assignment(file: str) -> Assignment:
    source = Source(file, decoded(read_bytes(file)))
    try:
        door = fetch("specfile", "assignments")
    except ModuleNotFoundError as missing:
        message = f"{file}: reading assignments requires {missing.name}, which is not installed"
        raise UsageError(message, f"run pip install {missing.name}") from None
    found: Assignment = door.assignment(source)
    return found


def asked(filled: Sheet, set_: HomeworkSetting, submission: str) -> Asked:
    """Return what a table is marked by; what it says of itself counts only where nothing was set.

    Raises:
        UsageError: nobody says which network it is about, or the student is not on the roster.
    """
    if set_.assignment:
        return _by_assignment(filled, set_, set_.assignment, submission)
    net, seed = set_.network, set_.seed
    if net:
        same = seed is None and filled.network == net
        return Asked(net, filled.seed) if same else Asked(net, seed, _mismatch(filled, net, seed))
    if not filled.network:
        raise UsageError(f"{filled.name} does not name a network", "use --net, for example --net alexnet")
    if filled.network not in {entry.name for entry in entries()}:  # nobody's homework opens a file here
        message = f"{filled.name} names the network '{filled.network}', which is not built in"
        raise UsageError(message, "use --net with the path of its spec, for example --net ./mynet.yaml")
    return Asked(filled.network, filled.seed if seed is None else seed)


def _by_assignment(filled: Sheet, set_: HomeworkSetting, assignment: Assignment, submission: str) -> Asked:
    net, seed = allotted(set_, _student(set_.roster, submission))
    remarks = _mismatch(filled, net, seed)
    if net not in assignment.networks:
        english = "{network} is not one of the assignment's networks"
        remarks = (*remarks, Sentence("remarks.not-assigned", english, network=net))
    return Asked(net, seed, remarks)


def allotted(set_: HomeworkSetting, student: Student | None) -> tuple[str, int | None]:
    """Return the network and the seed that a student works on: what is set by hand comes first.

    >>> from archcalc.studies.homework.roster import Student
    >>> allotted(setting("alexnet", None, None, None), Student("Ada", ("Ada",), 17))
    ('alexnet', 17)

    Raises:
        UsageError: no network is given.
    """
    assignment = set_.assignment
    net = set_.network or (student.network if student else "") or (assignment.networks[0] if assignment else "")
    if not net:
        raise UsageError("missing argument 'NET'", "name a network, for example alexnet, or use --assignment")
    seeds = (set_.seed, student.seed if student else None, assignment.seed if assignment else None)
    return net, next((number for number in seeds if number is not None), None)


def _student(known: Roster | None, submission: str) -> Student | None:
    if known is None:
        return None
    student = known.of(submission)
    if student is None:
        hint = "file names must contain the student name, for example hw1_ada.csv"
        raise UsageError(f"{submission or 'the table'} matches no student in the roster", hint)
    return student


def _mismatch(filled: Sheet, net: str, seed: int | None) -> tuple[str, ...]:
    said, was_set = (filled.network, filled.seed), (net, seed)
    stem = Path(net.partition("#")[0]).stem  # a file is named after its network
    if not filled.network or said in (was_set, (stem, seed)):
        return ()
    spelled = [name if number is None else f"{name} seed {number}" for name, number in (said, was_set)]
    english = "the file names {said}, but it was graded as {graded} (--net, --seed, the assignment or the roster)"
    return (Sentence("remarks.other-name", english, said=spelled[0], graded=spelled[1]),)
