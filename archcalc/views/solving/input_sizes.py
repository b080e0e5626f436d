"""The page of `solve --clean`, `--fits` and `--min`: the input sizes that divide exactly or fit, and the smallest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.solving.dials import INPUT
from archcalc.studies.solving.fitting_sizes import FittingSizes
from archcalc.views.page import QUIET, STRONG, Heading, Notes, Page
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.studies.solving.clean_sizes import CleanSizes
    from archcalc.studies.solving.laws import Law
    from archcalc.studies.solving.pairs import Pairs
    from archcalc.studies.solving.size_laws import SizeLaws
    from archcalc.studies.solving.smallest_input import Smallest
    from archcalc.views.page import Block

MEANING = (
    "clean: all divisions in convolutions and pooling layers are exact "
    "(in ceil mode: the last window ends at the padded edge)"
)
SAME = "padding same: the division is exact with the padding that it adds for this size"
FITTING = "fits: the branches of every merge have the same size, and every layer has an output"
PROVED = "proved for all sizes: all remainders of every layer were checked"

FEW = 8
"""The most sizes, or laws, in a sentence."""


def input_sizes(
    clean: CleanSizes | None = None, smallest: Smallest | None = None, fits: FittingSizes | None = None
) -> Page:
    """Return the page of the clean sizes, of those that fit, of the smallest input, or of several of these.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> from archcalc.studies.solving.clean_sizes import clean_sizes
    >>> input_sizes(clean_sizes(archcalc.load("alexnet"), WhatIf())).record["clean"]["H"]
    {'step': 32, 'offset': 3, 'from': 67}
    """
    blocks: list[Block] = []
    if fits is not None:
        blocks += _fits(fits)
    if clean is not None:
        blocks += _clean(clean)
    if smallest is not None:
        blocks += _smallest(smallest)
    return Page(tuple(blocks), lambda: _record(fits, clean, smallest), "solutions")


def _fits(fits: FittingSizes) -> Iterator[Block]:
    yield Heading("Fitting input sizes", fits.network)
    yield Notes(tuple(_laws(fits.laws, fits.pairs) if fits.holds else ["no size fits"]), STRONG)
    if fits.holds:
        yield from _notes([*_beside(fits, "fits", "does not fit"), *_unequal(fits.pairs)])
    if fits.training:
        yield Notes(tuple(f"with training-only heads, {line}" for line in _laws(fits.training)))
    yield Notes((FITTING, _certain(fits)), QUIET)


def _clean(clean: CleanSizes) -> Iterator[Block]:
    yield Heading("Clean input sizes", clean.network)
    lines = list(_laws(clean.laws, clean.pairs))
    if clean.never:
        others = plural(len(clean.never) - 1, "other layer")
        more = f" ({others} likewise)" if len(clean.never) > 1 else ""
        lines = [f"no size is clean: the division in {clean.never[0]} is not exact for any input size{more}"]
    elif not clean.holds:
        lines = ["no size is clean"]
    yield Notes(tuple(lines), STRONG)
    if clean.holds:
        yield from _notes([*_beside(clean, "is clean", "is not clean"), *_unequal(clean.pairs)])
    yield Notes((MEANING, *([SAME] if clean.same else []), _certain(clean)), QUIET)


def _notes(lines: Sequence[str]) -> Iterator[Notes]:
    if lines:
        yield Notes(tuple(dict.fromkeys(lines)))


def _certain(found: SizeLaws) -> str:
    """Say how certain it is, and for what: proved, or found by trying sizes."""
    unequal = "" if found.pairs is None else "; other sizes: " + _searched(found.pairs)
    if found.tried is None:
        same = f"{PROVED}, for equal {listed(found.pairs.letters)}" if found.pairs else PROVED
        return same + unequal
    sizes = f"from {found.tried.start} to {found.tried.stop - 1}" if found.tried else "that exist"
    said = f"{'all sizes' if found.complete else 'interrupted: sizes'} {sizes} were tested; not proved"
    return said + unequal


def _searched(pairs: Pairs) -> str:
    return f"all {listed(pairs.letters)} from {pairs.tried[0]} to {pairs.tried[-1]} were tested"


def _unequal(pairs: Pairs | None) -> Iterator[str]:
    """Yield the sizes of coupled axes that differ and are found."""
    if pairs is None:
        return
    if not pairs.found:
        yield f"no sizes with {' ≠ '.join(pairs.letters)}"
        return
    shown = ["×".join(map(str, sizes)) for sizes in pairs.found[:FEW]]
    hidden = len(pairs.found) - len(shown)
    yield f"{'×'.join(pairs.letters)} also {', '.join(shown)}" + (f" and {hidden:,} more" if hidden else "")


def _laws(laws: Mapping[str, Law], pairs: Pairs | None = None) -> Iterator[str]:
    """Yield a line for each axis, one for all of them where they have the same law."""
    names = [_axis(name, pairs) for name in laws]
    if len(set(laws.values())) == 1:
        yield f"{listed(names)}: {spelled(next(iter(laws.values())))}"
        return
    for axis, law in zip(names, laws.values(), strict=True):
        yield f"{axis}: {spelled(law)}"


def _axis(name: str, pairs: Pairs | None) -> str:
    """Return the name of an axis, or of coupled axes of the same size."""
    return " = ".join(pairs.letters) if pairs is not None and (name == INPUT or "=" in name) else name


def spelled(law: Law) -> str:
    """Spell a law: its step, its offsets, and from where on it holds.

    >>> from archcalc.studies.solving.laws import Law
    >>> spelled(Law(32, (3,), 67)), spelled(Law(4, (0, 1), 4)), spelled(Law(1, (0,), 5))
    ('32n + 3, from 67', '4n or 4n + 1, from 4', 'any size, from 5')
    """
    if law.least is None:
        return "none"
    if not law.step:
        return _few([str(size) for size in law.offsets])
    if law.others:
        return _few([_part(part) for part in law.parts()])
    said = "any size" if law.step == 1 else " or ".join(_form(law.step, offset) for offset in law.offsets)
    return f"{said}, from {law.start}"


def _few(parts: Sequence[str]) -> str:
    hidden = len(parts) - FEW
    return ", ".join(parts) if hidden <= 0 else f"{', '.join(parts[:FEW])} and {hidden} more"


def _part(law: Law) -> str:
    if not law.step:
        return str(law.start)
    return f"{'any size' if law.step == 1 else _form(law.step, law.offsets[0])} from {law.start}"


def _form(step: int, offset: int) -> str:
    return f"{step}n + {offset}" if offset else f"{step}n"


def _beside(found: SizeLaws, works: str, fails: str) -> Iterator[str]:
    """Yield how the network's own sizes lie to those that are found."""
    if found.own_works is not None:
        size = "×".join(map(str, found.own.values()))
        yield f"{size} {works if found.own_works else fails}"
        return
    differ = len(set(found.own.values())) > 1
    for axis, law in found.laws.items():
        own = found.own.get(axis)
        if own is not None and law.least is not None:
            near, size = law.nearest(own), f"{axis} = {own}" if differ else str(own)
            yield f"{size} {works}" if near == (own,) else f"{size} {fails}; nearest: {listed(map(str, near))}"


