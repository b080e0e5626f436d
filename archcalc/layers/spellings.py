"""What others call the kinds of layers and their options: one row for each kind, one for each foreign option.

Names are compared without capitals, ``_``, ``-`` and the number of axes (``Conv2D``, ``conv_1d``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

FRAMEWORKS = ("PyTorch", "Keras", "TensorFlow", "ONNX", "Caffe", "darknet", "papers")
PYTORCH, KERAS, TENSORFLOW, ONNX, CAFFE, DARKNET, PAPERS = FRAMEWORKS

KINDS: dict[str, dict[str, str]] = {
    "abs": {ONNX: "Abs", CAFFE: "AbsVal"},
    "adaptive_avgpool": {PYTORCH: "AdaptiveAvgPool{}d", KERAS: "AdaptiveAveragePooling{}D"},
    "adaptive_maxpool": {PYTORCH: "AdaptiveMaxPool{}d", KERAS: "AdaptiveMaxPooling{}D"},
    "add": {KERAS: "Add", ONNX: "Add Sum", CAFFE: "Eltwise", DARKNET: "shortcut", PAPERS: "sum residual skip plus"},
    "attention": {PYTORCH: "MultiheadAttention", KERAS: "MultiHeadAttention",
                  PAPERS: "self_attention multi_head_attention mha mhsa msa"},
    "avgpool": {PYTORCH: "AvgPool{}d", KERAS: "AveragePooling{}D", ONNX: "AveragePool",
                PAPERS: "avg_pooling average_pooling mean_pool pool pooling"},
    "batchnorm": {PYTORCH: "BatchNorm{}d", KERAS: "BatchNormalization", CAFFE: "BatchNorm", PAPERS: "bn batch_norm"},
    "channel_shuffle": {PYTORCH: "ChannelShuffle", PAPERS: "shuffle"},
    "class_token": {PAPERS: "cls cls_token"},
    "concat": {KERAS: "Concatenate", ONNX: "Concat", PYTORCH: "cat", DARKNET: "route", PAPERS: "join concatenation"},
    "conv": {PYTORCH: "Conv{}d", KERAS: "Conv{}D", ONNX: "Conv", CAFFE: "Convolution", DARKNET: "convolutional",
             PAPERS: "convolution"},
    "conv_transpose": {PYTORCH: "ConvTranspose{}d", KERAS: "Conv{}DTranspose", ONNX: "ConvTranspose",
                       CAFFE: "Deconvolution", PAPERS: "deconv transposed_conv transpose_conv upconv up_conv"},
    "crop": {PYTORCH: "CenterCrop", KERAS: "Cropping{}D CenterCrop", CAFFE: "Crop"},
    "depthwise_conv": {KERAS: "DepthwiseConv{}D", PAPERS: "depthwise dwconv dw depthwise_convolution"},
    "dropout": {PYTORCH: "Dropout Dropout{}d", KERAS: "Dropout", ONNX: "Dropout"},
    "elu": {PYTORCH: "ELU", KERAS: "ELU"},
    "embedding": {PYTORCH: "Embedding", KERAS: "Embedding", CAFFE: "Embed", PAPERS: "word_embedding token_embedding"},
    "flatten": {PYTORCH: "Flatten", KERAS: "Flatten", ONNX: "Flatten"},
    "gelu": {PYTORCH: "GELU", KERAS: "Activation"},
    "global_avgpool": {KERAS: "GlobalAveragePooling{}D", ONNX: "GlobalAveragePool", PAPERS: "gap global_pool"},
    "global_maxpool": {KERAS: "GlobalMaxPooling{}D", ONNX: "GlobalMaxPool", PAPERS: "gmp"},
    "experts": {PAPERS: "moe mixture_of_experts sparse_moe"},
    "groupnorm": {PYTORCH: "GroupNorm", KERAS: "GroupNormalization", PAPERS: "gn group_norm"},
    "gru": {PYTORCH: "GRU", KERAS: "GRU", ONNX: "GRU"},
    "hardsigmoid": {PYTORCH: "Hardsigmoid", KERAS: "Activation", PAPERS: "hard_sigmoid hsigmoid"},
    "hardswish": {PYTORCH: "Hardswish", KERAS: "Activation", PAPERS: "hard_swish hswish"},
    "identity": {PYTORCH: "Identity", KERAS: "Identity", PAPERS: "linear_activation noop"},
    "instancenorm": {PYTORCH: "InstanceNorm{}d", ONNX: "InstanceNormalization", KERAS: "GroupNormalization",
                     PAPERS: "instance_norm"},
    "layernorm": {PYTORCH: "LayerNorm", KERAS: "LayerNormalization", PAPERS: "ln layer_norm"},
    "layer_scale": {PAPERS: "gamma"},
    "leaky_relu": {PYTORCH: "LeakyReLU", KERAS: "LeakyReLU", DARKNET: "leaky", PAPERS: "lrelu"},
    "linear": {PYTORCH: "Linear", KERAS: "Dense", ONNX: "Gemm", CAFFE: "InnerProduct", DARKNET: "connected",
               PAPERS: "fc fully_connected"},
    "lrn": {PYTORCH: "LocalResponseNorm", CAFFE: "LRN", PAPERS: "local_response_normalization response_norm"},
    "lstm": {PYTORCH: "LSTM", KERAS: "LSTM", ONNX: "LSTM", CAFFE: "LSTM"},
    "matmul": {PYTORCH: "bmm einsum", ONNX: "MatMul", KERAS: "Dot"},
    "maxpool": {PYTORCH: "MaxPool{}d", KERAS: "MaxPooling{}D", ONNX: "MaxPool", PAPERS: "max_pooling pool pooling"},
    "mean": {ONNX: "ReduceMean", PAPERS: "average reduce_mean"},
    "multiply": {KERAS: "Multiply", ONNX: "Mul", PAPERS: "mul product"},
    "pad": {PYTORCH: "ZeroPad{}d ConstantPad{}d", KERAS: "ZeroPadding{}D", ONNX: "Pad", PAPERS: "padding zero_pad"},
    "parameter": {PYTORCH: "Parameter", PAPERS: "queries learned_tensor"},
    "permute": {KERAS: "Permute", ONNX: "Transpose", PYTORCH: "permute transpose"},
    "pixel_shuffle": {PYTORCH: "PixelShuffle", TENSORFLOW: "depth_to_space", ONNX: "DepthToSpace", PAPERS: "subpixel"},
    "position_embedding": {PAPERS: "pos_embed positional_embedding positional_encoding position_encoding wpe"},
    "prelu": {PYTORCH: "PReLU", KERAS: "PReLU"},
    "relu": {PYTORCH: "ReLU", KERAS: "ReLU", ONNX: "Relu"},
    "relu6": {PYTORCH: "ReLU6", KERAS: "ReLU"},
    "reshape": {PYTORCH: "Unflatten view", KERAS: "Reshape", ONNX: "Reshape"},
    "rms_norm": {PYTORCH: "RMSNorm", KERAS: "RMSNormalization"},
    "rnn": {PYTORCH: "RNN", KERAS: "SimpleRNN", ONNX: "RNN"},
    "roi_align": {PYTORCH: "RoIAlign"},
    "roi_pool": {PYTORCH: "RoIPool", CAFFE: "ROIPooling"},
    "separable_conv": {KERAS: "SeparableConv{}D", PAPERS: "separable depthwise_separable sepconv"},
    "sigmoid": {PYTORCH: "Sigmoid", KERAS: "Activation", DARKNET: "logistic"},
    "silu": {PYTORCH: "SiLU", KERAS: "Activation", PAPERS: "swish"},
    "softmax": {PYTORCH: "Softmax", KERAS: "Softmax", ONNX: "Softmax"},
    "space_to_depth": {PYTORCH: "PixelUnshuffle", ONNX: "SpaceToDepth", DARKNET: "reorg", PAPERS: "focus"},
    "split": {PYTORCH: "chunk split", ONNX: "Split"},
    "stochastic_depth": {PYTORCH: "StochasticDepth", PAPERS: "drop_path drop_connect"},
    "subtract": {KERAS: "Subtract", ONNX: "Sub", PAPERS: "minus difference"},
    "take": {PYTORCH: "select", ONNX: "Gather"},
    "tanh": {PYTORCH: "Tanh", KERAS: "Activation", CAFFE: "TanH"},
    "token_type_embedding": {PAPERS: "segment_embedding token_types"},
    "tokens": {PAPERS: "to_tokens"},
    "unfold": {PYTORCH: "Unfold", PAPERS: "im2col"},
    "upsample": {PYTORCH: "Upsample interpolate", KERAS: "UpSampling{}D", ONNX: "Resize Upsample",
                 PAPERS: "bilinear nearest unpool resize"},
}  # fmt: skip
"""What each kind is called: by framework, names separated by blanks; {} is replaced by the number of axes."""

OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "out_channels": (PYTORCH, ("filters",)),
    "out_features": (PYTORCH, ("outputs",)),
    "units": (KERAS, ("outputs",)),
    "num_output": (CAFFE, ("filters", "outputs")),
    "filters": (KERAS, ("outputs",)),
    "kernel_size": (PYTORCH, ("kernel",)),
    "pool_size": (KERAS, ("kernel",)),
    "size": (DARKNET, ("kernel", "factor")),
    "window": (PAPERS, ("kernel",)),
    "depth_multiplier": (KERAS, ("multiplier",)),
    "strides": (KERAS, ("stride",)),
    "subsample": (KERAS, ("stride",)),
    "pad": (CAFFE, ("padding",)),
    "pads": (ONNX, ("padding",)),
    "dilation_rate": (KERAS, ("dilation",)),
    "dilations": (ONNX, ("dilation",)),
    "group": (CAFFE, ("groups",)),
    "use_bias": (KERAS, ("bias",)),
    "bias_term": (CAFFE, ("bias",)),
    "ceil_mode": (PYTORCH, ("ceil",)),
    "num_heads": (PYTORCH, ("heads",)),
    "n_heads": (PAPERS, ("heads",)),
    "num_groups": (PYTORCH, ("groups",)),
    "num_embeddings": (PYTORCH, ("vocabulary",)),
    "vocab_size": (PAPERS, ("vocabulary",)),
    "embedding_dim": (PYTORCH, ("features",)),
    "output_dim": (KERAS, ("features",)),
    "rate": (KERAS, ("p",)),
    "hidden_size": (PYTORCH, ("hidden",)),
    "num_layers": (PYTORCH, ("layers",)),
    "num_kv_heads": (PAPERS, ("kv_heads",)),
    "num_experts": (PAPERS, ("number",)),
    "top_k": (PAPERS, ("active",)),
    "return_sequences": (KERAS, ("return",)),
    "scale_factor": (PYTORCH, ("factor",)),
}
"""Options of others, whose word each is, and ours in order of preference; a hint is given where a kind has one."""

COMPUTED: dict[str, str] = {
    "in_channels": PYTORCH,
    "in_features": PYTORCH,
    "num_features": PYTORCH,
    "num_channels": PYTORCH,
    "normalized_shape": PYTORCH,
    "embed_dim": PYTORCH,
    "input_size": PYTORCH,
    "input_dim": KERAS,
    "input_shape": KERAS,
}
"""Options of others that follow from the input of a layer here."""

_ENDING = re.compile(r"[123]d(?=$|transpose$)|[_\-\s]")


def kind_hint(written: str) -> str:
    """Return what a foreign name of a kind is here, and whose word it is; nothing for an unknown one.

    >>> kind_hint("dense"), kind_hint("deconv")
    ('Keras calls it Dense; here: linear', 'papers call it deconv; here: conv_transpose')
    """
    wanted = _plain(written)
    for framework in FRAMEWORKS:
        found = {kind: name for kind in KINDS for name in _names(kind, framework) if _plain(name) == wanted}
        if found and wanted:
            return f"{_says(framework)} it {next(iter(found.values()))}; here: {listed(found, 'or')}"
    return ""


def _names(kind: str, framework: str) -> list[str]:
    return KINDS[kind].get(framework, "").replace("{}", "2").split()


def option_for(written: str, options: Iterable[str]) -> str:
    """Return the option that a foreign option is among those of a kind; nothing where there is none.

    >>> option_for("strides", ["filters", "kernel", "stride"])
    'stride'
    """
    known = list(options)
    return next((name for name in OPTIONS.get(written, ("", ()))[1] if name in known), "")


def option_hint(written: str, options: Iterable[str], main: str | None, kind: str) -> str:
    """Return what a foreign option is called here, and whose word it is; nothing for an unknown one.

    >>> option_hint("out_channels", ["filters", "kernel"], "filters", "conv")
    'PyTorch calls it out_channels; here: the value after conv, {conv: 64}'
    >>> option_hint("in_channels", ["filters"], "filters", "conv")
    'PyTorch calls it in_channels; here it follows from the input: remove it'
    """
    meant = option_for(written, options)
    if meant:
        here = f"the value after {kind}, {{{kind}: 64}}" if meant == main else meant
        return f"{_says(OPTIONS[written][0])} it {written}; here: {here}"
    if written in COMPUTED:
        return f"{_says(COMPUTED[written])} it {written}; here it follows from the input: remove it"
    return ""


def elsewhere(kind: str) -> dict[str, tuple[str, ...]]:
    """Return what others call a kind, by framework; {} in a name is replaced by the number of axes.

    >>> elsewhere("linear")["Keras"]
    ('Dense',)
    """
    return {framework: tuple(names.split()) for framework, names in KINDS.get(kind, {}).items()}


def names_in(framework: str) -> dict[str, str]:
    """Return the first name of each kind that a framework has, with {} for the number of axes.

    >>> names_in(KERAS)["conv"]
    'Conv{}D'
    """
    return {kind: spelled[framework].split()[0] for kind, spelled in KINDS.items() if framework in spelled}


def _says(framework: str) -> str:
    return f"{framework} {'call' if framework == PAPERS else 'calls'}"


def _plain(name: str) -> str:
    return _ENDING.sub("", name.lower())
