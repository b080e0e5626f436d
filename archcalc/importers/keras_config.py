"""Models of Keras: a .keras file, or the JSON of ``model.to_json()``; no code in them is run, no weights are read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.damage import DAMAGED
from archcalc.errors import UsageError
from archcalc.file_bytes import open_file, read_bytes, within
from archcalc.importers.archive import AGAIN, bound_directory
from archcalc.importers.document import Imported
from archcalc.importers.json_text import parse
from archcalc.importers.keras.building import KerasBuilder
from archcalc.importers.keras.model import is_model
from archcalc.importers.signatures import HEAD, recognize
from archcalc.limits import KERAS_SIZE

if TYPE_CHECKING:
    from archcalc.importers.wishes import Wishes
    from archcalc.views.showing.keras_summary import KerasSummary

MEMBER = "config.json"
EXPECTED = ".keras file"


def spec(target: str, wished: Wishes) -> Imported:
    """Read a Keras model as a network.

    Args:
        target: the path of a ``.keras`` file, or of the JSON of a model.
        wished: sizes of its inputs, channels first, in place of those that the file states.

    Raises:
        UsageError: the file cannot be read, is damaged, or lacks the layers of the model.
    """
    return network(parse(_content(target), target), target, wished)


def is_keras(parsed: Any) -> bool:  # noqa: ANN401 - whatever the file holds
    """Whether the values of a JSON file are a model of Keras.

    >>> is_keras({"class_name": "Functional", "config": {"layers": []}}), is_keras({"model_type": "bert"})
    (True, False)
    """
    return isinstance(parsed, dict) and "model_type" not in parsed and {"class_name", "config"} <= parsed.keys()


def summary(target: str, wished: Wishes) -> KerasSummary:
    """Read a Keras model as the list of layers that its summary is.

    Raises:
        UsageError: as for the network.
    """
    path = str(Path(target).expanduser())
    parsed = parse(_content(path), path)
    builder, _ = _built(parsed, target, wished)
    return builder.summary(_title(parsed["config"], target))


def network(parsed: Any, name: str, wished: Wishes) -> Imported:  # noqa: ANN401 - whatever the file holds
    """Return the layers of a model from the values of its JSON.

    Raises:
        UsageError: it is not a Keras model, is damaged, or lacks the layers of the model.
    """
    builder, outputs = _built(parsed, name, wished)
    return Imported(builder.flow, outputs, {"title": _title(parsed["config"], name), **_note(builder)})


def _built(parsed: Any, name: str, wished: Wishes) -> tuple[KerasBuilder, list[str]]:  # noqa: ANN401
    """Return the builder that has made the layers of a model, and the outputs.

    Raises:
        UsageError: it is not a Keras model, is damaged, or lacks the layers of the model.
    """
    if not is_keras(parsed):
        raise UsageError(
            f"{name} is not a Keras model: class_name or config is missing", "write it with model.to_json()"
        )
    if not is_model(parsed["config"]):
        kind = str(parsed["class_name"])[:60]
        raise UsageError(
            f"{name} has no layers: {kind} is a class of its own, neither Functional nor Sequential",
            "only its code knows the layers",
        )
    builder = KerasBuilder(name, wished)
    return builder, [value.path for value in builder.build(parsed["config"])]


def _note(builder: KerasBuilder) -> dict[str, str]:
    said = "; ".join(builder.remarks)
    return {"note": said} if said else {}


def _title(config: Any, name: str) -> str:  # noqa: ANN401
    stated = config.get("name") if isinstance(config, dict) else None
    return stated if isinstance(stated, str) and stated else Path(name).stem


def _content(path: str) -> bytes:
    """Return the JSON of a model: of a file, or of an archive."""
    with open_file(path) as file:
        head = file.read(HEAD)
    known = recognize(head)
    if known.what == "JSON":
        return read_bytes(path, KERAS_SIZE)
    if known.magic == b"PK\x03\x04":
        return _member(path)
    raise UsageError(f"{path} is {known.what}, not a {EXPECTED}", known.hint or "name a .keras file, or a model's JSON")


def _member(path: str) -> bytes:
    """Return the configuration in an archive."""
    with open_file(path) as file:
        bound_directory(file, path, EXPECTED)
        try:
            with zipfile.ZipFile(file) as archive:
                if MEMBER not in archive.namelist():
                    raise UsageError(f"{path} is a ZIP archive without {MEMBER}, not a {EXPECTED}", "unpack it first")
                with archive.open(MEMBER) as opened:
                    content = opened.read(KERAS_SIZE.value + 1)
        except DAMAGED as error:
            raise UsageError(f"{path} is not a valid {EXPECTED}: {error}", AGAIN) from None
    return within(content, f"{MEMBER} in {path}", KERAS_SIZE)
