"""Wiring: a spec's steps, run on the shapes of its inputs, become a graph.

The program is expanded in order, and every layer's output shape is computed as it is placed, because conditions and
arguments may ask for the tensor they read.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, SpecError
from archcalc.layers.options import shown
from archcalc.layers.registry import find, kind_names
from archcalc.network.calls import (
    ARGS,
    Bindings,
    bind_block,
    bind_layer,
    called_with_a_row,
    file_arguments,
    sources,
    unwrap_args,
    used_kind,
    with_first,
)
from archcalc.network.grammar import Grammar
from archcalc.network.layer_arguments import LayerArguments, joined
from archcalc.network.naming import flat
from archcalc.network.placing import Placing, Reached
from archcalc.network.scope import LayeredScope, Layers
from archcalc.network.settled_copies import SettledCopies
from archcalc.network.shared_steps import ITSELF, copy_sharing, sharing
from archcalc.network.step_options import condition, never, number_of_copies, overridden
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.network.written import Items, Record, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.layers.base import Layer
    from archcalc.network.context import Context
    from archcalc.network.steps import Block, Branch, Sequence, Step
    from archcalc.network.written import Written

    Options = Mapping[str, Written]

AS_WRITTEN: Options = MappingProxyType({})
"""What the first copy of a step overrides: nothing."""


class Wiring:
    """Expands steps and places their layers; :class:`~archcalc.network.placing.Placing` holds what was placed."""

    def __init__(self, placing: Placing, bindings: Bindings) -> None:
        self.placing, self.bindings = placing, bindings
        self._argued: dict[int, tuple[Items, Sequence]] = {}
        self._layer_arguments = LayerArguments()

    def sequence(self, sequence: Sequence, context: Context, tensor: int | None) -> int | None:
        """Run a list of steps one after the other; return the node whose output comes out."""
        self.placing.names.running.append((context.root, sequence))
        try:
            for step in sequence.steps:
                tensor = self.step(step, context, tensor)
        finally:
            self.placing.names.running.pop()
        return tensor

    def step(self, step: Step, context: Context, tensor: int | None) -> int | None:
        """Run one step; an error that has no place or no layer yet gets the step's."""
        try:
            return self._step(step, context, tensor)
        except Refusal as refusal:
            raise refusal.at(step.place, self._path(step, context)) from None
        except SpecError as error:
            hint = called_with_a_row(context.spec.blocks.get(step.kind), step)
            raise error.in_layer(self._path(step, context)).with_hint(hint) from None

    def _path(self, step: Step, context: Context) -> str:
        return "" if step.nameless_group else context.path(step.called)

    def _step(self, step: Step, context: Context, tensor: int | None) -> int | None:
        self.placing.count_step()
        if step.plain:
            return self._once(step, context, tensor, AS_WRITTEN)
        when = step.text("when")
        try:
            entered = self._entered(step, context, tensor)
        except Refusal:
            if when is None or not never(when, context.reading(None)):
                raise
            self._leave_out(step, context)
            return tensor
        scope = context.reading(self.placing.shape(entered))
        if when is not None and not condition(when, scope):
            self._leave_out(step, context)
            return tensor
        if step.text("share") is not None:
            context = sharing(step, context, self.placing.names)
        if self._is_head(step, scope):
            if self.placing.heads:
                with self.placing.head(context.path(step.called)):
                    self._copies(step, context._replace(head=True), entered, scope)
            return tensor
        return self._copies(step, context, entered, scope)

    def _leave_out(self, step: Step, context: Context) -> None:
        """Note what a step would have placed: its name, or those of the layers of an unnamed group."""
        within = flat(step.layers) if step.nameless_group and step.layers is not None else (step,)
        for left in within:
            self.placing.names.leave_out(context.path(left.called))

    def _entered(self, step: Step, context: Context, tensor: int | None) -> int | None:
        reference = step.text("from")
        return tensor if reference is None else self.placing.resolve(reference.text, context)

    def _is_head(self, step: Step, scope: LayeredScope) -> bool:
        flag = step.text("train_only")
        return flag is not None and condition(flag, scope)

    def _copies(self, step: Step, context: Context, tensor: int | None, scope: LayeredScope) -> int | None:
        repeat, share = step.text("repeat"), step.text("share")
        if repeat is None:
            if share is not None and share.text == ITSELF:
                raise Refusal("share: true requires repeat", "name the layer whose weights are used").at(share.place)
            return self._once(step, context, tensor, AS_WRITTEN)
        first = overridden(step)
        copies = number_of_copies(repeat, scope)
        settled = SettledCopies(step, context, self.placing, self.bindings)
        for index in range(copies):
            self.placing.count_step()
            if tensor is not None and settled.have_begun(index, tensor):
                tensor = settled.place(index, tensor)
            else:
                below = copy_sharing(step, context, context.copy(index, copies), self.placing.names)
                tensor = self._once(step, below, tensor, AS_WRITTEN if index else first)
        if not step.nameless_group:
            self.placing.name(context.path(step.called), tensor)
            self.placing.names.name_outputs(context.path(step.called), tensor)
        return tensor

    def _once(self, step: Step, context: Context, tensor: int | None, first: Options) -> int | None:
        """Run one copy of a step, ``first`` overriding options of the first."""
        if step.kind == GROUP:
            return self._group(step, context, tensor)
        path = context.path(step.called)
        if step.kind == INCLUDE:
            result = self._include(step, context, tensor, path)
        else:
            result = self._call(step, context, tensor, first, path)
        self.placing.name(path, result)
        return result

    def _call(self, step: Step, context: Context, tensor: int | None, first: Options, path: str) -> int | None:
        scope = context.reading(self.placing.shape(tensor))
        kind = step.kind
        if kind == USE:
            kind = used_kind(scope.value(step.main) if step.main is not None else None)
            step = unwrap_args(step)
        block = context.spec.blocks.get(kind)
        if block is not None:
            return self._block(block, step, context, tensor, first)
        if kind in kind_names() and find(kind).joins:
            return self._merge(kind, step, context, tensor)
        if first:
            main = None if find(kind).declared.main in first else step.main
            step = replace(step, main=main, options={**step.options, **first})
        layer = self._layer(kind, step, context, scope, path, written=kind == step.kind and not first)
        more = sources(kind, step, self.placing.changes_at(path)) if layer.declared.sources else ()
        inputs = self.placing.readable(tensor), *[self.placing.resolve(name, context) for name in more]
        return self.placing.place(layer, path, inputs, context, step.place)

    def _layer(  # noqa: PLR0913 - what a layer depends on
        self, kind: str, step: Step, context: Context, scope: LayeredScope, path: str, *, written: bool
    ) -> Layer:
        """Return the layer that a step calls; ``written`` says that it is one of a file's own steps, unchanged."""
        changes = self.placing.changes_at(path)
        if written and not changes:
            return self.bindings.layer(step, scope, lambda name: self.placing.shape_of(name, context))
        return bind_layer(kind, step, scope, changes, lambda name: self.placing.shape_of(name, context))

    def _group(self, step: Step, context: Context, tensor: int | None) -> int | None:
        sequence = step.layers
        if sequence is None:
            return self._argument_group(step, context, tensor, context.reading(self.placing.shape(tensor)))
        if step.nameless_group:
            return self.sequence(sequence, context, tensor)
        path = context.path(step.called)
        self.placing.groups[path] = ""
        result = self.sequence(sequence, context.below(path), tensor)
        self.placing.name(path, result)
        return result

    def _argument_group(self, step: Step, context: Context, tensor: int | None, scope: LayeredScope) -> int | None:
        """Run a list of layers that came as an argument, in the scope where it was written."""
        value = scope.value(step.main) if step.main is not None else None
        if isinstance(value, tuple):
            value = Layers(Items(tuple(Text(used_kind(word), step.place) for word in value), step.place), scope)
        if not isinstance(value, Layers):
            raise Refusal(f"expected a list of layers, got {shown(value)}")
        sequence = self._argued_steps(value.row)
        path = context.path(step.called)
        below = context.below(path)._replace(scope=value.scope.reading(None))
        result = self.sequence(sequence, below, tensor)
        self.placing.name(path, result)
        return result

    def _argued_steps(self, row: Items) -> Sequence:
        """Read a list of layers that came as an argument, once."""
        if id(row) not in self._argued:
            grammar = Grammar()
            sequence = grammar.sequence(row, "the argument")
            if grammar.mistakes:
                raise Refusal(grammar.mistakes[0].message, grammar.mistakes[0].hint)
            self._argued[id(row)] = (row, sequence)  # the row is kept, so that no other gets its id
        return self._argued[id(row)][1]

    def _block(self, block: Block, step: Step, context: Context, tensor: int | None, first: Options) -> int | None:
        path, name = context.path(step.called), block.name.text
        entering = self.placing.readable(tensor)
        scope = context.reading(self.placing.shape(tensor))
        if first:
            step = with_first(block, step, first)
        changes = self.placing.changes_at(path)
        values = bind_block(block, step, scope, changes, self._layer_arguments.meant(block, step, context, changes))
        inner = context.block(name, path, LayeredScope(arguments=values, file=context.scope.file), entering)
        self.placing.groups[path] = name
        result = self.sequence(block.layers, inner, tensor)
        if block.outputs and result is not None:
            left_out = self.placing.names.is_left_out
            there = {name: one for name, one in block.outputs.items() if not left_out(inner.path(one.text))}
            self.placing.names.outputs[result] = {name: self._output(layer, inner) for name, layer in there.items()}
            self.placing.names.name_outputs(path, result)
        return result

    def _output(self, layer: Text, context: Context) -> int:
        """Return the node of a block's named output; an error has the place where the block names it."""
        try:
            return self.placing.resolve(layer.text, context)
        except Refusal as refusal:
            raise refusal.at(layer.place) from None

    def _include(self, step: Step, context: Context, tensor: int | None, path: str) -> int | None:
        """Run another network as a layer, up to the layer that `until` names."""
        name = step.main.text if isinstance(step.main, Text) else ""
        if name not in context.spec.networks:
            raise Refusal(
                f"network {name} cannot be part of an argument", "put it into a block and use the name of the block"
            )
        spec = context.spec.networks[name]
        scope = context.reading(self.placing.shape(tensor))
        args = step.options.get(ARGS)
        given = {key.text: scope.value(value) for key, value in args.entries} if isinstance(args, Record) else {}
        values = file_arguments(spec, {**given, **self.placing.changes_at(path)})
        entering = self.placing.readable(tensor)
        inner = context.block(f"network {name}", path, LayeredScope(file=values), entering)._replace(
            spec=spec, opened=()
        )
        self.placing.groups[path] = name
        until = step.options.get("until")
        if not isinstance(until, Text):
            return self.sequence(spec.layers, inner, tensor)
        try:
            with self.placing.stopping_at(f"{path}/{until.text}"):
                self.sequence(spec.layers, inner, tensor)
        except Reached as reached:
            return reached.node
        raise Refusal(f"unknown layer '{until.text}' of {name}")

    def _merge(self, kind: str, step: Step, context: Context, tensor: int | None) -> int | None:
        path = context.path(step.called)
        below = context.below(path) if step.level else context
        alone = find(kind).alone
        if step.branches is not None:
            ends = [self._branch(branch, below, tensor) for branch in step.branches]
        elif step.main is None and alone:
            ends = [tensor]
        else:
            ends = [self.placing.resolve(name, context) for name in joined(kind, step.main, context)]
        present = tuple(self.placing.readable(end) for end in ends if end is not None)
        if not present:
            raise Refusal("all branches are omitted", "at least one branch must remain")
        if len(present) == 1 and not alone:
            return present[0]
        layer = self._layer(kind, step, context, context.reading(None), path, written=kind == step.kind)
        return self.placing.place(layer, path, present, context, step.place)

    def _branch(self, branch: Branch, context: Context, tensor: int | None) -> int | None:
        """Run one branch on what the merge reads; None where its condition does not hold."""
        entering = self.placing.readable(tensor)
        path = context.path(branch.name.text)
        if branch.when is not None and not condition(branch.when, context.reading(self.placing.shape(tensor))):
            self.placing.names.leave_out(path)
            return None
        result = self.sequence(branch.layers, context.below(path), entering)
        self.placing.name(path, result)
        return result
