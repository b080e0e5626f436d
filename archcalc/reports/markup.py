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


POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a page may load and run: the styles in it."""


def document(title: str, style: str, body: str, *, policy: str = POLICY) -> str:
    """Return an HTML document that loads nothing from elsewhere; title and body are markup already.

    >>> document("A", "p { margin: 0 }", "<p>b</p>").splitlines()[:2]
    ['<!DOCTYPE html>', '<html lang="en">']
    """
    head = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f'\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    head += f"\n<title>{title}</title>\n<style>\n{style}</style>"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
