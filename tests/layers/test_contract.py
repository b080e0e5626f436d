"""What every layer kind promises, checked over all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, Layer, Merge
from archcalc.layers.registry import SHARED_FILES, example_of, find, kind_names
from archcalc.quantities.shape import Shape
from archcalc.rooms import members
from tests.drawn import examples
from tests.known import known
from tests.witness.strategies import KINDS, layers, shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL_KINDS = kind_names()


def test_every_file_is_a_kind_or_shared() -> None:
    assert set(members("layers")) == {*ALL_KINDS, *SHARED_FILES}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_kind_says_what_it_does_where_it_comes_from_and_shows_itself(kind: str) -> None:
    found = find(kind)
    assert re.search(r"\d{4}|PyTorch|section", vars(found)["source"])
    assert vars(found)["source"].endswith(".")
    assert re.search(rf">>> .*\b{found.__name__}\(", vars(found)["__doc__"])  # its own, no base's


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_option_is_documented(kind: str) -> None:
    for name, declared in find(kind).declared.options.items():
        assert name.isidentifier()
        assert declared.doc
        assert declared.type.expects


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_whole_and_never_negative(kind: str) -> None:
    @settings(max_examples=examples(20))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        x = data.draw(shapes())
        layer = data.draw(layers(kind, x))
        try:
            output = layer.output(x)
        except Refusal:
            return
        numbers = [*output.sizes, layer.macs(x), layer.connections(x), *_dims(layer, x)]
        assert all(type(number) is int and number >= 0 for number in numbers)
        assert all(known(size) >= 1 for size in output.sizes)
        assert isinstance(layer.torch(x), (Foreign, str))

    check()


def _dims(layer: Layer, x: Shape) -> Iterable[object]:
    return [size for tensor in layer.tensors(x) for size in tensor.dims]


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_is_a_value(kind: str) -> None:
    found = find(kind)
    options = dict.fromkeys(found.declared.required, 2)
    assert found(**options) == found(**options)
    assert hash(found(**options)) == hash(found(**options))


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind not in KINDS])
def test_a_merge_of_equal_shapes_keeps_their_grid(kind: str) -> None:
    merge = find(kind)()
    assert isinstance(merge, Merge)
    x = Shape("CHW", (8, 6, 6))
    assert merge.shape_of((x, x)).spatial == (6, 6)
    assert merge.torch(x) == "no equivalent torch.nn module: an operator on tensors"


def test_an_example_can_be_written() -> None:
    assert example_of(find("conv")) == "for example: {conv: 64, kernel: 3}"
    assert example_of(find("maxpool")) == "for example: {maxpool: 64}"
    assert example_of(find("relu")) == "for example: {relu:}"
