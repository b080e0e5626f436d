"""What Keras itself says of a model: its parameters, and the output of each layer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.importers.keras.axes import sizes_of
from archcalc.importers.keras_config import network
from archcalc.importers.wishes import Wishes
from archcalc.services.opening import read

if TYPE_CHECKING:
    from collections.abc import Iterator

NASNETS = ("NASNetMobile", "NASNetLarge")
"""Models that Keras refuses to build with PyTorch, for want of speed and not of shapes."""


class Counted(NamedTuple):
    """A model as one side counts it: what is learned, what is not, and sizes by the path of the layer."""

    trainable: int
    others: int
    sizes: dict[str, tuple[int, ...]]


def theirs(model: Any) -> Counted:
    """Return what Keras counts."""
    counts = [sum(int(weight.value.numel()) for weight in weights)
              for weights in (model.trainable_weights, model.non_trainable_weights)]  # fmt: skip
    return Counted(counts[0], counts[1], dict(_sizes(model, "")))


def _sizes(model: Any, path: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _sizes(layer, f"{path}{layer.name}/")
        elif type(layer).__name__ != "InputLayer":
            yield f"{path}{layer.name}", tuple(layer.output.shape[1:])


def ours(model: Any, sizes: tuple[int, ...] = ()) -> Counted:
    """Return what is counted of its JSON; ``sizes`` are those of its input where it leaves them open."""
    wished = Wishes({"": sizes} if sizes else {})
    table = read(network(json.loads(model.to_json()), "model.json", wished), "model.json").analyze()
    assert not [row.path for row in table if row.kind == "opaque"]
    found: Any = {row.path: sizes_of(row.output) for row in table}
    buffers: Any = sum(row.counts.buffers for row in table)
    params: Any = table.totals.params
    return Counted(params, buffers, found)


def differences(mine: Counted, other: Counted) -> list[object]:
    """List what differs; a size that Keras leaves open is not compared."""
    found: list[object] = [pair for pair in zip(mine[:2], other[:2], strict=True) if pair[0] != pair[1]]
    for path, sizes in other.sizes.items():
        own = mine.sizes.get(path, ())
        if len(own) != len(sizes) or any(size not in (None, one) for size, one in zip(sizes, own, strict=True)):
            found.append((path, own, sizes))
    return found