def _smallest(found: Smallest) -> Iterator[Block]:
    yield Heading("Smallest input", found.network)
    if not found.holds:
        failed = "no tested size works" if found.complete else "interrupted before a size that works was found"
        yield Notes((failed if found.tried or not found.complete else "no size works",), STRONG)
        return
    sizes = set(found.sizes.values())
    names = [_axis(name, found.pairs) for name in found.sizes]
    said = f"{listed(names)} = {sizes.pop()}" if len(sizes) == 1 else ", ".join(
        f"{axis} = {size}" for axis, size in zip(names, found.sizes.values(), strict=True)
    )  # fmt: skip
    yield Notes((said or f"no size works with equal {listed(found.pairs.letters)}",), STRONG)  # type: ignore[union-attr]
    refused = [f"at {death.size}, {death.path} has no output: {death.message}" for death in found.deaths.values()]
    yield from _notes(refused or (["no size is too small"] if found.sizes else []))
    if found.pairs is not None:
        yield Notes((*(_unequal(found.pairs) if found.pairs.found else ()), _searched(found.pairs)))
    if found.training:
        needed = ", ".join(f"{axis} = {size}" for axis, size in found.training.items())
        yield Notes((f"training-only heads need {needed}",))
    if found.tried:
        yield Notes((f"all sizes from {found.tried[0]} were tested for equal axes; not proved",), QUIET)


