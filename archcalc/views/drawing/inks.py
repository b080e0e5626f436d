"""The colours of pictures: a row for each thing that has one, on light and on dark paper.

The insides of layers are pale and their edges dark, so that texts on them keep a contrast of at least 4.5 and that a
picture printed in grey says as much: no colour alone carries a meaning.
"""

from __future__ import annotations

from typing import NamedTuple

from archcalc.layers.families import Family


class Shades(NamedTuple):
    """The inside and the edge of one thing, on light and on dark paper."""

    fill: str
    line: str
    dark_fill: str
    dark_line: str


PAPER = {"paper": ("#ffffff", "#12161d"), "ink": ("#1b2330", "#e8ecf2"), "quiet": ("#566173", "#a3aebd"),
         "hair": ("#d5dbe3", "#333c49"), "edge": ("#6c788a", "#8b97a8"), "frame": ("#f6f8fb", "#181e27")}  # fmt: skip

THINGS: dict[str, Shades] = {
    "input": Shades("#ffffff", "#3a4454", "#1a212c", "#b6c0ce"),
    Family.CONVOLUTION: Shades("#dbe8f8", "#2f6aa8", "#1d3552", "#6fa8e0"),
    Family.LINEAR: Shades("#fce6cd", "#a85f14", "#4b3117", "#e0a25a"),
    Family.RECURRENT: Shades("#f6dcec", "#993a7d", "#4a2140", "#dd8cc4"),
    Family.ATTENTION: Shades("#e5dff8", "#6249b0", "#302655", "#a693ec"),
    Family.POOL: Shades("#d9f0df", "#2e7a49", "#173c26", "#6cc28a"),
    Family.NORM: Shades("#eceff3", "#667080", "#2a313c", "#9aa6b5"),
    Family.ACTIVATION: Shades("#fbf3c8", "#8b7010", "#40370f", "#d8be55"),
    Family.MERGE: Shades("#ffffff", "#47546a", "#1a212c", "#a9b5c6"),
    Family.SHAPE: Shades("#edeae4", "#786f60", "#332f28", "#b3a995"),
    Family.REGION: Shades("#fadedb", "#ab4237", "#4a1f1b", "#e88b81"),
    Family.REGULARIZATION: Shades("#f3f3f3", "#7b7b7b", "#2b2b2b", "#a8a8a8"),
    "block": Shades("#f1f4f8", "#5a6678", "#1f2732", "#93a0b3"),
    "kept": Shades("#f3f5f8", "#77839a", "#212833", "#8793a5"),
    "changed": Shades("#fdeebf", "#8f6a00", "#443500", "#e2b93b"),
    "inserted": Shades("#d5f1dc", "#1f7a3f", "#123d22", "#5fc584"),
    "removed": Shades("#fbdcd8", "#b0362b", "#4b1a16", "#ee8378"),
}
"""What has a colour; the name alone is the inside, with `/line` the edge, with `/top` and `/side` a face of a box."""

_FACES = {"/top": 0.18, "/side": 0.34}
"""How much of the edge's colour is in the faces of a box that are not turned to the reader."""


def colours(*, dark: bool = False) -> dict[str, str]:
    """Return every colour by its name.

    >>> colours()["paper"], colours(dark=True)["paper"], colours()["pooling/line"]
    ('#ffffff', '#12161d', '#2e7a49')
    """
    found = {name: pair[dark] for name, pair in PAPER.items()}
    for name, shades in THINGS.items():
        fill, line = (shades.dark_fill, shades.dark_line) if dark else (shades.fill, shades.line)
        found |= {str(name): fill, f"{name}/line": line}
        found |= {f"{name}{face}": _mixed(fill, line, part) for face, part in _FACES.items()}
    return found


def _mixed(one: str, other: str, part: float) -> str:
    """Return a colour between two.

    >>> _mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
