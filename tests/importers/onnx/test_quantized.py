"""Quantized and recurrent models against onnxruntime and PyTorch: the sizes that are run, weights and MACs as before."""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.importers.onnx.inference import infer
from archcalc.importers.onnx.opening import decoded
from archcalc.services.opening import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.onnx

PARAMS, MACS = 3 * 16 * 9 + 16 + 16 * 4 * 9 + 16 + 32 * 24 + 24 + 240 + 10, (432 + 576 + 768) * 256 + 240
"""Counted by hand: convolutions on 16 × 16 places, and a linear layer."""


@pytest.fixture(scope="module")
def network() -> Any:
    torch = pytest.importorskip("torch")
    nn = torch.nn
    module: Any = nn.Module

    class Net(module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.Conv2d(16, 16, 3, padding=1, groups=4)
            self.three, self.last, self.pool = nn.Conv2d(32, 24, 1), nn.Linear(24, 10), nn.AvgPool2d(2)

        def forward(self, x: Any) -> Any:
            x = self.one(x).relu()
            y = self.two(x)
            z = self.pool(nn.functional.leaky_relu(self.three(torch.cat([torch.sigmoid(y), x + y], 1)), 0.1))
            return torch.softmax(self.last(z.mean((2, 3))), -1)

    return Net().eval()


@pytest.fixture(scope="module")
def exported(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    path = tmp_path_factory.mktemp("quantized") / "net.onnx"
    export(network, torch.randn(1, 3, 32, 32), path)
    return path


def export(model: Any, given: Any, path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (given,), path, dynamo=False, opset_version=17, input_names=["x"])


def dynamic(quantization: Any, source: Path, target: Path) -> None:
    quantization.quantize_dynamic(source, target, weight_type=quantization.QuantType.QUInt8)


def static(kind: str) -> Callable[[Any, Path, Path], None]:
    def quantize(quantization: Any, source: Path, target: Path) -> None:
        torch = pytest.importorskip("torch")
        images = iter([{"x": torch.randn(1, 3, 32, 32).numpy()}])

        class Images(quantization.CalibrationDataReader):  # type: ignore[misc]
            def get_next(self) -> Any:
                return next(images, None)

        quantization.quantize_static(source, target, Images(), quant_format=getattr(quantization.QuantFormat, kind))

    return quantize


@pytest.mark.parametrize("quantize", [dynamic, static("QOperator"), static("QDQ")], ids=["dynamic", "static", "pairs"])
def test_a_quantized_model_has_the_same_weights_and_macs(exported: Path, tmp_path: Path, quantize: Any) -> None:
    pytest.importorskip("onnxruntime")
    target = tmp_path / "quantized.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quantize(pytest.importorskip("onnxruntime.quantization"), exported, target)
    table = load(str(target)).analyze()
    assert (table.totals.params, table.totals.macs) == (PARAMS, MACS)
    assert [row.kind for row in table if row.kind in {"conv", "linear"}] == ["conv", "conv", "conv", "linear"]
    assert run_sizes(target) == {}


def run_sizes(path: Path) -> dict[str, Any]:
    """Run a model, and return the tensors whose sizes are others than those that are computed."""
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    numpy = pytest.importorskip("numpy")
    model = onnx.load(str(path))
    bare = pytest.importorskip("tests.importers.onnx.inferring").bare(model)
    found = infer(decoded(bare.SerializeToString(), "x"), "x")
    known = {output.name for output in model.graph.output}
    inner = {name for node in model.graph.node for name in node.output if name} - known
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(inner))
    options = runtime.SessionOptions()
    options.graph_optimization_level, options.log_severity_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL, 4
    session = runtime.InferenceSession(model.SerializeToString(), options)
    given = {each.name: numpy.ones(each.shape, numpy.float32) for each in session.get_inputs()}
    pairs = zip(session.get_outputs(), session.run(None, given), strict=True)
    return {o.name: (found.tensors[o.name].sizes, v.shape) for o, v in pairs if found.tensors[o.name].sizes != v.shape}


def test_recurrent_layers_have_the_weights_of_pytorch(tmp_path: Path) -> None:
    """MACs: each weight matrix once per step."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    module: Any = nn.Module

    class Net(module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.c = nn.LSTM(20, 30, bidirectional=True), nn.GRU(60, 10), nn.RNN(10, 7)

        def forward(self, x: Any) -> Any:
            return self.c(self.b(self.a(x)[0])[0])[0]

    model, path = Net().eval(), tmp_path / "net.onnx"
    export(model, torch.randn(11, 1, 20), path)
    found = infer(decoded(path.read_bytes(), "x"), "x")
    table = load(str(path)).analyze()
    assert found.tensors["x"].sizes == (11, 1, 20)
    assert table.totals.params == sum(parameter.numel() for parameter in model.parameters())
    matrices = [p.numel() for p in model.parameters() if p.dim() > 1]
    assert table.totals.macs == 11 * sum(matrices)
