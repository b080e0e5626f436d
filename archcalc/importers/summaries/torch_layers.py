"""The modules of torch.nn by what PyTorch prints of them: the layer that each is, and the input that it states.

Source: ``extra_repr`` of the classes in torch.nn.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.quantities.shape import MAPS, Shape, grid, vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.summaries.module_text import Arguments


class StatedLayer(NamedTuple):
    """A layer: its kind and options, and the channels or features that it reads (0: any).

    ``axes`` are those of a map that it slides over; a layer without them reads the last axis, or any. ``alone`` says
    that only its parameters are known, not what it does in a chain.
    """

    kind: str
    options: dict[str, Any]
    features: int = 0
    axes: int = 0
    alone: bool = False

    @property
    def example(self) -> Shape:
        """An input that it can read: parameters do not depend on the other sizes."""
        if self.kind in RECURRENT:
            return Shape("TF", (1, self.features))
        features = self.features or 1
        return grid(features, (LARGE,) * self.axes) if self.axes else vector(features)


LARGE = 4096
"""The size of an example: no window is larger."""

RECURRENT = ("lstm", "gru", "rnn")


def _conv(rank: int) -> Callable[[Arguments], StatedLayer]:
    def stated(a: Arguments) -> StatedLayer:
        word = a.get("padding", None, 0)
        options = {
            "filters": a.whole("out_channels", 1),
            "kernel": a.sizes("kernel_size"),
            "stride": a.sizes("stride", 1),
            "padding": word if word in ("same", "valid") else a.sizes("padding", 0),
            "dilation": a.sizes("dilation", 1),
            "groups": a.whole("groups", default=1),
            "bias": a.flag("bias", default=True),
        }
        return StatedLayer(kind="conv", options=options, features=a.whole("in_channels", 0), axes=rank)

    return stated


def _conv_transpose(rank: int) -> Callable[[Arguments], StatedLayer]:
    def stated(a: Arguments) -> StatedLayer:
        convolution = _conv(rank)(a)
        options = {**convolution.options, "output_padding": a.sizes("output_padding", 0)}
        return convolution._replace(kind="conv_transpose", options=options)

    return stated


def _batchnorm(kind: str, *, affine: bool) -> Callable[[int], Callable[[Arguments], StatedLayer]]:
    def of_rank(rank: int) -> Callable[[Arguments], StatedLayer]:
        def stated(a: Arguments) -> StatedLayer:
            learned = a.flag("affine", default=affine)
            options = {
                "scale": learned,
                "shift": learned and a.flag("bias", default=True),
                "statistics": a.flag("track_running_stats", default=affine),
            }
            return StatedLayer(kind=kind, options=options, features=a.whole("num_features", 0), axes=rank)

        return stated

    return of_rank


def _groupnorm(a: Arguments) -> StatedLayer:
    learned = a.flag("affine", default=True)
    options = {"groups": a.whole("num_groups", 0), "scale": learned, "shift": learned and a.flag("bias", default=True)}
    return StatedLayer("groupnorm", options, a.whole("num_channels", 1))


def _over_last(kind: str) -> Callable[[Arguments], StatedLayer | None]:
    """Return the rule of a norm over the last axis; over several axes it has a parameter for each place of them."""

    def stated(a: Arguments) -> StatedLayer | None:
        shape = a.get("normalized_shape", 0)
        if not isinstance(shape, tuple) or not shape or not all(isinstance(size, int) for size in shape):
            return None
        learned = a.flag("elementwise_affine", default=True)
        shift = {} if kind == "rms_norm" else {"shift": learned and a.flag("bias", default=True)}
        return StatedLayer(kind=kind, options={"scale": learned, **shift}, features=prod(shape), alone=len(shape) > 1)

    return stated


def _linear(a: Arguments) -> StatedLayer:
    options = {"outputs": a.whole("out_features"), "bias": a.flag("bias", default=True)}
    return StatedLayer("linear", options, a.whole("in_features"))


def _conv1d_of_transformers(a: Arguments) -> StatedLayer:
    """Return the linear layer of GPT-2, whose weights lie the other way round."""
    return StatedLayer("linear", {"outputs": a.whole("nf")}, a.whole("nx"))


def _embedding(a: Arguments) -> StatedLayer:
    return StatedLayer("embedding", {"vocabulary": a.whole("n", 0), "features": a.whole("d", 1)})


def _recurrent(kind: str) -> Callable[[Arguments], StatedLayer]:
    def stated(a: Arguments) -> StatedLayer:
        projection = a.get("proj_size")
        options = {
            "hidden": a.whole("hidden_size", 1),
            "layers": a.whole("num_layers", default=1),
            "bidirectional": a.flag("bidirectional", default=False),
            **({} if a.flag("bias", default=True) else {"bias": False}),
            **({"projection": projection} if projection else {}),
        }
        return StatedLayer(kind=kind, options=options, features=a.whole("input_size", 0), alone=True)

    return stated


def _pool(kind: str, rank: int) -> Callable[[Arguments], StatedLayer]:
    def stated(a: Arguments) -> StatedLayer:
        kernel = a.sizes("kernel_size")
        options = {"kernel": kernel, "stride": a.sizes("stride", kernel), "padding": a.sizes("padding", 0)}
        options |= {"ceil": a.flag("ceil_mode", default=False)}
        dilation = a.sizes("dilation", 1)
        return StatedLayer(kind, options | ({"dilation": dilation} if dilation != 1 else {}), axes=rank)

    return stated


def _adaptive(kind: str, rank: int) -> Callable[[Arguments], StatedLayer]:
    def stated(a: Arguments) -> StatedLayer:
        size = a.sizes("output_size")
        whole = StatedLayer(f"global_{kind}", {}, axes=rank)
        return whole if size == 1 else StatedLayer(f"adaptive_{kind}", {"size": size}, axes=rank)

    return stated


def _prelu(a: Arguments) -> StatedLayer:
    slopes = a.whole("num_parameters", default=1)
    return StatedLayer("prelu", {"shared": True}) if slopes == 1 else StatedLayer("prelu", {}, slopes)


def _dropout(a: Arguments) -> StatedLayer | None:
    rate = a.decimal("p", 0.5)
    return StatedLayer("dropout", {"p": rate}) if rate else StatedLayer("identity", {})


def _flatten(a: Arguments) -> StatedLayer | None:
    ends = a.get("start_dim", None, 1), a.get("end_dim", None, -1)
    return StatedLayer("flatten", {}) if ends == (1, -1) else None


def _softmax(a: Arguments) -> StatedLayer | None:
    return StatedLayer("softmax", {}) if a.get("dim") in (1, -1) else None


def _upsample(a: Arguments) -> StatedLayer | None:
    mode, factor = a.get("mode", None, "nearest"), a.get("scale_factor")
    if mode not in ("'nearest'", "'bilinear'") or factor not in (2, 4, 8) or a.get("size") is not None:
        return None
    return StatedLayer("upsample", {"factor": int(factor), "mode": mode.strip("'")}, axes=2)


def _plain(kind: str, **decimals: float) -> Callable[[Arguments], StatedLayer]:
    """Return the rule of a function of single values; ``decimals`` are its options and their defaults."""
    names = {"alpha": "alpha", "slope": "negative_slope"}
    return lambda a: StatedLayer(kind, {name: a.decimal(names[name], default) for name, default in decimals.items()})


def _pointwise(function: str) -> Callable[[Arguments], StatedLayer]:
    return lambda _: StatedLayer("pointwise", {"function": function})


def _each_rank(name: str, rule: Any) -> dict[str, Any]:  # noqa: ANN401 - a rule of a rank
    return {name.format(rank): rule(rank) for rank in MAPS}


WEIGHTED: dict[str, Callable[[Arguments], StatedLayer | None]] = {
    **_each_rank("Conv{}d", _conv),
    **_each_rank("ConvTranspose{}d", _conv_transpose),
    **_each_rank("BatchNorm{}d", _batchnorm("batchnorm", affine=True)),
    **_each_rank("InstanceNorm{}d", _batchnorm("instancenorm", affine=False)),
    "SyncBatchNorm": _batchnorm("batchnorm", affine=True)(0),
    "GroupNorm": _groupnorm,
    "LayerNorm": _over_last("layernorm"),
    "RMSNorm": _over_last("rms_norm"),
    "Linear": _linear,
    "NonDynamicallyQuantizableLinear": _linear,
    "Conv1D": _conv1d_of_transformers,
    "Embedding": _embedding,
    "LSTM": _recurrent("lstm"),
    "GRU": _recurrent("gru"),
    "RNN": _recurrent("rnn"),
    "PReLU": _prelu,
}
"""The classes of torch.nn with parameters."""

PLAIN: dict[str, Callable[[Arguments], StatedLayer | None]] = {
    **_each_rank("MaxPool{}d", lambda rank: _pool("maxpool", rank)),
    **_each_rank("AvgPool{}d", lambda rank: _pool("avgpool", rank)),
    **_each_rank("AdaptiveAvgPool{}d", lambda rank: _adaptive("avgpool", rank)),
    **_each_rank("AdaptiveMaxPool{}d", lambda rank: _adaptive("maxpool", rank)),
    **_each_rank("Dropout{}d", lambda _: _dropout),
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Softmax": _softmax,
    "Upsample": _upsample,
    "Identity": _plain("identity"),
    "ReLU": _plain("relu"),
    "ReLU6": _plain("relu6"),
    "GELU": _plain("gelu"),
    "SiLU": _plain("silu"),
    "Sigmoid": _plain("sigmoid"),
    "Tanh": _plain("tanh"),
    "Hardswish": _plain("hardswish"),
    "Hardsigmoid": _plain("hardsigmoid"),
    "ELU": _plain("elu", alpha=1.0),
    "LeakyReLU": _plain("leaky_relu", slope=0.01),
    **{name: _pointwise(name.lower()) for name in ("Mish", "Softplus", "Softsign", "SELU", "CELU", "LogSigmoid")},
}
"""The classes of torch.nn without parameters that are a kind of layer."""

FAMILIES = (
    "Llama", "Mistral", "Mixtral", "Qwen2", "Qwen2Moe", "Qwen3", "Qwen3Moe", "Gemma", "Gemma2", "Gemma3", "Phi", "Phi3",
    "GPTNeoX", "Falcon", "DeepseekV2", "DeepseekV3", "Olmo2",
)  # fmt: skip
"""Families of transformers whose classes have the name of the family before that of the module."""

ALIKE = {
    "BatchNormAct2d": "BatchNorm2d", "LayerNorm2d": "LayerNorm", "GroupNorm1": "GroupNorm", "GroupNormAct": "GroupNorm",
    "Conv2dSame": "Conv2d", "LayerNormAct2d": "LayerNorm", "EmbeddingBag": "Embedding", "FalconLinear": "Linear",
    "ConvNextLayerNorm": "LayerNorm", "OPTLearnedPositionalEmbedding": "Embedding",
    "WhisperPositionalEmbedding": "Embedding",
    **{f"{family}RMSNorm": "RMSNorm" for family in FAMILIES},
    **{f"{family}TextScaledWordEmbedding": "Embedding" for family in ("Gemma", "Gemma2", "Gemma3")},
}  # fmt: skip
"""Classes that have the parameters of one of torch.nn and print the same arguments."""

WEIGHTLESS = frozenset(PLAIN) | {
    "AlphaDropout", "BloomGelu", "ChannelShuffle", "ConstantPad1d", "ConstantPad2d", "ConstantPad3d",
    "CosineSimilarity", "DropBlock2d", "DropPath", "FastAdaptiveAvgPool", "FeatureAlphaDropout", "Fold",
    "GELUActivation", "GELUTanh", "GLU", "Hardshrink", "Hardtanh", "LPPool1d", "LPPool2d", "LocalResponseNorm",
    "LogSoftmax", "MaxUnpool2d", "NewGELUActivation", "Permute", "PixelShuffle", "PixelUnshuffle",
    "QuickGELUActivation", "RReLU", "ReflectionPad1d", "ReflectionPad2d", "ReplicationPad1d", "ReplicationPad2d",
    "SelectAdaptivePool2d", "SiLUActivation", "Softmax2d", "Softmin", "Softshrink", "StochasticDepth", "SwapAxes",
    "SwinDropPath", "Tanhshrink", "Threshold", "Unflatten", "Unfold", "UpsamplingBilinear2d", "UpsamplingNearest2d",
    "WindowDepartition", "WindowPartition", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d",
}  # fmt: skip
"""Classes without parameters and MACs: of torch.nn, torchvision, timm and transformers."""

UNCOUNTED = frozenset(f"{family}RotaryEmbedding" for family in FAMILIES)
"""Classes without parameters that can have MACs."""

UNPRINTED = ("MultiheadAttention", *(f"{family}Experts" for family in FAMILIES))
"""Classes with modules within, and with parameters of their own whose sizes are not printed."""


def stated(kind: str, given: Arguments) -> StatedLayer | None:
    """Return the layer that a printed module is; None if its class is not known, or its arguments are not understood.

    >>> from archcalc.importers.summaries.module_text import arguments
    >>> stated("Linear", arguments("in_features=512, out_features=10, bias=True")).options
    {'outputs': 10, 'bias': True}
    """
    rule = (WEIGHTED | PLAIN).get(ALIKE.get(kind, kind))
    if rule is None:
        return None
    try:
        found = rule(given)
    except ValueError:
        return None
    return found._replace(alone=True) if found is not None and kind in ALIKE else found
