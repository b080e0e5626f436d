"""Numbers and shapes as people write them."""

from __future__ import annotations

import pytest

from archcalc.quantities.printed import Figure
from archcalc.studies.homework.number_reading import LONGEST, NumberReading, decimal_sign, numbers
from archcalc.studies.homework.shape_reading import FIRST, LAST, Sizes, fields, is_whole, same_sizes, shapes


@pytest.mark.parametrize(
    "text",
    ["34944", "34,944", "34.944", "34 944", "34\u00a0944", "34\u202f944", "34'944", "34_944", " 34944 ", "34944.0",
     "34.944,0", "34,944.00", "34944 params", "34,944 parameters", "≈34944", "(34944)", "11*11*3*96 + 96",
     "11×11×3×96+96", "=11*11*3*96+96", "11*11*3*96+96 = 34,944", "(11*11*3 + 1)*96", "11^2*3*96+96", "34.944K",
     "34,944k", "34.944e3", "3.4944x10^4", "3.4944 × 10⁴", "34,848 + 96", "34848 weights + 96 biases", "34944?", "**34944**",
     "ca. 34944", "about 34,944", "约34944", "34944 !", "_34944_"],
)  # fmt: skip
def test_a_count_is_read(text: str) -> None:
    assert 34944 in [reading.value for reading in numbers(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [("60M", 60_000_000), ("60 M", 60_000_000), ("61 million", 61_000_000), ("1.2e6", 1_200_000), ("1.2E+6", 1_200_000),
     ("1,2 Mio", 1_200_000), ("0.7 GMac", 700_000_000), ("1.45GFLOPs", 1_450_000_000), ("724.4 MMACs", 724_400_000),
     ("0,6M", 600_000), ("1.234.567", 1_234_567), ("1,234,567", 1_234_567), ("2 B", 2_000_000_000), ("0", 0)],
)  # fmt: skip
def test_a_shortened_count_is_read(text: str, value: int) -> None:
    assert [reading.value for reading in numbers(text)] == [value]


@pytest.mark.parametrize(
    "text",
    ["", "many", "-5", "8,5", "34,9 44", "1 2 3", "1,2,3", "1.2.3,4.5", "1,23,4", "12..5", "9" * 40, "1 + ", "2 - 9",
     "9**9**9**9", "1/0", "34,9 44,5 6", "5 5.5 5", "٣", "²", "10^30", "1 2,5"],
)  # fmt: skip
def test_what_is_no_count_is_not_read(text: str) -> None:
    assert numbers(text) == ()


def test_a_separator_before_three_digits_groups_and_in_front_of_a_letter_it_may_divide() -> None:
    assert [reading.value for reading in numbers("2.434M")] == [2_434_000, 2_434_000_000]
    assert [reading.value for reading in numbers("2.434M", decimal=".")] == [2_434_000]
    assert [reading.value for reading in numbers("2.434M", decimal=",")] == [2_434_000_000]
    assert [reading.value for reading in numbers("0.434M")] == [434_000]
    assert [reading.value for reading in numbers("34,944", decimal=",")] == [34_944]


def test_a_heading_may_name_the_power_of_ten() -> None:
    assert [reading.value for reading in numbers("34.9", power=3)] == [34_900]
    assert [reading.value for reading in numbers("60", power=6)] == [60_000_000]
    assert numbers("3*4", power=6) == ()


@pytest.mark.parametrize(
    ("cells", "sign"),
    [(["34,944", "60.97M"], "."), (["34.944", "60,97M"], ","), (["34,944"], ""), (["34,944", "1.234"], ""),
     (["1,234,567"], "."), (["1.234.567,0"], ","), (["1.5M", "1,5M"], ""), (["1,234.567M"], "."), ([], "")],
)  # fmt: skip
def test_the_cells_of_a_file_settle_its_decimal_sign(cells: list[str], sign: str) -> None:
    assert decimal_sign(cells) == sign


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("34944", "exact"), ("3K", "wrong"), ("ca. 35000", "rounds"), ("34000", "wrong"), ("0.03M", "rounds"), ("34.9K", "rounds"), ("35K", "rounds"), ("34K", "truncates"), ("3e4", "wrong"),
     ("34.8K", "wrong"), ("34900", "rounds"), ("35000", "rounds"), ("30000", "wrong"), ("34.94K", "rounds")],
)  # fmt: skip
def test_a_rounded_number_is_right_from_two_digits_on(text: str, outcome: str) -> None:
    assert {reading.agrees(34944) for reading in numbers(text)} == {outcome}


@pytest.mark.parametrize(
    ("text", "exact", "outcome"),
    [("4M", 4_097_000, "rounds"), ("4.1M", 4_097_000, "rounds"), ("16.0M", 16_781_312, "wrong"), ("16M", 16_781_312, "truncates"),
     ("16.8M", 16_781_312, "rounds"), ("16,000,000", 16_781_312, "wrong"), ("17,000,000", 16_781_312, "rounds"),
     ("61.0M", 60_965_224, "rounds"), ("5M", 4_097_000, "wrong"), ("60M", 60_965_224, "truncates"), ("0.7G", 724_406_816, "rounds")],
)  # fmt: skip
def test_a_number_with_a_unit_is_rounded_to_its_digits(text: str, exact: int, outcome: str) -> None:
    assert {reading.agrees(exact) for reading in numbers(text)} == {outcome}


