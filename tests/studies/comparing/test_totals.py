"""The totals side by side."""

from __future__ import annotations

from collections import Counter

import pytest

import archcalc
from archcalc.measures.quantities import find
from archcalc.studies.comparing.totals import Total, totals
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.ratio import Ratio


def test_the_figures_that_a_lecturer_quotes() -> None:
    found = {total.quantity: total for total in totals([archcalc.load(n).analyze() for n in ("vgg16", "googlenet")])}
    assert found["params"].values == (138_357_544, 6_998_552)
    assert found["weighted_depth"].values == (16, 22)
    assert found["receptive_field"].values == (212, 715)
    assert found["parameter_memory"].values == (4 * 138_357_544, 4 * 6_998_552)


def test_layers_are_counted_by_kind_those_with_weights_first() -> None:
    table = archcalc.load("googlenet").analyze()
    found = {total.quantity: total.values for total in totals([table, table])}
    kinds = Counter(row.kind for row in table if not row.train_only)
    assert {name.removeprefix("layers."): values[0] for name, values in found.items() if "." in name} == kinds
    assert found["layers"] == (kinds.total(), kinds.total())
    assert [name for name in found if "." in name][:3] == ["layers.conv", "layers.linear", "layers.relu"]


def test_a_kind_that_one_network_lacks_is_none_there() -> None:
    found = {t.quantity: t.values for t in totals([archcalc.load(n).analyze() for n in ("alexnet", "vgg16")])}
    assert found["layers.lrn"] == (2, 0)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("vgg16", 212),
        ("se-resnet50", 483),
        ("torchvision/vit_b_16", "all"),
        ("linear-classifier", "all"),
        ("lenet5", 32),
    ],
)
def test_the_field_of_a_network_is_that_of_its_last_map(name: str, field: int | str) -> None:
    assert find("receptive_field").of(archcalc.load(name).analyze()) == field


def test_a_field_may_differ_from_axis_to_axis() -> None:
    assert find("field").of(archcalc.loads("{input: 1x9x9, layers: [{conv: 1, kernel: [3, 5]}]}").analyze()) == (3, 5)


def test_difference_and_ratio_are_of_single_numbers() -> None:
    n = Letter("N")
    assert (Total("params", (4, 6)).difference(), Total("params", (4, 6)).ratio()) == (2, Ratio(3, 2))
    assert (Total("params", (n, n + 3)).difference(), Total("params", (n, n + 3)).ratio()) == (3, None)
    assert (Total("macs", (0, 6)).difference(), Total("macs", (0, 6)).ratio()) == (6, None)
    assert (Total("receptive_field", ((3, 5), 6)).difference(), Total("x", ("all", 6)).ratio()) == (None, None)
    assert Total("params", (4, 6, 8)).difference(2) == 4


def test_memory_has_letters_where_parameters_have() -> None:
    table = archcalc.loads("{input: '4', args: {n: 1}, layers: [{linear: n}]}").analyze(arguments={"n": Letter("N")})
    assert str(find("parameter_memory").of(table)) == "20*N"
