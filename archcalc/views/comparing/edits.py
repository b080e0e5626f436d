"""The edit from one network to another, line by line: what is kept stands in few lines, what is changed says how."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archcalc.layers.options import shown
from archcalc.measures.quantities import QUANTITIES
from archcalc.studies.comparing.edits import ACCOUNTED, ACTIONS, CHANGE, INSERT, KEEP, REMOVE
from archcalc.studies.comparing.likeness import look, meaning
from archcalc.symbolic.expr import Expr, total
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import unicode
from archcalc.symbolic.ratio import Ratio
from archcalc.views.cells import ONE_COPY, some
from archcalc.views.comparing.edit_tree import REFIT, mark
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Label, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Row
    from archcalc.studies.comparing.edits import Edit, Script
    from archcalc.views.comparing.edit_tree import Fold
    from archcalc.views.page import Cell

MOST_LINES = 60
"""How many lines a table may have before blocks fold by themselves."""

MOST_SIZES = 4
"""A list of more numbers is no size, and too long for a line."""

SIGNS = {KEEP: "=", CHANGE: "~", INSERT: "+", REMOVE: "−"}
DONE = {KEEP: "kept", CHANGE: "changed", INSERT: "inserted", REMOVE: "removed"}

COLUMNS = (
    Column("layer", "layer"),
    Column("edit", "change"),
    *(Column(count, QUANTITIES[count].heading, RIGHT) for count in ACCOUNTED),
)


def lines(top: Sequence[Fold], depth: int | None = None) -> Iterator[Line]:
    """Yield the lines of a tree: opened so deep, or as deep as stays readable."""
    if depth is None:
        depth = _readable(top)
    yield from _level(top, 0, depth)


def _readable(top: Sequence[Fold]) -> int:
    """Return the greatest depth at which there are not too many lines."""
    for depth in range(deepest(top) + 1):
        if sum(1 for _ in _level(top, 0, depth)) > MOST_LINES:
            return max(0, depth - 1)
    return deepest(top)


def deepest(top: Sequence[Fold]) -> int:
    """Return the depth at which everything is open."""
    return max((1 + deepest(fold.children) if fold.children else 0 for fold in top), default=0)


def _level(siblings: Sequence[Fold], level: int, depth: int) -> Iterator[Line]:
    """Yield the lines of a list: what is kept between others at the top, and in one line at the end of a block."""
    kept: list[Fold] = []
    for fold in siblings:
        if fold.only == KEEP:
            kept.append(fold)
            continue
        if level == 0:
            yield from _kept(kept, level)
            kept = []
        yield _line(fold, level)
        if level < depth:
            yield from _level(fold.children, level + 1, depth)
    yield from _kept(kept, level)


def _kept(folds: Sequence[Fold], level: int) -> Iterator[Line]:
    """Yield the line of what is kept in a row, if that is more than a small layer.

    Its counts are what follows from other edits.
    """
    edits = [edit for fold in folds for edit in fold.edits]
    if any(edit.row.tensors or edit.accounts for edit in edits):
        names = list(dict.fromkeys([folds[0].name.partition("–")[0], folds[-1].name]))
        name = " … ".join(names) if level == 0 or len(names) == 1 else "others"
        label = Label(f"{SIGNS[KEEP]} {name}")
        yield Line((label, _so_many(len(edits), DONE[KEEP]), *_counts(edits)), level, QUIET)


def _counts(edits: Iterable[Edit]) -> tuple[Cell, ...]:
    """Return how much more there is because of some edits."""
    found = list(edits)
    return tuple(some(simplify(total(edit.more(count) for edit in found))) for count in ACCOUNTED)


def sums(script: Script) -> Line:
    """Return the line below all edits: what they add up to, the differences of the totals."""
    return Line((Label("total"), "", *_counts(script.edits)), 0, STRONG)


def _so_many(count: int, done: str) -> str:
    return f"{count} layers {done}" if count > 1 else done


def _line(fold: Fold, level: int) -> Line:
    asides = fold.asides + ((ONE_COPY,) if fold.times > 1 and fold.children else ())
    sign = KEEP if fold.marks <= {KEEP, REFIT} else fold.only or CHANGE
    label = Label(f"{SIGNS[sign]} {fold.name}", fold.times, asides)
    return Line((label, _told(fold), *_counts(fold.edits)), level, QUIET if sign == KEEP else PLAIN)


def _told(fold: Fold) -> str:
    """Say what is done to a layer, or to the layers of a block."""
    if len(fold.edits) == fold.times:
        return edit_text(fold.edits[0])
    count = len(fold.edits) // fold.times
    if fold.only in (INSERT, REMOVE):
        return f"{DONE[fold.only]}: {count} layers"
    done = Counter(edit.action for edit in fold.edits[:count])
    parts = [f"{done[action]} {DONE[action]}" for action in ACTIONS if done[action] and action != KEEP]
    return f"layers: {', '.join(parts)}" if parts else f"{count} layers kept"


def edit_text(edit: Edit) -> str:
    """Say what is done to a layer: which options from what to what, or which layer comes or goes.

    >>> import archcalc
    >>> one, other = archcalc.load("alexnet").analyze(), archcalc.load("torchvision/alexnet").analyze()
    >>> [edit_text(edit) for edit in archcalc.diff(one, other).script.edits[:3:2]]
    ['filters 96 → 64, padding 0 → 2', 'removed: lrn']
    """
    if edit.action in (INSERT, REMOVE):
        return f"{DONE[edit.action]}: {described(edit.row)}"
    fields = dict(edit.fields)
    if mark(edit) == REFIT and edit.after is not None:
        fields["reads"] = (edit.row.inputs[0].channels, edit.after.inputs[0].channels)
    changes = [f"{name.replace('_', ' ')} {spelled(old)} → {spelled(new)}" for name, (old, new) in fields.items()]
    renamed = [f"now {edit.renamed}"] if edit.renamed else []
    return ", ".join(changes + renamed) or DONE[edit.action]


def described(row: Row) -> str:
    """Return a layer as its spec would have it: its kind, its main option, and what else is not usual.

    >>> import archcalc
    >>> described(archcalc.load("alexnet").analyze()["conv2"])
    'conv 256, kernel 5, padding 2, groups 2'
    """
    options = meaning(look(row))
    main = options.pop(row.layer.declared.main or "", None)
    words = [row.kind if main is None else f"{row.kind} {spelled(main)}"]
    return ", ".join(words + [f"{name.replace('_', ' ')} {spelled(value)}" for name, value in options.items()])


def spelled(value: Any) -> str:  # noqa: ANN401 - whatever an option holds
    """Spell the value of an option: sizes side by side, names with commas.

    >>> spelled((1, 7)), spelled(True), spelled(None), spelled(((0, 1), 2))
    ('1×7', 'true', 'none', '(0, 1)×2')
    """
    match value:
        case None:
            return "none"
        case bool():
            return shown(value)
        case int() | Expr():
            return unicode(value)
        case tuple() if len(value) > MOST_SIZES or any(isinstance(item, str) for item in value):
            return ", ".join(map(spelled, value)) if isinstance(value[0], str) else "…"
        case tuple():
            return "×".join(f"({', '.join(map(spelled, v))})" if isinstance(v, tuple) else spelled(v) for v in value)
    return str(value)


def entry(edit: Edit) -> dict[str, Any]:
    """Return what the record says of an edit."""
    found: dict[str, Any] = {"action": edit.action, "path": edit.path, "kind": edit.row.kind}
    if edit.renamed:
        found["renamed"] = edit.renamed
    return found | {
        "fields": {name: [_exact(value) for value in values] for name, values in edit.fields.items()},
        **{count: edit.more(count) for count in ACCOUNTED},
        **{f"{count}_with_heads": edit.more(count, heads=True) for count in ACCOUNTED if edit.of_head},
    }


def _exact(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, tuple):
        return [_exact(item) for item in value]
    return str(value) if isinstance(value, Ratio) else value
