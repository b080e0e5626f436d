"""The language of a page: English is part of the code; other languages are tables of sentences by stable keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.wording import MOST_LISTED, Sentence, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Language(NamedTuple):
    """A language: its name, and its sentences by their keys; English has no table.

    >>> language = Language("ko", {"labels.layer": "층", "labels.of": "{column}: {layers}"})
    >>> language.text("labels.layer", "layer"), language.text("labels.of", "{column} of {layers}", column=1, layers=2)
    ('층', '1: 2')
    >>> ENGLISH.text("labels.of", "{column} of {layers}", column="params", layers="conv1")
    'params of conv1'
    """

    name: str = "en"
    texts: Mapping[str, str] = MappingProxyType({})

    def text(self, key: str, english: str, **values: object) -> str:
        """Return the sentence of a key with values in it; the English one where the language has none."""
        said = self.texts.get(key, english)
        return said.format(**values) if values else said

    def sentence(self, said: str) -> str:
        """Return a sentence that knows its key in this language; any other text as it is."""
        if not isinstance(said, Sentence) or said.key not in self.texts:
            return str(said)
        return self.text(said.key, said, **said.values)

    def listed(self, items: Iterable[str], most: int = MOST_LISTED) -> str:
        """Join items; without "and" in another language, where its form depends on the word before it.

        >>> Language("ko", {"labels.more": "{items} 외 {count}개"}).listed(["a", "b", "c"], most=2)
        'a, b 외 1개'
        """
        words = list(items)
        if not self.texts:
            return listed(words, most=most)
        first = ", ".join(words[:most])
        left = len(words) - most
        return self.text("labels.more", "{items}, {count}", items=first, count=f"{left:,}") if left > 0 else first


ENGLISH = Language()
"""The language of the code."""
