"""The page of `solve --clean` and `solve --min`: at which input sizes all goes even, and the smallest that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.views.page import QUIET, STRONG, Heading, Notes, Page
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.studies.solving.clean_sizes import CleanSizes, Law
    from archcalc.studies.solving.smallest_input import Smallest
    from archcalc.views.page import Block

MEANING = (
    "clean: all divisions in convolutions and pooling layers are exact "
    "(in ceil mode: the last window ends at the padded edge)"
)
PROVED = "proved for all sizes: all remainders of every layer were checked"


def input_sizes(clean: CleanSizes | None = None, smallest: Smallest | None = None) -> Page:
    """Return the page of the clean sizes, of the smallest input, or of both.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> from archcalc.studies.solving.clean_sizes import clean_sizes
    >>> input_sizes(clean_sizes(archcalc.load("alexnet"), WhatIf())).record["clean"]["H"]
    {'step': 32, 'offset': 3, 'from': 67}
    """
    blocks: list[Block] = []
    if clean is not None:
        blocks += _clean(clean)
    if smallest is not None:
        blocks += _smallest(smallest)
    return Page(tuple(blocks), lambda: _record(clean, smallest), "solutions")


def _clean(clean: CleanSizes) -> Iterator[Block]:
    yield Heading("Clean input sizes", clean.network)
    alike = len(set(clean.laws.values())) == 1
    lines = [f"{_axes(list(clean.laws)) if alike else axis}: {spelled(law)}" for axis, law in clean.laws.items()]
    if clean.never:
        others = plural(len(clean.never) - 1, "other layer")
        more = f" ({others} likewise)" if len(clean.never) > 1 else ""
        lines = [f"no size is clean: the division in {clean.never[0]} is not exact for any input size{more}"]
    elif not clean.holds:
        lines = ["no size is clean"]
    yield Notes(tuple(dict.fromkeys(lines)), STRONG)
    if clean.holds:
        yield Notes(tuple(dict.fromkeys(_beside(clean))))
    yield Notes((MEANING, _certain(clean)), QUIET)


def _certain(clean: CleanSizes) -> str:
    """Say how certain it is: proved, or found by trying sizes."""
    if clean.tried is None:
        return PROVED
    sizes = f"from {clean.tried.start} to {clean.tried.stop - 1}" if clean.tried else "that exist"
    return f"{'all sizes' if clean.complete else 'interrupted: sizes'} {sizes} were tested; not proved"


def _axes(letters: Sequence[str]) -> str:
    """Name several axes: `D, H and W`."""
    return " and ".join(filter(None, (", ".join(letters[:-1]), letters[-1])))


def spelled(law: Law) -> str:
    """Spell a law: its step, its offsets, and from where on it holds.

    >>> from archcalc.studies.solving.clean_sizes import Law
    >>> spelled(Law(32, (3,), 67)), spelled(Law(4, (0, 1), 4)), spelled(Law(1, (0,), 5))
    ('32n + 3, from 67', '4n or 4n + 1, from 4', 'any size, from 5')
    """
    if not law.step:
        return ", ".join(map(str, law.offsets))
    step = "" if law.step == 1 else str(law.step)
    forms = [f"{step}n + {offset}" if offset else f"{step}n" for offset in law.offsets]
    said = "any size" if law.step == 1 else " or ".join(forms)
    return f"{said}, from {law.start}" if law.offsets else "none"


def _beside(clean: CleanSizes) -> Iterator[str]:
    """Yield how the network's own size lies to the clean ones."""
    for axis, law in clean.laws.items():
        own = clean.own.get(axis)
        if own is not None and law.offsets:
            near = law.nearest(own)
            yield f"{own} is clean" if near == (own,) else f"{own} is not clean; nearest: {listed(map(str, near))}"


def _smallest(found: Smallest) -> Iterator[Block]:
    yield Heading("Smallest input", found.network)
    if not found.holds:
        yield Notes(
            ("no tested size works" if found.complete else "interrupted before a size that works was found",), STRONG
        )
        return
    sizes = set(found.sizes.values())
    said = f"{_axes(list(found.sizes))} = {sizes.pop()}" if len(sizes) == 1 else ", ".join(
        f"{axis} = {size}" for axis, size in found.sizes.items()
    )  # fmt: skip
    yield Notes((said,), STRONG)
    refused = [f"at {death.size}, {death.path} has no output: {death.message}" for death in found.deaths.values()]
    yield Notes(tuple(dict.fromkeys(refused)) or ("no size is too small",))
    if found.training:
        needed = ", ".join(f"{axis} = {size}" for axis, size in found.training.items())
        yield Notes((f"training-only heads need {needed}",))


def _record(clean: CleanSizes | None, smallest: Smallest | None) -> dict[str, Any]:
    found: dict[str, Any] = {"schema_version": 1, "question": _question(clean, smallest)}
    rows: dict[str, dict[str, Any]] = {}
    complete = True
    if clean is not None:
        found["clean"] = {axis: _law(law) for axis, law in clean.laws.items() if clean.holds and law.offsets}
        found["proved"] = clean.tried is None
        found |= {} if clean.tried is None else {"tried": [clean.tried.start, clean.tried.stop - 1]}
        complete = clean.complete
        _gather(rows, found["clean"])
    if smallest is not None:
        found["smallest"] = dict(smallest.sizes)
        found |= {"smallest_for_training": dict(smallest.training)} if smallest.training else {}
        found["dies_below"] = {axis: death._asdict() for axis, death in smallest.deaths.items()}
        complete = complete and smallest.complete
        _gather(rows, {axis: {"smallest": size} for axis, size in smallest.sizes.items()})
    return found | {"unknowns": list(rows), "solutions": list(rows.values()), "complete": complete}


def _question(clean: CleanSizes | None, smallest: Smallest | None) -> str:
    return " and ".join([*(["clean"] if clean else []), *(["smallest"] if smallest else [])])


def _gather(rows: dict[str, dict[str, Any]], more: Mapping[str, Mapping[str, Any]]) -> None:
    """Add what is known of each axis to its line."""
    for axis, values in more.items():
        rows[axis] = rows.get(axis, {"axis": axis}) | dict(values)


def _law(law: Law) -> dict[str, Any]:
    offsets = {"offset": law.offsets[0]} if len(law.offsets) == 1 else {"offsets": list(law.offsets)}
    return {"step": law.step, **offsets, "from": law.start}
