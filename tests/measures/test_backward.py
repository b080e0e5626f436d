"""What is kept for the backward pass, without PyTorch: against bytes that were measured, and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Undecided
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer
from archcalc.layers.registry import find, kind_names
from archcalc.measures.memory import RunSetting, memory
from archcalc.measures.quantities import QUANTITIES
from archcalc.network.table import WithoutRule
from archcalc.symbolic.expr import substitute
from tests.known import known
from tests.measures.measured import MEASURED, Measured


def kept(text: str, *freeze: str, batch: int = 1, inplace: bool = False, dtype: str = "float32") -> object:
    """Return the bytes kept of a network, or the kinds of which nobody knows."""
    table = archcalc.loads(text).analyze(freeze=freeze)
    found = memory(table, RunSetting(batch=batch, inplace=inplace, dtype=dtype))
    assert (found.activations is None) == bool(found.unknown) == (found.training is None)
    return [unknown.kind for unknown in found.unknown] or found.activations


@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case.text)
def test_networks_keep_what_pytorch_was_measured_to_keep(case: Measured) -> None:
    assert kept(case.text, batch=case.batch) == case.plain
    assert kept(case.text, batch=case.batch, inplace=True) == case.in_place
    assert kept(case.text, case.frozen, batch=case.batch) == case.left


@pytest.mark.parametrize(
    ("name", "megabytes"), [("torchvision/vgg16", 73), ("torchvision/resnet18", 22), ("unet", 751)]
)
def test_known_networks_keep_what_pytorch_was_measured_to_keep(name: str, megabytes: int) -> None:
    found = memory(archcalc.load(name).analyze(), RunSetting(inplace=True))
    assert round(known(found.activations or 0) / 10**6) == megabytes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        # the linear layer's input is the vector of the one token; its memory that of all of them
        ("{input: TF 5x4, layers: [{linear: 4}, {take: 2}, {linear: 3}]}", 4 * (20 + 20)),
        # a class token: the sequence is a new tensor; the position embedding another
        ("{input: 4x2x2, layers: [tokens, class_token, position_embedding, {linear: 2}]}", 4 * 20),
        # two halves lie in one tensor; the factor's gradient needs what it scales
        (
            "{input: 4x2x2, layers: [{conv: 4, kernel: 1, name: c}, {concat: "
            "{a: [{slice: [0, 2]}, sigmoid], b: [{split: 2, part: 1}, layer_scale]}}, {crop: 1}]}",
            4 * (16 + 8 + 16),
        ),
        ("{input: 4x2x2, layers: [{conv: 4, kernel: 1}, {reshape: [16]}, {reshape: [4, 2, 2]}, abs]}", 4 * (16 + 16)),
        # asymmetric padding, and more than one pixel at a stride of 2: a padded copy of 5 × 5, of 7 × 7
        ("{input: 2x4x4, layers: [{conv: 1, kernel: 2, padding: [[0, 1], [0, 1]]}]}", 4 * 2 * 25),
        ("{input: 2x6x6, layers: [{conv: 1, kernel: 3, stride: 2, padding: same}]}", 4 * 2 * 49),
        ("{input: 2x4x4, layers: [{conv: 1, kernel: 3, padding: same}]}", 4 * 2 * 16),
        # products: of two, both; of an input that needs no gradient, only that; of three, also the product of two
        ("{input: 4, layers: [{linear: 4, name: a}, {linear: 4, name: b}, {multiply: [a, b]}]}", 4 * (4 + 4 + 4)),
        ("{input: 4, layers: [{linear: 4, name: a}, {multiply: [a, input]}]}", 4 * 4),
        ("{input: 4, layers: [{linear: 4, name: a}, {multiply: [input, a]}]}", 4 * 4),
        (
            "{input: 4x2x2, layers: [{conv: 4, kernel: 1, name: a}, global_avgpool, {multiply: "
            "{gate: [sigmoid], full: [{identity: , from: a}], again: [{tanh: , from: a}]}}]}",
            4 * (16 + 4 + 16 + 16 + 16),
        ),
        # channels last on all branches stay so, and are copied where they are flattened
        (
            "{input: 4x2x2, layers: [layernorm, {concat: {a: [relu], b: [sigmoid]}}, tanh, flatten, {linear: 1}]}",
            4 * (16 + 8 + 16 + 16 + 32 + 32),
        ),
        ("{input: 4x4x4, layers: [{grid_attention: 2, grid: 2}]}", 4 * (64 + 64 + 64 + 2 * 64 + 4 * 4 * 4 * 2)),
        ("{input: 3x2x2, layers: [{pixel_shuffle: 1}, {space_to_depth: 2}, {channel_shuffle: 3}, {linear: 1, over: channels}]}",
         4 * 12),
    ],
)  # fmt: skip
def test_what_is_kept_by_hand(text: str, size: int) -> None:
    assert kept(text) == size


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        # features lie apart in memory: of several images, the linear layer copies what it reads
        ("{input: 4x2x2, layers: [{conv: 4, kernel: 1}, relu, tokens, {linear: 2}]}", 16 + 16, 2 * (16 + 16 + 16)),
        ("{input: TF 5x4, layers: [{linear: 4}, sigmoid, {permute: [1, 0]}, {linear: 2}]}", 40, 2 * (20 + 20 + 20)),
        ("{input: TF 5x4, layers: [{linear: 4}, sigmoid, {permute: [0, 1]}, {linear: 2}]}", 40, 2 * (20 + 20)),
        ("{input: 4x2x2, layers: [{conv: 4, kernel: 1}, relu, {linear: 2, over: channels}]}", 32, 2 * (16 + 16 + 16)),
    ],
)
def test_one_image_is_not_copied_to_be_read_position_by_position(text: str, one: int, two: int) -> None:
    assert kept(text) == 4 * one
    assert kept(text, batch=2) == 4 * two


def test_frozen_factors_and_normalizers_keep_less() -> None:
    text = "{input: 4, layers: [{linear: 4}, {layer_scale: , name: scale}, {rms_norm: , name: norm}]}"
    assert kept(text) == 4 * (4 + 4 + 4 + 1 + 4)
    assert kept(text, "scale", "norm") == 4 * (4 + 4 + 1)
    assert kept(text, "scale", "norm", "linear") == 0


def test_shared_weights_are_trained_where_their_owner_is() -> None:
    text = "{input: 4, layers: [{linear: 4, name: a}, relu, {linear: 4, share: a}]}"
    assert kept(text) == 4 * (4 + 4)
    assert kept(text, "a") == 0


@pytest.mark.parametrize(
    ("layer", "kinds"),
    [
        ("{conv: 2, kernel: 1, table: [[0], [1, 2]]}", ["conv"]),
        ("{permute: [1, 0, 2]}", ["permute"]),
        ("{window_attention: 1, window: 2, relative: none}", ["window_attention"]),
        ("{subsampling: 2}", ["subsampling"]),
        ("{maxout: 2}", ["maxout"]),
        ("{roi_pool: 2}", ["roi_pool"]),
    ],
)
def test_what_nobody_knows_is_unknown(layer: str, kinds: list[str]) -> None:
    assert kept(f"{{input: 4x4x4, layers: [{{conv: 4, kernel: 1}}, {layer}]}}") == kinds


@pytest.mark.parametrize("layer", ["{maxpool: 2}", "{avgpool: 2}", "{adaptive_maxpool: 2}", "{global_maxpool: }"])
def test_windows_that_slide_along_tokens_read_a_tensor_that_may_be_a_copy(layer: str) -> None:
    assert kept(f"{{input: TF 4x6, layers: [{{linear: 6}}, {layer}]}}") == [layer[1:].partition(":")[0]]


def test_what_nobody_knows_keeps_nothing_where_no_gradient_is_needed() -> None:
    assert kept("{input: 4x4x4, layers: [{maxout: 2}, {permute: [1, 0, 2]}]}") == 0


@pytest.mark.parametrize(
    ("last", "batch", "size"),
    [("{linear: 2}", 1, 580), ("{linear: 2}", 2, 1320), ("{attention: 1}", 1, 920), ("{attention: 1}", 2, 1840)],
)
def test_attention_returns_tokens_before_images_which_only_attention_reads_as_they_lie(
    last: str, batch: int, size: int
) -> None:  # measured with PyTorch 2.13 on a CPU
    text = f"{{input: TF 5x4, layers: [{{linear: 4}}, {{attention: 1}}, relu, {last}]}}"
    assert kept(text, batch=batch) == size


def test_relative_positions_are_unknown_to_pytorchs_attention() -> None:
    assert kept("{input: TF 4x4, layers: [{attention: 2, relative: [2, 2]}]}") == ["attention"]


def test_an_unknown_part_leaves_training_open() -> None:
    table = archcalc.load("lenet5").analyze()
    found = memory(table)
    assert found.unknown[0] == WithoutRule("S2", "subsampling")
    with pytest.raises(Undecided, match="rules are missing for subsampling, conv and rbf"):
        QUANTITIES["memory"].of(table)
    assert QUANTITIES["memory"].known(table) == "unknown"
    assert memory(table, RunSetting(stored="outputs")).unknown == ()


def test_what_same_pads_of_a_variable_size_is_open() -> None:
    table = archcalc.loads("{input: 2x6x6, layers: [{conv: 1, kernel: 3, stride: 2, padding: same}]}").analyze("2xHxH")
    assert [unknown.kind for unknown in memory(table).unknown] == ["conv"]


@given(st.integers(1, 40), st.integers(1, 4))
def test_a_closed_form_is_the_number_for_each_size(side: int, batch: int) -> None:
    spec = archcalc.loads(
        "{input: 3x8x8, layers: [{conv: 4, kernel: 3, padding: 1}, batchnorm, relu, {maxpool: 2, ceil: true},"
        " layernorm, {linear: 5, over: channels}, gelu]}"
    )
    closed = memory(spec.analyze("3xHxH"), RunSetting(batch=batch)).activations
    plain = memory(spec.analyze((3, side, side)), RunSetting(batch=batch)).activations
    assert not isinstance(closed, int)
    assert closed is not None
    assert substitute(closed, {"H": side}) == plain


def test_indices_statistics_and_sums_have_bytes_of_their_own() -> None:
    pool = "{input: 1x4x4, layers: [{conv: 1, kernel: 1}, {maxpool: 2}]}"
    assert kept(pool, dtype="float16") == 2 * 32 + 8 * 4
    norm = "{input: 3x2x2, layers: [batchnorm]}"
    assert kept(norm, batch=5) == 4 * (5 * 12 + 2 * 3)
    attention = "{input: TF 3x4, layers: [{attention: 2}]}"
    assert kept(attention, dtype="float64", batch=2) == 2 * 8 * (12 + 36 + 12 + 6)
    assert kept(attention, dtype="float16", batch=2) == 2 * (2 * (12 + 36 + 12) + 4 * 6)


UNKNOWN_KINDS = (
    "experts", "gru", "latent_attention", "lstm", "maxout", "opaque", "parameter", "pointwise", "pooling_attention", "rbf",
    "rearrange", "rnn", "roi_align",
    "roi_pool", "scaled_dot_product", "spp", "subsampling", "warp",
)  # fmt: skip
"""The kinds of which it is not known what PyTorch keeps.

