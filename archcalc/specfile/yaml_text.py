"""YAML text as what is written: nodes with their places, never YAML's own typing.

Every scalar stays text. Aliases, anchors, tags, merge keys, duplicate keys and several documents are refused, and
nesting is bounded while parsing events, since composers crash or recurse on deep nesting.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import yaml

from archcalc.errors import NotASpec, Place, Problem, Source, SpecError
from archcalc.limits import SPEC_LEVELS, SPEC_VALUES
from archcalc.network.written import Items, Record, Text
from archcalc.specfile.torn import whole_entries, whole_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.written import Written

TOO_DEEP = SPEC_LEVELS.exceeded("the spec")

_KEYS = "input|layers|extends|variants|blocks|args"
_SPEC = re.compile(rf"""^(?:[^\S\n]|[{{"'])*+(?:{_KEYS})["']?\s*:(?:\s|$)""", re.MULTILINE)
"""What a spec has among its lines, also one that YAML cannot read."""

LIBRARY = yaml.__file__
"""The main file of PyYAML, whose Python files the engine for browsers contains."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(source: Source) -> Written:
    """Parse one YAML document.

    >>> parse(Source("example", "{conv: 64, kernel: 3}")).keys()
    ('conv', 'kernel')

    Raises:
        SpecError: it is no YAML, or uses more of YAML than specs do; a NotASpec where nothing in it looks like a spec.
    """
    try:
        return _parsed(source)
    except SpecError as error:
        if _SPEC.search(source.text):
            raise
        raise NotASpec(*error.mistakes) from None


def _parsed(source: Source) -> Written:
    try:
        return _Builder(source).document()
    except yaml.MarkedYAMLError as error:
        raise SpecError(_too_deep(error, source) or _retold(error, source)) from None
    except yaml.reader.ReaderError as error:
        raise _invalid(source, chr(error.character)) from None
    except UnicodeEncodeError as error:  # half of a surrogate pair, from a name or a call that is not Unicode
        raise _invalid(source, source.text[error.start]) from None


def _invalid(source: Source, sign: str) -> SpecError:
    """Return the mistake of a character; where parsers stop is its first place, which some of them count in bytes."""
    place = _place_of_index(source, source.text.find(sign))
    return SpecError(Problem(f"invalid character {sign!r}: not allowed in YAML", "remove it", place))


class _Builder:
    """Turns the parser's events into nodes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.events: Iterator[yaml.Event] = yaml.parse(source.text, Loader=_Loader)
        self.nodes, self._most = 0, SPEC_VALUES.value

    def document(self) -> Written:
        """Read the one document of the text."""
        content: Written | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a spec must be a single YAML document", "remove ---")
                content = self._node(next(self.events), 0)
        if content is None:
            place = Place(self.source, 1, 1)
            raise SpecError(Problem("the file is empty", "add at least input and layers", place))
        return content

    def _node(self, event: yaml.Event, level: int) -> Written:
        self._count(event, level)
        if isinstance(event, yaml.ScalarEvent):
            return Text(event.value, self._place(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(whole_items(self._items(level))), self._place(event))
        entries = whole_entries(self._entries(level))
        self._check_keys(entries)
        return Record(tuple(entries), self._place(event))

    def _items(self, level: int) -> Iterator[Written]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, level + 1)

    def _entries(self, level: int) -> Iterator[tuple[Text, Written]]:
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            yield key, self._node(next(self.events), level + 1)

    def _check_keys(self, entries: list[tuple[Text, Written]]) -> None:
        """Refuse a key that stands twice."""
        seen: set[str] = set()
        for key, _ in entries:
            if key.text in seen:
                raise SpecError(Problem(f"duplicate key '{key.text}'", "keep one of them", key.place))
            seen.add(key.text)

    def _key(self, event: yaml.Event) -> Text:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(
                event, "invalid key: expected a name, got a list or a mapping", "check the brackets and the indentation"
            )
        key = self._node(event, 0)
        assert isinstance(key, Text)  # noqa: S101 - a scalar event makes a text
        if key.text == "<<":
            self._refuse(event, "merge keys (<<) are not supported", "write each key in the mapping itself")
        return key

    def _count(self, event: yaml.Event, level: int) -> None:
        """Refuse what specs do not use, and texts that are too large or too deep."""
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"aliases (*{event.anchor}) are not supported", "use a block or an argument")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self._refuse(event, f"anchors (&{anchor}) are not supported", "use a block")
        if tag is not None:
            self._refuse(event, f"tags ({tag}) are not supported", "remove the tag")
        if level > SPEC_LEVELS.default:
            self._refuse(event, *TOO_DEEP)
        if self.nodes > self._most:
            self._refuse(event, *SPEC_VALUES.exceeded("the spec"))

    def _place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        assert start is not None  # noqa: S101 - parsers mark every event
        assert end is not None  # noqa: S101
        width = end.column - start.column if end.line == start.line else 1
        return Place(source=self.source, line=start.line + 1, column=start.column + 1, width=max(1, width))

    def _refuse(self, event: yaml.Event, message: str, hint: str) -> None:
        raise SpecError(Problem(message, hint, self._place(event)))


_HINTS = (
    ("found character '\\t'", "use spaces for indentation, not tabs"),
    (
        "found character that cannot start any token",
        "use spaces for indentation, and quote text that starts with a special character",
    ),
    (
        "mapping values are not allowed",
        "remove the extra colon, quote the text that contains it, or add a space after the colon before it",
    ),
    ("found unexpected ':'", "add a space after the colon, or quote the text that contains it"),
    ("did not find expected ',' or", "close the bracket, or add the missing comma"),
    ("expected ',' or", "close the bracket, or add the missing comma"),
    ("did not find expected key", "check the indentation of this line, and the space after each colon"),
    ("expected <block end>", "check the indentation of this line"),
    ("could not find expected ':'", "add a colon and a space after the key"),
    ("unexpected end of stream", "close the quote or the bracket"),
)
"""What the parser says, and the way out."""


_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_OPENING = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def _too_deep(error: yaml.MarkedYAMLError, source: Source) -> Problem | None:
    """Return the mistake of nesting too deeply, where that is what stopped the parser.

    A parser looks ahead for the end of a key, and some versions stop at a depth of their own on the way, before the
    first event: each in its own words, so the brackets are counted here, in the tokens of the scanner without a limit.
    """
    mark = error.problem_mark or error.context_mark
    text = source.text[: mark.index] if mark else ""
    if max(accumulate(_STEPS.get(sign, 0) for sign in text), default=0) <= SPEC_LEVELS.default:
        return None
    level = 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            level += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if level > SPEC_LEVELS.default:
                start = token.start_mark
                return Problem(*TOO_DEEP, Place(source, start.line + 1, start.column + 1))
    except yaml.MarkedYAMLError:
        return None
    return None


def _retold(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """Tell a parser's complaint in our words, with the place it names."""
    mark = error.problem_mark or error.context_mark
    place = Place(source, mark.line + 1, mark.column + 1) if mark else None
    problem = error.problem or error.context or "unreadable"
    hint = next((hint for says, hint in _HINTS if says in problem), "")
    return Problem(f"invalid YAML: {problem}", hint, place)


def _place_of_index(source: Source, index: int) -> Place:
    before = source.text[:index]
    return Place(source, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)
