"""What another tool prints for a network, reproduced from its counting rules, and where the gap comes from.

A total is the tool's own, or it is unknown, with the layers that the profile does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.network.table import WithoutRule
from archcalc.quantities.tensor import BUFFER, count
from archcalc.studies.checking import implementations
from archcalc.studies.checking.facts import facts
from archcalc.studies.checking.profiles import profile
from archcalc.symbolic.known import number
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.table import Row, Table
    from archcalc.studies.checking.profiles import CountingRule, Profile

HEADS = "training-only heads: parameters are counted, although the heads do not run"
SHARED = "shared weights: counted again at each layer that uses them"
NOT_THERE = "layers that the implementation does not have"
UNREAD = "layers whose output is not used: not counted"
FROZEN = "frozen layers: parameters are not counted"
NOT_COUNTED = "parameters outside of the layers that the tool knows: not counted"

KEPT = ("attention", "batchnorm", "grid_attention", "instancenorm", "window_attention")
"""Kinds whose buffers are buffers in PyTorch too; what else is not trained here may be a parameter there."""


class Gap(NamedTuple):
    """One cause of a difference: by how much the tool's totals differ for it, and in how many layers."""

    why: str
    macs: int
    params: int
    layers: int


class Counted(NamedTuple):
    """A layer as a tool counts it; what is None is not known. ``why`` is the cause of a difference in MACs.

    ``stops`` says why the tool stops at the layer.
    """

    row: Row
    macs: int | None = None
    params: int | None = None
    passes: int | None = None
    why: str = ""
    stops: str = ""

    @property
    def more(self) -> int:
        """By how many MACs the tool counts more than we do; 0 where it is not known."""
        return 0 if self.macs is None else self.macs - number(self.row.macs)

    @property
    def more_params(self) -> int:
        """By how many parameters the tool counts more than we do; 0 where it is not known."""
        return 0 if self.params is None else self.params - number(self.row.params)


class Reconciled(NamedTuple):
    """The tool's totals, ours, the causes of the difference, and each layer's own difference in MACs.

    A total that is None is not known, or the tool has none. ``unknown`` are the layers that keep one from being
    known. ``values`` are the values of a forward and backward pass, as the tool counts them. ``model`` says what
    implementation of the network the tool is shown.
    """

    profile: Profile
    model: str
    macs: int | None
    params: int | None
    values: int | None
    ours: tuple[int, int]
    gaps: tuple[Gap, ...]
    rows: tuple[tuple[Row, int], ...]
    unknown: tuple[WithoutRule, ...]
    stops: str = ""

    @property
    def passes(self) -> str | None:
        """The size of a forward and backward pass in the tool's megabytes, as it writes it."""
        asked = self.profile.passes
        return None if asked is None or self.values is None else asked.megabytes(self.values)


MODULES = "torch.nn modules"
"""What a tool is shown of a network that no implementation is known of."""


_COUNTS = ("macs", "params", "passes")


def reconcile(table: Table, tool: str) -> Reconciled:
    """Return what a tool prints for a network, and the causes of the difference.

    >>> import archcalc
    >>> found = reconcile(archcalc.load("torchvision/alexnet").analyze(), "torchinfo")
    >>> found.macs, found.macs - found.ours[0]
    (714682664, 494184)

    Raises:
        UsageError: there is no such profile.
        Undecided: the network has letters in it.
    """
    found, model = profile(tool), implementations.of(table)
    read = _read(table) if found.traced else None
    counted = [_counted(table, row, found, read) for row in table if not row.train_only]
    heads, lost = _heads(table, found), _lost(table, found)
    stops = _stops(table, counted, found)
    macs, params, passes = (None if stops else _sum(getattr(one, name) for one in counted) for name in _COUNTS)
    return Reconciled(
        profile=found,
        model=f"{model.name} {model.version}" if model else MODULES,
        macs=macs if found.called else None,
        params=None if params is None or lost else params + heads,
        values=_passes(table, found, passes),
        ours=(number(table.totals.macs), number(table.totals.params)),
        gaps=tuple(_gaps(counted, heads, found)),
        rows=tuple((one.row, one.more) for one in counted if found.called and one.more),
        unknown=(*(WithoutRule(one.row.path, one.row.kind) for one in counted if _lacks(one, found)), *lost),
        stops=stops,
    )


