"""What is known while the rows of a model are made: which row outputs each tensor, and which counts each constant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers.flow import Flow, Wanted
from archcalc.importers.onnx.known import whole
from archcalc.importers.onnx.paths import cleaned

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.inference import Inferred
    from archcalc.importers.onnx.roots import Roots, Use
    from archcalc.symbolic.expr import Int


class Ledger:
    """The rows of a model as far as they are made.

    ``values`` are the tensors that rows output, ``counted`` names the row that counts a constant, and ``unread`` are
    rows whose output no layer reads: what a layer is computed of without having a place for it.
    """

    def __init__(self, found: Inferred, roots: Roots, batch: int) -> None:
        self.flow = Flow(batch)
        self.roots = roots
        self.values: dict[str, Value] = {}
        self.counted: dict[str, str] = {}
        self.unread: list[str] = []
        self._found = found

    def sizes_of(self, name: str) -> tuple[int, ...]:
        """Return the sizes of a tensor, which are known."""
        return whole(self._found.tensors[name].sizes) or ()

    def number(self, values: Int) -> int:
        """Return a number of values, which is known: constants have no letters."""
        return values if isinstance(values, int) else 0

    def tensor_in(self, path: str, values: int) -> str | None:
        """Return the name of the tensor of a row with this number of values."""
        step = self.flow.steps[path]
        tensors = step.layer.tensors(self.flow.shapes[step.reads[0]])
        return next((tensor.name for tensor in reversed(tensors) if tensor.elements == values), None)

    def loose(self, use: Use) -> None:
        """Add a row for a parameter that belongs to no layer."""
        path = "/".join(cleaned(use.name.split("."))) or "parameter"
        row = Wanted(path, "parameter", {"sizes": (self.number(use.values),)})
        self.counted[use.name] = self.flow.row(row, [self.flow.source()]).path
        self.unread.append(self.counted[use.name])
