"""Questions about one formula: `O=55, I=227, K=11, S=4`, read, and the layer's own rule that they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError, did_you_mean
from archcalc.layers.registry import build, find
from archcalc.quantities import letters as textbook
from archcalc.quantities.letters import INPUT, OF_OPTIONS, OUTPUT
from archcalc.quantities.shape import grid
from archcalc.symbolic.evaluating import evaluator
from archcalc.symbolic.expr import Letter
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.layers.base import Geometry
    from archcalc.symbolic.expr import Int

OPTIONS = {OF_OPTIONS[name]: name for name in ("kernel", "stride", "padding", "dilation", "output_padding")}
"""The letters of a question, and the options of a layer that they stand for."""

USUAL = {letter: textbook.USUAL[name] for letter, name in OPTIONS.items() if name in textbook.USUAL}
"""What is meant where a question does not say."""

LEAST = {OUTPUT: 1, INPUT: 1, "K": 1, "S": 1, "P": 0, "D": 1, "OP": 0}
"""The least value of each letter."""

KINDS = ("conv", "maxpool", "avgpool", "conv_transpose")
"""The kinds that are asked about most; any other with a kernel will do as well."""

EXAMPLE = "for example 'O=55, I=227, K=11, S=4'; missing letters are the unknowns"
MEANT = "O output, I input, K kernel, S stride, P padding, D dilation, OP output padding"

_START = re.compile(rf"\s*(?:{'|'.join(LEAST)})\s*[=:](?![/\\])", re.IGNORECASE)
_PART = re.compile(r"\s*([^\W\d]+)\s*[=:]\s*([^\s,;=:]+)\s*(?:[,;]|\s|$)")
_LONGEST = 18
"""Numbers of more digits are no sizes."""


class FormulaQuestion(NamedTuple):
    """A question about a formula: what is given, and which letters are to be found."""

    given: Mapping[str, int]
    asked: tuple[str, ...] = ()


def is_formula(text: str) -> bool:
    """Whether a text is a question about a formula, and not about a network.

    >>> is_formula("O=55, I=227"), is_formula("i: 227"), is_formula("alexnet"), is_formula("pool5 = 6x6")
    (True, True, False, False)
    """
    return _START.match(text) is not None


def read_question(text: str) -> FormulaQuestion:
    """Read what is given, `O=55, I=227`; a letter with a question mark, `D=?`, is asked for.

    >>> read_question("o: 55, I = 227, D=?")
    FormulaQuestion(given={'O': 55, 'I': 227}, asked=('D',))

    Raises:
        UsageError: it is no such question.
    """
    found: dict[str, int | None] = {}
    position = 0
    while text[position:].strip():
        match = _PART.match(text, position)
        if match is None:
            raise UsageError(f"invalid equation '{text[position:].strip()}'", EXAMPLE)
        letter = _letter(match[1])
        if letter in found:
            raise UsageError(f"{letter} is given twice", EXAMPLE)
        found[letter] = _value(letter, match[2])
        position = match.end()
    given = {letter: value for letter, value in found.items() if value is not None}
    return FormulaQuestion(given, tuple(letter for letter, value in found.items() if value is None))


def _letter(written: str) -> str:
    if written.upper() not in LEAST:
        raise UsageError(f"unknown letter '{written}'", f"available: {MEANT}")
    return written.upper()


def _value(letter: str, written: str) -> int | None:
    """Return a value; None for a question mark."""
    if written == "?":
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= _LONGEST):
        raise UsageError(f"invalid value '{written}' for {letter}: expected an integer ≥ {LEAST[letter]}", EXAMPLE)
    if int(written) < LEAST[letter]:
        raise UsageError(f"invalid value {written} for {letter}: expected an integer ≥ {LEAST[letter]}", EXAMPLE)
    return int(written)


@dataclass(frozen=True)
class FormulaRule:
    """The rule of a layer kind along one axis, as the layer writes it when its options are letters.

    ``outputs`` is the number of positions, ``span`` the extent of the kernel, ``remainder`` what the division leaves
    over. Letters in ``plain`` have the value that is usual, and do not stand in the rule.
    """

    kind: str
    ceil: bool
    letters: tuple[str, ...]
    plain: Mapping[str, int]
    outputs: Int
    span: Int
    remainder: Int

    @cached_property
    def _evaluators(self) -> tuple[Callable[[Mapping[str, int]], int], ...]:
        return tuple(map(evaluator, (self.outputs, self.remainder, self.span)))

    def value(self, values: Mapping[str, int]) -> int:
        """Return what the formula gives, also where the layer would refuse it."""
        return self._evaluators[0](values)

    def left_over(self, values: Mapping[str, int]) -> int:
        """Return what the division leaves over."""
        return self._evaluators[1](values)

    def extent(self, values: Mapping[str, int]) -> int:
        """Return the extent of the kernel."""
        return self._evaluators[2](values)

    def accepts(self, values: Mapping[str, int]) -> bool:
        """Whether the layer works with these values."""
        options = {OPTIONS[letter]: values[letter] for letter in self.letters if letter in OPTIONS}
        try:
            build(find(self.kind), _complete(self.kind, options, ceil=self.ceil)).output(grid(1, (values[INPUT],)))
        except Refusal:
            return False
        return True


def rule_of(kind: str, question: FormulaQuestion, *, ceil: bool = False) -> FormulaRule:
    """Return the rule of a layer kind in the letters of a question.

    >>> rule_of("conv", read_question("O=55, I=227, K=11, S=4")).outputs
    floor((I - K + 2*P)/S) + 1

    Raises:
        UsageError: there is no such kind, it has no window, or the question names what it does not have.
    """
    taken = _letters_of(kind, ceil=ceil)
    named = {*question.given, *question.asked}
    for letter in named - {OUTPUT, INPUT}:
        if letter not in taken:
            raise UsageError(f"{kind} has no {OPTIONS[letter]} ({letter})", f"available: O, I, {', '.join(taken)}")
    plain = {letter: value for letter, value in USUAL.items() if letter in taken and letter not in named}
    options: dict[str, object] = {OPTIONS[letter]: plain.get(letter, Letter(letter)) for letter in taken}
    layer, x = build(find(kind), _complete(kind, options, ceil=ceil)), grid(1, (Letter(INPUT),))
    geometry: Geometry | None = layer.geometry(x)
    assert geometry is not None  # noqa: S101 - _letters_of has seen to it
    (window,), (outputs,) = geometry.windows, layer.output(x).lengths
    letters = (INPUT, *(letter for letter in taken if letter not in plain))
    return FormulaRule(
        kind=kind,
        ceil=ceil,
        letters=letters,
        plain=plain,
        outputs=outputs,
        span=window.span,
        remainder=window.remainder(Letter(INPUT)),
    )


def _letters_of(kind: str, *, ceil: bool) -> tuple[str, ...]:
    """Return the letters for the options that a kind has."""
    hint = f"use --kind {listed(KINDS, 'or')}"
    try:
        known = find(kind).declared.options
    except Refusal:
        raise UsageError(f"unknown layer kind '{kind}'", did_you_mean(kind, KINDS) or hint) from None
    if "kernel" not in known or "stride" not in known:
        raise UsageError(f"{kind} has no sliding window", hint)
    if ceil and "ceil" not in known:
        raise UsageError(f"{kind} has no ceil mode", "use --ceil with a pooling layer")
    return tuple(letter for letter, option in OPTIONS.items() if option in known)


def _complete(kind: str, options: Mapping[str, object], *, ceil: bool) -> dict[str, object]:
    """Return the options of a layer, with one filter where it needs to know how many."""
    needed = dict.fromkeys(find(kind).declared.required, 1)
    return {**needed, **options, **({"ceil": True} if ceil else {})}
