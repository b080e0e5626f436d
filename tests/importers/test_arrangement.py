"""Movements of axes against values that are moved one by one."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.importers.arrangement import cut, expanded, permuted, reshaped, whole
from archcalc.importers.flow import Flow, Observed, Wanted
from archcalc.quantities.shape import Shape
from tests.drawn import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value

BATCH = 5

Values = dict[tuple[int, ...], int]
"""The number of each value of a tensor by its place."""


def places(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """List the places of a tensor, the last axis fastest."""
    return list(product(*map(range, sizes)))


def numbered(sizes: Sequence[int]) -> Values:
    """Return a tensor whose values are numbered."""
    return {place: number for number, place in enumerate(places(sizes))}


class Moved:
    """A tensor with the values of its first image, moved by the importers' rules and, value by value, by hand."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        self.flow = Flow(BATCH)
        self.sizes = (BATCH, *sizes)
        self.value: Value = self.flow.input("input", self.sizes)
        self.values = numbered((1, *sizes))

    def become(
        self, found: Value | None, sizes: tuple[int, ...], source: Callable[[tuple[int, ...]], tuple[int, ...]]
    ) -> None:
        """Take a movement that the importers can say; of each place ``source`` is where its value was."""
        if found is None:
            return
        assert found.sizes == sizes
        self.values = {place: self.values[source(place)] for place in places((1, *sizes[1:]))}
        self.value, self.sizes = found, sizes

    def permute(self, order: Sequence[int]) -> None:
        sizes = tuple(self.sizes[axis] for axis in order)
        self.become(
            permuted(self.value, order), sizes, lambda p: tuple(p[list(order).index(a)] for a in range(len(order)))
        )

    def reshape(self, sizes: tuple[int, ...]) -> None:
        before = places((1, *self.sizes[1:]))
        where = dict(zip(places((1, *sizes[1:])), before, strict=True))
        self.become(reshaped(self.value, sizes), sizes, lambda place: where[place])

    def take(self, axis: int, first: int, end: int, *, one: bool) -> None:
        rest = self.sizes[axis + 1 :]
        sizes = (*self.sizes[:axis], *([] if one else [end - first]), *rest)

        def source(place: tuple[int, ...]) -> tuple[int, ...]:
            return (
                (*place[:axis], first, *place[axis:])
                if one
                else (*place[:axis], place[axis] + first, *place[axis + 1 :])
            )

        self.become(cut(self.value, axis, first, end, one=one), sizes, source)

    def expand(self, axis: int, times: int) -> None:
        sizes = (*self.sizes[:axis], times, *self.sizes[axis:])
        unit = self.value._replace(real=(*self.value.real[:axis], (), *self.value.real[axis:]))
        self.become(expanded(unit, sizes), sizes, lambda place: (*place[:axis], *place[axis + 1 :]))

    def settled(self) -> tuple[Value, Values]:
        """Return the tensor as a layer's output, and the values of that output, computed by the row's own words."""
        before = set(self.flow.steps)
        done = self.flow.settled(self.value)
        added = [step for path, step in self.flow.steps.items() if path not in before]
        image = numbered([*map(whole, self.flow.inputs["input"].sizes)])
        for step in added:
            image = rowed(step.kind, dict(step.options), image)
        return done, image


def rowed(kind: str, options: dict[str, object], x: Values) -> Values:
    """Compute what a row that moves axes puts out, value by value."""
    rank = len(next(iter(x)))
    letters = "abcdefgh"[:rank]
    patterns = {
        "flatten": f"{' '.join(letters)} -> ({' '.join(letters)})",
        "tokens": f"{' '.join(letters)} -> ({' '.join(letters[1:])}) a",
        "take": f"a[{options.get('index')}] b -> b",
        "slice": "{} -> {}".format(*_sliced(letters, options.get("channels"), last=rank == 2)),
    }
    return arranged(patterns.get(kind) or str(options["pattern"]), x)


def _sliced(letters: str, part: object, *, last: bool) -> tuple[str, str]:
    first, end = part if isinstance(part, tuple) else (0, 0)
    place = len(letters) - 1 if last else 0
    left = [f"{letter}[{first}:{end}]" if at == place else letter for at, letter in enumerate(letters)]
    return " ".join(left), " ".join(letters)


