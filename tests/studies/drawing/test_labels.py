"""Labels: never over each other, never over a point, in the room or beside it."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.drawing.labels import Area, around, place

ROOM = Area((0, 0), (300, 200))
POINTS = st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=25)


@given(POINTS, st.floats(10, 90))
def test_labels_overlap_neither_each_other_nor_a_point(points: list[tuple[float, float]], width: float) -> None:
    areas = place(points, [(width, 10)] * len(points), ROOM, 3)
    assert not any(one.meets(other) for one, other in combinations(areas, 2))
    inner = [area for area in areas if area.within(ROOM)]
    assert not any(area.meets(around(point, (6, 6))) for area in inner for point in points)
    assert all(area.near[0] > ROOM.far[0] for area in areas if area not in inner)


def test_a_label_is_beside_its_point_where_there_is_room() -> None:
    (area,) = place([(100, 100)], [(40, 10)], ROOM, 3)
    assert area == Area((104, 95), (144, 105))


def test_a_label_that_fits_nowhere_is_outside() -> None:
    areas = place([(10, 10)] * 3, [(20, 10)] * 3, Area((0, 0), (21, 21)), 3)
    assert [area.near for area in areas] == [(25, 0), (25, 10), (25, 20)]
