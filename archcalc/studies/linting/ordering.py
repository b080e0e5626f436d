"""Rules about what follows what: norms, biases, activation functions, dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.families import Family
from archcalc.studies.linting.subject import LINEAR, PASSED, Finding
from archcalc.symbolic.known import decide
from archcalc.symbolic.printing import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row
    from archcalc.studies.linting.subject import Subject

CENTERED = ("batchnorm", "instancenorm")
"""Norms that subtract the mean of each channel, and with it a bias."""

NOT_FUNCTIONS = ("parameter", "pointwise", "softmax")
"""Kinds that are listed as activation functions, but make no nonlinearity between two layers."""

AROUND = (*PASSED, Family.SHAPE)


def bias_before_norm(subject: Subject) -> Iterator[Finding]:
    """Yield layers whose bias the next norm subtracts."""
    for row in subject.table:
        after = subject.reader(row)
        if after is not None and after.kind in CENTERED and row.layer.weighted and row.counts.biases not in (0, None):
            yield Finding(row.path, f"{after.path} subtracts the {amount(row.counts.biases)} biases with the mean")


def norm_without_effect(subject: Subject) -> Iterator[Finding]:
    """Yield norms that are followed by another norm, and batch norms whose output is the network's."""
    for row in subject.table:
        if row.layer.family is not Family.NORM or row.kind == "layer_scale":
            continue
        after = subject.reader(row)
        if after is not None and after.layer.family is Family.NORM and after.kind not in ("layer_scale", "lrn"):
            yield Finding(row.path, f"the next layer, {after.path}, normalizes again")
        if row.node in subject.table.graph.results and row.kind == "batchnorm" and not subject.readers[row.node]:
            yield Finding(row.path, "the normalized values are the output of the network")


def doubled_activation(subject: Subject) -> Iterator[Finding]:
    """Yield activation functions that follow another one."""
    for row in subject.table:
        after = subject.following(row, (Family.REGULARIZATION,))
        if _is_function(row) and after is not None and _is_function(after):
            yield Finding(
                after.path, f"{after.kind} follows {row.path} ({row.kind}) without a layer with weights between them"
            )


def _is_function(row: Row) -> bool:
    return row.layer.family is Family.ACTIVATION and row.kind not in NOT_FUNCTIONS and not row.layer.joins


def missing_activation(subject: Subject) -> Iterator[Finding]:
    """Yield layers with weights that follow another one without an activation function.

    Two that narrow and widen are meant: their product has fewer parameters than one map.
    """
    for row in subject.table:
        if not _mixes(row):
            continue
        after = subject.following(row, AROUND)
        if after is not None and _mixes(after) and not _narrows(row, after):
            yield Finding(after.path, f"follows {row.path} without an activation function: the two are one linear map")


def _mixes(row: Row) -> bool:
    """Whether a layer is a linear map of all its channels."""
    groups = row.geometry.groups if row.geometry else 1
    return row.kind in LINEAR and groups == 1


def _narrows(first: Row, second: Row) -> bool:
    """Whether the tensor between two layers has fewer channels than what they read and put out, or may have."""
    inner = first.output.channels
    outer = first.inputs[0].channels, second.output.channels
    return all(decide(inner, "<", channels) is not False for channels in outer)


def dropout_before_batchnorm(subject: Subject) -> Iterator[Finding]:
    """Yield dropouts that a batch norm follows."""
    for row in subject.table:
        if row.kind != "dropout":
            continue
        after = subject.reader(row)
        while after is not None and after.kind != "batchnorm" and not after.layer.joins:
            after = subject.reader(after)
        if after is not None and after.kind == "batchnorm":
            yield Finding(row.path, f"dropout changes the variance that {after.path} estimates during training")


def softmax_at_the_end(subject: Subject) -> Iterator[Finding]:
    """Yield a softmax whose output is the network's."""
    for index in subject.table.graph.results:
        row = subject.rows[index]
        if row is not None and row.kind == "softmax":
            yield Finding(row.path, "the last layer is a softmax, which cross-entropy losses of frameworks contain")
