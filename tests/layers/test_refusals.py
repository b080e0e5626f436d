"""Shapes and values that a layer refuses, each with its whole message, and spellings that PyTorch lacks."""

from __future__ import annotations

from typing import Any

import pytest

from archcalc.errors import Problem, Refusal
from archcalc.layers.base import Foreign
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import Shape, grid, vector

MAP, WORDS, TOKENS = grid(6, (5, 5)), vector(6), Shape("TF", (5, 6))
A_MAP = "expected a feature map (channels and 1 to 3 spatial axes), got a vector of 6 features"


@pytest.mark.parametrize(
    ("kind", "options", "x", "message", "hint"),
    [
        (
            "attention",
            {"heads": 2},
            MAP,
            "expected tokens × features, got a feature map of shape 6×5×5",
            "add tokens before it",
        ),
        ("attention", {"heads": 2}, WORDS, "expected tokens × features, got a vector of 6 features", ""),
        ("attention", {"heads": 4}, TOKENS, "heads 4 does not divide the 6 features (6 % 4 = 2)", "use a divisor of 6"),
        (
            "attention",
            {"heads": 2, "relative": (2, 3)},
            TOKENS,
            "the grid 2×3 has 6 positions, but the input has 5 tokens",
            "",
        ),
        (
            "attention",
            {"heads": 2, "cache": 3},
            TOKENS,
            "cache requires causal attention without memory",
            "add causal: true, or remove cache",
        ),
        (
            "attention",
            {"heads": 2, "kv_heads": 4},
            TOKENS,
            "kv_heads 4 does not divide the 2 heads (2 % 4 = 2)",
            "use a divisor of 2",
        ),
        (
            "attention",
            {"heads": 2, "memory": MAP},
            TOKENS,
            "memory: expected tokens × features, got a feature map of shape 6×5×5",
            "add tokens after that layer",
        ),
        (
            "attention",
            {"heads": 2, "memory": TOKENS._replace(regions=3)},
            TOKENS,
            "the input 5×6 and the memory 3 × 5×6 have different numbers of regions per image",
            "",
        ),
        (
            "attention",
            {"heads": 2, "memory": TOKENS, "window": 3},
            TOKENS,
            "window and memory cannot be combined",
            "positions can only be compared within one sequence",
        ),
        (
            "channel_shuffle",
            {"groups": 4},
            MAP,
            "groups 4 does not divide the 6 channels (6 % 4 = 2)",
            "use a divisor of 6",
        ),
        ("channel_shuffle", {"groups": 2}, WORDS, A_MAP, ""),
        (
            "class_token",
            {},
            MAP,
            "expected tokens × features, got a feature map of shape 6×5×5",
            "add tokens before it",
        ),
        ("crop", {}, MAP, "either a size or to is required", "for example: {crop: 2} or {crop: , to: input}"),
        (
            "crop",
            {"size": 2, "to": MAP},
            MAP,
            "either a size or to is required",
            "for example: {crop: 2} or {crop: , to: input}",
        ),
        ("crop", {"size": 6}, MAP, "the cropped size 6 is larger than the input size 5", ""),
        ("crop", {"size": 3, "offset": 3}, MAP, "offset 3 plus the cropped size 3 is larger than the input size 5", ""),
        (
            "crop",
            {"to": WORDS},
            MAP,
            "cannot resize a feature map of shape 6×5×5 to the size of a vector of 6 features",
            "",
        ),
        (
            "embedding",
            {"vocabulary": 9, "features": 2},
            MAP,
            "expected a vector, got a feature map of shape 6×5×5",
            "",
        ),
        (
            "experts",
            {"number": 4, "active": 5, "hidden": 3},
            TOKENS,
            "active 5 is larger than the number of experts 4",
            "",
        ),
        (
            "experts",
            {"number": 4, "active": 1, "hidden": 3},
            MAP,
            "expected a vector or tokens, got a feature map of shape 6×5×5",
            "add flatten or tokens before it",
        ),
        (
            "grid_attention",
            {"heads": 4, "grid": 5},
            MAP,
            "heads 4 does not divide the 6 features (6 % 4 = 2)",
            "use a divisor of 6",
        ),
        (
            "grid_attention",
            {"heads": 2, "grid": 2},
            MAP,
            "grid 2 does not divide the size 5 (5 % 2 = 1)",
            "use a divisor of 5",
        ),
        (
            "gru",
            {"hidden": 3, "reset_after": False},
            TOKENS,
            "reset_after: false requires bias: keras or bias: false",
            "PyTorch has no such cell",
        ),
        ("lstm", {"hidden": 3, "projection": 3}, TOKENS, "projection 3 must be smaller than hidden 3", ""),
        (
            "rnn",
            {"hidden": 3, "return": "last"},
            MAP,
            "expected tokens × features, got a feature map of shape 6×5×5",
            "add tokens before it",
        ),
        (
            "permute",
            {"axes": (0, 1)},
            MAP,
            "invalid order [0, 1] for the 3 axes of 6×5×5",
            "use each number from 0 to 2 once",
        ),
        (
            "permute",
            {"axes": (0, 0)},
            TOKENS,
            "invalid order [0, 0] for the 2 axes of 5×6",
            "use each number from 0 to 1 once",
        ),
        (
            "pixel_shuffle",
            {"factor": 2},
            MAP,
            "factor 2 requires channels divisible by 4, got 6 (6 % 4 = 2)",
            "use a multiple of 4 channels",
        ),
        (
            "position_embedding",
            {},
            MAP,
            "expected tokens × features, got a feature map of shape 6×5×5",
            "add tokens before it",
        ),
        ("reshape", {"sizes": (2, 2)}, WORDS, "cannot reshape 6 (6 values) to 2×2 (4 values)", ""),
        ("reshape", {"sizes": (6, 1, 1, 1, 1)}, WORDS, "a shape cannot have 5 sizes", "use 1 to 4 sizes"),
        (
            "reshape",
            {"sizes": (6,), "layout": "TF"},
            WORDS,
            "1 size for layout TF: expected 2",
            "TF is tokens × features",
        ),
        ("roi_pool", {"size": 2}, WORDS, A_MAP, ""),
        (
            "slice",
            {"channels": (2, 2)},
            MAP,
            "slice [2, 2] is empty",
            "the second number is the first channel after the slice",
        ),
        ("slice", {"channels": (2, 7)}, MAP, "slice [2, 7] is out of range: the input has 6 channels", ""),
        ("space_to_depth", {}, MAP, "block 2 does not divide the size 5 (5 % 2 = 1)", "add pad before it"),
        (
            "split",
            {"parts": 4},
            MAP,
            "parts 4 does not divide the 6 channels (6 % 4 = 2)",
            "use a divisor of 6, or use slice for parts of different sizes",
        ),
        ("split", {"parts": 2, "part": 2}, MAP, "part 2 is out of range: there are 2 parts, counted from 0", ""),
        ("spp", {"bins": (1, 2)}, WORDS, A_MAP, ""),
        ("take", {"index": 5}, TOKENS, "token 5 is out of range: there are 5 tokens, counted from 0", ""),
        ("tokens", {}, WORDS, A_MAP, ""),
        (
            "upsample",
            {},
            MAP,
            "either a factor or to is required",
            "for example: {upsample: 2} or {upsample: , to: input}",
        ),
        (
            "upsample",
            {"factor": 2, "to": MAP},
            MAP,
            "either a factor or to is required",
            "for example: {upsample: 2} or {upsample: , to: input}",
        ),
        (
            "upsample",
            {"to": TOKENS},
            MAP,
            "cannot resize a feature map of shape 6×5×5 to the size of tokens × features of shape 5×6",
            "",
        ),
        (
            "window_attention",
            {"heads": 2, "window": 2},
            TOKENS,
            "expected a feature map (channels and 1 to 3 spatial axes), got tokens × features of shape 5×6",
            "",
        ),
        (
            "window_attention",
            {"heads": 4, "window": 2},
            MAP,
            "heads 4 does not divide the 6 features (6 % 4 = 2)",
            "use a divisor of 6",
        ),
        (
            "window_attention",
            {"heads": 2, "window": 2, "shift": 2},
            MAP,
            "shift 2 must be smaller than the window 2",
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
            "channels of slice: expected a pair [from, to], got 3",
            "expected a pair [from, to] of integers ≥ 0",
        ),
        (
            "slice",
            {"channels": (1, 2, 3)},
            "channels of slice: expected a pair [from, to], got [1, 2, 3]",
            "expected a pair [from, to] of integers ≥ 0",
        ),
        (
            "conv",
            {"filters": 1, "kernel": 1, "bias": "yes"},
            "bias of conv: expected true or false, got 'yes'",
            "",
        ),
        (
            "spp",
            {"bins": ()},
            "bins of spp: expected at least one number, got an empty list",
            "expected a list of integers ≥ 1",
        ),
        ("spp", {"bins": (1, 0)}, "bins of spp: expected an integer ≥ 1, got 0", "expected a list of integers ≥ 1"),
        ("crop", {"to": 3}, "to of crop: expected the name of an earlier layer, or input, got 3", ""),
        (
            "crop",
            {"size": 1, "offset": -1},
            "offset of crop: expected an integer ≥ 0, got -1",
            "expected an integer ≥ 0, or a list with one per axis",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: str, options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(Refusal) as caught:
        build(find(kind), options)
    assert list(caught.value.mistakes) == [Problem(message, hint)]


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
        ("space_to_depth", {"block": (1, 2)}, grid(4, (4, 4)), "torch.nn.PixelUnshuffle has one size for both axes"),
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
