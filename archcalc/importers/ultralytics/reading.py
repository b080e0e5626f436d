"""A YAML file of ultralytics as rows: what each reads, how often its module is repeated, and its arguments.

Source: ``parse_model`` in github.com/ultralytics/yolov5 (models/yolo.py) and github.com/ultralytics/ultralytics
(ultralytics/nn/tasks.py).
"""

from __future__ import annotations

import re
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.importers.wishes import literal
from archcalc.network.written import Items, Record, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.network.written import Written

FIELDS = ("from", "number", "module", "args")
MOST_COPIES = 1_000
"""The copies of a module in one row."""

LARGEST = 2**31 - 1
_SIZE = re.compile(r"yolo(?:e-)?v?\d{1,3}([nslmx])")


class YoloRow(NamedTuple):
    """A row: its number, the rows that it reads, copies, module and arguments; ``where`` is what messages call it."""

    number: int
    reads: tuple[int, ...]
    copies: int
    module: str
    args: tuple[Any, ...]
    where: str

    def wrong(self, message: str, hint: str = "") -> UsageError:
        """Return the error about a row."""
        return UsageError(f"{self.where}: {message}", hint)

    def get(self, place: int, default: Any = None) -> Any:  # noqa: ANN401 - whatever the file has
        """Return an argument, or what it is where it is left out."""
        return self.args[place] if place < len(self.args) else default

    def whole(self, place: int, default: int | None = None, least: int = 1) -> int:
        """Return an argument that is a whole number.

        Raises:
            UsageError: it is none, or out of bounds.
        """
        value = self.get(place, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
            raise self.wrong(f"argument {place + 1} of {self.module} is {value!s:.60}; expected an integer ≥ {least}")
        return value

    def several(self, place: int, count: int | None = None, default: Any = None, least: int = 1) -> tuple[int, ...]:  # noqa: ANN401
        """Return an argument that is a list of whole numbers, with ``count`` of them.

        Raises:
            UsageError: it is none.
        """
        value = self.get(place, default)
        sizes = value if isinstance(value, tuple) else ()
        whole = all(type(size) is int and least <= size <= LARGEST for size in sizes)
        if not sizes or not whole or len(sizes) != (count or len(sizes)):
            many = f"{count} integers" if count else "integers"
            raise self.wrong(f"argument {place + 1} of {self.module} is {value!s:.60}; expected a list of {many}")
        return sizes

    def flag(self, place: int, *, default: bool) -> bool:
        """Return an argument that is a Boolean, or 0 or 1.

        Raises:
            UsageError: it is none.
        """
        value = self.get(place, default)
        if value not in (0, 1):
            raise self.wrong(f"argument {place + 1} of {self.module} is {value!s:.60}; expected True or False")
        return bool(value)


class YoloFile(NamedTuple):
    """A file: its rows, classes and channels of the input, and how its numbers are scaled.

    ``anchors`` is how many each output has; None if it has none, like YOLOv8, where each side of a box has ``bins``.
    """

    rows: tuple[YoloRow, ...]
    classes: int
    channels: int
    depth: float
    width: float
    most: int
    anchors: int | None
    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    bins: int = 16
    scale: str = ""

    def scaled(self, channels: int) -> int:
        """Return a number of channels, scaled and rounded up to a multiple of 8.

        >>> file = YoloFile((), 80, 3, depth=0.33, width=0.25, most=1024, anchors=None, values={})
        >>> file.scaled(64), file.scaled(2048)
        (16, 256)
        """
        return ceil(min(channels, self.most) * self.width / 8) * 8

    def copies(self, number: int) -> int:
        """Return how often a module is repeated."""
        return max(round(number * self.depth), 1) if number > 1 else number


def read_file(written: Written | None, path: str, settings: Mapping[str, Any], size: str) -> YoloFile:
    """Read a file; ``size`` is a key of its ``scales``, ``settings`` replace keys like ``nc``.

    Raises:
        UsageError: a key or a row is damaged, or the size is not one of the file.
    """
    name = Path(path).name
    if not isinstance(written, Record):
        raise UsageError(f"{name} is not a model of ultralytics", "expected the keys nc, backbone and head")
    values = {key.text: _plain(value) for key, value in written.entries} | dict(settings)
    rows = tuple(_rows(written, values, name))
    scale, notes = _chosen(values, name, size or size_in(path), asked=bool(size))
    depth, width, most = _scaling(values, name, scale)
    return YoloFile(
        rows=rows,
        classes=_integer(values, "nc", name, 80 if "nc" not in values else None),
        channels=_integer(values, "ch", name, 3),
        depth=depth, width=width, most=most, anchors=_anchors(values, name), values=values, notes=notes,
        bins=_integer(values, "reg_max", name, 16), scale=scale,
    )  # fmt: skip


def _plain(value: Written) -> Any:  # noqa: ANN401
    if isinstance(value, Record):
        return {key.text: _plain(item) for key, item in value.entries}
    if isinstance(value, Items):
        return tuple(map(_plain, value.items))
    return literal(value.text) if len(value.text) <= 40 else value.text  # noqa: PLR2004 - no number is as long


def _integer(values: Mapping[str, Any], key: str, name: str, default: int | None) -> int:
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST:
        raise UsageError(f"{name}: {key} is {value!s:.60}; expected an integer ≥ 1")
    return value


def _rows(written: Record, values: Mapping[str, Any], name: str) -> Iterator[YoloRow]:
    number = 0
    for part in ("backbone", "head"):
        found = written.get(part)
        if not isinstance(found, Items):
            raise UsageError(f"{name}: {part} is not a list of rows", "each row is [from, number, module, args]")
        for item in found.items:
            yield _row(item, number, values, name)
            number += 1


def _row(item: Written, number: int, values: Mapping[str, Any], name: str) -> YoloRow:
    where = f"{name}: row {number}"
    if item.place is not None:
        where = f"{name}:{item.place.line}: row {number}"
    fields = item.items if isinstance(item, Items) else ()
    if len(fields) != len(FIELDS) or not isinstance(fields[2], Text) or not isinstance(fields[3], Items):
        raise UsageError(f"{where} is not [from, number, module, args]", "for example [-1, 1, Conv, [64, 3, 2]]")
    begin, copies = _plain(fields[0]), _plain(fields[1])
    reads = begin if isinstance(begin, tuple) else (begin,)
    if not reads or not all(type(read) is int for read in reads):
        raise UsageError(f"{where}: invalid from '{begin!s:.60}': expected a number of a row, or a list of them")
    if type(copies) is not int or not 1 <= copies <= MOST_COPIES:
        raise UsageError(f"{where}: invalid number '{copies!s:.60}': expected an integer from 1 to {MOST_COPIES:,}")
    args = tuple(values.get(arg, arg) if isinstance(arg, str) else arg for arg in _plain(fields[3]))
    return YoloRow(
        number=number, reads=tuple(_row_of(read, number, where) for read in reads), copies=copies,
        module=fields[2].text, args=args, where=f"{where} ({fields[2].text:.40})",
    )  # fmt: skip


def _row_of(read: int, number: int, where: str) -> int:
    """Return the row that is meant, counted from 0; −1 is the input of the network."""
    found = number + read if read < 0 else read
    if not -1 <= found < number or (found == -1 and number):
        raise UsageError(f"{where} reads row {read}, which is not an earlier row")
    return found


def _anchors(values: Mapping[str, Any], name: str) -> int | None:
    """Return how many anchors each output has: half of the numbers of a list, or the number that is given."""
    found = values.get("anchors")
    if found is None:
        return None
    if isinstance(found, tuple) and found and isinstance(found[0], tuple):
        found = len(found[0]) // 2
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= LARGEST:
        raise UsageError(f"{name}: invalid anchors", "for example anchors: 3, or a list of sizes for each output")
    return found


def _chosen(values: Mapping[str, Any], name: str, size: str, *, asked: bool) -> tuple[str, tuple[str, ...]]:
    """Return the scale that is meant, and a remark if it is only the first one; nothing if a file has none."""
    scales = values.get("scales")
    if not scales:
        if asked:
            raise UsageError(f"{name} has no scales", "remove the size")
        return "", ()
    if not isinstance(scales, dict):
        raise UsageError(f"{name}: scales is not a mapping", "for example scales: {n: [0.33, 0.25, 1024]}")
    if size in scales:
        return size, ()
    if asked:
        hint = did_you_mean(size, list(scales)) or f"available: {', '.join(scales)}"
        raise UsageError(f"{name} has no scale '{size}'", hint)
    first, *others = scales
    return first, (f"scale {first}; others: {', '.join(others)}",)


def _scaling(values: Mapping[str, Any], name: str, scale: str) -> tuple[float, float, int]:
    """Return depth, width and the most channels: of a scale, or of the file."""
    if not scale:
        return _factor(values, "depth_multiple", name), _factor(values, "width_multiple", name), LARGEST
    found = values["scales"][scale]
    numbers = found if isinstance(found, tuple) else ()
    if len(numbers) != 3 or not all(_is_factor(number) for number in numbers):  # noqa: PLR2004 - depth, width, channels
        raise UsageError(f"{name}: scale {scale} is not [depth, width, max_channels]")
    return float(numbers[0]), float(numbers[1]), int(numbers[2])


def _factor(values: Mapping[str, Any], key: str, name: str) -> float:
    found = values.get(key, 1.0)
    if not _is_factor(found):
        raise UsageError(f"{name}: {key} is {found!s:.60}; expected a number above 0")
    return float(found)


def _is_factor(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LARGEST


def size_in(path: str) -> str:
    """Return the size in the name of a file, as ultralytics reads it.

    >>> size_in("models/yolov8s-seg.yaml"), size_in("yolov8.yaml")
    ('s', '')
    """
    found = _SIZE.search(Path(path).stem)
    return found[1] if found else ""
