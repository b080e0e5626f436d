"""Models of Keras written by hand, as Keras 2 and Keras 3 write them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from archcalc.importers.keras_config import network
from archcalc.importers.wishes import Wishes
from archcalc.services.opening import read


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    """Return a layer as Keras 3 writes it."""
    return {"module": "keras.layers", "class_name": kind, "config": {"name": name, **config}, "name": name}


def entrance(name: str = "image", *sizes: int | None) -> dict[str, Any]:
    """Return an input."""
    return layer("InputLayer", name, batch_shape=[None, *(sizes or (8, 8, 3))])


def tensor(name: str, *sizes: int | None, call: int = 0, output: int = 0) -> dict[str, Any]:
    """Return what stands for an output of a layer; without sizes it does not state any."""
    config = {"shape": [None, *sizes] if sizes else None, "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def reading(made: dict[str, Any], *tensors: Any, **named: Any) -> dict[str, Any]:
    """Return a layer that is called once more."""
    return made | {"inbound_nodes": [*made.get("inbound_nodes", []), {"args": list(tensors), "kwargs": named}]}


def functional(layers: list[Any], outputs: Any, inputs: Any = (("image", 0, 0),), name: str = "net") -> dict[str, Any]:
    """Return a model of layers that read one another."""
    config = {"name": name, "layers": layers, "input_layers": list(map(list, inputs)), "output_layers": outputs}
    return {"module": "keras", "class_name": "Functional", "config": config}


def sequential(*layers: dict[str, Any], name: str = "net") -> dict[str, Any]:
    """Return a model of layers one after the other."""
    return {"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def chain(*layers: dict[str, Any], sizes: tuple[int | None, ...] = (8, 8, 3)) -> dict[str, Any]:
    """Return a sequence with an input of some sizes."""
    return sequential(entrance("image", *sizes), *layers)


def packed(model: Any, member: str = "config.json") -> bytes:
    """Return a .keras file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        content = model if isinstance(model, str) else json.dumps(model)
        for name, text in (("metadata.json", "{}"), (member, content)):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)  # without the time of now
    return file.getvalue()


def table(model: Any, **inputs: tuple[int, ...]) -> Any:
    """Return the table of a model."""
    wished = {name.rstrip("_"): sizes for name, sizes in inputs.items()}
    return read(network(model, "net.keras", Wishes(wished)), "net.keras").analyze()
