"""The tables that torchinfo and torchsummary print of a model of PyTorch.

Source: ``formatting.py`` and ``layer_info.py`` of torchinfo 1.8, and ``torchsummary.py`` of torchsummary 1.5.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.onnx.paths import cleaned
from archcalc.importers.summaries.rows import Pasted, PrintedRow, number, sizes, without_batch
from archcalc.importers.summaries.torch_layers import WEIGHTLESS
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = ("Kernel Shape", "Input Shape", "Output Shape", "Param #", "Param %", "Mult-Adds", "Trainable")
LINES = "│├└─|+ "
"""The signs before the name of a layer in a tree."""

_NAME = re.compile(r"(\w{1,200})(?: \(([^()]{1,200})\))?(?:: (\d{1,9})(?:-(\d{1,9}))?)?")
_CELLS = re.compile(r" {2,}")
RECURSIVE = "(recursive)"
PASTE = "paste the whole table"
UNCOUNTED = ("MultiheadAttention", "LSTM", "GRU", "RNN")
"""Classes whose parameters torchsummary does not count: they are not called ``weight`` and ``bias``."""


class _Line(NamedTuple):
    depth: int
    kind: str
    name: str
    cells: dict[str, str]

    @property
    def params(self) -> int | None:
        """The parameters of the row; those of a module that has run before are counted there."""
        cell = self.cells.get("Param #", "")
        return 0 if cell in ("--", RECURSIVE) else number(cell.strip("()"))


def torchinfo(lines: Sequence[str], header: int, name: str) -> Pasted:
    """Return the rows of a table of torchinfo.

    Raises:
        UsageError: a row cannot be read, or the parameters are not among the columns.
    """
    columns = sorted((column for column in COLUMNS if column in lines[header]), key=lines[header].index)
    if "Param #" not in columns:
        raise UsageError(f"{name} has no column Param #", 'print it with col_names=("output_size", "num_params")')
    found = list(_lines(lines, header, columns, name))
    if not found:
        raise UsageError(f"{name} has a table without rows", PASTE)
    batch = next((shape[0] for line in found if (shape := sizes(line.cells.get("Output Shape", "")))), None)
    rows: list[PrintedRow] = []
    around: list[str] = []
    for place, line in enumerate(found):
        del around[line.depth :]
        around.append(line.name)
        leaf = place + 1 == len(found) or found[place + 1].depth <= line.depth
        if leaf or line.params != 0:
            path = "/".join(around[1:] or around)
            rows.append(_row(line, path if leaf else f"{path}/{line.kind}", batch, name))
    return Pasted(tool="torchinfo", title=found[0].kind, rows=tuple(rows), total=stated_total(lines))


def _lines(lines: Sequence[str], header: int, columns: Sequence[str], name: str) -> Iterator[_Line]:
    for place in _body(lines, header):
        text = lines[place].rstrip()
        found = _line(text, columns)
        if found is not None:
            yield found
        elif "─" not in text.lstrip(LINES):  # with verbose=2, a row for each tensor of a module
            raise UsageError(f"{name}:{place + 1}: this row of the table cannot be read", PASTE)


def _line(text: str, columns: Sequence[str]) -> _Line | None:
    inner = text.lstrip(LINES)
    prefix = text[: len(text) - len(inner)]
    label, *cells = _CELLS.split(inner)
    found = _NAME.fullmatch(label)
    if found is None or len(cells) != len(columns):
        return None
    kind, var, depth, index = found.groups()
    level = int(depth) if depth else prefix.count("│") + prefix.count("|") + bool(prefix.strip(" │|"))
    numbered = f"{kind}_{depth}-{index}" if index else kind
    path = "_".join(cleaned([var])) if var else ""
    return _Line(depth=level, kind=kind, name=path or numbered, cells=dict(zip(columns, cells, strict=True)))


def _row(line: _Line, path: str, batch: int | None, name: str) -> PrintedRow:
    if line.params is None:
        raise UsageError(f"{name}: invalid number of parameters '{line.cells['Param #']}' of {path}", PASTE)
    read = without_batch(sizes(line.cells.get("Input Shape", "")), batch)
    kernel = sizes(line.cells.get("Kernel Shape", "")) or []
    shape = without_batch(sizes(line.cells.get("Output Shape", "")), batch)
    return PrintedRow(
        path=path,
        operation=line.kind,
        params=line.params,
        shape=shape,
        channels=shape[0] if shape else None,
        inputs=() if read is None else (read,),
        kernel=tuple(size for size in kernel if size) or None,
        macs=0 if line.kind in WEIGHTLESS else None,
        again=line.cells["Param #"] == RECURSIVE,
    )


def torchsummary(lines: Sequence[str], header: int, name: str) -> Pasted:
    """Return the rows of a table of torchsummary.

    Raises:
        UsageError: a row cannot be read.
    """
    rows = [_plain_row(lines[place], f"{name}:{place + 1}") for place in _body(lines, header)]
    if not rows:
        raise UsageError(f"{name} has a table without rows", PASTE)
    lacking = [row.path for row in rows if row.params is None]
    remarks = [f"torchsummary does not count the parameters of {listed(lacking)}"] if lacking else []
    remarks.append("torchsummary counts a module each time it runs, and only parameters called weight and bias")
    return Pasted(tool="torchsummary", title="", rows=tuple(rows), total=stated_total(lines), remarks=tuple(remarks))


def _body(lines: Sequence[str], header: int) -> Iterator[int]:
    """Yield the lines of a table: after the rule below the headings, up to the next one."""
    rules = [
        place for place in range(header + 1, len(lines)) if lines[place].strip() and set(lines[place].strip()) == {"="}
    ]
    begin, end, *_ = [*rules[:2], *[len(lines)] * 2] if rules else (header, len(lines))
    yield from (place for place in range(begin + 1, end) if lines[place].strip())


def _plain_row(line: str, where: str) -> PrintedRow:
    label, *shape, params = line.split() if len(line.split()) > 1 else ("", "")
    kind, _, index = label.rpartition("-")
    found, printed = number(params), sizes(" ".join(shape))
    if not kind or number(index) is None or found is None or printed is None:
        raise UsageError(f"{where}: this row of the table cannot be read", PASTE)
    inner = without_batch(printed, printed[0])
    return PrintedRow(
        path=cleaned([label])[0],
        operation=kind,
        params=None if kind in UNCOUNTED and not found else found,
        shape=inner,
        channels=inner[0] if inner else None,
        macs=0 if kind in WEIGHTLESS else None,
    )


def stated_total(lines: Sequence[str]) -> int | None:
    """Return the number of parameters below a table; None if it is not there, or shortened."""
    for line in lines:
        label, sign, value = line.strip().partition(":")
        if sign and label == "Total params":
            return number(value.partition("(")[0])
    return None
