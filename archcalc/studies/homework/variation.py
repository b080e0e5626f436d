"""A variation of a network by a seed: other sizes, channels and kernels, drawn so that everything still divides."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from archcalc.errors import ArchcalcError, UsageError
from archcalc.network.network import WhatIf
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.network import Network
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

TRIES = 60
"""How often another drawing is tried where one has no clean input size."""

WIDTHS = ((1, 2), (3, 4), (1, 1), (5, 4), (3, 2))
"""What the number of filters or outputs is multiplied by, as fractions."""

KERNELS = (3, 5, 7)

FARTHEST = 2_000
"""Sizes of the input further from the network's own are not tried."""

Drawn = TypeVar("Drawn")


def vary(network: Network, seed: int) -> WhatIf:
    """Return the variation of a network that belongs to a seed; the same on every machine.

    >>> import archcalc
    >>> net = archcalc.load("alexnet")
    >>> asked = vary(net, 17)
    >>> table = net.analyze(asked.input, asked.arguments, asked.options)
    >>> [window.left_over(size) for row in table if row.geometry
    ...     for window, size in zip(row.geometry.windows, row.inputs[0].spatial)] == [0] * 16
    True

    Raises:
        UsageError: the network is no chain, or no variation of it divides.
    """
    table = network.analyze()
    refuse_branches(table)
    for attempt in range(TRIES):
        draw = _Draw(f"{table.spec.name}/{seed}/{attempt}")
        options = dict(_options(table, draw))
        varied = _analyzed(network, None, options)
        sizes = [] if varied is None else _clean_inputs(varied)
        if sizes and _analyzed(network, sizes[0], options) is not None:
            return WhatIf(draw.one("input", sizes), options=options)
    raise UsageError(f"no variant of {table.spec.name} has exact divisions only", "remove --seed")


def refuse_branches(table: Table) -> None:
    """Refuse a network whose layers do not follow each other one by one.

    Raises:
        UsageError: a layer reads another than the one before it.
    """
    for row in table:
        if table.graph.nodes[row.node].inputs != (row.node - 1,):
            raise UsageError(
                f"--seed requires a sequential network: {table.spec.name} branches at {row.path}",
                "for example alexnet, vgg16 or lenet5-modern",
            )


class _Draw:
    """Draws by a seed, each thing on its own: what is added later changes nothing before it."""

    def __init__(self, seed: str) -> None:
        self.seed = seed

    def one(self, what: str, choices: Sequence[Drawn]) -> Drawn:
        """Return one of some choices."""
        number = int.from_bytes(sha256(f"{self.seed}/{what}".encode()).digest()[:8], "big")
        return choices[number % len(choices)]


def _options(table: Table, draw: _Draw) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield other options for the layers with weights; the last of them keeps its outputs, which are the classes."""
    weighted = [row for row in table if row.kind in ("conv", "linear") and getattr(row.layer, "table", None) is None]
    for row in weighted:
        options: dict[str, object] = {}
        if row is not weighted[-1] and not _before_table(table, row):
            name = "filters" if row.kind == "conv" else "outputs"
            options[name] = draw.one(f"{row.path}.{name}", _widths(getattr(row.layer, name)))
        options.update(_kernel(row, draw))
        if options:
            yield row.path, options


def _before_table(table: Table, row: Row) -> bool:
    """Whether the next convolution names the maps that it reads one by one."""
    later = [other for other in table.rows if other.node > row.node and other.kind == "conv"]
    return bool(later) and getattr(later[0].layer, "table", None) is not None


def _widths(width: int) -> list[int]:
    """Return other widths, whole multiples of what computers like (and groups divide)."""
    unit = next(unit for unit in (16, 8, 4, 2, 1) if width % unit == 0)
    found = [max(unit, width * above // below // unit * unit) for above, below in WIDTHS]
    return list(dict.fromkeys(found))


def _kernel(row: Row, draw: _Draw) -> Iterator[tuple[str, object]]:
    """Yield another kernel, where padding keeps the size with its padding, else beside the old one."""
    layer = row.layer
    kernel, padding = getattr(layer, "kernel", None), getattr(layer, "padding", None)
    if not isinstance(kernel, int) or not isinstance(padding, int) or kernel == 1:
        return
    keeps = 2 * padding == kernel - 1
    choices = KERNELS if keeps else tuple(size for size in (kernel - 2, kernel, kernel + 2) if size > 2 * padding + 1)
    drawn = draw.one(f"{row.path}.kernel", choices or (kernel,))
    yield "kernel", drawn
    if keeps:
        yield "padding", (drawn - 1) // 2


def _analyzed(network: Network, shape: Shape | None, options: Mapping[str, Mapping[str, object]]) -> Table | None:
    try:
        return network.analyze(shape, options=options)
    except ArchcalcError:
        return None


def _clean_inputs(table: Table) -> list[Shape]:
    """Return the inputs around the network's own, all axes alike, at which every division is whole."""
    given = next(iter(table.inputs.values()))
    sizes = [size for size in given.spatial if isinstance(size, int)]
    candidates = [given]
    if given.is_map and len(set(sizes)) == 1:
        low, high = sizes[0] * 3 // 4, sizes[0] * 5 // 4
        sides = range(max(low, sizes[0] - FARTHEST), min(high, sizes[0] + FARTHEST) + 1)
        candidates = [given.with_spatial((side,) * len(sizes)) for side in sides]
    return [shape for shape in candidates if all(_divides(table, a, s) for a, s in enumerate(shape.spatial))]


def _divides(table: Table, axis: int, side: Int) -> bool:
    """Whether along an axis every window of a chain fits an input of this side without remainder."""
    for row in table:
        if not row.output.is_map:
            return True
        window = row.geometry.windows[axis] if row.geometry else None
        if window is not None:
            if window.left_over(side) != 0 or decide(side + window.padding, "<", window.span):
                return False
            side = window.positions(side)
    return True
