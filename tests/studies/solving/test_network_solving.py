"""Solving for a network's input, an argument or an option: against every value, tried one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, UsageError
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving.closed_forms import closed_forms
from archcalc.studies.solving.demands import Asking, Demand, Goal, read_demand
from archcalc.studies.solving.dials import dial_of, input_dial, read_range
from archcalc.studies.solving.laws import Law
from archcalc.studies.solving.layer_sizes import SizeAnswer
from archcalc.studies.solving.network_solving import NetworkAnswer, Search, solve_network
from archcalc.studies.solving.solutions import Answer, Span
from archcalc.studies.solving.trying import Trial, confirm
from tests.drawn import examples
from tests.studies.solving.drawn_graphs import Drawn, chains, graphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TRIED = range(1, 41)


def solved(
    name: str, *questions: str, vary: str = "input", within: range | None = None, size: str | None = None
) -> Answer:
    """Return the answer to questions about a network."""
    return solve_network(
        archcalc.load(name), WhatIf(read_shape(size) if size else None), questions, Search(vary, within)
    )


def found(name: str, *questions: str, **asked: str) -> NetworkAnswer:
    """Return the answer to questions that are not mere sizes."""
    answer = solved(name, *questions, **asked)  # type: ignore[arg-type]
    assert isinstance(answer, NetworkAnswer)
    return answer


def members(answer: Answer, letter: str) -> set[int]:
    """Return the numbers among those that are tried at which it is said to hold."""
    return {n for solution in answer.solutions for n in TRIED if _is(n, solution.values[letter])}


def _is(number: int, value: int | Span) -> bool:
    return number == value if isinstance(value, int) else number in value


def last_size(drawn: Drawn, size: int) -> int:
    """Return the size after all windows of a chain, each counted; 0 where one has no room."""
    for window in drawn.windows:
        size = len(window.starts(size)) if size else 0
    return size


@given(chains(), st.integers(1, 8))
def test_the_sizes_of_a_chain_are_those_at_which_windows_are_counted_so(drawn: Drawn, wanted: int) -> None:
    answer = found(drawn.layers, f"last = {wanted}x{wanted}", size="2x20x20")
    expected = {size for size in TRIED if last_size(drawn, size) == wanted}
    for letter in "HW":
        assert members(answer, letter) == expected


@given(graphs(), st.integers(1, 8))
@settings(max_examples=examples(20))
def test_the_sizes_of_a_graph_are_those_at_which_it_works_so(drawn: Drawn, wanted: int) -> None:
    network = archcalc.load(drawn.layers)
    expected = set()
    for size in TRIED:
        try:
            table = network.analyze((2, size, size))
        except ArchcalcError:
            continue
        if table["last"].output.spatial == (wanted, wanted):
            expected.add(size)
    try:
        answer = found(drawn.layers, f"last = {wanted}x{wanted}", size="2xNxN")
    except ArchcalcError:  # there is no size at which it works at all
        assert expected == set()
        return
    assert members(answer, "N") == expected
    assert answer.complete


def totals(name: str, argument: str, values: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Yield parameters and MACs at every value at which the network works."""
    network = archcalc.load(name)
    for value in values:
        try:
            table = network.analyze(arguments={argument: value}) if argument else network.analyze((3, value, value))
        except ArchcalcError:
            continue
        params, macs = table.totals.params, table.totals.macs
        assert isinstance(params, int)
        assert isinstance(macs, int)
        yield value, params, macs


@pytest.mark.parametrize(
    ("name", "argument", "budget"),
    [
        ("resnet18", "base", 300_000),
        ("alexnet", "classes", 60_000_000),
        pytest.param("resnext50-32x4d", "base", 5_000_000, marks=pytest.mark.long),
    ],
)
def test_the_largest_value_within_a_budget_is_that_of_trying_all(name: str, argument: str, budget: int) -> None:
    answer = found(name, f"params <= {budget}", vary=argument)
    (solution,) = answer.solutions
    largest = solution.values[argument]
    assert isinstance(largest, int)
    rows = list(totals(name, argument, range(max(1, largest - 9), largest + 40)))
    assert largest == max(value for value, params, _ in rows if params <= budget)
    beyond = min(value for value, params, _ in rows if params > budget)
    held, following = answer.totals
    assert (held.holds, following.holds) == (True, False)
    assert (held.values[argument], following.values[argument]) == (largest, beyond)
    assert {value: params for value, params, _ in rows}[beyond] == following.totals["params"]