def arranged(pattern: str, x: Values) -> Values:
    """Carry out an arrangement as einops defines it, without archcalc: for each place of the output, look the value up."""
    left, right = (re.findall(r"\([^)]*\)|\S+", side) for side in pattern.split("->"))
    sizes = [max(place[axis] for place in x) + 1 for axis in range(len(left))]
    known: dict[str, int] = {}
    taken: dict[str, tuple[int, int]] = {}
    for group, size in zip(left, sizes, strict=True):
        atoms = re.findall(r"([a-z]\w*)(?:=(\d+))?(?:\[(-?\d*)(:?)(\d*)\])?", group)
        given = prod(int(s) for _, s, *_ in atoms if s)
        for name, own, first, colon, end in atoms:
            known[name] = int(own) if own else size // given
            if first or colon:
                start = int(first or 0) % known[name]
                taken[name] = (start, (int(end) if end else known[name]) if colon else start + 1)
    new = re.findall(r"([a-z]\w*)=(\d+)", " ".join(right))
    known |= {name: int(size) for name, size in new if name not in known}
    names = [list(re.findall(r"[a-z]\w*", re.sub(r"=\d+", "", group))) for group in right]
    length = {name: taken[name][1] - taken[name][0] if name in taken else size for name, size in known.items()}
    found: Values = {}
    for place in places([prod(length[name] for name in group) for group in names]):
        at = {name: start for name, (start, _) in taken.items()}
        for group, index in zip(names, place, strict=True):
            left_over = index
            for name in reversed(group):
                left_over, own = divmod(left_over, length[name])
                at[name] = taken.get(name, (0, 0))[0] + own
        found[place] = x[tuple(_index(group, at, known) for group in left)]
    return found


def _index(group: str, at: dict[str, int], known: dict[str, int]) -> int:
    index = 0
    for name in re.findall(r"[a-z]\w*", re.sub(r"=\d+|\[[^]]*\]", "", group)):
        index = index * known[name] + at[name]
    return index


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from([1, 2, 3, 4, 6]), min_size=1, max_size=4).map(tuple), st.data())
def test_what_is_moved_lies_where_it_should(sizes: tuple[int, ...], data: st.DataObject) -> None:
    moved = Moved(sizes)
    for _ in range(data.draw(st.integers(1, 4))):
        move(moved, data)
    if len(moved.value.own) <= 4 and moved.value.real[:1] == ((moved.flow.batch,),):
        done, image = moved.settled()
        assert done.sizes == moved.sizes
        assert image == {place[1:] or (0,): number for place, number in moved.values.items()}


def move(moved: Moved, data: st.DataObject) -> None:
    """Move a tensor in one way or another; the batch stays first."""
    rank = len(moved.sizes)
    way = data.draw(st.sampled_from(["permute", "divide", "join", "take", "expand"]))
    axis = data.draw(st.integers(1, rank - 1)) if rank > 1 else 0
    if way == "permute":
        moved.permute([0, *data.draw(st.permutations(range(1, rank)))])
    elif way == "divide" and axis:
        size = moved.sizes[axis]
        part = data.draw(st.sampled_from([number for number in range(1, size + 1) if size % number == 0]))
        moved.reshape((*moved.sizes[:axis], part, size // part, *moved.sizes[axis + 1 :]))
    elif way == "join" and 0 < axis < rank - 1:
        joined = moved.sizes[axis] * moved.sizes[axis + 1]
        moved.reshape((*moved.sizes[:axis], joined, *moved.sizes[axis + 2 :]))
    elif way == "take" and axis and moved.sizes[axis] > 1:
        first = data.draw(st.integers(0, moved.sizes[axis] - 1))
        one = data.draw(st.booleans())
        end = first + 1 if one else data.draw(st.integers(first + 1, moved.sizes[axis]))
        moved.take(axis, first, end, one=one)
    elif way == "expand" and axis:
        moved.expand(axis, data.draw(st.sampled_from([2, 3])))


def test_several_maps_that_lie_in_the_batch_are_one_map_with_an_axis_more() -> None:
    flow = Flow(17)
    heads = reshaped(flow.input("input", (17, 4, 8, 6, 6)), (17 * 4, 8, 6, 6))
    assert heads is not None
    maps = flow.as_maps(heads, 2)
    assert flow.as_map(heads, 2) is None
    assert maps is not None
    assert maps.shape == Shape("CDHW", (8, 4, 6, 6))
    wanted = Wanted("conv", "conv", {"filters": 16, "kernel": (1, 3, 3), "padding": (0, 1, 1), "bias": False})
    found = flow.layer(wanted, [maps], Observed((17 * 4, 16, 6, 6), 16 * 8 * 9, 4 * 16 * 8 * 9 * 36))
    assert found is not None
    assert reshaped(found, (17, 4, 16, 36)) is not None  # the batch is still the outer part


def test_an_input_can_be_a_number_for_each_image() -> None:
    flow = Flow(17)
    assert (flow.input("lengths", (17,)).sizes, flow.inputs["lengths"]) == ((17,), Shape("F", (1,)))
