"""One module as PyTorch prints it: ``Conv2d(3, 64, kernel_size=(7, 7), bias=False)``, its class and its arguments."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.importers.learned import exact
from archcalc.importers.rules import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CLASS = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{0,20})?(?:e[+-]?\d{1,2})?")
_NAMED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
WORDS: dict[str, Any] = {"True": True, "False": False, "None": None}
LONGEST = 2_000
"""The characters of arguments that are read: no module of torch.nn prints as many."""


class Arguments(NamedTuple):
    """The arguments of a module as they are printed: by place, and by name."""

    placed: tuple[Any, ...] = ()
    named: Mapping[str, Any] = MappingProxyType({})

    def whole(self, name: str, place: int | None = None, default: int | None = None) -> int:
        """Return a whole number above 0.

        Raises:
            ValueError: there is none.
        """
        value = self.get(name, place, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(name)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a Boolean.

        Raises:
            ValueError: it is none.
        """
        value = self.get(name, None, default)
        if not isinstance(value, bool):
            raise ValueError(name)  # noqa: TRY004 - as for numbers
        return value

    def sizes(self, name: str, default: Any = None, *, place: int | None = None) -> Any:  # noqa: ANN401 - see rules.same
        """Return a number, or one for each axis; where all axes have the same, one number.

        Raises:
            ValueError: it is neither.
        """
        value = self.get(name, place, default)
        items = value if isinstance(value, tuple) else (value,)
        if not items or not all(isinstance(item, int) and not isinstance(item, bool) and item >= 0 for item in items):
            raise ValueError(name)
        return same(value)

    def decimal(self, name: str, default: float) -> Any:  # noqa: ANN401 - a number of archcalc's own
        """Return a number as it is printed.

        Raises:
            ValueError: it is none.
        """
        value = self.get(name, 0, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(name)  # noqa: TRY004 - as for whole numbers
        return exact(value) if isinstance(value, float) else value

    def get(self, name: str, place: int | None = None, default: Any = None) -> Any:  # noqa: ANN401
        """Return an argument by its name or its place."""
        if name in self.named:
            return self.named[name]
        return self.placed[place] if place is not None and place < len(self.placed) else default


@lru_cache(maxsize=1024)
def arguments(text: str) -> Arguments:
    """Return the arguments in parentheses; copies of a module have the same.

    >>> arguments("3, 64, kernel_size=(7, 7), bias=False")
    Arguments(placed=(3, 64), named={'kernel_size': (7, 7), 'bias': False})
    """
    placed, named = [], {}
    for part in parts(text[:LONGEST]):
        found = _NAMED.fullmatch(part)
        if found:
            named[found[1]] = _value(found[2])
        else:
            placed.append(_value(part))
    return Arguments(tuple(placed), named)


def parts(text: str) -> Iterator[str]:
    """Yield what commas outside of brackets separate.

    >>> list(parts("3, kernel_size=(7, 7), x"))
    ['3', 'kernel_size=(7, 7)', 'x']
    """
    level = begin = 0
    for place, sign in enumerate(text):
        level += (sign in "([{") - (sign in ")]}")
        if sign == "," and level <= 0:
            yield text[begin:place].strip()
            begin = place + 1
    last = text[begin:].strip()
    if last:
        yield last


def _value(text: str, level: int = 0) -> Any:  # noqa: ANN401 - whatever is printed
    """Return a value: a number, a word, or a list of them; anything else is text."""
    text = text.strip()
    if text in WORDS:
        return WORDS[text]
    if _NUMBER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if text[:1] in ("(", "[") and text[-1:] in (")", "]") and level < 2:  # noqa: PLR2004 - pairs per axis
        return tuple(_value(part, level + 1) for part in parts(text[1:-1]))
    return text
