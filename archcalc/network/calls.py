"""How a call is bound: the options of a layer, the arguments of a block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, did_you_mean
from archcalc.layers.options import shown
from archcalc.layers.registry import build, find
from archcalc.network.scope import COPIES, LayeredScope
from archcalc.network.written import Items, Record, Text
from archcalc.symbolic.reading import read
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from archcalc.errors import Place
    from archcalc.layers.base import Layer
    from archcalc.network.steps import Block, Spec, Step
    from archcalc.network.written import Written
    from archcalc.quantities.shape import Shape

    ShapeOf = Callable[[str], Shape]

ARGS = "args"
"""The option of `use` and `network` that holds what the kind is called with."""


def bind_layer(kind: str, step: Step, scope: LayeredScope, changes: Mapping[str, object], shape_of: ShapeOf) -> Layer:
    """Make the layer a step calls, its options evaluated in the scope; ``changes`` are options set from outside.

    An option that names a layer (``to: conv1``) gets the shape which that layer puts out, from ``shape_of``.

    Raises:
        Refusal: there is no such kind, or the options do not fit it.
        SpecError: a value is not what its option takes, with its place.
    """
    found = find(kind)
    if step.branches is not None and not found.joins:
        raise Refusal("expected a value, got branches", "use add, subtract, multiply or concat to merge branches")
    written = written_options(found, step)
    named = {name for name, option in found.declared.options.items() if option.type.place}
    plain = {name for name, option in found.declared.options.items() if not option.type.evaluated}
    values = {name: value.plain if name in plain else scope.value(value) for name, value in written.items()}
    values |= changes
    places = {name: value.place for name, value in written.items()}
    for name in sorted(named & values.keys()):
        values[name] = _shape_at(values[name], shape_of, places.get(name))
    return build(found, values, places)


def sources(kind: str, step: Step, changes: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of the further layers that a step's layer reads: the values of its options that name one."""
    written = {name: value.plain for name, value in step.options.items()} | dict(changes)
    return tuple(str(written[name]) for name in find(kind).declared.sources if name in written)


MOST_BINDINGS = 10_000
"""The number of layers that are kept at a time: a network that is tried at a million sizes has as many."""


class Bindings:
    """The layers that steps have called: where the names in a step mean what they meant before, it is the same layer.

    Copies of a block so share their layers, which also makes everything quick that looks layers up; so do all runs of
    a network that is tried at many sizes.
    """

    def __init__(self) -> None:
        self._names: dict[int, tuple[Step, tuple[str, ...] | None]] = {}
        self._layers: dict[tuple[object, ...] | None, Layer] = {}

    def layer(self, step: Step, scope: LayeredScope, shape_of: ShapeOf) -> Layer:
        """Return the layer that a step of a file calls; raises what :func:`bind_layer` raises."""
        key = self._key(step, scope)
        if key in self._layers:
            return self._layers[key]
        found = bind_layer(step.kind, step, scope, {}, shape_of)
        if max(len(self._names), len(self._layers)) >= MOST_BINDINGS:
            self._names.clear()
            self._layers.clear()
        if id(step) not in self._names:
            self._names[id(step)] = (step, _names_in(step))  # the step is kept, so that no other gets its id
        key = self._key(step, scope)
        if key is not None:
            self._layers[key] = found
        return found

    def is_the_same_in_all_copies(self, step: Step) -> bool:
        """Whether a layer that was made for a step before means the same in all copies that read the same shape."""
        _, names = self._names.get(id(step), (step, None))
        return names is not None and not {*names} & {*COPIES}

    def _key(self, step: Step, scope: LayeredScope) -> tuple[object, ...] | None:
        """Return the step with what its names mean here; None where that is not all that a layer depends on."""
        _, names = self._names.get(id(step), (step, None))
        if names is None:
            return None
        key: list[object] = [id(step)]
        for name in names:
            try:
                meant = scope[name]
            except KeyError:
                continue  # a word, wherever it is written
            except Refusal:
                return None  # a size that the input does not have
            key += name, _typed(meant)
        return tuple(key)


