"""A network as its spec writes it, ready to be wired for any input."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.layers.options import whole
from archcalc.network.context import Context
from archcalc.network.graph import Graph
from archcalc.network.inputs import arguments_of_input, read_shape, shape_of, written_inputs
from archcalc.network.placing import Placing
from archcalc.network.scope import LayeredScope
from archcalc.network.walk import walk
from archcalc.network.wiring import Wiring, file_arguments
from archcalc.network.written import Record
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.steps import Spec
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int


class WhatIf(NamedTuple):
    """What is asked of a network beside its spec: another input, other arguments, other options of layers.

    ``input`` is a shape for the one input; ``arguments`` are the file's arguments by name; ``options`` are options
    by the path of a layer or block.
    """

    input: Shape | None = None
    arguments: Mapping[str, object] = MappingProxyType({})
    options: Mapping[str, Mapping[str, object]] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self.input or self.arguments or self.options)


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """A network: its spec, and the tables it makes of inputs.

    >>> import archcalc
    >>> net = archcalc.load("alexnet")
    >>> net.analyze(input=(3, 227, 227))["conv1"].params
    34944
    """

    spec: Spec

    def analyze(
        self,
        input: str | tuple[Int, ...] | Shape | None = None,  # noqa: A002 - the word of the spec
        arguments: Mapping[str, object] | None = None,
        options: Mapping[str, Mapping[str, object]] | None = None,
        freeze: Iterable[str] = (),
    ) -> Table:
        """Compute the table for an input, the spec's own by default.

        Args:
            input: a shape without batch, channels first: ``(3, 224, 224)``, or text: ``"3xHxW"``.
            arguments: values for arguments of the spec: ``{"classes": 10}``.
            options: options by layer: ``{"conv1": {"stride": 1}}``.
            freeze: patterns of the layers that are not trained: ``["conv*"]``.

        Raises:
            SpecError: the network cannot work on that input; with the layer's path and place.
            UsageError: an argument, a layer or a pattern does not exist.
        """
        asked = WhatIf(as_shape(input), arguments or {}, options or {})
        return walk(self.wire(asked), freeze)

    def wire(self, asked: WhatIf | None = None) -> Graph:
        """Wire the network: expand its blocks and compute every shape.

        Raises:
            SpecError: the network cannot work; with the layer's path and place.
            UsageError: an argument or a layer that is to be set does not exist.
        """
        asked = asked or WhatIf()
        values = self.arguments(asked)
        placing = Placing(asked.options)
        scope = LayeredScope(file=values)
        inputs = {name: placing.input(name, shape) for name, shape in self._inputs(asked, values).items()}
        first = next(iter(inputs.values())) if len(inputs) == 1 else None
        context = Context(self.spec, scope, entering=first)
        output = Wiring(placing).sequence(self.spec.layers, context, first)
        placing.check_changes()
        end, listed = placing.readable(output), self._results(placing, context)
        return Graph(
            self.spec,
            tuple(placing.nodes),
            inputs,
            end,
            tuple(sorted({end, *listed})),
            values,
            placing.groups,
            tuple(placing.conditions),
            tuple(_unread(placing, end, listed)),
        )

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
        implied = arguments_of_input(self.spec.input, asked.input) if asked.input else {}
        implied = {name: value for name, value in implied.items() if name in self.spec.arguments}
        try:
            return file_arguments(self.spec, implied | dict(asked.arguments))
        except Refusal as refusal:
            raise UsageError(refusal.mistakes[0].message, refusal.mistakes[0].hint) from None

    def _inputs(self, asked: WhatIf, values: Mapping[str, object]) -> dict[str, Shape]:
        if asked.input is None:
            return written_inputs(self.spec.input, LayeredScope(file=values))
        if isinstance(self.spec.input, Record):
            written = written_inputs(self.spec.input, LayeredScope(file=values))
            if len({shape.layout + str(shape.channels) for shape in written.values()}) > 1:
                raise UsageError("the network has several inputs that differ; one shape cannot stand for all of them")
            return dict.fromkeys(written, asked.input)
        return {"input": asked.input}


def as_shape(given: str | tuple[Int, ...] | Shape | None) -> Shape | None:
    """Return a shape that was given as text, as sizes, or as a shape.

    Raises:
        UsageError: it is no shape.
    """
    try:
        if given is None or isinstance(given, Shape):
            return given
        return read_shape(given) if isinstance(given, str) else shape_of(tuple(whole(size) for size in given))
    except Refusal as refusal:
        mistake = refusal.mistakes[0]
        raise UsageError(f"input: {mistake.message}", mistake.hint) from None


def _unread(placing: Placing, end: int, results: set[int]) -> list[str]:
    """Return a warning for each layer whose output nobody reads."""
    read = {end, *results, *(index for node in placing.nodes for index in node.inputs)}
    loose = [node for node in placing.nodes if node.index not in read and not node.head and node.layer]
    return [f"{node.path}: nobody reads its output" for node in loose]
