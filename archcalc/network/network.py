"""A network as its spec writes it, ready to be wired for any input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archcalc.errors import ArchcalcError, Refusal, UsageError
from archcalc.limits import work
from archcalc.network.calls import Bindings, file_arguments
from archcalc.network.context import Context
from archcalc.network.entering import perhaps_channels_last, read_given, typed
from archcalc.network.graph import Graph
from archcalc.network.inputs import arguments_of_input, written_inputs
from archcalc.network.placing import Placing
from archcalc.network.scope import LayeredScope
from archcalc.network.table import Running
from archcalc.network.uncollected import uncollected
from archcalc.network.walk import walk
from archcalc.network.wiring import Wiring
from archcalc.network.written import Record
from archcalc.quantities.shape import Shape
from archcalc.rooms import Deferred, Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.errors import Place
    from archcalc.layers.base import Layer
    from archcalc.network import foreseen
    from archcalc.network.entering import Given
    from archcalc.network.steps import Spec
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int
else:  # for networks of ten thousand steps and more
    foreseen = Deferred("archcalc.network.foreseen")

T = TypeVar("T")


class WhatIf(NamedTuple):
    """What is asked of a network beside its spec: another input, other arguments, other options of layers.

    ``input`` is a shape for every input, or shapes for some of them by name; ``arguments`` are the file's arguments by
    name; ``options`` are options by the path of a layer or block; ``heads`` says whether training
    heads are there; ``run`` is how the network is run.
    """

    input: Shape | Mapping[str, Shape] | None = None
    arguments: Mapping[str, object] = MappingProxyType({})
    options: Mapping[str, Mapping[str, object]] = MappingProxyType({})
    heads: bool = True
    run: Running = Running()

    def __bool__(self) -> bool:
        return bool(self.input or self.arguments or self.options or not self.heads)


@dataclass(frozen=True, eq=False, repr=False)
class Network(Shown):
    """A network: its spec, and the tables it computes for inputs.

    >>> import archcalc
    >>> net = archcalc.load("alexnet")
    >>> net.analyze(input=(3, 227, 227))["conv1"].params
    34944
    """

    spec: Spec

    @cached_property
    def _bindings(self) -> Bindings:
        return Bindings()

    @property
    def called(self) -> str:
        """The title, or the name where the spec has none."""
        return self.spec.title or self.spec.name

    def analyze(
        self,
        input: Given = None,  # noqa: A002 - the word of the spec
        arguments: Mapping[str, object] | None = None,
        options: Mapping[str, Mapping[str, object]] | None = None,
        freeze: Iterable[str] = (),
        *,
        heads: bool = True,
    ) -> Table:
        """Compute the table for an input, the spec's own by default.

        Args:
            input: a shape without batch, channels first: ``(3, 224, 224)``, or text: ``"3xHxW"``; of a network with
                several inputs also by name: ``{"left": "1x105x105"}``.
            arguments: values for arguments of the spec: ``{"classes": 10}``.
            options: options by layer: ``{"conv1": {"stride": 1}}``.
            freeze: patterns of the layers that are not trained: ``["conv*"]``.
            heads: whether the heads that only training runs are in the table.

        Raises:
            SpecError: the network cannot work on that input; with the layer's path and place.
            UsageError: the input has other axes than the spec's own; an argument, a layer or a pattern does not exist.
        """
        asked = WhatIf(
            input=self.read_input(input, arguments), arguments=arguments or {}, options=options or {}, heads=heads
        )
        return self.table(asked, freeze)

    @work()
    def table(self, asked: WhatIf, freeze: Iterable[str] = ()) -> Table:
        """Compute the table for what is asked; see :meth:`analyze`."""
        with uncollected():
            return replace(walk(self.wire(asked), freeze), run=asked.run)

    @work()
    def wire(self, asked: WhatIf | None = None) -> Graph:
        """Wire the network: expand its blocks and compute every shape.

        Raises:
            SpecError: the network cannot work; with the layer's path and place.
            UsageError: an argument or a layer that is to be set does not exist.
        """
        asked = asked or WhatIf()
        values = self.arguments(asked)
        placing = self._placing(asked, values)
        inputs, context, output = self._wired(asked, values, placing)
        end, listed = placing.readable(output), self._results(placing, context)
        return Graph(
            spec=self.spec,
            nodes=tuple(placing.nodes),
            inputs=inputs,
            output=end,
            results=tuple(sorted({end, *listed})),
            arguments=values,
            groups=placing.groups,
            conditions=_pairs(placing.conditions),
            remarks=(*self.spec.remarks, *self._doubts(inputs, placing), *_warnings(placing, end, listed)),
            training_conditions=_pairs(placing.training_conditions),
            left_out=tuple(placing.left_out),
        )

    def _placing(self, asked: WhatIf, values: Mapping[str, object]) -> Placing:
        return Placing(asked.options, heads=asked.heads, foresee=lambda: foreseen.least(self.spec, values))

    def _wired(
        self, asked: WhatIf, values: Mapping[str, object], placing: Placing
    ) -> tuple[dict[str, int], Context, int | None]:
        """Place all layers; return the nodes of the inputs, the outermost context, and the node of the output."""
        inputs = {name: placing.input(name, shape) for name, shape in self._inputs(asked, values).items()}
        first = next(iter(inputs.values())) if len(inputs) == 1 else None
        context = Context(self.spec, LayeredScope(file=values), entering=first)
        output = Wiring(placing, self._bindings).sequence(self.spec.layers, context, first)
        placing.finish()
        return inputs, context, output

    @work()
    def places(self, asked: WhatIf | None = None) -> dict[str, Place | None]:
        """Return where the layers are written, by their paths.

        >>> import archcalc
        >>> str(archcalc.loads("{input: 8, layers: [relu]}", "net.yaml").places()["relu"])
        'net.yaml:1:21'

        Raises:
            SpecError: the network cannot work; with the layer's path and place.
        """
        asked = asked or WhatIf()
        values = self.arguments(asked)
        placing = self._placing(asked, values)
        placing.places = {}
        self._wired(asked, values, placing)
        return placing.places

    def entering(self, asked: WhatIf | None = None) -> dict[str, Shape]:
        """Return the shapes of the inputs by name, whether the network works on them or not.

        Raises:
            SpecError: there is no input, or it is no shape.
        """
        asked = asked or WhatIf()
        return self._inputs(asked, self.arguments(asked))

    def _results(self, placing: Placing, context: Context) -> set[int]:
        """Return the nodes whose outputs are results by the file's own word."""
        try:
            return {placing.resolve(name, context) for name in self.spec.outputs}
        except Refusal as refusal:
            raise refusal.at(None, "outputs") from None

    def arguments(self, asked: WhatIf) -> dict[str, object]:
        """Return the values of the file's arguments.

        Raises:
            UsageError: an argument does not exist.
        """
        implied = arguments_of_input(self.spec.input, asked.input) if isinstance(asked.input, Shape) else {}
        implied = {name: value for name, value in implied.items() if name in self.spec.arguments}
        try:
            return file_arguments(self.spec, implied | dict(asked.arguments))
        except Refusal as refusal:
            raise UsageError(refusal.mistakes[0].message, refusal.mistakes[0].hint) from None

    def read_input(
        self, given: Given, arguments: Mapping[str, object] | None = None
    ) -> Shape | Mapping[str, Shape] | None:
        """Return an input as it is given: a shape for every input, or shapes by name.

        Raises:
            UsageError: it is no shape, has other axes than the spec's own input, or there is no input of that name.
        """
        return read_given(given, self._stated(arguments or {}), self.spec.name)

    def _stated(self, arguments: Mapping[str, object]) -> dict[str, Shape]:
        """Return the inputs that the spec states; none where it states none, or what it states is wrong."""
        if self.spec.input is None:
            return {}
        try:
            return written_inputs(self.spec.input, LayeredScope(file=self.arguments(WhatIf(None, arguments))))
        except ArchcalcError:
            return {}

    def _doubts(self, inputs: Mapping[str, int], placing: Placing) -> list[str]:
        """Return a remark on each input that no spec states and that looks as if its channels came last."""
        if self.spec.input is not None:
            return []
        return list(filter(None, (perhaps_channels_last(placing.nodes[index].shape) for index in inputs.values())))

    def _inputs(self, asked: WhatIf, values: Mapping[str, object]) -> dict[str, Shape]:
        given = asked.input
        if isinstance(given, Shape) and not isinstance(self.spec.input, Record):
            return {"input": given}
        written = written_inputs(self.spec.input, LayeredScope(file=values))
        if isinstance(given, Shape):
            if len({(shape.layout, shape.channels) for shape in written.values()}) > 1:
                message = f"{self.spec.name} has several inputs with different shapes: one shape is not enough"
                named = " ".join(f"--input {name}={typed(shape.sizes)}" for name, shape in written.items())
                raise UsageError(message, f"name each input: {named}")
            return dict.fromkeys(written, given)
        return written | dict(given or {})