def _typed(value: object) -> tuple[object, ...]:
    """Return a value with its type, and those of its items: 1 is equal to true, but not the same value."""
    return (tuple, *map(_typed, value)) if isinstance(value, tuple) else (type(value), value)


def _names_in(step: Step) -> tuple[str, ...] | None:
    """Return the names in the options of a step that could be bound; None where one refers to another layer."""
    kind = find(step.kind)
    written = dict(step.options)
    if step.main is not None and not kind.joins:
        written[kind.declared.main or ""] = step.main
    types = {name: kind.declared.options[name].type for name in written if name in kind.declared.options}
    if any(taken.place for taken in types.values()):
        return None
    found: set[str] = set()
    waiting = [value for name, value in written.items() if name not in types or types[name].evaluated]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Items):
            waiting += value.items
        else:
            found |= read(value.text).names if isinstance(value, Text) else frozenset()
    return tuple(sorted(found))


def _shape_at(name: object, shape_of: ShapeOf, place: Place | None) -> object:
    """Return the shape that a layer puts out; what is no name is left for the option to refuse."""
    try:
        return shape_of(name) if isinstance(name, str) else name
    except Refusal as refusal:
        raise refusal.at(place) from None


def written_options(kind: type[Layer], step: Step) -> dict[str, Written]:
    """Return what a step writes for the options of a layer, by name: what stands after the kind among them.

    Raises:
        Refusal: the kind takes no value, or the option that stands after it is given by name as well.
    """
    if step.main is None or kind.joins:
        return dict(step.options)
    name = kind.declared.main
    if name is None:
        value = step.main.text if isinstance(step.main, Text) else "a list"
        raise Refusal(f"{kind.kind} takes no value, got {value}", f"write {kind.kind} or {{{kind.kind}: , …}}")
    if name in step.options:
        raise Refusal(f"{name} of {kind.kind} is given twice: after {kind.kind} and by name", "keep one of them")
    return {name: step.main, **step.options}


def bind_block(
    block: Block, step: Step, caller: LayeredScope, changes: Mapping[str, object], meant: Mapping[str, object]
) -> dict[str, object]:
    """Return the values of a block's arguments: given ones in the caller's scope, defaults in the block's own.

    ``meant`` are the values of the arguments that name layers instead of being expressions.

    Raises:
        Refusal: an argument is unknown, missing, or one too many.
    """
    for refusal, _ in misfits(block, step, changes):
        raise refusal
    written = {name: value for name, value in given_to(block, step).items() if name not in meant}
    given = _evaluated(written, caller) | dict(changes) | dict(meant)
    return complete(block.arguments, given, LayeredScope(file=caller.file, tensor=caller.tensor))


def complete(
    defaults: Mapping[str, Written | None], given: Mapping[str, object], scope: LayeredScope
) -> dict[str, object]:
    """Give every argument its value, in order, so that a default may use the arguments before it."""
    values: dict[str, object] = {}
    for argument, default in defaults.items():
        if argument in given or default is None:
            values[argument] = given[argument]
        else:
            values[argument] = LayeredScope(arguments=values, file=scope.file, tensor=scope.tensor).value(default)
    return values


