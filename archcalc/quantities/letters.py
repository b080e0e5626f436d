"""The textbook's letters: one for each option of a layer, one for each size that is read or put out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape

OF_OPTIONS = {
    "kernel": "K",
    "stride": "S",
    "padding": "P",
    "dilation": "D",
    "output_padding": "OP",
    "groups": "G",
    "heads": "h",
    "hidden": "H",
    "number": "E",
    "active": "k",
    "shared": "E_s",
    "shared_hidden": "H_s",
    "layers": "L",
    "kv_heads": "h_kv",
    "head_dim": "d",
    "key_dim": "d_k",
    "value_dim": "d_v",
    "window": "w",
    "grid": "g",
    "pieces": "k",
    "factor": "r",
    "block": "r",
    "vocabulary": "V",
    "size": "O",
}
"""The letter for an option; an option that is not here, nor a size that is put out, goes by its own name."""

PUT_OUT = ("filters", "outputs", "units", "features")
"""Options that are the number of channels or features that is put out."""

USUAL = {"cache": 0, "dilation": 1, "groups": 1, "layers": 1, "output_padding": 0, "shared": 0}
"""Values that a textbook's line leaves out."""

INPUT, OUTPUT = "I", "O"
"""The letters of a side: of what is read, and of what is put out."""

_STEMS = {"CL": "C", "CHW": "C", "CDHW": "C", "F": "N", "TF": "F"}
"""What channels or features are called, by the layout that they stand in."""


def mixed(layout: str, side: str) -> str:
    """Return the letter for channels or features, on one side of a layer: ``in``, ``out``, or nothing if it keeps them.

    >>> mixed("CHW", "in"), mixed("F", "out"), mixed("TF", "")
    ('C_in', 'N_out', 'F')
    """
    return f"{_STEMS[layout]}_{side}" if side else _STEMS[layout]


def read(x: Shape, *, keeps: bool = False) -> list[str]:
    """Return a letter for each size of what a layer reads; one for all spatial axes where they agree.

    >>> from archcalc.quantities.shape import grid
    >>> read(grid(3, (224, 224))), read(grid(3, (224, 200)), keeps=True)
    (['C_in', 'I', 'I'], ['C', 'I_h', 'I_w'])
    """
    return _letters(x, mixed(x.layout, "" if keeps else "in"), "T", INPUT)


def read_also(x: Shape) -> list[str]:
    """Return a letter for each size of a further tensor that an option names.

    >>> from archcalc.quantities.shape import Shape
    >>> read_also(Shape("TF", (10, 512)))
    ['T_m', 'F_m']
    """
    return [f"{letter}_m" for letter in read(x, keeps=True)]


def put_out(output: Shape) -> list[str]:
    """Return a letter for each size of what a layer puts out, for those that have no letter of their own yet."""
    return _letters(output, mixed(output.layout, "out"), "T_out", OUTPUT)


def _letters(x: Shape, channels: str, tokens: str, side: str) -> list[str]:
    if x.is_map:
        return [channels, *along(side, x.layout[1:], x.spatial)]
    return [tokens, channels] if x.layout == "TF" else [channels]


def along(letter: str, axes: str, values: tuple[object, ...]) -> list[str]:
    """Return a letter for what each axis has: the same where all of them agree, else with the axis behind it.

    >>> along("K", "HW", (3, 3)), along("K", "HW", (1, 7))
    (['K', 'K'], ['K_h', 'K_w'])
    """
    return [letter if len(set(values)) == 1 else f"{letter}_{axis.lower()}" for axis in axes]
