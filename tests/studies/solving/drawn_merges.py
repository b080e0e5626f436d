"""Random graphs whose merges meet at some sizes only, with axes that differ, as specs."""

from __future__ import annotations

from hypothesis import strategies as st

DOWN = (
    "{{maxpool: {k}}}",
    "{{maxpool: {k}, ceil: true}}",
    "{{conv: 2, kernel: 3, stride: {k}, padding: 1}}",
    "{{conv: 2, kernel: 3, stride: {k}, padding: same}}",
    "{{conv: 2, kernel: 2, stride: {k}, dilation: 2}}",
    "{{space_to_depth: 2}}, {{conv: 2, kernel: 1}}",
)
"""Layers that make a map smaller by a factor."""

BETWEEN = (
    "relu",
    "{conv: 2, kernel: 3, padding: 1}",
    "{conv: 2, kernel: [3, 1], padding: [1, 0]}",
    "{conv: 2, kernel: 3}",
)
JOINS = ("add", "concat", "multiply")


@st.composite
def merges(draw: st.DrawFn) -> str:
    """A map, made smaller and larger again, and joined with itself; around it what changes its size."""
    factors = [draw(st.integers(1, 3)) for _ in range(2)]
    down = draw(st.sampled_from(DOWN)).format(k=factors)
    up = draw(
        st.sampled_from([f"{{upsample: {factors}}}", "{upsample: 2}", "{conv_transpose: 2, kernel: 2, stride: 2}"])
    )
    inner, outer = draw(st.sampled_from(BETWEEN)), draw(st.sampled_from(BETWEEN))
    join, skip = draw(st.sampled_from(JOINS)), draw(st.sampled_from(("[]", "[{crop: , to: before}]", "[{maxpool: 1}]")))
    start = "{conv: 2, kernel: 1, name: before}"
    return f"[{start}, {{{join}: {{main: [{down}, {inner}, {up}], skip: {skip}}}}}, {outer}]"
