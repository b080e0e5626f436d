"""The summary of a Keras model as Keras 3 prints it, from the numbers of its table.

Source: ``print_summary`` in keras/src/utils/summary_utils.py, and the tables of rich (github.com/Textualize/rich), with
which it prints.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.expr import total
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import unicode
from archcalc.views.page import Drawing, Page
from archcalc.views.showing import keras_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int

HEADINGS = ("Layer (type)", "Output Shape", "Param #", "Connected to")
OF_CHAIN, OF_GRAPH = (0.45, 0.80, 1.0), (0.3, 0.56, 0.74, 1.0)
"""Where the columns end, as shares of the width."""

WIDEST = {OF_CHAIN: 88, OF_GRAPH: 108}
MARGIN = 4
"""The columns of a terminal that stay free."""

NARROWEST = 4
UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_WORD = re.compile(r"\s*\S+\s*")


class KerasLine(NamedTuple):
    """A layer of a Keras model: its name and class, the sizes that it outputs, and the rows that it is in the table.

    ``sizes`` have the channels last and no batch, for each output; ``links`` are the outputs that it reads, as Keras
    writes them. ``frozen`` are the rows of layers that are not trained; ``bytes`` is the size of one of its weights.
    """

    name: str
    kind: str
    sizes: tuple[tuple[Int, ...], ...] = ()
    rows: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    frozen: frozenset[str] = frozenset()
    bytes: int = 4


class KerasSummary(NamedTuple):
    """A Keras model as its summary lists it; ``chain`` says that its layers run one after the other."""

    name: str
    lines: tuple[KerasLine, ...]
    chain: bool


def printed(table: Table, summary: KerasSummary, columns: int, page: Page) -> Page:
    """Return a page with what Keras prints in a terminal of this width, and the record of another page."""
    positions = OF_CHAIN if summary.chain else OF_GRAPH
    length = max(min(WIDEST[positions], columns - MARGIN), NARROWEST * len(positions) * 2)
    counted = [_counted(line, table) for line in summary.lines]
    cells = [_cells(line, params) for line, (params, _) in zip(summary.lines, counted, strict=True)]
    rows = [row[: len(positions)] for row in (HEADINGS, *cells)]
    lines = (f'Model: "{summary.name}"', *_boxed(rows, _widths(positions, length)), *_totals(summary.lines, counted))
    return page._replace(blocks=(Drawing(lines),))


def _counted(line: KerasLine, table: Table) -> tuple[Int, Int]:
    """Return the parameters of a layer, moving statistics included, and how many of them are trained."""
    rows = [table[path] for path in line.rows]
    params = simplify(total(map(keras_layers.params_of, rows)))
    return params, simplify(total(keras_layers.trainable_of(row) for row in rows if row.path not in line.frozen))


def _cells(line: KerasLine, params: Int) -> tuple[str, ...]:
    shapes = [f"({', '.join(['None', *map(_size, sizes)])})" for sizes in line.sizes]
    shape = shapes[0] if len(shapes) == 1 else f"[{', '.join(shapes)}]" if shapes else "?"
    return f"{line.name} ({line.kind})", shape, _number(params), ", ".join(line.links) or "-"


def _size(size: Int) -> str:
    """Return a size; one that is open is ``None``."""
    return str(size) if isinstance(size, int) else "None"


def _number(count: Int) -> str:
    return f"{count:,}" if isinstance(count, int) else unicode(count)


def _totals(lines: Sequence[KerasLine], counted: Sequence[tuple[Int, Int]]) -> Iterator[str]:
    """Yield the totals with the memory that they take."""
    each = [line.bytes for line in lines]
    for name, counts in (
        ("Total", [params for params, _ in counted]),
        ("Trainable", [trained for _, trained in counted]),
        ("Non-trainable", [simplify(params - trained) for params, trained in counted]),
    ):
        memory = simplify(total(size * count for size, count in zip(each, counts, strict=True)))
        yield f" {name} params: {_number(simplify(total(counts)))} ({_memory(memory)})"


def _memory(count: Int) -> str:
    """Return a number of bytes in the unit that Keras takes.

    >>> _memory(8), _memory(32250016)
    ('8.00 B', '30.76 MB')
    """
    if not isinstance(count, int):
        return "unknown"
    scaled, power = float(count), 0
    while scaled / 1024 >= 1 and power < len(UNITS) - 1:
        scaled, power = scaled / 1024, power + 1
    return f"{scaled:.2f} {UNITS[power]}"


def _widths(positions: Sequence[float], length: int) -> list[int]:
    """Return the widths of columns with a space on both sides: too wide together, each gives up its share."""
    ends = [int(position * length) for position in positions]
    widths = [end - start + 2 for start, end in zip([0, *ends], ends, strict=False)]
    excess = sum(widths) - (length - len(widths) - 1)
    found = []
    for place, width in enumerate(widths):
        less = min(width, round(excess / (len(widths) - place)))
        excess -= less
        found.append(width - less)
    return found


def _boxed(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a table in a box, the first row as its heading."""

    def rule(left: str, line: str, between: str, right: str) -> str:
        return left + between.join(line * width for width in widths) + right

    heading, *others = rows
    yield rule("┏", "━", "┳", "┓")
    yield from _row(heading, widths, "┃")
    yield rule("┡", "━", "╇", "┩")
    for place, row in enumerate(others):
        if place:
            yield rule("├", "─", "┼", "┤")
        yield from _row(row, widths, "│")
    yield rule("└", "─", "┴", "┘")


def _row(cells: Sequence[str], widths: Sequence[int], bar: str) -> Iterator[str]:
    inner = [width - 2 for width in widths]
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, inner, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        aligned = [ALIGN[place](part, width) for place, (part, width) in enumerate(zip(parts, inner, strict=True))]
        yield bar + bar.join(f" {part} " for part in aligned) + bar


ALIGN: tuple[Callable[[str, int], str], ...] = (str.ljust, str.ljust, str.rjust, str.ljust)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a cell in lines of a width: words stay whole, and one that is too long is cut.

    >>> _wrapped("input_layer (InputLayer)", 19), _wrapped("block1a_activation[0][0], x", 17)
    (['input_layer', '(InputLayer)'], ['block1a_activati…', 'x'])
    """
    lines, used = [""], 0
    for word in _WORD.findall(text):
        length = len(word.rstrip())
        if width - used < length and used:
            lines.append("")
            used = 0
        lines[-1] += word
        used += len(word)
    return [_cut(line.rstrip(), width) for line in lines]


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"
