"""A network as a program of Keras, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from archcalc.foreign.expressing import expressed
from archcalc.foreign.keras.axes import last
from archcalc.foreign.keras.rules import call_of
from archcalc.foreign.keras.sharing import owners, shared
from archcalc.foreign.keras.sources import SOURCES
from archcalc.foreign.programs.classes import Classes
from archcalc.foreign.programs.identifiers import identifier, literal, words
from archcalc.foreign.programs.lines import INDENT, Made, function, laid_out, statement, uses
from archcalc.foreign.programs.scopes import Leaf, scopes
from archcalc.foreign.programs.variables import SHORT, body

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from archcalc.foreign.programs.classes import BlockClass
    from archcalc.foreign.programs.lines import Expression
    from archcalc.foreign.programs.scopes import FrameworkCall, Part
    from archcalc.network.graph import Node
    from archcalc.network.table import Table

FRAMEWORK = "Keras"

TAKEN = {"keras", "layers", "ops", "range", "float", "inputs"}
"""Names that mean something in the program."""

DEFAULTS: Mapping[str, object] = {
    "strides": 1, "padding": "valid", "dilation_rate": 1, "groups": 1, "use_bias": True, "depth_multiplier": 1,
    "center": True, "scale": True, "return_sequences": False, "reset_after": True, "interpolation": "nearest",
    "axis": -1, "shared_axes": None, "trainable": True,
}  # fmt: skip
"""Defaults of Keras's layers, which need not be written. Source: the signatures in Keras's documentation."""

BY_PLACE = {
    "filters", "kernel_size", "units", "pool_size", "output_size", "activation", "rate", "size", "dims", "cropping",
    "input_dim", "output_dim",
}  # fmt: skip
"""Options that are written without their names, if they come first."""

POOLS = ("MaxPooling", "AveragePooling")
"""Layers whose stride is that of the window by default."""


def function_name(text: str, taken: Collection[str]) -> str:
    """Return a name as that of a function.

    >>> function_name("Bottleneck-2", ())
    'bottleneck_2'
    """
    return identifier(text.lower(), taken, "block")


class KerasProgram:
    """The program of a network: a function for each block, and one for the network."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.calls = cast("dict[int, FrameworkCall]", expressed(table, FRAMEWORK, self._call))
        root = scopes(table, self.calls)
        self.owners = owners(table, root, {*TAKEN, *SOURCES, *SHORT}, FRAMEWORK)
        taken = {*TAKEN, *SOURCES, *self.owners.values()}
        self.classes = Classes(root, taken, function_name, modules=False)

    def _call(self, node: Node) -> FrameworkCall:
        own = call_of(node, node.fitted.read)
        if not node.tied:
            return own
        return shared(node, self.table.graph.nodes[cast("int", node.owner)], own)

    def text(self) -> str:
        """Return the program."""
        used = [SOURCES[name].rstrip() for name in sorted({call.op for call in self.calls.values()} & SOURCES.keys())]
        made = ["\n".join(self._function(one)) for one in self.classes.found.values()]
        code = "\n\n\n".join([*used, *made])
        modules = ["layers", *(["ops"] if uses(code, "ops") else [])]
        table = self.table
        title = f"{words(table.spec.title or table.spec.name)}: {table.totals.params:,} parameters."
        imports = (
            ["import keras", f"from keras import {', '.join(modules)}"] if uses(code, "layers") else ["import keras"]
        )
        return "\n".join([f'"""{title}"""', "", *imports, "", "", code, ""])

    def _function(self, made: BlockClass) -> Iterator[str]:
        root = made is self.classes.root
        names = self._inputs() if root else ()
        taken = {*TAKEN, *SOURCES, *self.owners.values(), *(one.name for one in self.classes.found.values())}
        found = body(made.scope, taken, names)
        yield from function(f"def {made.name}", () if root else (*found.parameters, *made.arguments), "")
        if root:
            yield from self._entrance(found.parameters)
        texts = iter(made.texts)
        for line in found.lines:
            yield from self._lines(line.part, list(line.arguments), ", ".join(line.targets), texts, INDENT)
        returned = ", ".join(found.returned)
        if not root:
            yield from statement("return", returned, INDENT)
            return
        outputs = returned if len(found.returned) == 1 else f"[{returned}]"
        yield from statement("return", f"keras.Model(inputs, {outputs})", INDENT)

    def _entrance(self, parameters: Sequence[str]) -> Iterator[str]:
        """Yield the lines that make the inputs; numbers of words are integers."""
        graph = self.table.graph
        looked_up = {index for node in graph.nodes if node.layer.kind == "embedding" for index in node.inputs}
        for name, index in zip(parameters, graph.inputs.values(), strict=True):
            more = ', dtype="int32"' if index in looked_up else ""
            start = f"{name} = inputs" if len(parameters) == 1 else name
            yield f"{INDENT}{start} = keras.Input({literal(last(graph.nodes[index].shape))}{more})"
        if len(parameters) > 1:
            yield f"{INDENT}inputs = [{', '.join(parameters)}]"

    def _inputs(self) -> tuple[str, ...]:
        paths = list(self.table.graph.inputs)
        found: list[str] = []
        for path in paths if len(paths) > 1 else ():
            found.append(identifier(path, {*TAKEN, *SOURCES, *found}, "input"))
        return tuple(found)

    def _lines(self, part: Part, read: list[str], target: str, texts: Iterator[str], indent: str) -> Iterator[str]:
        """Yield the lines of a part: a layer, a call of a function, or those of a chain one after the other."""
        if isinstance(part, Leaf):
            own = [next(texts) for _ in part.call.options]
            yield from self._layer(part, own, read, target, indent)
        elif self.classes.likeness.is_chain(part):
            for run in self.classes.likeness.runs(part):
                count = next(texts)
                if count != "1":
                    yield from [] if read == [target] else [f"{indent}{target} = {read[0]}"]
                    yield f"{indent}for _ in range({count}):"
                    read = [target]
                yield from self._lines(run.part, read, target, texts, indent + INDENT * (count != "1"))
                read = [target]
        else:
            called = self.classes.of(part)
            given = [("", name) for name in read] + [(name, next(texts)) for name in called.arguments]
            yield from laid_out(Made(called.name, tuple(given)), f"{target} = ", indent)

    def _layer(self, leaf: Leaf, texts: list[str], read: list[str], target: str, indent: str) -> Iterator[str]:
        """Yield the lines of a layer; one whose weights are shared is made on a line of its own."""
        call, name = leaf.call, self.owners.get(leaf.node.index, "")
        if not call.op:
            owner = self.owners.get(leaf.node.owner or 0, "")
            yield from statement(f"{target} =", call.use.format(*read, owner=owner), indent)
        elif name:
            yield from laid_out(_made(call, texts), f"{name} = ", indent)
            yield from statement(f"{target} =", call.use.format(*read, m=name), indent)
        else:
            before, after = (side.format(*read) for side in call.use.split("{m}"))
            yield from laid_out(_made(call, texts), f"{target} = {before}", indent, after)


def _made(call: FrameworkCall, texts: list[str]) -> Expression:
    arguments: list[tuple[str, Expression]] = []
    by_place = True
    pool = any(name in call.op for name in POOLS)
    for (name, _), text in zip(call.options, texts, strict=True):
        default = name in DEFAULTS and literal(DEFAULTS[name]) == text and not (pool and name == "strides")
        if default:
            by_place = False
            continue
        by_place = by_place and name in BY_PLACE
        arguments.append(("" if by_place else name, text))
    return Made(call.op, tuple(arguments))
