"""The kinds of layers by name: finding one, its options, and making a layer from read options."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import lru_cache
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, did_you_mean
from archcalc.layers.base import Layer
from archcalc.rooms import fetch, members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.layers.options import Option

SHARED_FILES = ("affine", "base", "merging", "options", "registry", "sliding")
"""The files of this room that are no layer kinds."""


@lru_cache
def find(kind: str) -> type[Layer]:
    """Load the class of a layer kind.

    >>> find("relu").kind
    'relu'

    Raises:
        Refusal: there is no such kind; with the nearest names.
    """
    kinds = kind_names()
    if kind not in kinds:
        raise Refusal(f"unknown layer '{kind}'", did_you_mean(kind, kinds) or "archcalc schema lists all kinds")
    found = vars(fetch("layers", kind)).values()
    return next(c for c in found if isinstance(c, type) and issubclass(c, Layer) and vars(c).get("kind") == kind)


@lru_cache
def kind_names() -> tuple[str, ...]:
    """List the names of all layer kinds without loading any."""
    return tuple(name for name in members("layers") if name not in SHARED_FILES)


@lru_cache
def options_of(kind: type[Layer]) -> dict[str, Option]:
    """Return the options of a layer kind by name, the main one first."""
    found = {f.name: f.metadata["option"] for f in fields(kind)}  # type: ignore[arg-type]
    return dict(sorted(found.items(), key=lambda item: not item[1].main))


@lru_cache
def main_option(kind: type[Layer]) -> str | None:
    """Return the name of the option that stands behind the kind (`{conv: 96}`), if there is one."""
    return next((name for name, declared in options_of(kind).items() if declared.main), None)


@lru_cache
def required_options(kind: type[Layer]) -> tuple[str, ...]:
    """Return the names of the options without a default."""
    return tuple(f.name for f in fields(kind) if f.default is MISSING)  # type: ignore[arg-type]


def read_option(kind: type[Layer], name: str, value: object) -> object:
    """Read one option's value.

    Raises:
        Refusal: it is not what the option takes; says what is expected.
    """
    declared = options_of(kind)[name].type
    try:
        return declared.read(value)
    except Refusal as refusal:
        message = f"{name} of {kind.kind}: {refusal.mistakes[0].message}"
        raise Refusal(message, f"expected {declared.expects}") from None


def build(kind: type[Layer], options: Mapping[str, object]) -> Layer:
    """Make a layer from read options.

    Raises:
        Refusal: an option is unknown, or a required one is missing.
    """
    known = options_of(kind)
    for name in options:
        if name not in known:
            takes = f"{kind.kind} takes {', '.join(known)}" if known else f"{kind.kind} takes no options"
            raise Refusal(f"unknown option '{name}' of {kind.kind}", did_you_mean(name, known) or takes)
    missing = [name for name in required_options(kind) if name not in options]
    if missing:
        raise Refusal(f"{kind.kind} needs {' and '.join(missing)}", example_of(kind))
    return kind(**{name: read_option(kind, name, value) for name, value in options.items()})


def example_of(kind: type[Layer]) -> str:
    """Return a call of the kind as a spec would write it, with its required options.

    >>> example_of(find("conv"))
    'as in {conv: 64, kernel: 3}'
    """
    others = [f"{name}: 3" for name in required_options(kind) if name != main_option(kind)]
    main = " 64" if main_option(kind) in required_options(kind) else ""
    return f"as in {{{', '.join([f'{kind.kind}:{main}', *others])}}}"
