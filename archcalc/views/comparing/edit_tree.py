"""The edit from one network to another as a tree that folds: equal copies in one, blocks without what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.comparing.edits import ACCOUNTED, INSERT, KEEP, REMOVE
from archcalc.studies.comparing.rewiring import FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.studies.comparing.edits import Edit, Script

REFIT = "refit"
"""The mark of a kept layer with weights of its own that no longer fit, because it reads something else."""


class Fold:
    """An edit of one layer, or those of a block; ``times`` is how many equal copies it stands for.

    ``asides`` are the names of small layers behind it that come or go with it.
    """

    __slots__ = ("asides", "children", "edits", "name", "times")

    def __init__(self, name: str, edit: Edit | None = None) -> None:
        self.name = name
        self.edits: list[Edit] = [] if edit is None else [edit]
        self.children: list[Fold] = []
        self.asides: tuple[str, ...] = ()
        self.times = 1

    @property
    def marks(self) -> set[str]:
        """What is done to the layers in it."""
        return {mark(edit) for edit in self.edits}

    @property
    def only(self) -> str | None:
        """What is done to all layers in it, if that is one thing."""
        marks = self.marks
        return marks.pop() if len(marks) == 1 else None

    @property
    def accounts(self) -> bool:
        """Whether the totals differ because of a layer in it."""
        return any(edit.accounts for edit in self.edits)


def mark(edit: Edit) -> str:
    """Return what is done to a layer; norms whose channels change are kept without ado."""
    return REFIT if edit.refitted and edit.row.layer.weighted else edit.action


def tree(script: Script) -> list[Fold]:
    """Return the outermost layers and blocks of a script, folded."""
    groups = {"": Fold("")}
    for edit in script.edits:
        around, name = _place(edit.path)
        siblings = _group(around, groups).children
        if siblings and _goes_with(siblings[-1], edit):
            siblings[-1].asides += (edit.row.kind,)
        else:
            siblings.append(Fold(name, edit))
        while around:
            groups[around].edits.append(edit)
            around = around.rpartition("/")[0]
    return _folded(groups[""].children)


def _goes_with(fold: Fold, edit: Edit) -> bool:
    """Whether a layer that changes no shape and owns nothing is inserted or removed with the one before it."""
    row, single = edit.row, len(fold.edits) == 1 and not fold.children
    if not single or row.layer.joins or row.geometry or row.tensors or edit.accounts:
        return False
    return edit.action in (INSERT, REMOVE) and edit.action == fold.edits[0].action and row.inputs == (row.output,)


def _place(path: str) -> tuple[str, str]:
    """Return the path of the list that a layer stands in, and its name there: copies ``conv/1`` stand in one list."""
    around, _, name = path.rpartition("/")
    if name.isdigit():
        around, _, stem = around.rpartition("/")
        name = f"{stem}/{name}"
    return around, name


def _group(path: str, groups: dict[str, Fold]) -> Fold:
    if path not in groups:
        above, _, name = path.rpartition("/")
        groups[path] = Fold(name)
        _group(above, groups).children.append(groups[path])
    return groups[path]


def _folded(siblings: Sequence[Fold]) -> list[Fold]:
    """Fold copies that follow each other and are edited alike, and blocks of which a single thing is edited."""
    found: list[Fold] = []
    first = ""
    for fold in siblings:
        if found and _copies(first, fold.name) and _alike(found[-1], fold):
            found[-1].name = f"{first}–{fold.name.rpartition('/')[2]}"
            found[-1].times = found[-1].times + 1 if _signature(found[-1]) == _signature(fold) else 1
            found[-1].edits += fold.edits
        else:
            found.append(fold)
            first = fold.name
    return [_without_shell(fold) for fold in found]


def _copies(one: str, other: str) -> bool:
    (stem, _, number), (root, _, count) = one.rpartition("/"), other.rpartition("/")
    return stem == root and number.isdigit() and count.isdigit()


def _alike(one: Fold, other: Fold) -> bool:
    """Whether copies can stand in one line: all of both comes or goes, or the same is done to both."""
    if other.only in (INSERT, REMOVE):
        return one.only == other.only
    return other.only != KEEP and _signature(one) == _signature(other)


def _signature(fold: Fold) -> list[tuple[Any, ...]]:
    """Return what copies have to agree in, for one copy."""
    count = len(fold.edits) // fold.times
    return [
        (mark(edit), edit.row.layer, edit.fields if FROM not in edit.fields else edit.path, *map(edit.more, ACCOUNTED))
        for edit in fold.edits[-count:]
    ]


def _without_shell(fold: Fold) -> Fold:
    """Leave out what is kept in a block and costs no more or less, and fold a block with one thing left into that."""
    if fold.only in (KEEP, INSERT, REMOVE):
        fold.children = []
        return fold
    fold.children = _folded([child for child in fold.children if child.only != KEEP or child.accounts])
    if len(fold.children) != 1:
        return fold
    (child,) = fold.children
    child.name = f"{fold.name}/{child.name}"
    child.times *= fold.times
    child.edits = fold.edits if child.children else child.edits * fold.times
    return child
