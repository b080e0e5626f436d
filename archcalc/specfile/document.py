"""A spec file as a network: its keys, the file it extends, and the variant that is asked for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import NotASpec, Problem, SpecError, UsageError, did_you_mean, known_keys, nearest
from archcalc.layers.registry import kind_names
from archcalc.network.grammar import Grammar
from archcalc.network.steps import DIFFERS, GROUP, INCLUDE, USE, Expectation, Spec
from archcalc.network.written import Items, Record, Text, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archcalc.errors import Place
    from archcalc.network.steps import Block
    from archcalc.network.written import Written

VARIANT_KEYS = ("title", "input", "paper", "layers", "expect", "note", "outputs")
"""The keys that are the file's own where they stand in a variant; every other key is an argument."""

MAIN_KEYS = ("input", "layers", "extends", "variants", "blocks", "args")
"""The keys of which a spec has at least one."""
_FIRST, _LONGEST = 20, 12

NOTES = ("source", "of", "variant", "note", "counted", *DIFFERS)
"""The keys of an expected figure beside the quantity itself."""


def as_record(written: Written) -> Record:
    """Return a spec's record; a bare list of layers is a record of just these.

    Raises:
        NotASpec: it is a single word, or a mapping of other things.
    """
    if isinstance(written, Record) and _like_spec(written.keys()):
        return written
    if isinstance(written, Items):
        return Record(((Text("layers", written.place), written),), written.place)
    message = "invalid spec: expected a mapping with input and layers, or a list of layers"
    raise NotASpec(
        Problem(message, "to use a built-in network, give its name without quotes or brackets", written.place)
    )


def _like_spec(keys: tuple[str, ...]) -> bool:
    """Whether one of a spec's main keys is there, or a slip of it among the first."""
    return any(key in MAIN_KEYS for key in keys) or any(nearest(key[:_LONGEST], MAIN_KEYS) for key in keys[:_FIRST])


def has_layers(written: Items) -> bool:
    """Whether an item of a list is a layer: the name of a kind, or a mapping with one among its keys.

    >>> has_layers(Items((Text("relu"),))), has_layers(Items((Text("eggs"), Text("milk"))))
    (True, False)
    """
    known = {*kind_names(), GROUP, USE, INCLUDE}
    words = [item.keys() if isinstance(item, Record) else (str(item.plain),) for item in written.items]
    return not words or any(not known.isdisjoint(found) for found in words)


def extend(parent: Record, child: Record) -> Record:
    """Return a file that extends another, as one record.

    `args` merge by key and `blocks` by name; `expect` is dropped; variants are inherited only if the child has
    none; any other key of the child replaces the parent's.
    """
    own = {key.text: (key, value) for key, value in child.entries}
    merged = {key.text: (key, value) for key, value in parent.entries if key.text != "expect"}
    for name, (key, value) in own.items():
        before = merged.get(name)
        both = before is not None and isinstance(before[1], Record) and isinstance(value, Record)
        merged[name] = (key, _merge(before[1], value)) if both and name in ("args", "blocks") else (key, value)  # type: ignore[index, arg-type]
    merged.pop("extends", None)
    return Record(tuple(merged.values()), child.place)


def _merge(parent: Record, child: Record) -> Record:
    entries = {key.text: (key, value) for key, value in (*parent.entries, *child.entries)}
    return Record(tuple(entries.values()), child.place)


def variant_names(record: Record) -> tuple[str, ...]:
    """Return the names of a file's variants."""
    variants = record.get("variants")
    return variants.keys() if isinstance(variants, Record) else ()


class NetworkChoice(NamedTuple):
    """One network of a file: the record with the variant's keys in it, and what it is called."""

    record: Record
    name: str
    variant: str | None = None
    arguments: Mapping[str, Written] = MappingProxyType({})
    main_variant: str | None = None

    @property
    def figures_of(self) -> str | None:
        """The variant that figures without a variant belong to: the one named like the file, else this one."""
        return self.main_variant or self.variant


def choose(record: Record, place: str, stem: str, variant: str | None, called: str = "") -> NetworkChoice:
    """Choose one network of a file: a variant, or the file itself if it has none.

    ``stem`` is the file's own name, ``place`` the folder before it: variants are called by their own names there.
    ``called`` is what messages call the file.

    Raises:
        UsageError: there is no such variant, or one has to be chosen.
    """
    names = variant_names(record)
    main = stem if stem in names else None
    variant = variant or main
    if not names and variant is None:
        return NetworkChoice(record, f"{place}{stem}")
    if variant not in names:
        file = called or stem
        message = f"unknown variant '{variant}' of {file}" if variant else f"{file} contains several networks"
        choices = f"available: {', '.join(f'{file}#{name}' for name in names)}"
        raise UsageError(message, choices if names else "the file has no variants")
    arguments, own = _variant(record, variant)
    merged = Record((*_without(extend(record, own), "expect"), *_figures(record, own, variant)), record.place)
    return NetworkChoice(
        record=merged, name=f"{place}{variant}", variant=variant, arguments=arguments, main_variant=main
    )


def _variant(record: Record, variant: str) -> tuple[dict[str, Written], Record]:
    """Return the arguments that a variant sets, and the file's keys it replaces."""
    chosen = record.get("variants").get(variant)  # type: ignore[union-attr]
    entries = chosen.entries if isinstance(chosen, Record) else ()
    arguments = {key.text: value for key, value in entries if key.text not in VARIANT_KEYS}
    return arguments, Record(tuple(entry for entry in entries if entry[0].text in VARIANT_KEYS), record.place)


