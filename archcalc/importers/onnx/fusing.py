"""Operations that a model writes as several nodes, found again: activations, norms, a product with its bias.

A pattern is the tree of nodes that ends in the operation's output. ``x``, ``y`` and ``z`` are what the operation reads,
``#`` a fixed number, and other words are weights; a node that two branches read is in both of them.
"""

from __future__ import annotations

from math import isclose, prod, sqrt
from typing import TYPE_CHECKING, NamedTuple

from archcalc.importers.onnx.known import whole
from archcalc.importers.onnx.roots import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archcalc.importers.onnx.inference import NodeRun
    from archcalc.importers.onnx.roots import Roots

Pattern = str | tuple["Pattern", ...]

READ = ("x", "y", "z")
"""The words for what is not fixed."""

COMMUTATIVE = {"Add", "Mul"}
PRODUCTS = "MatMul|FusedMatMul"


class Group(NamedTuple):
    """Nodes that are one operation: what it is called, its nodes, the last one at the end, and what it reads."""

    op: str
    steps: tuple[NodeRun, ...]
    bound: Mapping[str, str]

    @property
    def last(self) -> NodeRun:
        """The node that outputs what the operation does."""
        return self.steps[-1]


class Fusion(NamedTuple):
    """A row of :data:`FUSIONS`: what it is, its pattern, the numbers in it, and what else must hold."""

    op: str
    pattern: Pattern
    numbers: tuple[float, ...] | None = None
    check: Callable[[Matcher, Group], bool] | None = None


def _scaled(inner: Pattern) -> Pattern:
    return ("Div|Mul", inner, "#")


_ERF: Pattern = ("Add", ("Erf", _scaled("x")), "#")
_CUBIC: Pattern = ("Add", "x", ("Mul", ("Pow", "x", "#"), "#"))
_TANH: Pattern = ("Add", ("Tanh", ("Mul", _CUBIC, "#")), "#")
_CLIPPED: Pattern = ("Clip", ("Add", "x", "#"))
_CENTERED: Pattern = ("Sub", "x", ("ReduceMean", "x"))
_SQUARED: tuple[Pattern, ...] = (("Pow", _CENTERED, "#"), ("Mul", _CENTERED, _CENTERED))
_NORMED: tuple[Pattern, ...] = tuple(
    ("Div", _CENTERED, ("Sqrt", ("Add", ("ReduceMean", squared), "#"))) for squared in _SQUARED
)
_MEAN_SQUARE: Pattern = ("Add", ("ReduceMean", ("Pow", "x", "#")), "#")
_SCALED_BY_RMS: tuple[Pattern, ...] = (
    ("Div", "x", ("Sqrt", _MEAN_SQUARE)),
    ("Mul", "x", ("Reciprocal", ("Sqrt", _MEAN_SQUARE))),
    ("Mul", "x", ("Div", "#", ("Sqrt", _MEAN_SQUARE))),
)
_LENGTH: Pattern = ("Clip|Max", ("ReduceL2", "x"))
_LENGTHS: tuple[Pattern, ...] = (("Expand", _LENGTH), _LENGTH)
_COMPARED: tuple[Pattern, ...] = tuple(
    compared
    for query in (_scaled("x"), "x")
    for key in (_scaled("y"), "y")
    for compared in (("MatMul", query, key), _scaled(("MatMul", query, key)))
)
_WEIGHED: tuple[Pattern, ...] = (*_COMPARED, *(("Add", compared, "mask") for compared in _COMPARED))
_GROUPED: Pattern = ("Reshape", ("InstanceNormalization", ("Reshape", "x"), "ones", "zeros"))


def _by_last_axis(matcher: Matcher, group: Group) -> bool:
    """Whether weights of a norm have a number for each place of the last axis, over which the mean is taken."""
    sizes = group.last.outputs[0].sizes
    means = [step for step in group.steps if step.node.op == "ReduceMean"]
    over = [tuple(step.call.listed(1, "axes") or ()) for step in means]
    rank = len(sizes or ())
    return all(axes in ((-1,), (rank - 1,)) for axes in over) and _last_axis_only(matcher, group)


