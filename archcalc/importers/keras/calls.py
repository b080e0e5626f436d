"""One call of a Keras layer while its rows are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import ArchcalcError, Refusal, SpecError
from archcalc.importers.flow import Reference, Wanted
from archcalc.importers.keras.axes import LAYOUTS, shape_of, sizes_of
from archcalc.importers.keras.fields import LayerFields
from archcalc.layers.opaque import UNKNOWN
from archcalc.layers.registry import build, find
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.flow import Flow
    from archcalc.importers.keras.axes import Sizes
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

NO_PARAMETERS = " (parameters unknown)"
"""What the operation of a row ends with whose parameters are not in the file."""

NOWHERE = (Letter(UNKNOWN),)
"""The sizes of a tensor of which nothing is known."""


class LayerCall:
    """A call of a layer: its configuration, what it reads, and the rows that it becomes.

    ``first`` are the rows of the layer's first call, whose weights it shares; ``stated`` are the sizes of its outputs
    that the file states.
    """

    def __init__(  # noqa: PLR0913
        self, flow: Flow, kind: str, path: str, config: Mapping[str, Any], reads: Sequence[Value], *,
        named: Mapping[str, Value], constants: Mapping[str, Any], stated: Mapping[int, Sizes], first: Sequence[str],
        module: str = "", used: frozenset[int] = frozenset((0,)),
    ) -> None:  # fmt: skip
        self.flow, self.kind, self.path, self.reads = flow, kind, path, list(reads)
        self.fields = LayerFields(config, f"layer '{path}'")
        self.config, self.named, self.constants, self.stated = config, named, constants, stated
        self.first, self.module, self.used = first, module, used
        self.rows: list[str] = []

    @property
    def x(self) -> Value:
        """What it reads first.

        Raises:
            Refusal: it reads nothing.
        """
        if not self.reads:
            raise Refusal(f"{self.kind} reads nothing")
        return self.reads[0]

    @property
    def keras_3(self) -> bool:
        """Whether Keras 3 wrote the file: it states modules."""
        return bool(self.module)

    def row(self, kind: str, reads: Sequence[Value] | None = None, name: str = "", **options: object) -> Value:
        """Add a row; one that is not the layer itself has a name after the layer's.

        Raises:
            ArchcalcError: the kind does not take these options or inputs.
        """
        path = self.flow.free(f"{self.path}_{name}" if name else self.path)
        named = {key.rstrip("_"): value for key, value in options.items()}
        wanted = Wanted(path=path, kind=kind, options=named, shares=self._shared())
        found = self.flow.row(wanted, list(reads or [self.x]))
        self.rows.append(found.path)
        return found

    def _shared(self) -> str | None:
        """Return the row whose weights the next row uses, if there is one that has some."""
        if len(self.rows) >= len(self.first):
            return None
        step = self.flow.steps[self.first[len(self.rows)]]
        return step.path if step.layer.tensors(self.flow.shapes[step.reads[0]]) and step.kind != "opaque" else None

    def opaque(  # noqa: PLR0913
        self, shape: Shape | None, *, params: int = 0, buffers: int = 0, macs: int | None = 0, operation: str = "",
        reads: Sequence[Value] = (),
    ) -> Value:  # fmt: skip
        """Add a row of kind `opaque`: with a shape, or without one if it is not known; a later call has no weights.

        Raises:
            Refusal: a size of the shape is open.
        """
        options: dict[str, object] = {"operation": operation or self.kind, "shape": UNKNOWN}
        if shape is not None and shape.sizes != NOWHERE:
            for size in shape.sizes:
                _number(size)
            options |= {"shape": shape.sizes, "layout": shape.layout}
        weights = {"params": params, "buffers": buffers} if not self.first else {}
        options |= {name: number for name, number in weights.items() if number}
        options |= {"mult_adds": UNKNOWN if macs is None else macs} if macs != 0 else {}
        found = self.flow.row(Wanted(self.flow.free(self.path), "opaque", options), list(reads or self.reads))
        self.rows.append(found.path)
        return found

    def counted_as(self, kind: str, shape: Shape | None = None, times: int = 1, **options: object) -> Value:
        """Add an opaque row with the counts of a kind which does not say all that this layer reads or does.

        Raises:
            ArchcalcError: the kind does not take these options or inputs.
        """
        named = {key.rstrip("_"): value for key, value in options.items()}
        resolved = {k: self.flow.shapes[v.path] if isinstance(v, Reference) else v for k, v in named.items()}
        layer = build(find(kind), resolved)
        out = layer.shape_of([self.x.shape])
        tensors, macs = layer.tensors(self.x.shape), layer.macs_of([self.x.shape])
        numbers = [_number(count(tensors, *roles)) for roles in ((WEIGHT, BIAS), (BUFFER,))]
        return self.opaque(
            shape or out, params=times * numbers[0], buffers=times * numbers[1], macs=times * _number(macs)
        )

    def unknown(self) -> Value:
        """Add a row of a layer that is not known: its shape is what the file states."""
        operation = self.kind if self.kind == "Lambda" or self.is_operation else f"{self.kind}{NO_PARAMETERS}"
        return self.opaque(self.stated_shape(0), macs=None, operation=operation)

    def of(self, written: Mapping[str, Any], value: Value, name: str = "") -> LayerCall:
        """Return the call of a layer within this one, which its configuration describes.

        Raises:
            Refusal: the configuration is not that of a layer.
        """
        kind, config = written.get("class_name"), written.get("config")
        if not isinstance(kind, str) or not isinstance(config, dict):
            raise Refusal("no layer")
        path = f"{self.path}_{name}" if name else self.path
        inner = LayerCall(
            self.flow, kind.rpartition(">")[2], path, config, [value], named={}, constants={}, stated={},
            first=self.first, module=self.module,
        )  # fmt: skip
        inner.rows = self.rows
        return inner

    @property
    def is_operation(self) -> bool:
        """Whether it is a function that Keras has written down as a layer: it has no parameters."""
        return ".ops." in self.module or self.kind in ("TFOpLambda", "SlicingOpLambda")

    def stated_shape(self, output: int) -> Shape | None:
        """Return the shape of an output that the file states; None if it does not, or not all sizes of it."""
        sizes = self.stated.get(output)
        if not sizes or len(sizes) not in LAYOUTS or None in sizes:
            return None
        return shape_of([size for size in sizes if size is not None])

    def attempt(self, rule: Any) -> list[Value] | None:  # noqa: ANN401 - a rule
        """Return what a rule makes of the call; None, and no rows, where it does not apply or fit what is stated."""
        before = len(self.flow.steps)
        try:
            found = None if any(value.shape.sizes == NOWHERE for value in self.reads) else rule(self)
        except ArchcalcError as error:
            if not isinstance(error, Refusal | SpecError):
                raise
            found = None
        outputs = [found] if not isinstance(found, list) and found is not None else found
        if outputs and all(fits(self.stated.get(place), value.shape) for place, value in enumerate(outputs)):
            return list(outputs)
        for path in list(self.flow.steps)[before:]:
            del self.flow.steps[path], self.flow.shapes[path]
        self.rows = []
        return None


def _number(size: Int) -> int:
    """Return a count as a number.

    Raises:
        Refusal: it depends on a size that is open.
    """
    if not isinstance(size, int):
        raise Refusal("a size is open")
    return size


def fits(stated: Sizes | None, shape: Shape) -> bool:
    """Whether a shape is the stated one, as far as that says anything.

    >>> from archcalc.quantities.shape import grid
    >>> fits((None, None, 3), grid(3, (8, 8))), fits((4, 4, 3), grid(3, (8, 8)))
    (True, False)
    """
    if stated is None:
        return True
    own = sizes_of(shape)
    return len(own) == len(stated) and all(size in (None, mine) for size, mine in zip(stated, own, strict=True))
