"""The counts of a layer, a group or a network, and what each of them counts.

*Parameters* are the weights and biases that the model declares learnable. *MACs* are the multiply-accumulates of
convolutions, linear layers and matrix products; padded zeros count, biases, norms, pools and activations do not.
*Active* parameters leave out those of experts that a token does not run. *Activations* sum what layers put out that
make new values. *Neurons* are the outputs of layers with weights.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.symbolic.expr import total
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.symbolic.expr import Int


class Counts(NamedTuple):
    """The counts of one layer, or the sums over several."""

    weights: Int = 0
    biases: Int = 0
    trainable: Int = 0
    buffers: Int = 0
    macs: Int = 0
    connections: Int = 0
    activations: Int = 0
    neurons: Int = 0
    idle: Int = 0

    @property
    def params(self) -> Int:
        """The learnable parameters: weights and biases.

        >>> Counts(weights=34848, biases=96).params
        34944
        """
        return simplify(self.weights + self.biases)

    @property
    def active(self) -> Int:
        """The parameters that one token (or image) uses: all but those of idle experts.

        >>> Counts(weights=34848, biases=96, idle=44).active
        34900
        """
        return simplify(self.params - self.idle)


NAMES = Counts._fields


def summed(parts: Sequence[Counts]) -> Counts:
    """Add up the counts of several layers.

    >>> summed([Counts(weights=2), Counts(weights=3, biases=1)]).params
    6
    """
    times = Counter(map(id, parts))  # equal layers share their counts
    each = {id(part): part for part in parts}.values()
    return Counts(*(simplify(total(times[id(part)] * getattr(part, name) for part in each)) for name in NAMES))


def _once(macs: Int) -> Int:
    return macs


def _two_per_mac(macs: Int) -> Int:
    return 2 * macs


CONVENTIONS = {
    "macs": ("MACs", "1 MAC = 1 multiplication + 1 addition", _once),
    "flops": ("FLOPs", "2 FLOPs per MAC; other operations are not counted", _two_per_mac),
}
"""The ways to print the cost: heading, rule, and the conversion from MACs."""


def convert(macs: Int, convention: str) -> Int:
    """Convert MACs into the unit of a named convention.

    >>> convert(724406816, "flops")
    1448813632

    Raises:
        UsageError: there is no such convention.
    """
    if convention not in CONVENTIONS:
        hint = did_you_mean(convention, CONVENTIONS) or f"available: {', '.join(CONVENTIONS)}"
        raise UsageError(f"unknown unit '{convention}' for count", hint)
    return CONVENTIONS[convention][2](macs)
