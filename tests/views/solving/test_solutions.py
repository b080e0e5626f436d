"""The page of `solve`."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving.network_solving import Search, solve_network
from archcalc.views.page import QUIET, STRONG, Block, Facts, Heading, Notes, Page, PageTable
from archcalc.views.solving.solutions import sentences, solutions


def formula(text: str, kind: str = "conv", *, ceil: bool = False, everything: bool = False) -> Page:
    """Return the page of a question about a formula."""
    return solutions(archcalc.solve(text, kind=kind, ceil=ceil), everything=everything)


def network(name: str, *questions: str, vary: str = "input", size: str | None = None, everything: bool = False) -> Page:
    """Return the page of questions about a network."""
    answer = solve_network(
        archcalc.load(name),
        WhatIf(read_shape(size) if size else None),
        questions,
        Search(vary, range(1, 9) if everything else None),
    )
    return solutions(answer, everything=everything)


def loud(page: Page) -> list[str]:
    """Return what is said aloud."""
    return [line for block in page.blocks if isinstance(block, Notes) and block.tone == STRONG for line in block.lines]


def lines(page: Page) -> list[tuple[object, ...]]:
    """Return the cells of the page's table."""
    return [line.cells for block in page.blocks if isinstance(block, PageTable) for line in block.lines]


def kinds(page: Page) -> list[type[Block]]:
    """Return what the page is made of."""
    return [type(block) for block in page.blocks]


def test_the_answer_comes_before_the_table() -> None:
    page = formula("O=55, I=227, K=11, S=4")
    assert page.blocks[0] == Heading("O = ⌊(I − K + 2·P)/S⌋ + 1", "conv")
    assert kinds(page) == [Heading, Notes, Notes, PageTable, Notes]
    assert loud(page) == ["P = 0 (exact); P = 1 also gives 55, with remainder 2"]
    assert lines(page) == [
        (0, "⌊(227 − 11 + 2·0)/4⌋ + 1", "exact"),
        (1, "⌊(227 − 11 + 2·1)/4⌋ + 1", "remainder 2: 1 of the input never read"),
    ]
    assert page.record["solutions"] == [{"P": 0, "exact": True}, {"P": 1, "exact": False, "left_over": 2}]
    assert (page.record["unknowns"], page.record["complete"]) == (["P"], True)


def test_without_an_exact_solution_other_inputs_are_told() -> None:
    page = formula("O=55, I=224, K=11, S=4")
    assert loud(page) == [
        "no exact solution; P = 2 or P = 3 with rounding down",
        "input sizes with an exact solution: 227 (P = 0); 225 (P = 1); 223 (P = 2)",
    ]
    assert [cells[-1] for cells in lines(page)] == [
        "remainder 1, in the padding (harmless)",
        "remainder 3, in the padding (harmless)",
    ]
    assert page.record["nearest"][0] == {"I": 227, "P": 0, "exact": True}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("O=112, K=7, S=2, P=3", "conv", ["I = 223 (exact); I = 224 also gives 112, with remainder 1"]),
        ("O=110, K=7, S=3, P=3", "conv", ["I = 328 (exact); I = 329 or I = 330 also give 110, with remainders 1 and 2"]),
        ("O=14, I=7, K=2, S=2", "conv_transpose", ["P = 0 (exact)"]),
        ("O=100, I=227, K=11, P=0", "conv", ["no value of S gives 100", "nearest: S = 2 gives 109; S = 3 gives 73"]),
        ("O=14, I=7, K=3, S=2", "conv_transpose", ["no value of P gives 14", "nearest: P = 1, OP = 1"]),
        ("O=9, I=5, S=9", "conv", ["no value of K and P gives 9", "nearest: K = 15, P = 14 gives 3; K = 6, P = 5 gives 2; K = 7, P = 6 gives 2"]),
        ("O=7, I=7, K=3, P=1", "conv", ["S = 1 (exact)"]),
        ("O=1, I=227, K=11, P=0", "conv", ["no exact solution; S from 217 on with rounding down"]),
        ("I=227, K=11, S=4, P=0", "conv", ["O = 55 (exact)"]),
        ("O=55, I=228, K=11, S=4, P=0", "conv", ["O = 55 (remainder 1)"]),
        ("O=54, I=227, K=11, S=4, P=0", "conv", ["O is not 54", "nearest: it gives 55"]),
        ("I=2, K=11, S=4, P=0", "conv", ["the output would be empty"]),
        ("I=224, O=112", "conv", ["15 solutions, 7 exact"]),
        ("I=1, O=15, S=1", "conv", ["1 solution, 1 exact"]),
    ],
)  # fmt: skip
def test_the_answer_in_a_sentence(text: str, kind: str, said: list[str]) -> None:
    assert loud(formula(text, kind)) == said


