"""Texts that PyTorch, torchinfo, torchsummary and Keras print of small models, written to ``tests/importers/summaries``.

``python -m tests.witness.printed_texts`` writes those of the tools that are installed: run it where PyTorch with
torchinfo and torchsummary is, with Keras 3, and with Keras 2.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parents[1] / "importers" / "summaries"
COLUMNS = ("kernel_size", "input_size", "output_size", "num_params", "params_percent", "mult_adds", "trainable")


def keras_net(keras: Any) -> Any:
    """Return a model with a merge, long names, and another model within it."""
    layers = keras.layers
    image = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem_convolution_without_bias")(image)
    x = layers.BatchNormalization(name="stem_normalization")(x)
    y = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(layers.ReLU(name="act")(x))
    x = layers.Add(name="add")([x, y])
    inner = keras.Sequential([keras.Input((8,)), layers.Dense(12, activation="relu", name="hidden")], name="encoder")
    x = inner(layers.GlobalAveragePooling2D(name="pool")(x))
    return keras.Model(image, layers.Dense(4, use_bias=False, name="classes")(x), name="small_net")


def keras_chain(keras: Any) -> Any:
    """Return a model of Keras whose layers run one after the other."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)), layers.Conv2D(4, 3, name="conv"), layers.LayerNormalization(name="norm"),
            layers.Flatten(name="flatten"), layers.Dropout(0.5, name="dropout"), layers.Dense(3, name="classes"),
        ],
        name="chain",
    )  # fmt: skip


def printed(call: Callable[[], Any]) -> str:
    """Return what a call prints."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        call()
    return text.getvalue()


def of_pytorch() -> Iterator[tuple[str, str]]:
    """Yield the names of files and what PyTorch, torchinfo and torchsummary print."""
    from tests.witness.toys.printed import block_net, chain  # noqa: PLC0415

    yield "print_net", f"{block_net()}\n"
    yield "print_chain", f"{chain()}\n"
    if importlib.util.find_spec("torchinfo"):
        torchinfo: Any = importlib.import_module("torchinfo")
        options = {"input_size": (2, 3, 21, 19), "verbose": 0, "device": "cpu"}
        yield "torchinfo", f"{torchinfo.summary(block_net(), **options)}\n"
        wide = torchinfo.summary(block_net(), **options, col_names=COLUMNS, row_settings=("var_names", "depth"))
        yield "torchinfo_columns", f"{wide}\n"
        yield (
            "torchinfo_shallow",
            f"{torchinfo.summary(block_net(), **options, depth=1, row_settings=('ascii_only',))}\n",
        )
    if importlib.util.find_spec("torchsummary"):
        torchsummary: Any = importlib.import_module("torchsummary")
        yield "torchsummary", printed(lambda: torchsummary.summary(chain(), (1, 28, 28), device="cpu"))


def of_keras(keras: Any) -> Iterator[tuple[str, str]]:
    """Yield the names of files and what this version of Keras prints."""
    number = keras.__version__.partition(".")[0]
    for name, model, options in (
        ("net", keras_net(keras), {"line_length": 76}),
        ("nested", keras_net(keras), {"line_length": 120, "expand_nested": True, "show_trainable": True}),
        ("chain", keras_chain(keras), {}),
    ):
        lines: list[str] = []
        model.summary(print_fn=lambda text, lines=lines, **_: lines.append(text), **options)
        yield f"keras{number}_{name}", "\n".join(lines).rstrip("\n") + "\n"


def keras_configs(keras: Any) -> Iterator[tuple[str, str]]:
    """Yield the names of files and the JSON of the same models, which only Keras 3 writes."""
    if keras.__version__.startswith("3"):
        yield "keras3_net", keras_net(keras).to_json(indent=1) + "\n"
        yield "keras3_chain", keras_chain(keras).to_json(indent=1) + "\n"


def main() -> None:
    """Write the texts of the tools that are installed."""
    found: list[tuple[str, str]] = []
    if importlib.util.find_spec("torchinfo"):
        found += of_pytorch()
    if importlib.util.find_spec("keras"):
        found += of_keras(importlib.import_module("keras"))
        for name, text in keras_configs(importlib.import_module("keras")):
            (HERE / f"{name}.json").write_text(text, encoding="utf-8")
    for name, text in found:
        (HERE / f"{name}.txt").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
