"""Messages of an ONNX model, turned into the values of :mod:`archcalc.importers.onnx.model`.

Each message has a table of the fields that are read: the number of the field and its wire type.
Source: onnx/onnx.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.onnx import tensors
from archcalc.importers.onnx.model import (
    AttributeReference,
    DeclaredValue,
    OnnxFunction,
    OnnxGraph,
    OnnxModel,
    OnnxNode,
    OnnxTensor,
)
from archcalc.importers.onnx.scopes import CLASSES, NAME_SCOPES, listed
from archcalc.importers.onnx.wire import BYTES, FIXED32, MANY, VARINT, Wire, signed
from archcalc.limits import ONNX_LEVELS, ONNX_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.importers.onnx.model import Dim
    from archcalc.importers.onnx.wire import FieldsFound, Span

_MODEL = {1: VARINT, 2: BYTES, 3: BYTES, 7: BYTES, 8: BYTES, 14: BYTES, 25: BYTES}
_HAS_GRAPH = 7
_OPSET = {1: BYTES, 2: VARINT}
_ENTRY = {1: BYTES, 2: BYTES}
_GRAPH = {1: BYTES, 2: BYTES, 5: BYTES, 11: BYTES, 12: BYTES, 13: BYTES, 15: BYTES}
_FUNCTION = {1: BYTES, 4: BYTES, 5: BYTES, 6: BYTES, 7: BYTES, 9: BYTES, 10: BYTES, 11: BYTES, 13: BYTES}
_NODE = {1: BYTES, 2: BYTES, 3: BYTES, 4: BYTES, 5: BYTES, 7: BYTES, 8: BYTES, 9: BYTES}
_ATTRIBUTE = {
    1: BYTES, 2: FIXED32, 3: VARINT, 4: BYTES, 5: BYTES, 6: BYTES, 7: FIXED32 | MANY, 8: VARINT | MANY, 9: BYTES,
    10: BYTES, 11: BYTES, 20: VARINT, 21: BYTES, 22: BYTES,
}  # fmt: skip
_ATTRIBUTE_TYPES = range(1, 15)
"""The types of attributes; old models do not write them."""
_DIM_VALUE, _DIM_PARAM = (1, VARINT), (2, BYTES)
_TENSOR_TYPES = (1, 8)
"""The kinds of types that have sizes: tensors, dense and sparse."""


class Decoder:
    """Reads the messages of one file, and counts its nodes, tensors and attributes."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._parts, self._most = 0, ONNX_PARTS.value
        self._level = 0

    def _count(self, parts: int) -> None:
        self._parts += parts
        if self._parts > self._most:
            raise UsageError(*ONNX_PARTS.exceeded(self.wire.name))

    def model(self, span: Span) -> OnnxModel:
        """Read a model.

        Raises:
            UsageError: it is damaged, or has no graph or no version of its operators.
        """
        found = self.wire.gather(_MODEL, span)
        opsets = self._opsets(found, 8)
        if _HAS_GRAPH not in found or not opsets:
            missing = "operator set" if _HAS_GRAPH in found else "graph"
            raise UsageError(f"{self.wire.name} is not an ONNX model: it has no {missing}")
        return OnnxModel(
            graph=self.graph(*found.spans(7)),
            opsets=opsets,
            ir_version=found.number(1),
            producer=found.text(2),
            producer_version=found.text(3),
            functions=tuple(map(self.function, found.spans(25))),
            metadata=self._entries(found, 14),
        )

    def _opsets(self, found: FieldsFound, number: int) -> Mapping[str, int]:
        """Return the version of each set of operators; the set of ONNX itself is called by either of two names."""
        sets = [self.wire.gather(_OPSET, span) for span in found.spans(number)]
        return {domain(each.text(1)): each.number(2) for each in sets}

    def _entries(self, found: FieldsFound, number: int, only: tuple[str, ...] = ()) -> dict[str, str]:
        """Return keys with their texts; what is too long for a name is no fact about shapes, and left out."""
        result = {}
        for span in found.spans(number):
            entry = self.wire.gather(_ENTRY, span)
            key = entry.text(1)
            if not only or key in only:
                result[key] = entry.shortened(2)
        return result

    def graph(self, *spans: Span) -> OnnxGraph:
        """Read a graph."""
        self._level += 1
        if self._level > ONNX_LEVELS.value:
            raise UsageError(*ONNX_LEVELS.exceeded(self.wire.name))
        found = self.wire.gather(_GRAPH, *spans)
        dense = [self.tensor(span) for span in found.spans(5)]
        sparse = [self.sparse_tensor(span) for span in found.spans(15)]
        inputs, outputs, declared = (tuple(map(self.declared, found.spans(n))) for n in (11, 12, 13))
        graph = OnnxGraph(
            nodes=tuple(map(self.node, found.spans(1))),
            inputs=inputs,
            outputs=outputs,
            constants={tensor.name: tensor for tensor in (*dense, *sparse)},
            declared={value.name: value for value in (*declared, *outputs)},
            name=found.text(2),
        )
        self._level -= 1
        return graph

    def function(self, span: Span) -> OnnxFunction:
        """Read a function."""
        found = self.wire.gather(_FUNCTION, span)
        return OnnxFunction(
            name=found.text(1),
            domain=domain(found.text(10)),
            inputs=found.texts(4),
            outputs=found.texts(5),
            nodes=tuple(map(self.node, found.spans(7))),
            opsets=self._opsets(found, 9),
            defaults=dict(map(self.attribute, found.spans(11))),
            overload=found.text(13),
        )

    def node(self, span: Span) -> OnnxNode:
        """Read a node."""
        self._count(1)
        found = self.wire.gather(_NODE, span)
        entries = self._entries(found, 9, (NAME_SCOPES, CLASSES))
        return OnnxNode(
            op=found.text(4),
            inputs=found.texts(1),
            outputs=found.texts(2),
            name=found.text(3),
            domain=domain(found.text(7)),
            attributes=dict(map(self.attribute, found.spans(5))),
            overload=found.text(8),
            scope=listed(entries, NAME_SCOPES),
            classes=tuple(name.rpartition(".")[2] for name in listed(entries, CLASSES)),
        )

    def attribute(self, span: Span) -> tuple[str, object]:
        """Read an attribute: its name, and its value by its type, or by the field that is there."""
        self._count(1)
        found = self.wire.gather(_ATTRIBUTE, span)
        name, reference = found.text(1), found.text(21)
        if reference:
            return name, AttributeReference(reference)
        kind = found.int32(20)
        if kind not in _ATTRIBUTE_TYPES:
            kind = next((kind for kind, (number, _) in _BY_TYPE.items() if number in found), 0)
        number, read = _BY_TYPE.get(kind, (0, _unread))
        return name, read(self, found, number)

    def tensor(self, *spans: Span) -> OnnxTensor:
        """Read a tensor without its weights."""
        self._count(1)
        return tensors.tensor(self.wire, *spans)

    def sparse_tensor(self, *spans: Span) -> OnnxTensor:
        """Read a sparse tensor without its weights."""
        self._count(1)
        return tensors.sparse_tensor(self.wire, *spans)

    def declared(self, span: Span) -> DeclaredValue:
        """Read a named value with its sizes; only tensors have sizes."""
        self._count(1)
        found = self.wire.gather(_ENTRY, span)
        chosen = 0
        pieces: list[Span] = []
        for number, wire, *piece in self.wire.fields(*found.spans(2)):
            if wire == BYTES and number in _TYPES:
                pieces = [*(pieces if number == chosen else ()), (piece[0], piece[1])]
                chosen = number
        if chosen not in _TENSOR_TYPES:
            return DeclaredValue(found.text(1))
        kind = self.wire.gather({1: VARINT, 2: BYTES}, *pieces)
        sizes = kind.spans(2)
        dims = self._dims(*sizes) if sizes else None
        tensors.check_axes(self.wire, found.text(1), len(dims or ()))
        return DeclaredValue(found.text(1), dims, kind.int32(1))

    def _dims(self, *spans: Span) -> tuple[Dim, ...]:
        return tuple(map(self._dim, self.wire.gather({1: BYTES}, *spans).spans(1)))

    def _dim(self, span: Span) -> Dim:
        """Read the size of an axis: of a number and a name, the last counts."""
        result: Dim = None
        for number, wire, start, end in self.wire.fields(span):
            if (number, wire) == _DIM_VALUE:
                result = signed(start)
            elif (number, wire) == _DIM_PARAM:
                result = self.wire.text((start, end))
        return result


