"""How often each weight is used, as mistakes have it: at other positions, or once for each connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.studies.homework.changes import TRANSPOSED, slides
from archcalc.symbolic.expr import product

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.quantities.shape import Shape
    from archcalc.studies.homework.changes import Change
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int


def uses(change: Callable[[Derivation, Int], Int]) -> Change:
    """Return a mistake about how often each weight is used."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.tensors or d.plain.macs == 0:  # a norm's weights are used, but its products are not counted
            return []
        return [d.but(on_uses=(*d.on_uses, change))]

    return changed


def positions_of_input(d: Derivation, used: Int) -> Int:
    """Return the uses of each weight if there were one for each position of the input."""
    grid = d.given or d.shape  # a mistake may leave no position at all
    return used // grid.positions * product(d.x.spatial) if slides(d) and grid.positions else used


def along_one_axis(d: Derivation, used: Int) -> Int:
    """Return the uses of each weight if the map had one axis only."""
    spatial = (d.given or d.shape).spatial
    return used // spatial[-1] if slides(d) and len(spatial) > 1 and spatial[-1] else used


def on_map(shape: Callable[[Derivation], Shape | None]) -> Callable[[Derivation, Int], Int]:
    """Return the uses of each weight on the positions of another map."""

    def used_there(d: Derivation, used: Int) -> Int:
        grid, other = d.given or d.shape, shape(d)
        if other is None or not (slides(d) and grid.positions) or other.layout != d.x.layout:
            return used
        return used // grid.positions * other.positions

    return used_there


def positions_of_output(d: Derivation, used: Int) -> Int:
    """Return the uses of each weight if a transposed convolution had one for each position of its output."""
    return used // d.x.positions * d.shape.positions if d.layer.kind == TRANSPOSED and d.x.positions else used


def connected(what: str) -> Change:
    """Return the mistake of counting a connection (of each output unit, its bias too) for each parameter or MAC."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.tensors:
            return []
        number = d.layer.connections(d.x) if what == "connections" else d.plain.macs
        if not isinstance(number, int) or number in (0, weights_of(d)):  # at one position nothing is shared
            return []
        numbers = (number, number + count(d.plain.tensors, BIAS)) if what == "macs" else (number,)
        return [d.but(on_count=(*d.on_count, _always(each))) for each in dict.fromkeys(numbers)]

    return changed


def weights_of(d: Derivation) -> Int:
    """Return the number of weights of a layer."""
    return count(d.plain.tensors, WEIGHT, BUFFER)


def of_values(*kinds: str) -> Change:
    """Return the mistake of counting one or two operations for each value of layers that have no MACs."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.layer.kind.endswith(kinds) or d.plain.macs != 0:
            return []
        values = (d.given or d.shape).elements
        return [d.but(on_count=(*d.on_count, _always(number))) for number in (values, 2 * values)]

    return changed


def _always(number: Int) -> Callable[[Derivation, Int], Int]:
    return lambda *_: number


def input_channels_again(d: Derivation, macs: Int) -> Int:
    """Multiply by the input channels once more."""
    return macs * d.x.channels if d.layer.weighted else macs


def linear_free(d: Derivation, macs: Int) -> Int:
    """Return nothing for a fully connected layer."""
    return 0 if d.layer.kind == "linear" else macs


def along_one_side(d: Derivation, values: Int) -> Int:
    """Return the values of a map that has one axis only."""
    spatial = (d.given or d.shape).spatial
    return values // spatial[-1] if len(spatial) > 1 and spatial[-1] else values
