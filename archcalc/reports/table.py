"""The terminal: aligned columns as far as the width allows, a tree for blocks, bars for shares, colour on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.base import FIRM, HINT, breadth, breakable, clipped, guides, spelled_out, wrapped
from archcalc.reports.texts import plain_blocks
from archcalc.symbolic.printing import unicode
from archcalc.views.page import (
    PLAIN,
    QUIET,
    RIGHT,
    STRONG,
    Drawing,
    Facts,
    Heading,
    Label,
    Notes,
    PageTable,
    Share,
    WorkedRules,
)
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.views.page import Block, Cell, Column, Fact, Line, Page

SUFFIX = ".txt"
WIDTH = 100
"""The width where there is no terminal to ask."""

GAP = 2
BAR = 7
"""The least length of a bar; where there is room bars grow to twice that."""
NARROWEST, NARROWEST_LABEL = 12, 10
"""What cells that wrap, and names, shrink to before columns go."""
COMFORTABLE = 30
"""A label may want so much before it gives way to more columns."""

CODES = {PLAIN: "", QUIET: "2", STRONG: "1", "params_share": "36", "macs_share": "33"}
"""What a terminal is told for each tone, and for the bars of each column."""

SPELLING = Spelling(expression=lambda x: breakable(unicode(x)), joint=HINT)

Segments = list[tuple[str, str]]
"""A line of the screen: texts with their tones."""


def render(page: Page) -> str:
    """Write a page for a file or a pipe: no colour, a hundred columns."""
    return draw(page, WIDTH)


def draw(page: Page, width: int, *, colour: bool = False) -> str:
    r"""Write a page for a terminal of some width.

    >>> from archcalc.views.page import Heading, Page
    >>> draw(Page((Heading("AlexNet", "2012"),)), 80)
    'AlexNet · 2012\n'
    """
    lines: list[Segments] = []
    before: Block | None = None
    for block in plain_blocks(page, printable, printable):
        if before is not None and not (isinstance(before, Heading | Notes) and isinstance(block, Notes)):
            lines.append([])
        lines += _block(block, width)
        before = block
    return "".join(_painted(line, colour) + "\n" for line in lines)


def _painted(line: Segments, colour: bool) -> str:  # noqa: FBT001
    if not colour:
        return "".join(text for text, _ in line).rstrip()
    return "".join(f"\x1b[{CODES[tone]}m{text}\x1b[0m" if CODES[tone] and text.strip() else text for text, tone in line)


def _block(block: Block, width: int) -> Iterator[Segments]:
    match block:
        case Heading():
            return _heading(block, width)
        case Notes():
            return _notes(block, width)
        case Facts():
            return _facts(block.facts, width)
        case WorkedRules():
            return _derivations(block, width)
        case Drawing():
            return ([(clipped(line, width), PLAIN)] for line in block.lines)
        case PageTable():
            return Grid(block, width).lines()


def _heading(block: Heading, width: int) -> Iterator[Segments]:
    first, *more = wrapped(" · ".join(filter(None, block)), width)
    title = block.text
    if not first.startswith(title):
        yield from ([(line, STRONG)] for line in (first, *more))
        return
    yield [(title, STRONG), (first[len(title) :], QUIET)]
    yield from ([(line, QUIET)] for line in more)


def _notes(block: Notes, width: int) -> Iterator[Segments]:
    for line in block.lines:
        yield from ([(part, block.tone)] for part in wrapped(line, width))


def _derivations(block: WorkedRules, width: int) -> Iterator[Segments]:
    for start, line in spelled_out(block):
        for place, text in enumerate(wrapped(line, max(NARROWEST, width - len(start))) or [""]):
            yield [((" " * len(start) if place else start) + text, PLAIN if start else STRONG)]


def _facts(facts: Sequence[Fact], width: int) -> Iterator[Segments]:
    """Yield names, values below each other, and remarks; a long value runs over several lines."""
    spelled = [SPELLING.cell(fact.value) for fact in facts]
    names = max(breadth(fact.name) for fact in facts) + GAP
    room = max(NARROWEST // 2, width - names)
    values = max((breadth(value) for value in spelled if not _is_long(value, room)), default=0)
    for fact, value in zip(facts, spelled, strict=True):
        if _is_long(value, room) or room - values - GAP < NARROWEST:
            body: list[Segments] = [[(text, PLAIN)] for text in wrapped(value, room)]
            body += [[(text, QUIET)] for text in wrapped(fact.remark, room)]
        else:
            notes = wrapped(fact.remark, room - values - GAP) or [""]
            shown = value.replace(FIRM, " ").replace(HINT, "")
            gutters = [" " * (values - breadth(shown)) + shown, *[" " * values] * (len(notes) - 1)]
            body = [[(gutter + " " * GAP, PLAIN), (note, QUIET)] for gutter, note in zip(gutters, notes, strict=True)]
        starts = [fact.name + " " * (names - breadth(fact.name)), *[" " * names] * (len(body) - 1)]
        yield from ([(start, PLAIN), *line] for start, line in zip(starts, body, strict=True))


def _is_long(value: str, room: int) -> bool:
    return " " in value or breadth(value) > min(COMFORTABLE, room)


class Grid:
    """A table on its way to the screen: its cells spelled, its columns chosen and measured."""

    def __init__(self, table: PageTable, width: int) -> None:
        self.columns, self.total = table.columns, table.total
        self.rows = [*table.lines, *([table.total] if table.total else [])]
        self.guides = [*guides(table.lines), ("", "")]
        self.spelled = [[self._natural(cell) for cell in row.cells] for row in self.rows]
        self.names = max((breadth(start + _name(row)) for row, (start, _) in self._labels()), default=0)
        self.shown, self.widths = self._fit(width)

    def _labels(self) -> Iterable[tuple[Line, tuple[str, str]]]:
        return zip(self.rows, self.guides, strict=False)

    def _natural(self, cell: Cell) -> str:
        return " " * (BAR + 5) if isinstance(cell, Share) else SPELLING.cell(cell)

    def _breadths(self) -> list[int]:
        """Return what each column would like to have."""
        found = [breadth(column.heading) for column in self.columns]
        for row, (start, _) in zip(self.spelled, self.guides, strict=False):
            found = [max(had, breadth(cell)) for had, cell in zip(found, row, strict=True)]
            found[0] = max(found[0], breadth(start + row[0]))
        return found

    def _fit(self, width: int) -> tuple[list[int], list[int]]:
        """Choose the columns that have room, and give each its width."""
        natural = self._breadths()
        wants = [min(natural[0], max(self.names, COMFORTABLE)), *natural[1:]]
        least, shown = self._least(wants), [0]
        for index in sorted(range(1, len(wants)), key=lambda index: (self.columns[index].priority, index)):
            needs = least if self.columns[index].priority == 0 else wants
            if _sum([needs[i] for i in (*shown, index)]) <= width:
                shown.append(index)
        shown.sort()
        widths = [wants[index] for index in shown]
        floors = [least[index] for index in shown]
        while _sum(widths) > width and widths != floors:
            widest = max(range(len(widths)), key=lambda i: widths[i] - floors[i])
            widths[widest] -= 1
        spare = max(0, width - _sum(widths))
        widths[0] += min(spare, natural[0] - wants[0])
        return shown, self._longer_bars(shown, [min(w, width) for w in widths], width)

    def _least(self, wants: list[int]) -> list[int]:
        """Return what each column can shrink to: names are cut, and cells with spaces in them wrap."""
        found = list(wants)
        found[0] = min(found[0], max(NARROWEST_LABEL, breadth(self.columns[0].heading)))
        for index, column in enumerate(self.columns[1:], 1):
            whole = [row[index] for row in self.spelled if not _breaks(row[index])]
            if len(whole) < len(self.spelled):
                floor = max([NARROWEST, breadth(column.heading), *map(breadth, whole)])
                found[index] = min(found[index], floor)
        return found

    def _longer_bars(self, shown: list[int], widths: list[int], width: int) -> list[int]:
        bars = [place for place, index in enumerate(shown) if self.columns[index].key.endswith("_share")]
        spare = width - _sum(widths)
        for place in bars:
            widths[place] += min(BAR, spare // len(bars))
        return widths

    def lines(self) -> Iterator[Segments]:
        """Yield the lines: headings, a rule, the rows, and the total below another rule."""
        rule: Segments = [("─" * min(_sum(self.widths), 4096), QUIET)]
        heads = [
            (_aligned(self.columns[index], clipped(self.columns[index].heading, width), width), QUIET)
            for index, width in zip(self.shown, self.widths, strict=True)
        ]
        yield _joined([[head] for head in heads])
        yield rule
        for number, row in enumerate(self.rows):
            if row is self.total:
                yield rule
            yield from self._row(row, number)
        yield from self._missing()

    def _missing(self) -> Iterator[Segments]:
        """Say which columns were asked for and have no room."""
        hidden = [column for index, column in enumerate(self.columns) if index not in self.shown]
        missing = ", ".join(column.heading for column in hidden if column.priority == 0)
        if missing:
            note = f"no room for {missing}: a wider terminal, or another --format, has it"
            yield from ([(text, QUIET)] for text in wrapped(note, _sum(self.widths)))

    def _row(self, row: Line, number: int) -> Iterator[Segments]:
        """Yield the lines of one row: as many as its longest cell needs."""
        cells = [self._cell(row, number, index, width) for index, width in zip(self.shown, self.widths, strict=True)]
        for line in range(max(len(cell) for cell in cells)):
            yield _joined(
                [cell[line] if line < len(cell) else self._blank(place, number) for place, cell in enumerate(cells)]
            )

    def _blank(self, place: int, number: int) -> Segments:
        start = self.guides[number][1] if place == 0 else ""
        return [(start + " " * (self.widths[place] - breadth(start)), QUIET)]

    def _cell(self, row: Line, number: int, index: int, width: int) -> list[Segments]:
        cell, column = row.cells[index], self.columns[index]
        if isinstance(cell, Label):
            return [_label(cell, self.guides[number][0], width, row.tone)]
        if isinstance(cell, Share):
            return [_bar(cell, width, QUIET if row.tone == QUIET else column.key)]
        tone = QUIET if cell is None else row.tone
        if isinstance(cell, int) or not self.spelled[number][index]:
            return [[(_aligned(column, clipped(self.spelled[number][index], width), width), tone)]]
        return [[(_aligned(column, text, width), tone)] for text in wrapped(self.spelled[number][index], width) or [""]]


def _breaks(cell: str) -> bool:
    """Whether a cell can run over several lines: a sentence or a formula, not a number or a name."""
    return " " in cell.strip() or HINT in cell


def _sum(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _joined(cells: Iterable[Segments]) -> Segments:
    """Return cells side by side, with gaps, and nothing behind the last of them."""
    line: Segments = []
    for cell in cells:
        line += [*([(" " * GAP, PLAIN)] if line else []), *cell]
    while line and not line[-1][0].strip():
        line.pop()
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else line


def _aligned(column: Column, text: str, width: int) -> str:
    blank = " " * (width - breadth(text))
    return blank + text if column.align == RIGHT else text + blank


def _name(row: Line) -> str:
    label = row.cells[0]
    return SPELLING.label(label._replace(asides=())) if isinstance(label, Label) else ""


def _label(label: Label, start: str, width: int, tone: str) -> Segments:
    """Return guides, name and asides; what is too long is cut: the asides at their end, the name in its middle."""
    room = max(1, width - breadth(start))
    name = clipped(SPELLING.label(label._replace(asides=())), room, middle=True)
    room -= breadth(name)
    asides = clipped("".join(f" {aside}" for aside in label.asides), room) if room > 3 else ""  # noqa: PLR2004
    return [(start, QUIET), (name, tone), (asides + " " * (room - breadth(asides)), QUIET)]


def _bar(share: Share, width: int, tone: str) -> Segments:
    """Return a percentage and a bar of so many eighths of a cell."""
    percent = (share.permille + 5) // 10
    spelled = f"{percent}%" if percent else "<1%"
    length = width - 5
    whole, eighths = divmod((share.permille * length * 8 + 500) // 1000, 8)
    bar = "█" * whole + ("▏▎▍▌▋▊▉"[eighths - 1] if eighths else "")
    return [(spelled.rjust(4) + " ", QUIET), (bar.ljust(length), tone)]
