"""One mistake of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archcalc.studies.homework.changes import Change


class Mistake(NamedTuple):
    """A mistake: its name, a sentence, the columns in which it shows, and what it does; ``also`` are other names.

    ``habitual`` says that several answers are needed: of a small change, or of several ways, chance makes many numbers.
    """

    name: str
    text: str
    columns: tuple[str, ...]
    change: Change
    also: tuple[str, ...] = ()
    habitual: bool = False
