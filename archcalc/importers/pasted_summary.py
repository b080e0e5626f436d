"""Pasted texts that a program printed of a model: ``print(model)`` of PyTorch, torchinfo, torchsummary and Keras."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.file_bytes import read_bytes
from archcalc.importers.document import Imported
from archcalc.importers.flow import Flow, Wanted
from archcalc.importers.signatures import HEAD, TEXT, recognize
from archcalc.importers.summaries.fitting import fitting
from archcalc.importers.summaries.keras_tables import BARS, keras
from archcalc.importers.summaries.module_tree import begins, modules, read_modules
from archcalc.importers.summaries.printed_model import chain, input_of, is_chain, printed_rows, stated_input
from archcalc.importers.summaries.torch_tables import torchinfo, torchsummary
from archcalc.layers.opaque import UNKNOWN
from archcalc.limits import CONVERTED, LAYERS, NET_SIZE, PRINTED_LINE
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Letter
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.summaries.module_tree import PrintedModule
    from archcalc.importers.summaries.rows import Pasted, PrintedRow
    from archcalc.importers.wishes import Wishes

HEADER = "Layer (type"
HEADINGS = ("Param", "Output Shape")
EXPECTED = "a printed model or summary"
HINT = "paste what print(model), torchinfo, torchsummary or model.summary() of Keras prints"


def spec(target: str, wished: Wishes) -> Imported:
    """Read a pasted summary as a network: the rows that it has, and unknown what it lacks.

    Args:
        target: the path of the file.
        wished: an input, for a printed ``Sequential``: only there the order of layers is known.

    Raises:
        UsageError: the file is something else or damaged, or has an input that cannot be used.
    """
    name = Path(target).name
    lines = lines_of(target)
    for place, line in enumerate(lines, 1):
        if len(line) > PRINTED_LINE.value:
            raise UsageError(*PRINTED_LINE.exceeded(f"line {place} of {name}", len(line)))
    header = header_of(lines)
    if header is None:
        return _printed(lines, name, wished)
    if wished.inputs:
        raise UsageError(f"{name} states its shapes for one input: --input cannot be used", "remove --input")
    pasted = _reader(lines, header)(lines, header, name)
    found = _imported(pasted, Path(target).stem)
    if wished.witness and pasted.total is not None and not pasted.rows[0].of_keras:  # Keras counts buffers too
        stated = {"params": pasted.total, "source": f"the total that {pasted.tool} printed"}
        found = found._replace(keys={**found.keys, "expect": [stated]})
    return found


def lines_of(target: str) -> list[str]:
    """Return the lines of a text file.

    Raises:
        UsageError: it is something else.
    """
    content = read_bytes(target, NET_SIZE)
    name = Path(target).name
    found = recognize(content[:HEAD])
    if found != TEXT and found.what != "JSON":  # a text can begin with any bracket
        raise UsageError(f"{name} is {found.what}, not {EXPECTED}", found.hint or HINT)
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text (byte {error.start})", HINT) from None
    return text.expandtabs().split("\n")


def header_of(lines: Sequence[str]) -> int | None:
    """Return the line with the headings of a table; None if there is none.

    >>> header_of(["Model:", "Layer (type)   Output Shape   Param #"])
    1
    """
    return next(
        (place for place, line in enumerate(lines) if HEADER in line and any(map(line.__contains__, HEADINGS))), None
    )


def _reader(lines: Sequence[str], header: int) -> Any:  # noqa: ANN401 - one of three functions
    """Return the reader of a table, by its headings and the line before or after them."""
    if BARS.search(lines[header]):
        return keras
    rules = {*"".join([*lines[max(0, header - 1) : header], *lines[header + 1 : header + 2]]).strip()}
    if ":depth-idx" in lines[header] or (rules <= {"="} and lines[header].startswith("Layer")):
        return torchinfo
    return torchsummary if "-" in rules else keras


def _printed(lines: Sequence[str], name: str, wished: Wishes) -> Imported:
    first = begins(lines)
    if first is None:
        raise UsageError(f"{name} is not {EXPECTED}", HINT)
    root, length = read_modules(lines[first:], name)
    if modules(root) > CONVERTED.value and is_chain(root):
        raise UsageError(*CONVERTED.exceeded(name, modules(root)))
    if not wished.inputs:
        flow = _chain_as_stated(root, name)
        if flow is not None:
            return Imported(flow, (), {"title": root.kind})
        found = printed_rows(root)
        return _imported(found._replace(remarks=(*found.remarks, *_around(lines, first, length))), Path(name).stem)
    if not is_chain(root):
        reason = "does not state how its modules are connected: --input cannot be used"
        raise UsageError(f"{name} {reason}", "torch:./net.py:NAME imports the model itself, and runs its code")
    ((_, sizes), *_) = wished.inputs.items()
    shape = input_of(sizes, next(iter(wished.layouts.values()), None) or None)
    return Imported(chain(root, shape, name), (), {"title": root.kind})


def _chain_as_stated(root: PrintedModule, name: str) -> Flow | None:
    """Return a chain on the input that its first layer states; None if that does not determine all of it."""
    shape = stated_input(root) if is_chain(root) else None
    try:
        return None if shape is None else chain(root, shape, name)
    except UsageError:
        return None


def _around(lines: Sequence[str], first: int, length: int) -> Iterator[str]:
    """Yield a remark on lines that are not part of the model."""
    others = sum(bool(line.strip()) for line in (*lines[:first], *lines[first + length :]))
    if others:
        yield f"{others} other {'line is' if others == 1 else 'lines are'} left out"


def _imported(pasted: Pasted, title: str) -> Imported:
    """Return the rows as a network: each is opaque, with what is printed."""
    if len(pasted.rows) > LAYERS.value:
        raise UsageError(*LAYERS.exceeded(title))
    builder = SummaryBuilder(pasted)
    for row in pasted.rows:
        builder.add(row)
    if not builder.flow.steps:
        raise UsageError(f"{title} has no layers", HINT)
    note = "; ".join([f"from a text that {pasted.tool} printed", *builder.remarks])
    return Imported(builder.flow, tuple(builder.flow.steps), {"title": pasted.title or title, "note": note})


class SummaryBuilder:
    """Adds the rows of a summary, and notes what does not agree."""

    def __init__(self, pasted: Pasted) -> None:
        self.flow, self.pasted = Flow(), pasted
        self._values: dict[str, Value] = {}
        self._differ: list[str] = []
        self._counted = 0
        self._fed = False

    def _source(self, row: PrintedRow | None = None) -> Value:
        """Return the input of the network, whose sizes are those of its first row if that is an input."""
        if not self._fed:
            sizes = row.shape if row is not None and row.read == () else None
            shape = Shape("F", (Letter(UNKNOWN),)) if sizes is None else self._shape(sizes)
            self.flow.inputs["input"] = self.flow.shapes["input"] = shape
            self._fed = True
        return self.flow.source()

    def _shape(self, sizes: Sequence[int]) -> Shape:
        return self.flow.laid_out((1, *sizes))[0]

    def add(self, row: PrintedRow) -> None:
        """Add a row: with what is printed, and the MACs that follow from it."""
        if row.read == () and row.operation == "InputLayer":
            self._values[row.path] = self._source(row)
            return
        source = self._source()
        reads = [self._values[path] for path in row.read or () if path in self._values]
        options = self._options(row)
        reads = reads if row.read and len(reads) == len(row.read) else [source]
        value = self.flow.row(Wanted(row.path, "opaque", options), reads)
        self._values.setdefault(row.path, value)

    def _options(self, row: PrintedRow) -> dict[str, Any]:
        params, buffers, macs = self._checked(row)
        options: dict[str, Any] = {"operation": row.operation, "shape": UNKNOWN}
        if row.shape is not None:
            shape = self._shape(row.shape)
            options |= {"shape": shape.sizes} | ({"layout": "TF"} if shape.layout == "TF" else {})
        options |= {"params": UNKNOWN if params is None else params} if params != 0 else {}
        options |= {"buffers": buffers} if buffers else {}
        return options | ({"mult_adds": UNKNOWN if macs is None else macs} if macs != 0 else {})

    def _checked(self, row: PrintedRow) -> tuple[int | None, int, int | None]:
        """Return parameters, buffers and MACs: as they are printed, and as the layers that fit have them."""
        self._counted += row.params or 0
        fits, possible = fitting(row, with_buffers=row.of_keras)
        macs = {one.macs for one in fits}
        known = macs.pop() if len(macs) == 1 else row.macs
        if row.of_keras and fits:
            return fits[0].params, fits[0].buffers, known
        if possible and not fits and not row.again and row.params is not None:
            computed = " or ".join(f"{number:,}" for number in possible[:3])
            self._differ.append(f"{row.path}: {row.params:,} parameters are printed, but {computed} computed")
        params = None if row.params is None else row.params - row.buffers * row.of_keras
        return params, row.buffers, known

    @property
    def remarks(self) -> Iterator[str]:
        """What a reader of the table has to know."""
        opaque = self.flow.steps.items()
        unknown = {
            what: [path for path, step in opaque if step.options.get(key) == UNKNOWN]
            for what, key in (("parameters", "params"), ("MACs", "mult_adds"), ("shapes", "shape"))
        }
        for what, names in unknown.items():
            if names:
                yield f"unknown {what}: {'all layers' if len(names) == len(opaque) else listed(names)}"
        yield from self.pasted.remarks
        yield from self._differ[:10]
        if self._differ[10:]:
            yield f"{len(self._differ) - 10} further rows have other parameters than computed"
        total = self.pasted.total
        if total is not None and total != self._counted:
            yield f"the text states {total:,} parameters in total, but its rows have {self._counted:,}"
