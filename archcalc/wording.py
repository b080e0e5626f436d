"""Words that depend on a number: plurals and lists, for every text that a user reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

MOST_LISTED = 8
"""A longer list is cut after this many items."""


def plural(count: int, noun: str, irregular: str = "") -> str:
    """Return a count with its noun; from 1,000 on with commas.

    Nouns that end in a hissing sound or in a consonant and "y" follow the rules; ``irregular`` is any other plural.

    >>> plural(1, "pixel"), plural(3, "pixel"), plural(0, "row"), plural(1200, "image")
    ('1 pixel', '3 pixels', '0 rows', '1,200 images')
    >>> plural(2, "branch"), plural(2, "query"), plural(2, "bias"), plural(2, "axis", "axes")
    ('2 branches', '2 queries', '2 biases', '2 axes')
    """
    return f"{count:,} {noun if count == 1 else irregular or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def listed(items: Iterable[str], joint: str = "and", most: int = MOST_LISTED) -> str:
    """Join items as a sentence does; of more than ``most`` the first ones, and how many more there are.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    >>> listed(map(str, range(20)))
    '0, 1, 2, 3, 4, 5, 6, 7 and 12 more'
    """
    words = list(items)
    if len(words) > most:
        words, joint = [*words[:most], f"{len(words) - most:,} more"], "and"
    return f" {joint} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


class Sentence(str):
    """An English sentence that knows its key and the values in it, so that it has a place in other languages.

    >>> said = Sentence("remarks.columns", "unknown columns, not graded: {columns}", columns="time")
    >>> said, said.key, said.values
    ('unknown columns, not graded: time', 'remarks.columns', {'columns': 'time'})
    """

    __slots__ = ("key", "values")
    key: str
    values: dict[str, str]

    def __new__(cls, key: str, english: str, **values: str) -> Self:
        """Put the values into the English sentence."""
        said = super().__new__(cls, english.format(**values) if values else english)
        said.key, said.values = key, values
        return said

    def __reduce__(self) -> tuple[Callable[..., Sentence], tuple[str, str, dict[str, str]]]:
        """Say how another process makes the sentence anew."""
        return _again, (str(self), self.key, self.values)


def _again(said: str, key: str, values: dict[str, str]) -> Sentence:
    made = Sentence(key, said)
    made.values = values
    return made
