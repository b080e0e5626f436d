"""Modules of PyTorch: how they are called, and which of their options need not be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.programs.scopes import PLAIN, FrameworkCall
from archcalc.foreign.sizing.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.layers.base import Foreign

_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "Conv": {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1, "bias": True},
    "MaxPool": {"padding": 0, "dilation": 1, "ceil_mode": False},
    "AvgPool": {"padding": 0, "ceil_mode": False},
    "BatchNorm": {"affine": True, "track_running_stats": True},
    "InstanceNorm": {"affine": False, "track_running_stats": False},
    "GroupNorm": {"affine": True},
    "LayerNorm": {"elementwise_affine": True, "bias": True},
    "RMSNorm": {"elementwise_affine": True},
    "Linear": {"bias": True},
    "MultiheadAttention": {"bias": True},
    "LSTM": {"num_layers": 1, "bias": True, "bidirectional": False, "proj_size": 0},
    "GRU": {"num_layers": 1, "bias": True, "bidirectional": False},
    "RNN": {"num_layers": 1, "bias": True, "bidirectional": False},
    "PReLU": {"num_parameters": 1},
    "Upsample": {"mode": "nearest"},
    "LeakyReLU": {"negative_slope": 0.01},
    "ELU": {"alpha": 1.0},
    "Dropout": {"p": 0.5},
}
"""The defaults of PyTorch's modules, by the beginning of their names: what equals one need not be written.

Source: the signatures in PyTorch's documentation of torch.nn.
"""

BY_PLACE = {
    "in_channels", "out_channels", "in_features", "out_features", "num_features", "num_groups", "num_channels",
    "normalized_shape", "embed_dim", "num_heads", "num_embeddings", "embedding_dim", "output_size", "input_size",
    "hidden_size", "num_parameters", "p",
}  # fmt: skip
"""Options that are written without their names, if they come first."""


def defaults(op: str) -> Mapping[str, object]:
    """Return the defaults of a module's options.

    >>> defaults("nn.Conv2d")["groups"], defaults("nn.ConvTranspose3d")["stride"], defaults("nn.ReLU")
    (1, 1, {})
    """
    name = op.rpartition(".")[2]
    return next((known for start, known in _DEFAULTS.items() if name.startswith(start)), {})


def of_foreign(foreign: Foreign) -> FrameworkCall:
    """Return the call of a module as its layer spells it."""
    options = tuple((name, plain(name, value)) for name, value in foreign.options.items())
    if foreign.home == "torch.nn":
        return FrameworkCall(f"nn.{foreign.op}", options, _use(foreign))
    return FrameworkCall(foreign.op, options, _use(foreign), home=foreign.home)


def _use(foreign: Foreign) -> str:
    if foreign.op == "MultiheadAttention":
        return "{m}({0}, {0}, {0}, need_weights=False)[0]"
    if foreign.op in ("LSTM", "GRU", "RNN"):
        return "{m}({0})[0]"
    if foreign.channels_last:
        return "{m}({0}.movedim(1, -1)).movedim(-1, 1)"
    return "{m}({0}.movedim(-1, 1)).movedim(1, -1)" if foreign.channels_first else PLAIN
