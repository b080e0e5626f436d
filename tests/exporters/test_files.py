"""Files of other frameworks, read again: ONNX and Caffe by the importers, JSON by the standard library, specs as specs."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.exporters.base import find_format, formats
from archcalc.foreign.expressing import NotExpressed
from archcalc.services.exporting import export

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table

SOME = ("lenet5-modern", "alexnet", "resnet18", "torchvision/shufflenet_v2_x1_0", "googlenet", "vgg16", "fcn8s", "xception",
        "torchvision/vit_b_16", "gpt2", "albert-base", "gemma-2-2b", "char-rnn", "efficientnet_b0", "yolov3", "siamese",
        "torchvision/convnext_tiny")  # fmt: skip


@cache
def tables() -> tuple[tuple[str, Table], ...]:
    """Return the tables of some networks; nobody changes them."""
    return tuple((name, archcalc.load(name).analyze(heads=False)) for name in SOME)


def again(table: Table, file: Path) -> Table | None:
    """Write a table into a file and read it again; None if it cannot be expressed."""
    try:
        content = find_format(None, file.name).render(table)
    except NotExpressed:
        return None
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return archcalc.load(str(file)).analyze()


def totals(table: Table) -> tuple[object, ...]:
    """Return the totals that a file keeps: fixed weights are weights like all others there."""
    return table.totals.params + table.totals.counts.buffers, table.totals.macs, table.output.sizes


# In ONNX all products are computed, also those that Gemma's window hides; the importer has no row for FCN's last crop.
@pytest.mark.parametrize(("suffix", "fewest"), [(".onnx", 15), (".prototxt", 6)])
def test_a_file_is_read_again_as_the_same_network(suffix: str, fewest: int, tmp_path: Path) -> None:
    compared = 0
    for name, table in tables():
        found = again(table, tmp_path / f"net{suffix}")
        if found is None:
            continue
        compared += 1
        exact = 1 if "gemma" in name else 2 if "fcn" in name else 3
        assert totals(found)[:exact] == totals(table)[:exact], name
    assert compared >= fewest


def test_a_spec_is_the_same_row_by_row() -> None:
    for name, table in tables():
        found = archcalc.loads(str(archcalc.export(table, "spec"))).analyze()
        assert not found.arguments, name
        assert rows(found) == rows(table), name


def rows(table: Table) -> list[tuple[object, ...]]:
    return [
        (row.path, row.kind, row.output, row.counts, table.reads(row)[: None if row.layer.joins else 1])
        for row in table
    ]


def test_the_graph_has_an_edge_for_each_tensor_that_is_read() -> None:
    table = archcalc.load("resnet18").analyze()
    graph = json.loads(archcalc.export(table, "json"))
    assert [node["id"] for node in graph["nodes"]] == ["input", *(row.path for row in table)]
    assert len(graph["edges"]) == sum(len(table.reads(row)) for row in table)
    assert sum(node.get("params", 0) for node in graph["nodes"]) == graph["graph"]["params"] == 11_689_512


def test_caffe_escapes_what_a_name_may_hold(tmp_path: Path) -> None:
    net = archcalc.loads('title: "a\\"b\\\\c"\ninput: 3x8x8\nlayers: [{conv: 4, kernel: 3, name: \'" } layer {\'}]')
    file = tmp_path / "net.prototxt"
    found = again(net.analyze(), file)
    assert found is not None
    assert len(found) == 1
    assert 'name: "\\042 } layer {"' in file.read_text()


def test_an_onnx_file_is_small_and_keeps_the_names_of_layers() -> None:
    content = archcalc.export(archcalc.load("vgg16").analyze(), "onnx")
    assert isinstance(content, bytes)
    assert len(content) < 20_000
    assert b"conv5_3.weight" in content


def test_formats_follow_from_suffixes() -> None:
    names = [
        find_format(None, f"net{suffix}").__name__.rpartition(".")[2]
        for suffix in (".py", ".onnx", ".json", ".YAML", ".yml", ".prototxt")
    ]
    assert names == ["torch", "onnx", "json", "spec", "spec", "caffe"]
    for name, file, message in (
        ("troch", None, "did you mean torch"),
        (None, "net.onx", "did you mean .onnx"),
        (None, None, "needs a format"),
    ):
        with pytest.raises(UsageError, match=message):
            find_format(name, file)


@pytest.mark.parametrize("name", formats())
def test_a_network_of_very_many_layers_is_not_written(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHCALC_LIMIT_CONVERTED", "7")
    with pytest.raises(UsageError, match=r"alexnet has more than 7 layers \(2\d\)\n .*ARCHCALC_LIMIT_CONVERTED"):
        export(archcalc.load("alexnet").analyze(), name)
