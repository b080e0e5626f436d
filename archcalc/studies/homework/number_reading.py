"""What people mean by the numbers that they write: ``34.9K``, ``34 944``, ``1.2 × 10⁶``, ``11*11*3*96 + 96``.

Generous, and never certain where a text can be read in two ways: then every reading is returned.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.quantities.printed import SUFFIXES, Agreement, Figure
from archcalc.symbolic.reading import read

LONGEST = 200
"""Nobody writes a number or a shape with more signs."""

MOST_DIGITS = 24

POINT, COMMA = ".", ","

_POWERS = {**{key.lower(): power for key, power in SUFFIXES.items()}, "thousand": 3, "tsd": 3, "million": 6,
           "millions": 6, "mio": 6, "mil": 6, "bn": 9, "billion": 9, "billions": 9, "mrd": 9}  # fmt: skip
_UNITS = r"(?:param(?:eter)?s?|weights?|biases|macs?|flops?|ops|values|features|neurons|units|px|pixels?)"
_NUMBER = re.compile(
    r"(?P<digits>\d[\d.,'’_ ]*)(?:e\+?(?P<power>\d{1,2})|x ?10 ?\^ ?(?P<ten>\d{1,2}))? ?"
    rf"(?P<suffix>{'|'.join(sorted(filter(None, _POWERS), key=len, reverse=True))})? ?-?{_UNITS}?"
)
_ABOUT = re.compile(
    "^(?:approximately|approx|aprox|environ|env|roughly|around|about|circa|ca|etwa|rund|약|约|約)[.:]? ?(?=[0-9(])"
)
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TERM = re.compile(r"[\d+\-*/() ^]*\d[\d+\-*/() ^]*")
_GROUPED = re.compile(r"\d{1,3}(?:[ '’_.,]\d{3})+")
_PLUS = re.compile(r"(?<!\de)\+")
"""A sign between terms, not that of an exponent."""

_TWO_DIGITS = 10


class NumberReading(NamedTuple):
    """One way to read a number; ``rounded`` says that digits may have been left out.

    ``lettered`` says that it has a unit like K, ``decimals`` that it states digits after the decimal sign. ``more`` is
    what is added to it without rounding: the 96 of ``34.8K + 96``.
    """

    figure: Figure
    rounded: bool = False
    lettered: bool = False
    decimals: bool = False
    more: int = 0

    def agrees(self, exact: int) -> Agreement:
        """Say how an exact value agrees: exact, rounds, truncates, or wrong.

        One digit is enough before a letter, two without; a number written out is rounded, never cut off, and digits
        after the decimal sign are not rounded again.

        >>> [NumberReading(Figure(*figure), rounded=True).agrees(34944).name for figure in ((349, 2), (3, 4))]
        ['ROUNDS', 'WRONG']
        """
        digits, power, _ = self.figure
        exact -= self.more
        value = digits * 10**power
        if value == exact:
            return Agreement.EXACT
        if not value <= 2 * exact <= 4 * value:  # one digit is nearer than that
            return Agreement.WRONG
        allowed = (Agreement.ROUNDS, Agreement.TRUNCATES) if self.shortened else (Agreement.ROUNDS,)
        while self.rounded and digits >= (1 if self.lettered else _TWO_DIGITS):
            found = Figure(digits, power).agrees(exact)
            if found in allowed:
                return found
            if digits % 10 or self.decimals:
                break
            digits, power = digits // 10, power + 1
        return Agreement.WRONG

    @property
    def value(self) -> int:
        """The number itself."""
        return self.figure.value + self.more

    @property
    def shortened(self) -> bool:
        """Whether it says by its own spelling that digits were left out (``34.9K``), and zeros are not just zeros."""
        return self.figure.power > 0


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Return a text in small letters and simple signs: no ×, no odd spaces, no superscripts.

    >>> plain(" 1.2 × 10⁶ ")
    '1.2 x 10^6'
    """
    raised = _SUPERSCRIPT.sub(lambda found: "^" + found[0], text[:LONGEST])
    simple = unicodedata.normalize("NFKC", raised).lower()
    for sign in ("\\times", "\\cdot", *"×✕✖·∙*⋅"):
        simple = simple.replace(sign, "x" if sign != "*" else "*")
    simple = simple.rstrip("?! ") or simple
    return " ".join(simple.replace("−", "-").split()).strip("'≈~*_`$ ")


@lru_cache(maxsize=1_000)
def unaccented(text: str) -> str:
    """Return a text without accents on Latin letters.

    >>> unaccented("größe"), unaccented("출력")
    ('grosse', '출력')
    """
    if text.isascii():
        return text
    taken = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return unicodedata.normalize("NFC", "".join(sign for sign in taken if not "\u0300" <= sign <= "\u036f"))


