"""Rules about the graph and its receptive fields: dead branches, names, alignment, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.studies.linting.subject import Finding
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row
    from archcalc.quantities.field import Field
    from archcalc.studies.linting.subject import Subject


def dead_branch(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose output neither a layer nor the caller reads."""
    for row in subject.table:
        if not subject.readers[row.node] and row.node not in subject.table.graph.results and not row.train_only:
            yield Finding(row.path, f"the output {row.output} is never used")


def names_by_case(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose names differ from others by case only."""
    found: dict[str, Row] = {}
    for row in subject.table:
        lower = row.path.lower()
        other = found.setdefault(row.path if lower == row.path else lower, row)  # most need no text of their own
        if other.path != row.path:
            yield Finding(row.path, f"the name differs from {other.path} by case only")


def misaligned(subject: Subject) -> Iterator[Finding]:
    """Yield merges whose paths have different centers or effective strides."""
    for row in subject.table:
        nodes = subject.table.graph.nodes[row.node].inputs
        reaches = [subject.reach_of(index) for index in nodes]
        if (
            not row.output.is_map
            or row.reach.aligned
            or not all(reach.aligned for reach in reaches)
            or len(reaches) == 1
        ):
            continue
        known = [reach.axes[0] for reach in reaches if reach.axes]
        if any(field.phases for field in known):
            continue  # units of windows and of enlarged maps have no one center
        facts = dict.fromkeys(map(_grid, known))
        yield Finding(row.path, f"the paths do not align: their units are centered at {' and '.join(facts)}")


def _grid(field: Field) -> str:
    """Say where the first units of a path are centered, in pixels."""
    first, last, shift = field.first, field.last, field.shift
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(shift, int)):
        return "places that depend on the input size"
    return ", ".join([*(f"{(first + last + 2 * unit * shift) / 2:g}" for unit in range(3)), "…"])


def smaller_than_objects(subject: Subject) -> Iterator[Finding]:
    """Yield the last feature map if a unit of it covers less than an object."""
    rows = [row for row in subject.table if row.output.is_map and row.reach.axes is not None and not row.train_only]
    if subject.options.objects is None or not rows:
        return
    largest = max(rows, key=_side)
    if 0 < _side(largest) < subject.options.objects and not largest.reach.everything:
        size, wanted = _side(largest), subject.options.objects
        yield Finding(largest.path, f"the largest receptive field is {size} pixels, objects are {wanted}")


def _side(row: Row) -> int:
    sizes = [field.size for field in row.reach.axes or ()]
    numbers = [size for size in sizes if isinstance(size, int)]
    return min(numbers) if numbers and len(numbers) == len(sizes) else 0


def larger_than_the_image(subject: Subject) -> Iterator[Finding]:
    """Yield the first layer that slides a window over units of which each covers the whole image."""
    if len(subject.table.inputs) != 1:
        return
    image = next(iter(subject.table.inputs.values()))
    found = [row for row in subject.table if _slides(row) and _covers(subject, row, image.spatial)]
    if found:
        more = f"; so do {plural(len(found) - 1, 'later layer')}" if len(found) > 1 else ""
        side = _side(found[0])
        yield Finding(found[0].path, f"the receptive field of {side} pixels exceeds the image, {image}{more}")


def _slides(row: Row) -> bool:
    return row.geometry is not None and any(window.kernel != 1 for window in row.geometry.windows)


def _covers(subject: Subject, row: Row, image: tuple[object, ...]) -> bool:
    """Whether the units that a layer reads are already as large as twice the image: the centers cover all of it."""
    before = subject.reach_of(subject.table.graph.nodes[row.node].inputs[0])
    if before.axes is None or len(before.axes) != len(image) or not row.output.is_map:
        return False
    pairs = zip((field.size for field in before.axes), image, strict=True)
    return all(isinstance(size, int) and isinstance(side, int) and size >= 2 * side for size, side in pairs)
