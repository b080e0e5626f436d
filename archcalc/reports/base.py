"""What formats share: which there are, and how a cell is spelled for people."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

from archcalc.rooms import members
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.printing import latex, unicode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.symbolic.expr import Int
    from archcalc.views.page import Line, WorkedRule, WorkedRules

FIRM, HINT = "\xa0", "\u200b"
"""A space that stays within its line, and a place without a space where a line may end."""


SHARED_FILES = ("banks", "base", "lines", "markup", "texts")
"""The files of this room that are no formats."""


OF_ONE_COMMAND = ("canvas", "gift", "github", "gradescope", "moodle", "sarif")
"""The formats that one command alone writes."""


def formats() -> tuple[str, ...]:
    """List the names of all formats without loading any.

    >>> "markdown" in formats()
    True
    """
    return tuple(name for name in members("reports") if name not in SHARED_FILES)


def general() -> tuple[str, ...]:
    """List the names of the formats that any command writes.

    >>> "gradescope" in general(), "csv" in general()
    (False, True)
    """
    return tuple(name for name in formats() if name not in OF_ONE_COMMAND)


def sides(derivation: WorkedRule, spell: Callable[[Int], str]) -> Iterator[str]:
    """Yield the lines of a derivation behind its symbol; without a name it is one line: rule, numbers, result.

    >>> from archcalc.views.page import WorkedRule
    >>> list(sides(WorkedRule("O", 7, (7,), "size"), str))
    ['7', '7']
    """
    rule, *numbers = (spell(derivation.rule), *map(spell, derivation.steps[:1]))
    steps = [spell(step) for step in derivation.steps[1:]]
    if not derivation.name:
        yield " = ".join(dict.fromkeys([rule, *numbers, *steps[-1:]]))
        return
    yield rule
    yield from numbers
    if steps:
        yield " = ".join(steps)


def aligned(block: WorkedRules) -> str:
    r"""Return derivations for LaTeX's aligned environments.

    >>> from archcalc.symbolic.expr import Letter
    >>> from archcalc.views.page import WorkedRule, WorkedRules
    >>> print(aligned(WorkedRules((WorkedRule("W", Letter("K", 3)*Letter("K", 3), (9,), "weights"),))))
    W &= K K \\
    &= 9
    """
    lines = []
    for derivation in block.derivations:
        starts = [latex(Letter(derivation.symbol)), "", ""]
        found = zip(starts, sides(derivation, _in_latex), strict=False)
        lines += [f"{start} &= {line}".strip() for start, line in found]
    return " \\\\\n".join(lines)


def spelled_out(block: WorkedRules) -> Iterator[tuple[str, str]]:
    """Yield the lines of derivations in plain signs: what they begin with, and the rest; a name begins with nothing.

    >>> from archcalc.views.page import WorkedRule, WorkedRules
    >>> list(spelled_out(WorkedRules((WorkedRule("B", 34848, (34848,), "biases"),))))
    [('', 'biases'), ('  B = ', '34,848'), ('    = ', '34,848')]
    """
    for number, derivation in enumerate(block.derivations):
        if derivation.name:
            yield from [("", "")] * bool(number)
            yield "", derivation.name
        start = f"  {unicode(Letter(derivation.symbol))} = "
        for line in sides(derivation, lambda x: f"{x:,}" if isinstance(x, int) else unicode(x)):
            yield start, line
            start = f"{' ' * (len(start) - 2)}= "


def _in_latex(x: Int) -> str:
    return f"{x:,}".replace(",", "{,}") if isinstance(x, int) else latex(x)


@lru_cache(4096)
def breadth(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> breadth("96×55"), breadth("卷积")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(4096)
def _columns(sign: str) -> int:
    return 2 if east_asian_width(sign) in "WF" else 0 if combining(sign) or sign == HINT else 1


def clipped(text: str, width: int, *, middle: bool = False) -> str:
    """Cut a text to a width, at its end or in its middle, and show that something is missing.

    >>> clipped("conv5_x/36/main", 9, middle=True), clipped("relu dropout", 7)
    ('conv…main', 'relu d…')
    """
    if breadth(text) <= width:
        return text
    ahead, behind = text, ""
    if middle:
        ahead, behind = text[: len(text) // 2], text[len(text) // 2 :]
    while breadth(ahead) + breadth(behind) >= width and (ahead or behind):
        if breadth(behind) > breadth(ahead) or not ahead:
            behind = behind[1:]
        else:
            ahead = ahead[:-1]
    return f"{ahead.rstrip()}…{behind}" if width > 0 else ""


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most a width, between words; a longer word is broken.

    >>> wrapped("holds for H of at least 67", 12)
    ['holds for H', 'of at least', '67']
    """
    lines: list[str] = []
    for word in text.split(" "):
        joint = " "
        for piece in [word] if breadth(word) <= width else word.split(HINT):
            if lines and breadth(lines[-1]) + len(joint) + breadth(piece) <= width:
                lines[-1] += joint + piece
            else:
                lines += _broken(piece, max(2, width))
            joint = ""
    return [line.replace(FIRM, " ").replace(HINT, "").rstrip() for line in lines if line.strip()]


def breakable(formula: str) -> str:
    """Mark where a formula may run into the next line: between its summands and factors, not inside of brackets.

    >>> breakable("2·⌊(H − 3)/2⌋ + 1").replace(HINT, "'").replace(FIRM, "_")
    "2·'⌊(H_−_3)/2⌋ + 1"
    """
    depth, signs = 0, []
    for sign in formula:
        depth += (sign in "⌊⌈(") - (sign in "⌋⌉)")
        signs.append(f"·{HINT}" if sign == "·" and depth == 0 else FIRM if sign == " " and depth else sign)
    return "".join(signs)


def _broken(word: str, width: int) -> list[str]:
    pieces = [""]
    for sign in word:
        if breadth(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def guides(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what stands before each line of a tree, and before what it continues with below.

    >>> from archcalc.views.page import Line
    >>> [first for first, _ in guides([Line((), 0), Line((), 1), Line((), 2), Line((), 1)])]
    ['', '├ ', '│ └ ', '└ ']
    """
    found: list[tuple[str, str]] = []
    follows: set[int] = set()
    for line in reversed(lines):
        above = "".join("│ " if level in follows else "  " for level in range(1, line.level))
        more = line.level in follows
        own = ("├ ", "│ ") if more else ("└ ", "  ")
        found.append((above + own[0], above + own[1]) if line.level else ("", ""))
        follows = {level for level in follows if level < line.level} | {line.level}
    return found[::-1]
