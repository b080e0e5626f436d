"""Graphs of networks, read back out of the SVG: nothing overlaps, every number is the table's, no line crosses a box."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest

import archcalc
from archcalc.drawings import svg
from archcalc.errors import UsageError
from archcalc.specfile.shipped import entries
from archcalc.views.drawing import diagram as diagrams
from archcalc.views.drawing.diagram import MOST_BOXES, diagram
from tests.drawings.reading import Corners, Point, Seen, contains, inside, overlap, seen
from tests.views.drawing.tables import table_of

LOOKED_AT = [
    "lenet5", "alexnet", "vgg16", "googlenet", "resnet50", "densenet121", "unet", "inception_v3", "vit_b_16", "swin_t",
    "mobilenet_v2", "gpt2", "hrnet-w18",
]  # fmt: skip


def drawn(name: str, kind: str = "graph", **wishes: Any) -> Seen:  # noqa: ANN401
    return seen(svg.render(archcalc.draw(table_of(name), kind=kind, **wishes)))


def obey(found: Seen) -> None:
    """Check the laws that every graph obeys."""
    wide, high = found.size
    for boxes in (found.boxes, found.frames):
        for box in boxes.values():
            assert contains((0, 0, wide, high), box)
    for one, other in combinations(found.boxes.values(), 2):
        assert not overlap(one, other)
    for path, frame in found.frames.items():
        # A merge that joins the branches of a block may have the block's own path.
        within = [box for name, box in found.boxes.items() if f"{name}/".startswith(f"{path}/")]
        assert within
        assert all(contains(frame, box) for box in within)
        strangers = [box for name, box in found.boxes.items() if not f"{name}/".startswith(f"{path}/")]
        assert not any(overlap(frame, box) for box in strangers)
    for line in found.lines:
        assert all(0 <= x <= wide and 0 <= y <= high for x, y in line)
        near = [box for box in found.boxes.values() if overlap(box, around(line))]
        assert not [box for box in near for point in line if inside(point, box, 0.6)]


def around(line: list[Point]) -> Corners:
    """Return the extent of a line: in a box that it does not touch no point of the line can be."""
    wide, high = zip(*line, strict=True)
    return min(wide) - 1, min(high) - 1, max(wide) + 1, max(high) + 1


@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_graph_obeys_the_laws(name: str, direction: str) -> None:
    obey(drawn(name, direction=direction))


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "unet", "gpt2", "transformer-base"])
def test_open_blocks_obey_them_too(name: str) -> None:
    obey(drawn(name, depth=9))


@pytest.mark.long
@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_every_network_obeys_them(name: str) -> None:
    obey(drawn(name))
    obey(drawn(name, depth=2))


@pytest.mark.parametrize("name", ["googlenet", "resnet18", "unet"])
def test_every_number_of_a_box_is_one_of_the_table(name: str) -> None:
    table = table_of(name)
    found = drawn(name, depth=9, counts="params,macs")
    checked = 0
    for row in table:
        title = found.titles.get(row.path)
        if title is None or row.path not in found.boxes:
            continue
        for heading, value in (("parameters", row.params), ("MACs", row.macs)):
            said = re.findall(rf"([\d,]+) {heading}", title)
            times = int((re.findall(r" ×(\d+):", title) or ["1"])[0])
            assert [int(number.replace(",", "")) for number in said] == ([value * times] if value else [])
            checked += 1
    assert checked > 20
    numbers = {word for words in found.titles.values() for word in re.findall(r"[\d,]+ (?:parameters|MACs)", words)}
    assert {word for word in found.words if re.fullmatch(r"[\d,]+ (parameters|MACs)", word)} <= numbers


def test_each_tensor_that_a_layer_reads_is_an_edge() -> None:
    table = table_of("googlenet")
    found = diagram(table, 9)
    edges = {(source.path, target.path) for source, target in found.pairs}
    assert len(edges) == len(found.pairs)
    assert ("3a/1x1/conv", "3a/concat") in edges
    boxes = {box.path for box in found.closed()}
    for row in table:
        for read in table.reads(row):
            if row.path in boxes and read in boxes:
                assert (read, row.path) in edges


def test_every_box_but_the_inputs_is_reached_through_the_frames() -> None:
    found = diagram(table_of("hrnet-w18"), 3)

    def check(of: object) -> None:
        entered = {target[1] for _, target, *_ in of.edges if target[0] == "box"}  # type: ignore[attr-defined]
        for number, box in enumerate(of.boxes):  # type: ignore[attr-defined]
            assert number in entered or box.node is not None
            if box.inner:
                check(box.inner)

    check(found)


def test_copies_are_one_box_with_their_number() -> None:
    found = drawn("resnet50", depth=1)
    assert {"2–3 ×2", "2–4 ×3", "2–6 ×5"} <= set(found.words)


@pytest.mark.parametrize("most", [20, pytest.param(MOST_BOXES, marks=pytest.mark.long)])
def test_a_picture_with_too_many_boxes_is_refused(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "MOST_BOXES", most)
    network = archcalc.loads(
        "{input: 3x8x8, layers: ["
        + ", ".join(f"{{conv: {3 + number % 7}, kernel: 1, name: c{number}}}" for number in range(most + 100))
        + "]}"
    )
    with pytest.raises(UsageError, match=f"the picture would have {most + 100:,} boxes"):
        archcalc.draw(network.analyze())


def test_a_graph_has_letters_where_the_input_has() -> None:
    found = seen(svg.render(archcalc.draw(archcalc.load("alexnet").analyze("3xHxW"))))
    assert "96×⌊(H − 7)/4⌋×⌊(W − 7)/4⌋" in found.words