def _last_axis_only(matcher: Matcher, group: Group) -> bool:
    """Whether each weight is a number for each place of the last axis."""
    sizes = group.last.outputs[0].sizes
    found = [matcher.sizes(name) for word, name in group.bound.items() if word in {"gamma", "beta", "bias"}]
    return bool(sizes) and all(own is not None and prod(own) == own[-1] == sizes[-1] for own in found)  # type: ignore[index]


def _projects(matcher: Matcher, group: Group) -> bool:
    """Whether the second factor of a product is a matrix of weights, and what is added its bias."""
    weight = matcher.sizes(group.bound["weight"])
    return weight is not None and len(weight) == 2 and _last_axis_only(matcher, group)  # noqa: PLR2004 - a matrix


def _by_channel(matcher: Matcher, group: Group) -> bool:
    """Whether weights of a group norm have a number for each channel."""
    sizes = group.last.outputs[0].sizes
    found = [matcher.sizes(name) for word, name in group.bound.items() if word in {"gamma", "beta"}]
    return sizes is not None and all(own is not None and prod(own) == sizes[1] for own in found)


def _over_keys(_: Matcher, group: Group) -> bool:
    """Whether weights of an attention are normed over its keys, the last axis."""
    softmax = next(step for step in group.steps if step.node.op == "Softmax")
    rank = len(softmax.outputs[0].sizes or ())
    return softmax.call.integer("axis", -1) in (-1, rank - 1)


GELU, GELU_TANH = (1.0, 0.5, sqrt(2)), (0.5, 1.0, 3.0, 0.044715, sqrt(0.6366197723675814))
SIX, NO_NUMBERS = (3.0, 6.0), ()

FUSIONS = (
    Fusion("MatMul", ("Add", (PRODUCTS, "x", "weight"), "bias"), NO_NUMBERS, _projects),
    *(Fusion("LayerNormalization", ("Add", ("Mul", n, "gamma"), "beta"), None, _by_last_axis) for n in _NORMED),
    *(Fusion("LayerNormalization", ("Mul", n, "gamma"), None, _by_last_axis) for n in _NORMED),
    *(Fusion("LayerNormalization", n, None, _by_last_axis) for n in _NORMED),
    *(Fusion("RMSNormalization", ("Mul", n, "gamma"), None, _by_last_axis) for n in _SCALED_BY_RMS),
    *(Fusion("RMSNormalization", n, None, _by_last_axis) for n in _SCALED_BY_RMS),
    Fusion("GroupNormalization", ("Add", ("Mul", _GROUPED, "gamma"), "beta"), None, _by_channel),
    *(Fusion("DotProduct", ("MatMul", ("Softmax", weighed), "z"), None, _over_keys) for weighed in _WEIGHED),
    *(Fusion("Normalize", ("Div", "x", norm)) for norm in _LENGTHS),
    Fusion("Gelu", ("Mul", ("Mul", "x", _ERF), "#"), GELU),
    Fusion("Gelu", ("Mul", ("Mul", "x", "#"), _ERF), GELU),
    Fusion("Gelu", ("Mul", "x", ("Mul", _ERF, "#")), GELU),
    Fusion("Gelu", ("Mul", ("Mul", "x", "#"), _TANH), GELU_TANH),
    Fusion("Gelu", ("Mul", ("Mul", "x", _TANH), "#"), GELU_TANH),
    Fusion("Silu", ("Mul", "x", ("Sigmoid", "x"))),
    Fusion("Mish", ("Mul", "x", ("Tanh", ("Softplus", "x")))),
    Fusion("HardSwish", ("Mul", "x", ("HardSigmoid", "x"))),
    Fusion("HardSwish", ("Div", ("Mul", "x", _CLIPPED), "#"), SIX),
    Fusion("HardSwish", ("Mul", "x", ("Div", _CLIPPED, "#")), SIX),
    Fusion("HardSigmoid", ("Div", _CLIPPED, "#"), SIX),
)
"""All patterns; of those that end in the same node the first counts."""


ENDING_IN = {
    op: tuple(fusion for fusion in FUSIONS if op in str(fusion.pattern[0]).split("|"))
    for fusion in FUSIONS
    for op in str(fusion.pattern[0]).split("|")
}
"""The patterns by the operator in which they end."""