It has no module for them, and no composition is usual; or, for recurrent layers, what it keeps depends on the library
that runs them; or what lies there is a parameter, which is not kept beside itself; or it depends on what an imported
model's operation is.
"""


@pytest.mark.parametrize("kind", kind_names())
def test_a_kind_has_a_rule_unless_it_is_listed(kind: str) -> None:
    found = find(kind)
    assert (found.backward == Keeps.UNKNOWN and found.kept is Layer.kept) == (kind in UNKNOWN_KINDS)


def test_frozen_attention_keeps_no_input_of_its_own() -> None:
    # measured with PyTorch 2.13: 576 bytes of queries, keys and values, 192 of the output, 48 of sums of exponentials
    text = "{input: TF 6x8, layers: [{linear: 8}, {attention: 2, name: a}]}"
    assert kept(text, "a") == 4 * 6 * 8 + 576 + 192 + 48


def test_the_order_in_memory_of_axes_with_one_place_is_unknown() -> None:
    assert kept("{input: 2x1x1x1, layers: [{conv_transpose: 1, kernel: 1}]}") == ["conv_transpose"]
    assert kept("{input: 4x4x4, layers: [{window_attention: 1, window: [4, 1]}]}") == ["window_attention"]
    assert kept("{input: 2x2x2x2, layers: [{conv_transpose: 2, kernel: 1}]}") == ["conv_transpose"]
    assert kept("{input: 2x2x2, layers: [{conv_transpose: 2, kernel: 1}]}") == 4 * 8