def test_an_exponent_has_a_decimal_point() -> None:
    assert [reading.value for reading in numbers("1.054e7")] == [10_540_000]
    assert [reading.value for reading in numbers("1.054 × 10⁷")] == [10_540_000]


def test_a_number_that_is_not_rounded_agrees_only_exactly() -> None:
    assert NumberReading(Figure(35, 3)).agrees(34944) == "wrong"


@pytest.mark.parametrize(
    "text",
    ["55x55x96", "55×55×96", "55 x 55 x 96", "55*55*96", "[55, 55, 96]", "(55, 55, 96)", "55,55,96", "55; 55; 96",
     "(None, 55, 55, 96)", "[-1, 55, 55, 96]", "torch.Size([55, 55, 96])", "55 55 96", "55x55x96 (HxWxC)",
     "TensorShape([None, 55, 55, 96])", "55x55x96.", "55²×96", "55^2 x 96", "**55x55x96**", "55x55x96?"],
)  # fmt: skip
def test_a_shape_is_read(text: str) -> None:
    assert Sizes((55, 55, 96)) in shapes(text)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("96@55x55", (96, 55, 55)), ("6@28", (6, 28, 28)), ("55x55@96", (55, 55, 96)), ("H=55 W=55 C=96", (96, 55, 55)),
     ("c: 96, h: 55, w: 55", (96, 55, 55)), ("55×55, 96 channels", (96, 55, 55)), ("96 maps of 55x55", (96, 55, 55)),
     ("96 feature maps 55x55", (96, 55, 55)), ("55x55 with 96 filters", (96, 55, 55)), ("55 x 55 x 96 channels", (96, 55, 55)),
     ("96 Kanäle, 55x55", (96, 55, 55))],
)  # fmt: skip
def test_a_shape_that_names_its_channels_is_read(text: str, sizes: tuple[int, ...]) -> None:
    (found,) = shapes(text)
    assert found.sizes == sizes
    assert found.order
    assert found.in_order(FIRST) == (96, 55, 55) or found.sizes[0] == 6


@pytest.mark.parametrize("text", ["", "x", "axb", "0x5", "55x-5", "1x2x3x4x5x6x7x8", "@", "96@", "a@b", "5@6@7"])
def test_what_is_no_shape_is_not_read(text: str) -> None:
    assert shapes(text) == ()


def test_a_vector_may_be_grouped() -> None:
    assert [reading.sizes for reading in shapes("9.216")] == [(9216,)]
    assert [reading.sizes for reading in shapes("25,088")] == [(25088,)]


def test_two_equal_sizes_beside_each_other_are_height_and_width() -> None:
    assert Sizes((55, 55, 96)).looks == LAST
    assert Sizes((96, 55, 55)).looks == FIRST
    assert Sizes((55, 55)).looks == ""
    assert Sizes((3, 4, 5)).looks == ""
    assert Sizes((3, 4, 4), LAST).looks == LAST


def test_axes_of_length_one_say_nothing() -> None:
    assert same_sizes((1, 1, 4096), (4096,))
    assert same_sizes((1, 10), (10, 1, 1))
    assert not same_sizes((55, 55), (96, 55, 55))


def test_a_field_is_one_number_or_one_for_each_axis() -> None:
    assert fields("195x195") == ((195,),)
    assert fields("195 pixels") == ((195,),)
    assert fields("1x7") == ((1, 7),)
    assert fields("big") == ()


@pytest.mark.parametrize("text", ["all", "Everything", "the whole image", "global", "entire input."])
def test_a_field_may_be_everything(text: str) -> None:
    assert is_whole(text)
    assert not is_whole(f"not {text}")


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert numbers("1" + " " * LONGEST + "x") == numbers("1")


@pytest.mark.parametrize(
    ("text", "exact", "agreement"),
    [
        ("34.8K + 96", 34_944, "ROUNDS"),
        ("34.8K + 96", 34_848 + 97, "ROUNDS"),
        ("34.8K + 96", 34_896, "EXACT"),
        ("34.8K weights + 96 biases", 34_944, "ROUNDS"),
        ("34.7K + 96", 34_944, "WRONG"),
        ("1.179648e+06 + 512", 1_180_160, "EXACT"),
        ("1.179648e+06 + 512", 1_180_161, "WRONG"),
        ("34,848 + 96", 34_944, "EXACT"),
        ("34,848 + 96", 34_945, "WRONG"),
    ],
)
def test_a_rounded_term_is_rounded_by_itself_and_not_with_what_is_added(text: str, exact: int, agreement: str) -> None:
    (reading,) = numbers(text)
    assert reading.agrees(exact).name == agreement
