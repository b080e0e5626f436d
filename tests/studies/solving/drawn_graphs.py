"""Random small networks as specs, for questions that every size of the input is tried for."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.studies.sliding_windows import Slide


class Drawn(NamedTuple):
    """Layers as a spec writes them, and for chains the windows in order."""

    layers: str
    windows: tuple[Slide, ...] = ()


@st.composite
def windows(draw: st.DrawFn) -> Slide:
    """A window of a convolution, or of a pool that rounds up."""
    kernel, stride = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    if draw(st.booleans()):
        return Slide(kernel, stride, draw(st.integers(0, kernel // 2)), ceil=True)
    return Slide(kernel, stride, draw(st.integers(0, 2)), draw(st.integers(1, 2)))


def layer(window: Slide, name: str) -> str:
    """A window as a layer of a spec."""
    options = f"stride: {window.stride}, padding: {window.padding}, dilation: {window.dilation}, name: {name}"
    kind = f"maxpool: {window.kernel}, ceil: true" if window.ceil else f"conv: 2, kernel: {window.kernel}"
    return f"{{{kind}, {options}}}"


@st.composite
def chains(draw: st.DrawFn) -> Drawn:
    """One to four windows in a row, the last of them called last."""
    found = tuple(draw(st.lists(windows(), min_size=1, max_size=4)))
    names = [*(f"w{number}" for number in range(len(found) - 1)), "last"]
    return Drawn(f"[{', '.join(layer(*row) for row in zip(found, names, strict=True))}]", found)


@st.composite
def graphs(draw: st.DrawFn) -> Drawn:
    """A chain with a merge in it, of branches that fit for all sizes, for some, or for none."""
    before, after = draw(windows()), draw(windows())
    branch = draw(st.sampled_from([
        "{conv: 2, kernel: 3, padding: 1}",
        "{conv: 2, kernel: 3, padding: same, stride: 1}",
        "{maxpool: 3, stride: 1, padding: 1}",
        "{maxpool: 2}, {upsample: 2}",
        "{conv: 2, kernel: 2, stride: 2}, {conv_transpose: 2, kernel: 2, stride: 2}",
        "{conv: 2, kernel: 3, stride: 2, padding: 1}, {conv_transpose: 2, kernel: 3, stride: 2, padding: 1}",
    ]))  # fmt: skip
    join = draw(st.sampled_from(["add", "concat"]))
    merge = f"{{{join}: {{main: [{branch}], skip: []}}}}"
    start = layer(before._replace(ceil=False, padding=1), "w0")
    return Drawn(f"[{start}, {merge}, {layer(after, 'last')}]")
