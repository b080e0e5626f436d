"""What formats share: which there are, which of them a file name means, and what a format cannot express."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, Problem, UsageError, did_you_mean
from archcalc.rooms import fetch, members
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

    from archcalc.network.graph import Node
    from archcalc.network.table import Table

SHARED_FILES = ("base",)
"""The files of this room that are no formats."""

FIRST = "torch"
"""The format that is meant where several have a suffix."""


def formats() -> tuple[str, ...]:
    """List the names of all formats without loading any.

    >>> formats()
    ('caffe', 'json', 'keras', 'onnx', 'spec', 'torch')
    """
    return tuple(name for name in members("exporters") if name not in SHARED_FILES)


def meanings() -> dict[str, str]:
    """Return the formats, with what each is.

    >>> meanings()["torch"]
    'a PyTorch module'
    """
    return {name: fetch("exporters", name).MEANING for name in formats()}


def find_format(name: str | None, file: str | None) -> ModuleType:
    """Return the format that is meant: by its name, or by the suffix of a file.

    >>> find_format(None, "net.py").__name__, find_format("keras", "net.py").__name__
    ('archcalc.exporters.torch', 'archcalc.exporters.keras')

    Raises:
        UsageError: the format is unknown.
    """
    if name:
        if name not in formats():
            hint = did_you_mean(name, formats()) or f"available: {', '.join(formats())}"
            raise UsageError(f"unknown export format '{name}'", hint)
        return fetch("exporters", name)
    suffix = os.path.splitext(file or "")[1].lower()  # noqa: PTH122 - a name, which need not be a path
    order = sorted(formats(), key=lambda known: known != FIRST)
    found = [module for module in (fetch("exporters", known) for known in order) if suffix in module.SUFFIXES]
    if not suffix:
        raise UsageError("an export needs a format", f"use --format {'|'.join(formats())}, or -o FILE.py")
    if not found:
        known = dict.fromkeys(suffix for known in formats() for suffix in fetch("exporters", known).SUFFIXES)
        hint = did_you_mean(suffix, known) or f"use {', '.join(known)}, or --format"
        raise UsageError(f"unknown export format '{suffix}'", hint)
    return found[0]


class Missing(Exception):
    """A layer has no counterpart in a format, for a reason."""


class NotExpressed(UsageError):
    """Layers of a network have no counterpart in a format; contains one mistake for each of them."""

    def __init__(self, table: Table, framework: str, problems: list[tuple[Node, str]]) -> None:
        layers = plural(len(problems), "layer")
        head = f"{table.spec.name} cannot be written for {framework}: {layers} without a counterpart"
        lines = (Problem(f"{node.layer.kind}: {reason}", path=node.path) for node, reason in problems)
        ArchcalcError.__init__(self, Problem(head), *lines)


def expressed(table: Table, framework: str, express: Callable[[Node], object]) -> dict[int, object]:
    """Return what a format makes of each layer that inference runs, by the number of its node.

    Raises:
        NotExpressed: some layers have no counterpart; all of them are named.
    """
    found: dict[int, object] = {}
    problems: list[tuple[Node, str]] = []
    for node in run_by_inference(table):
        try:
            found[node.index] = express(node)
        except Missing as missing:
            problems.append((node, str(missing)))
    if problems:
        raise NotExpressed(table, framework, problems)
    return found


def run_by_inference(table: Table) -> Iterator[Node]:
    """Yield the layers that inference runs, in order."""
    return (node for node in table.graph.nodes if not node.is_input and not node.head)


def require_numbers(table: Table) -> None:
    """Refuse a table with variables in it.

    Raises:
        UsageError: a size is not a number.
    """
    shapes: Iterable[object] = (size for node in table.graph.nodes for size in node.shape.sizes)
    if not all(isinstance(size, int) for size in shapes):
        raise UsageError("an export needs numbers for all sizes", "replace the variables of --input by numbers")