def test_an_answer_that_rounds_up_says_so() -> None:
    page = formula("O=4, I=8, K=3, P=0", "maxpool", ceil=True)
    assert page.blocks[0] == Heading("O = min(⌈(I − K + 2·P)/S⌉ + 1, ⌈(I + P)/S⌉)", "maxpool, rounded up")
    assert lines(page)[0][-1] == "remainder 1, rounded up"
    many = formula("O=100, K=3, S=1000, P=0", "maxpool", ceil=True)
    assert [cells[-1] for cells in lines(many)][1:2] == ["rounded up"]


def test_a_long_span_is_one_line() -> None:
    page = formula("O=100, K=3, S=1000, P=0")
    assert [cells[0] for cells in lines(page)] == [99003, "from 99004 to 100001", 100002]
    assert [cells[-1] for cells in lines(page)] == ["exact", "not exact", "remainder 999: 999 of the input never read"]
    assert list(sentences(archcalc.solve("O=100, K=3, S=1000, P=0"))) == [  # type: ignore[arg-type]
        "I = 99003 (exact); I from 99004 to 100001 or I = 100002 also give 100, with remainders unknown and 999"
    ]
    assert page.record["solutions"][1] == {"I": [99004, 100001], "exact": False}


def test_the_first_of_many_are_shown_or_all_of_them() -> None:
    some, every = formula("O=7, K=3"), formula("O=7, K=3", everything=True)
    assert (len(lines(some)), len(lines(every))) == (20, 360)
    last = some.blocks[-1]
    assert isinstance(last, Notes)
    assert last.lines[0] == "340 more; use --all to show them (--format json always contains all)"
    assert len(some.record["solutions"]) == 360
    table = next(block for block in some.blocks if isinstance(block, PageTable))
    assert [line.tone == QUIET for line in table.lines] == [False] * 12 + [True] * 8


def test_sizes_are_spans_with_their_closed_forms() -> None:
    page = network("alexnet", "pool5 = 6x6")
    assert kinds(page) == [Heading, Notes, Notes, Facts, Notes]
    assert loud(page) == ["H from 227 to 258, W from 227 to 258"]
    assert page.record["solutions"] == [{"H": [227, 258], "W": [227, 258]}]
    assert loud(network("alexnet", "fc6.in_features = 9216")) == ["input from 227 to 258 (height = width)"]
    assert loud(network("alexnet", "pool5 = 6x6", vary="conv1.stride")) == ["conv1.stride = 4"]


def test_a_budget_shows_what_holds_and_what_does_not() -> None:
    page = network("resnet50", "params <= 10M", vary="base")
    assert loud(page) == ["base at most 39"]
    assert lines(page) == [(39, 9_993_307, "satisfied"), (40, 10_478_480, "not satisfied")]
    assert page.record["solutions"] == [{"base": 39, "totals": {"params": 9_993_307}}]
    assert page.record["next"] == [{"base": 40, "totals": {"params": 10_478_480}}]
    assert loud(network("alexnet", "macs >= 1G")) == ["input at least 275×275"]


def test_no_solution_is_said_with_what_is_nearest() -> None:
    page = network("alexnet", "fc6.in_features = 9217")
    assert loud(page) == ["no solution; nearest:"]
    assert [near["input"] for near in page.record["nearest"]] == [258, 259]
    assert page.record["solutions"] == []
    odd = "{input: 4x8x8, args: {c: 8}, layers: [{conv: c, kernel: 1}, {conv: 8192, kernel: 1, groups: 8192}]}"
    far = solutions(archcalc.solve("params <= 45000", archcalc.loads(odd), vary="c"))
    assert loud(far) == ["no solution; nearest:"]
    assert far.record["nearest"][0]["c"] == 8192


