"""The tables that ``model.summary()`` of Keras prints: of Keras 2 in ASCII, and of Keras 3 in boxes.

Source: ``print_summary`` of Keras 2 and 3.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.onnx.paths import cleaned
from archcalc.importers.summaries.fitting import CANDIDATES
from archcalc.importers.summaries.rows import Pasted, PrintedRow, number, sizes, without_batch
from archcalc.importers.summaries.torch_tables import PASTE, stated_total

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.summaries.rows import Sizes

COLUMNS = ("Layer (type)", "Output Shape", "Param", "Connected to", "Trainable")
BARS = re.compile("[│┃|]")
BORDERS = frozenset("┏━┳┓┡╇┩├─┼┤└┴┘┌┬┐╭╮╰╯╞═╪╡╔╦╗╠╬╣╚╩╝_=+- ¯|│┃")
_TITLE = re.compile(r'Model: "([^"]{1,200})"')
_NAME = re.compile(r"(.{1,400}?) ?\((\w{1,200})(…|\)?)")
_LINK = re.compile(r"(?<![^\s\[\],'])([^\s\[\],']{1,300})\[(\d{1,6})\]\[(\d{1,6})\]")
CUT = "…"
UNLINKED = "the table shows no connections, so each layer is taken to read the one before it"
LONGEST = 2_000
"""The characters that the cells of a row can have together."""

WEIGHTLESS = frozenset(
    {
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "AveragePooling1D",
    "AveragePooling2D", "AveragePooling3D", "CenterCrop", "Concatenate", "Cropping1D", "Cropping2D", "Cropping3D",
    "Dropout", "ELU", "Flatten", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
    "GlobalMaxPooling3D", "Identity", "InputLayer", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "Maximum", "Minimum", "Multiply", "Permute", "ReLU", "RepeatVector", "Rescaling", "Reshape",
    "Resizing", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Subtract",
    "ThresholdedReLU", "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D",
    }
)  # fmt: skip
"""The classes of Keras without parameters and MACs."""

BUFFERED = ("Normalization",)
"""The classes whose weights are all statistics."""

KNOWN = (*CANDIDATES, *WEIGHTLESS, *BUFFERED)


class _Record(NamedTuple):
    """A row of the table, of as many lines as its longest cell."""

    level: int
    label: str
    shape: str
    params: str
    links: str


def keras(lines: Sequence[str], header: int, name: str) -> Pasted:
    """Return the rows of a table of Keras.

    Raises:
        UsageError: a row cannot be read.
    """
    if not all(column in lines[header] for column in COLUMNS[:3]):
        raise UsageError(
            f"{name} has no column with parameters", "print the table in a wider terminal, or with line_length"
        )
    records = list(_records(_table(lines, header), lines[header], name))
    if not records:
        raise UsageError(f"{name} has a table without rows", PASTE)
    linked = "Connected to" in lines[header]
    rows: list[PrintedRow] = []
    around: list[str] = []
    for place, record in enumerate(records):
        del around[record.level :]
        label, kind = _named(record.label, name)
        around.append("/".join(cleaned(label.split("/"))) or "layer")
        if place + 1 < len(records) and records[place + 1].level > record.level:
            continue  # a model within the model: its layers follow
        row = _row(record, "/".join(around), kind, name)
        rows.append(_connected(row, record.links, rows, linked=linked and not record.level))
    remarks = () if linked else (UNLINKED,)
    title = next((found[1] for line in lines[: header + 1] if (found := _TITLE.search(line))), name)
    return Pasted(tool="Keras", title=title, rows=tuple(_unique(rows)), total=stated_total(lines), remarks=remarks)


def _table(lines: Sequence[str], header: int) -> list[str]:
    """Return the lines of the table after its header."""
    below = lines[header + 1 :]
    rules = (place for place, line in enumerate(below) if line.strip() and set(line.strip()) <= BORDERS)
    begin = next(rules, 0)  # headings can have several lines
    end = next((place for place, line in enumerate(below) if line.strip().startswith("Total params")), len(below))
    return list(below[begin:end])


def _records(lines: Sequence[str], header: str, name: str) -> Iterator[_Record]:
    """Yield the rows: a row begins where the number of parameters is printed."""
    boxed = bool(BARS.search(header))
    columns = [column for column in COLUMNS if column in header or column[:2] in header.split()]
    starts = [header.index(column) for column in COLUMNS if column in header]
    current: list[str] = []
    for line in lines:
        if not line.strip() or set(line) <= BORDERS:
            continue
        cells = _boxed(line) if boxed else _sliced(line, starts)
        if len(cells) < len(("layer", "shape", "params")):
            raise UsageError(f"{name}: this row of the table cannot be read: '{line.strip()[:60]}'", PASTE)
        if cells[2].strip() and current:
            yield _record(current, columns)
            current = []
        current = [_joined(a, b) for a, b in zip(current, cells, strict=False)] if current else cells
        if sum(map(len, current)) > LONGEST:
            raise UsageError(f"{name}: a row of the table has more than {LONGEST} characters", PASTE)
    if current:
        yield _record(current, columns)


def _boxed(line: str) -> list[str]:
    return BARS.split(line.strip().strip("│┃|"))


def _sliced(line: str, starts: Sequence[int]) -> list[str]:
    return [line[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(line) + 1], strict=True)]


def _joined(cell: str, more: str) -> str:
    """Return a cell with its next line: words stay apart, parts of one do not."""
    if not more.strip():
        return cell
    begin, end = more.lstrip()[:1], cell.rstrip()[-1:]
    apart = begin in "('" or (end in ",)]" and begin not in "[])")
    return f"{cell.rstrip()}{' ' if apart else ''}{more.strip()}"


def _record(cells: Sequence[str], columns: Sequence[str]) -> _Record:
    label = cells[0].rstrip()
    nested = label.lstrip(" |")
    level = 0
    if nested.startswith("└"):
        level = max(1, (len(label) - len(label.lstrip()) - 1) // 3)
    elif "|" in label[: len(label) - len(nested)]:
        level = label[: len(label) - len(nested)].count("|")
    links = cells[3] if len(cells) > 3 and "Connected to" in columns else ""  # noqa: PLR2004 - the fourth column
    return _Record(level=level, label=nested.lstrip("└ "), shape=cells[1].strip(), params=cells[2].strip(), links=links)


def _named(label: str, name: str) -> tuple[str, str]:
    """Return the name of a layer and its class; one that is cut is the only one that begins so, or as it is printed."""
    found = _NAME.match(label)
    if found is None:
        raise UsageError(f"{name}: '{label[:60]}' is not the name and the type of a layer", PASTE)
    title, kind, end = found.groups()
    if end == ")":
        return title, kind
    whole = [known for known in KNOWN if known.startswith(kind)]
    return title, whole[0] if len(whole) == 1 else f"{kind}{CUT}"


def _row(record: _Record, path: str, kind: str, name: str) -> PrintedRow:
    printed = number(record.params.partition(" ")[0])
    if printed is None:
        raise UsageError(f"{name}: invalid number of parameters '{record.params[:40]}' of {path}", PASTE)
    found = sizes(record.shape) or [None]
    shape = channels_first(without_batch(found, None))
    buffers = printed if kind in BUFFERED else 0
    weightless = kind in WEIGHTLESS or kind in BUFFERED or (kind.endswith(CUT) and _all_weightless(kind))
    return PrintedRow(
        path=path,
        operation=kind,
        params=printed,
        shape=shape,
        buffers=buffers,
        macs=0 if weightless else None,
        of_keras=True,
        channels=found[-1],
    )


def _all_weightless(kind: str) -> bool:
    """Whether all classes that begin like one that is cut have no parameters."""
    begin = kind.removesuffix(CUT)
    return {known for known in KNOWN if known.startswith(begin)} <= WEIGHTLESS and any(
        known.startswith(begin) for known in WEIGHTLESS
    )


def channels_first(shape: Sizes | None) -> Sizes | None:
    """Return sizes of Keras with the channels first, if it is a map.

    >>> channels_first((224, 224, 3)), channels_first((16, 64))
    ((3, 224, 224), (16, 64))
    """
    return (shape[-1], *shape[:-1]) if shape and len(shape) > len(("tokens", "features")) else shape


def _connected(row: PrintedRow, links: str, before: Sequence[PrintedRow], *, linked: bool) -> PrintedRow:
    """Return a row with what it reads: as the table says, or in a table without connections the row before."""
    if row.operation == "InputLayer":
        return row._replace(read=())
    if not linked:
        chained = bool(before) and "/" not in row.path and before[-1].shape is not None
        found = [before[-1]] if chained else []
    else:
        named = _LINK.findall(links)
        by_path = {one.path: one for one in before}
        found = [by_path[path] for title, _, _ in named if (path := "/".join(cleaned(title.split("/")))) in by_path]
        if CUT in links or len(found) != len(named):
            found = []
    if not found:
        return row
    inputs = tuple(one.shape for one in found if one.shape is not None)
    complete = len(inputs) == len(found)
    return row._replace(read=tuple(one.path for one in found), inputs=inputs if complete else ())


def _unique(rows: Sequence[PrintedRow]) -> Iterator[PrintedRow]:
    """Yield rows with paths that differ: names that are cut can be alike."""
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.path] = seen.get(row.path, 0) + 1
        yield row if seen[row.path] == 1 else row._replace(path=f"{row.path}_{seen[row.path]}")
