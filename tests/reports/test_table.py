"""The terminal's table: it fits, it aligns, it adds up, and colour is asked for."""

from __future__ import annotations

import re
from functools import cache

import pytest

import archcalc
from archcalc.reports.base import breadth
from archcalc.reports.table import draw, render
from archcalc.views.page import Column, Heading, Label, Line, Page, PageTable, Share
from archcalc.views.showing.summary import SummaryOptions, summary
from tests.reports.pages import PAGE

NETWORKS = ("alexnet", "lenet5", "googlenet", "resnet152", "vgg16", "inception-reduced", "resnet20")
WIDTHS = (60, 80, 100, 140, 200)


@cache
def page(net: str, size: str | None, **options: object) -> Page:
    """Return a network's page, which is drawn in several widths."""
    return summary(archcalc.load(net).analyze(size), SummaryOptions(**options))  # type: ignore[arg-type]


def shown(net: str, width: int, size: str | None = None, **options: object) -> list[str]:
    """Return the lines of a network's page."""
    return draw(page(net, size, **options), width).splitlines()


def table_of(lines: list[str]) -> tuple[str, list[str], str]:
    """Return the headings, the rows and the total."""
    rules = [index for index, line in enumerate(lines) if line.startswith("──")]
    return lines[rules[0] - 1], lines[rules[0] + 1 : rules[1]], lines[rules[1] + 1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("net", NETWORKS)
@pytest.mark.parametrize("depth", [None, 9])
def test_no_line_is_wider_than_the_terminal(net: str, width: int, depth: int | None) -> None:
    assert max(breadth(line) for line in shown(net, width, depth=depth)) <= width


@pytest.mark.parametrize("width", [20, 40, *WIDTHS])
def test_no_line_of_any_block_is_wider_than_the_terminal(width: int) -> None:
    assert max(breadth(line) for line in draw(PAGE, width).splitlines()) <= width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", ["3xHxW", "3x224xW"])
def test_closed_forms_fit_as_well(width: int, size: str) -> None:
    lines = shown("alexnet", width, size, columns="+input,+rf,+activations")
    assert max(breadth(line) for line in lines) <= width
    assert lines[-1].strip()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("net", NETWORKS)
def test_path_output_parameters_and_macs_are_always_there(net: str, width: int) -> None:
    head, rows, _ = table_of(shown(net, width))
    assert all(name in head for name in ("layer", "output", "parameters", "MACs"))
    assert not any("…" in re.split(r"  +", row)[0].split(" ")[0] for row in rows)


@pytest.mark.parametrize("net", NETWORKS)
def test_the_printed_rows_add_up_to_the_printed_total(net: str) -> None:
    head, rows, total = table_of(shown(net, 100, depth=0, columns="params,macs"))
    assert head.split() == ["layer", "parameters", "MACs"]
    printed = [numbers(row) for row in rows if "training" not in row]
    assert [sum(column) for column in zip(*printed, strict=True)] == numbers(total)


def numbers(row: str) -> list[int]:
    """Return the last two numbers of a row."""
    return [int(number.replace(",", "").replace("–", "0")) for number in row.split()[-2:]]


def test_more_width_shows_more_columns_and_longer_bars() -> None:
    heads = [table_of(shown("alexnet", width))[0].split() for width in (60, 80, 100, 140)]
    assert [len(head) for head in heads] == sorted(len(head) for head in heads)
    assert {"kernel", "share"} <= set(heads[1])
    assert {"kind", "activations", "RF"} <= set(heads[3])
    bars = [max(map(len, re.findall("█+", "\n".join(shown("alexnet", width))))) for width in (80, 160)]
    assert bars[0] < bars[1]


def test_columns_without_room_are_named() -> None:
    lines = shown("alexnet", 60, columns="+fan_in,+fan_out,+xavier,+he")
    assert "no room for fan-out, Xavier std, He std: a wider terminal," in lines
    assert not any("no room" in line for line in shown("alexnet", 200, columns="+fan_in,+fan_out,+xavier,+he"))


def test_numbers_stand_below_each_other() -> None:
    head, rows, total = table_of(shown("vgg19", 100, columns="params,macs"))
    ends = {len(line) for line in (head, *rows, total)}
    assert len(ends) == 1
    assert "19,632,062,464" in total


def test_a_long_name_is_cut_in_its_middle_and_asides_at_their_end() -> None:
    label = Label("a/very/long/path/to/some/layer/deep/within", 1, ("relu", "dropout"))
    columns = (Column("layer", "layer"), Column("n", "n"))
    page = Page((PageTable(columns, (Line((label, "x" * 30)), Line((Label("b"), "")))),))
    row = draw(page, 60).splitlines()[2]
    assert row.startswith("a/very/long/p…er/deep/within  ")
    assert row.endswith("x" * 30)
    assert "…" not in draw(page, 120)


def test_a_tree_is_drawn() -> None:
    _, rows, _ = table_of(shown("inception-reduced", 80))
    assert [row[:9].rstrip() for row in rows] == [
        "1x1/conv", "3x3", "├ reduce", "└ conv re", "5x5", "├ reduce", "└ conv re",
        "pool", "├ maxpool", "└ project", "concat",
    ]  # fmt: skip


@pytest.mark.parametrize(("part", "bar"), [(1, " <1%"), (21, "  2% ▎"), (500, " 50% ████▌"), (1000, "100% █████████")])
def test_a_share_is_a_percentage_and_a_bar(part: int, bar: str) -> None:
    columns = (Column("layer", "l"), Column("params_share", "share"))
    page = Page((PageTable(columns, (Line((Label("a"), Share(part, 1000))),)),))
    assert draw(page, 17).splitlines()[2].partition("a  ")[2] == bar


def test_only_colour_tells_a_coloured_page_from_a_plain_one() -> None:
    page = summary(archcalc.load("googlenet").analyze())
    coloured = draw(page, 100, colour=True)
    plain = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in coloured.splitlines()]
    assert plain == draw(page, 100).splitlines()
    assert "\x1b[1mGoogLeNet\x1b[0m" in coloured
    assert "\x1b[36m" in coloured


def test_a_file_is_a_hundred_columns_wide() -> None:
    page = summary(archcalc.load("alexnet").analyze())
    assert render(page) == draw(page, 100)


def test_a_title_wider_than_the_terminal_is_broken() -> None:
    page = Page((Heading("A very long title indeed", "by somebody"),))
    assert draw(page, 12) == "A very long\ntitle indeed\n· by\nsomebody\n"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_number_stays_whole_where_formulas_stand_around_it(width: int) -> None:
    assert any("16,781,312" in line for line in shown("alexnet", width, "3xHxW"))
