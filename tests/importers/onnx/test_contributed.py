"""The operators of onnxruntime: each is run on small tensors, and its outputs have the sizes that are computed."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from archcalc.importers.onnx.inference import infer
from archcalc.importers.onnx.opening import decoded
from archcalc.importers.onnx.shapes.contributed import RULES

pytestmark = pytest.mark.onnx

MINE = "com.microsoft"
FLOAT, BYTE, WHOLE = "float32", "uint8", "int32"


class Given(NamedTuple):
    """An input: the type of its numbers and its sizes, or its values."""

    kind: str
    sizes: tuple[int, ...] = ()
    values: Any = None


def f(*sizes: int) -> Given:
    return Given(FLOAT, sizes)


def u(*sizes: int) -> Given:
    return Given(BYTE, sizes)


def i(*sizes: int) -> Given:
    return Given(WHOLE, sizes)


SCALE, ZERO = f(), u()
PAIR = (SCALE, ZERO)

CASES: dict[str, tuple[tuple[Given | None, ...], str, dict[str, Any]]] = {
    "Attention": ((f(2, 5, 8), f(8, 24), f(24)), "y", {"num_heads": 2}),
    "BiasGelu": ((f(2, 5, 8), f(8)), "y", {}),
    "DequantizeLinear": ((u(2, 5), *PAIR), "y", {}),
    "DynamicQuantizeMatMul": ((f(2, 5, 8), u(8, 6), *PAIR), "y", {}),
    "EmbedLayerNormalization": (
        (i(2, 5), i(2, 5), f(9, 8), f(11, 8), f(4, 8), f(8), f(8), i(2, 5)), "y mask sum", {},
    ),
    "FastGelu": ((f(2, 5, 8), f(8)), "y", {}),
    "FusedConv": ((f(1, 3, 8, 8), f(4, 3, 3, 3)), "y", {"activation": "Relu"}),
    "FusedMatMul": ((f(5, 2, 3, 8), f(5, 2, 6, 8)), "y", {"transB": 1}),
    "FusedMatMul (batch)": ((f(5, 2, 3, 8), f(8, 2, 3, 6)), "y", {"transBatchA": 1, "transBatchB": 1}),
    "Gelu": ((f(2, 5, 8),), "y", {}),
    "GroupQueryAttention": (
        (f(2, 5, 32), f(2, 5, 16), f(2, 5, 16), None, None, Given(WHOLE, (2,), 4), Given(WHOLE, (), 5)), "y",
        {"num_heads": 2, "kv_num_heads": 1},
    ),
    "MatMulIntegerToFloat": ((u(2, 5, 8), u(8, 6), SCALE, SCALE, ZERO, ZERO), "y", {}),
    "MultiHeadAttention": ((f(2, 5, 8), f(2, 7, 8), f(2, 7, 12)), "y", {"num_heads": 2}),
    "QAttention": ((u(2, 5, 8), u(8, 24), f(24), SCALE, SCALE, None, ZERO, ZERO), "y", {"num_heads": 2}),
    "QGemm": ((u(2, 8), *PAIR, u(8, 6), *PAIR, i(6), *PAIR), "y", {}),
    "QLinearAdd": ((u(2, 5, 8), *PAIR, u(8), *PAIR, *PAIR), "y", {}),
    "QLinearAveragePool": ((u(1, 3, 8, 8), *PAIR, *PAIR), "y", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    "QLinearConcat": ((*PAIR, u(2, 3), *PAIR, u(2, 4), *PAIR), "y", {"axis": 1}),
    "QLinearConv": ((u(1, 3, 8, 8), *PAIR, u(4, 3, 3, 3), *PAIR, *PAIR), "y", {}),
    "QLinearGlobalAveragePool": ((u(1, 3, 8, 8), *PAIR, *PAIR), "y", {}),
    "QLinearGlobalAveragePool (last)": ((u(1, 8, 8, 3), *PAIR, *PAIR), "y", {"channels_last": 1}),
    "QLinearLeakyRelu": ((u(2, 5, 8), *PAIR, *PAIR), "y", {"alpha": 0.1}),
    "QLinearMul": ((u(2, 5, 8), *PAIR, u(8), *PAIR, *PAIR), "y", {}),
    "QLinearSigmoid": ((u(2, 5, 8), *PAIR, *PAIR), "y", {}),
    "QLinearSoftmax": ((u(2, 5), *PAIR, *PAIR), "y", {"axis": 1, "opset": 13}),
    "QuantizeLinear": ((f(2, 5), *PAIR), "y", {}),
    "QuickGelu": ((f(2, 5, 8),), "y", {}),
    "SimplifiedLayerNormalization": ((f(2, 5, 8), f(8)), "y", {}),
    "SkipLayerNormalization": ((f(2, 5, 8), f(2, 5, 8), f(8), f(8)), "y - - sum", {}),
    "SkipSimplifiedLayerNormalization": ((f(2, 5, 8), f(2, 5, 8), f(8)), "y - - sum", {}),
}  # fmt: skip
"""A call of each operator: its inputs, its outputs and its attributes."""

IN_ANOTHER_TEST = {"MatMulNBits"}
"""Its weights are made by a tool of onnxruntime."""


def test_every_rule_has_a_case() -> None:
    names = {name.removeprefix(f"{MINE}.") for name in RULES}
    assert names - {case.partition(" ")[0] for case in CASES} == IN_ANOTHER_TEST


@pytest.mark.parametrize("case", CASES)
def test_an_operator_outputs_the_sizes_that_are_computed(case: str) -> None:
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    numpy = pytest.importorskip("numpy")
    op, (inputs, outputs, attributes) = case.partition(" ")[0], CASES[case]
    names = [f"i{place}" if given else "" for place, given in enumerate(inputs)]
    listed = ["" if name == "-" else name for name in outputs.split()]
    domain = "" if op == "SimplifiedLayerNormalization" else MINE
    node = onnx.helper.make_node(op, names, listed, domain=domain, **attributes)
    fed = {
        name: numpy.full(given.sizes, 1 if given.values is None else given.values, given.kind)
        for name, given in zip(names, inputs, strict=True)
        if given
    }
    typed = [
        onnx.helper.make_tensor_value_info(name, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in fed.items()
    ]
    put = [onnx.ValueInfoProto(name=name) for name in listed if name]
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid(MINE, 1)]
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "g", typed, put), opset_imports=opsets, ir_version=9)
    results = runtime.InferenceSession(model.SerializeToString()).run(None, fed)
    found = infer(decoded(model.SerializeToString(), "x"), "x")
    assert [found.tensors[name].sizes for name in listed if name] == [result.shape for result in results]


def test_weights_of_few_bits_are_counted_as_those_that_they_replace() -> None:
    onnx = pytest.importorskip("onnx")
    module = pytest.importorskip("onnxruntime.quantization.matmul_nbits_quantizer")
    numpy = pytest.importorskip("numpy")
    weight = onnx.numpy_helper.from_array(numpy.ones((32, 48), "float32"), "w")
    ends = [onnx.helper.make_tensor_value_info(name, 1, [1, 7, size]) for name, size in (("x", 32), ("y", 48))]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])], "g", ends[:1], ends[1:], [weight]
    )
    quantizer = module.MatMulNBitsQuantizer(onnx.helper.make_model(graph, ir_version=9), block_size=16)
    quantizer.process()
    content = quantizer.model.model.SerializeToString()
    found = infer(decoded(content, "x"), "x")
    assert [run.node.op for run in found.steps] == ["MatMulNBits"]
    assert found.tensors["y"].sizes == (1, 7, 48)
