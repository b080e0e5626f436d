"""What a teacher decides: which columns count and how much, what is a parameter, and what a carried error costs."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.counts import convert
from archcalc.studies.homework.derivation import MACS, PARAMS, WEIGHTS
from archcalc.wording import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTED, NOT_COUNTED, EITHER = "counted", "not counted", "either"
IN_MACS, IN_FLOPS = "macs", "flops"


class Rules(NamedTuple):
    """How a table is judged.

    ``columns`` are those that are asked, all that the table has where it is empty. ``biases`` says whether they are
    parameters, ``cost`` in what the cost is asked, ``channels`` whether they stand ``first`` or ``last``; each may be
    ``either``. ``follow`` is the part of the points for an answer that is right given a wrong one before it. With
    ``complete`` what a table leaves out is blank: the rows in ``layers``, or all that are worth asking.
    """

    columns: tuple[str, ...] = ()
    points: Mapping[str, Fraction] = MappingProxyType({})
    biases: str = COUNTED
    cost: str = IN_MACS
    channels: str = EITHER
    rounding: bool = True
    follow: Fraction = Fraction(1)
    layers: tuple[str, ...] = ()
    complete: bool = False

    def worth(self, column: str) -> Fraction:
        """Return the points of a right answer in a column.

        >>> Rules(points={"macs": Fraction(2)}).worth("macs")
        Fraction(2, 1)
        """
        return Fraction(self.points.get(column, 1))

    def counted(self, column: str) -> str:
        """Return the column that is counted where one is asked: weights for parameters where biases are not counted."""
        return WEIGHTS if column == PARAMS and self.biases == NOT_COUNTED else column

    def unit(self, column: str, number: int) -> int:
        """Return a count in the unit that is asked.

        >>> Rules(cost="flops").unit("macs", 3)
        6
        """
        return int(convert(number, IN_FLOPS)) if column == MACS and self.cost == IN_FLOPS else number  # type: ignore[arg-type]


PLAIN_RULES = Rules()

SAID = {
    (PARAMS, NOT_COUNTED): Sentence(
        "remarks.without-biases", "parameters are counted without biases (CS231n convention)"
    ),
    (MACS, IN_FLOPS): Sentence("remarks.in-flops", "cost is counted in FLOPs: 2 per MAC"),
}
"""What is said of a convention that a table keeps to."""
