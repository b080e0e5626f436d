"""Rules about windows: what they skip, never read, or read in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.measures.leftover import LINES, Grade, left_over, unread_input
from archcalc.studies.linting.subject import Finding
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row
    from archcalc.quantities.window import Window
    from archcalc.studies.linting.subject import Subject


def unread(subject: Subject) -> Iterator[Finding]:
    """Yield layers that never read the end of their input."""
    for row in subject.table:
        for text in unread_input(row):
            yield Finding(row.path, text.removeprefix(f"{row.path}: "))


def unused_padding(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose last padding no window reaches."""
    for row in subject.table:
        found = [left for left in left_over(row) if left.grade is Grade.UNUSED and not left.skips]
        if found:
            left = found[0]
            yield Finding(
                row.path, f"the last {left.remainder} of the padding is unused ({left.division(worked=False)})"
            )


def only_padding(subject: Subject) -> Iterator[Finding]:
    """Yield layers with windows that contain no value of the input, only padding."""
    for row in subject.table:
        for window in _windows(row):
            ahead, span = window.before, window.span
            if not window.same and isinstance(ahead, int) and isinstance(span, int) and ahead >= span:
                yield Finding(row.path, f"the first windows contain only padding (padding {ahead}, kernel span {span})")
                break


def skipped(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose stride exceeds their kernel."""
    for row in subject.table:
        found = [left for left in left_over(row) if left.skips]
        if not found:
            continue
        parts = listed(f"{left.stride - left.span} of {left.stride} {LINES[left.axis]}s" for left in found)
        yield Finding(
            row.path, f"stride {found[0].stride} exceeds the kernel span {found[0].span}: {parts} are never read"
        )


def gridding(subject: Subject) -> Iterator[Finding]:
    """Yield dilated layers between whose kernel elements lie pixels that no path reads."""
    for row in subject.table:
        if all(window.dilation == 1 for window in _windows(row)):
            continue
        before = subject.reach_of(subject.table.graph.nodes[row.node].inputs[0])
        if before.axes is None or len(before.axes) != len(_windows(row)):
            continue
        for window, field in zip(_windows(row), before.axes, strict=True):
            numbers = (window.dilation, window.kernel, field.size, field.stride)
            if not all(isinstance(number, int) for number in numbers) or window.kernel == 1:
                continue
            apart = window.dilation * field.stride  # type: ignore[operator]
            if window.dilation > 1 and field.size < apart:  # type: ignore[operator]
                yield Finding(
                    row.path, f"kernel elements are {apart} pixels apart, but their inputs cover only {field.size}"
                )
                break


def enlarging(subject: Subject) -> Iterator[Finding]:
    """Yield adaptive pools whose output is larger than their input."""
    for row in subject.table:
        if not row.kind.startswith("adaptive_"):
            continue
        pairs = list(zip(row.inputs[0].lengths, row.output.lengths, strict=True))
        if any(isinstance(a, int) and isinstance(b, int) and b > a for a, b in pairs):
            yield Finding(row.path, f"{row.inputs[0]} is enlarged to {row.output}: values are repeated")


def checkerboard(subject: Subject) -> Iterator[Finding]:
    """Yield transposed convolutions whose windows overlap unevenly."""
    for row in subject.table:
        if row.kind != "conv_transpose":
            continue
        for window in _windows(row):
            kernel, stride = window.span, window.stride
            if isinstance(kernel, int) and isinstance(stride, int) and kernel % stride:
                yield Finding(
                    row.path,
                    f"kernel {kernel} is not divisible by stride {stride}: windows overlap unevenly",
                )
                break


def _windows(row: Row) -> tuple[Window, ...]:
    return row.geometry.windows if row.geometry else ()
