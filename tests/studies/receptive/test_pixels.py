"""Which pixels a unit reads, against ones pushed through grids; on random chains, branches and merges."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, UsageError
from archcalc.layers.registry import find, kind_names
from archcalc.quantities.shape import grid
from archcalc.studies.receptive.coverage import covered_from, covers
from archcalc.studies.receptive.fields import Extremes, partings, stacks
from archcalc.studies.receptive.pixels import pixels, units
from archcalc.studies.receptive.positions import places
from archcalc.symbolic.expr import Letter, evaluate
from archcalc.symbolic.known import number
from tests.drawn import examples
from tests.known import known
from tests.studies.receptive.grids import PUSHED, projected, seen

if TYPE_CHECKING:
    from archcalc.network.table import Row, Table

SMALL = st.integers(1, 3)
KERNEL = st.integers(1, 4)
SIDES = st.integers(0, 2)


@st.composite
def layers(draw: st.DrawFn) -> str:
    """A layer that has a window, or one that has none, on maps of one or two axes."""
    kind = draw(st.sampled_from(sorted({*PUSHED, "relu", "batchnorm"} - {"adaptive_maxpool"})))
    kernel, stride, padding, dilation = draw(KERNEL), draw(SMALL), draw(SIDES), draw(st.integers(1, 2))
    ceil = draw(st.booleans())
    sliding = f"kernel: {kernel}, stride: {stride}, padding: {padding}, dilation: {dilation}"
    pool = f"{kernel}, stride: {stride}, padding: {min(padding, kernel // 2)}, ceil: {str(ceil).lower()}"
    options = {
        "conv": f"4, {sliding}",
        "conv_transpose": f"4, {sliding}",
        "maxpool": pool,
        "avgpool": pool,
        "upsample": f"{stride}, mode: {'bilinear' if ceil else 'nearest'}",
        "pixel_shuffle": "2",
        "space_to_depth": "2",
        "pad": f"{padding}",
        "crop": f"{kernel + 1}",
        "adaptive_avgpool": f"{kernel + 1}",
        "window_attention": f"1, window: {kernel}, shift: {min(padding, kernel - 1)}",
    }
    return f"{{{kind}: {options[kind]}}}" if kind in options else kind


@st.composite
def networks(draw: st.DrawFn) -> str:
    """Chains with branches and merges in them. What does not fit is refused when it is analyzed."""
    size = "x".join(["16", *(str(draw(st.integers(4, 9))) for _ in range(draw(st.integers(1, 2))))])
    chain = st.lists(layers(), min_size=1, max_size=3)
    lines = [f"  - {layer}" for layer in draw(chain)]
    if draw(st.booleans()):
        lopsided = ["{conv: 4, kernel: [1, 5], padding: [0, 2]}", "{maxpool: [3, 1], stride: 1, padding: [1, 0]}"]
        same = st.sampled_from(
            [*(lopsided if size.count("x") > 1 else []), "{conv: 4, kernel: 3, padding: 1}", "{conv: 4, kernel: 5, padding: 2}", "{maxpool: 3, stride: 1, padding: 1}",
             "{conv: 4, kernel: 2, padding: same}", "relu", "{conv: 4, kernel: 3, dilation: 2, padding: 2}",
             "{window_attention: 1, window: 2}"]
        )  # fmt: skip
        branches = draw(st.lists(st.lists(same, max_size=2), min_size=2, max_size=3))
        lines += ["  - concat:", *(f"      b{i}: [{', '.join(branch)}]" for i, branch in enumerate(branches))]
        lines += [f"  - {layer}" for layer in draw(st.lists(layers(), max_size=2))]
    return "\n".join([f"input: {size}", "layers:", *lines, ""])


def analyzed(text: str) -> Table:
    """Return the table of a network that fits together."""
    try:
        return archcalc.loads(text).analyze()
    except ArchcalcError:
        assume(False)  # noqa: FBT003
        raise


DRAWN = settings(suppress_health_check=list(HealthCheck), max_examples=examples(200))


@DRAWN
@given(networks(), st.data())
def test_a_unit_reads_what_reaches_it(text: str, data: st.DataObject) -> None:
    """Compare what one unit of a network reads with what reaches it."""
    table = analyzed(text)
    row = data.draw(st.sampled_from([row for row in table if row.reach.axes is not None]))
    unit = tuple(data.draw(st.integers(0, known(size) - 1)) for size in row.output.spatial)
    truth = projected(seen(table)[row.node][unit], len(unit))
    found = pixels(table, row, unit)["input"]
    for axis, real in zip(found, truth, strict=True):
        assert axis.members == len(real)
        assert axis.clipped == ((min(real), max(real)) if real else None)
        if real:  # the interval of the law holds them all
            assert axis.unclipped is not None
            assert axis.unclipped[0] <= min(real)
            assert axis.unclipped[1] >= max(real)
            assert axis.holes == max(real) - min(real) + 1 - len(real)


@DRAWN
@given(networks(), st.data())
def test_a_pixel_is_read_by_those_it_reaches(text: str, data: st.DataObject) -> None:
    """Compare the units that read one pixel with those that it reaches."""
    table = analyzed(text)
    row = data.draw(st.sampled_from([row for row in table if row.reach.axes is not None]))
    pixel = tuple(data.draw(st.integers(0, known(size) - 1)) for size in table.inputs["input"].spatial)
    truth = projected((unit for unit, sees in seen(table)[row.node].items() if pixel in sees), len(pixel))
    for readers, found in zip(truth, units(table, row, pixel), strict=True):
        assert (found.members, found.clipped) == (len(readers), (min(readers), max(readers)) if readers else None)


@DRAWN
@given(networks())
def test_every_unit_sees_everything_where_it_is_said(text: str) -> None:
    """Compare from where on everything is seen with the layers in which it is."""
    table = analyzed(text)
    reached, first = seen(table), covered_from(table)
    image = set(reached[0])
    rows = list(table)
    whole = [_sees_all(reached[row.node], image, row) for row in rows]
    if first is None:
        assert not whole[-1]
    else:
        assert all(whole[rows.index(first) :])


def _sees_all(sees: dict[tuple[int, ...], Any], image: set[tuple[int, ...]], row: Row) -> bool:
    """Whether every position of a layer sees every pixel."""
    return row.reach.word == "all" or all(set(pixels) == image for pixels in sees.values())


@pytest.mark.parametrize(
    "kind", [kind for kind in kind_names() if kind not in PUSHED and not find(kind).declared.required]
)
def test_what_the_oracle_leaves_in_place_stays_in_place(kind: str) -> None:
    assert find(kind)().sights(grid(4, (4, 4))) is None


def test_the_bits_of_a_set_are_its_members() -> None:
    assert list(places(0)) == []
    assert list(places(sum(1 << n for n in (0, 3, 200)))) == [0, 3, 200]


def table_of(text: str) -> Table:
    """Return the table of a network in text."""
    return archcalc.loads(text).analyze()


def test_the_columns_that_a_stride_leaves_out_are_not_read() -> None:
    table = table_of("{input: 1x8x8, layers: [{conv: 1, kernel: 7, stride: 2}, {conv: 1, kernel: 3, padding: 1}]}")
    rows, _ = pixels(table, table["conv_2"], (0, 0))["input"]
    assert (rows.unclipped, rows.clipped, rows.members, rows.padding) == ((-2, 8), (0, 6), 7, 4)
    assert not covers(table["conv_2"], table.inputs["input"]) or covered_from(table) is None


def test_dilation_leaves_holes_between() -> None:
    table = table_of("{input: 1x9, layers: [{conv: 1, kernel: 3, dilation: 3}]}")
    (row,) = pixels(table, table["conv"], (1,))["input"]
    assert (row.clipped, row.members, row.holes) == ((1, 7), 3, 4)


def test_two_images_are_read_each_for_itself() -> None:
    text = """
    input: {left: 1x8x8, right: 1x8x8}
    layers:
      - {conv: 1, kernel: 3, from: left, name: one}
      - {conv: 1, kernel: 3, from: right, name: other}
      - {add: [one, other], name: both}
    """
    table = table_of("\n".join(line[4:] for line in text.splitlines()))
    assert {name: axes[0].clipped for name, axes in pixels(table, table["both"], (2, 2)).items()} == {
        "left": (2, 4), "right": (2, 4),
    }  # fmt: skip
    assert {name: axes[0].clipped for name, axes in pixels(table, table["one"], (2, 2)).items()} == {
        "left": (2, 4), "right": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "unit", "message"),
    [
        ("fc6", (0,), "fc6 has no pixel-level receptive field: every unit depends on the whole input"),
        ("conv1", (0,), "invalid position '0': the output of conv1 (55×55) has 2 axes\n  use 2 numbers"),
        ("conv1", (0, 55), "position 0,55 is outside the output of conv1 (55×55)\n  positions go from 0,0 to 54,54"),
    ],
)
def test_a_unit_that_there_is_not_is_refused(layer: str, unit: tuple[int, ...], message: str) -> None:
    table = archcalc.load("alexnet").analyze()
    with pytest.raises(UsageError) as caught:
        pixels(table, table[layer], unit)
    assert str(caught.value) == message


def test_a_pixel_that_there_is_not_is_refused() -> None:
    table = archcalc.load("alexnet").analyze()
    with pytest.raises(UsageError, match="position 227,0 is outside the input"):
        units(table, table["conv1"], (227, 0))
    words = table_of("{input: 4, layers: [{linear: 2}]}")
    with pytest.raises(UsageError, match="is not a feature map: it has no pixels"):
        pixels(words, words["linear"], (0,))


def test_paths_whose_centres_differ_are_told() -> None:
    text = "{input: 1x9x9, layers: [{add: {one: [{conv: 1, kernel: 2}], other: [{crop: 8, offset: 0}]}}]}"
    (parting,) = partings(table_of(text))
    assert (parting.path, parting.branches) == ("add", ("one/conv", "other/crop"))
    assert [str(apart) for apart in parting.apart] == ["1/2", "1/2"]


def test_paths_whose_strides_differ_drift_apart() -> None:
    text = "{input: 1x8x8, layers: [{add: {one: [{conv: 1, kernel: 2, stride: 2}], other: [{crop: 4}]}}]}"
    table = table_of(text)
    (parting,) = partings(table)
    assert parting.strides == ((2, 1), (2, 1))
    assert [axes[0].unclipped for unit in range(4) for axes in pixels(table, table["add"], (unit, 0)).values()] == [
        (0, 2), (2, 3), (4, 5), (5, 7),
    ]  # fmt: skip


def test_holes_that_nobody_fills_are_not_covered() -> None:
    table = table_of("{input: 1x3, layers: [{conv: 1, kernel: 3, dilation: 2, padding: 2}]}")
    assert covers(table["conv"], table.inputs["input"])  # by its interval
    assert covered_from(table) is None


def test_tokens_see_their_own_patch_until_they_attend() -> None:
    table = archcalc.load("vit_b_16").analyze()
    first = covered_from(table)
    assert first is not None
    assert first.path == "encoder/1/msa/attention/attention"  # the shortcut around it adds nothing to that


def test_of_three_branches_the_one_that_lies_apart_is_told() -> None:
    text = (
        "{input: 1x9x9, layers: [{concat: {a: [{conv: 1, kernel: 3, padding: 1}], b: [], "
        "c: [{pad: [[1, 0], [1, 0]]}, {crop: 9, offset: 0}]}}]}"
    )
    (parting,) = partings(table_of(text))
    assert parting.branches == ("input", "c/crop")


def test_a_gate_is_no_spatial_path() -> None:
    text = (
        "{input: 4x9x9, layers: [{conv: 4, kernel: 3}, "
        "{multiply: {gate: [global_avgpool, {conv: 4, kernel: 1}, sigmoid], skip: []}, name: gated}]}"
    )
    table = table_of(text)
    rows, _ = pixels(table, table["gated"], (2, 2))["input"]
    assert rows.clipped == (2, 4)
    assert units(table, table["gated"], (0, 0))[0].clipped == (0, 0)
    gate, skip = Extremes(table).branches(table["gated"])
    assert (gate.largest.word, skip.smallest.word) == ("all", "")


def test_a_stretched_axis_reads_its_one_position() -> None:
    text = "{input: 4x6x6, layers: [{multiply: {gate: [{avgpool: 6}], skip: []}, name: gated}]}"
    table = table_of(text)
    assert [axis.clipped for axis in pixels(table, table["gated"], (5, 0))["input"]] == [(0, 5), (0, 5)]
    assert [axis.members for axis in units(table, table["gated"], (3, 3))] == [6, 6]


def test_a_stack_sees_what_its_fields_grow_to() -> None:
    for count, kernel in product(range(2, 6), range(2, 8)):
        text = f"{{input: 4x64x64, layers: [{', '.join([f'{{conv: 4, kernel: {kernel}}}'] * count)}]}}"
        table = archcalc.loads(text).analyze()
        (stack,) = stacks(table)
        assert table.rows[-1].reach.sizes == (stack.size,)
        assert evaluate(stack.weights[0], {"C": 4}) == sum(number(row.counts.weights) for row in table)


def test_stacks_of_letters_are_not_told() -> None:
    text = "{input: 1x64x64, args: {k: 3}, layers: [{conv: 1, kernel: k, repeat: 2, name: c}]}"
    network = archcalc.loads(text)
    assert [stack.size for stack in stacks(network.analyze())] == [5]
    assert list(stacks(network.analyze(arguments={"k": Letter("K")}))) == []


@pytest.mark.parametrize("size", [30, 31, 60])
def test_units_of_many_phases_cover_the_input_where_each_does(size: int) -> None:
    table = archcalc.loads(f"{{input: 1x30, layers: [{{upsample: 3, mode: bilinear}}, {{avgpool: {size}}}]}}").analyze()
    for row in table:
        (field,), (count,) = row.reach.axes or (), row.output.spatial
        each = [field.interval(unit) for unit in range(number(count))]
        assert covers(row, table.inputs["input"]) is all(seen and seen[0] <= 0 and seen[1] >= 29 for seen in each)


def test_huge_maps_are_not_followed_pixel_by_pixel() -> None:
    table = archcalc.loads("{input: 1x100000, layers: [{upsample: 2, name: u}, {avgpool: 200000, name: p}]}").analyze()
    assert covers(table["p"], table.inputs["input"]) is True
    assert covered_from(table) is None
    with pytest.raises(UsageError, match=r"^the input \(1×100000\) has more than 20,000 rows or columns"):
        pixels(table, table["u"], (0,))


def test_rows_and_columns_that_meet_are_a_cross() -> None:
    table = table_of("""
input: 1x7x7
layers:
  - concat:
      row: [{conv: 1, kernel: [1, 13], padding: [0, 6]}]
      column: [{conv: 1, kernel: [13, 1], padding: [6, 0]}]
  - {conv: 1, kernel: [1, 7], padding: [0, 3], name: narrow}
  - {conv: 1, kernel: [1, 13], padding: [0, 6], name: wide}
""")
    first = covered_from(table)
    assert first is not None
    assert first.path == "wide"  # of a column in the middle, narrow sees all; of one at the border, not the far cross


def test_a_unit_between_the_rows_of_one_branch_and_the_columns_of_another() -> None:
    table = table_of("""
input: 16x4x4
layers:
  - {conv_transpose: 4, kernel: 1, stride: 2}
  - concat:
      near: [{conv: 4, kernel: 3, padding: 1}]
      far: [{conv: 4, kernel: 3, dilation: 2, padding: 2}]
""")
    rows, columns = pixels(table, table["concat"], (0, 1))["input"]
    assert (rows.members, columns.members) == (1, 2)  # by hand: far reads odd columns only, which hold nothing
