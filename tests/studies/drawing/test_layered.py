"""Laws of the layout, for graphs drawn at random: boxes apart, edges from box to box, and across none."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.drawing.layered import APART, Edge, Sized, layout, levels
from archcalc.studies.drawing.ordering import crossings, ordered
from tests.drawings.reading import Corners, inside, overlap

if TYPE_CHECKING:
    from archcalc.studies.drawing.layered import Layout

SIZES = st.floats(4, 200)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Sized], list[Edge]]:
    """Draw boxes, some with several ports, and edges that lead to higher numbers."""
    count = draw(st.integers(1, 14))
    boxes = [draw(sized()) for _ in range(count)]
    pairs = [pair for pair in combinations(range(count), 2) if draw(st.booleans())]
    return boxes, [draw(edge(boxes, *pair)) for pair in pairs]


@st.composite
def sized(draw: st.DrawFn) -> Sized:
    width, height = draw(SIZES), draw(SIZES)
    ports = st.lists(st.floats(-width / 2, width / 2), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
    return Sized(width, height, enters=draw(st.just(()) | ports), leaves=draw(ports), arrival=draw(st.floats(0, width)))


@st.composite
def edge(draw: st.DrawFn, boxes: list[Sized], source: int, target: int) -> Edge:
    enters = draw(st.integers(0, max(0, len(boxes[target].enters) - 1)))
    return Edge(source, target, leaves=draw(st.integers(0, len(boxes[source].leaves) - 1)), enters=enters)


def corners(boxes: list[Sized], placed: Layout) -> list[Corners]:
    places = zip(boxes, placed.boxes, strict=True)
    return [(x - box.width / 2, y, x + box.width / 2, y + box.height) for box, (x, y) in places]


def points(line: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return points of a line of cubic curves."""
    found = []
    for start in range(0, len(line) - 1, 3):
        a, b, c, d = line[start : start + 4]
        for step in range(21):
            t = step / 20
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            found.append(tuple(sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1)))
    return found  # type: ignore[return-value]


@given(graphs())
def test_no_two_boxes_overlap(graph: tuple[list[Sized], list[Edge]]) -> None:
    found = corners(graph[0], layout(*graph))
    assert not any(overlap(one, other) for one, other in combinations(found, 2))


@given(graphs())
def test_everything_is_within_the_size(graph: tuple[list[Sized], list[Edge]]) -> None:
    placed = layout(*graph)
    wide, high = placed.size
    for left, top, right, bottom in corners(graph[0], placed):
        assert left >= -1e-6
        assert top >= -1e-6
        assert right <= wide + 1e-6
        assert bottom <= high + 1e-6
    assert all(
        -1e-6 <= x <= wide + 1e-6 and -1e-6 <= y <= high + 1e-6 for line in placed.edges for x, y in points(line)
    )


@given(graphs())
def test_an_edge_leads_from_the_bottom_of_a_box_to_the_top_of_another(graph: tuple[list[Sized], list[Edge]]) -> None:
    boxes, edges = graph
    placed = layout(boxes, edges)
    for found, line in zip(edges, placed.edges, strict=True):
        source, target = boxes[found.source], boxes[found.target]
        (x, y), (left, top) = placed.boxes[found.source], placed.boxes[found.target]
        assert line[0] == pytest.approx((x + source.leaves[found.leaves], y + source.height))
        assert line[-1][1] == pytest.approx(top)
        if target.enters:
            assert line[-1][0] == pytest.approx(left + target.enters[found.enters])
        else:
            assert abs(line[-1][0] - left) <= target.width / 2 + 1e-6
        assert all(one[1] <= other[1] + 1e-6 for one, other in zip(points(line), points(line)[1:], strict=False))


@given(graphs())
def test_no_edge_crosses_a_box(graph: tuple[list[Sized], list[Edge]]) -> None:
    placed = layout(*graph)
    found = corners(graph[0], placed)
    for line in placed.edges:
        assert not [box for box in found for point in points(line) if inside(point, box, 0.01)]


@given(graphs())
def test_edges_lead_down_the_layers(graph: tuple[list[Sized], list[Edge]]) -> None:
    found = levels(*graph)
    assert all(found[edge.source] < found[edge.target] for edge in graph[1])


def test_a_chain_is_straight_and_a_fork_is_even() -> None:
    boxes = [Sized(40, 10)] * 6
    chain = layout(boxes, [Edge(number, number + 1) for number in range(5)])
    assert len({x for x, _ in chain.boxes}) == 1

    fork = layout(boxes[:4], [Edge(0, 1), Edge(0, 2), Edge(1, 3), Edge(2, 3)])
    assert fork.boxes[0][0] == pytest.approx(fork.boxes[3][0]) == pytest.approx(fork.size[0] / 2)
    assert abs(fork.boxes[1][0] - fork.boxes[2][0]) == pytest.approx(40 + APART)


def test_the_way_to_the_end_stays_straight_beside_a_head() -> None:
    boxes = [Sized(40, 10)] * 5
    placed = layout(boxes, [Edge(0, 1), Edge(0, 2), Edge(2, 3), Edge(3, 4)])
    assert len({round(placed.boxes[number][0], 6) for number in (0, 2, 3, 4)}) == 1
    assert placed.boxes[1][0] != placed.boxes[0][0]


def test_the_edges_of_one_port_share_a_trunk() -> None:
    boxes = [Sized(40, 10)] * 5
    chain = [Edge(number, number + 1) for number in range(4)]
    placed = layout(boxes, [*chain, Edge(0, 3), Edge(0, 4)])
    one, other = placed.edges[-2:]
    assert one[:6] == other[:6]


def test_crossings_are_undone() -> None:
    links = [(0, 5, 0.0, 0.0, 1.0), (1, 4, 0.0, 0.0, 1.0), (2, 3, 0.0, 0.0, 1.0)]
    rows = [[0, 1, 2], [3, 4, 5]]
    assert crossings(rows, links) == 3
    assert crossings(ordered(rows, links), links) == 0


@given(st.permutations(range(5)), st.permutations(range(5)))
def test_crossings_are_counted_pair_by_pair(upper: list[int], lower: list[int]) -> None:
    links = [(a, b + 5, 0.0, 0.0, 1.0) for a, b in zip(upper, lower, strict=True)]
    rows = [list(range(5)), list(range(5, 10))]
    crossed = sum((a - c) * (b - d) < 0 for (a, b, *_), (c, d, *_) in combinations(links, 2))
    assert crossings(rows, links) == crossed


def test_nothing_has_no_size() -> None:
    assert layout([], []).size == (0.0, 0.0)
