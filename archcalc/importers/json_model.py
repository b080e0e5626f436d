"""JSON files of models: a model of Keras or a configuration of Hugging Face, told apart by content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.file_bytes import read_bytes
from archcalc.importers import huggingface, keras_config
from archcalc.importers.json_text import parse
from archcalc.importers.signatures import HEAD, recognize
from archcalc.limits import KERAS_SIZE

if TYPE_CHECKING:
    from archcalc.importers.document import Imported, Selected
    from archcalc.importers.wishes import Wishes
    from archcalc.views.showing.keras_summary import KerasSummary


def spec(target: str, wished: Wishes) -> Imported | Selected:
    """Read a JSON file as what it is.

    Raises:
        UsageError: the file cannot be read, is damaged, or is neither.
    """
    return keras_config.spec(target, wished) if _is_keras(target) else huggingface.spec(target, wished)


def summary(target: str, wished: Wishes) -> KerasSummary | None:
    """Return the layers of a Keras model as Keras lists them; None for a configuration of Hugging Face.

    Raises:
        UsageError: the file cannot be read or is damaged.
    """
    return keras_config.summary(target, wished) if _is_keras(target) else None


def _is_keras(path: str) -> bool:
    """Whether a file is the JSON of a Keras model.

    Raises:
        UsageError: the file cannot be read, or is damaged.
    """
    if not Path(path).is_file():
        return False
    content = read_bytes(path, KERAS_SIZE)
    return recognize(content[:HEAD]).what == "JSON" and keras_config.is_keras(parse(content, path))
