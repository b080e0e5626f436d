"""Exported ONNX files of all built-in networks that ONNX expresses, by onnx: every row's shape; and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.foreign.expressing import NotExpressed
from archcalc.specfile.shipped import entries

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.onnx

NAMES = [entry.name for entry in entries()]
FEWEST = 438
"""How many networks ONNX expresses at least."""

RUN = ("lenet5-modern", "resnet18", "torchvision/mobilenet_v3_small", "unet-small", "torchvision/vit_b_16")
"""Networks whose files are also loaded by onnxruntime."""


@pytest.fixture(scope="module")
def onnx() -> Any:
    """Return onnx."""
    return pytest.importorskip("onnx")


@pytest.mark.parametrize("name", NAMES)
def test_onnx_infers_the_shape_of_every_row_and_the_file_is_read_again(name: str, onnx: Any, tmp_path: Path) -> None:
    table = archcalc.load(name).analyze(heads=False)
    try:
        content = archcalc.export(table, "onnx")
    except NotExpressed as missing:
        assert len(missing.mistakes) > 1  # noqa: PT017 - that others are not is counted below
        return
    model = onnx.load_model_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    sizes = {each.name: tuple(dim.dim_value for dim in each.type.tensor_type.shape.dim)
             for each in (*inferred.value_info, *inferred.output)}  # fmt: skip
    assert {row.path: sizes[row.path] for row in table} == {row.path: (1, *row.output.sizes) for row in table}
    file = tmp_path / "net.onnx"
    file.write_bytes(content if isinstance(content, bytes) else b"")
    again = archcalc.load(str(file)).analyze()
    kept = table.totals.params + table.totals.counts.buffers
    assert again.totals.params + again.totals.counts.buffers == kept
    windows = any(getattr(row.layer, "window", None) for row in table if row.kind == "attention")
    assert windows or again.totals.macs == table.totals.macs  # the file computes all products


def expressed(name: str) -> bool:
    """Whether a network can be exported; that it is then right is shown above, by whichever process."""
    try:
        archcalc.export(archcalc.load(name).analyze(heads=False), "onnx")
    except NotExpressed:
        return False
    return True


def test_most_networks_are_expressed() -> None:
    assert sum(map(expressed, NAMES)) >= FEWEST


@pytest.mark.parametrize("name", [name for name in RUN if name in NAMES])
def test_onnxruntime_loads_and_runs_a_file(name: str) -> None:
    runtime, numpy = pytest.importorskip("onnxruntime"), pytest.importorskip("numpy")
    table = archcalc.load(name).analyze(heads=False)
    session = runtime.InferenceSession(archcalc.export(table, "onnx"), providers=["CPUExecutionProvider"])
    shape = next(iter(table.inputs.values()))
    (output,) = session.run(None, {session.get_inputs()[0].name: numpy.zeros((1, *shape.sizes), "float32")})
    assert output.shape == (1, *table.output.sizes)
