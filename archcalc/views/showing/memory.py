"""What `show --memory` adds to the page of a network: bytes, each with its unit and its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.memory import RunSetting, memory
from archcalc.symbolic.printing import unicode
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.measures.memory import Memory
    from archcalc.network import table as network
    from archcalc.symbolic.expr import Int

COLUMNS = (
    Column("what", "what"),
    Column("mb", "MB", RIGHT),
    Column("mib", "MiB", RIGHT),
    Column("rule", "rule"),
)

UNITS = "MB are 10⁶ bytes, MiB 2²⁰. Frameworks add workspace and fragments to this, which no rule says beforehand."


def with_memory(page: Page, table: network.Table, asked: Mapping[str, Any]) -> Page:
    """Return a page with what the network takes in memory below it; ``asked`` are settings that are not the usual.

    Raises:
        UsageError: there is no such type of number or optimizer.
    """
    setting = RunSetting(**asked)
    found = memory(table, setting)
    in_place = ", in place" if setting.inplace else ""
    images = "1 image" if setting.batch == 1 else f"{setting.batch} images"
    blocks = (
        *page.blocks,
        Heading("Memory", f"{images} at once, {setting.dtype}, {setting.optimizer}{in_place}"),
        PageTable(COLUMNS, tuple(_lines(found, setting))),
        Notes((UNITS,), QUIET),
    )
    return Page(blocks, lambda: page.record | {"memory": record(found, setting)}, page.records)


def _lines(found: Memory, setting: RunSetting) -> Iterator[Line]:
    """Yield each number with the rule by which it is counted."""
    yield _line("parameters", found.parameters, f"{setting.width} bytes each")
    yield _line("buffers", found.buffers, "running statistics, tables")
    functions = "functions write over their input" if setting.inplace else "those of functions as well"
    yield _line("activations", found.activations, f"the input and each output, kept for training; {functions}")
    yield _line("gradients", found.gradients, "one for each parameter that is trained")
    states = "nothing" if not setting.states else f"{setting.states} for each parameter that is trained"
    yield _line("optimizer", found.optimizer, f"{setting.optimizer} keeps {states}")
    yield _line("training", found.training, "all of these", STRONG)
    if found.peak is None or found.inference is None:
        yield _line("inference", None, "where maps are largest depends on the letters", STRONG)
    else:
        yield _line("peak of maps", found.peak, f"the most that is alive at once, at {found.peak_at}")
        yield _line("inference", found.inference, "parameters, buffers and that peak", STRONG)


def _line(name: str, size: Int | None, rule: str, tone: str = PLAIN) -> Line:
    if not isinstance(size, int):
        return Line((Label(name), "unknown" if size is None else f"{unicode(size)} bytes", "", rule), 0, tone)
    return Line((Label(name), hundredths(size, 10**6), hundredths(size, 2**20), rule), 0, tone)


def hundredths(size: int, unit: int) -> str:
    """Spell bytes in a larger unit, rounded to hundredths.

    >>> hundredths(60950432, 10**6), hundredths(60950432, 2**20)
    ('60.95', '58.13')
    """
    whole, part = divmod((200 * size + unit) // (2 * unit), 100)
    return f"{whole:,}.{part:02}"


def record(found: Memory, setting: RunSetting) -> dict[str, Any]:
    """Return the bytes by name.

    >>> import archcalc
    >>> record(memory(archcalc.load("lenet5").analyze()), RunSetting())["unit"]
    'bytes'
    """
    sums = {"training": found.training, "inference": found.inference}
    return {"unit": "bytes", **setting._asdict(), **found._asdict(), **sums}
