"""Expressions as lines of code: on one line where they fit, else one argument on each."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 88
"""The line length that ruff and black have by default."""

INDENT = "    "


class Made(NamedTuple):
    """A call: its name, its arguments, each with its keyword or without one, and what is called on the result."""

    name: str
    arguments: tuple[tuple[str, Expression], ...]
    after: str = ""


class Loop(NamedTuple):
    """Several values made alike, as arguments of a call."""

    each: Expression
    copies: str


Expression = str | Made | Loop


def flat(expression: Expression) -> str:
    """Return an expression on one line.

    >>> flat(Made("nn.Sequential", (("", Loop("Block(64)", "3")),)))
    'nn.Sequential(*[Block(64) for _ in range(3)])'
    """
    match expression:
        case str():
            return expression
        case Loop(each, copies):
            return f"*[{flat(each)} for _ in range({copies})]"
    inside = ", ".join(keyed(keyword, flat(value)) for keyword, value in expression.arguments)
    return f"{expression.name}({inside}){expression.after}"


def keyed(keyword: str, value: str) -> str:
    """Return an argument with its keyword, if it has one."""
    return f"{keyword}={value}" if keyword else value


def laid_out(expression: Expression, before: str, indent: str, after: str = "") -> Iterator[str]:
    """Yield the lines of an expression, between what stands before it and after it on its lines."""
    whole = f"{indent}{before}{flat(expression)}{after}"
    if len(whole) <= WIDTH or isinstance(expression, str):
        yield whole
    elif isinstance(expression, Loop):
        yield f"{indent}{before}*["
        yield from laid_out(expression.each, "", indent + INDENT)
        yield f"{indent}{INDENT}for _ in range({expression.copies})"
        yield f"{indent}]{after}"
    else:
        yield f"{indent}{before}{expression.name}("
        for keyword, value in expression.arguments:
            yield from laid_out(value, keyed(keyword, ""), indent + INDENT, ",")
        yield f"{indent}){expression.after}{after}"


def statement(target: str, value: str, indent: str) -> Iterator[str]:
    """Yield the lines of an assignment, or of a return; a long one is broken at its spaces, within parentheses."""
    start = f"{indent}{target} "
    if len(start) + len(value) <= WIDTH or " " not in value:
        yield start + value
        return
    yield f"{start}("
    inner = indent + INDENT
    yield from (
        inner + line for line in wrap(value, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    )
    yield f"{indent})"


def function(start: str, parameters: Sequence[str], indent: str) -> Iterator[str]:
    """Yield the head of a function."""
    whole = f"{indent}{start}({', '.join(parameters)}):"
    if len(whole) <= WIDTH:
        yield whole
        return
    yield f"{indent}{start}("
    yield from (f"{indent}{INDENT}{parameter}," for parameter in parameters)
    yield f"{indent}):"


def uses(text: str, name: str) -> bool:
    """Whether a program uses a name.

    >>> uses("x = nn.ReLU()", "nn"), uses("annual", "nn")
    (True, False)
    """
    return re.search(rf"(?<![\w.]){re.escape(name)}\b", text) is not None
