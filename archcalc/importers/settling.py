"""Movements of axes as rows: what has to lie otherwise before a layer can read it, in one row of the fitting kind."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.importers.arrangement import Atom, Value, bare
from archcalc.quantities.shape import BY_SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.arrangement import Axis, Cut

BY_AXES = {0: "F", **BY_SIZES, 2: "TF"}
"""The layout of a tensor by its number of axes beside the batch: two are tokens more often than a signal."""

MOST_AXES = max(BY_AXES)


class Movement(NamedTuple):
    """A kind of layer that moves axes, its options, and the axes of its output."""

    kind: str
    options: dict[str, Any]


def natural(value: Value) -> tuple[tuple[Axis, ...], str]:
    """Return the axes of a tensor in their own order, and the layout by their number; too many are taken together."""
    axes = value.own or ((),)
    extra = len(axes) - MOST_AXES
    if extra > 0:
        axes = (tuple(atom for axis in axes[: extra + 1] for atom in axis), *axes[extra + 1 :])
    return axes, BY_AXES[len(axes)]


def features_last(value: Value) -> tuple[tuple[Axis, ...], str]:
    """Return the axes of a tensor for a layer that reads the last one: as tokens, or as channels of a map."""
    axes, layout = natural(value)
    return (axes, layout) if layout in ("F", "TF") else ((axes[-1], *axes[:-1]), layout)


def lies_so(value: Value, axes: Sequence[Axis], layouts: Sequence[str]) -> bool:
    """Whether a layer's output has these axes in this order, in one of some layouts."""
    return (
        not value.cuts
        and value.shape.layout in layouts
        and [bare(axis) for axis in value.base] == [bare(axis) for axis in axes]
    )


def movement(value: Value, axes: Sequence[Axis], layout: str) -> Movement:
    """Return the layer that puts a tensor's axes so: the one of its own kind, or `rearrange`."""
    found = _own_kind(value, [bare(axis) for axis in axes], layout)
    if found is not None:
        return found
    value, axes = _joined(value, axes)
    written = f"{' '.join(_left(value))} -> {' '.join(_right(value, axes))}"
    return Movement("rearrange", {"pattern": written} | ({"layout": layout} if layout in ("TF", "CL") else {}))


def _joined(value: Value, axes: Sequence[Axis]) -> tuple[Value, list[Axis]]:
    """Return atoms that lie in one another both before and after as one, so that a pattern names them once."""
    after = {atom: follower for axis in axes for atom, follower in pairwise(bare(axis))}
    one: dict[Atom, Atom] = {}
    base = []
    for axis in map(bare, value.base):
        runs: list[list[Atom]] = []
        for atom in axis:
            whole = atom not in value.cuts and (not runs or runs[-1][-1] not in value.cuts)
            if runs and whole and after.get(runs[-1][-1]) is atom:
                runs[-1].append(atom)
            else:
                runs.append([atom])
        made = tuple(run[0] if len(run) == 1 else Atom(prod(atom.size for atom in run)) for run in runs)
        one |= {run[0]: atom for run, atom in zip(runs, made, strict=True)} | {
            atom: Atom(1) for run in runs for atom in run[1:]
        }
        base.append(made)
    return value._replace(base=tuple(base)), [tuple(one.get(atom, atom) for atom in bare(axis)) for axis in axes]


def _own_kind(value: Value, axes: list[Axis], layout: str) -> Movement | None:
    """Return the kind that does just this, if there is one."""
    base = [bare(axis) for axis in value.base]
    channels, *places = base
    if not value.cuts and value.shape.is_map:
        if axes == [sum(base, ())]:
            return Movement("flatten", {})
        if layout == "TF" and axes == [sum(places, ()), channels]:
            return Movement("tokens", {})
    if len(value.cuts) != 1:
        return None
    ((atom, part),) = value.cuts.items()
    if part.one and value.shape.layout == "TF" and base[0] == (atom,) and axes == base[1:] and layout == "F":
        return _taken(part, atom)
    along = 0 if value.shape.is_map else -1
    if not part.one and base[along] == (atom,) and axes == base and layout == value.shape.layout:
        return Movement("slice", {"channels": (part.first, part.end)})
    return None


def _taken(part: Cut, atom: Atom) -> Movement | None:
    index = {0: 0, atom.size - 1: -1}.get(part.first)
    return None if index is None else Movement("take", {"index": index})


def names(value: Value) -> dict[Atom, str]:
    """Return what each atom is called in a pattern: like its axis, with a number where it is a part of one."""
    found: dict[Atom, str] = {}
    for letter, axis in zip(value.shape.layout.lower(), value.base, strict=True):
        atoms = bare(axis)
        found |= {atom: letter if len(atoms) == 1 else f"{letter}{place}" for place, atom in enumerate(atoms, 1)}
    return found


def _left(value: Value) -> Iterator[str]:
    called = names(value)
    for letter, axis in zip(value.shape.layout, value.base, strict=True):
        atoms = bare(axis)
        open_ = None if not atoms else atoms[-1] if letter in "CF" else atoms[0]
        written = [called[atom] + ("" if atom is open_ else f"={atom.size}") + _part(value, atom) for atom in atoms]
        yield _grouped(written)


def _part(value: Value, atom: Atom) -> str:
    part = value.cuts.get(atom)
    if part is None:
        return ""
    return f"[{part.first}]" if part.one else f"[{part.first or ''}:{'' if part.end == atom.size else part.end}]"


def _right(value: Value, axes: Sequence[Axis]) -> Iterator[str]:
    called = names(value)
    repeated = 0
    for axis in axes:
        written = []
        for atom in bare(axis):
            if atom not in called:
                repeated += 1
            written.append(called.get(atom) or f"r{repeated}={atom.size}")
        yield _grouped(written)


def _grouped(written: list[str]) -> str:
    return "1" if not written else written[0] if len(written) == 1 else f"({' '.join(written)})"


def moved(value: Value, path: str, shape: Any, axes: Sequence[Axis]) -> Value:  # noqa: ANN401 - a shape
    """Return the tensor as the output of the row that moved it: parts that were taken are whole there."""
    fresh = {atom: Atom(value.size(atom)) for atom, part in value.cuts.items() if not part.one}

    def renewed(axis: Axis) -> Axis:
        return tuple(fresh.get(atom, atom) for atom in axis)

    base = tuple(renewed(axis) or (Atom(1),) for axis in axes)
    return Value(path=path, shape=shape, base=base, real=tuple(map(renewed, value.real)))