def test_several_budgets_hold_at_once() -> None:
    answer = found("resnet50", "params <= 10M", "macs <= 1G", vary="base")
    assert answer.solutions[0].values == {"base": 32}
    (at, params, macs), (_, _, more) = totals("resnet50", "base", (32, 33))
    assert (at, params <= 10_000_000, macs <= 1_000_000_000, more > 1_000_000_000) == (32, True, True, True)


@pytest.mark.usefixtures("looked_at")
def test_the_input_is_square_where_what_is_asked_depends_on_both_sides() -> None:
    answer = found("resnet50", "macs <= 300M")
    assert (answer.square, answer.solutions[0].values) == (True, {"input": 56})
    rows = {size: macs for size, _, macs in totals("resnet50", "", (56, 57))}
    assert rows[56] <= 300_000_000 < rows[57]
    assert found("alexnet", "fc6.in_features = 9216").solutions[0].values == {"input": Span(227, 258)}


@pytest.mark.usefixtures("looked_at")
def test_below_a_limit_the_smallest_is_looked_for() -> None:
    answer = found("alexnet", "macs >= 1G")
    assert [dict(total.values) for total in answer.totals] == [{"input": 275}, {"input": 274}]
    assert found("alexnet", "macs > 72", "macs < 900M").solutions[0].values == {"input": 258}
    assert found("alexnet", "pool5.height >= 6").solutions[0].values == {"H": Span(227, None)}


def test_pool5_of_alexnet_is_6_by_6_from_227_to_258() -> None:
    answer = found("alexnet", "pool5 = 6x6")
    assert [dict(solution.values) for solution in answer.solutions] == [{"H": Span(227, 258), "W": Span(227, 258)}]
    assert {name: str(form) for name, form in answer.forms.items()} == {
        "pool5.height": "floor((H - 35)/32)", "pool5.width": "floor((W - 35)/32)",
    }  # fmt: skip
    one = found("alexnet", "pool5.height: 6")
    assert [dict(solution.values) for solution in one.solutions] == [{"H": Span(227, 258)}]
    assert found("alexnet", "pool5 = 6").solutions == answer.solutions
    assert found("alexnet", "pool5 = 6x6", size="3xHx227").solutions[0].values == {"H": Span(227, 258)}


def test_of_long_intervals_the_first_values_are_tried() -> None:
    answer = found("[{maxpool: 5000, name: pool}]", "pool = 2x3", size="1x300x300")
    assert answer.solutions[0].values == {"H": Span(10000, 14999), "W": Span(15000, 19999)}
    assert answer.how.endswith("and the first 64 values were tested")


def test_values_that_the_network_refuses_within_an_interval_are_left_out() -> None:
    block = "[{space_to_depth: 100, name: s}]"
    answer = found(block, "s = 2x3", size="1x300x300")
    assert [dict(solution.values) for solution in answer.solutions] == [{"H": 200, "W": 300}]
    assert answer.complete
    endless = found(block, "s.height >= 2", size="1x300x300")
    assert [dict(solution.values) for solution in endless.solutions] == [{"H": Span(200, None, 100)}]
    assert (endless.complete, "the first 64 values were tested" in endless.how) == (True, True)


def test_confirming_can_be_interrupted() -> None:
    def stopped(values: range) -> Iterator[int]:
        yield from values[:5]
        raise KeyboardInterrupt

    answer = solve_network(archcalc.load("alexnet"), WhatIf(), ["pool5.height = 6"], Search(watch=stopped))
    assert (answer.complete, answer.solutions[0].values) == (False, {"H": Span(227, 258)})


