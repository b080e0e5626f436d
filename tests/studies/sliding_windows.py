"""How many windows there are, by laying them one after the other: what formulas are compared with."""

from __future__ import annotations

from typing import NamedTuple


class Slide(NamedTuple):
    """A window with what makes it slide; a pool that rounds up may let its last one hang over the end."""

    kernel: int
    stride: int
    padding: int = 0
    dilation: int = 1
    ceil: bool = False

    @property
    def taps(self) -> range:
        """The places under the taps of the first window."""
        return range(0, self.kernel * self.dilation, self.dilation)

    @property
    def span(self) -> int:
        """From the first tap to the last."""
        return self.taps[-1] + 1

    def starts(self, size: int) -> list[int]:
        """Return where on the padded input windows begin."""
        padded = size + 2 * self.padding
        if not self.ceil:
            return list(range(0, padded - self.span + 1, self.stride))
        found: list[int] = []
        start = 0
        while start < size + self.padding and start + self.span < padded + self.stride:  # the one before fell short
            found, start = [*found, start], start + self.stride
        return found

    def left_over(self, size: int) -> int:
        """Count the places behind the last window; of a pool that rounds up also those it hangs over the end."""
        return abs(size + 2 * self.padding - (self.starts(size)[-1] + self.span))

    def spread(self, size: int, more: int = 0) -> int:
        """Count the places a transposed convolution writes to: up to the last tap, cut on both sides, a few added."""
        last = max(place * self.stride + tap for place in range(size) for tap in self.taps)
        return max(0, len(range(self.padding, last + 1)) - self.padding + more)
