"""Values of options as numbers of Python."""

from __future__ import annotations

from archcalc.symbolic.known import number
from archcalc.symbolic.ratio import Ratio

EACH_AXIS = ("kernel_size", "stride", "padding", "dilation", "output_padding", "output_size", "scale_factor", "size")
"""Options with a number for each axis, which are one number where these are equal."""


def plain(name: str, value: object) -> object:
    """Return the value of an option in Python's numbers; one for all axes where these are equal.

    >>> plain("kernel_size", (3, 3)), plain("kernel_size", (1, 7)), plain("p", Ratio(1, 2))
    (3, (1, 7), 0.5)
    """
    if isinstance(value, Ratio):
        return number(value.numerator) / number(value.denominator)
    if isinstance(value, list):
        return [plain("", item) for item in value]
    if isinstance(value, tuple):
        items = tuple(plain("", item) for item in value)
        one = items and len(set(items)) == 1 and (name in EACH_AXIS or len(items) == 1)
        return items[0] if one else items
    return value if value is None or isinstance(value, bool | str | float) else number(value)  # type: ignore[arg-type]
