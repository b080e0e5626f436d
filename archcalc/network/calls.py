"""How a call is bound: the options of a layer, the arguments of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal, did_you_mean
from archcalc.layers.base import Layer, Merge
from archcalc.layers.options import shown
from archcalc.layers.registry import build, find, main_option
from archcalc.network.scope import Scope
from archcalc.network.written import Record, Row, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.steps import Block, Step
    from archcalc.network.written import Written

ARGS = "args"
"""The option of `use` and `network` that holds what the kind is called with."""


def bind_layer(kind: str, step: Step, scope: Scope, changes: Mapping[str, object]) -> Layer:
    """Make the layer a step calls, its options evaluated in the scope; ``changes`` are options set from outside.

    Raises:
        Refusal: there is no such kind, or the options do not fit it.
    """
    found = find(kind)
    if issubclass(found, Merge):
        return build(found, _evaluated(step.options, scope) | dict(changes))
    if step.branches is not None:
        raise Refusal(f"{kind} takes a value, not branches", "a merge is add, subtract, multiply or concat")
    written = dict(step.options)
    if step.main is not None:
        written = {_main_of(found, step.main): step.main, **written}
    return build(found, _evaluated(written, scope) | dict(changes))


def _main_of(kind: type[Layer], main: Written) -> str:
    name = main_option(kind)
    if name is None:
        value = main.text if isinstance(main, Text) else "a list"
        raise Refusal(f"{kind.kind} takes no value, found {value}", f"write {kind.kind} or {{{kind.kind}: , …}}")
    return name


def bind_block(block: Block, step: Step, caller: Scope, changes: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a block's arguments: given ones in the caller's scope, defaults in the block's own.

    Raises:
        Refusal: an argument is unknown, missing, or one too many.
    """
    given = _evaluated(_given(block, step), caller) | dict(changes)
    name = block.name.text
    for argument in given:
        if argument not in block.arguments:
            takes = f"{name} takes {', '.join(block.arguments)}" if block.arguments else f"{name} takes no arguments"
            raise Refusal(f"unknown argument '{argument}' of {name}", did_you_mean(argument, block.arguments) or takes)
    return complete(block.arguments, given, Scope(file=caller.file, tensor=caller.tensor), name)


def complete(
    defaults: Mapping[str, Written | None], given: Mapping[str, object], scope: Scope, name: str
) -> dict[str, object]:
    """Give every argument its value, in order, so that a default may use the arguments before it."""
    missing = [argument for argument, default in defaults.items() if default is None and argument not in given]
    if missing:
        raise Refusal(f"{name} needs {' and '.join(missing)}", f"its arguments are {', '.join(defaults)}")
    values: dict[str, object] = {}
    for argument, default in defaults.items():
        inner = Scope(scope.copies, values | dict(scope.arguments), scope.file, scope.tensor)
        values[argument] = given[argument] if argument in given else inner.value(default)  # type: ignore[arg-type]
    return values


def _given(block: Block, step: Step) -> dict[str, Written]:
    """Return what is written for a block's arguments, by name; a row fills them in order."""
    names, main = list(block.arguments), step.main
    if main is None:
        return dict(step.options)
    if not names:
        raise Refusal(f"{block.name.text} takes no arguments, found one")
    row = main.items if block.row and isinstance(main, Row) else (main,)
    if len(row) > len(names):
        raise Refusal(f"{block.name.text} takes {len(names)} values ({', '.join(names)}), found {len(row)}")
    return {**dict(zip(names, row, strict=False)), **step.options}


def unwrap_args(step: Step) -> Step:
    """Return a `use` step as the call it stands for: `args` holds the main argument, a row, or named options."""
    options = {name: value for name, value in step.options.items() if name != ARGS}
    args = step.options.get(ARGS)
    if isinstance(args, Record):
        options = {**{key.text: value for key, value in args.entries}, **options}
        args = None
    return type(step)(step.kind, step.place, args, options, step.common, None, None, step.called, step.level)


def used_kind(value: object) -> str:
    """Return the kind that `use` names.

    Raises:
        Refusal: it is no word.
    """
    if not isinstance(value, str):
        raise Refusal(f"use needs the name of a layer or block, found {shown(value)}")
    return value


def _evaluated(written: Mapping[str, Written], scope: Scope) -> dict[str, object]:
    return {name: scope.value(value) for name, value in written.items()}
