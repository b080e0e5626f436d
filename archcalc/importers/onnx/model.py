"""What an ONNX model says, as frozen values: nodes, tensors without their weights, and the sizes it declares.

Source: github.com/onnx/onnx, onnx/onnx.proto and docs/IR.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Dim = int | str | None
"""The size of an axis as a model declares it: a number, a name, or nothing."""

Number = int | float

NUMBER_TYPES = {
    1: ("float", 32), 2: ("uint8", 8), 3: ("int8", 8), 4: ("uint16", 16), 5: ("int16", 16), 6: ("int32", 32),
    7: ("int64", 64), 8: ("string", 0), 9: ("bool", 8), 10: ("float16", 16), 11: ("double", 64), 12: ("uint32", 32),
    13: ("uint64", 64), 14: ("complex64", 64), 15: ("complex128", 128), 16: ("bfloat16", 16),
    17: ("float8e4m3fn", 8), 18: ("float8e4m3fnuz", 8), 19: ("float8e5m2", 8), 20: ("float8e5m2fnuz", 8),
    21: ("uint4", 4), 22: ("int4", 4), 23: ("float4e2m1", 4), 24: ("float8e8m0", 8), 25: ("uint2", 2),
    26: ("int2", 2), 27: ("float6e2m3", 6), 28: ("float6e3m2", 6),
}  # fmt: skip
"""The name of each type of numbers and its bits, by its number in TensorProto.DataType."""


class OnnxTensor(NamedTuple):
    """A tensor of constants: its name, its dimensions, the type of its numbers, and its values where they are few.

    ``external`` says that its data lie in another file; ``nonzero`` is how many values a sparse tensor holds.
    """

    name: str
    dims: tuple[int, ...]
    type: int = 1
    values: tuple[Number, ...] | None = None
    external: bool = False
    nonzero: int | None = None

    @property
    def elements(self) -> int:
        """The number of values, with the zeros of a sparse tensor."""
        return prod(self.dims)

    @property
    def floating(self) -> bool:
        """Whether its values are floating-point numbers.

        >>> OnnxTensor("w", (2,), 10).floating, OnnxTensor("w", (2,), 7).floating
        (True, False)
        """
        return "float" in self.number_type or self.number_type == "double"

    @property
    def number_type(self) -> str:
        """The name of the type of its numbers."""
        return NUMBER_TYPES.get(self.type, ("unknown", 0))[0]


class DeclaredValue(NamedTuple):
    """A named value with the sizes that a model declares for it; without sizes, even their number is open."""

    name: str
    dims: tuple[Dim, ...] | None = None
    type: int = 0


@dataclass(frozen=True, slots=True)
class OnnxNode:
    """One operation: what it reads and outputs by name, and its attributes."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    name: str = ""
    domain: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    overload: str = ""
    scope: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnnxGraph:
    """Nodes in order of execution, the constants they read, and the sizes that are declared."""

    nodes: tuple[OnnxNode, ...]
    inputs: tuple[DeclaredValue, ...]
    outputs: tuple[DeclaredValue, ...]
    constants: Mapping[str, OnnxTensor] = field(default_factory=dict)
    declared: Mapping[str, DeclaredValue] = field(default_factory=dict)
    name: str = ""

    @property
    def fed(self) -> tuple[DeclaredValue, ...]:
        """The inputs that are handed in; old models list their constants among the inputs, too."""
        return tuple(value for value in self.inputs if value.name not in self.constants)


@dataclass(frozen=True, slots=True)
class OnnxFunction:
    """A function of a model: nodes under a name, which stand where the name is called."""

    name: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[OnnxNode, ...]
    opsets: Mapping[str, int]
    defaults: Mapping[str, object] = field(default_factory=dict)
    overload: str = ""


class AttributeReference(NamedTuple):
    """An attribute of a node of a function: the attribute of the call by that name."""

    name: str


@dataclass(frozen=True, slots=True)
class OnnxModel:
    """A model: its graph, the version of each set of operators, its functions, and who made it."""

    graph: OnnxGraph
    opsets: Mapping[str, int]
    ir_version: int = 0
    producer: str = ""
    producer_version: str = ""
    functions: Sequence[OnnxFunction] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
