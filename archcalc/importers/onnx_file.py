"""ONNX files as networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.document import document as written
from archcalc.importers.onnx.building import Builder
from archcalc.importers.onnx.inference import infer
from archcalc.importers.onnx.letters import letter_name
from archcalc.importers.onnx.opening import read_model
from archcalc.importers.onnx.roots import roots

if TYPE_CHECKING:
    from archcalc.importers.onnx.model import OnnxModel
    from archcalc.network.written import Record

BATCH = 2
"""Images at once where the batch is open: so a tensor says which of its axes the batch is."""


def document(path: str) -> Record:
    """Return the network of an ONNX file as a spec. No code of the file is run.

    Raises:
        UsageError: the file cannot be read, is damaged, or has sizes that are not known.
    """
    model = read_model(path)
    builder = built(model, path)
    return written(builder.flow, builder.results, _keys(builder))


def built(model: OnnxModel, name: str) -> Builder:
    """Return the rows of a model.

    Raises:
        UsageError: it has sizes that are not known.
    """
    batch = batch_of(model)
    fixed = {} if isinstance(batch, int) else dict.fromkeys(open_batches(model), BATCH)
    found = infer(model, name, fixed)
    builder = Builder(model, found, roots(model, found), batch if isinstance(batch, int) else BATCH)
    builder.inputs()
    builder.build()
    return builder


def batch_of(model: OnnxModel) -> int | None:
    """Return how many images the inputs of a model hold; None if that is open."""
    sizes = [value.dims[0] for value in model.graph.fed if value.dims]
    if not sizes:
        raise UsageError("the model has no input")
    return sizes[0] if isinstance(sizes[0], int) and sizes[0] > 0 else None


def open_batches(model: OnnxModel) -> list[str]:
    """Return the names of the first axes of inputs that are open."""
    return [
        letter_name(value.dims[0] or f"{value.name}_0")
        for value in model.graph.fed
        if value.dims and not (isinstance(value.dims[0], int) and value.dims[0] > 0)
        if not isinstance(value.dims[0], int)
    ]


def _keys(builder: Builder) -> dict[str, str]:
    if not builder.left_out:
        return {}
    return {"note": f"{len(builder.left_out)} nodes are left out: their sizes depend on values"}
