"""Text in HTML and SVG: the one function that makes a text that is not ours plain there."""

from __future__ import annotations

from archcalc.errors import printable

_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escaped(text: str) -> str:
    """Return a text as the content of an element, or as an attribute in quotes, shows it as it is.

    >>> escaped('<script> & "x"')
    '&lt;script&gt; &amp; &quot;x&quot;'
    """
    return printable(text).translate(_SIGNS)
