"""Habits with receptive fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit
from tests.students.network import POOLS, WINDOWED
from tests.students.of_counts import counted
from tests.students.student import reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.students.student import At, Rule


def field(work: Callable[[At], int]) -> dict[str, Callable[[At, Rule], int]]:
    """Replace the receptive field of layers with windows."""
    return counted("rf", WINDOWED, lambda at, n: work(at))


def _before(at: At) -> int:
    return at.ask("rf_in")


def _first_strided(at: At) -> bool:
    return at.node.s > 1 and at.node.name == next(node.name for node in at.net.nodes if node.s > 1)


HABITS = [
    Habit("rf-is-the-kernel", "the receptive field is the layer's own kernel", field(lambda at: at.node.k)),
    Habit(
        "rf-strides-ignored",
        "adds K − 1, whatever the strides before",
        field(lambda at: _before(at) + reach(at.node) - 1),
    ),
    Habit(
        "rf-own-stride-in",
        "multiplies by the layer's own stride, too",
        field(lambda at: _before(at) + (reach(at.node) - 1) * at.me.jump),
    ),
    Habit(
        "rf-previous-stride-only",
        "multiplies by the stride of the layer before only",
        field(lambda at: _before(at) + (reach(at.node) - 1) * _stride_before(at)),
    ),
    Habit(
        "rf-adds-whole-kernel",
        "adds K instead of K − 1",
        field(lambda at: _before(at) + reach(at.node) * at.ins[0].jump),
    ),
    Habit("rf-multiplies", "multiplies the kernels", field(lambda at: _before(at) * at.node.k)),
    Habit(
        "rf-sums-kernels",
        "adds up the kernels",
        field(lambda at: (_before(at) if at.node.reads != ("input",) else 0) + at.node.k),
    ),
    Habit(
        "rf-without-pools", "pools do not enlarge the receptive field", counted("rf", POOLS, lambda at, n: _before(at))
    ),
    Habit(
        "rf-pool-strides-forgotten",
        "forgets the strides of pools",
        counted("jump", POOLS, lambda at, n: at.ins[0].jump),
    ),
    Habit(
        "rf-one-stride-forgotten",
        "forgets the stride of the first strided layer",
        {"jump": lambda at, usual: at.ins[0].jump if _first_strided(at) else usual(at)},
    ),
    Habit(
        "rf-strides-added",
        "adds the strides up instead of multiplying them",
        {"jump": lambda at, usual: at.ins[0].jump + at.node.s if at.node.s > 1 and at.ins[0].jump > 1 else usual(at)},
    ),
    Habit(
        "rf-pools-of-two", "takes 3×3 pools as 2×2", counted("rf", POOLS, lambda at, n: _before(at) + at.ins[0].jump)
    ),
    Habit(
        "rf-backwards-forwards",
        "runs the backward recursion (r − 1)·S + K from the front",
        field(lambda at: (_before(at) - 1) * at.node.s + at.node.k),
    ),
    Habit(
        "rf-dilation-ignored",
        "takes the kernel without its dilation",
        field(lambda at: _before(at) + (at.node.k - 1) * at.ins[0].jump),
    ),
    Habit(
        "rf-added-at-merge",
        "adds the receptive fields of the branches",
        {
            "rf": lambda at, usual: (
                sum(row.rf or 0 for row in at.ins) if at.node.kind in {"add", "concat"} else usual(at)
            )
        },
    ),
    Habit(
        "rf-smallest-at-merge",
        "takes the smallest receptive field at a merge",
        {
            "rf": lambda at, usual: (
                min(row.rf or 0 for row in at.ins) if at.node.kind in {"add", "concat"} else usual(at)
            )
        },
    ),
    Habit(
        "rf-last-at-merge",
        "takes the receptive field of the last branch",
        {"rf_in": lambda at, usual: at.ins[-1].rf or 0},
    ),
    Habit("rf-area", "writes the area for the side", {"rf": lambda at, usual: usual(at) ** 2}),
    Habit(
        "rf-clipped",
        "limits the receptive field to the size of the image",
        {"rf": lambda at, usual: min(usual(at), at.net.side)},
    ),
    Habit("rf-in-own-input", "measures the receptive field in the layer's own input", field(lambda at: reach(at.node))),
    Habit(
        "rf-padding-added",
        "adds the padding",
        field(lambda at: _before(at) + (reach(at.node) - 1) * at.ins[0].jump + 2 * at.node.p),
    ),
    Habit(
        "rf-doubled-by-stride",
        "multiplies the receptive field by the stride",
        field(lambda at: _before(at) * at.node.s + reach(at.node) - 1),
    ),
    Habit("rf-is-the-output-size", "writes the size of the output", field(lambda at: at.o)),
]


def _stride_before(at: At) -> int:
    name = at.node.reads[0]
    node = None if name == "input" else at.net.node(name)
    return node.s if node and node.kind in WINDOWED else 1
