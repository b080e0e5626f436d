"""Names in code: whatever a spec calls a layer, here it becomes an identifier, a word or a comment, and no more."""

from __future__ import annotations

import builtins
import re
from keyword import iskeyword, issoftkeyword
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST = 60
"""A longer name is cut: names of layers may come from a file."""


def identifier(text: str, taken: Collection[str] = (), instead: str = "layer") -> str:
    """Return a name as an identifier that no other has; a number gets a word before it.

    >>> identifier("conv-1"), identifier("1"), identifier("class"), identifier('"]; import os; #')
    ('conv_1', 'layer_1', 'class_', 'import_os')
    >>> identifier("conv", {"conv", "conv_2"})
    'conv_3'
    """
    plain = re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_")[:_LONGEST]
    name = plain if plain and not plain[0].isdigit() else f"{instead}_{plain}".rstrip("_")
    name = f"{name}_" if iskeyword(name) or issoftkeyword(name) else name
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name.rstrip('_')}_{number}"
    return found


def class_name(text: str, taken: Collection[str] = ()) -> str:
    """Return a name as that of a class, each word with a capital.

    >>> class_name("basic_block"), class_name("resnet50"), class_name("exception", {"Exception2"})
    ('BasicBlock', 'Resnet50', 'Exception3')
    """
    words = [word for word in re.split(r"[^0-9A-Za-z]+", text) if word]
    plain = "".join(word[:1].upper() + word[1:] for word in words)[:_LONGEST]
    name = plain if plain and not plain[0].isdigit() else f"Net{plain}"
    number, found = 1, name
    while found in taken or hasattr(builtins, found) or iskeyword(found):
        number += 1
        found = f"{name}{number}"
    return found


def words(text: str) -> str:
    r"""Return a text as it may be written in a comment or a docstring: on one line, without quotes and backslashes.

    >>> words('a "b"\n\\"c')
    'a  b    c'
    """
    return "".join(sign if sign.isprintable() and sign not in '"\\' else " " for sign in text)


def literal(value: object) -> str:
    """Return a value as Python writes it; nothing else ever becomes part of a program.

    >>> literal((3, 3)), literal("same"), literal(True), literal(0.5)
    ('(3, 3)', '"same"', 'True', '0.5')

    Raises:
        TypeError: it is not a number, a text, or a list of them.
    """
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return repr(value) if '"' in value or "\\" in repr(value) else f'"{value}"'.replace("\n", " ")
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    raise TypeError(type(value).__name__)
