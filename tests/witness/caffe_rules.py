"""Caffe's rules, written down again from its documentation, for networks of one image: an oracle for the importer.

Windows are counted one by one; nothing of archcalc is used. Source: caffe.berkeleyvision.org/tutorial/layers, and
``Reshape`` of the layers in github.com/BVLC/caffe (src/caffe/layers).
"""

from __future__ import annotations

import re
from math import prod
from typing import Any, NamedTuple

TOKEN = re.compile(r"""[{}:;,]|"[^"]*"|'[^']*'|[^\s{}:;,"'#]+""")
Sizes = tuple[int, ...]
Message = dict[str, list[Any]]


class CaffeRow(NamedTuple):
    """A layer: its name, type and output sizes, and its parameters and MACs."""

    name: str
    kind: str
    sizes: Sizes
    params: int
    macs: int


def parse(text: str) -> Message:
    """Return a text of protobuf as lists of values by key."""
    lines = [re.sub(r"#.*", "", line) for line in text.split("\n")]
    tokens = [found for found in TOKEN.findall("\n".join(lines)) if found not in ":;,"]
    stack: list[Message] = [{}]
    place = 0
    while place < len(tokens):
        word = tokens[place]
        if word == "}":
            stack.pop()
        elif tokens[place + 1] == "{":
            inner: Message = {}
            stack[-1].setdefault(word, []).append(inner)
            stack.append(inner)
            place += 1
        else:
            stack[-1].setdefault(word, []).append(tokens[place + 1].strip("\"'"))
            place += 1
        place += 1
    return stack[0]


def first(message: Message, key: str, default: Any = None) -> Any:
    """Return the first value of a key."""
    return message.get(key, [default])[0]


def two(message: Message, stem: str, default: int, long: str = "") -> tuple[int, int]:
    """Return a size for height and width: ``kernel_h`` and ``kernel_w``, or one or two values of ``kernel_size``."""
    if f"{stem}_h" in message:
        return int(first(message, f"{stem}_h")), int(first(message, f"{stem}_w"))
    values = [int(value) for value in message.get(long or stem, [default])]
    return values[0], values[-1]


def windows(size: int, kernel: int, stride: int) -> int:
    """Count the places of a window that lies within a line.

    Raises:
        ValueError: it does not fit.
    """
    if kernel > size:
        raise ValueError(f"a window of {kernel} does not fit into {size}")
    return len(range(0, size - kernel + 1, stride))


def pooled(size: int, kernel: int, stride: int, padding: int) -> int:
    """Count the windows of a pool: until the end is covered, but none that begins in the padding behind it.

    Raises:
        ValueError: the window does not fit.
    """
    if kernel > size + 2 * padding:
        raise ValueError(f"a window of {kernel} does not fit into {size}")
    count = 1
    while (count - 1) * stride + kernel < size + 2 * padding:
        count += 1
    return count - (padding > 0 and (count - 1) * stride >= size + padding)


def network(text: str, given: Sizes | None = None) -> list[CaffeRow]:
    """Return the layers of the test phase; ``given`` is the size of the data where the file does not state it."""
    net, blobs, found = parse(text), {}, []
    dims = [int(dim) for dim in net.get("input_dim", [])] or [
        int(dim) for shape in net.get("input_shape", []) for dim in shape["dim"]
    ]
    if "input" in net:
        blobs[first(net, "input")] = given or tuple(dims[1:4])
    for layer in [*net.get("layer", []), *net.get("layers", [])]:
        kind = first(layer, "type").replace("_", "").lower()
        phases = [first(rule, "phase") for rule in layer.get("include", [])]
        if phases and "TEST" not in phases:
            continue
        bottoms = [blobs[name] for name in layer.get("bottom", []) if name in blobs]
        if not bottoms:
            shapes = [shape for part in layer.get("input_param", []) for shape in part.get("shape", [])]
            sizes = tuple(int(dim) for dim in shapes[0]["dim"][1:]) if shapes else given
            blobs |= dict.fromkeys(layer.get("top", [])[:1], sizes)
            continue
        if kind in ("accuracy", "softmaxwithloss", "softmaxloss", "silence", "hdf5output"):
            continue
        row = LAYERS[kind](layer, bottoms)
        found.append(CaffeRow(first(layer, "name"), kind, *row))
        blobs |= dict.fromkeys(layer.get("top", []), row[0])
    return found