class Matcher:
    """Finds patterns among the nodes that run."""

    def __init__(self, steps: Sequence[NodeRun], known: Roots, results: Sequence[str]) -> None:
        self._known = known
        self._made = {name: step for step in steps for name in step.node.outputs if name}
        self._readers: dict[str, list[NodeRun]] = {}
        self._sizes = {name: each for step in steps for name, each in _read(step)}
        for step in steps:
            for name in step.node.inputs:
                self._readers.setdefault(name, []).append(step)
        self._results = set(results)

    def sizes(self, name: str) -> tuple[int, ...] | None:
        """Return the sizes of a tensor that a node reads, if all of them are numbers."""
        return self._sizes.get(name)

    def found(self, step: NodeRun) -> Group | None:
        """Return the operation that ends in a node, if it is one of several nodes."""
        for fusion in ENDING_IN.get(step.node.op, ()):
            for match in self._match(fusion.pattern, step.node.outputs[0], _Match()):
                group = Group(fusion.op, match.steps, match.bound)
                if self._alone(group) and _has_numbers(fusion, match) and _checked(fusion, self, group):
                    return group
        return None

    def _alone(self, group: Group) -> bool:
        """Whether nothing else reads what the nodes before the last output."""
        inside = {id(step) for step in group.steps}
        inner = [name for step in group.steps[:-1] for name in step.node.outputs if name]
        return not self._results.intersection(inner) and all(
            id(reader) in inside for name in inner for reader in self._readers.get(name, ())
        )

    def _match(self, pattern: Pattern, name: str, before: _Match) -> Iterator[_Match]:
        """Yield the ways in which a tensor is what a pattern says."""
        if isinstance(pattern, str):
            found = self._leaf(pattern, name, before)
            if found is not None:
                yield found
            return
        step, (ops, *inner) = self._made.get(name), pattern
        if step is None or self._known.fixed(name) or step.node.op not in str(ops).split("|"):
            return
        read = [each for index, each in enumerate(step.node.inputs) if index not in SETTINGS.get(step.node.op, ())]
        orders = [read, read[::-1]] if step.node.op in COMMUTATIVE else [read]
        for order in orders if len(read) == len(inner) else ():
            yield from self._match_all(list(zip(inner, order, strict=True)), step, before)

    def _match_all(self, pairs: list[tuple[Pattern, str]], step: NodeRun, before: _Match) -> Iterator[_Match]:
        if not pairs:
            yield before.with_step(step)
            return
        (pattern, name), *rest = pairs
        for found in self._match(pattern, name, before):
            yield from self._match_all(rest, step, found)

    def _leaf(self, word: str, name: str, before: _Match) -> _Match | None:
        """Bind a word to a tensor: what is read, a number, or a weight."""
        if word == "#":
            number = self._number(name)
            return None if number is None else before._replace(numbers=(*before.numbers, number))
        if (word in READ) == self._known.fixed(name) or before.bound.get(word, name) != name:
            return None
        return before._replace(bound={**before.bound, word: name})

    def _number(self, name: str) -> float | None:
        for reader in self._readers.get(name, ())[:1]:
            value = reader.call.value(reader.node.inputs.index(name))
            if value is not None and len(value.items) == 1 and isinstance(value.items[0], int | float):
                return float(value.items[0])
        return None


def _read(step: NodeRun) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, known in zip(step.node.inputs, step.call.inputs, strict=True):
        sizes = whole(known.sizes) if known is not None else None
        if sizes is not None:
            yield name, sizes


class _Match(NamedTuple):
    """What was found so far: nodes in the order in which they run, words and their tensors, and numbers."""

    steps: tuple[NodeRun, ...] = ()
    bound: Mapping[str, str] = {}
    numbers: tuple[float, ...] = ()

    def with_step(self, step: NodeRun) -> _Match:
        return self if any(step is other for other in self.steps) else self._replace(steps=(*self.steps, step))


_CLOSE = 1e-3


def _has_numbers(fusion: Fusion, match: _Match) -> bool:
    """Whether the numbers of a pattern are those of its formula; a factor may be written as a divisor."""
    if fusion.numbers is None:
        return True
    return all(any(_alike(number, own) for own in fusion.numbers) for number in match.numbers)


def _alike(number: float, own: float) -> bool:
    return isclose(number, own, rel_tol=_CLOSE) or (own not in (0.5, 3.0) and isclose(number * own, 1, rel_tol=_CLOSE))


def _checked(fusion: Fusion, matcher: Matcher, group: Group) -> bool:
    return fusion.check is None or fusion.check(matcher, group)
