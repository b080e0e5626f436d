"""How sizes are compared with those that onnx infers, without the sizes that the model itself declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from archcalc.importers.onnx.inference import Inferred, infer
from archcalc.importers.onnx.opening import decoded

if TYPE_CHECKING:
    from archcalc.importers.onnx.known import Size

onnx = pytest.importorskip("onnx")


class Compared(NamedTuple):
    """How many sizes onnx knows, which differ here, and how many are known here alone."""

    known: int
    wrong: list[str]
    more: int


def bare(model: Any) -> Any:
    """Return a model without the sizes that it declares for what its nodes put out."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.value_info[:]
    for output in result.graph.output:
        if output.type.HasField("tensor_type"):
            output.type.tensor_type.ClearField("shape")
    return result


def compare(model: Any) -> Compared:
    """Compare the sizes of all tensors with those that onnx infers; of names that it makes up it knows nothing."""
    model = bare(model)
    found = infer(decoded(model.SerializeToString(), "x"), "x")
    theirs = onnx.shape_inference.infer_shapes(model, data_prop=True)
    names = {dim.dim_param for value in model.graph.input for dim in value.type.tensor_type.shape.dim}
    known, wrong, more = 0, [], 0
    for value in [*theirs.graph.value_info, *theirs.graph.output]:
        if not value.type.tensor_type.HasField("shape"):
            continue
        dims = [size(dim, names) for dim in value.type.tensor_type.shape.dim]
        mine = found.tensors[value.name].sizes
        if mine is None or len(mine) != len(dims):
            wrong.append(f"{value.name}: {dims} {mine}")
            continue
        known += sum(dim is not None for dim in dims)
        more += sum(dim is None and size is not None for dim, size in zip(dims, mine, strict=True))
        wrong += [f"{value.name}: {dims} {mine}"] if any(map(differ, dims, mine)) else []
    return Compared(known, wrong, more)


def size(dim: Any, names: set[str]) -> int | str | None:
    if dim.HasField("dim_value"):
        return int(dim.dim_value)
    return str(dim.dim_param) if dim.HasField("dim_param") and dim.dim_param in names else None


def differ(theirs: int | str | None, mine: Size) -> bool:
    return theirs is not None and str(theirs) != str(mine)


def known_whole(found: Inferred) -> float:
    """Return the share of tensors of which all sizes are known."""
    complete = [known.sizes is not None and None not in known.sizes for known in found.tensors.values()]
    return sum(complete) / len(complete)
