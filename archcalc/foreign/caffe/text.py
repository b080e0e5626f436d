"""Messages in the text format of protocol buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Fields = dict[str, object]
"""A message: texts, numbers, words in a list of one, messages, and lists of these for repeated fields."""


class Word(str):
    """A word that is not quoted: the name of a value of an enumeration."""

    __slots__ = ()


def lines(fields: Fields, indent: str = "") -> Iterator[str]:
    """Yield the lines of a message.

    >>> list(lines({"name": "a", "pool": Word("MAX"), "shape": {"dim": [1, 3]}}))
    ['name: "a"', 'pool: MAX', 'shape {', '  dim: 1', '  dim: 3', '}']
    """
    for name, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield f"{indent}{name} {{"
                yield from lines(item, f"{indent}  ")
                yield f"{indent}}}"
            else:
                yield f"{indent}{name}: {_plain(item)}"


def _plain(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Word():
            return str(value)
        case str():
            return f'"{"".join(map(_sign, value))}"'
    return str(value)


def _sign(sign: str) -> str:
    r"""Return a sign of a quoted text; what could end it, or is not shown, by its number."""
    if sign.isprintable() and sign not in '"\\':
        return sign
    return "".join(f"\\{byte:03o}" for byte in sign.encode("utf-8", "replace"))
