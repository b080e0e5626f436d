"""Markdown and LaTeX: what is written shows as it is meant."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import archcalc
from archcalc.errors import printable
from archcalc.reports import latex, markdown
from archcalc.reports.base import breadth
from archcalc.views.page import Column, Drawing, Fact, Facts, Label, Line, Notes, Page, PageTable
from archcalc.views.showing.summary import summary
from tests.house.plan import files
from tests.reports.pages import NASTY, PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_markdown_table_is_aligned_in_its_source() -> None:
    lines = markdown.render(summary(archcalc.load("alexnet").analyze())).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert {breadth(line) for line in table} == {breadth(table[0])}
    assert re.fullmatch(r"(\| -+[-:] )+\|", table[1])
    assert table[1].count(":") == 2
    assert "**60,965,224**" in table[-1]


def test_every_markdown_row_has_as_many_cells_whatever_is_in_them() -> None:
    page = Page((PageTable((Column("a", "a|b"), Column("b", "b")), (Line((Label(NASTY), "x|y")),)),))
    rows = markdown.render(page).splitlines()
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [3, 3, 3]


def test_markdown_shows_signs_as_they_are() -> None:
    assert markdown.escaped("_x_ a_b *c* <d> `e` [f](g)") == r"\_x\_ a_b \*c\* \<d\> \`e\` \[f\](g)"


@given(
    st.text(st.sampled_from("ab1 _*`~#+-=.)!&;$@:/[](){}<>|\\'\"^w\x1b\u202eα卷"), max_size=12),
    st.text("ab:/.@#&;", max_size=4),
)
def test_markdown_shows_any_text_as_it_is(start: str, end: str) -> None:
    shown = " ".join(printable(start + end).split())
    tokens = MarkdownIt("commonmark").parse(markdown.render(Page((Notes((f"{start}{end}",)),))))
    if not shown:
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    parts = tokens[1].children or []
    assert {part.type for part in parts} <= {"text", "text_special", "html_inline"}
    assert {part.content for part in parts if part.type == "html_inline"} <= {"<!-- -->"}
    assert " ".join("".join(part.content for part in parts if part.type != "html_inline").split()) == shown


@pytest.mark.parametrize("text", ["https://e.org", "ftp://e.org", "www.e.org", "WWW.e.org"])
def test_github_makes_no_link_of_an_address(text: str) -> None:
    assert re.search(r"(?<!\\)(://|(?i:www)\.)", markdown.escaped(text)) is None


@pytest.mark.parametrize("text", ["@name", "a@b.c", "#12", "see #1"])
def test_github_mentions_no_one(text: str) -> None:
    assert re.search(r"[@#]\w", markdown.escaped(text)) is None
    assert markdown.escaped(text).replace("<!-- -->", "") == text


@pytest.mark.parametrize("text", ["[x]", "*", "*[2cm]"])
def test_no_row_of_latex_begins_with_what_the_end_of_a_row_takes(text: str) -> None:
    page = Page((PageTable((Column("a", "a"),), (Line(("x",)), Line((text,)))), Facts((Fact(text, 1),))))
    assert not re.search(r"\\\\\s*[\[*]", latex.render(page))


def test_a_drawing_ends_where_it_ends() -> None:
    page = Page((Drawing(("█", "\\end{verbatim}", "````", "\x1b[31m")),))
    assert latex.render(page).count(r"\end{verbatim}") == 1
    (fence,) = MarkdownIt("commonmark").parse(markdown.render(page))
    assert fence.content == "█\n\\end{verbatim}\n````\n?[31m\n"


def test_latex_escapes_what_means_something_to_it() -> None:
    text = latex.render(Page((Notes((NASTY,)),)))
    rest = re.sub(r"\\[&%$#_{}]|\\text\w+\{\}|\{[\[\]*]\}", "", text.split("\n", 1)[1])
    assert not re.search(r"[&%$#_{}~^\\]", rest)


READERS = ("number_reading", "shape_reading", "cell_reading", "sheet", "headings", "row_labels", "language")
"""Files whose signs are those that students write, or of a language in an example."""


def our_texts() -> Iterator[tuple[str, str]]:
    """Yield the texts of what pages are made of, with the file that holds each."""
    rooms = ("views", "studies", "measures", "quantities", "symbolic")
    for file in (file for file in files() if file.room in rooms and file.path.stem not in READERS):
        for node in file.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file.place, node.value


def test_latex_has_a_command_for_every_sign_of_ours() -> None:
    lacking = {sign for _, text in our_texts() for sign in latex.escaped(latex.drawn(text)) if sign > "~"}
    assert lacking == set()


def test_latex_sets_numbers_shapes_and_formulas() -> None:
    text = latex.render(summary(archcalc.load("alexnet").analyze("3xHx227")))
    assert r"256$\times$$\left\lfloor \frac{H - 35}{32} \right\rfloor$$\times$6" in text
    assert r"34\,944" in text
    assert r"\toprule" in text


def test_latex_rows_have_as_many_cells_as_columns() -> None:
    for text in (latex.render(PAGE), latex.render(summary(archcalc.load("googlenet").analyze()))):
        for kinds, body in re.findall(r"\\begin\{tabular\}\{(\w+)\}\n(.*?)\\end\{tabular\}", text, re.DOTALL):
            rows = [line for line in body.splitlines() if line.endswith(r"\\")]
            assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(kinds)}
