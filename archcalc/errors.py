"""The errors of archcalc: each contains the place, what is wrong, and how to fix it.

The tree::

    ArchcalcError          any error that a user can cause; contains one or more mistakes
    ├── UsageError         an invalid call or command line
    ├── SpecError          mistakes in a spec, each with its place in the file
    │   └── NotASpec       a text that is not a spec at all
    └── Refusal            a rule that is violated: raised without a place; the caller that
        │                  knows the place adds it and raises a SpecError
        ├── ExpressionError    an invalid expression, or one without a value
        └── Undecided          a question whose answer depends on a variable
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

HOME = "https://github.com/archcalc/archcalc"
"""Where archcalc is kept: what reports of mistakes and findings refer to."""

_EXCERPT = 100


class Source:
    """A text somebody wrote, and the name it goes by in messages.

    The text of a shipped spec is read only when a message shows a line of it: ``text`` may be a function.
    """

    __slots__ = ("_text", "name")

    def __init__(self, name: str, text: str | Callable[[], str]) -> None:
        self.name = name
        self._text = text

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text if isinstance(self._text, str) else self._text()

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    def line(self, number: int) -> str:
        r"""Return line ``number``, counted from 1; empty where there is no such line.

        >>> Source("net.yaml", "input: 3x32x32\nlayers: []").line(2)
        'layers: []'
        """
        lines = self.text.split("\n", number)
        return lines[number - 1].rstrip("\r") if number <= len(lines) else ""


class Place(NamedTuple):
    """Some characters of a source: line and column count from 1."""

    source: Source
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def within(self, start: int, width: int) -> Place:
        """Return the place ``start`` characters further on, ``width`` characters wide."""
        return self._replace(column=self.column + start, width=max(1, width))

    def excerpt(self) -> str:
        """Draw the source line with carets below the place; a long line is cut around it."""
        line, start = self.source.line(self.line), self.column - 1
        offset = max(0, start - _EXCERPT // 2) if len(line) > _EXCERPT else 0
        shown = printable(line[offset : offset + _EXCERPT])
        carets = "^" * max(1, min(self.width, len(shown) - (start - offset)))
        gutter = f"{self.line:>5} | "
        return f"{gutter}{shown}\n{' ' * 5} | {' ' * (start - offset)}{carets}"


class Problem(NamedTuple):
    """One mistake: what is wrong, how to fix it, where it is, and in which layer."""

    message: str
    hint: str = ""
    place: Place | None = None
    path: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        layer = f"{self.path}: " if self.path else ""
        lines = [printable(shortened(f"{where}{layer}{self.message}"))]
        lines += [self.place.excerpt()] if self.place else []
        lines += [f"  {printable(shortened(line))}" for line in self.hint.splitlines()]
        return "\n".join(lines)


MOST_SHOWN = 20
"""A message shows at most this many mistakes, and how many more there are."""

MOST_MISTAKES = 100
"""The search for the mistakes of one stage ends at this number; a file can have more."""

LONGEST_LINE = 2_000
"""A longer line of a message is cut: names and lists in it may come from a file."""


def shortened(line: str) -> str:
    """Return a line, cut where it is too long to be read."""
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


class ArchcalcError(Exception):
    """Any error that a user can cause. ``mistakes`` contains all that were found.

    >>> print(ArchcalcError(Problem("unknown network 'alexnt'", "did you mean alexnet?")))
    unknown network 'alexnt'
      did you mean alexnet?
    """

    def __init__(self, *mistakes: Problem) -> None:
        super().__init__(*mistakes)
        self.mistakes = mistakes

    def __str__(self) -> str:
        shown = [str(mistake) for mistake in self.mistakes[:MOST_SHOWN]]
        more = len(self.mistakes) - len(shown)
        least = "at least " if len(self.mistakes) >= MOST_MISTAKES else ""
        return "\n".join([*shown, *([f"and {least}{more:,} more mistakes"] if more > 0 else [])])


class UsageError(ArchcalcError):
    """An invalid call or command line."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(Problem(message, hint))


