"""Arguments that name layers: `{up: 64, skip: enc3}` hands a block a layer of its caller.

An argument names a layer if the block reads it as one: after `from`, `share` or `to`, among the layers that a merge
joins, or as such an argument of another block. A layer of the block with the same name comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.layers.registry import find, kind_names
from archcalc.network.calls import given_to
from archcalc.network.written import Items, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeGuard

    from archcalc.network.context import Context
    from archcalc.network.steps import Block, Sequence, Step
    from archcalc.network.written import Written


class LayerName:
    """The value of an argument that names a layer: the name, and where it was written.

    ``context`` is None for the default of an argument, which is a name in the block itself.
    """

    __slots__ = ("context", "text")

    def __init__(self, text: str, context: Context | None) -> None:
        self.text, self.context = text, context

    def __str__(self) -> str:
        return f"the layer {self.text}"


class LayerArguments:
    """Which arguments of a file's blocks name layers; each block is looked at once."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Block, frozenset[str]]] = {}

    def of(self, block: Block, blocks: Mapping[str, Block]) -> frozenset[str]:
        """Return the names of the arguments of a block that name layers."""
        if id(block) not in self._found:
            self._found[id(block)] = (block, frozenset())  # a block that calls itself is refused elsewhere
            own = set(_names(block.layers))
            read = {name.partition("/")[0] for name in self._references(block.layers, blocks)}
            read |= {reference.text.partition("/")[0] for reference in block.outputs.values()}
            self._found[id(block)] = (block, frozenset(read & set(block.arguments) - own))
        return self._found[id(block)][1]

    def meant(self, block: Block, step: Step, context: Context, changes: Mapping[str, object]) -> Mapping[str, object]:
        """Return the values of the arguments that name layers: of the caller's list, and as defaults of the block's."""
        naming = self.of(block, context.spec.blocks)
        if not naming:
            return {}
        set_outside = {name: Text(str(changes[name])) for name in naming if name in changes}
        written = given_to(block, step) | set_outside
        given = {name: layer_names(name, written[name], context) for name in naming if name in written}
        own = ((name, block.arguments[name]) for name in naming - written.keys())
        return {name: layer_names(name, default, None) for name, default in own if default is not None} | given

    def _references(self, sequence: Sequence, blocks: Mapping[str, Block]) -> Iterator[str]:
        """Yield the names of layers in a list, those in its branches and groups among them."""
        for step in sequence.steps:
            yield from (text.text for text in (step.text("from"), step.text("share")) if text is not None)
            for written in self._naming(step, blocks):
                yield from _texts(written)
            for inner in _within(step):
                yield from self._references(inner, blocks)

    def _naming(self, step: Step, blocks: Mapping[str, Block]) -> Iterator[Written]:
        """Yield what a step's call has written where the name of a layer is expected."""
        if step.kind in blocks:
            block = blocks[step.kind]
            given, naming = given_to(block, step), self.of(block, blocks)
            yield from (value for name, value in given.items() if name in naming)
        elif step.kind in kind_names():
            kind = find(step.kind)
            options = kind.declared.options
            yield from (value for name, value in step.options.items() if name in options and options[name].type.place)
            if kind.joins and step.main is not None:
                yield step.main


def layer_names(argument: str, written: Written, context: Context | None) -> LayerName | tuple[LayerName, ...]:
    """Return what is written for an argument that names layers: one name, or a list of names.

    An argument of the caller that is such a list gives all its names, also within a list.

    Raises:
        SpecError: it is something else; with its place.
    """
    if isinstance(written, Text):
        return _meant(written.text, context)
    if isinstance(written, Items) and all(isinstance(item, Text) for item in written.items):
        meant = [_meant(item.text, context) for item in written.items if isinstance(item, Text)]
        return tuple(name for one in meant for name in (one if isinstance(one, tuple) else (one,)))
    message = f"{argument}: expected the name of a layer, or a list of names"
    raise Refusal(message, f"for example {argument}: conv1").at(written.place)


def _meant(text: str, context: Context | None) -> LayerName | tuple[LayerName, ...]:
    """Return the name of a layer, or those that it stands for as an argument of the caller."""
    value = context.scope.arguments.get(text) if context else None
    return value if _are_names(value) else LayerName(text, context)


def _are_names(value: object) -> TypeGuard[tuple[LayerName, ...]]:
    """Whether the value of an argument stands for a list of layers."""
    return isinstance(value, tuple) and all(isinstance(one, LayerName) for one in value)


def joined(kind: str, main: Written | None, context: Context) -> list[str]:
    """Return the names of the layers that a merge without branches joins; an argument may name several.

    Raises:
        Refusal: it is not a list of names.
    """
    names = list(_texts(main)) if main is not None else []
    meant = [context.scope.arguments.get(name) for name in names]
    if isinstance(main, Items) and names and len(names) == len(main.items):
        return [one for name, value in zip(names, meant, strict=True) for one in _several(name, value)]
    if isinstance(main, Text) and isinstance(meant[0], tuple):
        return _several(names[0], meant[0])
    raise Refusal(f"{kind} requires branches, or a list of names", f"for example: {{{kind}: {{main: […], skip: []}}}}")


def _several(name: str, value: object) -> list[str]:
    """Return the names `skips/0`, `skips/1` … of an argument that stands for several layers, or the name itself."""
    if _are_names(value):
        return [f"{name}/{number}" for number in range(len(value))]
    return [name]


def _names(sequence: Sequence) -> Iterator[str]:
    """Yield the names of everything in a list of layers, at every level."""
    for step in sequence.steps:
        yield step.called
        yield from (branch.name.text for branch in step.branches or ())
        for inner in _within(step):
            yield from _names(inner)


def _within(step: Step) -> Iterator[Sequence]:
    """Yield the lists of layers that a step contains."""
    if step.layers is not None:
        yield step.layers
    yield from (branch.layers for branch in step.branches or ())


def _texts(written: Written) -> Iterator[str]:
    for item in written.items if isinstance(written, Items) else (written,):
        if isinstance(item, Text):
            yield item.text
