"""Languages besides English: one file of sentences for each, read when it is asked for."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from archcalc.errors import UsageError, did_you_mean
from archcalc.views.language import ENGLISH, Language

FOLDER = Path(__file__).parents[1] / "languages"
"""Where the files lie: a language more is one file more."""


def languages() -> list[str]:
    """List the names of all languages.

    >>> languages()
    ['en', 'ko']
    """
    return sorted([ENGLISH.name, *(file.stem for file in FOLDER.glob("*.json"))])


@lru_cache
def language(name: str) -> Language:
    """Return a language with its sentences.

    >>> language("ko").text("labels.layer", "layer")
    '층'

    Raises:
        UsageError: the language is unknown.
    """
    if name == ENGLISH.name:
        return ENGLISH
    known = languages()
    if name not in known:
        raise UsageError(f"unknown language '{name}'", did_you_mean(name, known) or f"available: {', '.join(known)}")
    groups = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Language(name, {f"{group}.{key}": said for group, texts in groups.items() for key, said in texts.items()})
