"""Operators whose output has the sizes of an input, or of all inputs broadcast: activations, arithmetic, norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.known import Sizes, broadcast

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall

_LIKE_FIRST = [
    "Abs",
    "Acos",
    "Acosh",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "BatchNormalization",
    "Bernoulli",
    "Binarizer",
    "BitCast",
    "BitwiseNot",
    "Cast",
    "CastLike",
    "Ceil",
    "Celu",
    "Clip",
    "Cos",
    "Cosh",
    "CumProd",
    "CumSum",
    "DequantizeLinear",
    "Elu",
    "Erf",
    "Exp",
    "EyeLike",
    "Floor",
    "Gelu",
    "GroupNormalization",
    "HardSigmoid",
    "HardSwish",
    "Hardmax",
    "Identity",
    "InstanceNormalization",
    "IsInf",
    "IsNaN",
    "LRN",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "LpNormalization",
    "MeanVarianceNormalization",
    "Mish",
    "Neg",
    "Not",
    "PRelu",
    "QuantizeLinear",
    "RMSNormalization",
    "RandomNormalLike",
    "RegexFullMatch",
    "RandomUniformLike",
    "Reciprocal",
    "Relu",
    "ReverseSequence",
    "RotaryEmbedding",
    "Round",
    "Scatter",
    "ScatterElements",
    "ScatterND",
    "Selu",
    "Shrink",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Softmax",
    "Softplus",
    "Softsign",
    "Sqrt",
    "SwiGLU",
    "Swish",
    "Tan",
    "Tanh",
    "TensorScatter",
    "ThresholdedRelu",
    "Trilu",
]

_BROADCAST = [
    "Add",
    "And",
    "BitShift",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "Div",
    "Equal",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "Max",
    "Mean",
    "Min",
    "Mod",
    "Mul",
    "Or",
    "Pow",
    "StringConcat",
    "Sub",
    "Sum",
    "Where",
    "Xor",
]


def like_first(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the first input."""
    return [call.sizes()]


def broadcast_all(call: NodeCall) -> list[Sizes]:
    """Return the sizes of all inputs, broadcast."""
    return [broadcast(*(call.sizes(index) for index in range(len(call.inputs))))]


def _batch_norm(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the output, and of the statistics, which only training outputs."""
    return [call.sizes(), *([call.sizes(3)] * (len(call.node.outputs) - 1))]


def _dropout(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the output and of the mask."""
    return [call.sizes(), call.sizes()]


def _layer_norm(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the output, and of mean and deviation, whose normalized axes have size 1."""
    sizes = call.sizes()
    if sizes is None:
        return []
    axis = along(call.integer("axis", -1), len(sizes))
    reduced = sizes[:axis] + (1,) * (len(sizes) - axis)
    return [sizes, reduced, reduced]


def _dynamic_quantize(call: NodeCall) -> list[Sizes]:
    return [call.sizes(), (), ()]


RULES = {
    **dict.fromkeys(_LIKE_FIRST, like_first),
    **dict.fromkeys(_BROADCAST, broadcast_all),
    "BatchNormalization": _batch_norm,
    "Dropout": _dropout,
    "DynamicQuantizeLinear": _dynamic_quantize,
    "LayerNormalization": _layer_norm,
}
"""The rules of this group by operator."""
