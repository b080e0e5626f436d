"""Which constants of a model are parameters: those that feed its computation, each once.

Constants are told apart by where they are read. Sizes, axes and indices are read by their place; statistics of batch
norm are buffers; a single number is part of a formula unless it stands where a weight does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from archcalc.importers.onnx.known import SmallTensor, elements
from archcalc.importers.onnx.model import OnnxModel, OnnxNode, OnnxTensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.inference import Inferred, NodeRun
    from archcalc.symbolic.expr import Int

_LATER = range(1, 16)
SETTINGS = {
    "CastLike": (1,), "Clip": _LATER, "ConstantOfShape": (0,), "CumSum": (1,), "Dropout": _LATER, "Expand": (1,),
    "Gather": (1,), "GatherElements": (1,), "GatherND": (1,), "GroupQueryAttention": (5, 6), "If": (0,), "Loop": (0, 1),
    "NonMaxSuppression": (2, 3, 4), "OneHot": (1, 2), "Pad": _LATER, "Range": (0, 1, 2), "Reshape": (1,),
    "Resize": _LATER, "ScatterElements": (1,), "ScatterND": (1,), "Slice": _LATER, "Split": (1,),
    "SplitToSequence": (1,), "SequenceAt": (1,), "Squeeze": (1,), "Tile": (1,), "TopK": (1,), "Trilu": (1,),
    "Unsqueeze": (1,), "Upsample": (1,), "QuantizeLinear": _LATER, "DequantizeLinear": _LATER,
    "ConvInteger": (2, 3), "MatMulInteger": (2, 3), "QLinearConv": (1, 2, 4, 5, 6, 7),
    "QLinearMatMul": (1, 2, 4, 5, 6, 7), "QLinearAdd": (1, 2, 4, 5, 6, 7), "QLinearMul": (1, 2, 4, 5, 6, 7),
    "QGemm": (1, 2, 4, 5, 7, 8), "MatMulIntegerToFloat": (2, 3, 4, 5), "DynamicQuantizeMatMul": (2, 3),
    "QLinearConcat": (0, 1), "MatMulNBits": (2, 3, 4), "MaxUnpool": (1, 2), "STFT": (1, 3), "DFT": (1, 2),
    "QLinearSigmoid": _LATER, "QLinearLeakyRelu": _LATER, "QLinearSoftmax": _LATER, "QLinearAveragePool": _LATER,
    "QLinearGlobalAveragePool": _LATER, "ReduceSum": (1,), "ReduceMean": (1,), "ReduceMax": (1,), "ReduceMin": (1,),
    "ReduceProd": (1,), "ReduceL1": (1,), "ReduceL2": (1,), "ReduceLogSum": (1,), "ReduceLogSumExp": (1,),
    "ReduceSumSquare": (1,), "Where": (0,),
}  # fmt: skip
"""The inputs of an operator that say how it computes, not what of: sizes, axes, indices, scales of quantization."""

BUFFERS = {"BatchNormalization": (3, 4)}
"""The inputs that are statistics, which are measured and not learned."""

WEIGHTS = {
    "BatchNormalization": (1, 2), "Conv": (1, 2), "ConvInteger": (1,), "ConvTranspose": (1, 2), "DeformConv": (1, 3),
    "DynamicQuantizeMatMul": (1, 4), "Gather": (0,), "Gemm": (1, 2), "GroupNormalization": (1, 2), "GRU": (1, 2, 3),
    "InstanceNormalization": (1, 2), "LSTM": (1, 2, 3, 7), "LayerNormalization": (1, 2), "MatMul": (0, 1),
    "MatMulInteger": (0, 1), "MatMulIntegerToFloat": (1, 6), "MatMulNBits": (1, 5), "PRelu": (1,),
    "QGemm": (3, 6), "QLinearConv": (3, 8), "QLinearMatMul": (0, 3), "RMSNormalization": (1,), "RNN": (1, 2, 3),
    "SimplifiedLayerNormalization": (1,), "SkipLayerNormalization": (2, 3, 4), "FusedConv": (1, 2),
    "SkipSimplifiedLayerNormalization": (2, 3), "Attention": (1, 2), "QAttention": (1, 2), "FusedMatMul": (0, 1),
    "EmbedLayerNormalization": (2, 3, 4, 5, 6), "BiasGelu": (1,),
    "DequantizeLinear": (0,), "CausalConvWithState": (1, 2),
}  # fmt: skip
"""The inputs that are weights, whatever their type, and however few values they have."""

QUANTIZED = {"QLinearAdd": (0, 3), "QLinearMul": (0, 3)}
"""The inputs that may be quantized numbers."""

CARRIERS = {
    "Cast", "CastLike", "Concat", "DequantizeLinear", "Expand", "Flatten", "Gather", "Identity", "QuantizeLinear",
    "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
}  # fmt: skip
"""Operators that put constants in another order, or store them otherwise: what they output are the same constants."""


class Use(NamedTuple):
    """A constant where it is read: its name, its number of values, and whether it is a buffer."""

    name: str
    values: Int
    buffer: bool = False


@dataclass
class Roots:
    """For each tensor that does not depend on what the model is fed, the names of the constants it is computed of.

    ``floating`` are the constants that are parameters wherever they are computed with.
    """

    of: dict[str, frozenset[str]] = field(default_factory=dict)
    sizes: dict[str, Int] = field(default_factory=dict)
    floating: set[str] = field(default_factory=set)

    def add(self, name: str, count: Int | None, *, floating: bool) -> None:
        """Note a constant that the model stores."""
        self.of[name] = frozenset([name] if count is not None else [])
        if count is not None:
            self.sizes[name] = count
            self.floating |= {name} if floating else set()

    def fixed(self, name: str) -> bool:
        """Whether a tensor does not depend on what the model is fed."""
        return name in self.of


def roots(model: OnnxModel, found: Inferred) -> Roots:
    """Return which tensors of a model are fixed, and of which constants each is computed."""
    result = Roots()
    for tensor in model.graph.constants.values():
        result.add(tensor.name, tensor.elements, floating=tensor.floating)
    for step in found.steps:
        _follow(step, model, result)
    return result


def _follow(step: NodeRun, model: OnnxModel, result: Roots) -> None:
    """Note what a node outputs that is fixed."""
    node = step.node
    if node.op == "ConstantOfShape" and node.inputs[0] in model.graph.constants:
        result.add(node.outputs[0], elements(step.outputs[0].sizes), floating=_fills_with_floats(node.attributes))
    elif node.op == "Constant":
        count = elements(step.outputs[0].sizes)
        result.add(node.outputs[0], None if count is not None and _single(count) else count, floating=False)
    elif node.op not in OPEN and all(map(result.fixed, _computed_of(node))):
        result.of |= dict.fromkeys(node.outputs, _carried(step, result))
    else:
        known = [name for name, each in zip(node.outputs, step.outputs, strict=True) if _is_known(each.value)]
        result.of |= dict.fromkeys(known, frozenset())


def _computed_of(node: OnnxNode) -> list[str]:
    """Return the inputs on which what a node outputs depends: of CastLike the second gives a type alone."""
    return [name for name in (node.inputs[:1] if node.op == "CastLike" else node.inputs) if name]


OPEN = {
    "Bernoulli", "If", "Loop", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
    "Scan",
}  # fmt: skip
"""Operators whose outputs depend on more than their inputs."""


def _is_known(value: SmallTensor | None) -> bool:
    return value is not None and all(isinstance(item, int | float) for item in value.items)


def _carried(step: NodeRun, result: Roots) -> frozenset[str]:
    """Return the constants of which the outputs of a node are computed that reads nothing but fixed tensors."""
    node = step.node
    if node.op not in CARRIERS:
        return frozenset(use.name for use in read_by(step, result) if not use.buffer)
    settings, computed = SETTINGS.get(node.op, ()), _computed_of(node)
    read = [name for index, name in enumerate(node.inputs) if name in computed and index not in settings]
    found = frozenset[str]().union(*(result.of[each] for each in read))
    if node.op == "DequantizeLinear":  # quantized numbers
        result.floating |= found
    return found


def _fills_with_floats(attributes: object) -> bool:
    value = attributes.get("value") if isinstance(attributes, dict) else None
    return not isinstance(value, OnnxTensor) or value.floating


def uses(step: NodeRun, known: Roots) -> Iterator[Use]:
    """Yield the parameters and buffers that a node reads, each as the constant that the model stores.

    What is computed of constants alone is read by the node that needs it.
    """
    if not all(known.fixed(name) for name in step.node.outputs if name):
        yield from read_by(step, known)


def read_by(step: NodeRun, known: Roots) -> Iterator[Use]:
    """Yield the parameters and buffers that a node reads, also one that reads constants alone."""
    node = step.node
    settings, buffers, weights = (table.get(node.op, ()) for table in (SETTINGS, BUFFERS, WEIGHTS))
    for index, name in enumerate(node.inputs):
        for root in sorted(known.of.get(name, ())):
            count = _stored(step.call, index) or known.sizes[root]
            if index in buffers:
                yield Use(root, count, buffer=True)
            elif index in settings or (_single(count) and not (index in weights and step.call.is_single(index))):
                continue
            elif index in weights or root in known.floating or index in QUANTIZED.get(node.op, ()):
                yield Use(root, count)


def _stored(call: NodeCall, index: int) -> Int | None:
    """Return how many weights an input stands for that stores several to a number; None for all others."""
    if call.node.op == "MatMulNBits" and index == 1:
        return call.integer("N") * call.integer("K")
    return None


def _single(count: Int) -> bool:
    return isinstance(count, int) and count == 1
