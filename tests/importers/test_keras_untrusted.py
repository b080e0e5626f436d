"""Files that claim to be models of Keras: damaged, hostile or something else; each ends in a message and exit code 2."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.keras_config import network
from archcalc.importers.wishes import Wishes
from archcalc.limits import KERAS_SIZE, LAYERS
from tests.cli.calls import call
from tests.importers.keras_files import chain, entrance, functional, layer, packed, reading, sequential, table, tensor
from tests.importers.weight_files import write

if TYPE_CHECKING:
    from pathlib import Path

GOOD = chain(layer("Dense", "d", units=2), sizes=(4,))


def bomb() -> bytes:
    """Return an archive whose configuration is far larger than the archive."""
    return packed(" " * (KERAS_SIZE.value + 2))


def unlike(archive: bytes) -> bytes:
    """Return an archive with another content than its checksum says."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("config.json", json.dumps(GOOD))
    return file.getvalue().replace(b'"units": 2', b'"units": 3') + archive[:0]


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty, not a .keras file"),
    "pdf": (b"%PDF-1.7", "is a PDF, not a .keras file"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(20), "is an HDF5 file, not a .keras file"),
    "pickle": (b"\x80\x04\x95", "is a pickle, not a .keras file"),
    "truncated": (packed(GOOD)[:60], "is not a valid .keras file: the end of the archive is missing"),
    "without": (packed(GOOD, "other.json"), "is a ZIP archive without config.json"),
    "checksum": (unlike(packed(GOOD)), "is not a valid .keras file: Bad CRC-32"),
    "bomb": (bomb(), "is larger than 20 MB"),
    "not_json": (packed("{"), "is not valid JSON"),
    "deep": (packed("[" * 100_000), "is nested too deeply"),
    "list": (packed("[]"), "is not a Keras model"),
    "number": (packed("{} 1"), "is not valid JSON"),
    "twice": (packed('{"class_name": "a", "class_name": "b"}'), "has the key 'class_name' twice"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file(tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    done = call("show", write(tmp_path, "net.keras", content))
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def named(*layers: Any, **more: Any) -> dict[str, Any]:
    """Return a model of layers with an input, which puts out the last of them."""
    return functional([entrance(), *layers], [[layers[-1].get("name", "?"), 0, 0]]) | more


A, B = layer("ReLU", "a"), layer("ReLU", "b")
MODELS: dict[str, tuple[Any, str]] = {
    "no config": ({"class_name": "Functional"}, "class_name or config is missing"),
    "subclass": ({"class_name": "Mine", "config": {"units": 3}}, "Mine is a class of its own"),
    "text": ({"class_name": "Functional", "config": "x"}, "is a class of its own"),
    "no layers": (functional([], [["a", 0, 0]]), "has no layers"),
    "layer": (functional([1], [["a", 0, 0]]), "layer 1 of net.keras has no class_name"),
    "no name": (functional([{"class_name": "ReLU", "config": {}}], []), "has no name or no config"),
    "calls": (named(A | {"inbound_nodes": {}}), "inbound_nodes is not a list"),
    "twice": (named(reading(A, tensor("image")), A), "two layers with the name 'a'"),
    "circle": (named(reading(A, tensor("b")), reading(B, tensor("a"))), "read one another in a circle"),
    "itself": (named(reading(A, tensor("a"))), "read one another in a circle"),
    "missing": (named(reading(A, tensor("x"))), "layer 'a' reads 'x', which is missing"),
    "another call": (named(reading(A, tensor("image", call=3))), "reads 'image', which is missing"),
    "never called": (named(A), "layer 'a' is missing, or is never called"),
    "reads nothing": (named(A | {"inbound_nodes": [{"args": [1], "kwargs": {}}]}), "layer 'a' reads nothing"),
    "arguments": (
        named(A | {"inbound_nodes": [{"args": [], "kwargs": [1]}]}),
        "what layer 'a' reads cannot be understood",
    ),
    "another shape": (
        functional(
            [entrance("image", 5), reading(reading(layer("Dense", "a", units=3), tensor("image")), tensor("a"))],
            [["a", 1, 0]],
        ),
        "cannot share the weights of a",
    ),
    "no output": (functional([entrance()], []), "output_layers is empty"),
    "outputs": (functional([entrance()], 3), "output_layers cannot be understood"),
    "mixed": (functional([entrance()], [["image", "0", 0]]), "output_layers cannot be understood"),
    "node": (named(A | {"inbound_nodes": [{"kwargs": {}}]}), "what layer 'a' reads cannot be understood"),
    "node of Keras 2": (named(A | {"inbound_nodes": [[["image"]]]}), "what layer 'a' reads cannot be understood"),
    "history": (
        named(A | {"inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {}}]}]}),
        "what layer 'a' reads cannot be understood",
    ),
    "an output": (named(reading(A, tensor("image", output=5))), "'image' has no output 5"),
    "outputs without end": (named(reading(A, tensor("image", output=10**9))), "has no output 1000000000"),
    "negative": (functional([entrance()], [["image", 0, -1]]), "has no output -1"),
    "channels first": (chain(layer("Conv2D", "c", data_format="channels_first")), "has its channels first"),
    "no input": (sequential(layer("Dense", "d", units=2)), "does not say what its input is"),
    "axes": (functional([entrance("image", 1, 2, 3, 4, 5)], [["image", 0, 0]]), "has 5 axes beside the batch"),
    "units": (
        chain(layer("Dense", "d", units="many")),
        "layer 'd': expected a whole number of at least 1 for units; got 'many'",
    ),
    "no units": (
        chain(layer("Dense", "d")),
        "layer 'd': expected a whole number of at least 1 for units; it is missing",
    ),
    "large": (chain(layer("Dense", "d", units=10**40)), "layer 'd': expected a whole number of at least 1 for units"),
    "bias": (chain(layer("Dense", "d", units=2, use_bias=1)), "layer 'd': expected true or false for use_bias"),
    "kernel": (chain(layer("Conv2D", "c", filters=2, kernel_size=[])), "expected whole numbers for kernel_size"),
    "padding": (chain(layer("ZeroPadding2D", "c", padding=[1, [2, 3, 4]])), "expected two numbers for each axis"),
    "word": (chain(layer("Conv2D", "c", filters=2, kernel_size=3, padding=3)), "expected a text for padding"),
    "axis": (chain(layer("Softmax", "c", axis="last")), "expected an axis, or a list of axes"),
    "rate": (chain(layer("Dropout", "c", rate="half")), "expected a number for rate"),
    "nothing": (
        chain(layer("Dense", "d", units=0)),
        "layer 'd': expected a whole number of at least 1 for units; got 0",
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model(name: str) -> None:
    model, said = MODELS[name]
    with pytest.raises(ArchcalcError) as caught:
        table(model)
    assert said in str(caught.value)


def test_models_within_models_without_end() -> None:
    model: dict[str, Any] = chain(layer("ReLU", "r"))
    for _ in range(40):
        model = chain(model | {"name": "inner"})
    with pytest.raises(UsageError, match="models within models on more than 20 levels"):
        network(model, "net.keras", Wishes())


def test_models_that_double_at_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LAYERS.variable, "1000")
    model: dict[str, Any] = chain(layer("ReLU", "r"))
    for _ in range(18):
        twice = reading(reading(model | {"name": "a"}, tensor("image")), tensor("a"))
        model = functional([entrance(), twice], [["a", 1 + (model["class_name"] == "Functional"), 0]])
    with pytest.raises(UsageError, match=f"more than {LAYERS.value:,}"):
        network(model, "net.keras", Wishes())


def test_a_model_of_too_many_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LAYERS.variable, "1000")
    model = chain(*(layer("ReLU", f"r{number}") for number in range(LAYERS.value + 1)))
    with pytest.raises(UsageError, match=f"{LAYERS.value + 2:,}"):
        network(model, "net.keras", Wishes())


def test_json_is_told_apart_by_its_content(tmp_path: Path) -> None:
    for name, content, said in (
        ("bert.json", b'{"model_type": "nobody"}', "unknown model type 'nobody'"),
        ("other.json", b'{"a": 1}', "is not a configuration: it has no model_type"),
        ("keras.json", b'{"class_name": "Mine", "config": {}}', "Mine is a class of its own"),
        ("damaged.json", b'{"class_name": ', "is not valid JSON"),
        ("pdf.json", b"%PDF-1.7", "is a PDF, not a config.json"),
    ):
        done = call("show", write(tmp_path, name, content))
        assert (done.code, done.out) == (2, "")
        assert said in done.err
    assert call("show", str(tmp_path / "none.json")).code == 2


@pytest.mark.parametrize(
    ("last", "sizes"),
    [
        (layer("GlobalMaxPooling1D", "a"), (None, 5)),
        (layer("GlobalMaxPooling1D", "a"), (5,)),
        (layer("PReLU", "a"), (None, 4, 3)),
        (layer("ZeroPadding1D", "a", padding=1), (5,)),
        (layer("Conv2D", "a", filters=2, kernel_size=9), (4, 4, 3)),
        (layer("Bidirectional", "a", layer={"class_name": [], "config": {}}), (9, 5)),
        (layer("TimeDistributed", "a", layer={"class_name": {}}), (9, 5)),
        (layer("Reshape", "a", target_shape=[7, -1]), (4,)),
        (layer("UpSampling1D", "a", size=[1, 2]), (9, 5)),
        (layer("Permute", "a", dims=[1, 1]), (9, 5)),
    ],
)
def test_a_layer_that_does_not_fit_is_opaque(last: dict[str, Any], sizes: tuple[int | None, ...]) -> None:
    (row,) = table(chain(last, sizes=sizes))
    assert (row.kind, str(row.output), str(row.counts.macs)) == ("opaque", "unknown", "unknown")
