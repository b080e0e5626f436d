"""What is typed after --input, for models of other frameworks: read like every other shape."""

import pytest

from archcalc.errors import UsageError
from archcalc.importers.flow import Flow
from archcalc.importers.wishes import wishes


@pytest.mark.parametrize("typed", ["3x20x30", "HWC 20x30x3", "NHWC 1x20x30x3", "CHW 3×20×30", "(3, 20, 30)"])
def test_an_input_is_read_in_any_layout(typed: str) -> None:
    assert wishes([typed], []).inputs == {"": (3, 20, 30)}
    assert wishes([f"left={typed}"], []).inputs == {"left": (3, 20, 30)}


def test_an_input_with_letters_is_left_for_later() -> None:
    assert wishes(["3xHxW"], []).inputs == {}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("CHW 3x4", "layout CHW requires 3 sizes, got 2"),
        ("3x224x", "invalid input shape '3x224x'"),
        ("XYZ 1x2x3", "unknown layout 'XYZ'"),
        ("0x4", "0"),
    ],
)
def test_what_is_no_shape_is_refused(typed: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        wishes([typed], [])
    assert says in str(caught.value)


def test_an_input_with_more_axes_than_a_layout_has_is_refused() -> None:
    with pytest.raises(UsageError, match="6 sizes beside the batch; expected at most 4"):
        Flow().input("image", (2, 1, 3, 2, 2, 2, 2))
