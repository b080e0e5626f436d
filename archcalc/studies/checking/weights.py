"""A network against a file of its weights: what each side lacks, and which dimensions differ."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.limits import spend, work
from archcalc.quantities.tensor import BUFFER
from archcalc.studies.checking.tensor_matching import Basis, Named, by_role, match, unordered, values
from archcalc.studies.checking.tensor_names import STATISTICS, in_order, not_compared, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.stored import StoredTensor, StoredWeights
    from archcalc.studies.checking.tensor_matching import Side
    from archcalc.symbolic.expr import Int


class OwnTensor(NamedTuple):
    """A tensor of a network: its layer and name, dimensions, role, and the layer that it is tied to."""

    path: str
    name: str
    dims: tuple[Int, ...]
    role: str
    tied: str = ""

    @property
    def full(self) -> str:
        """The path and the name."""
        return f"{self.path}/{self.name}"

    @property
    def is_optional(self) -> bool:
        """Whether a file can lack it: it is tied, or computed from the sizes of the network."""
        return bool(self.tied) or (self.role == BUFFER and self.name not in STATISTICS)


class Fit(StrEnum):
    """How two tensors agree, or which side lacks one."""

    SAME = "same shape"
    REORDERED = "other order of axes"
    RESHAPED = "same values, other shape"
    JOINED = "stored in pieces"
    SPLIT = "stored as one"
    TIED = "tied"
    OPTIONAL = "not stored"
    DIFFERS = "shape differs"
    UNKNOWN = "unknown"
    TIED_IN_FILE = "tied only in the file"
    NOT_STORED = "not in the file"
    NOT_IN_NETWORK = "not in the network"


AGREEING = (Fit.SAME, Fit.REORDERED, Fit.RESHAPED, Fit.JOINED, Fit.SPLIT, Fit.TIED, Fit.OPTIONAL)


class Pairing(NamedTuple):
    """Tensors of the network and of the file that are the same; one side is empty where it lacks them."""

    ours: tuple[OwnTensor, ...]
    theirs: tuple[StoredTensor, ...]
    fit: Fit
    basis: Basis | None = None

    @property
    def holds(self) -> bool:
        """Whether both sides agree."""
        return self.fit in AGREEING


class WeightsReport(NamedTuple):
    """A network against a file: all pairings, and what the file has besides, counted by what it is."""

    network: str
    weights: StoredWeights
    pairings: tuple[Pairing, ...]
    parameters: Int
    besides: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether network and file agree in all tensors."""
        return all(pairing.holds for pairing in self.pairings)


@work()
def compare_weights(table: Table, weights: StoredWeights) -> WeightsReport:
    """Compare the tensors of a network with those of a file.

    Names decide first: paths with slashes are names with dots, and modules around the network do not matter. What is
    left is paired by order among tensors of the same role and dimensions.

    >>> import archcalc
    >>> from archcalc.quantities.stored import StoredTensor, StoredWeights
    >>> table = archcalc.loads("{input: '5', layers: [{linear: 3, name: fc}]}").analyze()
    >>> stored = StoredTensor("fc.weight", (3, 5), "float32"), StoredTensor("fc.bias", (4,), "float32")
    >>> [pairing.fit.value for pairing in compare_weights(table, StoredWeights("w", "safetensors", stored)).pairings]
    ['same shape', 'shape differs']
    """
    ours = {tensor.full: tensor for row in table for tensor in _own(row, table)}
    theirs = {tensor.name: tensor for tensor in weights.tensors}
    spend(len(ours) + len(theirs))
    comparison = _Comparison(ours, theirs, weights.ties)
    pairings = sorted(comparison.pairings(), key=comparison.place)
    besides = Counter(what for name in comparison.left if (what := not_compared(name, theirs[name].dims)))
    found = tuple(pairings)
    return WeightsReport(table.spec.name, weights, found, parameters=table.totals.params, besides=dict(besides))


def _own(row: Row, table: Table) -> Iterator[OwnTensor]:
    """Yield the tensors of a layer; those that are tied have the layer that owns them."""
    tied = table.graph.nodes[row.node].tied
    for name, dims, role in row.tensors:
        owner = (row.shares or "") if name in tied else ""
        yield OwnTensor(row.path, name, dims, role=role, tied=owner)


