"""The page of `verify --torch`."""

from __future__ import annotations

from archcalc.studies.checking.witness import Side, WitnessReport
from archcalc.views.checking.witness import comparisons
from archcalc.views.page import STRONG, Heading, Label, Notes, PageTable

GOOD = WitnessReport("torchvision/resnet18", "torchvision 0.28.0", 60)
BAD = WitnessReport(
    "torchvision/vgg11", "torchvision 0.28.0", 3, Side("conv2", "Conv2d", "128×112×112", 73856, 0), None
)


def test_networks_that_agree_are_a_line_each() -> None:
    page = comparisons([GOOD])
    assert page.blocks[0] == Heading("Comparison with a framework", "torchvision 0.28.0")
    assert isinstance(page.blocks[1], PageTable)
    assert page.blocks[1].lines[0].cells == ("torchvision/resnet18", 60, "agrees")
    assert page.blocks[-1] == Notes(("1 network agrees",))
    assert page.record == {
        "schema_version": 1, "holds": True,
        "networks": [
            {"network": "torchvision/resnet18", "against": "torchvision 0.28.0", "layers": 60, "holds": True}
        ],
    }  # fmt: skip


def test_the_first_difference_is_shown_with_both_sides() -> None:
    page = comparisons([GOOD, BAD])
    *_, heading, sides, last = page.blocks
    assert heading == Heading("torchvision/vgg11: first difference", "after 3 matching layers")
    assert isinstance(sides, PageTable)
    assert [line.cells for line in sides.lines] == [
        (Label("conv2"), "archcalc", "Conv2d", "128×112×112", 73856, 0),
        (Label("no further layers"), "torchvision 0.28.0", "", "", None, None),
    ]
    assert last == Notes(("1 of 2 networks agree",), STRONG)
    entry = page.record["networks"][1]
    assert (page.record["holds"], entry["holds"]) == (False, False)
    assert (entry["ours"]["path"], entry["theirs"]) == ("conv2", None)
