"""Laws of the layout, for graphs drawn at random: boxes apart, edges from box to box, and across none."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.drawing.layered import APART, Edge, Sized, layout, levels
from archcalc.studies.drawing.ordering import crossings, ordered
from tests.drawings.reading import Corners, Point, inside, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.studies.drawing.layered import Layout

Line = tuple[tuple[float, float], ...]

SIZES = st.floats(4, 200)
PORTS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
"""Where edges meet a box, in parts of its width."""

ENTERS = st.just(()) | PORTS
PARTS = st.floats(0, 1)
NUMBERS = [st.integers(0, most) for most in range(3)]
COUNTS = st.integers(1, 14)

STEPS = [step / 20 for step in range(21)]
WEIGHTS = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in STEPS]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Sized], list[Edge]]:
    """Draw boxes, some with several ports, and edges that lead to higher numbers."""
    count = draw(COUNTS)
    boxes = [draw(sized()) for _ in range(count)]
    pairs = list(combinations(range(count), 2))
    chosen = int.from_bytes(draw(st.binary(min_size=len(pairs) // 8 + 1, max_size=len(pairs) // 8 + 1)), "big")
    return boxes, [edge(draw, boxes, *pair) for bit, pair in enumerate(pairs) if chosen >> bit & 1]


@st.composite
def sized(draw: st.DrawFn) -> Sized:
    width, height = draw(SIZES), draw(SIZES)
    enters, leaves = (tuple(part * width for part in draw(ports)) for ports in (ENTERS, PORTS))
    return Sized(width, height, enters=enters, leaves=leaves, arrival=draw(PARTS) * width)


def edge(draw: st.DrawFn, boxes: list[Sized], source: int, target: int) -> Edge:
    """Draw an edge, from any port to any."""
    leaves, enters = (max(0, len(ports) - 1) for ports in (boxes[source].leaves, boxes[target].enters))
    return Edge(source, target, leaves=draw(NUMBERS[leaves]), enters=draw(NUMBERS[enters]))


def corners(boxes: list[Sized], placed: Layout) -> list[Corners]:
    places = zip(boxes, placed.boxes, strict=True)
    return [(x - box.width / 2, y, x + box.width / 2, y + box.height) for box, (x, y) in places]


def curves(line: Line) -> Iterator[Line]:
    """Yield the cubic curves of a line, each by its four points."""
    for start in range(0, len(line) - 1, 3):
        yield line[start : start + 4]


def points(curve: Line) -> list[Point]:
    """Return points of a cubic curve."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    return [(a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy) for a, b, c, d in WEIGHTS]


def bounds(curve: Line) -> Corners:
    """Return a box that a cubic curve never leaves: that of its four points."""
    wide, high = zip(*curve, strict=True)
    return min(wide), min(high), max(wide), max(high)


def meet(one: Corners, other: Corners) -> bool:
    """Whether two boxes have a point in common: only there can a curve in the one cross the other."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


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
    for curve in (curve for line in placed.edges for curve in curves(line)):
        left, top, right, bottom = bounds(curve)
        assert -1e-6 <= left <= right <= wide + 1e-6
        assert -1e-6 <= top <= bottom <= high + 1e-6


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
        heights = [high for curve in curves(line) for _, high in points(curve)]
        assert all(one <= other + 1e-6 for one, other in pairwise(heights))


@given(graphs())
def test_no_edge_crosses_a_box(graph: tuple[list[Sized], list[Edge]]) -> None:
    placed = layout(*graph)
    found = corners(graph[0], placed)
    for curve in (curve for line in placed.edges for curve in curves(line)):
        near = [box for box in found if meet(bounds(curve), box)]
        assert not [box for box in near for point in points(curve) if inside(point, box, 0.01)]


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
