"""What somebody wrote, before it means anything: text, lists and records, each with its place.

Every scalar is text; the field that receives it decides what it is. Where the text came from (YAML, a command line)
is the doors' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archcalc.errors import Place


class Text:
    """One scalar."""

    __slots__ = ("place", "text")

    def __init__(self, text: str, place: Place | None = None) -> None:
        self.text = text
        self.place = place

    @property
    def plain(self) -> str:
        """The text itself."""
        return self.text


class Items:
    """A list."""

    __slots__ = ("items", "place")

    def __init__(self, items: tuple[Written, ...], place: Place | None = None) -> None:
        self.items = items
        self.place = place

    @property
    def plain(self) -> list[object]:
        """The list as plain Python values."""
        return [item.plain for item in self.items]


class Record:
    """A mapping; its keys keep their order and their places."""

    __slots__ = ("entries", "place")

    def __init__(self, entries: tuple[tuple[Text, Written], ...], place: Place | None = None) -> None:
        self.entries = entries
        self.place = place

    @property
    def plain(self) -> dict[str, object]:
        """The mapping as plain Python values."""
        return {key.text: value.plain for key, value in self.entries}

    def get(self, key: str) -> Written | None:
        """Return the value of a key, None where it does not stand."""
        return next((value for name, value in self.entries if name.text == key), None)

    def keys(self) -> tuple[str, ...]:
        """List the keys in their order."""
        return tuple(name.text for name, _ in self.entries)


Written = Text | Items | Record


def empty(value: Written | None) -> bool:
    """Whether nothing is written: no value, or the null of `{auxiliary: , train_only: true}`."""
    return value is None or (isinstance(value, Text) and value.text in EMPTY)


EMPTY = ("", "~", "null")
