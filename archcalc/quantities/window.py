"""The sliding window of a convolution or a pool, on one axis. Two dimensions are two of these."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, TooSmall
from archcalc.symbolic.expr import Int, ceildiv, maximum, minimum
from archcalc.symbolic.known import number
from archcalc.symbolic.printing import with_numbers
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

PerAxis = Int | tuple[Int, ...]
"""One number for all spatial axes, or one for each."""

Padding = str | Int | tuple[Int | tuple[Int, Int], ...]
"""`same`, `valid`, one number for all sides, or for each axis a number or a pair."""

SLIDING_SOURCE = (
    "Dumoulin & Visin 2016, arXiv 1603.07285, relationship 6; PyTorch pooling_output_shape and "
    "Caffe PoolingLayer for the ceiling; TensorFlow's guide to convolution padding for same."
)
"""Where the number of positions comes from."""


class Window(NamedTuple):
    """Kernel, stride, padding and dilation along one axis, and how the last window is rounded.

    ``before`` and ``after`` are the padding on either side; with ``same`` they follow from the size instead.
    ``ceil`` is the pools' other rounding (Caffe, PyTorch's ``ceil_mode``).

    >>> Window(kernel=11, stride=4).positions(227)
    55
    >>> Window(kernel=3, stride=2, ceil=True).positions(112)
    56
    """

    kernel: Int = 1
    stride: Int = 1
    before: Int = 0
    after: Int = 0
    dilation: Int = 1
    ceil: bool = False
    same: bool = False

    @property
    def span(self) -> Int:
        """The extent of the kernel: D(K - 1) + 1, which is K where nothing is dilated.

        Source: Dumoulin & Visin 2016, arXiv 1603.07285, section 5.1.
        """
        return self.kernel if self.dilation == 1 else self.dilation * (self.kernel - 1) + 1

    def positions(self, size: Int) -> Int:
        """Return the number of windows, O = floor((I - K + 2P)/S) + 1, K being the span.

        With ``ceil`` the ceiling is taken, and a last window that would start at or beyond the input and its left
        padding is dropped. With ``same`` it is ceil(I/S). SLIDING_SOURCE says where this comes from.
        """
        if self.same:
            return ceildiv(size, self.stride)
        found = starts(size, self.span, self.padding, self.stride, ceil=self.ceil)
        return minimum(found, ceildiv(size + self.before, self.stride)) if self.ceil else found

    @property
    def padding(self) -> Int:
        """The padding of both sides together, 2P where they are equal. Not for ``same``, which needs a size."""
        return 2 * self.before if self.before == self.after else self.before + self.after

    def pads(self, size: Int) -> tuple[Int, Int]:
        """Return the padding before and after an input of a size; ``same`` puts the odd one after.

        >>> Window(kernel=2, same=True).pads(7)
        (0, 1)
        """
        if not self.same:
            return self.before, self.after
        return halves(self.missing(size))

    def missing(self, size: Int) -> Int:
        """Return the padding of both sides together that ``same`` adds: max((O - 1)S + K - I, 0), K being the span.

        Source: TensorFlow's guide to convolution padding.

        >>> Window(kernel=3, stride=2, same=True).missing(224)
        1
        """
        return maximum((self.positions(size) - 1) * self.stride + self.span - size, 0)

    @property
    def period(self) -> Int:
        """1: every unit reads alike."""
        return 1

    @property
    def advance(self) -> Int:
        """The stride: by how many positions the window moves from unit to unit."""
        return self.stride

    def ends(self, size: Int) -> tuple[Int, Int]:
        """Return the first and last position that the first window covers; the padding lies before 0.

        >>> Window(kernel=7, stride=2, before=3, after=3).ends(224)
        (-3, 3)
        """
        before, _ = self.pads(size)
        return -before, self.span - 1 - before

    def reads(self, unit: int, size: int) -> Sequence[int]:
        """Return the positions under the taps of one window, those in the padding included.

        >>> list(Window(kernel=3, stride=2, dilation=2).reads(1, 9))
        [2, 4, 6]
        """
        before, _ = self.pads(size)
        start = unit * number(self.stride) - number(before)
        return range(start, start + number(self.span), number(self.dilation))

    def left_over(self, size: Int) -> Int:
        """Return how many columns at the end of the padded input no window reaches.

        >>> Window(kernel=11, stride=4).left_over(224)
        1
        """
        return self.remainder(size) if self.rounds_down else 0

    @property
    def rounds_down(self) -> bool:
        """Whether a last window that does not fit is left out."""
        return not (self.same or self.ceil)

    def remainder(self, size: Int) -> Int:
        """Return what the division in :meth:`positions` leaves over, whichever way it is then rounded.

        Where it is 0 the last window ends at the padded edge.

        >>> Window(kernel=3, stride=2, ceil=True).remainder(112)
        1
        """
        return self.dividend(size) % self.stride

    def dividend(self, size: Int) -> Int:
        """Return what is divided by the stride: how far the window can be moved over the padded input.

        With ``same`` the padding follows from the number of positions. It makes the division exact, unless the stride
        is larger than the kernel.
        """
        return travel(size, self.span, self.missing(size) if self.same else self.padding)

    def refuse_too_small(self, size: Int) -> None:
        """Refuse an input that holds no window at all.

        Raises:
            TooSmall: kernel and padded input do not go together; says both, and the formula.
        """
        count = self.positions(size)
        if isinstance(count, int) and count < 1:
            raise TooSmall(self._too_large(size), "use a larger input, a smaller kernel, or more padding")

    def _too_large(self, size: Int) -> str:
        before, after = self.pads(size)
        padded = f"the padded input {size} + {before} + {after}" if (before, after) != (0, 0) else f"the input {size}"
        spans = f" with dilation {self.dilation} (span {self.span})" if self.dilation != 1 else ""
        formula = with_numbers(partial(starts, ceil=self.ceil), size, self.span, self.padding, self.stride)
        positions = str(self.positions(size)).replace("-", "−")
        return f"kernel {self.kernel}{spans} is larger than {padded}: {formula} = {positions}"


def travel(size: Int, span: Int, padding: Int) -> Int:
    """Return how far a window can be moved from where it starts, ``padding`` being that of both sides."""
    return size - span + padding


def halves(total: Int) -> tuple[Int, Int]:
    """Return the padding before and after of what ``same`` adds together: the odd one lies after.

    >>> halves(3)
    (1, 2)
    """
    return total // 2, total - total // 2


def starts(size: Int, span: Int, padding: Int, stride: Int, *, ceil: bool = False) -> Int:
    """Return at how many places a window starts, a stride apart; with ``ceil`` also where not all of it fits."""
    moves = travel(size, span, padding)
    return (ceildiv(moves, stride) if ceil else moves // stride) + 1


def spread(what: str, value: PerAxis, rank: int) -> tuple[Int, ...]:
    """Give one value, or one value per axis, to each of ``rank`` spatial axes.

    >>> spread("kernel", 3, 2), spread("kernel", (1, 7), 2)
    ((3, 3), (1, 7))

    Raises:
        Refusal: the number of values is not the number of axes.
    """
    if not isinstance(value, tuple):
        return (value,) * rank
    _require_rank(what, len(value), rank)
    return value


def paddings(padding: Padding, rank: int) -> tuple[tuple[Int, Int], ...]:
    """Return the padding before and after for each axis; nothing for a word, which needs a size or means none.

    >>> paddings(1, 2), paddings((0, (1, 2)), 2)
    (((1, 1), (1, 1)), ((0, 0), (1, 2)))

    Raises:
        Refusal: the number of values is not the number of axes.
    """
    if not isinstance(padding, tuple):
        both = 0 if isinstance(padding, str) else padding
        return ((both, both),) * rank
    _require_rank("padding", len(padding), rank)
    return tuple(pad if isinstance(pad, tuple) else (pad, pad) for pad in padding)


def _require_rank(what: str, given: int, rank: int) -> None:
    if given != rank:
        axes = plural(rank, "spatial axis", "spatial axes")
        message = f"{what} has {plural(given, 'number')}, but the feature map has {axes}"
        raise Refusal(message, "use one number for all axes, or one per axis")
