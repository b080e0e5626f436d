"""Habits with output sizes and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.students.catalogue import Habit
from tests.students.network import POOLS, WINDOWED
from tests.students.student import Impossible, reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.students.student import At, Rule

CONVS = WINDOWED - POOLS


def sized(kinds: set[str], work: Callable[[At], float]) -> dict[str, Callable[[At, Rule], int]]:
    """Replace the size of layers of some kinds."""

    def instead(at: At, usual: Rule) -> int:
        if at.node.kind not in kinds:
            return usual(at)
        found = work(at)
        if found != int(found):
            raise Impossible
        return int(found)

    return {"side": instead}


def wide(kinds: set[str], work: Callable[[At], float]) -> dict[str, Callable[[At, Rule], int]]:
    """Replace the channels of layers of some kinds."""
    return {"channels": sized(kinds, work)["side"]}


def _room(at: At) -> int:
    return at.i - reach(at.node) + 2 * at.node.p


def _usual(at: At, **changes: object) -> int:
    from tests.students.student import window  # noqa: PLC0415 - the rule of the lecture

    return window(at.i, at.node.but(**changes))


HABITS = [
    Habit("forgot-padding", "leaves the padding out of the size", sized(WINDOWED, lambda at: _usual(at, p=0))),
    Habit(
        "padding-once",
        "adds the padding once, not on both sides",
        sized(WINDOWED, lambda at: (_room(at) - at.node.p) // at.node.s + 1),
    ),
    Habit(
        "padding-subtracted",
        "subtracts the padding",
        sized(CONVS, lambda at: (_room(at) - 4 * at.node.p) // at.node.s + 1),
    ),
    Habit("no-plus-one", "forgets the + 1", sized(WINDOWED, lambda at: _room(at) // at.node.s)),
    Habit(
        "plus-one-inside",
        "adds the 1 before dividing by the stride",
        sized(WINDOWED, lambda at: (_room(at) + 1) // at.node.s),
    ),
    Habit("rounds-up", "rounds the quotient up", sized(WINDOWED, lambda at: -(-_room(at) // at.node.s) + 1)),
    Habit(
        "rounds-down-in-ceil-pools",
        "rounds down where the network rounds up",
        sized(POOLS, lambda at: _usual(at, ceil=False)),
    ),
    Habit(
        "conv-keeps-the-size",
        "a convolution keeps the size, whatever its padding",
        sized(CONVS, lambda at: -(-at.i // at.node.s)),
    ),
    Habit(
        "size-over-stride",
        "divides the size by the stride and leaves the kernel out",
        sized(WINDOWED, lambda at: at.i // at.node.s),
    ),
    Habit("stride-ignored", "takes the stride as 1", sized(CONVS, lambda at: _usual(at, s=1))),
    Habit("pool-stride-ignored", "takes the stride of pools as 1", sized(POOLS, lambda at: _usual(at, s=1))),
    Habit("pool-stride-is-kernel", "pools move by their own size", sized(POOLS, lambda at: _usual(at, s=at.node.k))),
    Habit("pool-halves-always", "a pool halves the size, whatever its kernel", sized(POOLS, lambda at: at.i // 2)),
    Habit("pool-keeps-the-size", "a pool does not change the size", sized(POOLS, lambda at: at.i)),
    Habit(
        "kernel-not-subtracted",
        "does not subtract the kernel",
        sized(WINDOWED, lambda at: (at.i + 2 * at.node.p) // at.node.s + 1),
    ),
    Habit(
        "half-kernel-subtracted",
        "subtracts half of the kernel",
        sized(CONVS, lambda at: (_room(at) + at.node.k // 2) // at.node.s + 1),
    ),
    Habit(
        "dilation-ignored-in-size",
        "takes the kernel as it is, without its dilation",
        sized(WINDOWED, lambda at: _usual(at, d=1)),
    ),
    Habit(
        "transposed-as-convolution",
        "uses the formula of an ordinary convolution",
        sized({"tconv"}, _usual),
    ),
    Habit(
        "output-padding-forgotten",
        "forgets the output padding",
        sized({"tconv"}, lambda at: (at.i - 1) * at.node.s - 2 * at.node.p + at.node.k),
    ),
    Habit("transposed-multiplies", "multiplies the size by the stride", sized({"tconv"}, lambda at: at.i * at.node.s)),
    Habit(
        "transposed-adds-padding",
        "adds the padding of a transposed convolution",
        sized({"tconv"}, lambda at: (at.i - 1) * at.node.s + 2 * at.node.p + at.node.k + at.node.extra),
    ),
    Habit(
        "transposed-no-minus-one",
        "takes I·S for (I − 1)·S",
        sized({"tconv"}, lambda at: at.i * at.node.s - 2 * at.node.p + at.node.k + at.node.extra),
    ),
    Habit("global-pool-keeps-the-size", "global pooling keeps the map", sized({"gap"}, lambda at: at.i)),
    Habit("pool-halves-channels", "a pool halves the channels, too", wide(POOLS, lambda at: at.cin / 2)),
    Habit("conv-keeps-channels", "a convolution keeps the channels of its input", wide({"conv"}, lambda at: at.cin)),
    Habit(
        "maps-times-input-maps",
        "every filter makes a map of every input map: 6 · 16 = 96",
        wide({"conv"}, lambda at: at.cin * at.node.filters),
    ),
    Habit(
        "concat-forgets-a-branch",
        "leaves the last branch out of the concatenation",
        wide({"concat"}, lambda at: sum(row.channels for row in at.ins[:-1])),
    ),
    Habit(
        "concat-takes-the-largest",
        "a concatenation has the channels of its widest branch",
        wide({"concat"}, lambda at: max(row.channels for row in at.ins)),
    ),
    Habit(
        "concat-adds-reductions",
        "adds the reductions to the concatenation",
        wide({"concat"}, lambda at: sum(row.channels for row in at.ins) + _reduced(at)),
    ),
    Habit("concat-as-sum", "takes concatenation for addition", wide({"concat"}, lambda at: at.ins[-1].channels)),
    Habit(
        "addition-as-concat",
        "an addition joins the channels",
        wide({"add"}, lambda at: sum(row.channels for row in at.ins)),
    ),
    Habit("flatten-forgets-channels", "flattens one map only", wide({"flatten"}, lambda at: at.i * at.i)),
    Habit("flatten-forgets-a-side", "multiplies channels and one side", wide({"flatten"}, lambda at: at.cin * at.i)),
    Habit("flatten-keeps-channels", "flattening leaves the number of channels", wide({"flatten"}, lambda at: at.cin)),
    Habit("upconv-keeps-channels", "a transposed convolution keeps the channels", wide({"tconv"}, lambda at: at.cin)),
]


def _reduced(at: At) -> int:
    names = [node.name for node in at.net.nodes if node.name.endswith("_reduce")]
    module = at.node.name.split("/", maxsplit=1)[0]
    return sum(at.look(name).channels for name in names if name.startswith(module + "/"))
