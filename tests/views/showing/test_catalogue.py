"""The page of `list`."""

from __future__ import annotations

import pytest

from archcalc.errors import UsageError
from archcalc.views.page import Label, Notes, PageTable
from archcalc.views.showing.catalogue import ORDERS, ListEntry, catalogue

ENTRIES = [
    ListEntry(
        "resnet101",
        "ResNet-101",
        "2015",
        "resnet",
        {"params": 44_549_160, "macs": 7_570_194_432, "receptive_field": 971},
    ),
    ListEntry(
        "resnet18",
        "ResNet-18",
        "2015",
        "resnet",
        {"params": 11_689_512, "macs": 1_814_073_344, "receptive_field": [427, 9]},
    ),
    ListEntry("lenet5", "LeNet-5", "1998", "lenet", {"params": 60_000, "macs": 325_680, "receptive_field": 32}),
    ListEntry("empty", quantities={"params": 0, "macs": 0, "receptive_field": "all"}),
]


def names(sort: str | None) -> list[str]:
    """Return the names in an order."""
    return [network["name"] for network in catalogue(ENTRIES, sort).record["networks"]]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["empty", "lenet5", "resnet18", "resnet101"]),
        ("title", ["empty", "lenet5", "resnet101", "resnet18"]),
        ("family", ["empty", "lenet5", "resnet18", "resnet101"]),
        ("year", ["empty", "lenet5", "resnet18", "resnet101"]),
        ("params", ["empty", "lenet5", "resnet18", "resnet101"]),
        ("MACs", ["empty", "lenet5", "resnet18", "resnet101"]),
        ("receptive_field", ["lenet5", "resnet18", "resnet101", "empty"]),
        ("macs", ["empty", "lenet5", "resnet18", "resnet101"]),
        (None, ["lenet5", "resnet18", "resnet101", "empty"]),
    ],
)
def test_networks_are_sorted(sort: str, order: list[str]) -> None:
    assert names(sort) == order


def test_an_order_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot sort by 'parms'\n  did you mean params"):
        catalogue(ENTRIES, "parms")
    with pytest.raises(UsageError, match=f"available: {', '.join(ORDERS)}, params, "):
        catalogue(ENTRIES, "zzzzzz")


def test_the_table_has_a_line_for_each_and_the_count_below() -> None:
    _, table, last = catalogue(ENTRIES, "name").blocks
    assert isinstance(table, PageTable)
    assert [line.cells[0] for line in table.lines] == [Label(name) for name in names("name")]
    assert table.lines[0].cells[-1] is None
    assert last[0] == ("4 networks",)
    assert catalogue(ENTRIES[:1]).blocks[-1][0] == ("1 network",)


def test_families_come_by_their_first_year_each_under_its_name() -> None:
    later = ListEntry("torchvision/alexnet", "AlexNet", "2014", "lenet")
    _, table, _ = catalogue([*ENTRIES, later]).blocks
    assert isinstance(table, PageTable)
    assert [(line.level, line.cells[0].name) for line in table.lines if isinstance(line.cells[0], Label)] == [
        (0, "lenet"), (1, "lenet5"), (1, "torchvision/alexnet"),
        (0, "resnet"), (1, "resnet18"), (1, "resnet101"),
        (0, "others"), (1, "empty"),
    ]  # fmt: skip


def test_no_network_is_a_sentence() -> None:
    assert isinstance(catalogue([]).blocks[1], Notes)
