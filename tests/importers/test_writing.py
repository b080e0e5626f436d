"""Networks written as specs with blocks and copies: read again, they are the same, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.importers.document import Imported, document
from archcalc.importers.flow import Flow, Planned, Reference
from archcalc.importers.writing import nested
from archcalc.importers.yaml_out import pages
from archcalc.layers.options import field_of
from archcalc.services.opening import as_spec, read
from archcalc.specfile.shipped import entries

if TYPE_CHECKING:
    from archcalc.network.table import Row, Table

NAMES = [entry.name for entry in entries()]


def imported(table: Table) -> Imported | None:
    """Return a table as an importer would have made it; None where a layer's size is that of another layer."""
    flow = Flow()
    flow.inputs = dict(table.inputs)
    for row in table:
        options = options_of(table, row)
        if options is None:
            return None
        flow.steps[row.path] = Planned(
            path=row.path, kind=row.kind, options=options, reads=table.reads(row)[: None if row.layer.joins else 1],
            layer=row.layer, shares=row.shares, train_only=row.train_only,
        )  # fmt: skip
    results = [table.graph.nodes[index].path for index in table.graph.results]
    return Imported(flow, [path for path in results if path in flow.steps])


def options_of(table: Table, row: Row) -> dict[str, Any] | None:
    """Return a layer's options as an importer has them."""
    found = {}
    for name, option in row.layer.declared.options.items():
        value = getattr(row.layer, field_of(name))
        if option.type.reads and value is not None:
            value = Reference(table.reads(row)[1])
        elif option.type.place and value is not None:
            return None
        found[name] = value
    return found


def rows(table: Table) -> list[tuple[object, ...]]:
    """Return what two tables have to have in common, row by row."""
    return [(row.path, row.kind, row.output, row.counts, row.shares, row.train_only, table.reads(row)) for row in table]


@pytest.mark.parametrize("name", NAMES[:: max(1, len(NAMES) // 40)])
def test_a_network_written_down_is_the_same_network(name: str) -> None:
    check(name)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_network_written_down_is_the_same_network(name: str) -> None:
    check(name)


def check(name: str) -> None:
    """Compare a network with what is read of it, written flat and written with blocks."""
    table = archcalc.load(name).analyze()
    made = imported(table)
    if made is None:
        pytest.skip("a layer of it takes the size of another")
    assert rows(read(made, name).analyze()) == rows(table)
    text = pages(nested(made))
    assert rows(archcalc.loads(text).analyze()) == rows(table)


def test_what_recurs_is_a_block_and_what_varies_an_argument() -> None:
    made = imported(archcalc.load("vgg16").analyze())
    assert made is not None
    assert pages(document(made)).count("\n") > 30
    resnet = imported(archcalc.load("torchvision/resnet50").analyze())
    assert resnet is not None
    resnet.flow.classes.update(dict.fromkeys(archcalc.load("torchvision/resnet50").analyze().groups, "Bottleneck"))
    text = pages(nested(resnet))
    assert "bottleneck" in text
    assert "4*width" in text
    assert text.count("\n") < 70


def test_only_models_of_other_frameworks_are_imported() -> None:
    with pytest.raises(archcalc.UsageError, match="alexnet is not a model of another framework"):
        as_spec("alexnet")
