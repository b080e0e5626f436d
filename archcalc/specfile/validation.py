"""All the mistakes of a user's file at once: its keys, and every layer's options and names.

A shipped spec passed this when the package was built and does not pay for it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from archcalc.errors import Problem, Refusal, did_you_mean, nearest
from archcalc.layers.base import Merge
from archcalc.layers.registry import (
    find,
    kind_names,
    missing_options,
    unfit_option,
    unknown_option,
)
from archcalc.network.calls import ARGS, misfits
from archcalc.network.scope import COPIES, TENSOR
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.network.written import Items, Record, Text
from archcalc.specfile.models import File, Paper, kind_model
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.errors import Place
    from archcalc.network.steps import Block, Sequence, Spec, Step
    from archcalc.network.written import Written

_TYPES = {"string_type": "text", "list_type": "a list", "dict_type": "a record", "model_type": "a record"}


def file_mistakes(record: Record) -> list[Problem]:
    """Return what is wrong with the keys of a file and the shape of their values."""
    try:
        File.model_validate(record.plain)
    except ValidationError as error:
        return [_file_mistake(record, details) for details in error.errors(include_url=False)]
    return []


def _file_mistake(record: Record, details: Any) -> Problem:  # noqa: ANN401 - pydantic's dictionary
    location, kind = details["loc"], details["type"]
    place, name = _place(record, location), str(location[-1])
    if kind == "extra_forbidden":
        known = _known_keys(location)
        return Problem(f"unknown key '{name}'", did_you_mean(name, known) or f"known are {', '.join(known)}", place)
    if kind in _TYPES:
        return Problem(f"{'.'.join(map(str, location))} should be {_TYPES[kind]}", "", place)
    return Problem(details["msg"], "", place)


def _known_keys(location: tuple[str | int, ...]) -> list[str]:
    if len(location) == 1:
        return list(File.model_fields)
    return list(Paper.model_fields)


def _place(written: Written, location: Iterable[str | int]) -> Place | None:
    """Return the place of what pydantic names by keys and numbers; of a key, if a key is what it names."""
    place = written.place
    for part in location:
        if isinstance(written, Record):
            found = next(((key, value) for key, value in written.entries if key.text == part), None)
            if found is None:
                return place
            place, written = found[0].place, found[1]
        elif isinstance(written, Items) and isinstance(part, int):
            written = written.items[part]
            place = written.place
    return place


def layer_mistakes(spec: Spec) -> list[Problem]:
    """Return what is wrong with the layers of a network and of its blocks, without running them."""
    checker = _Checker(spec)
    found = list(checker.sequence(spec.layers, set(spec.arguments)))
    for block in spec.blocks.values():
        found += checker.block(block)
    return found


class _Checker:
    """Looks at every step of a spec by itself."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.file = set(spec.arguments)

    def block(self, block: Block) -> Iterator[Problem]:
        known = set(self.file)
        for name, default in block.arguments.items():
            if default is not None:
                yield from self._names(default, known)
            known.add(name)
        yield from self.sequence(block.layers, known)

    def sequence(self, sequence: Sequence, known: set[str]) -> Iterator[Problem]:
        for step in sequence.steps:
            yield from self._step(step, known)

    def _step(self, step: Step, known: set[str]) -> Iterator[Problem]:
        for option in ("when", "repeat", "train_only"):
            text = step.text(option)
            if text is not None:
                yield from self._names(text, known)
        if step.layers is not None:
            yield from self.sequence(step.layers, known)
        for branch in step.branches or ():
            yield from self._names(branch.when, known) if branch.when is not None else ()
            yield from self.sequence(branch.layers, known)
        yield from self._call(step, known)

    def _call(self, step: Step, known: set[str]) -> Iterator[Problem]:
        if step.kind in (GROUP, USE):
            yield from self._values(step, known)
        elif step.kind == INCLUDE:
            yield from self._include(step, known)
        elif step.kind in self.spec.blocks:
            yield from self._values(step, known)
            yield from self._block_call(self.spec.blocks[step.kind], step)
        elif step.kind in kind_names():
            if step.branches is None or issubclass(find(step.kind), Merge):
                yield from self._layer(step, known)
        else:
            kinds = [*kind_names(), *self.spec.blocks, GROUP, USE, INCLUDE]
            hint = did_you_mean(step.kind, kinds) or "archcalc schema lists the kinds; a block stands under blocks"
            yield Problem(f"unknown layer '{step.kind}'", hint, step.place)

    def _include(self, step: Step, known: set[str]) -> Iterator[Problem]:
        for option, value in step.options.items():
            if option not in ("until", ARGS):
                yield Problem(f"network takes until and args, not '{option}'", "", value.place)
            elif isinstance(value, Record):
                for _, inner in value.entries:
                    yield from self._names(inner, known)

    def _values(self, step: Step, known: set[str]) -> Iterator[Problem]:
        for value in (step.main, *step.options.values()):
            if isinstance(value, Record):
                for _, inner in value.entries:
                    yield from self._names(inner, known)
            elif value is not None:
                yield from self._names(value, known)

    def _block_call(self, block: Block, step: Step) -> Iterator[Problem]:
        for refusal, place in misfits(block, step):
            yield from refusal.at(place).mistakes
        first = step.common.get("first")
        for key, _ in first.entries if isinstance(first, Record) else ():
            if key.text not in block.arguments:
                hint = did_you_mean(key.text, block.arguments)
                yield Problem(f"unknown argument '{key.text}' of {step.kind}", hint, key.place)

    def _layer(self, step: Step, known: set[str]) -> Iterator[Problem]:
        """Check a layer's options with the model of its kind, then the names in their expressions."""
        declared = find(step.kind).declared
        written = dict(step.options)
        if step.main is not None and declared.main is not None:
            written = {declared.main: step.main, **written}
        yield from self._options(step, written)
        for name, value in written.items():
            if name in declared.options and not declared.options[name].type.place:
                taken = declared.options[name].type
                yield from self._names(value, known | set(taken.words), f"expected {taken.expects}")

    def _options(self, step: Step, written: dict[str, Written]) -> Iterator[Problem]:
        """Yield what the model says; an option that is only misspelt is not missing as well."""
        try:
            kind_model(step.kind).model_validate({name: value.plain for name, value in written.items()})
        except ValidationError as error:
            found = error.errors(include_url=False)
            misspelt = {
                near
                for details in found
                if details["type"] == "extra_forbidden"
                for near in nearest(str(details["loc"][0]), find(step.kind).declared.options)
            }
            for details in found:
                if not (details["type"] == "missing" and details["loc"][0] in misspelt):
                    yield self._option_mistake(step, written, details)

    def _option_mistake(self, step: Step, written: dict[str, Written], details: Any) -> Problem:  # noqa: ANN401
        name, kind = str(details["loc"][0]), find(step.kind)
        if details["type"] == "missing":
            refusal, place = missing_options(kind, [name]), step.place
        elif details["type"] == "extra_forbidden":
            refusal, place = unknown_option(kind, name), step.keys.get(name, step.place)
        elif details["type"] == "expression":
            refusal, place = details["ctx"]["error"], written[name].place
        else:
            refusal, place = unfit_option(kind, name, details["msg"]), written[name].place
        return refusal.at(place).mistakes[0]

    def _names(self, written: Written, known: set[str], expected: str = "") -> Iterator[Problem]:
        """Check the names in an expression; a bare word may stand for itself unless something is ``expected``."""
        if isinstance(written, Items):
            for item in written.items:
                yield from self._names(item, known, expected)
        elif isinstance(written, Text):
            try:
                formula = read(written.text)
            except Refusal as refusal:
                yield from () if expected else refusal.at(written.place).mistakes
                return
            if expected or not written.text.isidentifier():
                yield from self._unknown(written, formula.names, known, expected)

    def _unknown(self, written: Text, names: Iterable[str], known: set[str], expected: str) -> Iterator[Problem]:
        everything = known | set(COPIES) | set(TENSOR)
        for name in sorted(set(names) - everything):
            place = written.place and written.place.within(max(0, written.text.find(name)), len(name))
            listed = f"known are {', '.join(sorted(known))}" if known else "the file has no arguments"
            yield Problem(f"unknown name '{name}'", did_you_mean(name, everything) or expected or listed, place)