def _convolution(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    options, (channels, *sizes) = first(layer, "convolution_param"), bottoms[0]
    kernel, stride, padding = (
        two(options, "kernel", 1, "kernel_size"),
        two(options, "stride", 1),
        two(options, "pad", 0),
    )
    spread, filters, groups = (
        int(first(options, "dilation", 1)),
        int(first(options, "num_output")),
        int(first(options, "group", 1)),
    )
    extent = [spread * (size - 1) + 1 for size in kernel]
    places = [windows(n + 2 * p, k, s) for n, k, s, p in zip(sizes, extent, stride, padding, strict=True)]
    weights = filters * (channels // groups) * prod(kernel)
    bias = filters * (first(options, "bias_term", "true") == "true")
    return (filters, *places), weights + bias, weights * prod(places)


def _deconvolution(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    options, (channels, *sizes) = first(layer, "convolution_param"), bottoms[0]
    kernel, stride, padding = (
        two(options, "kernel", 1, "kernel_size"),
        two(options, "stride", 1),
        two(options, "pad", 0),
    )
    filters, groups = int(first(options, "num_output")), int(first(options, "group", 1))
    written = [
        {s * place + tap for place in range(n) for tap in range(k)}
        for n, k, s in zip(sizes, kernel, stride, strict=True)
    ]
    places = [max(one) + 1 - 2 * p for one, p in zip(written, padding, strict=True)]
    if min(places) < 1:
        raise ValueError(f"the padding leaves nothing of {places}")
    weights = channels * (filters // groups) * prod(kernel)
    bias = filters * (first(options, "bias_term", "true") == "true")
    return (filters, *places), weights + bias, weights * prod(sizes)


def _pooling(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    options, (channels, *sizes) = first(layer, "pooling_param"), bottoms[0]
    if first(options, "global_pooling", "false") == "true":
        return (channels, 1, 1), 0, 0
    kernel, stride, padding = (
        two(options, "kernel", 1, "kernel_size"),
        two(options, "stride", 1),
        two(options, "pad", 0),
    )
    return (channels, *(pooled(*one) for one in zip(sizes, kernel, stride, padding, strict=True))), 0, 0


def _inner_product(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    options = first(layer, "inner_product_param")
    outputs, features = int(first(options, "num_output")), prod(bottoms[0])
    bias = outputs * (first(options, "bias_term", "true") == "true")
    return (outputs,), outputs * features + bias, outputs * features


def _scale(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    biased = first(first(layer, "scale_param", {}), "bias_term", "false") == "true"
    return bottoms[0], bottoms[0][0] * (1 + biased) * (len(bottoms) == 1), 0


def _concat(_: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    return (sum(sizes[0] for sizes in bottoms), *bottoms[0][1:]), 0, 0


def _crop(layer: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    axis = int(first(first(layer, "crop_param", {}), "axis", 2))
    return (*bottoms[0][: axis - 1], *bottoms[1][axis - 1 :]), 0, 0


def _same(_: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    return bottoms[-1] if len(bottoms[0]) < len(bottoms[-1]) else bottoms[0], 0, 0


def _axpy(_: Message, bottoms: list[Sizes]) -> tuple[Sizes, int, int]:
    return bottoms[1], 0, 0


LAYERS = {
    "convolution": _convolution, "deconvolution": _deconvolution, "pooling": _pooling, "innerproduct": _inner_product,
    "scale": _scale, "concat": _concat, "crop": _crop, "axpy": _axpy,
    **dict.fromkeys(("batchnorm", "relu", "lrn", "dropout", "softmax", "eltwise", "sigmoid", "tanh"), _same),
}  # fmt: skip
"""The rule of each type: output sizes, parameters and MACs."""
