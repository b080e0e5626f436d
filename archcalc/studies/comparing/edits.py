"""The edit from one network to another: which layers are kept, changed, inserted and removed.

Layers can be paired if they are of one kind. A pair with equal options is kept, another is changed; the script with
the fewest changed, inserted and removed layers is taken. Among those it is one that changes the fewest options, and
among these one in which the fewest pairs differ in name, which counts twice, or in the sizes of their weights. Who
reads whom is compared afterwards: a pair that reads other layers than its partners is changed too.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.tensor import WEIGHT
from archcalc.studies.comparing.alignment import NAME, Entries, align
from archcalc.studies.comparing.likeness import differing, look
from archcalc.studies.comparing.rewiring import FROM, rewired
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.comparing.likeness import Fields, LayerProfile
    from archcalc.symbolic.expr import Int

KEEP, CHANGE, INSERT, REMOVE = "keep", "change", "insert", "remove"
ACTIONS = (KEEP, CHANGE, INSERT, REMOVE)

ACCOUNTED = ("params", "macs", "activations")
"""The counts that the edits account for: they add up to the differences of the totals."""

MOST_FIELDS = 64
"""More options than any kind has: so much a changed layer weighs more than changed options."""


class Edit(NamedTuple):
    """One layer of either network, or a pair: what becomes of it, and in which fields a pair differs.

    ``fields`` holds the values before and after: ``{"stride": (1, 2)}``.
    """

    action: str
    before: Row | None
    after: Row | None
    fields: Fields

    @property
    def row(self) -> Row:
        """The layer: as it was, or the one that is inserted."""
        found = self.before or self.after
        assert found is not None  # noqa: S101 - an edit is about a layer
        return found

    @property
    def path(self) -> str:
        """Where the layer is: in the first network, or in the second if it is inserted."""
        return self.row.path

    @property
    def renamed(self) -> str | None:
        """The path in the second network, where that is another."""
        return self.after.path if self.before and self.after and self.after.path != self.before.path else None

    def more(self, count: str, *, heads: bool = False) -> Int:
        """Return how much more the network has afterwards because of this layer: of ``params``, say.

        Without ``heads``, layers that only training runs do not count, which is also how the totals are computed.
        """
        rows = [None if row is None or (row.train_only and not heads) else row for row in (self.after, self.before)]
        now, then = (0 if row is None else getattr(row.counts, count) for row in rows)
        return simplify(now - then)

    @property
    def of_head(self) -> bool:
        """Whether only training runs it, in either network."""
        return any(row is not None and row.train_only for row in (self.before, self.after))

    @property
    def accounts(self) -> bool:
        """Whether the totals differ because of this layer."""
        return any(not isinstance(more, int) or more != 0 for more in map(self.more, ACCOUNTED))

    @property
    def refitted(self) -> bool:
        """Whether the layer is kept, but its weights have other sizes, because it reads something else."""
        return self.action == KEEP and self.row.tensors != (self.after or self.row).tensors


class Script(NamedTuple):
    """The edits in order; ``minimal`` is False where the networks are too large to be sure that none is shorter."""

    edits: tuple[Edit, ...]
    minimal: bool = True

    def of(self, *actions: str) -> list[Edit]:
        """Return the edits with some actions."""
        return [edit for edit in self.edits if edit.action in actions]

    @property
    def cost(self) -> tuple[int, int, int]:
        """What is least, in this order: layers edited, options changed, pairs that differ in name and in weights.

        Wiring is left out, which is compared afterwards.
        """
        edited = options = moved = 0
        for edit in self.edits:
            changed = len(edit.fields.keys() - {FROM})
            edited += edit.action in (INSERT, REMOVE) or changed > 0
            options += changed
            if edit.before and edit.after:
                moved += NAME * (edit.renamed is not None) + (edit.before.tensors != edit.after.tensors)
        return edited, options, moved

    @property
    def related(self) -> bool:
        """Whether the script is worth reading: most layers with weights of the smaller network have a partner.

        Norms do not count, and of pairs those whose weights have the same sizes or that have kept their names.
        """
        pairs = [(edit.before, edit.after) for edit in self.edits if edit.before and edit.after]
        alike = sum(old.path == new.path or _weights_of(old) == _weights_of(new) for old, new in pairs if _counts(old))
        sides = ([edit.before for edit in self.edits], [edit.after for edit in self.edits])
        return 2 * alike >= max(1, min(sum(map(_counts, side)) for side in sides))


def _counts(row: Row | None) -> bool:
    return row is not None and row.layer.weighted


def _weights_of(row: Row) -> list[tuple[Int, ...]]:
    return [tensor.dims for tensor in row.tensors if tensor.role == WEIGHT]


def edit_script(before: Table, after: Table) -> Script:
    """Return the edit that makes one network of another.

    >>> import archcalc
    >>> script = edit_script(archcalc.load("vgg16").analyze(), archcalc.load("vgg19").analyze())
    >>> [edit.path for edit in script.of(INSERT) if edit.row.tensors]
    ['conv3_4', 'conv4_4', 'conv5_4']
    """
    classes: dict[LayerProfile, int] = {}
    left, right = (_entries(table, classes) for table in (before, after))
    weights = _weights(min(len(before), len(after)))
    found = align(left, right, _prices(list(classes), set(right.classes), weights), weights.edit)
    pairs = [(before.rows[i], after.rows[j]) for i, j in found.pairs]
    return Script(tuple(_edits(before, after, pairs)), found.minimal)


def _entries(table: Table, classes: dict[LayerProfile, int]) -> Entries:
    """Return the layers as a list to be aligned; what is equal in all that is compared is of one class."""
    return Entries([classes.setdefault(look(row), len(classes)) for row in table], [row.path for row in table])


class _Weights(NamedTuple):
    """What an edited layer and a changed option weigh, where a pair with weights of other sizes weighs 1."""

    edit: int
    option: int


def _weights(pairs: int) -> _Weights:
    """Return weights such that all that so many pairs can have of the lesser weighs less than one of the greater."""
    option = (NAME + 1) * pairs + 1
    return _Weights(option * (MOST_FIELDS * pairs + 1), option)


def _prices(looks: Sequence[LayerProfile], wanted: set[int], weights: _Weights) -> list[dict[int, int]]:
    """Return for each class what a pair with another class weighs that has another name."""
    kinds: dict[str, list[int]] = {}
    for index in wanted:
        kinds.setdefault(looks[index].layer.kind, []).append(index)
    return [{other: _price(one, looks[other], weights) for other in kinds.get(one.layer.kind, ())} for one in looks]


def _price(one: LayerProfile, other: LayerProfile, weights: _Weights) -> int:
    options = len(differing(one, other))
    refitted = one.tensors != other.tensors
    return NAME + refitted + options * weights.option + (weights.edit if options else 0)


def _edits(before: Table, after: Table, pairs: Sequence[tuple[Row, Row]]) -> Iterator[Edit]:
    """Yield the edits in order: between two pairs first what is removed, then what is inserted."""
    wires = rewired(before.graph, after.graph, {old.node: new.node for old, new in pairs})
    removed, inserted = iter(before), iter(after)
    for old, new in pairs:
        yield from (Edit(action=REMOVE, before=row, after=None, fields={}) for row in _until(old, removed))
        yield from (Edit(action=INSERT, before=None, after=row, fields={}) for row in _until(new, inserted))
        fields = differing(look(old), look(new))
        fields |= {FROM: wires[old.node]} if old.node in wires else {}
        yield Edit(action=CHANGE if fields else KEEP, before=old, after=new, fields=fields)
    yield from (Edit(action=REMOVE, before=row, after=None, fields={}) for row in removed)
    yield from (Edit(action=INSERT, before=None, after=row, fields={}) for row in inserted)


def _until(last: Row, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the layers before one; that one is taken off as well."""
    return takewhile(lambda row: row is not last, rows)
