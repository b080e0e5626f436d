"""The sections of a `.cfg` file: lines ``key=value`` below a name in brackets, each read as darknet reads it.

Source: github.com/pjreddie/darknet and github.com/AlexeyAB/darknet, src/parser.c and src/option_list.c.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import LAYERS, NET_FIELDS
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.symbolic.ratio import Number

LARGEST = 2**31 - 1
"""Darknet's whole numbers have 32 bits."""

LONGEST = 40
"""The number of characters that a message shows of a value that is not a number."""

_WHOLE = re.compile(r"[+-]?\d{1,10}")
_DECIMAL = re.compile(r"[+-]?(\d{0,9})(?:\.(\d{0,9}))?")

SHORT = {
    "network": "net", "conv": "convolutional", "deconv": "deconvolutional", "conn": "connected", "max": "maxpool",
    "local_avg": "local_avgpool", "avg": "avgpool", "soft": "softmax", "lrn": "normalization", "reorg3d": "reorg",
    "reorg_old": "reorg",
}  # fmt: skip
"""Other names of sections."""


class CfgOption(NamedTuple):
    """The value of a key, and its line."""

    text: str
    line: int


class Section(NamedTuple):
    """One section: the file it is in, its name, its line, and its options."""

    file: str
    kind: str
    line: int
    options: dict[str, CfgOption]

    def wrong(self, message: str, hint: str = "", line: int = 0) -> UsageError:
        """Return an error about this section."""
        return UsageError(f"{self.file}:{line or self.line}: [{self.kind}] {message}", hint)

    def text(self, key: str, default: str = "") -> str:
        """Return an option as it is written."""
        return self.options[key].text if key in self.options else default

    def whole(self, key: str, default: int | None = None, least: int = 0) -> int:
        """Return an option that is a whole number.

        Raises:
            UsageError: it is none, is too small, or is missing and has no default.
        """
        if key not in self.options:
            if default is None:
                raise self.wrong(f"requires {key}", f"add {key}=NUMBER")
            return default
        option = self.options[key]
        return self._number(key, option.text, option.line, least)

    def _number(self, key: str, text: str, line: int, least: int) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= LARGEST:
            expected = "expected an integer" if least < 0 else f"expected an integer ≥ {least}"
            raise self.wrong(f"invalid {key} '{text[:LONGEST]}': {expected}", line=line)
        return int(text)

    def flag(self, key: str) -> bool:
        """Whether an option is set, and not to 0."""
        return self.whole(key, 0, -LARGEST) != 0

    def decimal(self, key: str, default: str) -> Number:
        """Return an option that is a decimal number, exactly.

        Raises:
            UsageError: it is none.
        """
        text = self.text(key, default)
        found = _DECIMAL.fullmatch(text)
        if found is None or text.strip("+-.") == "":
            raise self.wrong(f"invalid {key} '{text[:LONGEST]}': expected a number", line=self.options[key].line)
        part = found[2] or ""
        digits = int((found[1] or "0") + part)
        return ratio(-digits if text.startswith("-") else digits, 10 ** len(part))

    def numbers(self, key: str) -> list[int]:
        """Return an option that is a list of whole numbers.

        Raises:
            UsageError: it is missing, or none.
        """
        if key not in self.options:
            raise self.wrong(f"requires {key}", f"for example {key}=-1")
        text, line = self.options[key]
        return [self._number(key, part, line, -LARGEST) for part in text.rstrip(",").split(",")]


def sections(text: str, file: str) -> list[Section]:
    r"""Return the sections of a file, in order; of a key that occurs twice the first counts, like in darknet.

    >>> [found.kind for found in sections("[net]\ninputs=4\n\n[conn]\noutput=2", "a.cfg")]
    ['net', 'connected']

    Raises:
        UsageError: a line is not a section, an option or a comment, or there are too many of them.
    """
    found: list[Section] = []
    most, layers = NET_FIELDS.value, LAYERS.value
    for fields, (number, line) in enumerate(_lines(text)):
        if fields > most or len(found) > layers:
            raise UsageError(*(NET_FIELDS if fields > most else LAYERS).exceeded(file))
        if line.startswith("["):
            found.append(_begun(line, file, number))
        elif not found:
            raise UsageError(f"{file}:{number}: expected a section, got '{line}'", "a .cfg file begins with [net]")
        else:
            key, sign, value = line.partition("=")
            if not sign or not key:
                raise found[-1].wrong(f"invalid line '{line}': expected key=value", line=number)
            found[-1].options.setdefault(key, CfgOption(value, number))
    return found


def _begun(line: str, file: str, number: int) -> Section:
    """Return a section that has only its name yet.

    Raises:
        UsageError: the bracket is not closed.
    """
    name, sign, _ = line[1:].partition("]")
    if not sign or not name:
        raise UsageError(f"{file}:{number}: invalid section '{line}'", "close the bracket: [convolutional]")
    return Section(file=file, kind=SHORT.get(name, name), line=number, options={})


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that mean something, without spaces and comments after a value, and their numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"\s", "", line)
        if bare and bare[0] not in "#;":
            yield number, bare.partition("#")[0]