def numbers(text: str, decimal: str = "", power: int = 0, *, sums: bool = True) -> tuple[NumberReading, ...]:
    """Return every way to read a count; ``decimal`` is the file's decimal sign, ``power`` what the heading says.

    With ``sums``, a sum that is written out counts as its value.

    A separator before exactly three digits groups; in front of a letter it may also be a decimal sign.

    >>> [reading.value for reading in numbers("34.944")], [reading.value for reading in numbers("2.434M")]
    ([34944], [2434000, 2434000000])
    >>> [reading.value for reading in numbers("2.434M", decimal=",")], numbers("many")
    ([2434000000], ())
    """
    simple = _ABOUT.sub("", plain(text.rpartition("=")[2]))
    match = _NUMBER.fullmatch(simple.strip("() ").replace("*10", "x10").replace("* 10", "x 10"))
    if match is None:
        return (_computed(simple) or _added(simple, decimal)) if sums and power == 0 else ()
    scale = int(match["power"] or match["ten"] or 0) + _POWERS.get(match["suffix"] or "", 0) + power
    scaled = scale > 0
    exponent = bool(match["power"] or match["ten"])
    splits = _splits(match["digits"].strip(), POINT if exponent else decimal, scaled)
    found = {_figure(digits, behind, scale): bool(behind) for digits, behind in splits}
    lettered = bool(match["suffix"]) or (power > 0 and not exponent)
    return tuple(
        NumberReading(figure, rounded=True, lettered=lettered, decimals=scaled and decimals)
        for figure, decimals in found.items() if figure
    )  # fmt: skip


def _added(simple: str, decimal: str) -> tuple[NumberReading, ...]:
    """Return the sum of terms that are grouped or named: ``34,848 weights + 96 biases``, ``34.8K + 96``."""
    read_terms = [numbers(term, decimal, sums=False) for term in _PLUS.split(simple)]
    if len(read_terms) < 2 or not all(len(readings) == 1 for readings in read_terms):  # noqa: PLR2004 - a sum
        return ()
    *others, last = sorted((readings[0] for readings in read_terms), key=lambda term: term.figure.power)
    if not last.shortened or any(term.shortened for term in others):
        return (NumberReading(Figure(last.value + sum(term.value for term in others), 0)),)
    return (last._replace(more=sum(term.value for term in others)),)


def _computed(simple: str) -> tuple[NumberReading, ...]:
    """Return the value of a sum written out: ``11*11*3*96 + 96``."""
    if not _TERM.fullmatch(simple.replace("x", "*")):
        return ()
    try:
        value = read(simple.replace("x", "*").replace("^", "**")).evaluate({})
    except ArchcalcError:
        return ()
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**MOST_DIGITS:
        return ()
    return (NumberReading(Figure(value, 0)),)


def _figure(digits: str, behind: str, scale: int) -> Figure | None:
    """Return the figure of digits with some of them behind the decimal sign; None where it is no whole number."""
    if not digits.isascii() or len(digits) + len(behind) > MOST_DIGITS:
        return None
    power = scale - len(behind)
    if power >= 0:
        return Figure(int(digits + behind), power)
    kept = behind[:scale]
    return Figure(int(digits + kept), 0) if not behind[scale:].strip("0") else None


def _splits(digits: str, decimal: str, scaled: bool) -> list[tuple[str, str]]:  # noqa: FBT001
    """Return the ways to divide digits with separators into those before and those behind the decimal sign."""
    text = digits
    for sign in " '’_":
        if sign in text.strip():
            parts = re.split(r"[.,]", text)
            if any(sign in part and not _GROUPED.fullmatch(part) for part in parts[:1]) or sign in "".join(parts[1:]):
                return []
            text = text.replace(sign, "")
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        return [(text, "")]
    if len(set(signs)) == 1 and len(signs) > 1:
        return [(re.sub(r"[.,]", "", text), "")] if _GROUPED.fullmatch(text) else []
    whole, behind = text[: text.rindex(signs[-1])], text[text.rindex(signs[-1]) + 1 :]
    if len(signs) > 1:
        before = re.sub(r"[.,]", "", whole)
        return [(before, behind)] if _GROUPED.fullmatch(whole) and signs.count(signs[-1]) == 1 else []
    return _one_separator(whole, signs[0], behind, decimal, scaled)


def _one_separator(whole: str, sign: str, behind: str, decimal: str, scaled: bool) -> list[tuple[str, str]]:  # noqa: FBT001
    groups = bool(_GROUPED.fullmatch(f"{whole}{sign}{behind}")) and not whole.startswith("0")
    if not groups:
        return [(whole, behind)]
    if not scaled:
        return [(whole + behind, "")]
    readings = {sign: (whole, behind), "": (whole + behind, "")}
    if decimal:
        return [readings[sign if decimal == sign else ""]]
    return list(readings.values())


def decimal_sign(texts: list[str]) -> str:
    """Return the decimal sign that the cells of a file settle on; nothing where they do not.

    >>> decimal_sign(["34,944", "60.97M"]), decimal_sign(["1.234.567", "2,5M"]), decimal_sign(["34,944"])
    ('.', ',', '')
    """
    votes = {POINT: 0, COMMA: 0}
    for text in texts:
        for sign, other in ((POINT, COMMA), (COMMA, POINT)):
            votes[sign] += bool(_shows(plain(text), sign, other))
    if votes[POINT] == votes[COMMA]:
        return ""
    return POINT if votes[POINT] > votes[COMMA] else COMMA


def _shows(text: str, sign: str, other: str) -> bool:
    """Whether a cell shows that a sign is the decimal one: not three digits behind it, or the other one groups."""
    match = re.fullmatch(rf"(\d[\d {re.escape(other)}]*){re.escape(sign)}(\d+)\D{{0,12}}", text)
    if match and len(match[2]) != 3:  # noqa: PLR2004 - three digits may be a group
        return True
    if match and other in match[1]:
        return True
    return bool(re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}}){{2,}}", text)) and not match
