"""Layers with any options, and shapes for them to read: drawn from what the layers themselves declare."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from archcalc.layers import options as o
from archcalc.layers.base import Layer, Merge
from archcalc.layers.recurrent import BIASES
from archcalc.layers.registry import build, find, kind_names
from archcalc.quantities.shape import MAPS, Shape
from archcalc.symbolic.reading import Ratio
from tests.known import known

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.layers.options import OptionType

MANY, FEW = 10, 4
"""Of more options than many only a few are drawn at once: hardly any layer has half of them."""

KINDS = tuple(kind for kind in kind_names() if not issubclass(find(kind), Merge))


def _per_axis(least: int, most: int, rank: int) -> st.SearchStrategy[Any]:
    number = st.integers(least, most)
    return number | st.tuples(*[number] * rank)


def _padding(rank: int) -> st.SearchStrategy[Any]:
    pair = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return _per_axis(0, 4, rank) | st.tuples(*[pair] * rank) | st.sampled_from(o.PADDING_WORDS)


@st.composite
def _patterns(draw: st.DrawFn, rank: int) -> str:
    """An arrangement of so many axes, of which some are cut, some divided and some are gone."""
    left, names = [], []
    for axis in "abcd"[:rank]:
        name = draw(st.sampled_from([axis, f"({axis} {axis}1=2)", f"{axis}[0]", f"{axis}[1:]", f"{axis}[:2]"]))
        left.append(name)
        names += [] if name.endswith("[0]") else [axis, f"{axis}1"] if name[0] == "(" else [axis]
    names = [*draw(st.permutations(names)), *draw(st.sampled_from([[], ["1"], ["r=3"]]))]
    cut = draw(st.integers(0, max(0, len(names) - 1)))
    groups = [f"({' '.join(names[:cut])})"] if cut else []
    return f"{' '.join(left)} -> {' '.join([*groups, *names[cut:]])}"


@st.composite
def _factors(draw: st.DrawFn, number: int) -> tuple[int, ...]:
    """One to four sizes that hold as many values as there are."""
    found: list[int] = []
    for _ in range(draw(st.integers(0, 3))):
        found.append(draw(st.sampled_from([size for size in range(1, 13) if number % size == 0])))
        number //= found[-1]
    return (*found, number)


def _values(declared: OptionType, x: Shape) -> st.SearchStrategy[Any] | None:
    """Return values for a type of option of a layer that reads ``x``; None where its default is kept."""
    if declared is BIASES:
        return st.sampled_from([False, *BIASES.words, True])
    if declared.words and declared is not o.PADDING:
        return st.sampled_from(declared.words)
    rank = max(1, len(x.spatial))
    by_type: dict[int, Callable[[], st.SearchStrategy[Any]]] = {
        id(o.SIZE): lambda: st.integers(1, 6),
        id(o.INTEGER): lambda: st.integers(-4, 4),
        id(o.NATURAL): lambda: st.integers(0, 4),
        id(o.SIZES): lambda: _per_axis(1, 5, rank),
        id(o.PADDING): lambda: _padding(rank),
        id(o.NATURALS): lambda: _per_axis(0, 4, rank),
        id(o.LIST): lambda: (
            st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple) | _factors(known(x.elements))
        ),
        id(o.ORDER): lambda: st.permutations(range(len(x.sizes))).map(tuple),
        id(o.TABLE): lambda: st.lists(
            st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple), min_size=1, max_size=4
        ).map(tuple),
        id(o.NUMBER): lambda: st.sampled_from([0, 1, Ratio(1, 4)]),
        id(o.REFERENCE): lambda: (
            shapes() | st.tuples(*[st.integers(1, 12)] * len(x.sizes)).map(lambda sizes: x._replace(sizes=sizes))
        ),
        id(o.SOURCE): lambda: st.tuples(st.integers(1, 12), st.integers(1, 12)).map(lambda sizes: Shape("TF", sizes)),
        id(o.RANGE): lambda: st.tuples(st.integers(0, 6), st.integers(0, 12)),
        id(o.PAIR): lambda: st.tuples(st.integers(0, 3), st.integers(0, 3)),
        id(o.FLAG): st.booleans,
        id(o.TEXT): lambda: _patterns(len(x.sizes)),
    }
    found = by_type.get(id(declared))
    return found() if found else None


@cache
def shapes(most: int = 12) -> st.SearchStrategy[Shape]:
    """Shapes of maps of one to three spatial axes, of vectors and of tokens."""
    layouts = st.sampled_from([*MAPS.values(), "F", "TF"])
    return layouts.flatmap(
        lambda layout: st.tuples(*[st.integers(1, most)] * len(layout)).map(lambda sizes: Shape(layout, sizes))
    )


@st.composite
def layers(draw: st.DrawFn, kind: str, x: Shape) -> Layer:
    """A layer of a kind with any of its options, drawn for an input that it may or may not be able to read."""
    found = find(kind)
    given: dict[str, object] = {}
    optional = [name for name in found.declared.options if name not in found.declared.required]
    few = draw(st.sets(st.sampled_from(optional), max_size=FEW)) if len(optional) > MANY else None
    for name, declared in found.declared.options.items():
        values = _values(declared.type, x)
        if values is None or (name in optional and not (draw(st.booleans()) if few is None else name in few)):
            continue
        given[name] = draw(_divisors(x) | values if name == "heads" else values)
    return build(found, given)


def _divisors(x: Shape) -> st.SearchStrategy[Any]:
    """Return numbers among which the channels divide."""
    channels = known(x.channels)
    return st.sampled_from([number for number in range(1, channels + 1) if channels % number == 0])
