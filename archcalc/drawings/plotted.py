"""PNG and PDF: a picture drawn by matplotlib, which brings its own fonts and needs no program of the system."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Circle as CirclePatch
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from archcalc.errors import printable
from archcalc.views.drawing.inks import colours
from archcalc.views.drawing.picture import END, MIDDLE, Circle, Polygon, Rectangle, Shapes, Stroke, Words, breadth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from archcalc.views.drawing.picture import Ink, Item, Picture

POINTS = 72
"""Points in an inch; a PNG has twice as many pixels."""

_INSTALLED = {font.name for font in fontManager.ttflist}
FONTS = [name for name in ("Helvetica", "Arial", "Liberation Sans", "DejaVu Sans") if name in _INSTALLED]


def plotted(picture: Picture, kind: str, *, dark: bool = False) -> bytes:
    """Draw a picture in a format of matplotlib's: ``png`` or ``pdf``."""
    inks = colours(dark=dark)
    width, height = picture.size
    figure = Figure(figsize=(width / POINTS, height / POINTS), facecolor=inks["paper"])
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    for order, item in enumerate(_flat(picture.items)):
        _add(axes, item, inks, order)
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=2 * POINTS, facecolor=inks["paper"], metadata=_about(picture, kind))
    return out.getvalue()


def _about(picture: Picture, kind: str) -> dict[str, str | None]:
    """Return what the file says of itself, without a date: equal pictures are equal files."""
    title = printable(picture.title)
    return {"Title": title, "CreationDate": None, "Creator": "archcalc"} if kind == "pdf" else {"Title": title}


def _flat(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Shapes):
            yield from _flat(item.items)
        else:
            yield item


def _add(axes: Axes, item: Item, inks: Mapping[str, str], order: int) -> None:
    match item:
        case Words():
            _write(axes, item, inks, order)
        case Rectangle():
            corner = "square,pad=0"
            if item.radius:
                corner = f"round,pad=0,rounding_size={min(item.radius, *(side / 2 for side in item.size))}"
            box = FancyBboxPatch(item.at, *item.size, boxstyle=corner, mutation_aspect=1)
            _ink(axes, box, item.ink, inks, order)
        case Circle():
            _ink(axes, CirclePatch(item.at, item.radius), item.ink, inks, order)
        case Polygon():
            codes = [Path.MOVETO, *[Path.LINETO] * (len(item.points) - 1), Path.CLOSEPOLY]
            _ink(axes, PathPatch(Path([*item.points, item.points[0]], codes)), item.ink, inks, order)
        case Stroke():
            code = Path.CURVE4 if item.curved else Path.LINETO
            codes = [Path.MOVETO, *[code] * (len(item.points) - 1)]
            _ink(axes, PathPatch(Path(list(item.points), codes)), item.ink, inks, order)


def _ink(
    axes: Axes, patch: PathPatch | FancyBboxPatch | CirclePatch, ink: Ink, inks: Mapping[str, str], order: int
) -> None:
    patch.set_facecolor((inks[ink.fill], ink.opacity) if ink.fill else "none")
    patch.set_edgecolor(inks[ink.line] if ink.line else "none")
    patch.set_linewidth(ink.width if ink.line else 0)
    if ink.dash:
        patch.set_linestyle((0, (ink.dash / ink.width, ink.dash / ink.width)))
    patch.set_zorder(order)
    axes.add_patch(patch)


def _write(axes: Axes, words: Words, inks: Mapping[str, str], order: int) -> None:
    """Write a text, no wider than it was reckoned to be: fonts of other widths are made smaller."""
    text = printable(words.text)
    font = _font(words.size, bold=words.bold)
    wide, reckoned = _wide(text, words.size, bold=words.bold), breadth(words.text, words.size, bold=words.bold)
    if wide > reckoned:
        font.set_size(words.size * reckoned / wide)
    align = {MIDDLE: "center", END: "right"}.get(words.anchor, "left")
    axes.text(
        *words.at, text.replace("$", r"\$"), fontproperties=font, ha=align, va="baseline", color=inks[words.ink],
        zorder=order, rotation=words.turned, rotation_mode="anchor",
    )  # fmt: skip


def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=FONTS, weight="bold" if bold else "normal", size=size)


@lru_cache(maxsize=4096)
def _wide(text: str, size: float, *, bold: bool) -> float:
    """Return how many points a text takes, by the metrics of its font."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, _font(size, bold=bold), ismath=False)
    return float(width)