def require_network(given: T) -> T:
    """Return what is given, unless it is a name where a network is expected: a call takes what was loaded.

    Raises:
        UsageError: it is a name.
    """
    if isinstance(given, str):
        raise UsageError(f"expected a network, got the name '{given}'", f"use archcalc.load({given!r})")
    return given


def _pairs(conditions: Mapping[Int, str]) -> tuple[tuple[str, Int], ...]:
    """Return the sizes that have to be at least 1, each behind the layer that puts it out."""
    return tuple((path, size) for size, path in conditions.items())


def _warnings(placing: Placing, end: int, results: set[int]) -> list[str]:
    """Return the warnings that follow once everything is placed."""
    return [*_without_heads(placing), *_unread(placing, end, results)]


def _without_heads(placing: Placing) -> list[str]:
    """Return a warning for each training head that does not work on this input."""
    said = "is omitted: it does not work with this input"
    return [f"the training-only head {path} {said}: {why}" for path, why in placing.left_out]


def _unread(placing: Placing, end: int, results: set[int]) -> list[str]:
    """Return a warning for each layer whose output nobody reads; buffers may be stored for what is no layer."""
    read = {end, *results, *(index for node in placing.nodes for index in node.inputs)}
    loose = [node for node in placing.nodes if node.index not in read and not node.head and not node.is_input]
    said = "its output is not used (list it in outputs if this is intended)"
    return [f"{node.path}: {said}" for node in loose if not _is_buffer(node.layer)]


def _is_buffer(layer: Layer) -> bool:
    return layer.kind == "parameter" and bool(getattr(layer, "fixed", False))
