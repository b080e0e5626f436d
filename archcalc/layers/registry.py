"""The kinds of layers by name: finding one, its options, and making a layer from read options."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, did_you_mean
from archcalc.layers.base import Layer
from archcalc.layers.options import field_of
from archcalc.rooms import Deferred, fetch, members
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.errors import Place
    from archcalc.layers import spellings
else:
    spellings = Deferred("archcalc.layers.spellings")

SHARED_FILES = (
    "adaptive",
    "affine",
    "attending",
    "backward",
    "base",
    "families",
    "merging",
    "options",
    "patterns",
    "recurrent",
    "regions",
    "registry",
    "resizing",
    "shaping",
    "sliding",
    "spellings",
)
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
        raise unknown_kind(kind, kinds)
    found = vars(fetch("layers", kind)).values()
    return next(c for c in found if isinstance(c, type) and issubclass(c, Layer) and vars(c).get("kind") == kind)


@lru_cache
def kind_names() -> tuple[str, ...]:
    """List the names of all layer kinds without loading any."""
    return tuple(name for name in members("layers") if name not in SHARED_FILES)


def read_option(kind: type[Layer], name: str, value: object, place: Place | None = None) -> object:
    """Read one option's value; ``place`` is where it is written.

    Raises:
        Refusal: it is not what the option takes; says what is expected.
        SpecError: the same, where the place is known.
    """
    try:
        return kind.declared.options[name].type.read(value)
    except Refusal as refusal:
        unfit = unfit_option(kind, name, refusal.mistakes[0].message)
        raise (unfit.at(place) if place else unfit) from None


def build(kind: type[Layer], options: Mapping[str, object], places: Mapping[str, Place | None] | None = None) -> Layer:
    """Make a layer from the values of its options; ``places`` are where they are written.

    Raises:
        Refusal: an option is unknown, missing, or not what it takes.
        SpecError: a value is not what its option takes, with its place.
    """
    known = places or {}
    for name in options:
        if name not in kind.declared.options:
            raise unknown_option(kind, name)
    missing = [name for name in kind.declared.required if name not in options]
    if missing:
        raise missing_options(kind, missing)
    values = {field_of(name): read_option(kind, name, value, known.get(name)) for name, value in options.items()}
    return kind(**values)


def unfit_option(kind: type[Layer], name: str, said: str) -> Refusal:
    """Return the refusal of a value that an option does not take; with all that it takes, where that is more."""
    expects = kind.declared.options[name].type.expects
    return Refusal(f"{name} of {kind.kind}: {said}", "" if expects in said else f"expected {expects}")


def unknown_kind(written: str, known: Iterable[str]) -> Refusal:
    """Return the refusal of a kind that there is not, with what others call so here, or the nearest names."""
    hint = spellings.kind_hint(written) or did_you_mean(written, known)
    return Refusal(f"unknown layer '{written}'", hint or "archcalc kinds lists the layer kinds")


def unknown_option(kind: type[Layer], name: str) -> Refusal:
    """Return the refusal of an option that a kind does not have."""
    known = kind.declared.options
    takes = f"options of {kind.kind}: {', '.join(known)}" if known else f"{kind.kind} has no options"
    hint = spellings.option_hint(name, known, kind.declared.main, kind.kind) or did_you_mean(name, known)
    return Refusal(f"unknown option '{name}' of {kind.kind}", hint or takes)


def missing_options(kind: type[Layer], names: Iterable[str]) -> Refusal:
    """Return the refusal of a call that lacks options."""
    missing = list(names)
    options = "the option" if len(missing) == 1 else "the options"
    return Refusal(f"{kind.kind} requires {options} {listed(missing)}", example_of(kind))


def example_of(kind: type[Layer]) -> str:
    """Return a call of the kind as a spec would write it, with its required options.

    >>> example_of(find("conv"))
    'for example: {conv: 64, kernel: 3}'
    """
    others = [f"{name}: 3" for name in kind.declared.required if name != kind.declared.main]
    main = " 64" if kind.declared.main in kind.declared.required else ""
    return f"for example: {{{', '.join([f'{kind.kind}:{main}', *others])}}}"
