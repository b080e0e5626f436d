"""JSON files of models: a model of Keras or a configuration of Hugging Face, told apart by content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archcalc.file_bytes import read_bytes
from archcalc.importers.json_text import parse
from archcalc.importers.signatures import HEAD, recognize
from archcalc.limits import KERAS_SIZE


def importer_of(path: str) -> str:
    """Return the importer of a JSON file.

    Raises:
        UsageError: the file cannot be read, or is damaged.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        return "huggingface"
    content = read_bytes(str(file), KERAS_SIZE)
    is_json = recognize(content[:HEAD]).what == "JSON"
    return "keras_config" if is_json and is_keras(parse(content, path)) else "huggingface"


def is_keras(parsed: Any) -> bool:  # noqa: ANN401 - whatever the file holds
    """Whether the values of a JSON file are a model of Keras.

    >>> is_keras({"class_name": "Functional", "config": {"layers": []}}), is_keras({"model_type": "bert"})
    (True, False)
    """
    return isinstance(parsed, dict) and "model_type" not in parsed and {"class_name", "config"} <= parsed.keys()
