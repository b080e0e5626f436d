"""Expressions on paper: plain text, Unicode and LaTeX, the rule itself or the line with its numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from archcalc.symbolic.carried import valued
from archcalc.symbolic.expr import Letter, Operation, letters, rendered
from archcalc.symbolic.notation import (
    ATOM,
    POWER,
    PRODUCT,
    REMAINDER,
    SUM,
    TEXT,
    Notation,
    enclosed,
    fraction,
    infix,
    negated,
    plus,
)
from archcalc.symbolic.steps import tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.notation import Piece

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPTS = str.maketrans("0123456789", _RAISED)
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "_#$%&{}"})


def text(x: Int, *, values: bool = False) -> str:
    """Write an expression in the grammar of specs; with ``values``, with the numbers its letters carry.

    >>> from archcalc.symbolic.expr import Letter
    >>> rule = (Letter("I", 227) - Letter("K", 11))//Letter("S", 4) + 1
    >>> text(rule), text(rule, values=True)
    ('floor((I - K)/S) + 1', 'floor((227 - 11)/4) + 1')
    """
    return rendered(valued(x) if values else x, TEXT)


def unicode(x: Int, *, values: bool = False) -> str:
    """Write an expression for people: ``⌊(H − 35)/32⌋``.

    >>> from archcalc.symbolic.expr import Letter
    >>> unicode(2049*Letter("N") + 23508032)
    '2049·N + 23508032'
    """
    return rendered(valued(x) if values else x, UNICODE)


def is_sum(x: object) -> bool:
    """Whether an expression needs brackets next to others: it is no letter, and has no brackets of its own."""
    return isinstance(x, Operation) and x.operator.name not in ("//", "ceildiv", "min", "max")


def of_ratio(numerator: Int, denominator: Int) -> str:
    """Write a fraction that is no whole number, sums in it in brackets.

    >>> from archcalc.symbolic.expr import Letter
    >>> of_ratio(1, 2), of_ratio(Letter("H") - 2, 2)
    ('1/2', '(H − 2)/2')
    """
    return "/".join(f"({unicode(part)})" if is_sum(part) else unicode(part) for part in (numerator, denominator))


def side_by_side(sizes: Iterable[object], spell: Callable[[Any], str] = unicode) -> str:
    """Write sizes next to each other, sums among several of them in brackets.

    >>> from archcalc.symbolic.expr import Letter
    >>> side_by_side([3, Letter("H") - 2, Letter("W")//2]), side_by_side([Letter("H") - 2])
    ('3×(H − 2)×⌊W/2⌋', 'H − 2')
    """
    found = [(spell(size), is_sum(size)) for size in sizes]
    return "×".join(f"({spelled})" if bare and len(found) > 1 else spelled for spelled, bare in found)


def amount(x: Int) -> str:
    """Write a number or an expression in a sentence: numbers from 1,000 on with commas.

    >>> from archcalc.symbolic.expr import Letter
    >>> amount(25088), amount(9*Letter("C"))
    ('25,088', '9·C')
    """
    return f"{x:,}" if isinstance(x, int) else unicode(x)


def with_numbers(formula: Callable[..., Int], *numbers: Int, zeros: bool = True) -> str:
    """Write the line that a formula is computed on: the formula itself, with these numbers in its letters' places.

    Without ``zeros``, those that are added are left out.

    >>> with_numbers(lambda i, k, p, s: (i - k + p)//s + 1, 227, 11, 0, 4)
    '⌊(227 − 11 + 0)/4⌋ + 1'
    """
    given = [Letter(f"_{place}", x) if isinstance(x, int) and (x or zeros) else x for place, x in enumerate(numbers)]
    rule = formula(*given)
    return unicode(rule if zeros else tidied(rule), values=True)


def writer(x: Int) -> Callable[[Mapping[str, object]], str]:
    """Return a function that writes an expression with natural numbers in its letters' places.

    The expression is written once, so that thousands of lines take no longer than putting numbers in. Letters that
    are given none stay; there may be none in an exponent.

    >>> line = writer((Letter("I") - Letter("K"))//Letter("S") + 1)
    >>> line({"I": 227, "K": 11, "S": 4}), line({"S": 2})
    ('⌊(227 − 11)/4⌋ + 1', '⌊(I − K)/2⌋ + 1')
    """
    names = "|".join(map(re.escape, letters(x)))
    pieces = re.split(rf"(?<!\w)({names})(?![^\W{_RAISED}])", unicode(x))
    return lambda numbers: "".join([str(numbers.get(piece, piece)) for piece in pieces])


def latex(x: Int, *, values: bool = False) -> str:
    r"""Write an expression for LaTeX's math mode.

    >>> from archcalc.symbolic.expr import Letter
    >>> print(latex((Letter("H") - 35)//32))
    \left\lfloor \frac{H - 35}{32} \right\rfloor
    """
    return rendered(valued(x) if values else x, LATEX)


def _superscript(notation: Notation, operands: Sequence[Piece]) -> str:
    base, exponent = operands
    if exponent.text.isdecimal():
        return f"{notation.first(base, ATOM)}{exponent.text.translate(_SUPERSCRIPTS)}"
    return f"{notation.first(base, ATOM)}^{notation.later(exponent, POWER)}"


def _raised(notation: Notation, operands: Sequence[Piece]) -> str:
    base, exponent = operands
    return f"{notation.first(base, ATOM)}^{{{exponent.text}}}"


def _juxtaposed(notation: Notation, operands: Sequence[Piece]) -> str:
    """Write a product: factors that begin with a letter stand beside each other, others behind a dot."""
    start, *rest = operands
    spelled = notation.first(start, PRODUCT)
    for piece in rest:
        factor = notation.later(piece, PRODUCT)
        lettered = factor[0].isalpha() or factor.startswith(r"\mathrm")
        spelled += f" {factor}" if lettered else rf" \cdot {factor}"
    return spelled


def _latex_letter(name: str) -> str:
    r"""Spell a name: what follows its first ``_`` is a subscript, and several letters stand upright.

    >>> print(_latex_letter("C_in"), _latex_letter("width"))
    C_{in} \mathrm{width}
    """
    stem, _, subscript = name.partition("_")
    if not stem:
        return rf"\mathrm{{{name.translate(_ESCAPED)}}}"
    spelled = stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return f"{spelled}_{{{subscript.translate(_ESCAPED)}}}" if subscript else spelled


UNICODE = Notation(
    TEXT.forms
    | {
        "-": infix(" − ", SUM, REMAINDER),
        "*": infix("·", PRODUCT, PRODUCT),
        "%": infix(" mod ", REMAINDER, POWER),
        "**": _superscript,
        "//": fraction("⌊", "⌋"),
        "ceildiv": fraction("⌈", "⌉"),
    },
    minus="−",
)

LATEX = Notation(
    {
        "+": plus,
        "-": infix(" - ", SUM, REMAINDER),
        "*": _juxtaposed,
        "%": infix(r" \bmod ", REMAINDER, POWER),
        "**": _raised,
        "neg": negated,
        "//": enclosed(r"\left\lfloor \frac{", "}{", r"} \right\rfloor"),
        "ceildiv": enclosed(r"\left\lceil \frac{", "}{", r"} \right\rceil"),
        "min": enclosed(r"\min\left(", ", ", r"\right)"),
        "max": enclosed(r"\max\left(", ", ", r"\right)"),
    },
    letter=_latex_letter,
    brackets=(r"\left(", r"\right)"),
)
