"""Networks written as specs with blocks and copies: read again, they are the same, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.importers.document import document
from archcalc.importers.tables import of_table
from archcalc.importers.writing import nested
from archcalc.importers.yaml_out import pages
from archcalc.services.opening import as_spec, read
from archcalc.specfile.shipped import entries

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table

NAMES = [entry.name for entry in entries()]


def rows(table: Table) -> list[tuple[object, ...]]:
    """Return what two tables have to have in common, row by row."""
    return [(row.path, row.kind, row.output, row.counts, row.shares, row.train_only, table.reads(row)) for row in table]


@pytest.mark.parametrize("name", NAMES[:: max(1, len(NAMES) // 10)])
def test_a_network_written_down_is_the_same_network(name: str) -> None:
    check(name)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_network_written_down_is_the_same_network(name: str) -> None:
    check(name)


def check(name: str) -> None:
    """Compare a network with what is read of it, written flat and written with blocks."""
    table = archcalc.load(name).analyze()
    try:
        made = of_table(table)
    except archcalc.UsageError as refused:
        pytest.skip(str(refused))
    assert rows(read(made, name).analyze()) == rows(table)
    text = pages(nested(made))
    assert rows(archcalc.loads(text).analyze()) == rows(table)


def test_what_recurs_is_a_block_and_what_varies_an_argument() -> None:
    made = of_table(archcalc.load("vgg16").analyze())
    assert pages(document(made)).count("\n") > 30
    resnet = of_table(archcalc.load("torchvision/resnet50").analyze())
    resnet.flow.classes.update(dict.fromkeys(archcalc.load("torchvision/resnet50").analyze().groups, "Bottleneck"))
    text = pages(nested(resnet))
    assert "bottleneck" in text
    assert "4*width" in text
    assert text.count("\n") < 70


def test_only_models_of_other_frameworks_are_imported() -> None:
    with pytest.raises(archcalc.UsageError, match="alexnet is not a model of another framework"):
        as_spec("alexnet")


COPIES = "Sequential(\n  (0-99998): 99999 x Linear(in_features=8, out_features=8, bias=True)\n)\n"
CONFIG = '{"model_type": "gpt2", "n_layer": 6144, "n_embd": 8, "n_head": 2, "vocab_size": 100, "n_positions": 16}'


@pytest.mark.parametrize(
    ("name", "text"), [("model.txt", COPIES), pytest.param("config.json", CONFIG, marks=pytest.mark.long)]
)
def test_one_number_does_not_stand_for_any_number_of_layers(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(archcalc.UsageError, match=r" has more than 20,000 layers \(.*\n.*ARCHCALC_LIMIT_CONVERTED"):
        as_spec(str(tmp_path / name))


def test_many_experts_are_shown_and_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experts = "Net(\n  (0-399): 400 x Expert(\n    (up): Linear(in_features=8, out_features=8, bias=True)\n  )\n)\n"
    (tmp_path / "model.txt").write_text(experts, encoding="utf-8")
    monkeypatch.setenv("ARCHCALC_LIMIT_CONVERTED", "300")
    assert archcalc.load(str(tmp_path / "model.txt")).analyze().totals.params == 400 * (64 + 8)
    with pytest.raises(archcalc.UsageError, match="has more than 300 layers"):
        as_spec(str(tmp_path / "model.txt"))
