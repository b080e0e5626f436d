"""The page of a class: a line for each student, the mistakes they share, and the hardest questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.views.homework.marking import number, points
from archcalc.views.page import PLAIN, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.studies.homework.cohort import Cohort, CohortQuestion, Common, StudentPaper
    from archcalc.views.page import Block

STUDENTS = (
    Column("student", "student"),
    Column("score", "points", RIGHT),
    Column("max_score", "max", RIGHT),
    Column("wrong", "wrong", RIGHT),
    Column("first_mistake", "first mistake"),
)
MISTAKES = (
    Column("text", "mistake"),
    Column("papers", "submissions", RIGHT),
    Column("cells", "answers", RIGHT),
)
QUESTIONS = (
    Column("layer", "layer"),
    Column("column", "column"),
    Column("right", "correct", RIGHT),
    Column("asked", "of", RIGHT),
)

MOST = 10
"""So many mistakes and questions are shown; the record has all of them."""


def cohort(marked: Cohort, title: str = "") -> Page:
    """Return the page of a class.

    >>> from archcalc.studies.homework.cohort import Cohort
    >>> marked = Cohort()
    >>> marked.refuse("ada", "not readable")
    >>> cohort(marked).blocks[1].lines[0].cells[4]
    'not readable'
    """
    papers, mistakes, asked = marked.papers, marked.common(), marked.questions()
    blocks: list[Block] = [
        Heading(title or "Homework", plural(len(papers), "submission")),
        PageTable(STUDENTS, tuple(map(_student, papers))),
    ]
    if mistakes:
        blocks.append(PageTable(MISTAKES, tuple(Line((m.text, m.papers, m.cells)) for m in mistakes[:MOST])))
    hard = [question for question in asked if question.right < question.asked][:MOST]
    if hard:
        blocks.append(Notes(("Most difficult questions:",)))
        blocks.append(PageTable(QUESTIONS, tuple(Line((Label(q.layer), q.column, q.right, q.asked)) for q in hard)))
    return Page(tuple(blocks), lambda: _record(papers, mistakes, asked, title), "students")


def _student(paper: StudentPaper) -> Line:
    if paper.problem:
        return Line((Label(paper.student), "", "", "", paper.problem), 0, STRONG)
    score, most = points(paper.score), points(paper.max_score)
    return Line((Label(paper.student), score, most, paper.wrong, paper.first_mistake), 0, PLAIN)


def _record(
    papers: Sequence[StudentPaper], mistakes: Sequence[Common], asked: Sequence[CohortQuestion], title: str
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "title": title,
        "students": [_entry(paper) for paper in papers],
        "mistakes": [mistake._asdict() for mistake in mistakes],
        "questions": [question._asdict() for question in asked],
    }


def _entry(paper: StudentPaper) -> dict[str, Any]:
    if paper.problem:
        return {"student": paper.student, "problem": paper.problem}
    return {
        "student": paper.student,
        "file": paper.file,
        "network": paper.network,
        "score": number(paper.score),
        "max_score": number(paper.max_score),
        "wrong": paper.wrong,
        "first_mistake": paper.first_mistake,
        "problem": "",
    }
