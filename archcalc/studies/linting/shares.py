"""Rules about widths and shares: channels, groups, large layers, bottlenecks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.families import Family
from archcalc.studies.linting.subject import LINEAR, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row
    from archcalc.studies.linting.subject import Subject

LARGEST_FLATTENED = 25_088
"""The features of VGG-16's last feature map, 512·7·7: the largest that a classic network flattens."""

FEW_LAYERS = 4
"""In a network with fewer layers with weights, one of them always has a large share."""


def odd_channels(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose channels are not divisible by the number that hardware works with."""
    for row in subject.table:
        channels = row.output.channels
        if row.layer.weighted and isinstance(channels, int) and channels % subject.options.multiple:
            yield Finding(row.path, f"{channels:,} channels are not divisible by {subject.options.multiple}")


def half_of_the_parameters(subject: Subject) -> Iterator[Finding]:
    """Yield a layer with more than half of all parameters."""
    weighted = [row for row in subject.table if row.layer.weighted and not row.train_only]
    total = subject.table.totals.params
    if len(weighted) < FEW_LAYERS or not isinstance(total, int):
        return
    for row in weighted:
        if isinstance(row.params, int) and 2 * row.params > total:
            share = f"{100 * row.params / total:.0f}%"
            yield Finding(row.path, f"{row.params:,} of {total:,} parameters ({share}) are in this layer")


def not_depthwise(subject: Subject) -> Iterator[Finding]:
    """Yield convolutions with as many groups as filters, but more input channels: several for each filter."""
    for row in subject.table:
        if row.kind != "conv" or row.geometry is None:
            continue
        groups, read, written = row.geometry.groups, row.inputs[0].channels, row.output.channels
        if isinstance(groups, int) and groups > 1 and groups == written != read and isinstance(read, int):
            each = read // groups
            yield Finding(
                row.path, f"{groups} groups for {read} input channels: each filter reads {each}, which is not depthwise"
            )


def large_flatten(subject: Subject) -> Iterator[Finding]:
    """Yield linear layers that read a large flattened feature map."""
    for row in subject.table:
        if row.kind != "flatten" or not row.inputs[0].is_map:
            continue
        after = subject.following(row, (Family.REGULARIZATION,))
        features = row.output.channels
        if (
            after is not None
            and after.kind == "linear"
            and isinstance(features, int)
            and isinstance(after.params, int)
            and features > LARGEST_FLATTENED
        ):
            yield Finding(
                row.path,
                f"{row.inputs[0]} is flattened: {after.path} has {after.params:,} parameters",
            )


def widening_bottleneck(subject: Subject) -> Iterator[Finding]:
    """Yield bottlenecks, 1×1, k×k, 1×1, whose middle is wider than their input and their output."""
    for row in subject.table:
        chain = list(_bottleneck(subject, row))
        if len(chain) != 3:  # noqa: PLR2004 - the three convolutions of a bottleneck
            continue
        first, middle, last = chain
        outer, inner, end = first.inputs[0].channels, middle.output.channels, last.output.channels
        if all(isinstance(n, int) for n in (outer, inner, end)) and inner > outer and inner > end:  # type: ignore[operator]
            yield Finding(middle.path, f"the bottleneck widens from {outer} to {inner} channels, and narrows to {end}")


def _bottleneck(subject: Subject, row: Row) -> Iterator[Row]:
    """Yield the convolutions of a bottleneck that begins with a layer, as far as they are those of one."""
    kernels = (True, False, True)
    found: Row | None = row
    for one in kernels:
        if found is None or found.kind not in LINEAR or found.geometry is None or found.geometry.groups != 1:
            return
        if all(window.kernel == 1 for window in found.geometry.windows) is not one:
            return
        yield found
        found = subject.following(found, (Family.NORM, Family.REGULARIZATION, Family.ACTIVATION))
