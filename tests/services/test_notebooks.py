"""What notebooks show: pages as fragments of HTML, pictures as SVG, layers as a data frame; and the notebook of the docs."""

from __future__ import annotations

import json
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import archcalc
from archcalc.errors import UsageError
from tests.house.plan import ROOT

TABLE = archcalc.load("alexnet").analyze()

SHOWN = {
    "network": archcalc.load("lenet5"),
    "table": TABLE,
    "difference": archcalc.diff(archcalc.load("lenet5"), archcalc.load("lenet5-modern")),
    "check": archcalc.check([{"layer": "conv1", "params": 34848}], "alexnet"),
    "explanation": archcalc.explain(TABLE, "conv1"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_value_is_shown_as_its_page(name: str) -> None:
    shown: str = SHOWN[name]._repr_html_()
    assert shown.startswith("<h1>")
    assert not {"<html", "<style", "<script"} & {tag for tag in ("<html", "<style", "<script") if tag in shown}
    ET.fromstring(f"<div>{shown}</div>")  # noqa: S314 - our own output


def test_the_numbers_are_those_of_the_table() -> None:
    assert "60,965,224" in TABLE._repr_html_()
    assert "The biases are not counted." in SHOWN["check"]._repr_html_()
    assert "⌊(227 − 11 + 2·0)/4⌋ + 1" in SHOWN["explanation"]._repr_html_()


def test_a_picture_is_shown_as_svg() -> None:
    assert archcalc.draw(TABLE)._repr_svg_().startswith("<svg ")


def test_the_layers_are_a_data_frame() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (extra: notebook)")
    frame = TABLE.to_pandas()
    assert list(frame["path"]) == [row.path for row in TABLE]
    assert frame["params"].sum() == TABLE.totals.params
    assert frame["macs"].sum() == TABLE.totals.macs
    assert frame["output"][0] == "96x55x55"


def test_without_pandas_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "archcalc.services.frames", raising=False)
    with pytest.raises(UsageError, match=r"to_pandas\(\) requires pandas"):
        TABLE.to_pandas()


@pytest.mark.long
def test_the_notebook_of_the_docs_runs() -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed (extra: notebook)")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed (extra: notebook)")
    pytest.importorskip("pandas")
    notebook = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    kinds = [set(output["data"]) for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert [next(iter(found - {"text/plain"})) for found in kinds] == [
        "text/html", "image/svg+xml", "text/html", "text/html", "text/html", "text/html",
    ]  # fmt: skip


def test_the_notebook_is_committed_without_outputs() -> None:
    notebook: dict[str, Any] = json.loads((ROOT / "docs" / "notebook.ipynb").read_text(encoding="utf-8"))
    assert all(cell.get("outputs", []) == [] for cell in notebook["cells"])
