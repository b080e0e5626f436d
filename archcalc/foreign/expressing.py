"""What is expressed of a network: the layers that inference runs, and an error that names all without a counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, Problem, UsageError
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archcalc.network.graph import Node
    from archcalc.network.table import Table


class NoCounterpart(Exception):
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
        except NoCounterpart as missing:
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
