"""A network here against the same network as a framework runs it: layer by layer, in the order of execution."""

from __future__ import annotations

from itertools import zip_longest
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.tensor import BUFFER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape

SILENT = frozenset(
    {
        "ChannelShuffle",
        "ConstantPad1d",
        "ConstantPad2d",
        "ConstantPad3d",
        "Dropout",
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "Flatten",
        "Identity",
        "Permute",
        "PixelUnshuffle",
        "Softmax",
        "StochasticDepth",
        "SwapAxes",
        "Unflatten",
        "WindowDepartition",
        "WindowPartition",
    }
)
"""Modules that are not compared: they own nothing and only move or drop values, often as a mere function of one side,
and what they make of a shape is seen at the next layer. Softmax is left to the loss in torchvision's classifiers."""

AMONG_THEMSELVES = frozenset({"Upsample"})
"""Modules whose order tells nothing: torchvision resizes what each head puts out, before the next head runs."""

Dims = tuple[tuple[int, ...], ...]


class Module(NamedTuple):
    """One call of a module, or a parameter by itself (without ``names``), as a framework has it.

    ``names`` are those of its class and of the classes above, and of the kinds here that it stands for without being
    one of PyTorch's modules for them; ``output`` is without the batch.
    """

    path: str
    names: tuple[str, ...]
    output: tuple[int, ...]
    params: Dims = ()
    buffers: Dims = ()


class Side(NamedTuple):
    """What one side says of a layer, to be shown beside the other."""

    path: str
    kind: str
    output: str
    params: int
    buffers: int


class WitnessReport(NamedTuple):
    """How far a network agrees with a framework's: layers compared, and both sides where they first differ."""

    network: str
    against: str
    compared: int
    ours: Side | None = None
    theirs: Side | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return self.ours is None and self.theirs is None


def compare(table: Table, modules: Iterable[Module], against: str) -> WitnessReport:
    """Compare kind, output shape, parameters and buffers of every layer with the modules that ran.

    >>> import archcalc
    >>> table = archcalc.loads("{input: 4, layers: [{linear: 2}]}").analyze()
    >>> compare(table, [Module("fc", ("Linear",), (2,), ((2, 4), (2,)))], "a framework").holds
    True
    """
    found = list(modules)
    kinds = {name for module in found for name in module.names}
    rows = [row for row in table if (spelled(row) or row.kind in kinds) and spelled(row) not in SILENT]
    calls = [module for module in found if module.names and module.names[0] not in SILENT]
    owners = [row for row in table if not spelled(row) and row.kind not in kinds and _dims(row, learned=True)]
    loose = [module for module in found if not module.names]
    rows.sort(key=lambda row: spelled(row) in AMONG_THEMSELVES)
    calls.sort(key=lambda module: module.names[0] in AMONG_THEMSELVES)
    compared = 0
    for row, module in [*zip_longest(owners, loose), *zip_longest(rows, calls)]:
        if row is None or module is None or not _agree(row, module):
            return WitnessReport(
                network=table.spec.name,
                against=against,
                compared=compared,
                ours=row and _ours(row),
                theirs=module and _theirs(module),
            )
        compared += 1
    return WitnessReport(table.spec.name, against, compared)


def spelled(row: Row) -> str:
    """Return PyTorch's name for the layer of a row; nothing where it has none."""
    found = row.layer.torch(row.inputs[0])
    return "" if isinstance(found, str) else found.op


def _agree(row: Row, module: Module) -> bool:
    if not module.names:  # a parameter by itself has no kind and no output
        return _sizes(_dims(row, learned=True)) == _sizes(module.params)
    same = not {spelled(row), row.kind}.isdisjoint(module.names) and same_places(row.output, module.output)
    learned, kept = _dims(row, learned=True), _dims(row, learned=False)
    return same and _sizes(learned) == _sizes(module.params) and _sizes(kept) == _sizes(module.buffers)


def same_places(ours: Shape, theirs: tuple[int, ...]) -> bool:
    """Whether two shapes are the same, channels first or last, with the positions together or by windows.

    >>> from archcalc.quantities.shape import grid
    >>> same_places(grid(96, (8, 8)), (8, 8, 96)), same_places(grid(96, (8, 8)), (4, 16, 96))
    (True, True)
    """
    if [size for size in ours.sizes if size != 1] == [size for size in theirs if size != 1]:
        return True
    return ours.is_map and theirs[-1:] == (ours.channels,) and prod(theirs[:-1]) == ours.positions


def _dims(row: Row, *, learned: bool) -> Dims:
    return tuple(tensor.dims for tensor in row.tensors if (tensor.role != BUFFER) == learned)  # type: ignore[misc]


def _sizes(tensors: Sequence[tuple[int, ...]]) -> list[int]:
    return sorted(prod(dims) for dims in tensors)


def _ours(row: Row) -> Side:
    learned, kept = _dims(row, learned=True), _dims(row, learned=False)
    return Side(
        path=row.path,
        kind=spelled(row) or row.kind,
        output=str(row.output),
        params=sum(_sizes(learned)),
        buffers=sum(_sizes(kept)),
    )


def _theirs(module: Module) -> Side:
    kind = module.names[0] if module.names else "a parameter"
    output = "×".join(map(str, module.output)) if module.output else "it does not run"
    output = output if module.names else ""
    return Side(
        path=module.path,
        kind=kind,
        output=output,
        params=sum(_sizes(module.params)),
        buffers=sum(_sizes(module.buffers)),
    )
