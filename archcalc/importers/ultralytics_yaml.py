"""Models of ultralytics in YAML (YOLOv3, YOLOv5 and YOLOv8): rows of modules, as the layers that these are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import ArchcalcError, UsageError, did_you_mean
from archcalc.importers.document import Imported
from archcalc.importers.flow import Flow
from archcalc.importers.ultralytics.blocks import BLOCKS, REPEATED
from archcalc.importers.ultralytics.calls import YoloCall
from archcalc.importers.ultralytics.heads import HEADS, SHAPES
from archcalc.importers.ultralytics.reading import read_file, size_in
from archcalc.importers.wishes import no_input

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.ultralytics.reading import YoloFile, YoloRow
    from archcalc.importers.wishes import Wishes

SETTINGS = ("nc", "scale")


def spec(target: str, wished: Wishes) -> Imported:
    """Return the network of a file.

    Args:
        target: its path, with ``#n`` for a scale.
        wished: its content, the input, and other numbers of classes (``nc``) or another ``scale``.

    Raises:
        UsageError: the file is damaged, or names modules that are not supported, or the input is not given.
    """
    path, _, size = target.partition("#")
    settings = {name: value for name, value in wished.arguments.items() if name in SETTINGS}
    file = read_file(
        wished.written, path, {k: v for k, v in settings.items() if k != "scale"}, str(settings.get("scale", size))
    )
    builder = YoloBuilder(file, wished, path)
    for row in file.rows:
        builder.add(row)
    keys: dict[str, Any] = {"title": _title(path, file)}
    keys |= {"args": settings} if settings else {}
    keys |= {"note": "; ".join(file.notes)} if file.notes else {}
    return Imported(builder.flow, builder.results, keys)


def _title(path: str, file: YoloFile) -> str:
    """Return the name of a file, with the scale that is chosen if it is not in the name."""
    stem = Path(path).stem
    return f"{stem} {file.scale}" if file.scale and file.scale != size_in(path) else stem


class YoloBuilder:
    """Adds the rows of a file as layers. ``outputs`` are those of each row."""

    def __init__(self, file: YoloFile, wished: Wishes, path: str) -> None:
        self.flow, self._file = Flow(), file
        sizes = next(iter(wished.inputs.values()), None)
        if sizes is None:
            raise no_input(Path(path).name, f"{file.channels}x640x640")
        if len(sizes) != 3 or sizes[0] != file.channels:  # noqa: PLR2004 - channels, height and width
            shown = "×".join(map(str, sizes))
            message = f"{Path(path).name} expects images with {file.channels} channels, got {shown}"
            raise UsageError(message, f"for example --input {file.channels}x640x640")
        self._outputs: list[Value] = []
        self._input = self.flow.input("input", (1, *sizes))
        self._ends: list[str] = []

    @property
    def results(self) -> list[str]:
        """The outputs of the last module, or the rows that no other reads."""
        if self._ends:
            return self._ends
        read = {path for step in self.flow.steps.values() for path in step.reads}
        return [path for path in self.flow.steps if path not in read]

    def add(self, row: YoloRow) -> None:
        """Add the layers of a row.

        Raises:
            UsageError: its module is not known, or does not fit.
        """
        reads = tuple(self._input if number < 0 else self._outputs[number] for number in row.reads)
        call = YoloCall(flow=self.flow, file=self._file, row=row, path=str(row.number), reads=reads)
        self.flow.classes[call.path] = row.module
        try:
            self._outputs.append(self._made(call))
        except UsageError:
            raise
        except ArchcalcError as error:
            (mistake, *_) = error.mistakes
            raise row.wrong(mistake.message, mistake.hint) from None

    def _made(self, call: YoloCall) -> Value:
        row = call.row
        if row.module in HEADS:
            ends = HEADS[row.module](call)
            self._ends += [value.path for value in ends]
            return ends[-1]
        rule = (BLOCKS | SHAPES).get(row.module)
        if rule is None:
            known = [*BLOCKS, *SHAPES, *HEADS]
            raise row.wrong(
                "this module is not supported", did_you_mean(row.module, known) or f"known: {', '.join(known)}"
            )
        if len(row.reads) > 1 and row.module != "Concat":
            raise row.wrong(f"reads {len(row.reads)} rows; expected one")
        copies = 1 if row.module in REPEATED else self._file.copies(row.copies)
        value = rule(call if copies == 1 else call._replace(path=f"{call.path}/0"))
        if copies > 1 and value.shape.channels != call.x.shape.channels:
            needed = f"have to output the {call.x.shape.channels} channels that they read"
            raise row.wrong(
                f"{copies} copies one after the other {needed}",
                "use one copy, or a module that takes the number of copies",
            )
        for number in range(1, copies):
            value = rule(call._replace(path=f"{call.path}/{number}", reads=(value,)))
        return value
