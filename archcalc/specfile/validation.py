"""All the mistakes of a user's file at once: its keys, and every layer's options and names.

A shipped spec passed this when the package was built and does not pay for it again.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from archcalc.errors import MOST_MISTAKES, ExpressionError, Problem, Refusal, did_you_mean, nearest
from archcalc.layers.registry import (
    find,
    kind_names,
    missing_options,
    unfit_option,
    unknown_kind,
    unknown_option,
)
from archcalc.layers.spellings import option_for
from archcalc.network.calls import ARGS, given_to, misfits, written_options
from archcalc.network.layer_arguments import LayerArguments
from archcalc.network.scope import COPIES, TENSOR
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.network.written import Items, Record, Text, empty
from archcalc.specfile.keys import FILE
from archcalc.symbolic.known import decide
from archcalc.symbolic.reading import read
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.layers.base import Layer
    from archcalc.layers.options import OptionType
    from archcalc.network.steps import Block, Sequence, Spec, Step
    from archcalc.network.written import Written

UNKNOWN = object()
"""The value of a text that needs names."""


def file_mistakes(record: Record) -> list[Problem]:
    """Return what is wrong with the keys of a file and the shape of their values."""
    return list(islice(FILE.check(record, "", record.place), MOST_MISTAKES))


def layer_mistakes(spec: Spec) -> list[Problem]:
    """Return what is wrong with the layers of a network and of its blocks, without running them."""
    checker = _Checker(spec)
    own = checker.sequence(spec.layers, set(spec.arguments))
    of_blocks = (mistake for block in spec.blocks.values() for mistake in checker.block(block))
    return list(islice(chain(own, of_blocks), MOST_MISTAKES))


def has_readable_names(spec: Spec) -> bool:
    """Whether the arguments and blocks of a file can be read: else their names would look unknown in its layers."""
    file = spec.written if isinstance(spec.written, Record) else Record(())
    blocks = file.get("blocks")
    written = [block for _, block in blocks.entries] if isinstance(blocks, Record) else []
    arguments = [file.get("args"), *(block.get("args") for block in written if isinstance(block, Record))]
    readable = all(isinstance(block, Record) for block in written)
    return readable and not any(isinstance(names, Text) and not empty(names) for names in arguments)


class _Checker:
    """Looks at every step of a spec by itself."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.file = set(spec.arguments)
        self.naming = LayerArguments()

    def block(self, block: Block) -> Iterator[Problem]:
        known = set(self.file)
        naming = self.naming.of(block, self.spec.blocks)
        for name, default in block.arguments.items():
            if default is not None and name not in naming:
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
            yield from self._values([step.main, *step.options.values()], known)
        elif step.kind == INCLUDE:
            yield from self._include(step, known)
        elif step.kind in self.spec.blocks:
            block = self.spec.blocks[step.kind]
            naming = self.naming.of(block, self.spec.blocks)
            yield from self._values(
                [value for name, value in given_to(block, step).items() if name not in naming], known
            )
            yield from self._block_call(block, step)
        elif step.kind in kind_names():
            if step.branches is None or find(step.kind).joins:
                yield from self._layer(step, known)
        else:
            kinds = [*kind_names(), *self.spec.blocks, GROUP, USE, INCLUDE]
            yield from unknown_kind(step.kind, kinds).at(step.place).mistakes

    def _include(self, step: Step, known: set[str]) -> Iterator[Problem]:
        for option, value in step.options.items():
            if option not in ("until", ARGS):
                yield Problem(f"unknown option '{option}' of network", "available: until, args", value.place)
            elif isinstance(value, Record):
                for _, inner in value.entries:
                    yield from self._names(inner, known)

    def _values(self, values: Iterable[Written | None], known: set[str]) -> Iterator[Problem]:
        for value in values:
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
        """Check a layer's options by their types, then the names in their expressions."""
        declared = find(step.kind).declared
        try:
            written = written_options(find(step.kind), step)
        except Refusal as refusal:
            written = dict(step.options)
            yield from refusal.at(step.main.place if step.main else step.place).mistakes
        yield from self._options(step, written)
        for name, value in written.items():
            if name in declared.options and declared.options[name].type.evaluated:
                taken = declared.options[name].type
                yield from self._names(value, known, taken)

    def _options(self, step: Step, written: dict[str, Written]) -> Iterator[Problem]:
        """Yield what options are wrong; one that is only misspelt is not missing as well."""
        kind, known = find(step.kind), find(step.kind).declared.options
        strange = [name for name in written if name not in known]
        misspelt = {near for name in strange for near in (option_for(name, known), *nearest(name, known))}
        for name, declared in known.items():
            if name in written:
                yield from _unfit(kind, name, declared.type, written[name])
            elif name in kind.declared.required and name not in misspelt:
                yield from missing_options(kind, [name]).at(step.place).mistakes
        for name in strange:
            yield from unknown_option(kind, name).at(step.keys.get(name, step.place)).mistakes

    def _names(self, written: Written, known: set[str], taken: OptionType | None = None) -> Iterator[Problem]:
        """Check the names in an expression; a bare word may stand for itself where no option takes the value."""
        if isinstance(written, Items):
            for item in written.items:
                yield from self._names(item, known, taken)
        elif isinstance(written, Text):
            try:
                formula = read(written.text)
            except Refusal as refusal:
                yield from () if taken else refusal.at(written.place).mistakes
                return
            if taken or not written.text.isidentifier():
                yield from self._unknown(written, formula.names, known, taken)

    def _unknown(
        self, written: Text, names: Iterable[str], known: set[str], taken: OptionType | None
    ) -> Iterator[Problem]:
        everything = known | set(taken.words if taken else ()) | set(COPIES) | set(TENSOR)
        for name in sorted(set(names) - everything):
            place = written.place and written.place.within(max(0, written.text.find(name)), len(name))
            message = f"unknown name '{name}'"
            if taken and name == written.text:
                message = f"invalid value '{name}'" if taken.words else f"'{name}' is neither a number nor a known name"
            yield Problem(message, did_you_mean(name, everything) or _allowed(known, taken), place)


def _allowed(known: set[str], taken: OptionType | None) -> str:
    """Say what may be written: what an option takes, and the names there are."""
    names = f"known names: {listed(sorted(known))}" if known else "" if taken else "the file has no arguments"
    return "\n".join(filter(None, (f"expected {taken.expects}" if taken else "", names)))


def _unfit(kind: type[Layer], name: str, taken: OptionType, written: Written) -> Iterator[Problem]:
    """Yield why an option does not take what is written, as far as that is known without names."""
    try:
        value = _literal(written, taken)
        if value is not UNKNOWN:
            taken.read(value)
    except ExpressionError as error:
        yield from error.at(written.place).mistakes
    except Refusal as refusal:
        yield from unfit_option(kind, name, refusal.mistakes[0].message).at(written.place).mistakes


def _literal(written: Written, taken: OptionType) -> object:
    """Return the value of what is written, where it needs no names to have one, and is none itself.

    Raises:
        Refusal: it cannot be read as an expression, or is a record.
    """
    if isinstance(written, Record):
        raise Refusal("expected a value, got a mapping")
    if isinstance(written, Items):
        values = tuple(_literal(item, taken) for item in written.items)
        return UNKNOWN if UNKNOWN in values else values
    if not taken.evaluated:
        return UNKNOWN
    formula = read(written.text)
    if written.text in taken.words:
        return written.text
    return UNKNOWN if formula.names else formula.evaluate({}, decide)
