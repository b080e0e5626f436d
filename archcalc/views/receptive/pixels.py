"""The page of `rf NET LAYER`: one layer's field, the pixels that one unit reads, and a drawing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.receptive.coverage import covers
from archcalc.studies.receptive.pixels import pixels, units
from archcalc.symbolic.known import number
from archcalc.symbolic.printing import is_sum, unicode
from archcalc.views.cells import entry, extent
from archcalc.views.page import PLAIN, QUIET, Drawing, Fact, Facts, Heading, Notes, Page
from archcalc.views.receptive.field_record import joined, layer
from archcalc.views.receptive.fields import JUMP, LEGENDS, FieldOptions, decimal, merges, spoken, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.field import Field
    from archcalc.quantities.shape import Shape
    from archcalc.studies.receptive.pixels import Seen
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Block, Cell

EVERYWHERE = "every unit depends on the whole input"

COVERED = {True: ("yes", EVERYWHERE), False: ("no", f"not {EVERYWHERE}"), None: ("unknown", "")}
"""How it reads whether a layer's units see all of the input, and what that means."""

WORDS = {"D": "planes", "H": "rows", "W": "columns", "L": "positions"}
"""What the places along an axis are called."""

DRAWN_COLUMNS, DRAWN_ROWS = 64, 32
"""How large a drawing is at most. A sign is about twice as high as it is wide."""

FIELD, PADDING, IMAGE = "█", "░", "·"


def single(table: Table, row: Row, options: FieldOptions, unit: Sequence[int] = (), pixel: Sequence[int] = ()) -> Page:
    """Return the page of one layer's field: with the pixels that one unit reads, or the units that read one pixel.

    >>> import archcalc
    >>> table = archcalc.load("vgg16").analyze()
    >>> page = single(table, table["conv3_3"], FieldOptions(), unit=(10, 12))
    >>> page.record["rows"], page.record["columns"]
    ([22, 61], [30, 69])

    Raises:
        UsageError: there is no such unit or pixel, or the layer has no field of pixels.
    """
    found: dict[str, Any] = {
        "schema_version": 1,
        "name": table.spec.name,
        "input": list(next(iter(table.inputs.values())).sizes),
        "layers": [layer(table, row)],
    }
    blocks = _head(table, row, options)
    if unit:
        blocks += _unit(table, row, unit, found)
    if pixel:
        blocks += _pixel(table, row, pixel, found)
    if options.paths:
        upstream = _merges_above(table, row)
        blocks += merges(table, upstream)
        found["merges"] = joined(table, upstream)
    blocks.append(Notes((LEGENDS[options.dialect],), QUIET))
    return Page(tuple(blocks), lambda: found, "layers")


def _head(table: Table, row: Row, options: FieldOptions) -> list[Block]:
    return [
        Heading(row.path, f"receptive field in {table.spec.title or table.spec.name}"),
        Notes((f"{entry(table)} · {row.kind} · output {row.output}",), QUIET),
        Facts(tuple(_facts(table, row, options))),
    ]


def _facts(table: Table, row: Row, options: FieldOptions) -> Iterator[Fact]:
    reach = row.reach
    yield Fact("RF", extent(reach), _remark(row))
    if reach.axes is not None:
        axes = list(reach.axes)
        yield Fact(
            options.dialect if options.dialect == JUMP else "effective stride", _each([field.stride for field in axes])
        )
        if options.dialect == JUMP:
            yield Fact("start", _each([decimal(start(field)) for field in axes]))
        else:
            yield Fact("effective padding", _each([field.padding for field in axes]))
            yield Fact("center", _each([decimal(field.centre) for field in axes]), "of unit 0")
        if not axes[0].phases:
            yield Fact("unit i depends on", _each([_law(field) for field in axes]), "pixels on each axis")
        else:
            yield Fact("phases", _each([_phases(field) for field in axes]), "RF by i modulo their number")
        yield Fact(
            "aligned", "yes" if reach.aligned else "no", "" if reach.aligned else "`archcalc rf NET` shows where"
        )
        yield Fact("covers the whole input", *COVERED[covers(row, next(iter(table.inputs.values())))])


def _remark(row: Row) -> str:
    if row.reach.axes is None:
        return EVERYWHERE if row.reach.known and row.reach.everything else ""
    both = f"along the spatial paths; through a gate, {EVERYWHERE}"
    return both if row.reach.everything else "input pixels"


def _law(field: Field) -> str:
    """Say which pixels unit i sees."""
    moved = f"{unicode(field.shift)}·i"
    return f"{_plus(moved, field.first)} … {_plus(moved, field.last)}"


def _plus(moved: str, offset: Any) -> str:  # noqa: ANN401 - a number or an expression
    if not isinstance(offset, int):
        return f"{moved} + {unicode(offset)}"
    return moved if offset == 0 else f"{moved} {'−' if offset < 0 else '+'} {abs(offset)}"


def _phases(field: Field) -> str:
    few = 16
    sizes = [str(size) for size in field.sizes]
    return ", ".join(sizes if len(sizes) <= few else [*sizes[:few], f"… ({len(sizes)})"])


def _each(values: Sequence[Number | str]) -> Cell:
    """Return one value for all axes, or all of them."""
    if all(value == values[0] for value in values):
        return values[0]
    return (" × " if isinstance(values[0], str) else "×").join(map(_factor, values))


