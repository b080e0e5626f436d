"""How the kinds of layers are listed: under which heading, and with what example."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Family(StrEnum):
    """What a kind of layer is listed under."""

    CONVOLUTION = "convolutions"
    LINEAR = "linear layers and embeddings"
    RECURRENT = "recurrent layers"
    ATTENTION = "attention and tokens"
    POOL = "pooling"
    NORM = "normalization"
    ACTIVATION = "activation functions"
    MERGE = "merges"
    SHAPE = "shape and order"
    REGION = "regions"
    REGULARIZATION = "regularization"


class Example(NamedTuple):
    """A list of layers whose last is of a kind, and an input for it; an empty list means the kind without options."""

    layers: str = ""
    input: str = "8x12x12"
