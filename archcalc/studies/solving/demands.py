"""What is wanted of a network, as somebody types it: `pool5 = 6x6`, `fc6.in_features`, `params <= 10M`."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError, did_you_mean
from archcalc.measures.memory import RunSetting
from archcalc.measures.quantities import QUANTITIES, Quantity, find, words
from archcalc.network.inputs import read_shape
from archcalc.quantities.shape import AXES
from archcalc.studies.solving.demand import Demand, Goal
from archcalc.studies.solving.field_demands import FIELD, fields
from archcalc.symbolic.relations import SIGNS, canonical
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

_SIGN = re.compile(f"({'|'.join(sign for sign in SIGNS if canonical(sign) != '!=')})")

__all__ = ["Asking", "Demand", "Goal", "read_demand", "size_of"]

EXAMPLE = "for example 'pool5 = 6x6', 'fc6.in_features' or 'params <= 10M'"

SIZES = {name: letter for letter, name in AXES.items()}
"""The names of sizes, `pool5.height`, and the axis of the layout that each is; before what is read stands `in_`."""


class Asking(NamedTuple):
    """A question without a relation: what is a size of a layer."""

    path: str
    size: str


def read_demand(text: str, table: Table) -> list[Demand] | Asking:
    """Read one question about a network; a shape is a demand for each of its axes.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> [(demand.name, demand.bound) for demand in read_demand("pool5 = 6x6", table)]
    [('pool5.height', 6), ('pool5.width', 6)]

    Raises:
        UsageError: it is no such question, or names what there is not.
    """
    what, sign, bound = (part.strip() for part in (*_SIGN.split(text, maxsplit=1), "", "")[:3])
    relation = canonical(sign)
    if not what or (sign and not bound):
        raise UsageError(f"invalid question '{text}'", EXAMPLE)
    of, _, name = what.rpartition(".")
    if _is_quantity(name):
        return _of_quantity(of, find(name), (relation, bound), table)
    if of and name.removeprefix("in_") in SIZES:
        row = _row(of, table)
        _axis(row, name)
        if not sign:
            return Asking(of, name)
        size = partial(_size, path=of, name=name)
        return [Demand(name=what, measure=size, relation=relation, bound=find("params").limit(bound))]
    row = _layer(what, table)
    if not sign:
        available = f"available: {', '.join(_known(row))}"
        raise UsageError(f"missing property of {what}", f"for example {what}.{_known(row)[0]}; {available}")
    return _shape(row, relation, bound)


def _of_quantity(of: str, quantity: Quantity, wanted: tuple[str, str], table: Table) -> list[Demand]:
    relation, bound = wanted
    if quantity.name == FIELD and relation:
        return fields(of, relation, bound, table)
    return [_budget(of, quantity, relation, bound)]


def refuse_unused_type(dtype: str, demands: Iterable[Demand]) -> None:
    """Refuse a type of number that is unknown, or that no condition depends on.

    Raises:
        UsageError: it is one of these.
    """
    setting = RunSetting(dtype=dtype)
    if setting.type != RunSetting().type and not depend_on_type(demands):
        raise UsageError(f"--dtype {dtype} requires a condition on memory", "for example 'memory <= 8GiB'")


def depend_on_type(demands: Iterable[Demand]) -> bool:
    """Whether a condition depends on the type of numbers; the bytes of parameters by themselves are of float32."""
    return any(is_in_bytes(demand.name) and not demand.name.endswith("parameter_memory") for demand in demands)


def is_in_bytes(name: str) -> bool:
    """Whether what is asked for, of a network or of a layer, is counted in bytes."""
    quantity = QUANTITIES.get(name.rpartition(".")[2])
    return quantity is not None and quantity.in_bytes


def _is_quantity(name: str) -> bool:
    """Whether a name is that of a quantity; a layer's output is a shape, and asked for by the layer's name."""
    return words().get(name) not in (None, "output")


def _budget(of: str, quantity: Quantity, relation: str, bound: str) -> Demand:
    if not relation:
        raise UsageError(f"'{quantity.name}' is not a condition", f"for example '{quantity.name} <= 10M'")
    called = f"{of}.{quantity.name}" if of else quantity.name
    return Demand(
        name=called,
        measure=lambda table: quantity.number(table, of),
        relation=relation,
        bound=quantity.limit(bound),
        budget=True,
    )


def _layer(what: str, table: Table) -> Row:
    """Return the layer that a question names; a misspelt size or quantity is taken for what it might have been."""
    of, _, name = what.rpartition(".")
    try:
        return _row(what, table)
    except UsageError:
        hint = did_you_mean(name, [*QUANTITIES, *(SIZES if of else ())])
        if not hint:
            raise
        raise UsageError(f"unknown layer or quantity '{name}'", hint) from None


def _row(path: str, table: Table) -> Row:
    return table.below(path)[-1]


def _shape(row: Row, relation: str, bound: str) -> list[Demand]:
    """Return a demand for each axis of a shape: of all axes, or of the spatial ones, which one number may stand for."""
    axes = _sizes_of(row.output)
    spatial, example = axes[-len(row.output.spatial) :], "x".join(["7"] * max(1, len(row.output.spatial)))
    try:
        sizes = read_shape(bound).sizes
    except Refusal:
        raise UsageError(f"invalid shape '{bound}'", f"for example '{row.path} = {example}'") from None
    _refuse_channels_last(row, sizes)
    sizes = sizes * len(spatial) if len(sizes) == 1 else sizes
    axes = spatial if len(sizes) == len(spatial) else axes
    numbers = [size for size in sizes if isinstance(size, int)]
    if len(sizes) != len(axes) or len(numbers) < len(sizes):
        message = f"invalid size {bound} of {row.path}: its output has {listed(axes)}"
        raise UsageError(message, f"for example '{row.path} = {example}'")
    return [
        Demand(
            name=f"{row.path}.{axis}", measure=partial(_size, path=row.path, name=axis), relation=relation, bound=size
        )
        for axis, size in zip(axes, numbers, strict=True)
    ]


def _refuse_channels_last(row: Row, sizes: tuple[Int, ...]) -> None:
    """Refuse a shape that is that of the layer but for the order: with its channels last."""
    shape = row.output
    if shape.is_map and len(sizes) == len(shape.sizes) and sizes[-1] == shape.channels != sizes[0]:
        given, first = "x".join(map(str, sizes)), "x".join(map(str, (sizes[-1], *sizes[:-1])))
        message = f"{row.path} outputs {shape.channels} channels, but {given} has its channels last"
        raise UsageError(message, f"write '{row.path} = {first}'")


def _sizes_of(shape: Shape) -> list[str]:
    return [AXES[letter] for letter in shape.layout]


def _axis(row: Row, name: str) -> Int:
    """Return a size that a layer reads or puts out, by its name."""
    shape = row.inputs[0] if name.startswith("in_") else row.output
    letter = SIZES[name.removeprefix("in_")]
    if letter not in shape.layout:
        what = "input" if name.startswith("in_") else "output"
        message = f"{row.path} has no {name}: its {what} is {shape.described()}"
        raise UsageError(message, f"available: {', '.join(_known(row))}")
    return shape.sizes[shape.layout.index(letter)]


def _known(row: Row) -> list[str]:
    return [*_sizes_of(row.output), *(f"in_{size}" for size in _sizes_of(row.inputs[0]))]


def _size(table: Table, path: str, name: str) -> Int:
    return _axis(_row(path, table), name)


def size_of(table: Table, asking: Asking) -> tuple[Row, Int]:
    """Return a layer, and a size that it reads or puts out."""
    row = _row(asking.path, table)
    return row, _axis(row, asking.size)
