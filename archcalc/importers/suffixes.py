"""By which suffix or scheme a name is that of a file of another program: one table, which loads none of the readers."""

from __future__ import annotations

WEIGHTS = (".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".safetensors.index.json", ".bin.index.json")
"""Files of weights."""


def is_weights(name: str) -> bool:
    """Whether a name is that of a file of weights.

    >>> is_weights("./model.safetensors"), is_weights("model.safetensors.index.json"), is_weights("alexnet")
    (True, True, False)
    """
    return name.lower().endswith(WEIGHTS)
