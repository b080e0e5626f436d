"""The page of a file of weights: its tensors by module, with dimensions, values, number types and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.quantities.stored import by_type
from archcalc.views.folding import at_depth, readable_depth
from archcalc.views.page import (
    QUIET,
    RIGHT,
    Column,
    Fact,
    Facts,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
)
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.quantities.stored import StoredTensor, StoredWeights

COLUMNS = (
    Column("name", "name"),
    Column("tensors", "tensors", RIGHT, 2),
    Column("dims", "shape"),
    Column("params", "values", RIGHT),
    Column("dtype", "number type", priority=1),
    Column("bytes", "bytes", RIGHT),
)


class StoredPart:
    """A module of a file, or one tensor; ``times`` is how many equal copies it is."""

    __slots__ = ("children", "name", "tensors", "times")

    def __init__(self, name: str) -> None:
        self.name = name
        self.tensors: list[StoredTensor] = []
        self.children: list[StoredPart] = []
        self.times = 1

    @property
    def dims(self) -> str:
        """The dimensions, if it is one tensor, or copies of one."""
        shapes = {side_by_side(tensor.dims) for tensor in self.tensors}
        return shapes.pop() if not self.children and len(shapes) == 1 else ""


def side_by_side(dims: Iterable[int]) -> str:
    """Spell the dimensions of a tensor.

    >>> side_by_side((64, 3, 7, 7)), side_by_side(())
    ('64×3×7×7', 'scalar')
    """
    return "×".join(map(str, dims)) or "scalar"


def stored(weights: StoredWeights, depth: int | None = None) -> Page:
    """Return the page of a file: modules down to a level, and the sums.

    >>> from archcalc.quantities.stored import StoredTensor, StoredWeights
    >>> page = stored(StoredWeights("w.pt", "PyTorch", (StoredTensor("fc.bias", (10,), "float32"),)))
    >>> page.blocks[2].lines[0].cells[2:]
    ('10', 10, 'float32', 40)
    """
    top = parts(weights.own)
    level = readable_depth(top) if depth is None else depth
    lines = tuple(_line(part, at) for part, at, _ in at_depth(top, level))
    total = Line(("total", *_sums(weights.own)))
    return Page(
        (
            Heading(weights.name, form(weights)),
            Facts(tuple(facts(weights))),
            PageTable(COLUMNS, lines, total),
            *([Notes(said, QUIET)] if (said := tuple(_remarks(weights))) else []),
        ),
        lambda: record(weights),
        "tensors",
    )


def form(weights: StoredWeights) -> str:
    """Say in which form weights are stored, and in how many files."""
    return weights.form if weights.files == 1 else f"{weights.form}, {plural(weights.files, 'file')}"


def facts(weights: StoredWeights) -> Iterator[Fact]:
    """Yield what a file has in all: tensors, and number types if there are several."""
    tied = len(weights.ties)
    yield Fact("tensors", len(weights.tensors), f"{tied:,} of them tied" if tied else "")
    types = by_type(weights.own)
    yield Fact("values", weights.elements, ", ".join(f"{name} {count:,}" for name, count in types.items()))


def parts(tensors: Iterable[StoredTensor]) -> list[StoredPart]:
    """Return the modules of a file, with equal copies folded into one.

    >>> from archcalc.quantities.stored import StoredTensor
    >>> copies = parts(StoredTensor(f"h.{i}.w", (3, 3), "int8") for i in range(12))
    >>> copies[0].name, copies[0].times
    ('h.0–11.w', 12)
    """
    root = StoredPart("")
    places: dict[str, StoredPart] = {"": root}
    for tensor in tensors:
        for part in _around(tensor.name, places):
            part.tensors.append(tensor)
    return _folded(root.children)


def _around(name: str, places: dict[str, StoredPart]) -> Iterator[StoredPart]:
    """Yield the parts that a tensor belongs to, from the outermost; those that are missing are made."""
    above, path = places[""], ""
    for level, word in enumerate(name.split(".", MOST_LEVELS)):
        path = f"{path}.{word}" if level else word
        if path not in places:
            places[path] = StoredPart(word)
            above.children.append(places[path])
        above = places[path]
        yield above


MOST_LEVELS = 20
"""A name has at most this many levels; what is deeper is one name."""


def _folded(siblings: Sequence[StoredPart]) -> list[StoredPart]:
    """Fold equal copies that follow each other, and modules with a single part."""
    found: list[StoredPart] = []
    last: object = None
    for part in sorted(siblings, key=lambda part: (0, int(part.name)) if _is_number(part.name) else (-1, 0)):
        like = _likeness(part)
        if found and like == last and _is_number(part.name):
            found[-1].name = f"{found[-1].name.partition('–')[0]}–{part.name}"
            found[-1].times += 1
            found[-1].tensors += part.tensors
        else:
            found.append(part)
        last = like if _is_number(part.name) else None
    return [_without_shell(part) for part in found]


def _is_number(name: str) -> bool:
    return name.isdecimal() and len(name) < 10  # noqa: PLR2004 - a number of a layer


def _likeness(part: StoredPart) -> list[tuple[str, tuple[int, ...], str]]:
    """Return in what copies are equal: names within them, dimensions and number types."""
    first = part.tensors[0].name
    start = len(first.split(".")) - _levels(part)
    return [(".".join(t.name.split(".")[start:]), t.dims, t.dtype) for t in part.tensors]


def _levels(part: StoredPart) -> int:
    """Return how many levels of names are in a part, along its first tensor."""
    count = 0
    while part.children:
        part, count = part.children[0], count + 1
    return count


def _without_shell(part: StoredPart) -> StoredPart:
    part.children = _folded(part.children)
    if len(part.children) != 1:
        return part
    (only,) = part.children
    only.name = f"{part.name}.{only.name}"
    only.times *= part.times
    only.tensors = part.tensors
    return only


def _line(part: StoredPart, level: int) -> Line:
    return Line((Label(part.name, part.times), *_sums(part.tensors, part.dims)), level)


def _sums(tensors: Sequence[StoredTensor], dims: str = "") -> tuple[Any, ...]:
    """Return the cells of some tensors: their number, dimensions, values, number types and bytes."""
    types = listed(by_type(tensors), most=2)
    return (len(tensors), dims, sum(t.elements for t in tensors), types, sum(t.bytes for t in tensors))


def _remarks(weights: StoredWeights) -> Iterator[str]:
    """Yield what is tied, and what else is in the file."""
    tied = {**weights.ties, **weights.left_out}
    if tied:
        yield f"tied: {listed(f'{name} = {owner}' for name, owner in tied.items())}"
    yield from weights.remarks


def record(weights: StoredWeights) -> dict[str, Any]:
    """Return what a file has, tensor by tensor."""
    ties = weights.ties
    return {
        "schema_version": 1,
        "file": weights.name,
        "format": weights.form,
        "files": weights.files,
        "tensors": [_tensor(tensor, ties) for tensor in weights.tensors],
        "tied": {**ties, **weights.left_out},
        "types": by_type(weights.own),
        "values": weights.elements,
        "bytes": weights.bytes,
        "remarks": list(weights.remarks),
    }


def _tensor(tensor: StoredTensor, ties: dict[str, str]) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.dims),
        "dtype": tensor.dtype,
        "values": tensor.elements,
        "bytes": tensor.bytes,
        "tied": ties.get(tensor.name, ""),
    }
