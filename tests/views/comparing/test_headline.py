"""Sentences about networks side by side."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.studies.comparing.differences import Weighed
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.signs import Run, Signs
from archcalc.views.comparing.headline import headline, magnitude, titles, weighed, word


def said(*names: str) -> str:
    return headline(archcalc.diff(*(archcalc.load(name) for name in names)), names)


def test_the_sentence_a_lecturer_would_say() -> None:
    assert said("vgg16", "googlenet") == (
        "VGG-16 has 19.8 times as many parameters and 9.8 times as many MACs as GoogLeNet; "
        "89% of VGG-16's parameters are in its fully connected layers"
    )


def test_more_of_the_one_but_fewer_of_the_other() -> None:
    assert said("alexnet", "torchvision/alexnet") == (
        "torchvision/alexnet has 0.2% more parameters than alexnet; alexnet has 1.4% more MACs than torchvision/alexnet; "
        "96% of alexnet's and 96% of torchvision/alexnet's parameters are in their fully connected layers"
    )


def test_as_many_as_the_other() -> None:
    assert said("resnet50", "torchvision/resnet50") == (
        "torchvision/resnet50 has 6.0% more MACs than resnet50; both have the same number of parameters"
    )
    assert said("resnet50", "resnet50") == "both have the same number of parameters and MACs"


def test_of_many_the_least_is_told() -> None:
    assert said("resnet18", "resnet34", "resnet50", "torchvision/resnet18") == (
        "resnet18 and torchvision/resnet18 have the fewest parameters and MACs"
    )


def test_letters_are_not_compared_in_a_sentence() -> None:
    net = archcalc.loads("{input: '4', args: {n: 1}, layers: [{linear: n}]}")
    tables = [net.analyze(arguments={"n": Letter("N")}), net.analyze()]
    assert headline(archcalc.diff(*tables), ["a", "b"]) == "100% of b's parameters are in its fully connected layers"


def test_without_any_weights_nothing_is_connected() -> None:
    net = archcalc.loads("{input: 3x8x8, layers: [relu]}")
    assert headline(archcalc.diff(net, net), ["a", "b"]) == "both have the same number of parameters and MACs"


@pytest.mark.parametrize(
    ("larger", "smaller", "spoken"),
    [
        (100_001, 100_000, ("less than 0.1% more", "than")),
        (109, 100, ("9.0% more", "than")),
        (110, 100, ("1.1 times as many", "as")),
        (3, 0, ("3 more", "than")),
        (250, 1, ("250 times as many", "as")),
    ],
)
def test_a_magnitude_is_spoken(larger: int, smaller: int, spoken: tuple[str, str]) -> None:
    assert magnitude(larger, smaller) == spoken


def test_titles_stand_for_names_where_they_tell_networks_apart() -> None:
    tables = [archcalc.load(name).analyze() for name in ("vgg16", "torchvision/vgg19", "alexnet")]
    assert titles(tables, ["a", "b", "c"]) == ["VGG-16", "VGG-19", "AlexNet"]
    assert titles(tables[:1] * 2, ["a", "b"]) == ["a", "b"]


def spoken_of(signs: Signs | None, *equated: str) -> str:
    return weighed(Weighed("macs", Letter("H") * Letter("N"), signs, equated), ["one", "other"])


def test_where_which_is_cheaper() -> None:
    assert spoken_of(None) == "fewer MACs: undecided: the difference depends on H and N together"
    assert spoken_of(Signs("H", (Run(1, None, -1),))) == "fewer MACs: other for every H"
    assert spoken_of(Signs("H", (Run(67, None, 1),)), "H", "W") == "fewer MACs: one for H = W ≥ 67"
    assert spoken_of(Signs("N", (Run(1, 999, -1), Run(1000, 1000, 0), Run(1001, None, 1)))) == (
        "fewer MACs: other for 1 ≤ N ≤ 999, equal for N = 1000, one for N ≥ 1001"
    )


def test_many_changes_are_told_as_one_and_a_limit_is_told() -> None:
    runs = (Run(1, 2, 1), Run(3, 3, -1), Run(4, 4, 1), Run(5, 5, 0), Run(6, 16, -1))
    assert spoken_of(Signs("H", runs, 16)) == (
        "fewer MACs: one for 1 ≤ H ≤ 2, changes several times for 3 ≤ H ≤ 5, other for 6 ≤ H ≤ 16 (tested up to 16)"
    )


def test_words_for_quantities() -> None:
    assert [word(name) for name in ("params", "layers", "layers.global_avgpool")] == [
        "parameters", "layers", "global_avgpool",
    ]  # fmt: skip
