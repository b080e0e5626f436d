"""What a student computes: the rules of the lecture, each of which a habit may replace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.students.network import POOLS, WINDOWED, Net, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.students.catalogue import Habit

COLUMNS = ("output", "params", "macs", "rf", "activations")


class Impossible(Exception):
    """A habit leads to something that no student would write down: a size of zero, half a channel."""


@dataclass(frozen=True)
class Row:
    """The answers for one layer; a vector has no side, and the receptive field of some layers is not asked."""

    channels: int = 0
    side: int | None = None
    params: int = 0
    macs: int = 0
    rf: int | None = None
    jump: int = 1
    activations: int = 0


@dataclass(frozen=True)
class At:
    """One layer of a student's sheet: what it reads, what is already written, and who computes."""

    node: Node
    ins: tuple[Row, ...]
    net: Net
    student: Student
    me: Row = field(default_factory=Row)

    def of(self, **changes: Any) -> At:  # noqa: ANN401 - options of any type
        return replace(self, node=self.node.but(**changes))

    def ask(self, rule: str) -> int:
        return self.student.ask(rule, self)

    def look(self, name: str) -> Row:
        return self.student.look(name)

    @property
    def i(self) -> int:
        return self.ins[0].side or 1

    @property
    def o(self) -> int:
        return self.me.side or 1

    @property
    def cin(self) -> int:
        return self.ins[0].channels

    @property
    def above(self) -> Row:
        names = ["input", *(node.name for node in self.net.nodes)]
        return self.look(names[names.index(self.node.name) - 1])


if TYPE_CHECKING:
    Rule = Callable[[At], int]


def reach(node: Node) -> int:
    return node.d * (node.k - 1) + 1


def side(at: At) -> int:
    node, i = at.node, at.i
    if node.kind in {"add", "concat", "batchnorm"}:
        return i
    if node.kind in WINDOWED:
        return window(i, node)
    if node.kind == "tconv":
        return (i - 1) * node.s - 2 * node.p + node.k + node.extra
    return {"gap": 1, "crop": node.filters, "upsample": i * node.filters}[node.kind]


def window(i: int, node: Node) -> int:
    room = i + 2 * node.p - reach(node)
    if not node.ceil:
        return room // node.s + 1
    o = -(-room // node.s) + 1
    return o - 1 if (o - 1) * node.s >= i + node.p else o


def channels(at: At) -> int:
    kind = at.node.kind
    if kind in {"conv", "sep", "tconv", "linear"}:
        return at.node.filters
    if kind == "concat":
        return sum(row.channels for row in at.ins)
    if kind == "flatten":
        return at.cin * at.i * at.i
    return at.cin


def fan_in(at: At) -> int:
    return at.cin


def weights(at: At) -> int:
    node, cin = at.node, at.ask("fan_in")
    kernel = at.ask("kernel")
    return {
        "conv": node.filters * (cin // node.groups) * kernel,
        "tconv": node.filters * cin * kernel,
        "linear": node.filters * cin,
        "dw": cin * kernel,
        "sep": cin * kernel + cin * node.filters,
    }[node.kind]


def kernel(at: At) -> int:
    return at.node.k * at.node.k


def biases(at: At) -> int:
    return at.me.channels if at.node.bias else 0


def params(at: At) -> int:
    return at.ask("weights") + at.ask("biases")


def norm(at: At) -> int:
    return 2 * at.me.channels


def positions(at: At) -> int:
    if at.node.kind == "linear":
        return 1
    return at.i * at.i if at.node.kind == "tconv" else at.o * at.o


def macs(at: At) -> int:
    return at.ask("weights") * at.ask("positions")


def nothing(at: At) -> int:  # noqa: ARG001 - asked like every rule
    return 0


def rf(at: At) -> int:
    if at.node.kind in WINDOWED:
        return at.ask("rf_in") + (reach(at.node) - 1) * at.ins[0].jump
    return at.ask("rf_in")


def rf_in(at: At) -> int:
    return max(row.rf or 0 for row in at.ins)


def jump(at: At) -> int:
    return at.ins[0].jump * (at.node.s if at.node.kind in WINDOWED else 1)


def activations(at: At) -> int:
    return at.me.channels * at.o * at.o


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (side, channels, fan_in, weights, kernel, biases, params, norm, positions, macs, rf, rf_in, jump)
}
RULES.update(activations=activations, free_params=nothing, free_macs=nothing)
"""The rules that a habit may replace. `free_…`: of a layer without weights."""


@dataclass
class Student:
    """Someone who fills the table of a network, with some habits.

    `carried`: reads the earlier rows of the own sheet; otherwise the right ones, for example of the lecture. `lot`: a
    number for what a habit leaves to chance. `only`: the one layer at which the habits act. `watch`: is told each row
    as it is written, and may stop the student by raising `Impossible`.
    """

    net: Net
    habits: Sequence[Habit] = ()
    carried: bool = True
    lot: int = 0
    only: str = ""
    right: Student | None = None
    watch: Callable[[str, Row], None] | None = None
    rows: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows["input"] = Row(self.net.channels, self.net.side, rf=1)
        for node in self.net.nodes:
            self.rows[node.name] = self.row(node)
            if self.watch:
                self.watch(node.name, self.rows[node.name])

    def look(self, name: str) -> Row:
        if self.carried or self.right is None:
            return self.rows[name]
        # No column prints the strides so far, so they are always the student's own.
        return replace(self.right.rows[name], jump=self.rows[name].jump)

    def ask(self, rule: str, at: At) -> int:
        work = RULES[rule]
        for habit in self.habits:
            if rule in habit.rules and self.only in {"", at.node.name}:
                work = _in_place(habit.rules[rule], work)
        return work(at)

    def row(self, node: Node) -> Row:
        at = At(node, tuple(self.look(name) for name in node.reads), self.net, self)
        flat = node.kind in {"linear", "flatten"}
        me = Row(positive(at.ask("channels")), None if flat else positive(at.ask("side")), jump=at.ask("jump"))
        at = At(node, at.ins, self.net, self, me)
        with_rf = not flat and node.kind != "gap" and all(row.rf for row in at.ins) and node.kind != "tconv"
        return Row(
            me.channels,
            me.side,
            jump=me.jump,
            params=at.ask(_asked(node, "params")),
            macs=at.ask(_asked(node, "macs")),
            rf=positive(at.ask("rf")) if with_rf else None,
            activations=at.ask("activations"),
        )

    def total(self, column: str) -> int:
        parts = [(node, getattr(self.rows[node.name], column)) for node in self.net.nodes]
        for habit in self.habits:
            if habit.total is not None:
                return positive(habit.total(Sum(column, parts, self)))
        return sum(value for _, value in parts)


@dataclass(frozen=True)
class Sum:
    """The column of a total: its name, and each layer with the student's value."""

    column: str
    parts: list[tuple[Node, int]]
    student: Student


def _asked(node: Node, column: str) -> str:
    if node.kind == "batchnorm":
        return "norm" if column == "params" else "free_macs"
    free = node.kind in POOLS | {"gap", "add", "concat", "flatten", "upsample", "crop"}
    return f"free_{column}" if free else column


def _in_place(habit: Callable[[At, Rule], int], usual: Rule) -> Rule:
    return lambda at: habit(at, usual)


def positive(value: float) -> int:
    if not 1 <= value < 10**15 or value != int(value):
        raise Impossible
    return int(value)
