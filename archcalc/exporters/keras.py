"""Keras: the functional API, with channels last, a function for each block, and loops for repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.expressing import require_numbers
from archcalc.foreign.keras.program import KerasProgram

if TYPE_CHECKING:
    from archcalc.network.table import Table

MEANING = "a Keras model (functional API, channels last)"
SUFFIXES = (".py",)


def render(table: Table) -> str:
    """Write a network as a program of Keras.

    >>> import archcalc
    >>> print(render(archcalc.loads("{title: Net, input: 3x8x8, layers: [{conv: 4, kernel: 3}, relu]}").analyze()))
    \"\"\"Net: 112 parameters.\"\"\"
    <BLANKLINE>
    import keras
    from keras import layers
    <BLANKLINE>
    <BLANKLINE>
    def net():
        x = inputs = keras.Input((8, 8, 3))
        x = layers.Conv2D(4, 3)(x)
        x = layers.ReLU()(x)
        return keras.Model(inputs, x)
    <BLANKLINE>

    Raises:
        UsageError: a size is not a number, or a layer has no counterpart.
    """
    require_numbers(table)
    return KerasProgram(table).text()
