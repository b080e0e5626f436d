"""Pages that tests write in every format."""

from __future__ import annotations

from hypothesis import strategies as st

import archcalc
from archcalc.quantities.shape import Shape, grid
from archcalc.symbolic.expr import Letter
from archcalc.views.page import (
    LEFT,
    QUIET,
    RIGHT,
    STRONG,
    Axes,
    Cell,
    Column,
    Fact,
    Facts,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
    Share,
    Windows,
)
from archcalc.views.showing.summary import SummaryOptions, summary

HEIGHT = Letter("H")

CONV = archcalc.load("alexnet").analyze()["conv2"]
assert CONV.geometry is not None

CELLS: tuple[Cell, ...] = (
    None,
    60_965_224,
    0.125,
    "plain",
    HEIGHT - 3,
    grid(3, (HEIGHT // 2, HEIGHT + 1)),
    Shape("F", (12800,), 2000),
    (grid(3, (4, 4)), grid(5, (4, 4))),
    Axes((3, 5)),
    Windows(CONV.geometry),
    Share(1, 3),
    Label("conv", 3, ("relu", "norm")),
)
"""A cell of every kind."""

NASTY = r"a|b_c *d* `e` <f> #g & 50% $h$ {i} \j ~k ^l [m] \x1b[31m " + "\x1b[31m\t\r\n卷积"
"""What somebody may write into a title or a name."""

PAGE = Page(
    (
        Heading("Title", "aside"),
        Heading(NASTY, NASTY),
        Notes((NASTY, "A note."), QUIET),
        Facts((
            Fact("parameters", 60_965_224, "a remark"),
            Fact("letters", HEIGHT // 32 + 1, NASTY),
            Fact("none", None),
        )),
        PageTable(
            tuple(Column(f"c{index}", f"head {index}", LEFT if index % 2 else RIGHT, index) for index in range(12)),
            (Line(CELLS), Line(CELLS[::-1], 1, QUIET), Line((Label(NASTY), *CELLS[1:]), 2)),
            Line((Label("total"), *CELLS[1:]), 0, STRONG),
        ),
        PageTable((Column("only", "only"),), ()),
    ),
    lambda: {
        "schema_version": 1,
        "letters": HEIGHT - 3,
        "rows": [
            {"name": "=1+1", "sizes": [3, HEIGHT], "pads": [[0, 1]], "flag": True, "field": {"size": [1]}},
            {"other": 0.5},
        ],
    },
    "rows",
)  # fmt: skip
"""A page with every kind of block, and of cell."""

sizes = st.integers(1, 5)
names = st.text("abz_|&%$#^~<>=+-@'\"·é卷 ", min_size=1, max_size=12).map(lambda name: f"n{name}".strip())
kernels = st.sampled_from([1, 3, 5, "[1, 3]"])
layer = st.one_of(
    st.builds("{{conv: {}, kernel: {}, padding: same}}".format, sizes, kernels),
    st.builds("{{conv: {}, kernel: 3, stride: 2, padding: 1, name: '{}'}}".format, sizes,
              names.map(lambda name: name.replace("'", "''"))),
    st.sampled_from(["relu", "batchnorm", "{maxpool: 2, ceil: true}", "{dropout: 0.5}", "softmax", "identity"]),
)  # fmt: skip
lists = st.lists(layer, min_size=1, max_size=4, unique_by=lambda text: text.partition("name")[2] or text)
blocks = st.one_of(
    layer,
    st.builds("{{layers: [{}], repeat: {}, name: '{}'}}".format, lists.map(", ".join), sizes,
              st.sampled_from(["blk", "stage", "a b"])),
    st.builds("{{concat: {{one: [{}], two: []}}}}".format, lists.map(
        lambda found: ", ".join(text for text in found if "stride" not in text and "pool" not in text))),
)  # fmt: skip
networks = st.builds("[{}]".format, st.lists(blocks, min_size=1, max_size=4).map(", ".join))
"""Small networks, written in place."""

wishes = st.builds(
    SummaryOptions,
    depth=st.none() | st.integers(0, 4),
    columns=st.sampled_from(["", "+fan_in,+he", "macs,params", "+input,+xavier,+rf_padding,+dilation"]),
    unit=st.sampled_from(["macs", "flops"]),
)


def page_of(network: str, size: str, options: SummaryOptions) -> Page:
    """Return the page of a network."""
    return summary(archcalc.load(network).analyze(size), options)