_TYPES = (1, 4, 5, 7, 8, 9)
"""The kinds of types of a value, of which it has one: tensors, sequences, maps, opaque and optional values."""


def domain(name: str) -> str:
    """Return the name of a set of operators; that of ONNX itself is empty.

    >>> domain("ai.onnx"), domain("com.microsoft")
    ('', 'com.microsoft')
    """
    return "" if name == "ai.onnx" else name


def _unread(*_: object) -> object:
    """Return nothing, for attributes of types that no operator has whose sizes are computed here."""
    return None


def _graph(decoder: Decoder, found: FieldsFound, number: int) -> object:
    return decoder.graph(*found.spans(number))


_BY_TYPE: dict[int, tuple[int, Callable[[Decoder, FieldsFound, int], object]]] = {
    1: (2, lambda _, found, number: next(reversed(found.floats(number)), 0.0)),
    2: (3, lambda _, found, number: found.number(number)),
    3: (4, lambda _, found, number: found.shortened(number)),
    4: (5, lambda decoder, found, number: decoder.tensor(*found.spans(number))),
    5: (6, _graph),
    6: (7, lambda _, found, number: found.floats(number)),
    7: (8, lambda _, found, number: found.ints(number)),
    8: (9, lambda _, found, number: found.texts(number)),
    9: (10, lambda decoder, found, number: tuple(map(decoder.tensor, found.spans(number)))),
    10: (11, lambda decoder, found, number: tuple(map(decoder.graph, found.spans(number)))),
    11: (22, lambda decoder, found, number: decoder.sparse_tensor(*found.spans(number))),
}
"""For each type of an attribute the field that holds it, and how it is read."""
