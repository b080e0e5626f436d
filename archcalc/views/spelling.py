"""How cells are spelled for people: numbers, sizes, windows, shares; what differs from format to format is a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import is_sum, of_ratio, unicode
from archcalc.symbolic.ratio import Ratio
from archcalc.views.page import Axes, Label, Share, Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Cell


class Spelling(NamedTuple):
    """How a format spells what cells hold: expressions, the sign between sizes, what stands between thousands.

    ``joint`` stands before an expression among sizes; ``text`` makes a text of ours what the format shows as it is.
    The texts of a page are so already (``reports/texts.py``).
    """

    expression: Callable[[Expr], str] = unicode
    times: str = "×"
    joint: str = ""
    thousands: str = ","
    minus: str = "−"
    nothing: str = "–"
    text: Callable[[str], str] = str

    def cell(self, cell: Cell) -> str:
        """Spell any cell.

        >>> Spelling().cell(60965224), Spelling().cell(Axes((3, 3))), Spelling().cell(Share(1, 3))
        ('60,965,224', '3×3', '33.3%')
        """
        match cell:
            case None:
                spelled = self.nothing
            case str():
                spelled = cell
            case float():
                spelled = f"{cell:.4g}"
            case Shape():
                spelled = self.shape(cell)
            case Axes(sizes):
                spelled = self.sizes(sizes)
            case Windows():
                spelled = self.windows(cell)
            case Share():
                spelled = self.share(cell)
            case Label():
                spelled = self.label(cell)
            case int() | Expr() | Ratio():
                spelled = self.number(cell)
            case _:
                spelled = " + ".join(self.shape(shape) for shape in cell)
        return spelled

    def number(self, number: Number) -> str:
        """Spell a number with separators, a fraction, or an expression."""
        if isinstance(number, Expr):
            return self.expression(number)
        if isinstance(number, Ratio):
            return of_ratio(number.numerator, number.denominator)
        return f"{number:,}".replace("-", self.minus).replace(",", self.thousands)

    def sizes(self, sizes: Iterable[Number]) -> str:
        """Spell sizes side by side, sums among them in brackets."""
        sizes = tuple(sizes)
        if len(sizes) == 1:
            return self.expression(sizes[0]) if isinstance(sizes[0], Expr) else str(sizes[0])
        return self.times.join((self.joint if isinstance(size, Expr) else "") + self._factor(size) for size in sizes)

    def _factor(self, size: Number) -> str:
        if not isinstance(size, Expr):
            return str(size)
        spelled = self.expression(size)
        return f"({spelled})" if is_sum(size) else spelled

    def shape(self, shape: Shape) -> str:
        """Spell a shape, with how often it comes where it comes several times."""
        sizes = self.sizes(shape.sizes)
        once = isinstance(shape.regions, int) and shape.regions == 1
        return sizes if once else f"{self._factor(shape.regions)} {self.times} {sizes}"

    def windows(self, cell: Windows) -> str:
        """Spell kernel, stride, padding, dilation and groups in one word each, leaving out what is usual."""
        windows, groups = cell.geometry.windows, cell.geometry.groups
        words = [self.sizes(window.kernel for window in windows)]
        words += [f"/{self._axes([w.stride for w in windows])}"] if any(w.stride != 1 for w in windows) else []
        words += self._padding(windows)
        words += [f"d{self._axes([w.dilation for w in windows])}"] if any(w.dilation != 1 for w in windows) else []
        words += [f"g{self._factor(groups)}"] if groups != 1 else []
        return " ".join(words)

    def _padding(self, windows: tuple[Window, ...]) -> list[str]:
        if any(window.same for window in windows):
            return ["same"]
        sides = [self._axes([w.before, w.after]) if w.before != w.after else self._factor(w.before) for w in windows]
        if all(side == "0" for side in sides):
            return []
        return ["+" + (sides[0] if len(set(sides)) == 1 else ",".join(sides))]

    def _axes(self, numbers: list[Int]) -> str:
        same = all(number == numbers[0] for number in numbers)
        return self._factor(numbers[0]) if same else ",".join(self._factor(number) for number in numbers)

    def label(self, label: Label) -> str:
        """Spell a label: name, number of copies, asides."""
        copies = f" {self.times}{label.times}" if label.times > 1 else ""
        return " ".join([label.name + copies, *label.asides])

    def share(self, share: Share) -> str:
        """Spell a share as a percentage."""
        whole, part = divmod(share.permille, 10)
        return self.text(f"{whole}.{part}%" if share.permille or not share.part else "<0.1%")