def _stops(table: Table, counted: list[Counted], found: Profile) -> str:
    """Return why the tool stops with an error at the network; nothing, if it does not."""
    empty = not any(row.params or _may_be_learned(row) for row in table)
    named = found.stopped(table.spec.name if implementations.of(table) else "", empty=empty)
    return next((f"{one.row.path}: {one.stops}" for one in counted if one.stops), named)


def _sum(counts: Iterable[int | None]) -> int | None:
    """Add up what is known; what lacks a part is not known."""
    found = list(counts)
    return None if None in found else sum(count for count in found if count is not None)


def _lacks(one: Counted, found: Profile) -> bool:
    asked = (found.called and one.macs is None, one.params is None, found.passes is not None and one.passes is None)
    return any(asked)


def _heads(table: Table, found: Profile) -> int:
    """Return the parameters of the training heads, if the tool counts them."""
    if found.heads != "parameters":
        return 0
    trained = found.params == "trainable"
    heads = [row.counts for row in table if row.train_only]
    return sum(number(counts.trainable if trained else counts.params) for counts in heads)


def _lost(table: Table, found: Profile) -> tuple[WithoutRule, ...]:
    """Return the heads that the table leaves out because they do not work on the input, if the tool counts them."""
    heads = table.graph.left_out if found.heads == "parameters" else ()
    return tuple(WithoutRule(path, "training-only head") for path, _ in heads)


def _passes(table: Table, found: Profile, values: int | None) -> int | None:
    """Add to the values of a pass what modules around the layers put out, where a tool counts these too."""
    if found.passes is None or values is None or not found.passes.containers:
        return values if found.passes else None
    model = implementations.of(table)
    blocks = model.around(table.spec.name) if model else ()
    if blocks is None:
        return None
    last = [table.below(group)[-1] for group, block in table.groups.items() if block in blocks]
    return values + sum(number(row.activations) for row in last if not row.train_only)


def _read(table: Table) -> frozenset[int]:
    """Return the nodes that the results of a network depend on."""
    found, waiting = set[int](), list(table.graph.results)
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += table.graph.nodes[index].inputs
    return frozenset(found)


def _counted(table: Table, row: Row, found: Profile, read: frozenset[int] | None) -> Counted:
    """Return a layer as the tool counts it; ``read`` are the nodes of which a tool that traces alone knows."""
    known, way = facts(row), implementations.way(table, row)
    if way == implementations.ABSENT:
        return Counted(row=row, macs=0, params=0, passes=0, why=NOT_THERE)
    if _may_be_learned(row):
        return Counted(row)
    rule = found.rule(row.kind, way, known)
    params = _value(_params(rule, found), known)
    if read is not None and row.node not in read:
        return Counted(row=row, macs=0, params=params, why=UNREAD)
    if rule is None or row.output.regions != 1 or row.inputs[0].regions != 1:
        return Counted(row=row, params=params if found.params else None)
    return Counted(
        row=row,
        macs=_value(rule.macs, known),
        params=params,
        passes=_value(rule.passes, known),
        why=rule.why,
        stops=rule.stops,
    )


def _params(rule: CountingRule | None, found: Profile) -> str | None:
    return rule.params if rule and rule.params else found.params


def _may_be_learned(row: Row) -> bool:
    """Whether weights that nobody trains here may be parameters of the module that a tool is shown."""
    return bool(count(row.tensors, BUFFER)) and row.kind not in KEPT


def _value(text: str | None, known: Mapping[str, object]) -> int | None:
    return None if text is None else number(read(text).evaluate(known))  # type: ignore[arg-type]


def _gaps(counted: list[Counted], heads: int, found: Profile) -> Iterable[Gap]:
    """Add the differences up by their causes, the largest first; those in parameters have causes of their own."""
    sums: dict[str, Gap] = {}
    for one in counted:
        for why, macs, params in ((one.why, one.more if found.called else 0, 0), (_why(one), 0, one.more_params)):
            if macs or params:
                old = sums.get(why, Gap(why=why, macs=0, params=0, layers=0))
                sums[why] = Gap(why=why, macs=old.macs + macs, params=old.params + params, layers=old.layers + 1)
    if heads:
        sums[HEADS] = Gap(why=HEADS, macs=0, params=heads, layers=0)
    return sorted(sums.values(), key=lambda gap: (-abs(gap.macs), -abs(gap.params)))


def _why(one: Counted) -> str:
    """Return why a tool counts other parameters of a layer than we do."""
    if one.more_params > 0:
        return SHARED
    return FROZEN if one.params == number(one.row.counts.trainable) else NOT_COUNTED
