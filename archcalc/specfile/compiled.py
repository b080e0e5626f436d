"""A parsed document as JSON: what a shipped spec becomes when the package is built, so that no process parses it again.

A text is `[text, line, column, width]`, a list `[[item, …], line, column, width]`, a record
`[null, [[key, value], …], line, column, width]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import Place
from archcalc.network.written import Items, Record, Text

if TYPE_CHECKING:
    from archcalc.errors import Source
    from archcalc.network.written import Written


def dump(written: Written) -> list[Any]:
    """Return a document as lists, texts and numbers."""
    where = [0, 0, 0] if written.place is None else [written.place.line, written.place.column, written.place.width]
    if isinstance(written, Text):
        return [written.text, *where]
    if isinstance(written, Items):
        return [[dump(item) for item in written.items], *where]
    return [None, [[dump(key), dump(value)] for key, value in written.entries], *where]


def restore(data: list[Any], source: Source) -> Written:
    """Return the document that was dumped, its places in ``source``.

    >>> from archcalc.errors import Source
    >>> restore(["3x227x227", 1, 8, 9], Source("net.yaml", "")).plain
    '3x227x227'
    """
    content = data[0]
    if isinstance(content, str):
        return Text(content, Place(source, *data[1:]))
    if content is None:
        entries = tuple((_key(key, source), restore(value, source)) for key, value in data[1])
        return Record(entries, Place(source, *data[2:]))
    return Items(tuple(restore(item, source) for item in content), Place(source, *data[1:]))


def _key(data: list[Any], source: Source) -> Text:
    return Text(data[0], Place(source, *data[1:]))
