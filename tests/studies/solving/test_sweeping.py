"""Sweeps: every point is what a direct run gives, and every point that is left out does not work."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import ArchcalcError, UsageError
from archcalc.limits import SWEPT
from archcalc.network.network import WhatIf
from archcalc.studies.solving.fronts import front, read_objectives
from archcalc.studies.solving.sweeping import block, fixed_values, forms, free_axes
from archcalc.studies.solving.swept import read_axis, read_sweep
from archcalc.symbolic.ratio import Ratio

if TYPE_CHECKING:
    from archcalc.studies.solving.swept import Sweep

SMALL = """
input: 3x20x20
args: {width: 8, groups: 2, depth: 1, act: relu, scale: 1}
layers:
  - {conv: width, kernel: 3, padding: 1, name: a}
  - {conv: 2*width, kernel: 3, groups: groups, stride: 2, name: b}
  - {layers: [{conv: 2*width, kernel: 1}], repeat: depth, name: more}
  - {maxpool: 3, stride: 2, name: p}
  - {conv: round8(scale*16), kernel: 1, name: c}
  - global_avgpool
  - flatten
  - {linear: 10}
"""


def sweep(network: str, *vary: str, keep: tuple[str, ...] = (), totals: tuple[str, ...] = ("params", "macs")) -> Sweep:
    """Return a sweep of a built-in network, or of a text."""
    net = archcalc.loads(network) if "\n" in network else archcalc.load(network)
    return read_sweep(net, WhatIf(), vary, totals, keep)


def points(asked: Sweep) -> tuple[dict[tuple[Any, ...], tuple[Any, ...]], int, int]:
    """Return the totals of the points that are kept, how many were tested, and at how many nothing works."""
    free = free_axes(asked)
    blocks = [block(asked, fixed, free) for fixed in fixed_values(asked, free)]
    count = len(asked.axes)
    kept = {point[:count]: point[count:] for each in blocks for point in each.points}
    return kept, sum(each.tested for each in blocks), sum(each.invalid for each in blocks)


def directly(asked: Sweep) -> tuple[dict[tuple[Any, ...], tuple[Any, ...]], int]:
    """Return the same by a run of its own for each point, as with ``--set`` and ``--input``."""
    found, invalid = {}, 0
    for values in product(*(axis.values for axis in asked.axes)):
        arguments: dict[str, object] = {}
        options: dict[str, dict[str, object]] = {}
        shape = None
        for axis, value in zip(asked.axes, values, strict=True):
            if axis.name == "input":
                channels = next(iter(asked.network.analyze().inputs.values())).channels
                shape = f"{channels}x{value}x{value}"
            elif "." in axis.name:
                layer, _, option = axis.name.rpartition(".")
                options.setdefault(layer, {})[option] = value
            else:
                arguments[axis.name] = value
        try:
            table = asked.network.analyze(shape, arguments, options)
        except ArchcalcError:
            invalid += 1
            continue
        found[values] = tuple(total.number(table) for total in asked.totals)
    return found, invalid


CASES = [
    pytest.param(
        "resnet50", ("base=16..48:16", "n4=1..3", "input=64..128:32"), ("base", "input"), marks=pytest.mark.long
    ),
    ("alexnet", ("input=1..130:6", "classes=1..3"), ("classes", "input")),
    pytest.param("alexnet", ("input=1..130:3", "classes=1..3"), ("classes", "input"), marks=pytest.mark.long),
    pytest.param("alexnet", ("input=60..90", "conv1.stride=1..4"), None, marks=pytest.mark.long),
    ("torchvision/shufflenet_v2_x1_0", ("input=32..96:16",), ("input",)),
    ("torchvision/vit_b_16", ("input=14..50:2",), None),
    pytest.param("unet", ("input=180..200",), None, marks=pytest.mark.long),
    (SMALL, ("width=1..4", "groups=1..3", "input=1..14"), None),
    pytest.param(SMALL, ("width=1..6", "groups=1..3", "input=1..14"), None, marks=pytest.mark.long),
    (SMALL, ("depth=0..2", "width=2..4:2", "input=8..16:4"), None),
    (SMALL, ("scale=0.25..1:0.25", "input=12,20"), ("input",)),
    (SMALL, ("c.filters=4,8", "a.kernel=1..5", "width=2,4"), None),
]


@pytest.mark.parametrize(("network", "vary", "free"), CASES)
def test_every_point_is_what_a_direct_run_gives(
    network: str, vary: tuple[str, ...], free: tuple[str, ...] | None
) -> None:
    asked = sweep(network, *vary, totals=("params", "macs", "activations"))
    found, tested, invalid = points(asked)
    expected, refused = directly(asked)
    assert found == expected
    assert (tested, invalid) == (asked.points, refused)
    if free is not None:
        assert tuple(sorted(axis.name for axis in free_axes(asked))) == tuple(sorted(free))


@pytest.mark.parametrize("step", [14, pytest.param(5, marks=pytest.mark.long)])
@pytest.mark.parametrize("network", ["alexnet", "resnet18", "unet", SMALL])
def test_other_totals_are_exact_too(network: str, step: int) -> None:
    totals = ("memory", "parameter_memory", "neurons", "connections", "buffers", "weighted_depth", "flops")
    asked = sweep(network, f"input=190..260:{step}", totals=totals)
    found, _, invalid = points(asked)
    assert (found, invalid) == directly(asked)
    assert len(found) > 1


def test_conditions_keep_what_satisfies_them() -> None:
    every, _, _ = points(sweep("resnet50", "base=16..64:16", "input=64..224:32"))
    kept, tested, _ = points(
        sweep("resnet50", "base=16..64:16", "input=64..224:32", keep=("macs <= 1G", "params > 2M"))
    )
    assert kept == {values: totals for values, totals in every.items() if totals[1] <= 10**9 and totals[0] > 2 * 10**6}
    assert tested == len(every)
    assert 0 < len(kept) < len(every)


def test_conditions_also_hold_for_what_is_computed_one_by_one() -> None:
    kept, tested, _ = points(sweep(SMALL, "depth=0..3", keep=("params <= 2K",)))
    every, _, _ = points(sweep(SMALL, "depth=0..3"))
    assert kept == {values: totals for values, totals in every.items() if totals[0] <= 2000}
    assert (tested, 0 < len(kept) < 4) == (4, True)


def test_a_condition_on_a_layer_is_read_like_those_of_solve() -> None:
    kept, _, _ = points(sweep("alexnet", "input=200..260", keep=("pool5 = 6x6",)))
    assert [size for (size,) in kept] == list(range(227, 259))


def test_a_block_without_closed_forms_is_computed_one_by_one() -> None:
    asked = sweep(SMALL, "depth=1..2")
    assert free_axes(asked) == ()
    assert forms(asked, {"depth": 1}, ()) is None
    asked = sweep("input: 3x9x9\nargs: {n: 5}\nlayers:\n  - {conv: 12//(n - 2), kernel: 1}\n", "n=1..6")
    found, _, invalid = points(asked)
    expected, refused = directly(asked)
    assert (found, invalid) == (expected, refused)
    assert 0 < invalid < 6


@pytest.mark.parametrize(("written", "values"), [
    ("base=32..64:16", (32, 48, 64)), ("base=1..3", (1, 2, 3)), ("base=5,3,5", (5, 3)), ("base= 7 .. 9 : 2 ", (7, 9)),
])  # fmt: skip
def test_values_are_read(written: str, values: tuple[int, ...]) -> None:
    assert read_axis(written, archcalc.load("resnet50"), WhatIf()).values == values


def test_decimals_are_exact() -> None:
    assert read_axis("scale=0.1..0.3:0.1", archcalc.loads(SMALL), WhatIf()).values == (
        Ratio(1, 10),
        Ratio(1, 5),
        Ratio(3, 10),
    )


@pytest.mark.parametrize(("vary", "message"), [
    (("base",), "invalid axis 'base'"), (("base=a..b",), "invalid values 'a..b'"), (("base=3..1",), "invalid range"),
    (("base=1..3:0",), "invalid range"), (("bass=1..3",), "unknown argument 'bass'"), ((), "needs something to vary"),
    (("base=1..2", "base=3"), "'base' is varied twice"), (("base=1..9000000",), "more than 5,000,000 points"),
    (("base=1..3000", "classes=1..3000"), "points"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused(vary: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        sweep("resnet50", *vary)
    assert SWEPT.value == 5_000_000


def test_a_total_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(UsageError, match="output of resnet50 is not a single number"):
        sweep("resnet50", "base=1..2", totals=("output",))


def test_a_question_is_not_a_condition() -> None:
    with pytest.raises(UsageError, match=r"'conv1.height' is not a condition"):
        sweep("alexnet", "classes=1..2", keep=("conv1.height",))


@pytest.mark.parametrize("count", [2, 3])
def test_the_front_is_what_no_other_point_beats(count: int) -> None:
    grid = [((7 * a) % 11, (5 * b) % 7, (a * b) % 5)[:count] for a in range(9) for b in range(9)]
    expected = [p for p in grid if not any(q != p and all(x <= y for x, y in zip(q, p, strict=True)) for q in grid)]
    assert sorted(front(grid, lambda point: point)) == sorted(expected)


def test_objectives_are_read() -> None:
    assert [(one.total, one.largest) for one in read_objectives("macs, +parameters")] == [
        ("macs", False),
        ("params", True),
    ]
    for written in ("macs", "macs,macs"):
        with pytest.raises(UsageError, match="a front needs two totals"):
            read_objectives(written)