@pytest.mark.usefixtures("looked_at")
def test_what_does_not_depend_on_the_input_holds_for_all_or_for_none() -> None:
    assert found("alexnet", "conv1.channels = 96").solutions[0].values == {"H": Span(67, None), "W": Span(67, None)}
    none = found("alexnet", "conv1.channels = 97")
    assert (none.holds, none.totals[0].totals) == (False, {"conv1.channels": 96})
    assert found("alexnet", "params <= 1e9").solutions[0].values.keys() == {"input"}
    assert found("resnet18", "params <= 1e9").solutions[0].values == {"input": Span(1, None)}


@pytest.mark.usefixtures("looked_at")
def test_without_a_solution_the_values_on_either_side_are_told() -> None:
    answer = found("alexnet", "fc6.in_features = 9217")
    assert [(total.values["input"], total.totals["fc6.in_features"]) for total in answer.totals] == [
        (258, 9216),
        (259, 12544),
    ]
    axis = found("[{conv_transpose: 1, kernel: 2, stride: 2, name: up}]", "up = 5x6", size="1x8x8")
    assert [dict(total.values) for total in axis.totals] == [{"H": 2}, {"H": 3}]
    assert [total.values["base"] for total in found("resnet50", "params <= 10", vary="base").totals] == [1]
    capped = found("[{conv: 1, kernel: 1}]", "macs >= 1e9", size="1x8x8", within=range(1, 9))  # type: ignore[arg-type]
    assert [dict(total.values) for total in capped.totals] == [{"input": 8}]


def test_a_value_at_which_the_network_does_not_work_is_passed_over() -> None:
    answer = found("alexnet", "params <= 10M", vary="conv1.filters")
    assert [total.values["conv1.filters"] for total in answer.totals] == [2]  # an odd number has no two groups
    even = "{input: 4x8x8, args: {c: 8}, layers: [{conv: c, kernel: 1}, {conv: 8, kernel: 1, groups: 8}]}"
    network = archcalc.loads(even)
    answer_ = solve_network(network, WhatIf(), ["params <= 100"], Search("c"))
    assert isinstance(answer_, NetworkAnswer)
    assert [total.values["c"] for total in answer_.totals] == [8, 16]


def test_a_range_that_ends_before_the_limit_says_so() -> None:
    answer = found("resnet50", "params <= 10M", vary="base", within=range(1, 21))  # type: ignore[arg-type]
    assert answer.solutions[0].values == {"base": 20}
    assert len(answer.totals) == 1
    assert "use --range to extend it" in answer.how


def test_where_letters_leave_it_open_every_value_is_tried() -> None:
    skip = "[{conv: 8, kernel: 3, stride: 2, padding: 1, name: a}, {add: {x: [{maxpool: 2}, {upsample: 2}], y: []}}]"
    answer = found(skip, "a = 8x8", size="3x32x32")
    assert answer.solutions[0].values == {"H": Span(15, 16), "W": Span(15, 16)}
    assert found(skip, "a = 8x8", size="3xHxW").solutions == answer.solutions
    assert not found(skip, "a = 7x7", size="3x32x32").holds
    open_ = f"[{{conv: 8, kernel: 1, when: in_height < 999}}, {skip[1:]}"
    tried = found(open_, "a = 8x8", size="3x32x32")
    assert (tried.solutions[0].values, tried.pairs) == ({"input": Span(15, 16)}, None)
    assert tried.how == "complete in this range: all values from 1 to 128 were tested"
    wrong = found(open_, "a = 7x7", size="3x32x32")
    assert [total.totals["a.height"] for total in wrong.totals] == [6, 6]


def test_options_and_repeats_are_tried() -> None:
    assert found("alexnet", "pool5 = 6x6", vary="conv1.stride").solutions[0].values == {"conv1.stride": 4}
    answer = found("resnet20", "params <= 1M", vary="n", within=range(1, 13))  # type: ignore[arg-type]
    assert [total.values["n"] for total in answer.totals] == [10, 11]
    low = found("resnet20", "params >= 1M", vary="n", within=range(1, 13))  # type: ignore[arg-type]
    assert [total.values["n"] for total in low.totals] == [11, 10]
    end = found("resnet20", "params <= 1M", vary="n", within=range(1, 4))  # type: ignore[arg-type]
    assert (end.solutions[0].values, "use --range to extend it" in end.how) == ({"n": 3}, True)


