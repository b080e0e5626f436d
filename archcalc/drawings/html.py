"""HTML: the picture in light and in dark colours, as the reader's screen is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.drawings import svg
from archcalc.reports.markup import escaped

if TYPE_CHECKING:
    from archcalc.views.drawing.picture import Picture

_STYLE = """body { margin: 2em auto; text-align: center; background: #ffffff; }
svg { max-width: 100%; height: auto; }
.dark { display: none; }
@media (prefers-color-scheme: dark) {
  body { background: #12161d; }
  .light { display: none; }
  .dark { display: inline; }
}"""


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write a picture as a page of its own; with ``dark``, in dark colours alone."""
    title = escaped(picture.title)
    drawn = [("dark", svg.render(picture, dark=True))]
    drawn = drawn if dark else [("light", svg.render(picture)), *drawn]
    style = "body { text-align: center; background: #12161d; }" if dark else _STYLE
    body = "\n".join(text if dark else f'<div class="{name}">{text}</div>' for name, text in drawn)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{style}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
