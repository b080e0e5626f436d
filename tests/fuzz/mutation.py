"""Damage: bytes and tokens of what is valid, changed a few times."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

ACTING = ("\x1b]0;t\x07", "\x1b[31m", "\u202e", "\x9b31m", "\x7f", "\u2066", "\ud800", "\udcff", "\0", "\r", "\x85")
"""What a terminal acts upon, or no encoding holds."""
MARKUP = ("=cmd|' C'!A0", "\\input{x}", "<script>", "](x)", "$x$", "@name", "＝1", ";=1+1", "`", "|", "--", "..", "~")
NUMBERS = (
    "0", "1", "2", "3", "7", "-1", "-0", "00", "1.5", ".5", "1e9", "1e9999999", "1_000", "1,000", "1/3", "9" * 30,
    "9" * 101, "9" * 5000, "9**9", "2**4000", "9**9**9", "0x10", "٣", "²", "½", "inf", "nan", "True", "34.9K", "10M",
    "1.234.567", "200000", "200001", "1000000000",
)  # fmt: skip
WORDS = (
    "H", "W", "x", "a", "C_in", "in_channels", "in_height", "in_width", "in_features", "same", "valid", "null", "~",
    "true", "false", "input", "conv", "relu", "layers", "2*H", "H//2", "ceil(H/2)", "floor(H/3)", "max(H, 3)", "a*2",
    "1 if H > 3 else 2", "H % 2", "-H", "(H + 1)*(H - 1)", "H**2", "not a", "a and b", "1 < 2", "{}", "[]", "''",
    "3x8x8", "TF 8x4", "H×W", "é", "卷积", "*a", "&a", "!t", "<<", "%", "- ", "? ", ": ", "#", "|", ">",
)  # fmt: skip
SIGNS = (*tuple("{}[](),:;#'\"*&%!|>@`~^$\\/-+=.<?_ \t\n"), "\n\n", "  ", ": ", "- ", ", ", "\r\n")

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def piece(random: Random) -> str:
    """Return something to put where it does not belong."""
    kind = random.random()
    if kind < 0.35:
        return random.choice(NUMBERS)
    if kind < 0.65:
        return random.choice(WORDS)
    if kind < 0.9:
        return random.choice(SIGNS)
    return random.choice(ACTING + MARKUP)


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text) or [""])


SIZES = ("0", "1", "2", "3", "4", "5", "7", "8", "16", "100", "H", "2*H", "in_channels", "-1")


def altered(random: Random, text: str) -> str:
    """Return a text with some of its numbers and words exchanged, which mostly leaves it readable."""
    tokens = list(_tokens(text))
    numbers = [at for at, token in enumerate(tokens) if token.isdecimal()]
    words = [at for at, token in enumerate(tokens) if token.isidentifier()]
    for _ in range(random.randint(1, 4)):
        if numbers and random.random() < 0.7:
            tokens[random.choice(numbers)] = random.choice(SIZES)
        elif words:
            tokens[random.choice(words)] = tokens[random.choice(words)]
    return "".join(tokens)


RUNS = (1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 60, 60, 60, 60, 60, 20_000)
"""How often a sign stands in a row; what reads a text from each of its characters on is seen in the longest alone."""


def damaged(random: Random, text: str, most: int = 4) -> str:
    """Return a text with some of its tokens changed."""
    tokens = list(_tokens(text))
    for _ in range(random.randint(1, most)):
        at = random.randrange(len(tokens)) if tokens else 0
        match random.randrange(8):
            case 0:
                del tokens[at : at + random.randint(1, 3)]
            case 1:
                tokens.insert(at, piece(random))
            case 2 | 3:
                tokens[at : at + 1] = [piece(random)]
            case 4:
                other = random.randrange(len(tokens)) if tokens else 0
                if tokens:
                    tokens[at], tokens[other] = tokens[other], tokens[at]
            case 5:
                tokens[at:at] = tokens[at : at + random.randint(1, 12)]
            case 6:
                tokens[at : at + 1] = [_other_word(random, tokens)]
            case _:
                tokens[at:at] = [random.choice(SIGNS) * random.choice(RUNS)]
    return "".join(tokens)


def _other_word(random: Random, tokens: list[str]) -> str:
    """Return a word that stands elsewhere in the text."""
    return random.choice(tokens) if tokens else ""


def corrupt(random: Random, content: bytes, most: int = 6) -> bytes:
    """Return bytes of which some are changed, gone or doubled."""
    data = bytearray(content)
    for _ in range(random.randint(1, most)):
        at = random.randrange(len(data) + 1)
        match random.randrange(6):
            case 0 | 1:
                data[at : at + 1] = bytes([random.randrange(256)])
            case 2:
                del data[at : at + random.randint(1, 40)]
            case 3:
                data[at:at] = data[at : at + random.randint(1, 40)]
            case 4:
                data[at:at] = random.randbytes(random.randint(1, 8))
            case _:
                del data[at:]
    return bytes(data)


def bytes_of(random: Random, text: str) -> bytes:
    """Return a text as a file has it: mostly in UTF-8, sometimes damaged, sometimes in another encoding."""
    kind = random.random()
    if kind < 0.97:
        return text.encode("utf-8", "replace")
    if kind < 0.985:
        return corrupt(random, text.encode("utf-8", "replace"))
    return text.encode(random.choice(("utf-16", "utf-16-le", "cp1252", "utf-8-sig")), "replace")
