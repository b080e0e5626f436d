"""The keys of a spec file and what each may hold: one declaration for what checks a file and for its JSON schema.

Nothing here needs more than the standard library, so that a user's own file is checked at once, and anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Problem, known_keys
from archcalc.measures.quantities import QUANTITIES
from archcalc.network.steps import DIFFERS
from archcalc.network.written import Items, Record, Text, empty
from archcalc.specfile.document import NOTES
from archcalc.wording import listed as joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archcalc.errors import Place
    from archcalc.network.written import Written

    Check = Callable[[Written, str, Place | None], Iterator[Problem]]
    """Yields what is wrong with what is written; given what messages call it, and the place of its key."""


class Form(NamedTuple):
    """What may be written in a place: the JSON schema that says so, the check, and what nothing written stands for."""

    schema: dict[str, Any]
    check: Check
    default: object = None


def _anything(written: Written, name: str, place: Place | None) -> Iterator[Problem]:  # noqa: ARG001
    yield from ()


def _text(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
    if not isinstance(written, Text):
        yield Problem(f"{name}: expected text", "", place)


def _allowed(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
    """Check that findings are allowed by codes, by codes with reasons, or by codes with patterns with reasons."""
    if isinstance(written, Items):
        yield from listed(TEXT).check(written, name, place)
    elif isinstance(written, Record):
        for code, reason in written.entries:
            form = TEXT if isinstance(reason, Text) else named(TEXT)
            yield from form.check(reason, f"{name}: {code.text}", code.place)
    else:
        yield Problem(f"{name}: expected codes, or a mapping of codes to reasons", "for example allow: [A103]", place)


def _input(written: Written, name: str, place: Place | None) -> Iterator[Problem]:  # noqa: ARG001
    if not _is_input(written):
        yield Problem("invalid input", "write 3x224x224, a list of sizes, or a mapping of names to shapes", place)


def _is_input(written: Written) -> bool:
    if isinstance(written, Record):
        return bool(written.entries) and all(_is_input(value) for _, value in written.entries)
    if isinstance(written, Items):
        return bool(written.items) and all(isinstance(item, Text) for item in written.items)
    return not empty(written)


def _figure(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
    """Check that a figure is about exactly one quantity, and has its source."""
    found = list(_TEXTS.check(written, name, place))
    keys = written.keys() if isinstance(written, Record) else ()
    quantities = [key for key in keys if key not in NOTES]
    if found:
        yield from found
    elif len(quantities) != 1 or quantities[0] not in QUANTITIES:
        got = joined(f"'{key}'" for key in quantities) if quantities else "none"
        yield Problem(f"expected one quantity, got {got}", f"available: {', '.join(QUANTITIES)}", place)
    elif "source" not in keys:
        yield Problem(
            "a published value requires source", "add source, for example {params: 60M, source: table 1}", place
        )
    elif len(reasons := [key for key in keys if key in DIFFERS]) > 1:
        yield Problem(f"got both '{reasons[0]}' and '{reasons[1]}'", "keep one of them", place)
    elif (counted := _text_of(written, "counted")) not in ("true", "false", ""):
        yield Problem(f"counted: expected true or false, got '{counted}'", "", place)


def _text_of(written: Written, key: str) -> str:
    """Return the text of a key; nothing where it is missing."""
    found = written.get(key) if isinstance(written, Record) else None
    return found.text if isinstance(found, Text) else ""


def listed(item: Form) -> Form:
    """Return the form of a list."""

    def check(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
        if isinstance(written, Items):
            for number, inner in enumerate(written.items):
                yield from item.check(inner, f"{name}.{number}", inner.place)
        else:
            yield Problem(f"{name}: expected a list", "", place)

    return Form({"items": item.schema, "type": "array"}, check, [])


def named(value: Form) -> Form:
    """Return the form of a record with keys of the user's own."""

    def check(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
        if isinstance(written, Record):
            for key, inner in written.entries:
                yield from value.check(inner, f"{name}.{key.text}", key.place)
        else:
            yield Problem(f"{name}: expected a mapping", "", place)

    return Form({"additionalProperties": value.schema, "type": "object"}, check, {})


def keyed(forms: dict[str, Form]) -> Form:
    """Return the form of a record with fixed keys, any of which may be missing."""

    def check(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
        if not isinstance(written, Record):
            yield Problem(f"{name}: expected a mapping", "", place)
            return
        for key, inner in written.entries:
            if key.text in forms:
                yield from forms[key.text].check(inner, f"{name}.{key.text}" if name else key.text, key.place)
            else:
                yield Problem(f"unknown key '{key.text}'", known_keys(key.text, forms), key.place)

    properties = {key: keyword(key, _optional(form), {"default": form.default}) for key, form in forms.items()}
    return Form({"additionalProperties": False, "properties": properties, "type": "object"}, check)


def _optional(form: Form) -> dict[str, Any]:
    """Return the schema of a key's value: null is as good as no text."""
    return {"anyOf": [form.schema, {"type": "null"}]} if form is TEXT else form.schema


def keyword(name: str, schema: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that is given by name, with the title that editors show.

    >>> keyword("train_only", {"type": "boolean"}, {"default": None})
    {'default': None, 'title': 'Train Only', 'type': 'boolean'}
    """
    return dict(sorted({**schema, **more, "title": name.replace("_", " ").title()}.items()))


def or_nothing(form: Form) -> Form:
    """Return the form of what may also be the null of `args:`."""

    def check(written: Written, name: str, place: Place | None) -> Iterator[Problem]:
        yield from () if empty(written) else form.check(written, name, place)

    return form._replace(check=check)


_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_SIZES: dict[str, Any] = {"anyOf": [_SCALAR, {"items": _SCALAR, "minItems": 1, "type": "array"}]}
_SIZES_BY_NAME: dict[str, Any] = {"additionalProperties": _SIZES, "minProperties": 1, "type": "object"}

ANYTHING = Form({}, _anything)
TEXT = Form(_SCALAR, _text)
_TEXTS = named(TEXT)
VALUES = or_nothing(named(ANYTHING))._replace(schema={"type": ["object", "null"]})
INPUT = Form({"anyOf": [*_SIZES["anyOf"], _SIZES_BY_NAME]}, _input)
FIGURE = Form(
    {
        "additionalProperties": False,
        "properties": dict.fromkeys((*NOTES, *QUANTITIES), _SCALAR),
        "required": ["source"],
        "type": "object",
    },
    _figure,
)

ALLOW = Form({"anyOf": [listed(TEXT).schema, named(ANYTHING).schema]}, _allowed)
"""Findings of `lint` that are meant: their codes, or for each code the reason, also by patterns of layers."""

PAPER = keyed(dict.fromkeys(("authors", "year", "title", "doi", "arxiv", "venue", "section", "url"), TEXT))
"""Where a network was published."""

FILE = keyed(
    {
        "title": TEXT,
        "family": TEXT,
        "note": TEXT,
        "paper": PAPER,
        "extends": TEXT,
        "input": INPUT,
        "args": VALUES,
        "blocks": named(ANYTHING),
        "layers": or_nothing(listed(ANYTHING)),  # where it has to be, the grammar says that it is missing
        "outputs": listed(TEXT),
        "variants": named(VALUES),
        "expect": listed(FIGURE),
        "allow": ALLOW,
    }
)
"""A spec file."""