def _factor(value: Number | str) -> str:
    return f"({spoken(value)})" if is_sum(value) else spoken(value)


def _unit(table: Table, row: Row, unit: Sequence[int], found: dict[str, Any]) -> Iterator[Block]:
    """Yield what one unit reads, and add it to the record."""
    found["unit"] = list(unit)
    place = ", ".join(map(str, unit))
    for name, seen in pixels(table, row, unit).items():
        image = table.inputs[name]
        words = _words(image)
        found |= {word: _pair(axis.unclipped) for word, axis in zip(words, seen, strict=True)}
        found |= {f"clipped_{word}": _pair(axis.clipped) for word, axis in zip(words, seen, strict=True)}
        found |= {f"read_{word}": axis.members for word, axis in zip(words, seen, strict=True)}
        yield Heading(f"unit {place}", f"depends on these pixels of {name} (counted from 0)")
        yield Facts(tuple(_read(word, axis) for word, axis in zip(words, seen, strict=True)))
        if len(seen) == 2:  # noqa: PLR2004 - what can be drawn on a page
            yield Drawing(tuple(drawing(seen, image)))
            yield Notes(
                (f"{FIELD} in the receptive field  {PADDING} padding  {IMAGE} not in the receptive field",), QUIET
            )


def _words(image: Shape) -> list[str]:
    return [WORDS[letter] for letter in image.layout[1:]]


def _pair(interval: tuple[int, int] | None) -> list[int] | None:
    return None if interval is None else list(interval)


def _read(word: str, seen: Seen) -> Fact:
    if seen.clipped is None:
        return Fact(word, "none", _unclipped(seen))
    notes = [_unclipped(seen)] if seen.unclipped != seen.clipped else []
    notes += [f"{seen.padding} of them in the padding"] if seen.padding else []
    notes += [f"only {seen.members} of these, with gaps between them"] if seen.holes else []
    return Fact(word, f"{seen.clipped[0]}–{seen.clipped[1]}", ", ".join(filter(None, notes)))


def _unclipped(seen: Seen) -> str:
    return f"unclipped {seen.unclipped[0]} to {seen.unclipped[1]}".replace("-", "−") if seen.unclipped else ""


def _pixel(table: Table, row: Row, pixel: Sequence[int], found: dict[str, Any]) -> Iterator[Block]:
    """Yield which units read a pixel, and add it to the record."""
    seen, words = units(table, row, pixel), _words(row.output)
    found |= {"pixel": list(pixel), "units": {word: _pair(a.clipped) for word, a in zip(words, seen, strict=True)}}
    yield Heading(
        f"pixel {', '.join(map(str, pixel))}",
        f"is in the receptive field of these units of {row.path} (counted from 0)",
    )
    if any(axis.clipped is None for axis in seen):
        yield Notes(("not in the receptive field of any unit",), PLAIN)
    else:
        yield Facts(tuple(_read(word, axis) for word, axis in zip(words, seen, strict=True)))


def _merges_above(table: Table, row: Row) -> list[Row]:
    """Return the merges on the way to a layer, its own included."""
    needed = {row.node}
    for node in reversed(table.graph.nodes[: row.node + 1]):
        if node.index in needed:
            needed.update(node.inputs)
    return [other for other in table if other.node in needed and len(table.graph.nodes[other.node].inputs) > 1]


def drawing(seen: Sequence[Seen], image: Shape) -> Iterator[str]:
    r"""Yield the lines of a picture: the image, what is read of it, and the padding that is read.

    >>> from archcalc.quantities.shape import grid
    >>> from archcalc.studies.receptive.pixels import Seen
    >>> print(*drawing([Seen((-1, 1), (0, 1), 2), Seen((0, 2), (0, 2), 3)], grid(3, (4, 6))), sep="\n")
    ░░░
    ███···
    ███···
    ······
    ······
    """
    height, width = (number(size) for size in image.spatial)
    rows, columns = (_span(axis, size) for axis, size in zip(seen, (height, width), strict=True))
    step = max(1, -(-len(columns) // DRAWN_COLUMNS), -(-len(rows) // (2 * DRAWN_ROWS)))
    down = 2 * step if step > 1 else 1
    for top in range(rows.start, rows.stop, down):
        line = [
            _sign(seen, (height, width), (top, left), (down, step)) for left in range(columns.start, columns.stop, step)
        ]
        yield "".join(line).rstrip()


def _span(seen: Seen, size: int) -> range:
    """Return what is drawn of an axis: the image, and what is read outside."""
    first, last = seen.unclipped or (0, size - 1)
    return range(min(first, 0), max(last, size - 1) + 1)


def _sign(seen: Sequence[Seen], sizes: tuple[int, int], place: tuple[int, int], steps: tuple[int, int]) -> str:
    """Return the sign for a block of pixels: what most concerns the field in it."""
    axes = list(zip(seen, place, steps, sizes, strict=True))
    if all(_meets(axis.clipped, at, step) for axis, at, step, _ in axes):
        return FIELD
    if all(_meets(axis.unclipped, at, step) for axis, at, step, _ in axes):
        return PADDING
    return IMAGE if all(_meets((0, size - 1), at, step) for _, at, step, size in axes) else " "


def _meets(interval: tuple[int, int] | None, at: int, step: int) -> bool:
    return interval is not None and interval[0] < at + step and interval[1] >= at
