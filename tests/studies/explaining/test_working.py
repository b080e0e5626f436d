"""Worked solutions: their last line is the table's number, for every layer of every shipped network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, Refusal
from archcalc.layers.base import Declared, Layer
from archcalc.measures.leftover import left_over
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from archcalc.studies.explaining.concepts import CONCEPTS, factors
from archcalc.studies.explaining.working import WorkedSolution, Working, solution
from archcalc.symbolic.expr import evaluate, letters
from tests.studies.receptive.test_pixels import networks

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape

CLASSIC = (
    "lenet5",
    "alexnet",
    "vgg16",
    "nin",
    "googlenet",
    "resnet50",
    "torchvision/mobilenet_v2",
    "vit_b_16",
    "swin_t",
    "dcgan",
)


def check(name: str) -> None:
    """Compare the last line of every solution with the table."""
    table = archcalc.load(name).analyze()
    for row in table:
        found = {working.quantity: working for working in solution(table, row).workings}
        for working in found.values():
            assert working.result == (working.steps[-1] if working.steps else working.result)
        for quantity, number in (("weights", row.counts.weights), ("biases", row.counts.biases)):
            assert (found[quantity].result if quantity in found and not row.shares else number) == number
        if row.output.regions == 1:
            assert (found["MACs"].result if "MACs" in found else 0) == row.counts.macs


@pytest.mark.parametrize("name", CLASSIC)
def test_the_last_line_is_the_tables_number(name: str) -> None:
    check(name)


@pytest.mark.long
@pytest.mark.parametrize("name", [entry.name for entry in entries()])
def test_the_last_line_is_the_tables_number_in_every_network(name: str) -> None:
    check(name)


@settings(suppress_health_check=list(HealthCheck))
@given(networks())
def test_random_networks_are_worked_out(text: str) -> None:
    try:
        table = archcalc.loads(text).analyze()
    except ArchcalcError:
        assume(False)  # noqa: FBT003
        raise
    for row in table:
        for working in solution(table, row).workings:
            assert not working.steps or working.steps[-1] == working.result


def of(name: str, path: str) -> WorkedSolution:
    """Return the worked solution of a layer."""
    table = archcalc.load(name).analyze()
    return solution(table, table[path])


def working(found: WorkedSolution, quantity: str) -> Working:
    """Return how a quantity is worked out."""
    return next(w for w in found.workings if w.quantity == quantity)


def test_the_textbooks_line_comes_out() -> None:
    found = of("alexnet", "conv2")
    assert str(working(found, "height and width").rule) == "floor((I - K + 2*P)/S) + 1"
    assert str(working(found, "weights").rule) == "C_out*floor(C_in/G)*K*K"
    assert str(working(found, "MACs").steps[0]) == "256*floor(96/2)*5*5*27*27"
    assert str(working(found, "receptive field").rule) == "R_in + (K - 1)*J_in"
    assert working(found, "receptive field").result == 51
    assert found.note == "Each output value is a dot product of 1,200 weights with the input window, plus a bias."


def test_rectangles_have_letters_for_each_axis() -> None:
    network = archcalc.loads(
        "{input: 3x32x20, layers: [{conv: 4, kernel: [1, 7], stride: 2, padding: [[0, 1], [3, 3]]}]}"
    )
    table = network.analyze()
    found = {w.quantity: w for w in solution(table, table["conv"]).workings}
    assert str(found["height"].rule) == "floor((I_h - K_h + (P_h_before + P_h_after))/S) + 1".replace(
        "(P_h_before + P_h_after)", "P_h_before + P_h_after"
    )
    assert str(found["weights"].rule) == "C_out*C_in*K_h*K_w"


def test_what_a_division_leaves_over_has_two_grades() -> None:
    table = archcalc.load("alexnet").analyze((3, 224, 224))
    (remark,) = working(solution(table, table["conv1"]), "height and width").left_over
    assert remark.text == "213/4 = 53, remainder 1: the last row and column of the input are never read"
    harmless = archcalc.load("resnet50").analyze()
    (remark,) = working(solution(harmless, harmless["conv1"]), "height and width").left_over
    assert (
        remark.text == "223/2 = 111, remainder 1: the last row and column of the padding are unused, which is harmless"
    )
    assert list(left_over(table["relu"])) == []


def test_shared_weights_and_regions_are_said() -> None:
    text = """
    input: 8x6x6
    layers:
      - {conv: 8, kernel: 3, padding: 1, name: one}
      - {conv: 8, kernel: 3, padding: 1, name: other, share: one}
      - {roi_pool: 2, regions: 5}
      - {conv: 8, kernel: 1, name: each}
    """
    table = archcalc.loads("\n".join(line[4:] for line in text.splitlines())).analyze()
    assert working(solution(table, table["other"]), "weights").remarks == ("shared with one and counted there",)
    assert working(solution(table, table["each"]), "MACs").remarks == ("× 5 regions = 1,280",)


@pytest.mark.parametrize(
    ("name", "given", "sides"),
    [
        ("alexnet", "3xHxW", ((227, 227), (301, 260))),
        pytest.param("googlenet", "3xHxW", ((224, 224), (301, 260)), marks=pytest.mark.long),
        pytest.param("xception", "3xHxW", ((299, 299), (301, 260)), marks=pytest.mark.long),
        pytest.param("torchvision/convnext_tiny", "3xHxW", ((224, 224), (320, 256)), marks=pytest.mark.long),
        ("dcgan", "k", ((100,),)),
    ],
)
def test_every_line_with_letters_of_the_input_has_the_value_that_the_numbers_have(
    name: str, given: str, sides: tuple[tuple[int, ...], ...]
) -> None:
    network = archcalc.load(name)
    lettered = network.analyze(given)
    solved = [solution(lettered, row) for row in lettered]
    seen = 0
    for numbers in sides:
        values = dict(zip(given.removeprefix("3x").split("x"), numbers, strict=True))
        for one, known in zip(solved, network.analyze(given.translate(numbered(values))), strict=True):
            for symbolic, numeric in pairs(one, solution(lettered, known)):
                assert {evaluate(step, values) for step in symbolic.steps} <= {numeric.result}, known.path
                seen += len(letters(symbolic.result)) > 0
    assert seen


def numbered(values: dict[str, int]) -> dict[int, str]:
    """Return how letters of an input become numbers."""
    return str.maketrans({name: str(number) for name, number in values.items()})


def pairs(symbolic: WorkedSolution, numeric: WorkedSolution) -> list[tuple[Working, Working]]:
    """Pair the quantities of two solutions by their names; axes with letters stand apart."""
    known = {name: w for w in numeric.workings for name in names(w.quantity)}
    return [(w, known[name]) for w in symbolic.workings for name in names(w.quantity)]


def names(quantity: str) -> list[str]:
    """Return a quantity's name for each axis: of `padding (height and width)` two."""
    of, _, axes = quantity.rpartition(" (")
    return [f"{of} {axis}" for axis in axes.rstrip(")").split(" and ")]


