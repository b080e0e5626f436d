"""Two graphs side by side: what is kept, changed, inserted and removed, in the colours and the words of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.studies.comparing.edits import CHANGE, INSERT, KEEP, REMOVE, edit_script
from archcalc.views.drawing import captions
from archcalc.views.drawing.artist import Artist
from archcalc.views.drawing.boxes import HEADING, heading, patches
from archcalc.views.drawing.diagram import diagram
from archcalc.views.drawing.picture import Shapes, framed, moved
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.network.table import Table
    from archcalc.studies.comparing.edits import Edit
    from archcalc.views.drawing.diagram import Box
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture

NETWORKS = 2
MEANING = "the graphs of two networks side by side: kept, changed, inserted, removed"
USES = ("depth", "counts", "direction")

WORDS = {KEEP: "kept", CHANGE: "changed", INSERT: "inserted", REMOVE: "removed"}

APART, LEAST_WIDTH = 48.0, 300.0


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw two networks side by side.

    Raises:
        UsageError: one has too many boxes to be drawn.
    """
    items: list[Item] = []
    diagrams, used, left, lowest = [], set[str](), 0.0, 0.0
    for table, edits in zip(tables, _edits(*tables), strict=True):
        of, painter = diagram(table, options.depth), _Painter(edits)
        sketch = Artist(table, options, painter.colour, painter.note).sketch(of)
        width = max(sketch.width, LEAST_WIDTH)
        shift = left + (width - sketch.width) / 2
        graph = Shapes(tuple(moved(item, shift, HEADING) for item in sketch.items), captions.title(table))
        items += [*(moved(item, left, 0) for item in heading(table)), graph]
        left, lowest = left + width + APART, max(lowest, sketch.height)
        diagrams.append((captions.title(table), of))
        used |= {painter.colour(box) for box in of.closed()}
    words = [word for word in WORDS.values() if word in used]
    items += patches(words, HEADING + lowest + 26, left)
    title = " and ".join(map(captions.title, tables))
    return framed(items, title, f"The graphs of {title} side by side: what is {listed(words)}.", tuple(diagrams))


def _edits(before: Table, after: Table) -> tuple[dict[int, Edit], dict[int, Edit]]:
    """Return for the nodes of both networks what becomes of them."""
    edits = edit_script(before, after).edits
    return (
        {found.before.node: found for found in edits if found.before is not None},
        {found.after.node: found for found in edits if found.after is not None},
    )


class _Painter:
    """Says what became of a box: of its layers all the same, or of some of them something else."""

    def __init__(self, edits: dict[int, Edit]) -> None:
        self.edits = edits

    def colour(self, box: Box) -> str:
        """Return the colours of a box."""
        return "input" if box.part is None else WORDS[_of(found.action for found in self._found(box))]

    def note(self, box: Box) -> str:
        """Return the word for what became of a box, and which options differ; nothing if it is kept."""
        word = self.colour(box)
        fields = dict.fromkeys(name for found in self._found(box) for name in found.fields)
        changed = f": {', '.join(fields)}" if word == WORDS[CHANGE] and fields else ""
        return "" if word in ("input", WORDS[KEEP]) else word + changed

    def _found(self, box: Box) -> list[Edit]:
        rows = (*box.part.rows, *box.part.folded) if box.part else ()
        return [self.edits[row.node] for row in rows if row.node in self.edits]


def _of(actions: Iterable[str]) -> str:
    found = set(actions)
    return found.pop() if len(found) == 1 else CHANGE if found else KEEP