def _record(fits: FittingSizes | None, clean: CleanSizes | None, smallest: Smallest | None) -> dict[str, Any]:
    asked = {"fits": fits, "clean": clean, "smallest": smallest}
    given = {name: found for name, found in asked.items() if found is not None}
    found: dict[str, Any] = {"schema_version": 1, "question": " and ".join(given)}
    rows: dict[str, dict[str, Any]] = {}
    for name, one in (("fits", fits), ("clean", clean)):
        if one is not None:
            found |= _of_laws(name, one)
            alone = len(given) == 1 or name == "clean"
            _gather(rows, {axis: _row(law) if alone else {name: _row(law)} for axis, law in found[name].items()})
    if smallest is not None:
        found |= _of_smallest(smallest)
        _gather(rows, {axis: {"smallest": size} for axis, size in smallest.sizes.items()})
    complete = all(one.complete for one in given.values())
    return found | {"unknowns": list(rows), "solutions": list(rows.values()), "complete": complete}


def _of_laws(name: str, laws: SizeLaws) -> dict[str, Any]:
    """Return the laws as records have them, and what is known of them."""
    found: dict[str, Any] = {
        name: {axis: _law(law, together=name == "clean") for axis, law in laws.laws.items() if laws.holds and law.least}
    }
    found["proved"] = laws.tried is None
    if laws.tried is not None:
        found["tried"] = [laws.tried.start, laws.tried.stop - 1]
    if isinstance(laws, FittingSizes) and laws.training:
        found["fits_for_training"] = {axis: _law(law) for axis, law in laws.training.items()}
    return found | _of_pairs(laws.pairs)


def _of_pairs(pairs: Pairs | None) -> dict[str, Any]:
    if pairs is None:
        return {}
    rows = [dict(zip(pairs.letters, sizes, strict=True)) for sizes in pairs.found]
    return {"pairs": rows, "pairs_tried": [pairs.tried[0], pairs.tried[-1]]}


def _of_smallest(smallest: Smallest) -> dict[str, Any]:
    found: dict[str, Any] = {"smallest": dict(smallest.sizes)}
    if smallest.training:
        found["smallest_for_training"] = dict(smallest.training)
    if smallest.pairs is not None:
        found["smallest_pairs"] = _of_pairs(smallest.pairs)["pairs"]
    return found | {"dies_below": {axis: death._asdict() for axis, death in smallest.deaths.items()}}


def _row(law: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    """Return a law as a line of a table has it: several as one value."""
    return law if isinstance(law, dict) else {"laws": law}


def _gather(rows: dict[str, dict[str, Any]], more: Mapping[str, Mapping[str, Any]]) -> None:
    """Add what is known of each axis to its line."""
    for axis, values in more.items():
        rows[axis] = rows.get(axis, {"axis": axis}) | dict(values)


def _law(law: Law, *, together: bool = False) -> dict[str, Any] | list[dict[str, Any]]:
    """Return one law, or a list of laws where one does not do; ``together``: of several offsets, if that is one law."""
    if together and law.endless and not law.others and len(law.offsets) > 1:
        return {"step": law.step, "offsets": list(law.offsets), "from": law.start}
    parts = [{"step": part.step, "offset": part.offsets[0], "from": part.start} for part in law.parts()]
    return parts[0] if len(parts) == 1 else parts
