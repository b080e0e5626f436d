"""Receptive fields that are asked for: `rf >= 1000`, `conv5.rf = 70`, an axis each where they differ."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, Undecided, UsageError
from archcalc.measures.quantities import find, sizes_of
from archcalc.network.inputs import read_shape
from archcalc.quantities.shape import AXES, MAPS
from archcalc.studies.solving.demand import Demand
from archcalc.symbolic.expr import maximum, minimum
from archcalc.symbolic.known import number
from archcalc.symbolic.relations import LOWER, UPPER
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.measures.quantities import Value
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int

FIELD = "receptive_field"
WHOLE = {"all": "covers the whole input", "none": "depends on no input", "unknown": "is unknown"}


def fields(of: str, relation: str, bound: str, table: Table) -> list[Demand]:
    """Return what is demanded of the receptive field of a layer, or of the network where none is named.

    Raises:
        UsageError: the bound is not a size, or the receptive field is not a number.
    """
    called, found = f"{of}.{FIELD}" if of else FIELD, find(FIELD).of(table, of)
    if isinstance(found, str):
        message = f"the receptive field of {of or table.spec.name} {WHOLE.get(found, found)}"
        raise UsageError(message, "use an earlier layer, for example 'conv1.rf >= 11'")
    sizes = _bounds(bound)
    axes = max(len(sizes), len(sizes_of(found)))
    if axes == 1:
        measure = partial(_field, of=of, relation=relation)
        return [Demand(name=called, measure=measure, relation=relation, bound=sizes[0])]
    sizes = sizes * axes if len(sizes) == 1 else sizes
    names = [AXES[letter] for letter in _layout(table)[1:]]
    if len(sizes) != len(names):
        raise UsageError(f"invalid size {bound}: the receptive field has {plural(len(names), 'axis', 'axes')}", "")
    return [
        Demand(name=f"{called}.{name}", measure=partial(_axis, of=of, place=place), relation=relation, bound=size)
        for place, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]


def _bounds(bound: str) -> tuple[int, ...]:
    """Return a bound as one number, or one for each axis."""
    if "x" not in bound:
        return (find(FIELD).limit(bound),)
    try:
        return tuple(map(number, read_shape(bound).sizes))
    except Refusal:
        raise UsageError(f"invalid size '{bound}'", "for example 'conv5.rf = 163x99'") from None


def _layout(table: Table) -> str:
    """Return the layout of the input, whose axes a receptive field has."""
    shape = next(iter(table.inputs.values()))
    return shape.layout if shape.is_map else MAPS[1]


def _value(table: Table, of: str) -> tuple[Int, ...]:
    found: Value = find(FIELD).of(table, of)
    if isinstance(found, str):
        raise Undecided(f"the receptive field of {of or table.spec.name} {WHOLE.get(found, found)}")
    return sizes_of(found)


def _axis(table: Table, of: str, place: int) -> Int:
    """Return the field along one axis."""
    sizes = _value(table, of)
    return sizes[0] if len(sizes) == 1 else sizes[place]


def _field(table: Table, of: str, relation: str) -> Int:
    """Return the one number that decides: of fields that differ, the least that is to be large, the largest else."""
    first, *others = _value(table, of)
    if not others:
        return first
    if relation in LOWER:
        return minimum(first, *others)
    if relation in UPPER:
        return maximum(first, *others)
    raise Undecided("the receptive field differs between the axes", "give a size for each axis, for example 7x9")
