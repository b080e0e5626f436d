"""The rows of what ``print(model)`` prints: parameters from the arguments of modules, and shapes if it is a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.arrangement import made
from archcalc.importers.flow import Flow, Wanted
from archcalc.importers.onnx.paths import cleaned
from archcalc.importers.summaries.fitting import counts
from archcalc.importers.summaries.module_tree import walk
from archcalc.importers.summaries.rows import Pasted, PrintedRow
from archcalc.importers.summaries.torch_layers import ALIKE, UNCOUNTED, UNPRINTED, WEIGHTED, WEIGHTLESS, stated
from archcalc.quantities.shape import MAPS, Shape, vector
from archcalc.symbolic.expr import Letter
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.summaries.module_tree import PrintedModule
    from archcalc.importers.summaries.torch_layers import StatedLayer

LACKING = (
    "parameters follow from the printed arguments",
    "print(model) does not show shapes, MACs or shared weights",
    "parameters that are not in a listed module are not printed, and the total lacks them",
)
ONLY = "Sequential"


def printed_rows(root: PrintedModule) -> Pasted:
    """Return the rows of a printed model: each module with parameters of its own, and each without further modules."""
    found = [(_path(path, root), module) for path, module in walk(root)]
    rows = [row for path, module in found if (row := _row(path, module)) is not None]
    remarks = [*LACKING, *_untold(found)]
    if is_chain(root):
        remarks.append("add --input for the shapes and MACs of its layers, which run one after the other")
    return Pasted(tool="print(model)", title=root.kind, rows=tuple(rows), remarks=tuple(remarks))


def _path(path: str, root: PrintedModule) -> str:
    return "/".join(cleaned(path.split("."))) or root.kind.lower()


def _row(path: str, module: PrintedModule) -> PrintedRow | None:
    """Return the row of a module; None if it only holds others."""
    kind = ALIKE.get(module.kind, module.kind)
    own = f"{path}/{module.kind}" if module.children else path
    if kind in WEIGHTED:
        layer = stated(module.kind, module.arguments)
        found = layer and counts(layer.kind, layer.options, layer.example)
        if not found:
            return PrintedRow(own, module.kind)
        return PrintedRow(own, module.kind, found.params, buffers=found.buffers, macs=None if found.macs else 0)
    if module.kind in UNPRINTED:
        return PrintedRow(own, module.kind)
    if module.children or module.kind in HOLDERS:
        return None
    if kind in WEIGHTLESS or kind in UNCOUNTED:
        return PrintedRow(path, module.kind, 0, macs=0 if kind in WEIGHTLESS else None)
    return PrintedRow(path, module.kind)


HOLDERS = (ONLY, "ModuleList", "ModuleDict")
"""Classes that only hold modules, also none."""


def _untold(found: Sequence[tuple[str, PrintedModule]]) -> Iterator[str]:
    """Yield what older versions of PyTorch do not print."""
    norms = [path for path, module in found if module.kind == "LayerNorm" and "bias" not in module.arguments.named]
    if norms:
        yield f"the text does not state whether layer norms have a bias, which is the default: {listed(norms)}"


def is_chain(root: PrintedModule) -> bool:
    """Whether all modules run one after the other: they are known, and only a ``Sequential`` holds others."""
    if root.children or root.kind == ONLY:
        return root.kind == ONLY and all(map(is_chain, root.children))
    layer = stated(root.kind, root.arguments)
    return layer is not None and not layer.alone


def stated_input(root: PrintedModule) -> Shape | None:
    """Return the input of a chain as its first layer states it: the features of a linear layer, or a map of any size.

    >>> from archcalc.importers.summaries.module_tree import read_modules
    >>> lines = ["Sequential(", "(0): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))", ")"]
    >>> str(stated_input(read_modules(lines, "net.txt")[0]))
    '3×H×W'
    """
    first = next((module for _, module in walk(root) if module.kind != ONLY), root)
    layer = stated(first.kind, first.arguments)
    if layer is None or not layer.features or layer.kind not in ("linear", *SLIDING):
        return None
    if not layer.axes:
        return vector(layer.features)
    return Shape(MAPS[layer.axes], (layer.features, *map(Letter, MAPS[layer.axes][1:])))


SLIDING = ("conv", "conv_transpose", "batchnorm")


def input_of(sizes: Sequence[int], layout: str | None) -> Shape:
    """Return an input as it is given on the command line."""
    return Flow().input("input", (1, *sizes), layout).shape


def chain(root: PrintedModule, shape: Shape, name: str) -> Flow:
    """Return the layers of a chain on an input.

    Raises:
        UsageError: a layer cannot work on what it reads.
    """
    flow = Flow()
    flow.inputs["input"] = flow.shapes["input"] = shape
    x = made("input", shape, (flow.batch,))
    for dotted, module in walk(root):
        layer = None if module.kind == ONLY else stated(module.kind, module.arguments)
        if layer is None:
            continue
        path = _path(dotted, root)
        try:
            _require(layer, x.shape, f"{name}: {path}")
            x = flow.row(Wanted(path, layer.kind, layer.options), [x])
        except UsageError:
            raise
        except ArchcalcError as error:
            (mistake, *_) = error.mistakes
            raise UsageError(f"{name}: {path} cannot work on {x.shape}: {mistake.message}", OTHER) from None
    return flow


OTHER, FLATTEN = "use another --input", "a feature map needs a Flatten before"


def _require(layer: StatedLayer, shape: Shape, where: str) -> None:
    """Refuse an input with other axes or features than those that are printed."""
    if layer.axes and (not shape.is_map or len(shape.spatial) != layer.axes):
        raise UsageError(f"{where} expects a feature map with {layer.axes} axes, got {shape}", OTHER)
    if not layer.features or layer.kind == "embedding":
        return
    if layer.kind in ("linear", "layernorm", "rms_norm") and shape.is_map:
        raise UsageError(
            f"{where} expects {layer.features:,} features on the last axis, got {shape}", "flatten it first"
        )
    if shape.channels != layer.features:
        raise UsageError(f"{where} expects {layer.features:,} channels or features, got {shape}", OTHER)