class SpecError(ArchcalcError):
    """Mistakes in a spec, each with its place in the file."""

    def in_layer(self, path: str) -> SpecError:
        """Return the same mistakes, those without a layer given this one."""
        return SpecError(*(m._replace(path=m.path or path) for m in self.mistakes))

    def with_hint(self, hint: str) -> SpecError:
        """Return the same mistakes, those without a hint with this one."""
        return SpecError(*(m._replace(hint=m.hint or hint) for m in self.mistakes))


class NotASpec(SpecError):
    """A text that is not a spec at all."""


class Refusal(ArchcalcError):
    """A rule that is violated, before its place is known.

    ``span`` is the part of the text at fault, as (start, width) in characters, where known.
    """

    def __init__(self, message: str, hint: str = "", span: tuple[int, int] | None = None) -> None:
        super().__init__(Problem(message, hint))
        self.span = span

    def at(self, place: Place | None, path: str = "") -> SpecError:
        """Return the same mistake with its place and its layer, ready to be raised."""
        if place is not None and self.span is not None:
            place = place.within(*self.span)
        return SpecError(*(mistake._replace(place=place, path=path) for mistake in self.mistakes))


class ExpressionError(Refusal):
    """An invalid expression, or one without a value."""


class Mismatch(Refusal):
    """Tensors that a merge cannot combine."""

    def with_hint(self, line: str) -> Refusal:
        """Return the same mistake with one more line in its hint, before the others."""
        (mistake,) = self.mistakes
        return Refusal(mistake.message, "\n".join(filter(None, (line, mistake.hint))))


class TooSmall(Refusal):
    """An input that is smaller than a window."""


class Undecided(Refusal):
    """A question whose answer depends on a variable."""


class NotKnown(Undecided):
    """A question whose answer is not known, whatever the variables are."""


def printable(text: str) -> str:
    r"""Return a text as a terminal may show it: every text that is not ours passes here on its way to one.

    What a terminal would act upon, and what has no sign, becomes one visible sign; a tab and any space become a space.

    >>> printable("a\x1b[31mb\tc\u3000卷积\u202e\udcff")
    'a?[31mb c 卷积??'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" or (c.isspace() and c > "\x85") else "?" for c in text)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return the question for the candidates nearest to a word, or nothing.

    >>> did_you_mean("kernal", ["kernel", "stride"])
    'did you mean kernel?'
    >>> did_you_mean("zebra", ["kernel", "stride"])
    ''
    """
    *others, last = nearest(word, candidates) or [""]
    return f"did you mean {' or '.join(filter(None, (', '.join(others), last)))}?" if last else ""


def spaced(written: str) -> str:
    """Return the way out of a key and a value without the space between them.

    >>> spaced("stride:2")
    'add a space after the colon: stride: 2'
    """
    key, _, value = written.partition(":")
    return f"add a space after the colon: {key}: {value.strip()}"


def known_keys(written: str, known: Collection[str]) -> str:
    """Return the way out of an unknown key: a space after its colon, the nearest key, or all there are.

    >>> known_keys("input:3x8x8", ["input"]), known_keys("inptu", ["input"]), known_keys("zebra", ["input"])
    ('add a space after the colon: input: 3x8x8', 'did you mean input?', 'available: input')
    """
    if written.partition(":")[0] in known:
        return spaced(written)
    return did_you_mean(written, known) or f"available: {', '.join(known)}"


LONGEST_WORD, MOST_CANDIDATES = 60, 500
"""A longer word is not a typing error, and among more candidates of its length the nearest would be chance."""


def nearest(word: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """Return the candidates a few slips of the finger away from a word, nearest first.

    >>> nearest("resnet5", ["resnet50", "resnet152", "alexnet"])
    ['resnet50', 'resnet152']
    """
    allowed = max(1, len(word) // 3)
    if len(word) > LONGEST_WORD:
        return []
    near = {name for name in candidates if abs(len(name) - len(word)) <= allowed}
    if len(near) > MOST_CANDIDATES:
        return []
    ranked = sorted((slips(word.lower(), name.lower()), name) for name in near)
    return [name for distance, name in ranked if distance <= allowed][:most]


def slips(left: str, right: str) -> int:
    """Count the letters to insert, drop, exchange or swap that turn one word into the other.

    >>> slips("kernal", "kernel"), slips("cnov", "conv")
    (1, 1)
    """
    before, row = [], list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
