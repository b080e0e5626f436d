"""Shapes and values that a layer refuses, each with its whole message, and spellings that PyTorch lacks."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import Problem, Refusal
from archcalc.layers.base import Foreign
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import Shape, grid, vector

MAP, WORDS, TOKENS = grid(6, (5, 5)), vector(6), Shape("TF", (5, 6))
A_MAP = "reads a map (channels and 1 to 3 spatial axes), this is a vector of features, 6"


@pytest.mark.parametrize(
    ("kind", "options", "x", "message", "hint"),
    [
        (
            "attention",
            {"heads": 2},
            MAP,
            "attention reads tokens × features, this is a map, 6×5×5",
            "put tokens before it",
        ),
        ("attention", {"heads": 2}, WORDS, "attention reads tokens × features, this is a vector of features, 6", ""),
        ("attention", {"heads": 4}, TOKENS, "6 features do not divide among 4 heads", "6 % 4 = 2"),
        ("attention", {"heads": 2, "relative": (2, 3)}, TOKENS, "a grid of 2×3 has 6 places, there are 5 tokens", ""),
        ("channel_shuffle", {"groups": 4}, MAP, "6 channels do not divide into 4 groups", ""),
        ("channel_shuffle", {"groups": 2}, WORDS, f"channel_shuffle {A_MAP}", ""),
        ("class_token", {}, MAP, "class_token reads tokens × features, this is a map, 6×5×5", "put tokens before it"),
        ("crop", {}, MAP, "crop needs either a size or to", "as in {crop: 2} or {crop: , to: input}"),
        (
            "crop",
            {"size": 2, "to": MAP},
            MAP,
            "crop needs either a size or to",
            "as in {crop: 2} or {crop: , to: input}",
        ),
        ("crop", {"size": 6}, MAP, "crop cannot take 6 pixels out of 5", ""),
        ("crop", {"size": 3, "offset": 3}, MAP, "crop cannot take 3 pixels from pixel 3 on: there are 5", ""),
        ("crop", {"to": WORDS}, MAP, "crop cannot give a map, 6×5×5, the size of a vector of features, 6", ""),
        (
            "embedding",
            {"vocabulary": 9, "features": 2},
            MAP,
            "embedding reads a vector of numbers, this is a map, 6×5×5",
            "",
        ),
        ("grid_attention", {"heads": 4, "grid": 5}, MAP, "6 features do not divide among 4 heads", "6 % 4 = 2"),
        ("grid_attention", {"heads": 2, "grid": 2}, MAP, "5 does not divide into a grid of 2", "5 % 2 = 1"),
        ("permute", {"axes": (0, 1)}, MAP, "[0, 1] is no order of the 3 axes of 6×5×5", "name each of 0 to 2 once"),
        ("permute", {"axes": (0, 0)}, TOKENS, "[0, 0] is no order of the 2 axes of 5×6", "name each of 0 to 1 once"),
        ("pixel_shuffle", {"factor": 2}, MAP, "6 channels do not divide into blocks of 4 pixels", "6 % 4 = 2"),
        (
            "position_embedding",
            {},
            MAP,
            "position_embedding reads tokens × features, this is a map, 6×5×5",
            "put tokens before it",
        ),
        ("reshape", {"sizes": (2, 2)}, WORDS, "2×2 holds 4 values, 6 has 6", ""),
        ("reshape", {"sizes": (6, 1, 1, 1, 1)}, WORDS, "reshape to 5 sizes", "a tensor has 1 to 4"),
        (
            "reshape",
            {"sizes": (6,), "layout": "TF"},
            WORDS,
            "reshape to 1 sizes, where TF has 2",
            "TF is tokens × features",
        ),
        ("roi_pool", {"size": 2}, WORDS, f"roi_pool {A_MAP}", ""),
        (
            "slice",
            {"channels": (2, 2)},
            MAP,
            "slice [2, 2] holds no channel",
            "the second number is the one after the last",
        ),
        ("slice", {"channels": (2, 7)}, MAP, "slice [2, 7] ends beyond the 6 channels there are", ""),
        ("space_to_depth", {}, MAP, "5 does not divide into blocks of 2", "5 % 2 = 1: put pad before it"),
        (
            "split",
            {"parts": 4},
            MAP,
            "6 channels do not divide into 4 parts",
            "6 % 4 = 2: slice takes uneven parts",
        ),
        ("split", {"parts": 2, "part": 2}, MAP, "there is no part 2: there are 2, counted from 0", ""),
        ("spp", {"bins": (1, 2)}, WORDS, f"spp {A_MAP}", ""),
        ("take", {"index": 5}, TOKENS, "there is no token 5: there are 5, counted from 0", ""),
        ("tokens", {}, WORDS, f"tokens {A_MAP}", ""),
        ("upsample", {}, MAP, "upsample needs either a factor or to", "as in {upsample: 2} or {upsample: , to: input}"),
        (
            "upsample",
            {"factor": 2, "to": MAP},
            MAP,
            "upsample needs either a factor or to",
            "as in {upsample: 2} or {upsample: , to: input}",
        ),
        ("upsample", {"to": TOKENS}, MAP, "upsample cannot give a map, 6×5×5, the size of tokens × features, 5×6", ""),
        (
            "window_attention",
            {"heads": 2, "window": 2},
            TOKENS,
            "window_attention reads a map (channels and 1 to 3 spatial axes), this is tokens × features, 5×6",
            "",
        ),
        ("window_attention", {"heads": 4, "window": 2}, MAP, "6 features do not divide among 4 heads", "6 % 4 = 2"),
        (
            "window_attention",
            {"heads": 2, "window": 2, "shift": 2},
            MAP,
            "a shift of 2 is not less than the window 2",
            "",
        ),
    ],
)
def test_a_shape_that_cannot_be_read_is_refused(
    kind: str, options: dict[str, Any], x: Shape, message: str, hint: str
) -> None:
    with pytest.raises(Refusal) as caught:
        build(find(kind), options).output(x)
    assert list(caught.value.mistakes) == [Problem(message, hint)]


@pytest.mark.parametrize(
    ("kind", "options", "message", "hint"),
    [
        (
            "slice",
            {"channels": 3},
            "channels of slice: 3 is not a pair: [from, to]",
            "a pair of whole numbers, [from, to]",
        ),
        (
            "slice",
            {"channels": (1, 2, 3)},
            "channels of slice: [1, 2, 3] is not a pair: [from, to]",
            "a pair of whole numbers, [from, to]",
        ),
        (
            "conv",
            {"filters": 1, "kernel": 1, "bias": "yes"},
            "bias of conv: 'yes' is neither true nor false",
            "true or false",
        ),
        ("spp", {"bins": ()}, "bins of spp: the list is empty", "a list of whole numbers of at least 1"),
        ("spp", {"bins": (1, 0)}, "bins of spp: 0 is less than 1", "a list of whole numbers of at least 1"),
        ("crop", {"to": 3}, "to of crop: 3 is not the name of a layer", "the name of an earlier layer, or input"),
        (
            "crop",
            {"size": 1, "offset": -1},
            "offset of crop: -1 is less than 0",
            "a whole number of at least 0, or a list of them, one per axis",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: str, options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(Refusal) as caught:
        build(find(kind), options)
    assert list(caught.value.mistakes) == [Problem(message, f"expected {hint}")]


def test_one_level_of_bins_needs_no_list() -> None:
    assert build(find("spp"), {"bins": 4}).output(MAP) == vector(6 * 16)


@pytest.mark.parametrize(
    ("kind", "options", "x", "spelled"),
    [
        (
            "embedding",
            {"vocabulary": 9, "features": 2},
            WORDS,
            Foreign("Embedding", {"num_embeddings": 9, "embedding_dim": 2}),
        ),
        ("pixel_shuffle", {"factor": 2}, grid(4, (5,)), "torch.nn.PixelShuffle reads maps of two axes"),
        (
            "rms_norm",
            {},
            MAP,
            Foreign("RMSNorm", {"normalized_shape": 6, "elementwise_affine": True}, channels_last=True),
        ),
        ("space_to_depth", {}, grid(4, (4,)), "torch.nn.PixelUnshuffle reads maps of two axes"),
        (
            "window_attention",
            {"heads": 2, "window": (2, 3), "shift": 1},
            MAP,
            Foreign(
                "ShiftedWindowAttention",
                {
                    "dim": 6,
                    "window_size": [2, 3],
                    "shift_size": [1, 1],
                    "num_heads": 2,
                    "qkv_bias": True,
                    "proj_bias": True,
                },
                "torchvision.models.swin_transformer",
                channels_last=True,
            ),
        ),
        (
            "window_attention",
            {"heads": 2, "window": 2, "relative": "none"},
            MAP,
            "torchvision's attention has relative positions from a table, or cosines and an MLP",
        ),
    ],
)
def test_a_layer_is_spelled_for_pytorch_or_says_why_not(
    kind: str, options: dict[str, Any], x: Shape, spelled: Foreign | str
) -> None:
    assert build(find(kind), options).torch(x) == spelled