def test_many_separate_sizes_are_cut() -> None:
    layers = "[{add: {x: [{maxpool: 2}, {upsample: 2}], y: []}}, {conv: 3, kernel: 1, name: last}]"
    proved = network(layers, "last.channels = 3", size="3x32x32")
    assert loud(proved) == ["H from 2 on in steps of 2, W from 2 on in steps of 2"]
    open_ = f"[{{conv: 3, kernel: 1, when: in_height > 999}}, {layers[1:]}"
    page = network(open_, "last.channels = 3", size="3x32x32")
    assert len(loud(page)) == 21
    assert loud(page)[-1] == "and 44 more; use --all to show them"
    assert len(loud(network(open_, "last.channels = 3", size="3x32x32", everything=True))) == 4


def test_sizes_that_differ_are_told_after_those_that_do_not() -> None:
    layers = "[{conv: 4, kernel: 3, padding: 1, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {concat: [c, u]}]"
    page = network(layers, "macs <= 4000", size="1x8x8")
    said = [line for block in page.blocks if isinstance(block, Notes) for line in block.lines]
    assert said[6:12] == [
        "H ≠ W:", "at most H×W = 2×54", "at most H×W = 4×26", "at most H×W = 6×18", "at most H×W = 8×12",
        "and 4 more; use --all to show them",
    ]  # fmt: skip
    assert "complete for H and W from 1 to 256" in said
    assert page.record["solutions"] == [{"input": size} for size in (2, 4, 6, 8, 10)]
    assert page.record["next"] == [{"input": 12, "totals": {"macs": 5184}}]
    assert (page.record["pairs"][0], page.record["pairs_tried"]) == ({"H": 2, "W": 54}, [1, 256])
    endless = network(layers, "macs >= 4M", size="1x8x8")
    assert endless.record["solutions"] == [{"input": [334, None, 2]}]
    spans = network("alexnet", "fc6.in_features = 9216")
    assert spans.record["pairs"] == [{"H": [227, 256], "W": [227, 256]}]
    none = network("[{permute: [0, 2, 1], name: t}, {add: [t, input]}]", "add = 3x3", size="2x8x8")
    assert "no other sizes" in [line for block in none.blocks if isinstance(block, Notes) for line in block.lines]


def test_decimals_and_bytes_are_spelled_with_what_they_are() -> None:
    look = Search("alpha", steps=("0.25", "0.25..1.25"))
    answer = solve_network(archcalc.load("mnasnet-a1"), WhatIf(), ["params <= 3M"], look)
    page = solutions(answer)
    assert loud(page) == ["alpha at most 0.75"]
    assert lines(page)[0] == ("0.75", 2_912_278, "satisfied")
    assert page.record["solutions"] == [{"alpha": 0.75, "totals": {"params": 2_912_278}}]
    table = next(
        block for block in network("vgg16", "memory <= 8GiB", vary="batch").blocks if isinstance(block, PageTable)
    )
    assert [column.heading for column in table.columns][1] == "memory (bytes)"


def test_a_layers_size_comes_with_where_it_comes_from() -> None:
    page = network("alexnet", "fc6.in_features")
    (facts,) = (block for block in page.blocks if isinstance(block, Facts))
    assert [(fact.name, str(fact.value), fact.remark) for fact in facts.facts] == [
        ("fc6.in_features", "9216", "256×6×6, flattened"),
        ("for any input size", "256*floor((H - 35)/32)*floor((W - 35)/32)", ""),
        ("in PyTorch", "nn.Linear(in_features=9216, out_features=4096, bias=True)", ""),
    ]
    assert page.record["solutions"] == [{"fc6.in_features": 9216, "exact": True}]
    plain = network("alexnet", "norm1.channels")
    (facts,) = (block for block in plain.blocks if isinstance(block, Facts))
    assert [fact.name for fact in facts.facts][:1] == ["norm1.channels"]
    silent = network("lenet5", "F6.features")
    assert isinstance(silent.blocks[1], Facts)
    layer = network("[{subsampling: 2, name: s}]", "s.height", size="1x8x8")
    (facts,) = (block for block in layer.blocks if isinstance(block, Facts))
    assert [fact.name for fact in facts.facts] == ["s.height", "for any input size"]