def test_what_may_be_0_is_looked_at_there_too() -> None:
    assert found("alexnet", "pool5 = 6x6", vary="conv1.padding").solutions[0].values == {"conv1.padding": Span(0, 15)}
    within = range(1, 9)
    one = found("alexnet", "pool5 = 6x6", vary="conv1.padding", within=within)  # type: ignore[arg-type]
    assert one.solutions[0].values == {"conv1.padding": Span(1, 8)}
    none = found("[{conv: 1, kernel: 3, name: a}]", "a = 6x6", vary="a.padding", size="1x8x8")
    assert none.solutions[0].values == {"a.padding": 0}
    assert found("alexnet", "pool5 = 7x7", vary="conv1.padding").solutions[0].values == {"conv1.padding": Span(16, 31)}


@pytest.mark.usefixtures("looked_at")
def test_an_input_of_nothing_is_none() -> None:
    answer = found("[{conv: 1, kernel: 1, padding: 1}, flatten, {linear: 3}]", "params >= 1", size="1x5x5")
    assert [dict(total.values) for total in answer.totals] == [{"input": 1}]


def test_an_interruption_keeps_what_was_found() -> None:
    def stopped(values: range) -> Iterator[int]:
        yield from values[:5]
        raise KeyboardInterrupt

    look = Search("n", range(1, 24), stopped)
    answer = solve_network(archcalc.load("resnet20"), WhatIf(), ["params <= 1M"], look)
    assert (answer.complete, answer.solutions[0].values) == (False, {"n": 5})
    assert answer.how.startswith("interrupted: not all values from 1 to 23 were tested")


def test_a_network_that_works_nowhere_within_a_budget_has_no_solution_and_the_law_proves_it() -> None:
    layers = "{input: 4x8x8, args: {c: 8}, layers: [{conv: c, kernel: 1}, {conv: 8192, kernel: 1, groups: 8192}]}"
    network = archcalc.loads(layers)
    answer = solve_network(network, WhatIf(), ["params <= 45000"], Search("c"))
    assert isinstance(answer, NetworkAnswer)
    assert (answer.holds, answer.complete) == (False, True)
    assert [total.values for total in answer.totals] == [{"c": 8192}]


def test_a_layers_size_is_computed_at_the_input_and_in_letters() -> None:
    answer = solved("alexnet", "fc6.in_features")
    assert isinstance(answer, SizeAnswer)
    assert (answer.size, str(answer.flattened), str(answer.form), answer.holds) == (
        9216, "256×6×6", "256*floor((H - 35)/32)*floor((W - 35)/32)", True,
    )  # fmt: skip
    second = solved("alexnet", "fc7.in_features")
    assert isinstance(second, SizeAnswer)
    assert (second.size, second.flattened) == (4096, None)
    letters = solved("alexnet", "fc6.in_features", size="3xNxN")
    assert (letters.solutions, letters.holds) == ((), True)
    pooled = solved("resnet50", "fc.in_features")
    assert isinstance(pooled, SizeAnswer)
    assert str(pooled.flattened) == "2048×1×1"
    tokens = solved("vit_b_16", "head.in_features")
    assert isinstance(tokens, SizeAnswer)
    assert tokens.flattened is None


def test_a_vector_at_the_input_is_flattened_by_nobody() -> None:
    answer = solved("[{linear: 3, name: a}, {linear: 3, name: fc}]", "fc.in_features", vary="a.outputs", size="7")
    assert isinstance(answer, SizeAnswer)
    assert (answer.size, answer.flattened) == (3, None)