def _without(record: Record, name: str) -> list[tuple[Text, Written]]:
    return [entry for entry in record.entries if entry[0].text != name]


def _figures(record: Record, variant: Record, name: str) -> list[tuple[Text, Written]]:
    """Return the figures of a file and of a variant together: the file's stay where a variant adds some."""
    rows = [*_items(record.get("expect")), *(_tagged(item, name) for item in _items(variant.get("expect")))]
    return [(Text("expect"), Items(tuple(rows), record.place))] if rows else []


def _tagged(figure: Written, variant: str) -> Written:
    """Return a figure that stands in a variant as that variant's own."""
    if not isinstance(figure, Record) or figure.get("variant") is not None:
        return figure
    return Record((*figure.entries, (Text("variant"), Text(variant))), figure.place)


def read_spec(choice: NetworkChoice, networks: Callable[[Text], Spec]) -> tuple[Spec, list[Problem]]:
    """Read a record as a network; return it with every mistake found in its lists of layers.

    ``networks`` finds the spec of an included network.
    """
    record, name = choice.record, choice.name
    grammar = Grammar()
    arguments = record.get("args")
    written_arguments = dict(_entries(arguments))
    for key in arguments.entries if isinstance(arguments, Record) else ():
        grammar.argument_name(key[0])
    spec = Spec(
        name=name,
        title=_text(record, "title") or name,
        input=record.get("input"),
        arguments=written_arguments,
        blocks=_blocks(record, grammar),
        layers=grammar.sequence(record.get("layers"), "layers", record.place),
        paper={key: value.text for key, value in _entries(record.get("paper")).items() if isinstance(value, Text)},
        family=_text(record, "family"),
        note=_text(record, "note"),
        chosen=choice.arguments,
        expect=tuple(expectations(record.get("expect"), choice.variant, choice.figures_of)),
        outputs=tuple(item.text for item in _items(record.get("outputs")) if isinstance(item, Text)),
        written=record,
        allow=record.get("allow"),
    )
    grammar.mistakes += _unknown_in_variants(record)
    return _with_networks(spec, networks, grammar)


def _unknown_in_variants(record: Record) -> Iterator[Problem]:
    """Yield a mistake for a variant that figures name and there is not, or that sets what is no argument."""
    names = variant_names(record)
    for figure in _items(record.get("expect")):
        named = figure.get("variant") if isinstance(figure, Record) else None
        if isinstance(named, Text) and named.text not in names:
            yield Problem(f"unknown variant '{named.text}'", did_you_mean(named.text, names), named.place)
    known = [*_entries(record.get("args")), *VARIANT_KEYS]
    for name, variant in _entries(record.get("variants")).items():
        for key, _ in variant.entries if isinstance(variant, Record) else ():
            if key.text not in known:
                hint = known_keys(key.text, known)
                yield Problem(f"unknown argument '{key.text}' in variant '{name}'", hint, key.place)


def _with_networks(spec: Spec, find: Callable[[Text], Spec], grammar: Grammar) -> tuple[Spec, list[Problem]]:
    """Give a spec the networks its layers include."""
    networks: dict[str, Spec] = {}
    for name in grammar.included:
        try:
            networks[name.text] = find(name)
        except UsageError as error:
            grammar.mistakes += (mistake._replace(place=name.place) for mistake in error.mistakes)
        except SpecError as error:
            grammar.mistakes += error.mistakes
    return spec._replace(networks=networks), grammar.mistakes


def _blocks(record: Record, grammar: Grammar) -> dict[str, Block]:
    blocks = record.get("blocks")
    read = [grammar.block(key, value) for key, value in blocks.entries] if isinstance(blocks, Record) else []
    return {block.name.text: block for block in read if block is not None}


def expectations(written: Written | None, variant: str | None, default: str | None) -> list[Expectation]:
    """Return the published figures that a file states of one of its networks.

    A figure that names no variant belongs to ``default``.
    """
    found = []
    for item in _items(written):
        fields = {key: value.text for key, value in _entries(item).items() if isinstance(value, Text)}
        quantity = next((key for key in fields if key not in NOTES), "")
        if quantity and fields.get("variant", default) == variant:
            found.append(_expectation(quantity, fields, item.place))
    return found


def _expectation(quantity: str, fields: Mapping[str, str], place: Place | None) -> Expectation:
    differs = next((key for key in DIFFERS if key in fields), "")
    return Expectation(
        quantity=quantity,
        printed=fields[quantity],
        source=fields.get("source", ""),
        of=fields.get("of", ""),
        variant=fields.get("variant", ""),
        note=fields.get("note", ""),
        counted=fields.get("counted") == "true",
        differs=differs,
        reason=fields.get(differs, ""),
        place=place,
    )


def _entries(written: Written | None) -> dict[str, Written]:
    return {key.text: value for key, value in written.entries} if isinstance(written, Record) else {}


def _items(written: Written | None) -> tuple[Written, ...]:
    return written.items if isinstance(written, Items) else ()


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return " ".join(value.text.split()) if isinstance(value, Text) and not empty(value) else ""


def in_order(mistakes: list[Problem]) -> list[Problem]:
    """Return mistakes in the order of their places, each once."""
    once = {str(mistake): mistake for mistake in mistakes}
    return sorted(once.values(), key=lambda m: (m.place.line, m.place.column) if m.place else (0, 0))
