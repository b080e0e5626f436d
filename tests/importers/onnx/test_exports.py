"""Models that PyTorch exports: sizes as onnx infers them, parameters and MACs as PyTorch counts them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.errors import ArchcalcError
from archcalc.quantities.counts import summed
from archcalc.services.opening import load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.onnx, pytest.mark.long]

exporting = pytest.importorskip("tests.importers.onnx.exporting", exc_type=ImportError)

HIDDEN_HEADS = {"googlenet", "inception_v3"}
"""Their training heads do not run, and are not exported."""

WITH_BUFFERS = {"swin_v2_t", "efficientformer_l1", "levit_128"}
"""They compute with tensors that are not learned, which an ONNX file does not tell from parameters."""

NOT_EXPORTED = {("older", "crossvit_tiny_240")}

DERIVED = 0.95
"""The least share of the parameters and MACs of a model in rows that follow from formulas."""

NAMES = random.Random(16).sample([*exporting.TORCHVISION, *exporting.TIMM], 47)  # noqa: S311 - an order, not a secret


@pytest.mark.parametrize("name", NAMES)
def test_an_exported_model(name: str, tmp_path: Path) -> None:
    onnx, inferring = pytest.importorskip("onnx"), pytest.importorskip("tests.importers.onnx.inferring")
    model, image = exporting.built(name)
    expected = exporting.facts(model, image)
    for way in exporting.WAYS:
        path = tmp_path / f"{way}.onnx"
        try:
            exporting.export(model, image, path, way)
        except Exception as error:  # noqa: BLE001 - the exporters do not export every model
            print(f"{name} is not exported ({way}): {type(error).__name__}")  # noqa: T201
            continue
        compared = inferring.compare(onnx.load(str(path), load_external_data=False))
        assert compared.wrong == [], way
        assert compared.known > 0
        check(name, way, load(str(path)).analyze(), expected)


def check(name: str, way: str, table: Any, expected: Any) -> None:
    """Compare totals with PyTorch's; the optimizers merge batch norm into convolutions, and compute in advance."""
    opaque = summed([row.counts for row in table if row.kind == "opaque"])
    assert table.totals.macs - opaque.macs >= DERIVED * table.totals.macs, way
    assert table.totals.params - opaque.params >= (DERIVED - 0.05 * (name in WITH_BUFFERS)) * table.totals.params, way
    if way != "plain":
        return
    assert table.totals.macs == expected.macs
    if name not in HIDDEN_HEADS | WITH_BUFFERS:
        assert table.totals.params == expected.params


def test_a_model_that_is_too_large_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, image = exporting.built("resnet18")
    path = tmp_path / "net.onnx"
    exporting.export(model, image, path, "older")
    monkeypatch.setenv("ARCHCALC_LIMIT_ONNX_PARTS", "100")
    with pytest.raises(ArchcalcError, match="has more than 100 nodes, tensors and attributes"):
        load(str(path))
