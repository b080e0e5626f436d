"""Caffe: files that are drawn, against its rules written down again (``tests/witness/caffe_rules.py``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcalc.services.opening import load
from tests.cli.calls import call
from tests.witness.caffe_rules import network

if TYPE_CHECKING:
    from pathlib import Path

small = st.integers(1, 4)
windows = st.tuples(small, small, st.integers(0, 2))


def convolution(name: str, window: tuple[int, int, int], more: tuple[int, int, bool]) -> str:
    """Return a convolution: kernel, stride and padding; filters, dilation and whether there is a bias."""
    (kernel, stride, pad), (filters, dilation, biased) = window, more
    return (
        f"{name} {{ num_output: {2 * filters} kernel_size: {kernel} stride: {stride} pad: {pad} group: 2 "
        f"bias_term: {str(biased).lower()} {f'dilation: {dilation}' if dilation > 1 else ''} }}"
    )


def pooling(window: tuple[int, int, int], method: str) -> str:
    """Return a pool."""
    kernel, stride, pad = window
    return f"pooling_param {{ pool: {method} kernel_size: {kernel + 1} stride: {stride} pad: {min(pad, kernel)} }}"


layers = st.one_of(
    st.tuples(st.just("Convolution"), st.builds(convolution, st.just("convolution_param"), windows, st.tuples(small, st.integers(1, 2), st.booleans()))),
    st.tuples(st.just("Deconvolution"), st.builds(convolution, st.just("convolution_param"), windows, st.tuples(small, st.just(1), st.booleans()))),
    st.tuples(st.just("Pooling"), st.builds(pooling, windows, st.sampled_from(["MAX", "AVE"]))),
    st.tuples(st.just("InnerProduct"), st.builds("inner_product_param {{ num_output: {} }}".format, st.integers(1, 9).map(lambda n: 2 * n))),
    st.tuples(st.sampled_from(["ReLU", "LRN", "Dropout", "Sigmoid", "TanH"]), st.just("")),
)  # fmt: skip


def text_of(chain: list[tuple[str, str]], sizes: tuple[int, int]) -> str:
    """Return a network of layers one after the other."""
    height, width = sizes
    parts = [f'input: "b0" input_shape {{ dim: 1 dim: 4 dim: {height} dim: {width} }}']
    for place, (kind, options) in enumerate(chain):
        parts.append(f'layer {{ name: "l{place}" type: "{kind}" bottom: "b{place}" top: "b{place + 1}" {options} }}')
    return "\n".join(parts)


@given(st.lists(layers, min_size=1, max_size=5), st.tuples(st.integers(6, 20), st.integers(6, 20)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_layer_is_what_caffe_makes_of_it(
    tmp_path: Path, chain: list[tuple[str, str]], sizes: tuple[int, int]
) -> None:
    flat = next((place for place, (kind, _) in enumerate(chain) if kind == "InnerProduct"), len(chain))
    chain = [one for place, one in enumerate(chain) if place <= flat or one[0] in ("InnerProduct", "ReLU", "Dropout")]
    path = tmp_path / "net.prototxt"
    path.write_text(text_of(chain, sizes), encoding="utf-8")
    try:
        theirs = network(path.read_text(encoding="utf-8"))
    except ValueError:  # a window that does not fit, or nothing left
        assert call("show", str(path)).code in (0, 2)
        return
    table = load(str(path)).analyze()
    rows = {row.path: row for row in table}
    ours = [(rows[one.name].output.sizes, rows[one.name].params, rows[one.name].macs) for one in theirs]
    assert ours == [(one.sizes, one.params, one.macs) for one in theirs]


def test_a_file_in_both_formats_is_refused_as_caffe_does(tmp_path: Path) -> None:
    """Source: UpgradeV1Net in src/caffe/util/upgrade_proto.cpp."""
    path = tmp_path / "net.prototxt"
    old = 'layers { name: "a" type: RELU bottom: "data" top: "a" }'
    new = 'layer { name: "b" type: "ReLU" bottom: "a" top: "b" }'
    path.write_text(f'input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8 {old} {new}', encoding="utf-8")
    done = call("show", str(path))
    assert (done.code, "the file has both layer { … } and layers { … }, which Caffe refuses" in done.err) == (2, True)
