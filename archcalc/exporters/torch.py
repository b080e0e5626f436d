"""PyTorch: a module for the network, a class for each block, and loops for repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.expressing import require_numbers
from archcalc.foreign.pytorch.program import TorchProgram

if TYPE_CHECKING:
    from archcalc.network.table import Table

MEANING = "a PyTorch module"
SUFFIXES = (".py",)


def render(table: Table) -> str:
    """Write a network as a program of PyTorch.

    >>> import archcalc
    >>> print(render(archcalc.loads("{title: Net, input: 3x8x8, layers: [{conv: 4, kernel: 3}, relu]}").analyze()))
    \"\"\"Net: input 3×8×8, 112 parameters.\"\"\"
    <BLANKLINE>
    from torch import nn
    <BLANKLINE>
    <BLANKLINE>
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, kernel_size=3)
            self.relu = nn.ReLU()
    <BLANKLINE>
        def forward(self, x):
            x = self.conv(x)
            x = self.relu(x)
            return x
    <BLANKLINE>

    Raises:
        UsageError: a size is not a number, or a layer has no counterpart.
    """
    require_numbers(table)
    return TorchProgram(table).text()
