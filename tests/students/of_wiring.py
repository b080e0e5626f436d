"""Habits with the input of a layer: whose channels are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.students.student import At, Rule


def reading(where: Callable[[At], bool], work: Callable[[At], int]) -> dict[str, Callable[[At, Rule], int]]:
    """Replace the number of input channels where a condition is met."""

    def instead(at: At, usual: Rule) -> int:
        return work(at) if where(at) else usual(at)

    return {"fan_in": instead}


def _inside(at: At) -> bool:
    return bool(at.node.module) and at.node.kind == "conv" and at.node.reads[0] != at.node.module


def _first_in_branch(at: At) -> bool:
    return bool(at.node.module) and at.node.kind == "conv" and at.node.reads[0] == at.node.module


def _merged(at: At, kind: str) -> bool:
    return at.node.kind == "conv" and any(node.name == at.node.reads[0] and node.kind == kind for node in at.net.nodes)


def _end_of_branch(at: At) -> int:
    return at.look(at.net.node(at.node.reads[0]).reads[-1]).channels


def _reader(at: At) -> int:
    """Return the channels of the merge that this layer ends in."""
    merge = next((node for node in at.net.readers(at.node.name) if node.kind == "concat"), None)
    return sum(at.net.node(name).filters for name in merge.reads) if merge else at.cin


def _before_pool(at: At) -> int:
    pool = at.net.node(at.net.node(at.node.reads[0]).reads[0])
    row = at.look(pool.reads[0])
    return row.channels * (row.side or 1) ** 2 if pool.kind in {"maxpool", "avgpool"} else at.cin


HABITS = [
    Habit(
        "module-input-for-branch",
        "reads the module's input after the reduction, too",
        reading(_inside, lambda at: at.look(at.node.module).channels),
    ),
    Habit(
        "row-above-for-branch",
        "reads the row above, in all branches",
        reading(_first_in_branch, lambda at: at.above.channels),
    ),
    Habit(
        "last-branch-for-module",
        "reads the last branch for the concatenation",
        reading(lambda at: _merged(at, "concat"), _end_of_branch),
    ),
    Habit(
        "own-width-as-input",
        "takes the layer's own filters as its input channels",
        reading(lambda at: at.node.kind == "conv", lambda at: at.node.filters),
    ),
    Habit(
        "narrow-after-bottleneck",
        "after a bottleneck forgets that its output is four times as wide",
        reading(lambda at: _merged(at, "add"), lambda at: at.cin // 4 if at.cin % 4 == 0 else at.cin),
    ),
    Habit(
        "concat-for-branch",
        "reads the channels of the whole concatenation",
        reading(lambda at: _inside(at) and bool(_reader(at)), _reader),
    ),
    Habit(
        "skip-not-counted",
        "the convolution after a concatenation reads one half of it",
        reading(lambda at: _merged(at, "concat") and "up" in at.node.name, _end_of_branch),
    ),
    Habit(
        "image-channels-everywhere",
        "every convolution reads the channels of the image",
        reading(lambda at: at.node.kind == "conv", lambda at: at.net.channels),
    ),
    Habit(
        "fc-reads-channels-only",
        "the first fully connected layer reads the channels only",
        reading(
            lambda at: at.node.kind == "linear" and at.net.node(at.node.reads[0]).kind == "flatten",
            lambda at: at.look(at.net.node(at.node.reads[0]).reads[0]).channels,
        ),
    ),
    Habit(
        "fc-reads-before-the-pool",
        "the first fully connected layer reads the map before the last pool",
        reading(
            lambda at: at.node.kind == "linear" and at.net.node(at.node.reads[0]).kind == "flatten",
            _before_pool,
        ),
    ),
]