def file_arguments(spec: Spec, given: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a file's arguments: given ones, the variant's, and the defaults.

    Raises:
        Refusal: an argument is unknown.
    """
    known = spec.arguments
    for name in given:
        if name not in known:
            takes = f"available: {', '.join(known)}" if known else f"{spec.name} has no arguments"
            raise Refusal(f"unknown argument '{name}' of {spec.name}", did_you_mean(name, known) or takes)
    return complete({**spec.arguments, **spec.chosen}, given, LayeredScope())


def misfits(block: Block, step: Step, changes: Iterable[str] = ()) -> Iterator[tuple[Refusal, Place | None]]:
    """Yield what does not fit in a block's call, with its place: arguments unknown, too many, or missing."""
    names, called = list(block.arguments), block.name.text
    takes = f"arguments of {called}: {', '.join(names)}" if names else f"{called} takes no arguments"
    for name in (*step.options, *changes):
        if name not in names:
            place = step.keys.get(name, step.place)
            yield Refusal(f"unknown argument '{name}' of {called}", did_you_mean(name, names) or takes), place
    row = _row(block, step)
    if len(row) > len(names):
        many = plural(len(names), "value") if names else "no arguments"
        yield Refusal(f"{called} takes {many}, got {len(row)}", takes), row[0].place
    for name in set(names[: len(row)]) & set(step.options):
        twice = Refusal(f"{name} of {called} is given twice: after {called} and by name", "keep one of them")
        yield twice, step.keys.get(name)
    given = {*step.options, *changes, *names[: len(row)]}
    missing = [name for name, default in block.arguments.items() if default is None and name not in given]
    if missing:
        arguments = "the argument" if len(missing) == 1 else "the arguments"
        hint = takes
        if isinstance(step.main, Items) and not block.row:
            hint += f"\nto call it with a list, write args: [{', '.join(names)}] in the block"
        yield Refusal(f"{called} requires {arguments} {listed(missing)}", hint), step.place


def _row(block: Block, step: Step) -> tuple[Written, ...]:
    """Return the main arguments of a call, in order: a row, one value, or none."""
    if step.main is None:
        return ()
    return step.main.items if block.row and isinstance(step.main, Items) else (step.main,)


def given_to(block: Block, step: Step) -> dict[str, Written]:
    """Return what is written for a block's arguments, by name; a row fills them in order."""
    return {**dict(zip(block.arguments, _row(block, step), strict=False)), **step.options}


def unwrap_args(step: Step) -> Step:
    """Return a `use` step as the call it stands for: `args` holds the main argument, a row, or named options."""
    options = {name: value for name, value in step.options.items() if name != ARGS}
    args = step.options.get(ARGS)
    if isinstance(args, Record):
        options = {**{key.text: value for key, value in args.entries}, **options}
        args = None
    return replace(step, main=args, options=options)


def with_first(block: Block, step: Step, first: Mapping[str, Written]) -> Step:
    """Return a block's call with what `first` overrides, however it was given: by name, or in a row."""
    names = list(block.arguments)
    if isinstance(step.main, Items) and block.row:
        row = [first.get(name, item) for name, item in zip(names, step.main.items, strict=False)]
        step = replace(step, main=Items((*row, *step.main.items[len(row) :]), step.main.place))
        first = {name: value for name, value in first.items() if name not in names[: len(row)]}
    elif step.main is not None and names and names[0] in first:
        step = replace(step, main=None)
    return replace(step, options={**step.options, **first})


def used_kind(value: object) -> str:
    """Return the kind that `use` names.

    Raises:
        Refusal: it is no word.
    """
    if not isinstance(value, str):
        raise Refusal(f"use expects the name of a layer or block, got {shown(value)}")
    return value


def _evaluated(written: Mapping[str, Written], scope: LayeredScope) -> dict[str, object]:
    return {name: scope.value(value) for name, value in written.items()}


def called_with_a_row(block: Block | None, step: Step) -> str:
    """Say how each argument gets a value, of a block that got a list of values as one; nothing if it did not."""
    names = list(block.arguments) if block is not None else []
    if block is None or block.row or not isinstance(step.main, Items) or len(names) < len(step.main.items):
        return ""
    values = [item.text for item in step.main.items if isinstance(item, Text)]
    if len(values) < max(2, len(step.main.items)):
        return ""
    first, *others = zip(names, values, strict=False)
    named = ", ".join([f"{step.kind}: {first[1]}", *(f"{name}: {value}" for name, value in others)])
    return f"{block.name.text} got one value, a list: write {{{named}}}, or args: [{', '.join(names)}] in the block"
