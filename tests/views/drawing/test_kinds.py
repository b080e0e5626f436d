"""Volumes, bars, fields, points and differences, read back out of the SVG."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import archcalc
from archcalc.drawings import svg
from archcalc.errors import UsageError
from archcalc.views.drawing.picture import breadth
from tests.drawings.reading import SPACE, STEPS, Seen, corners, inside, overlap, seen
from tests.known import known
from tests.views.drawing.tables import table_of
from tests.views.drawing.test_graphs import LOOKED_AT, obey


def text_of(*names: str, **wishes: Any) -> str:  # noqa: ANN401
    return svg.render(archcalc.draw(*(table_of(name) for name in names), **wishes))


def drawn(*names: str, **wishes: Any) -> Seen:  # noqa: ANN401
    return seen(text_of(*names, **wishes))


@pytest.mark.parametrize("name", LOOKED_AT)
def test_volumes_are_apart_and_so_are_their_texts(name: str) -> None:
    found = drawn(name, kind="volumes")
    assert not any(overlap(one, other) for one, other in combinations(found.boxes.values(), 2))
    names = [(text, place) for text, place in found.texts[2:] if text in found.words]
    below = [(x, y, breadth(text, 9)) for text, (x, y) in names if y == names[0][1][1]]
    assert all(a[0] + a[2] / 2 <= b[0] - b[2] / 2 + 12 for a, b in pairwise(below))


def test_linear_volumes_are_in_proportion() -> None:
    table = table_of("alexnet")
    found = drawn("alexnet", kind="volumes", scale="linear")
    sizes = {row.path: row.output for row in table if row.path in found.boxes and row.output.is_map}
    (unit,) = {
        round((found.boxes[path][3] - found.boxes[path][1]) / known(shape.spatial[0]), 2)
        for path, shape in sizes.items()
    }
    assert unit == pytest.approx(150 / 227, abs=0.01)
    deep = {path: found.boxes[path][2] - found.boxes[path][0] for path in sizes}
    assert deep["conv3"] / deep["conv1"] == pytest.approx(384 / 96, rel=0.01)
    assert any("linear scale" in word for word in found.words)


def test_logarithmic_volumes_keep_the_order() -> None:
    table = table_of("vgg16")
    found = drawn("vgg16", kind="volumes")
    rows = [row for row in table if row.path in found.boxes and row.output.is_map]
    for one, other in combinations(rows, 2):
        heights = [round(found.boxes[row.path][3] - found.boxes[row.path][1], 3) for row in (one, other)]
        assert (heights[0] > heights[1]) == (one.output.spatial[0] > other.output.spatial[0])  # type: ignore[operator]


def test_a_kernel_covers_its_part_of_the_map() -> None:
    root = ET.fromstring(text_of("lenet5", kind="volumes", scale="linear"))  # noqa: S314
    kernels = [p for p in root.iter(f"{SPACE}polygon") if p.get("fill-opacity") == "0.65"]
    faces = [group.findall(f"{SPACE}polygon")[1] for group in root.iter(f"{SPACE}g")]
    (_, top), _, _, (_, bottom) = _points(kernels[0])
    (_, high), _, _, (_, low) = _points(faces[0])
    assert abs(bottom - top) / abs(low - high) == pytest.approx(5 / 32, abs=0.01)
    assert len(kernels) == 5


def _points(polygon: ET.Element) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in (polygon.get("points") or "").split()]
    return [(float(x), float(y)) for x, y in pairs]


def test_skip_connections_run_above_all_boxes() -> None:
    found = drawn("unet", kind="volumes")
    arcs = [line for line in found.lines if len(line) > 3 * 20 and line[30][1] < 120]
    assert len(arcs) == 4
    for line in arcs:
        assert not [box for box in found.boxes.values() for point in line if inside(point, box, 0.5)]


def test_letters_have_no_volume() -> None:
    with pytest.raises(UsageError, match="a size with letters has no length"):
        archcalc.draw(archcalc.load("alexnet").analyze("3xHxW"), kind="volumes")


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "gpt2"])
def test_the_bars_add_up_to_the_totals(name: str) -> None:
    table = table_of(name)
    root = ET.fromstring(text_of(name, kind="cost", counts="params,macs", depth=0))  # noqa: S314
    texts = [(float(t.get("x", "")), t.text or "") for t in root.iter(f"{SPACE}text")]
    # Without heads, every number of a column is in one of its lines.
    lines = [int(text.replace(",", "")) for _, text in texts if re.fullmatch(r"[\d,]+", text)]
    heads = table.totals.train_only
    counted = (table.totals.params, table.totals.macs, heads.params, heads.macs)
    expected = sum(map(known, counted))
    assert sum(lines) == expected


def test_a_bar_is_as_long_as_its_number() -> None:
    root = ET.fromstring(text_of("alexnet", kind="cost", counts="params"))  # noqa: S314
    bars = [corners(rect) for rect in root.iter(f"{SPACE}rect") if rect.get("height") == "11"]
    numbers = [
        int((t.text or "").replace(",", "")) for t in root.iter(f"{SPACE}text") if re.fullmatch(r"[\d,]+", t.text or "")
    ]
    ratios = {round((bar[2] - bar[0]) / number, 7) for bar, number in zip(bars, numbers, strict=True) if number > 10**6}
    assert len(ratios) <= 2
    assert max(ratios) - min(ratios) < 1e-6


def test_fields_are_drawn_to_the_scale_of_the_input() -> None:
    found = drawn("vgg16", kind="rf")
    table = table_of("vgg16")
    for path, (left, top, right, bottom) in found.boxes.items():
        (size,) = table[path].reach.sizes or ()
        assert right - left == pytest.approx(bottom - top)
        assert (right - left) / 280 == pytest.approx(size / 224, abs=0.001)  # type: ignore[operator]
        assert f"{path} {size}×{size}" in found.words
    assert len(found.boxes) > 5


def test_the_smallest_and_the_largest_path_are_the_edges_of_the_band() -> None:
    text = text_of("googlenet", kind="rf")
    assert "from the smallest to the largest path" in text
    assert "from the smallest to the largest path" not in text_of("vgg16", kind="rf")


def test_the_field_of_one_layer() -> None:
    found = drawn("resnet50", kind="rf", layer="conv4_x")
    (last,) = [word for word in found.words if word.startswith("conv4_x/6/add ")]
    assert last == "conv4_x/6/add 291×291"


def test_a_network_without_fields_is_refused() -> None:
    with pytest.raises(UsageError, match="no receptive field to draw"):
        archcalc.draw(archcalc.loads("{input: 10, layers: [{linear: 3}]}").analyze(), kind="rf")


NAMES = ["alexnet", "vgg16", "googlenet", "resnet18", "resnet50", "mobilenet_v2", "densenet121", "squeezenet-1.1"]


@pytest.mark.parametrize(("x", "y"), [("macs", "params"), ("params", "activations"), ("weighted_depth", "macs")])
def test_points_stand_where_their_totals_are_on_the_axes(x: str, y: str) -> None:
    found = drawn(*NAMES, kind="scatter", x=x, y=y)
    tables = {name: table_of(name) for name in NAMES}
    from archcalc.measures.quantities import find  # noqa: PLC0415 - named like the fixture above

    for axis, name in ((0, x), (1, y)):
        values = {net: find(name).number(table) for net, table in tables.items()}
        places = {net: (found.boxes[net][axis] + found.boxes[net][axis + 2]) / 2 for net in NAMES}
        order = sorted(NAMES, key=lambda net: values[net])  # type: ignore[arg-type,return-value]
        along = [places[net] if axis == 0 else -places[net] for net in order]
        assert along == sorted(along)
        for net in NAMES:
            assert f"{values[net]:,}" in found.titles[net]


def test_differences_are_said_in_words_and_not_in_colours_alone() -> None:
    found = drawn("vgg16", "vgg13", kind="diff")
    assert found.words.count("removed") == 3 + 1  # the legend
    assert drawn("vgg13", "vgg16").words.count("inserted") == 3 + 1
    changed = drawn("resnet50", "torchvision/resnet50", depth=9)
    assert any(word.startswith("changed: stride") for word in changed.words)


def test_the_two_graphs_of_a_difference_obey_the_laws_each() -> None:
    root = text_of("vgg16", "vgg13")
    assert root.count("conv5_2") > 2
    obey(drawn("lenet5"))


@pytest.mark.parametrize(
    ("names", "wishes", "message"),
    [
        (["alexnet"], {"kind": "grpah"}, "unknown kind of picture 'grpah'"),
        (["alexnet", "vgg16"], {"kind": "volumes"}, "the kind volumes draws 1 network, got 2"),
        (["alexnet"], {"kind": "diff"}, "the kind diff draws 2 networks, got 1"),
        (["alexnet"], {"kind": "volumes", "counts": "params"}, "--counts does not apply to --kind volumes"),
        (["alexnet"], {"counts": "parms"}, "unknown column 'parms'"),
        (["alexnet", "vgg16", "lenet5"], {"x": "output"}, "output of alexnet is not a single number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(names: list[str], wishes: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        text_of(*names, **wishes)


def test_a_short_network_has_all_its_fields_drawn() -> None:
    found = drawn("lenet5", kind="rf")
    assert len(found.boxes) == len({row.reach.sizes for row in table_of("lenet5") if row.geometry})


def test_near_totals_are_on_a_linear_axis_from_zero() -> None:
    found = drawn("vgg11", "vgg13", "vgg16", kind="scatter", x="weighted_depth")
    assert "weight layers" in found.words
    assert found.words.count("0") == 2
    totals = {name: table_of(name).totals.weighted_depth for name in ("vgg11", "vgg13", "vgg16")}
    places = [(found.boxes[name][0] + found.boxes[name][2]) / 2 for name in totals]
    steps = [(places[1] - places[0]) / 2, (places[2] - places[1]) / 3]
    assert steps[0] == pytest.approx(steps[1], abs=0.01)


def test_letters_have_no_place_on_an_axis() -> None:
    with pytest.raises(UsageError, match="macs of alexnet is not a number"):
        archcalc.draw(*[archcalc.load("alexnet").analyze("3xHxW")] * 3)


def test_a_line_leads_to_a_name_that_stands_farther_away() -> None:
    table = table_of("alexnet")
    found = seen(svg.render(archcalc.draw(*[table] * 12)))
    assert len([line for line in found.lines if len(line) == STEPS + 1]) > 0
    assert found.words.count("alexnet") == 12


def test_a_kernel_along_tokens_is_not_drawn_on_a_map() -> None:
    network = archcalc.loads("{input: 3x8x8, layers: [{conv: 4, kernel: 3}, tokens, {conv: 5, kernel: 3}]}")
    text = svg.render(archcalc.draw(network.analyze(), kind="volumes"))
    assert text.count('fill-opacity="0.65"') == 1
