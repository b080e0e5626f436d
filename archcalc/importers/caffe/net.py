"""The layers of a net that run in a phase, and what the file says of its inputs.

Source: github.com/BVLC/caffe, src/caffe/proto/caffe.proto and src/caffe/net.cpp (FilterNet, StateMeetsRule).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.limits import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.caffe.message import Message

OLD_TYPES = {
    "ABSVAL": "AbsVal", "ACCURACY": "Accuracy", "ARGMAX": "ArgMax", "BNLL": "BNLL", "CONCAT": "Concat",
    "CONTRASTIVE_LOSS": "ContrastiveLoss", "CONVOLUTION": "Convolution", "DATA": "Data",
    "DECONVOLUTION": "Deconvolution", "DROPOUT": "Dropout", "DUMMY_DATA": "DummyData",
    "EUCLIDEAN_LOSS": "EuclideanLoss", "ELTWISE": "Eltwise", "EXP": "Exp", "FLATTEN": "Flatten",
    "HDF5_DATA": "HDF5Data", "HDF5_OUTPUT": "HDF5Output", "HINGE_LOSS": "HingeLoss", "IM2COL": "Im2col",
    "IMAGE_DATA": "ImageData", "INFOGAIN_LOSS": "InfogainLoss", "INNER_PRODUCT": "InnerProduct", "LRN": "LRN",
    "MEMORY_DATA": "MemoryData", "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss", "MVN": "MVN",
    "POOLING": "Pooling", "POWER": "Power", "RELU": "ReLU", "SIGMOID": "Sigmoid",
    "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss", "SILENCE": "Silence", "SOFTMAX": "Softmax",
    "SOFTMAX_LOSS": "SoftmaxWithLoss", "SPLIT": "Split", "SLICE": "Slice", "TANH": "TanH",
    "WINDOW_DATA": "WindowData", "THRESHOLD": "Threshold",
}  # fmt: skip
"""The types of ``layers { type: CONVOLUTION }`` by the names that they have in ``layer { type: "Convolution" }``."""

DATA = ("Data", "DummyData", "HDF5Data", "ImageData", "MemoryData", "WindowData", "AnnotatedData", "VideoData")
"""Layers that make data."""

NO_OUTPUT = ("Accuracy", "Silence", "HDF5Output", "DetectionEvaluate")
"""Layers that only measure, or write down, what comes in."""


class CaffeLayer(NamedTuple):
    """A layer of the file: its name, type, the blobs that it reads and makes, and the names of its parameters."""

    name: str
    type: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    params: tuple[str, ...]
    message: Message

    @property
    def makes_data(self) -> bool:
        """Whether it makes data: Python layers and others that read nothing do."""
        return self.type in DATA or not (self.bottoms or self.type in ("Input", "Parameter"))

    @property
    def left_out(self) -> bool:
        """Whether it computes a loss, or only measures."""
        return self.type in NO_OUTPUT or self.type.endswith("Loss")


class Feed(NamedTuple):
    """A blob that is an input: its sizes with the batch if the file says them, its line, and a size to propose."""

    sizes: tuple[int, ...] | None
    message: Message
    proposed: int = 0


def layers(net: Message, phase: str) -> list[CaffeLayer]:
    """Return the layers that a phase has, in order.

    Raises:
        UsageError: the file has none, too many, or some in a format before 2014, or in both formats.
    """
    if net.messages("layer") and net.messages("layers"):
        raise net.wrong(
            "the file has both layer { … } and layers { … }, which Caffe refuses", "use one of the two formats"
        )
    written = [*net.messages("layer"), *net.messages("layers")]
    if not written:
        raise net.wrong("the file has no layers", "a .prototxt of a network has layer { … }")
    if len(written) > LAYERS.value:
        raise net.wrong(*LAYERS.exceeded("the network"))
    state = net.message("state")
    stages = set(state.texts("stage"))
    runs = (state.text("phase") or phase, state.number("level", 0, -(2**31)), stages)
    return [_layer(message, old=message.name == "layers") for message in written if _included(message, runs)]


def _layer(message: Message, *, old: bool) -> CaffeLayer:
    if old and message.messages("layer"):
        raise message.wrong("this format of 2013 is not supported", "convert it with Caffe's upgrade_net_proto_text")
    kind = message.text("type")
    if not kind:
        raise message.wrong("a layer has no type", 'add type: "Convolution"')
    if old and kind not in OLD_TYPES:
        raise message.wrong(f"unknown type {kind} of an old layer", "in layers { … }, types are CONVOLUTION and others")
    params = message.texts("param") if old else [param.text("name") for param in message.messages("param")]
    return CaffeLayer(
        name=message.text("name"), type=OLD_TYPES[kind] if old else kind, params=tuple(params), message=message,
        bottoms=tuple(message.texts("bottom")), tops=tuple(message.texts("top")),
    )  # fmt: skip


def _included(message: Message, state: tuple[str, int, set[str]]) -> bool:
    """Whether a layer runs: none of its exclude rules is met, or one of its include rules."""
    include, exclude = message.messages("include"), message.messages("exclude")
    if include:
        return any(_meets(rule, state) for rule in include)
    return not any(_meets(rule, state) for rule in exclude)


def _meets(rule: Message, state: tuple[str, int, set[str]]) -> bool:
    phase, level, stages = state
    low, high = (rule.number(name, level, -(2**31)) for name in ("min_level", "max_level"))
    return (
        rule.text("phase", phase) == phase
        and low <= level <= high
        and stages.issuperset(rule.texts("stage"))
        and stages.isdisjoint(rule.texts("not_stage"))
    )


def feeds(net: Message, found: Sequence[CaffeLayer]) -> dict[str, Feed]:
    """Return the blobs that the net is fed with, by name.

    Raises:
        UsageError: the inputs have more or fewer sizes than four each.
    """
    fed: dict[str, Feed] = {}
    shapes, dims = net.messages("input_shape"), net.numbers("input_dim", 1)
    names = net.texts("input")
    if dims and not shapes and len(dims) != 4 * len(names):
        raise net.wrong(f"{len(dims)} values of input_dim for {len(names)} inputs", "each input has four input_dim")
    for place, name in enumerate(names):
        sizes = (
            tuple(shapes[place].numbers("dim", 1)) if place < len(shapes) else tuple(dims[4 * place : 4 * place + 4])
        )
        fed[name] = Feed(sizes or None, net)
    for layer in found:
        if layer.makes_data or layer.type == "Input":
            fed |= _made(layer)
    return fed


def _made(layer: CaffeLayer) -> Iterator[tuple[str, Feed]]:
    """Yield what a layer that makes data says of it: only its first blob is the data."""
    message = layer.message
    if layer.type == "Input":
        shapes = message.message("input_param").messages("shape")
        for place, name in enumerate(layer.tops):
            sizes = tuple(shapes[min(place, len(shapes) - 1)].numbers("dim", 1)) if shapes else ()
            yield name, Feed(sizes or None, message)
        return
    cropped = message.message("transform_param").number("crop_size", 0)
    for place, name in enumerate(layer.tops):
        yield name, Feed(None if place else _stated(layer), message, 0 if place else cropped)


def _stated(layer: CaffeLayer) -> tuple[int, ...] | None:
    """Return the sizes that data in memory or of constants has."""
    if layer.type == "MemoryData":
        found = layer.message.message("memory_data_param")
        return tuple(found.number(name, None, 1) for name in ("batch_size", "channels", "height", "width"))
    if layer.type == "DummyData":
        found = layer.message.message("dummy_data_param")
        shapes = found.messages("shape")
        sizes = shapes[0].numbers("dim", 1) if shapes else [
            *(number for name in ("num", "channels", "height", "width") for number in found.numbers(name, 1)[:1])
        ]  # fmt: skip
        return tuple(sizes) or None
    return None
