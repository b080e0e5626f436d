"""Every format of pictures: well-formed, the same twice, complete, and accepted by the program it is for."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

import archcalc
from archcalc.drawings import dot, html, mmd, pdf, png, svg, tex
from archcalc.drawings.base import formats
from archcalc.errors import UsageError
from archcalc.views.drawing.inks import PAPER, THINGS, colours
from archcalc.views.drawing.picture import breadth
from tests.drawings.reading import SPACE, seen

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.views.drawing.picture import Picture

KINDS = ["graph", "volumes", "cost", "rf"]


@cache
def picture(kind: str = "graph", name: str = "googlenet") -> Picture:
    """Return a picture, which no format changes."""
    return drawn_anew(kind, name)


def drawn_anew(kind: str, name: str) -> Picture:
    return archcalc.draw(archcalc.load(name).analyze(), kind=kind)


def test_these_are_all_formats() -> None:
    assert set(formats()) == {"dot", "html", "mmd", "pdf", "png", "svg", "tex"}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_an_svg_is_well_formed_and_uses_attributes_alone(kind: str, *, dark: bool) -> None:
    text = svg.render(picture(kind), dark=dark)
    root = ET.fromstring(text)  # noqa: S314
    names = {element.tag.removeprefix(SPACE) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "rect", "circle", "polygon", "path", "text"}
    assert {"style", "class"} & {name for element in root.iter() for name in element.attrib} == set()
    assert root.findtext(f"{SPACE}title") == "GoogLeNet"
    assert root.findtext(f"{SPACE}desc")


@pytest.mark.parametrize("dark", [False, True])
def test_texts_are_dark_enough_on_what_is_below_them(*, dark: bool) -> None:
    found = colours(dark=dark)
    for paper in ("paper", "frame", *map(str, THINGS)):
        assert contrast(found["ink"], found[paper]) >= 7
        assert contrast(found["quiet"], found[paper]) >= 4.5
    assert set(PAPER) < set(found)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("module", "start"), [(png, b"\x89PNG\r\n"), (pdf, b"%PDF-1.")])
@pytest.mark.parametrize("kind", ["volumes", "rf"])
def test_a_picture_is_the_same_file_twice(module: object, start: bytes, kind: str) -> None:
    once, twice = (module.render(drawn_anew(kind, "lenet5-modern"), dark=True) for _ in range(2))  # type: ignore[attr-defined]
    assert once == twice
    assert once.startswith(start)


def test_a_png_has_two_pixels_for_each_point() -> None:
    drawn = picture("volumes", "lenet5")
    data = png.render(drawn)
    wide, high = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert [wide, high] == pytest.approx([2 * side for side in drawn.size], abs=1)


def test_a_text_is_drawn_no_wider_than_it_was_reckoned() -> None:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - an extra
    from matplotlib.textpath import TextPath  # noqa: PLC0415

    from archcalc.drawings.plotted import FONTS  # noqa: PLC0415

    for text in ("conv 11×11 /4, relu, lrn", "96×55×55", "The quick brown fox", "1,582,671,872 MACs"):
        wide = TextPath((0, 0), text, prop=FontProperties(family=["DejaVu Sans"], size=10)).get_extents().width
        assert wide > breadth(text, 10)  # so that it has to be made smaller
    assert FONTS[-1] == "DejaVu Sans"


def test_a_page_has_both_colours_and_nothing_from_elsewhere() -> None:
    text = html.render(picture())
    assert text.count("<svg ") == 2
    assert "prefers-color-scheme: dark" in text
    assert not re.findall(r"(?:src|href)=|https?://(?!www\.w3\.org/2000/svg)|<script", text)
    assert html.render(picture(), dark=True).count("<svg ") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_tikz_has_everything_that_svg_has(kind: str) -> None:
    drawn = picture(kind)
    text, found = tex.render(drawn), seen(svg.render(drawn))
    assert text.count(r"\node[") == len(found.texts)
    assert set(re.findall(r"archcalc\d+", text)) == set(re.findall(r"definecolor\{(archcalc\d+)", text))


@pytest.mark.parametrize("kind", KINDS)
def test_latex_takes_it(kind: str, tmp_path: Path) -> None:
    latex = shutil.which("pdflatex")
    if latex is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "picture.tex").write_text(tex.render(picture(kind), dark=True), encoding="utf-8")
    page = "\\documentclass{article}\n\\usepackage{tikz}\n\\begin{document}\n\\input{picture}\n\\end{document}\n"
    (tmp_path / "page.tex").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [latex, "-halt-on-error", "-interaction=nonstopmode", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "page.pdf").exists()


def test_dot_has_every_box_and_every_edge() -> None:
    drawn = picture()
    text, (_, of) = dot.render(drawn), drawn.diagrams[0]
    assert len(re.findall(r"^\s*n\d+_\d+ \[label=", text, re.MULTILINE)) == sum(1 for _ in of.closed())
    assert text.count(" -> ") == len(of.pairs)


def test_graphviz_takes_it() -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("Graphviz is not installed")
    for drawn in (archcalc.draw(archcalc.load("resnet50").analyze(), depth=2), archcalc.draw(
        archcalc.load("vgg16").analyze(), archcalc.load("vgg13").analyze())):  # fmt: skip
        done = subprocess.run(
            [program, "-Tplain"], input=dot.render(drawn), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\nnode ") == sum(1 for _, of in drawn.diagrams for _ in of.closed())


def test_mermaid_has_every_box_and_every_edge() -> None:
    drawn = archcalc.draw(archcalc.load("resnet50").analyze(), depth=2)
    text, (_, of) = mmd.render(drawn), drawn.diagrams[0]
    lines = text.splitlines()
    assert lines[0] == "flowchart TD"
    assert sum(":::" in line for line in lines) == sum(1 for _ in of.closed())
    assert text.count(" --> ") == len(of.pairs)
    assert sum(line.strip().startswith("subgraph ") for line in lines) == lines.count("  end") + sum(
        line.strip() == "end" and line != "  end" for line in lines
    )
    classes = set(re.findall(r":::(\w+)", text))
    assert classes == set(re.findall(r"classDef (\w+)", text))


@pytest.mark.parametrize("module", [dot, mmd])
def test_what_is_not_a_graph_is_refused(module: object) -> None:
    with pytest.raises(UsageError, match="has graphs only"):
        module.render(picture("volumes"))  # type: ignore[attr-defined]