@pytest.mark.parametrize(
    ("questions", "vary", "message"),
    [
        (("conv9 = 55x55",), "input", "unknown layer or block 'conv9' of alexnet"),
        (("conv1.heigt = 55",), "input", "unknown layer or quantity 'heigt'\n  did you mean height?"),
        (("parms <= 10M",), "input", "unknown layer or quantity 'parms'\n  did you mean params?"),
        (
            ("pool5 = axb",),
            "input",
            "invalid size axb of pool5: its output has height and width\n  for example 'pool5 = 7x7'",
        ),
        (("pool5 = 0x3",), "input", "invalid shape '0x3'\n  for example 'pool5 = 7x7'"),
        (("pool5 = 1x2x3x4",), "input", "invalid size 1x2x3x4 of pool5: its output has channels, height and width"),
        (("fc6.height = 3",), "input", "fc6 has no height: its output is a vector of 4096 features"),
        (("fc6.in_height = 3",), "input", "fc6 has no in_height: its input is a vector of"),
        (
            ("pool5",),
            "input",
            "missing property of pool5\n  for example pool5.channels; available: channels, height, width, in_channels",
        ),
        (("params",), "input", "'params' is not a condition\n  for example 'params <= 10M'"),
        (("pool5 =",), "input", "invalid question 'pool5 ='"),
        (("params <= lots",), "input", "invalid number 'lots'"),
        (("params <= 1", "params <= 2"), "input", "duplicate condition params <="),
        (("fc6.in_features", "params <= 2"), "input", "'fc6.in_features' cannot be combined with other questions"),
        (("params <= 10M",), "clases", "unknown argument 'clases' of alexnet\n  did you mean classes?"),
        (
            ("params <= 10M",),
            "zzzzzz",
            "unknown argument 'zzzzzz' of alexnet\n  available for --vary: input, batch, context, classes, towers",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(questions: tuple[str, ...], vary: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        solved("alexnet", *questions, vary=vary)
    assert str(refused.value).startswith(message)


def test_only_numbers_are_varied() -> None:
    with pytest.raises(UsageError, match="block is bottleneck: --vary requires an integer"):
        solved("resnet50", "params <= 1M", vary="block")
    with pytest.raises(UsageError, match="the input 784 has no height or width"):
        solved("[{linear: 3}]", "params <= 1M", size="784")


def test_too_many_values_are_not_tried() -> None:
    with pytest.raises(UsageError, match=r"the range has more than 10,000 values \(20,000\)"):
        solved("resnet20", "params <= 1M", vary="n", within=range(1, 20_001))


@pytest.mark.parametrize("written", ["9..1", "5", "a..b", ""])
def test_a_range_goes_up(written: str) -> None:
    with pytest.raises(UsageError, match=r"^invalid range '"):
        read_range(written)


def test_a_part_of_a_network_has_budgets_of_its_own() -> None:
    table = archcalc.load("resnet50").analyze()
    (demand,) = read_demand("conv5_x.params <= 20M", table)  # type: ignore[misc]
    assert isinstance(demand, Demand)
    assert demand.measure(table) == table.part("conv5_x").params
    (flops,) = read_demand("flops <= 1G", table)  # type: ignore[misc]
    assert isinstance(flops, Demand)
    assert flops.measure(table) == 2 * table.totals.macs
    assert read_demand("fc.in_features", table) == Asking("fc", "in_features")


def test_a_trial_says_nothing_of_what_keeps_letters() -> None:
    network = archcalc.load("alexnet")
    table = network.analyze()
    demands = [demand for demand in read_demand("pool5 = 6x6", table) if isinstance(demand, Demand)]
    dial = input_dial(network, WhatIf())
    assert Trial(network, dial, demands).at({"H": 227}) is None
    assert closed_forms(Trial(network, dial_of(network, WhatIf(), "conv1.bias"), demands)) is None


@pytest.mark.usefixtures("looked_at")
def test_demands_that_exclude_each_other_have_no_solution() -> None:
    answer = found("alexnet", "pool5 = 6x6", "macs <= 1M")
    assert [total.values["input"] for total in answer.totals] == [67]
    apart = found("alexnet", "pool5 = 6x6", "conv1 = 100x100", size="3xNxN")
    assert [total.values["N"] for total in apart.totals] == [67]
    never = found("alexnet", "pool5.channels = 3", size="3xNxN")
    assert never.holds is False


def test_a_network_that_works_nowhere_says_why() -> None:
    with pytest.raises(ArchcalcError, match="add: shapes 2×⌊H/2⌋×⌊W/2⌋ and 2×H×W do not match"):
        solved("[{add: {x: [{maxpool: 2}], y: []}}]", "add = 3x3", size="2x9x9")


def test_the_library_asks_formulas_and_networks_alike() -> None:
    with pytest.raises(UsageError, match="requires a network"):
        archcalc.solve("pool5 = 6x6")
    several = archcalc.solve(["params <= 10M", "macs <= 1G"], archcalc.load("resnet50"), vary="base")
    assert several.solutions[0].values == {"base": 32}


def _works(net: archcalc.Network, most: int, **asked: object) -> bool:
    try:
        macs = net.analyze(**asked).totals.macs  # type: ignore[arg-type]
    except archcalc.ArchcalcError:
        return False
    return isinstance(macs, int) and macs <= most


def test_what_falls_as_the_unknown_grows_is_not_at_most() -> None:
    net = archcalc.load("vgg16")
    right = [s for s in range(1, 129) if _works(net, 10**9, options={"conv1_1": {"stride": s}})]
    assert right == [4, 5, 6, 7]
    found = solved("vgg16", "macs <= 1G", vary="conv1_1.stride")
    assert [solution.values for solution in found.solutions] == [{"conv1_1.stride": Span(4, 7)}]
    assert isinstance(found, NetworkAnswer)
    assert found.goal == Goal.EVERY


def test_holes_between_values_that_work_are_stated() -> None:
    net = "[{conv: 4, kernel: 3, padding: 1, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {concat: [c, u], name: j}]"
    right = [s for s in range(1, 129) if _works(archcalc.load(net), 4000, input=(1, s, s))]
    found = solved(net, "macs <= 4000", size="1x8x8")
    assert [solution.values["input"] for solution in found.solutions] == right == [2, 4, 6, 8, 10]


JOIN = "[{conv: 4, kernel: 3, padding: 1, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {concat: [c, u], name: j}]"


def test_axes_of_a_graph_are_solved_each_by_itself() -> None:
    assert found(JOIN, "j = 4x6", size="1x8x8").solutions[0].values == {"H": 4, "W": 6}
    assert not found(JOIN, "j = 4x5", size="1x8x8").holds
    assert found(JOIN, "j.height >= 5", size="1x8x8").solutions[0].values == {"H": Span(6, None, 2)}
    assert found(JOIN, "j.channels = 8", size="1x8x8").solutions[0].values == {
        "H": Span(2, None, 2),
        "W": Span(2, None, 2),
    }
    assert found("[{pad: [[0, in_height % 2], [0, 0]], name: p}]", "p = 8x5", size="1x8x8").solutions[0].values == {
        "H": Span(7, 8), "W": 5,
    }  # fmt: skip
    assert not found("[{pad: [[0, in_height % 2], [0, 0]], name: p}]", "p = 7x5", size="1x8x8").holds


@pytest.mark.usefixtures("looked_at")
def test_many_values_with_gaps_are_a_span_with_a_step() -> None:
    answer = found(JOIN, "macs <= 4M", size="1x8x8")
    assert [solution.values for solution in answer.solutions] == [{"input": Span(2, 332, 2)}]
    net = archcalc.load(JOIN)
    assert [side for side in range(300, 350) if _works(net, 4_000_000, input=(1, side, side))] == list(
        range(300, 334, 2)
    )
    assert found(JOIN, "macs >= 4M", size="1x8x8").solutions[0].values == {"input": Span(334, None, 2)}


@pytest.mark.usefixtures("looked_at")
def test_budgets_are_looked_at_over_pairs_as_well() -> None:
    answer = found(JOIN, "macs <= 2000", size="1x8x8")
    net = archcalc.load(JOIN)
    inside = {(a, b) for a in range(1, 31) for b in range(1, 31) if _works(net, 2000, input=(1, a, b))}
    best = {(a, b) for a, b in inside if not any((a, b) != (c, d) and c >= a and d >= b for c, d in inside)}
    assert answer.pairs is not None
    assert {tuple(one.values.values()) for one in answer.pairs.solutions} == {(a, b) for a, b in best if a != b}
    least = found(JOIN, "macs >= 400", size="1x8x8").pairs
    assert least is not None
    assert [tuple(one.values.values()) for one in least.solutions] == [(2, 6), (6, 2)]


@pytest.mark.usefixtures("looked_at")
def test_a_size_that_couples_axes_is_found_for_all_of_them() -> None:
    net = "[{maxpool: 2}, flatten, {linear: 3, name: fc}]"
    answer = found(net, "fc.in_features = 6", size="1x8x8", within=range(1, 13))  # type: ignore[arg-type]
    assert (answer.solutions, answer.holds) == ((), True)
    assert answer.pairs is not None
    expected = {(a, b) for a in range(1, 13) for b in range(1, 13) if (a // 2) * (b // 2) == 6}
    said = {
        (a, b) for one in answer.pairs.solutions for a in range(1, 13) for b in range(1, 13)
        if _is(a, one.values["H"]) and _is(b, one.values["W"])
    }  # fmt: skip
    assert said == expected
    solid = found("[flatten, {linear: 3, name: fc}]", "fc.in_features = 6", size="1x2x2x2")
    assert solid.pairs is not None
    assert len(solid.pairs.solutions) == 9


def test_a_shape_with_its_channels_last_is_recognized() -> None:
    with pytest.raises(UsageError, match=r"6x6x256 has its channels last\n  write 'pool5 = 256x6x6'"):
        solved("alexnet", "pool5 = 6x6x256")


@pytest.mark.usefixtures("looked_at")
def test_sizes_that_never_agree_but_in_pairs_are_asked_about_all_the_same() -> None:
    answer = found("[flatten, {reshape: [3, 2, 3], name: r}]", "r.channels = 3", size="3x2x3")
    assert answer.pairs is not None
    assert [dict(one.values) for one in answer.pairs.solutions] == [
        {"H": 1, "W": 6}, {"H": 2, "W": 3}, {"H": 3, "W": 2}, {"H": 6, "W": 1},
    ]  # fmt: skip


def test_where_no_law_is_known_the_network_is_asked_at_the_first_values() -> None:
    blocks = "[{space_to_depth: 127, name: s}, {space_to_depth: 113}]"  # a period of 14,351
    answer = found(blocks, "s.height >= 2", size="1x14351x14351")
    assert ([dict(one.values) for one in answer.solutions], answer.complete) == ([{"H": 14351}], False)
    every = found("[{conv: 4, kernel: 1, name: a}]", "a.channels = 4", vary="a.stride", size="1x8x8")
    assert every.solutions[0].values["a.stride"] == Span(1, None)
    assert every.how.endswith("and the first 64 values were tested")


@pytest.mark.usefixtures("looked_at")
def test_a_network_that_never_works_where_it_should_is_not_called_impossible() -> None:
    layers = "{input: 4x8x8, args: {c: 8}, layers: [{conv: c, kernel: 1}, {conv: 10007, kernel: 1, groups: 10007}]}"
    answer = solve_network(archcalc.loads(layers), WhatIf(), ["params <= 45000"], Search("c"))
    assert (answer.holds, answer.complete) == (False, False)
    assert "the network is not valid for any value from" in answer.how


@pytest.mark.usefixtures("looked_at")
def test_with_a_letter_for_each_axis_the_sizes_that_agree_come_first() -> None:
    answer = found("alexnet", "macs <= 1G", size="3xHxW")
    assert answer.solutions == found("alexnet", "macs <= 1G").solutions
    never = found("[{conv: 3, kernel: 1, name: a}]", "macs <= 1000", "a.channels = 4", size="1x8x8").pairs
    assert never is not None
    assert never.solutions == ()


def test_gaps_are_stated_where_every_value_is_tried_as_well() -> None:
    open_ = f"[{{conv: 1, kernel: 1, when: in_height > 99}}, {JOIN[1:]}"
    answer = found(open_, "macs <= 4000", size="1x8x8")
    assert [one.values["input"] for one in answer.solutions] == [2, 4, 6, 8, 10]


def test_a_law_that_the_network_contradicts_is_not_believed() -> None:
    network = archcalc.load("[{maxpool: 4, name: p}]")
    demands = [one for one in read_demand("p.height >= 0", network.analyze("1x8x8")) if isinstance(one, Demand)]
    trial = Trial(network, input_dial(network, WhatIf(read_shape("1x8x8"))), demands)
    confirmed = confirm(trial, "H", Span(1, None), {"W": 8}, fits=Law(1, (0,), 1))
    assert (confirmed.runs, confirmed.complete) == ([Span(4, 64)], False)
