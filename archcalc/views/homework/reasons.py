"""Why an answer is wrong, in the language of the page: mistakes by their names, and in which direction it is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Direction
from archcalc.views.language import ENGLISH

if TYPE_CHECKING:
    from archcalc.studies.homework.verdicts import Cell, Explanation, Habit
    from archcalc.views.language import Language

MOST_REASONS = 3

DIRECTED = frozenset({"simple-factor", "zeros"})
"""Reasons that name only the size of what is wrong."""

SLIPPED = frozenset(slip.name for slip in SLIPS)

UNEXPLAINED = "no known mistake gives this value"


def why(cell: Cell, language: Language = ENGLISH) -> str:
    """Say why a cell is wrong: the likeliest reasons, or that none is known; then not in which direction it is off.

    >>> from archcalc.studies.homework.verdicts import Cell, Status
    >>> why(Cell("conv1", "params", "7", Status.WRONG, direction=Direction.TOO_SMALL))
    'no known mistake gives this value'
    """
    if cell.explanations:
        joint = language.text("labels.or", " Or: ")
        return joint.join(_reason(cell, reason, language) for reason in cell.explanations[:MOST_REASONS])
    if cell.direction is Direction.UNREADABLE:
        return _named(cell.direction, language)
    return language.text("labels.unexplained", UNEXPLAINED)


def _reason(cell: Cell, reason: Explanation, language: Language) -> str:
    """Say a reason; one that names no step of the calculation says in which direction the answer is off."""
    said = said_of(reason, language)
    return f"{said.removesuffix('.')}{direction(cell, language)}." if reason.mistake in DIRECTED else said


def said_of(reason: Explanation | Habit, language: Language = ENGLISH) -> str:
    """Say a mistake; what is of several mistakes is a list in a language that has sentences of its own.

    >>> from archcalc.studies.homework.verdicts import Explanation
    >>> said_of(Explanation("forgot-bias", "The biases are not counted."))
    'The biases are not counted.'
    """
    if not language.texts:
        return reason.text
    said = [_sentence(name, reason, language) for name in reason.parts or (reason.mistake,)]
    return " ".join(f"({number}) {text}" for number, text in enumerate(said, 1)) if len(said) > 1 else said[0]


def _sentence(name: str, reason: Explanation | Habit, language: Language) -> str:
    if name in BY_NAME:
        return language.text(f"mistakes.{name}", reason.text)
    if name in SLIPPED:
        return language.text(f"slips.{name}", reason.text)
    kind, _, network = name.partition(":")
    return language.text(f"variants.{kind}", "{said}", said=reason.text, network=network)


def direction(cell: Cell, language: Language = ENGLISH) -> str:
    """Say in brackets whether an answer is too large or too small; nothing where it is neither."""
    off = cell.direction in (Direction.TOO_LARGE, Direction.TOO_SMALL)
    return f" ({_named(cell.direction, language)})" if off and cell.direction else ""


def _named(found: Direction, language: Language) -> str:
    return language.text(f"labels.{found.name.lower().replace('_', '-')}", found)
