"""Small networks in a row, and the bytes that PyTorch keeps of them for the backward pass.

They were measured with PyTorch 2.13 on a CPU: what torch.autograd.graph.saved_tensors_hooks reports, each storage once,
without parameters and buffers. tests/witness/test_memory.py measures them again.
"""

from __future__ import annotations

from typing import NamedTuple


class Measured(NamedTuple):
    """A network, the number of images, the bytes kept (also in place), and those kept with a layer frozen."""

    text: str
    batch: int
    plain: int
    in_place: int
    frozen: str
    left: int


MEASURED = (
    Measured(
        "{input: 4, layers: [{prelu: , shared: true}, relu, {linear: 3}]}",
        2,
        64,
        64,
        "linear",
        64,
    ),
    Measured(
        "{input: 4, layers: [relu, sigmoid, {linear: 3}, tanh]}",
        2,
        56,
        56,
        "linear",
        0,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 3, name: c}, relu6, silu, hardswish, hardsigmoid]}",
        2,
        3200,
        3200,
        "c",
        0,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 3}, leaky_relu, elu, gelu, leaky_relu, elu, {conv: 2, kernel: 1}]}",
        2,
        4224,
        3200,
        "conv_2",
        4224,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 3}, sigmoid, leaky_relu, softmax, flatten, {linear: 3}]}",
        2,
        2176,
        2176,
        "linear",
        2176,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 8, kernel: 4, padding: same}, {maxpool: 2}, {avgpool: 2}]}",
        2,
        5600,
        5600,
        "conv",
        0,
    ),
    Measured(
        "{input: 4x12x12x12, layers: [{conv: 4, kernel: 1}, {maxpool: 2}, {adaptive_avgpool: 2}, {adaptive_maxpool: 1}, flatten]}",
        2,
        131648,
        131648,
        "conv",
        0,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 1}, batchnorm, global_avgpool, flatten, {linear: 3}, batchnorm]}",
        3,
        3596,
        3596,
        "batchnorm_2",
        3596,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 1}, global_maxpool, {adaptive_avgpool: 1}]}",
        2,
        2368,
        2368,
        "conv",
        0,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 1}, {instancenorm: , statistics: true}, {groupnorm: 2}, {layernorm: , over: all}, lrn]}",
        2,
        10576,
        10576,
        "layernorm",
        10576,
    ),
    Measured(
        "{input: CL 4x6, layers: [layernorm, {groupnorm: 2}, relu]}",
        2,
        704,
        704,
        "groupnorm",
        704,
    ),
    Measured(
        "{input: CL 4x6, layers: [layernorm, {instancenorm: , scale: false, shift: false}, relu]}",
        2,
        736,
        736,
        "layernorm",
        0,
    ),
    Measured(
        "{input: 4x6x6, layers: [rms_norm, {linear: 5, over: channels}, relu, flatten, {linear: 3}]}",
        2,
        5184,
        5184,
        "linear_2",
        3744,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 1}, {linear: 5, over: channels}, {rms_norm: , scale: false}, {upsample: 2}, {pixel_shuffle: 1}]}",
        2,
        4032,
        4032,
        "linear",
        2880,
    ),
    Measured(
        "{input: CL 4x6, layers: [layernorm, {pad: 1}, relu, flatten, {linear: 3}]}",
        2,
        544,
        544,
        "linear",
        544,
    ),
    Measured(
        "{input: CL 4x6, layers: [layernorm, {pad: 0}, relu, flatten, {linear: 3}]}",
        2,
        672,
        672,
        "linear",
        480,
    ),
    Measured(
        "{input: 4x6x6, layers: [{conv: 4, kernel: 1}, {dropout: 0}, {dropout: 1}, {dropout: 0.25}, {stochastic_depth: 0}, {stochastic_depth: 0.5}, relu]}",
        2,
        3468,
        3468,
        "conv",
        0,
    ),
    Measured(
        "{input: 7, layers: [{embedding: 10, features: 6}, {attention: 2}, layernorm, {linear: 3}]}",
        2,
        2688,
        2688,
        "linear",
        2352,
    ),
    Measured(
        "{input: 7, layers: [{embedding: 10, features: 6}, softmax, {attention: 3}, {linear: 3}]}",
        1,
        1148,
        1148,
        "linear",
        980,
    ),
    Measured(
        "{input: 8x6x6, layers: [{conv: 8, kernel: 1}, {window_attention: 2, window: 3, shift: 1}, {linear: 4, over: channels}]}",
        2,
        21312,
        21312,
        "linear",
        19008,
    ),
    Measured(
        "{input: 8x6x5, layers: [{conv: 8, kernel: 1}, {window_attention: 1, window: 3, relative: mlp, cosine: true}, relu]}",
        2,
        77832,
        77832,
        "window_attention",
        19108,
    ),
    Measured(
        "{input: 8x2x3, layers: [{conv: 8, kernel: 1}, {window_attention: 2, window: 3, relative: mlp, cosine: true}, {prelu: , shared: true}]}",
        1,
        55936,
        55936,
        "prelu",
        55936,
    ),
)
