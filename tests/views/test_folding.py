"""A table as a tree: what folds, into what, and that the sums stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.views.folding import MOST_LINES, at_depth, deepest, parts, readable_depth

if TYPE_CHECKING:
    from archcalc.views.folding import FoldedPart

MAP = "3x16x16"


def tree(layers: str, size: str = MAP) -> list[FoldedPart]:
    """Return the parts of layers written in place."""
    return parts(archcalc.load(layers).analyze(size))


def drawn(top: list[FoldedPart]) -> list[str]:
    """Return the whole tree as lines, a space for each level."""
    lines = []
    for part, level, _ in at_depth(top, 99):
        small = "".join(f" +{row.name}" for row in part.folded)
        lines.append(" " * level + part.name + (f" x{part.times}" if part.times > 1 else "") + small)
    return lines


CONV = "{conv: 3, kernel: 3, padding: 1}"

TREES = [
    # layers, and their tree
    ("[{conv: 4, kernel: 3}, relu, {dropout: 0.5}]", ["conv +relu +dropout"]),
    ("[relu, relu]", ["relu +relu_2"]),
    # A window looks around: also where the shape stays, a pool is a row.
    ("[{conv: 4, kernel: 3}, {maxpool: 3, stride: 1, padding: 1}]", ["conv", "maxpool"]),
    ("[{conv: 4, kernel: 3}, batchnorm, relu]", ["conv", "batchnorm +relu"]),
    ("[{conv: 4, kernel: 3}, flatten, relu]", ["conv", "flatten +relu"]),
    # What follows a block is not in it.
    (f"[{{name: a, layers: [{CONV}, {CONV}]}}, relu]", ["a", " conv", " conv_2", "relu"]),
    (f"[{{name: a, layers: [{CONV}, relu]}}]", ["a/conv +relu"]),
    (f"[{{name: a, layers: [{{name: b, layers: [{CONV}]}}]}}]", ["a/b/conv"]),
    (f"[{{name: a, repeat: 3, layers: [{CONV}, batchnorm]}}]", ["a x3", " conv", " batchnorm"]),
    ("[{name: a, repeat: 3, layers: [{conv: 8, kernel: 1}, batchnorm]}]",
     ["a", " 1", "  conv", "  batchnorm", " 2–3 x2", "  conv", "  batchnorm"]),
    (f"[{{name: a, repeat: 3, layers: [{CONV}]}}]", ["a/conv x3"]),
    ("[{conv: 8, kernel: 1, repeat: 3}]", ["conv/1", "conv/2–3 x2"]),
    # Copies with numbers in their names keep their places in the order of execution.
    (f"[{{repeat: 2, layers: [{CONV[:-1]}, name: 'c#'}}, relu]}}]", ["c1 +1", "c2 +2"]),
    # Copies are equal only with what is folded behind them.
    (f"[{{add: {{main: [{CONV}], short: []}}}}, relu]", ["main/conv", "add +relu"]),
    (f"[{{add: {{main: [{CONV}], short: []}}, name: sum}}]", ["sum", " main/conv", " sum"]),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "lines"), TREES, ids=[layers for layers, _ in TREES])
def test_layers_hang_in_a_tree(layers: str, lines: list[str]) -> None:
    assert drawn(tree(layers)) == lines


def test_copies_that_end_differently_stay_apart() -> None:
    top = tree(f"[{{repeat: 3, layers: [{CONV}, {{relu, when: index != 1}}]}}]")
    assert drawn(top) == ["conv/1 +1", "conv/2", "conv/3 +3"]


def test_a_block_is_called_what_it_is() -> None:
    top = parts(archcalc.load("googlenet").analyze())
    assert {part.name: part.label for part in top}["3a"] == "inception"


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet152", "vgg16", "resnet20"])
@pytest.mark.parametrize("depth", range(4))
def test_the_lines_at_any_depth_add_up_to_the_totals(name: str, depth: int) -> None:
    table = archcalc.load(name).analyze()
    closed = [part for part, _, is_open in at_depth(parts(table), 0) if not is_open]
    assert sum(part.counts.macs for part in closed if not part.train_only) == table.totals.macs
    for part, _, is_open in at_depth(parts(table), depth):
        if is_open:
            assert part.counts.params == part.times * sum(child.counts.params for child in part.children)
            assert part.counts.macs == part.times * sum(child.counts.macs for child in part.children)


def test_a_table_opens_as_far_as_it_stays_readable() -> None:
    top = parts(archcalc.load("resnet152").analyze())
    depth = readable_depth(top)
    assert 0 < depth < deepest(top)
    assert len(list(at_depth(top, depth))) <= MOST_LINES < len(list(at_depth(top, depth + 1)))
    assert readable_depth(top, most=1) == 0


def test_a_short_table_opens_whole() -> None:
    top = parts(archcalc.load("inception-reduced").analyze())
    assert readable_depth(top) == deepest(top) == 1