class _Comparison:
    """Both sides by name, and how they are paired: what is owned first, then what is tied."""

    def __init__(self, ours: dict[str, OwnTensor], theirs: dict[str, StoredTensor], ties: dict[str, str]) -> None:
        self.ours, self.theirs, self.ties = ours, theirs, ties
        self.left = [name for name, tensor in theirs.items() if not_compared(name, tensor.dims)]
        self._order = {full: number for number, full in enumerate(ours)}

    def pairings(self) -> Iterator[Pairing]:
        """Yield all pairings."""
        ours, ignored = self._ours(tied=False), set(self.left)
        theirs = self._theirs(name for name in self.theirs if name not in self.ties and name not in ignored)
        for mine, stored, basis in match(ours, theirs):
            yield self._fitted(mine, stored, basis)
        copies, again = self._ours(tied=True), theirs | self._theirs(name for name in self.ties if name not in ignored)
        for mine, stored, basis in match(copies, again):
            yield self._pairing(mine, stored, Fit.TIED, basis)
        yield from (self._pairing((name,), (), Fit.TIED) for name in copies)
        for mine, stored, basis in match(ours, again):
            fit = Fit.TIED_IN_FILE if stored[0] in self.ties else None
            yield self._pairing(mine, stored, fit, basis) if fit else self._fitted(mine, stored, basis)
        yield from self._unmatched(ours, again)

    def _unmatched(self, ours: Side, theirs: Side) -> Iterator[Pairing]:
        """Yield what has no partner; where a role is left equally often, those in order, whose dimensions differ."""
        needed = {name: named for name, named in ours.items() if not self.ours[name].is_optional}
        for mine, stored in list(by_role(needed, theirs)):
            del needed[mine], theirs[stored]
            yield self._pairing((mine,), (stored,), Fit.DIFFERS, Basis.ORDER)
        yield from (self._pairing((name,), (), Fit.NOT_STORED) for name in needed)
        yield from (self._pairing((name,), (), Fit.OPTIONAL) for name in ours if self.ours[name].is_optional)
        for name in theirs:
            yield self._pairing((), (name,), Fit.TIED if name in self.ties else Fit.NOT_IN_NETWORK)

    def _ours(self, *, tied: bool) -> Side:
        return {
            full: Named(parts(full), tensor.dims) for full, tensor in self.ours.items() if bool(tensor.tied) is tied
        }

    def _theirs(self, names: Iterable[str]) -> Side:
        return {name: Named(parts(name), self.theirs[name].dims) for name in in_order(names)}

    def _fitted(self, mine: Sequence[str], stored: Sequence[str], basis: Basis) -> Pairing:
        """Return a pairing, and how the dimensions fit."""
        if basis is Basis.PIECES:
            return self._pairing(mine, stored, Fit.JOINED if len(stored) > 1 else Fit.SPLIT, basis)
        return self._pairing(mine, stored, fit_of(self.ours[mine[0]].dims, self.theirs[stored[0]].dims), basis)

    def _pairing(self, mine: Sequence[str], stored: Sequence[str], fit: Fit, basis: Basis | None = None) -> Pairing:
        return Pairing(tuple(self.ours[n] for n in mine), tuple(self.theirs[n] for n in stored), fit, basis=basis)

    def place(self, pairing: Pairing) -> int:
        """Return the place of a pairing in the network; what the network lacks comes last."""
        return self._order[pairing.ours[0].full] if pairing.ours else len(self._order)


def fit_of(ours: tuple[Int, ...], theirs: tuple[int, ...]) -> Fit:
    """Return how the dimensions of two tensors fit.

    >>> fit_of((10, 5), (5, 10)).value, fit_of((768,), (1, 1, 768)).value, fit_of((10, 5), (11, 5)).value
    ('other order of axes', 'same values, other shape', 'shape differs')
    """
    if not all(isinstance(size, int) for size in ours):
        return Fit.UNKNOWN
    if ours == theirs:
        return Fit.SAME
    if unordered(ours) == unordered(theirs):
        return Fit.REORDERED if len(ours) == len(theirs) else Fit.RESHAPED
    return Fit.RESHAPED if values(ours) == values(theirs) else Fit.DIFFERS
