"""The same models as onnx and protobuf read them, in the words of archcalc.importers.onnx.model."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.importers.onnx.decoding import domain
from archcalc.importers.onnx.model import (
    AttributeReference,
    DeclaredValue,
    Dim,
    OnnxFunction,
    OnnxGraph,
    OnnxModel,
    OnnxNode,
    OnnxTensor,
)
from archcalc.importers.onnx.tensors import MOST_VALUES

onnx = pytest.importorskip("onnx")
numpy_helper = pytest.importorskip("onnx.numpy_helper")
DecodeError = pytest.importorskip("google.protobuf.message").DecodeError

READ_TYPES = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13}
"""The types of numbers whose values are read: those that sizes are computed from."""

ATTRIBUTE_FIELDS = dict(
    enumerate(("f", "i", "s", "t", "g", "floats", "ints", "strings", "tensors", "graphs", "sparse_tensor"), 1)
)
"""The field of an attribute that holds its value, by its type."""


def loaded(content: bytes) -> Any:
    """Return the message that protobuf reads from bytes."""
    return onnx.load_model_from_string(content)


def text(found: str | bytes) -> str:
    """Return a text of a message; protobuf gives what is not UTF-8 as bytes."""
    return found.decode("utf-8", "surrogateescape") if isinstance(found, bytes) else found


def model(proto: Any) -> OnnxModel:
    return OnnxModel(
        graph=graph(proto.graph),
        opsets=opsets(proto.opset_import),
        ir_version=proto.ir_version,
        producer=text(proto.producer_name),
        producer_version=text(proto.producer_version),
        functions=tuple(map(function, proto.functions)),
        metadata={text(entry.key): text(entry.value) for entry in proto.metadata_props},
    )


def opsets(sets: Any) -> dict[str, int]:
    return {domain(text(each.domain)): each.version for each in sets}


def graph(proto: Any) -> OnnxGraph:
    constants = [*map(tensor, proto.initializer), *map(sparse, proto.sparse_initializer)]
    named = [*map(declared, proto.value_info), *map(declared, proto.output)]
    return OnnxGraph(
        nodes=tuple(map(node, proto.node)),
        inputs=tuple(map(declared, proto.input)),
        outputs=tuple(map(declared, proto.output)),
        constants={each.name: each for each in constants},
        declared={each.name: each for each in named},
        name=text(proto.name),
    )


def function(proto: Any) -> OnnxFunction:
    return OnnxFunction(
        name=text(proto.name),
        domain=domain(text(proto.domain)),
        inputs=tuple(map(text, proto.input)),
        outputs=tuple(map(text, proto.output)),
        nodes=tuple(map(node, proto.node)),
        opsets=opsets(proto.opset_import),
        defaults=dict(map(attribute, proto.attribute_proto)),
        overload=text(proto.overload),
    )


def node(proto: Any) -> OnnxNode:
    return OnnxNode(
        op=text(proto.op_type),
        inputs=tuple(map(text, proto.input)),
        outputs=tuple(map(text, proto.output)),
        name=text(proto.name),
        domain=domain(text(proto.domain)),
        attributes=dict(map(attribute, proto.attribute)),
        overload=text(proto.overload),
    )


def attribute(proto: Any) -> tuple[str, object]:
    if text(proto.ref_attr_name):
        return text(proto.name), AttributeReference(text(proto.ref_attr_name))
    if not proto.type:  # models older than the types of attributes
        proto.type = next((kind for kind, name in ATTRIBUTE_FIELDS.items() if present(proto, name)), 0)
    read = proto.type in ATTRIBUTE_FIELDS
    return text(proto.name), value(onnx.helper.get_attribute_value(proto)) if read else None


def present(proto: Any, name: str) -> bool:
    return any(descriptor.name == name for descriptor, _ in proto.ListFields())


def value(found: Any) -> object:
    """Return the value of an attribute as archcalc holds it; types that it does not read are nothing."""
    readers = {"TensorProto": tensor, "GraphProto": graph, "SparseTensorProto": sparse}
    read = readers.get(type(found).__name__)
    if read is not None:
        return read(found)
    if isinstance(found, bytes):
        return text(found)
    if isinstance(found, int | float | str) or found is None:
        return found
    try:
        items = tuple(map(value, found))
    except TypeError:
        return None
    return None if None in items else items


def tensor(proto: Any) -> OnnxTensor:
    external = proto.data_location == 1
    result = OnnxTensor(text(proto.name), tuple(proto.dims), proto.data_type, None, external)
    if external or result.elements > MOST_VALUES or proto.data_type not in READ_TYPES:
        return result
    try:
        values = numpy_helper.to_array(proto).reshape(-1).tolist()
    except (ValueError, TypeError):
        return result
    return result._replace(values=tuple(values))


def sparse(proto: Any) -> OnnxTensor:
    values = tensor(proto.values)
    return OnnxTensor(values.name, tuple(proto.dims), values.type, None, values.external, values.elements)


def declared(proto: Any) -> DeclaredValue:
    which = proto.type.WhichOneof("value")
    if which not in ("tensor_type", "sparse_tensor_type"):
        return DeclaredValue(text(proto.name))
    typed = getattr(proto.type, which)
    dims = None
    if typed.HasField("shape"):
        dims = tuple(map(size, typed.shape.dim))
    return DeclaredValue(text(proto.name), dims, typed.elem_type)


def size(dim: Any) -> Dim:
    which = dim.WhichOneof("value")
    return None if which is None else dim.dim_value if which == "dim_value" else text(dim.dim_param)