def test_the_size_is_worked_out_with_letters_of_the_input() -> None:
    table = archcalc.load("alexnet").analyze("3xHxW")
    size = working(solution(table, table["pool1"]), "height")
    assert (size.symbol, str(size.rule)) == ("O_h", "floor((I_h - K + 2*P)/S) + 1")
    assert [str(step) for step in size.steps] == [
        "floor((floor((H - 7)/4) - 3 + 2*0)/2) + 1",
        "floor(floor((H - 19)/4)/2) + 1",
        "floor((H - 11)/8)",
    ]


def needed(size: int, kernel: int, stride: int) -> int:
    """Return the least padding with which ceil(size/stride) windows fit, by trying."""
    return next(pad for pad in count() if len(range(0, size + pad - kernel + 1, stride)) >= -(-size // stride))


@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 5))
def test_same_adds_as_little_as_its_windows_need_and_the_odd_line_at_the_end(
    size: int, kernel: int, stride: int
) -> None:
    text = f"[{{conv: 1, kernel: {kernel}, stride: {stride}, padding: same}}]"
    table = archcalc.load(text).analyze((1, size))
    found = working(solution(table, table.rows[0]), "padding (length)")
    pad = needed(size, kernel, stride)
    assert found.result == pad
    (said,) = found.remarks
    sides = [int(number) for number in re.findall(r"\d+", said)]
    assert sides == [side for side in (pad // 2, pad - pad // 2) if side]


def test_a_concatenation_adds_channels_up() -> None:
    found = working(of("googlenet", "3a/concat"), "channels")
    assert (str(found.rule), found.result) == ("C_1 + C_2 + C_3 + C_4", 256)
    assert [w.quantity for w in of("resnet18", "conv2_x/1/add").workings] == ["activations"]


def test_a_layer_that_takes_no_letters_is_told_in_numbers() -> None:
    class Picky(Layer):
        """A layer of numbers only."""

        declared = Declared({}, ())
        source = "this test"
        makes_values = True

        def output(self, x: Shape) -> Shape:
            if not isinstance(x.channels, int):
                raise Refusal("numbers only")
            return x

    table = archcalc.load("alexnet").analyze()
    picky = dataclass(frozen=True)(Picky)
    row = table["conv2"]._replace(layer=picky(), geometry=None)
    found = {w.quantity: w for w in solution(table, row).workings}
    assert (found["weights"].rule, found["weights"].result) == (None, 307_200)


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_concept_shows_what_it_says(name: str) -> None:
    concept = CONCEPTS[name]
    tables = [
        (archcalc.loads(case.network) if case.network.startswith("{") else load(case.network)).analyze()
        for case in concept.cases
    ]
    found = {(f.quantity, f.labels): f.tenths for f in factors(concept, tables)}
    first, second = tables[:2]
    assert first.totals.params == second.totals.params or found or name in ("three-3x3", "deconvolution", "prelu")
    if name == "fully-convolutional":
        assert first.totals.params == second.totals.params == 102_764_544
    if name == "fully-connected":
        assert "3,072 weights" in first["linear"].layer.note(first["linear"].inputs[0])
        assert "75 weights" in second["conv"].layer.note(second["conv"].inputs[0])
    if name == "prelu":
        assert second.totals.params - first.totals.params == 64
    if name == "deconvolution":
        assert first.inputs["input"].sizes == second.output.sizes
    if name == "three-3x3":
        assert [str(table.totals.params) for table in tables] == ["27*C**2", "49*C**2"]
