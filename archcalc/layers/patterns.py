"""Patterns of axes, as einops writes them: ``t (h=12 d) -> h t d``."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.symbolic.expr import product
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import require_divisible, violated
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.symbolic.expr import Int

ARROW = "->"
_TOKEN = re.compile(r"\s*([()]|[a-z][a-z0-9]*(?:=\d+)?(?:\[\d*:?\d*\])?|1(?![0-9a-z]))")
_AXIS = re.compile(r"([a-z][a-z0-9]*)(?:=(\d+))?(?:\[(\d*)(:?)(\d*)\])?")
HINT = 'for example "t (h=12 d) -> h t d"'


class Axis(NamedTuple):
    """One axis: its name, its size where it is given, and which part of it is taken: from ``first`` up to ``end``.

    ``one`` says that a single place is taken, and that the axis is gone.
    """

    name: str
    size: int | None = None
    first: int = 0
    end: int | None = None
    one: bool = False

    @property
    def cut(self) -> bool:
        """Whether only a part is taken."""
        return bool(self.first or self.end is not None or self.one)

    def taken(self, size: Int) -> Int:
        """Return how much of the axis is taken."""
        if self.end is not None and violated(self.end, ">", size):
            raise Refusal(f"{self.name} has size {size}, but [{self.first}:{self.end}] of it is taken")
        end = size if self.end is None else self.end
        return end - self.first if self.first else end


Group = tuple[Axis, ...]
"""Axes that lie in one another; none is an axis of size 1."""


class Pattern(NamedTuple):
    """The axes before and after."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]

    @staticmethod
    @lru_cache(maxsize=4096)
    def read(text: str) -> Pattern:
        """Read a pattern.

        >>> [[axis.name for axis in group] for group in Pattern.read("c (h p=2) -> (c p) h").right]
        [['c', 'p'], ['h']]

        Raises:
            Refusal: it is malformed, or an axis is on one side alone.
        """
        sides = text.split(ARROW)
        if len(sides) != 2:  # noqa: PLR2004 - before and after
            raise Refusal(f"invalid pattern '{text}': expected '{ARROW}' once", HINT)
        found = Pattern(left=tuple(_groups(sides[0], text)), right=tuple(_groups(sides[1], text)))
        found._check(text)
        return found

    def _check(self, text: str) -> None:
        left = [axis for group in self.left for axis in group]
        right = [axis.name for group in self.right for axis in group]
        for names in ([axis.name for axis in left], right):
            double = next((name for name, times in Counter(names).items() if times > 1), None)
            if double:
                raise Refusal(f"invalid pattern '{text}': {double} occurs twice on one side", HINT)
        lost = {axis.name for axis in left if not axis.one} - set(right)
        if lost:
            raise Refusal(
                f"invalid pattern '{text}': {min(lost)} is missing after '{ARROW}'", f"take one: {min(lost)}[0]"
            )
        known = {axis.name for axis in left if not axis.one}
        new = [axis for group in self.right for axis in group if axis.name not in known and axis.size is None]
        if new:
            raise Refusal(f"invalid pattern '{text}': {new[0].name} has no size", f"give its size: {new[0].name}=4")

    def after(self, sizes: Sequence[Int]) -> tuple[Int, ...]:
        """Return the sizes after the rearrangement.

        >>> Pattern.read("t (k=3[0] h=12 d) -> h t d").after((197, 2304))
        (12, 197, 64)

        Raises:
            Refusal: the axes are not as many, or an axis does not divide.
        """
        if len(sizes) != len(self.left):
            raise Refusal(
                f"the pattern has {plural(len(self.left), 'axis', 'axes')} before '{ARROW}', the input {len(sizes)}"
            )
        own: dict[str, Int] = {}
        for group, size in zip(self.left, sizes, strict=True):
            own |= {axis.name: axis.taken(whole) for axis, whole in _divided(group, size)}
        return tuple(product(own.get(axis.name, axis.size or 1) for axis in group) for group in self.right)

    def places(self, layout: str, *, after: bool = False) -> tuple[str, ...] | None:
        """Return the names of the axes along which the places of a map lie, in order; None if they are cut or mixed."""
        groups = self.right if after else self.left
        along = groups[:1] if layout == "TF" else groups[1:] if layout[0] == "C" else None
        if along is None:
            return None
        names = tuple(axis.name for group in along for axis in group)
        return None if any(axis.cut for group in along for axis in group) else names

    def leaves_out(self, layout: str) -> bool:
        """Whether only a part of the places is taken: those of tokens, or of a map without its channels."""
        along = self.left[:1] if layout == "TF" else self.left[1:]
        return any(axis.cut for group in along for axis in group)


def _groups(side: str, text: str) -> Iterator[Group]:
    """Yield the axes of one side, each as the axes that lie in one another."""
    inner: list[Axis] | None = None
    place, side = 0, side.rstrip()
    while place < len(side):
        found = _TOKEN.match(side, place)
        if found is None:
            raise Refusal(f"invalid pattern '{text}': cannot read '{side[place:].strip()}'", HINT)
        place, sign = found.end(), found[1]
        if sign == "(" and inner is None:
            inner = []
        elif sign == ")" and inner is not None:
            yield tuple(inner)
            inner = None
        elif sign in "()":
            raise Refusal(f"invalid pattern '{text}': parentheses do not match", HINT)
        elif inner is not None:
            inner += _axis(sign)
        else:
            yield tuple(_axis(sign))
    if inner is not None:
        raise Refusal(f"invalid pattern '{text}': parentheses do not match", HINT)


def _axis(written: str) -> list[Axis]:
    """Return the axis that is written; none for ``1``."""
    if written == "1":
        return []
    found = _AXIS.fullmatch(written)
    assert found is not None  # noqa: S101 - it was found by a pattern
    name, size, first, colon, end = found.groups()
    start = int(first or 0)
    one = first is not None and not colon
    stop = start + 1 if one else int(end) if end else None
    return [Axis(name=name, size=int(size) if size else None, first=start, end=stop, one=one)]


def _divided(group: Group, size: Int) -> Iterator[tuple[Axis, Int]]:
    """Yield the axes that lie in one another, with their sizes: one of them may be what the others leave."""
    given = product(axis.size for axis in group if axis.size is not None)
    names = " ".join(axis.name for axis in group)
    open_ = [axis for axis in group if axis.size is None]
    if len(open_) > 1:
        raise Refusal(f"the sizes of ({names}) are open", f"give all but one: {open_[0].name}=4")
    if not open_ and decide(size, "!=", given) is not False and violated(size, "!=", given):
        raise Refusal(f"({names}) has size {given}, but the axis has size {size}")
    if given != 1:
        require_divisible(size, given, f"({names}): {given} does not divide {size}")
    for axis in group:
        yield axis, axis.size if axis.size is not None else size if given == 1 else size // given
