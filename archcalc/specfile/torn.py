"""Expressions that YAML splits: within [ ] and { } it takes every comma for its own, also that of `max(8, w)`.

What is split has an opening parenthesis without its closing one, so it can be put together again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.network.written import Text, empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.written import Written

    Entry = tuple[Text, Written]


def whole_items(items: Iterable[Written]) -> list[Written]:
    """Return the items of a list, those that were split in one piece.

    >>> [item.plain for item in whole_items([Text("max(8"), Text("w)"), Text("3")])]
    ['max(8, w)', '3']
    """
    found: list[Written] = []
    for item in items:
        if found and isinstance(item, Text) and _unclosed(found[-1]):
            found[-1] = _together(found[-1], item)
        else:
            found.append(item)
    return found


def whole_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries of a mapping, those whose value was split in one piece.

    >>> torn = [(Text("kernel"), Text("(3")), (Text("5)"), Text("")), (Text("stride"), Text("2"))]
    >>> {key.text: value.plain for key, value in whole_entries(torn)}
    {'kernel': '(3, 5)', 'stride': '2'}
    """
    found: list[Entry] = []
    for key, value in entries:
        if found and empty(value) and _unclosed(found[-1][1]):
            found[-1] = (found[-1][0], _together(found[-1][1], key))
        else:
            found.append((key, value))
    return found


def _unclosed(written: Written) -> bool:
    return isinstance(written, Text) and written.text.count("(") > written.text.count(")")


def _together(first: Written, second: Text) -> Text:
    """Return two pieces of an expression as it is written: with the blanks between them, where they share a line."""
    assert isinstance(first, Text)  # noqa: S101 - what is unclosed is a text
    one, other = first.place, second.place
    if one is None or other is None or one.line != other.line:
        return Text(f"{first.text}, {second.text}", one)
    width = other.column + other.width - one.column
    written = one.source.line(one.line)[one.column - 1 : one.column - 1 + width]
    if not (written.startswith(first.text) and written.endswith(second.text)):
        return Text(f"{first.text}, {second.text}", one)  # quoted, or folded
    return Text(written, one.within(0, width))
