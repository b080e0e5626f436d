"""The config.json of a model of Hugging Face: a built-in network of the same family, with the arguments that it states.

Nothing is downloaded, and no code runs: `trust_remote_code` models are known by their configuration alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.file_bytes import read_bytes
from archcalc.importers.document import Selected
from archcalc.importers.huggingface_config import arguments, fields, suggestion, unread
from archcalc.importers.huggingface_decoders import DECODERS
from archcalc.importers.huggingface_encoders import ENCODERS
from archcalc.importers.huggingface_llama import LLAMA
from archcalc.importers.json_text import parse
from archcalc.importers.signatures import HEAD, recognize
from archcalc.limits import CONFIG_SIZE
from archcalc.network.written import Items, Text
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.importers.huggingface_config import Fields, ModelFamily
    from archcalc.importers.wishes import Wishes
    from archcalc.network.written import Written

CONFIG = "config.json"
FAMILIES = {**LLAMA, **DECODERS, **ENCODERS}
"""All families, by the type of model that a configuration states."""

NESTED = {"gemma3": ("text_config", "gemma3_text")}
"""Types whose text model is a configuration within theirs, and its type."""

NEEDED = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
"""The fields by which a model of an unknown type is estimated, as one of Llama's family."""


def spec(target: str, wished: Wishes) -> Selected:  # noqa: ARG001 - its inputs are those of the built-in network
    """Select the built-in network of a configuration.

    Args:
        target: a folder with a ``config.json``, or the file.
        wished: its input, which the network gets later like every built-in one.

    Raises:
        UsageError: the file does not exist, is not a configuration, or has values that are not supported.
    """
    file = str(Path(target) / CONFIG) if Path(target).is_dir() else target
    content = read_bytes(file, CONFIG_SIZE, missing=f"name a folder with a {CONFIG}, or the file")
    if recognize(content[:HEAD]).what != "JSON":
        raise UsageError(f"{file} is {recognize(content[:HEAD]).what}, not a {CONFIG}", "name a configuration")
    return network(parse(content, file), file)


def network(parsed: Any, name: str) -> Selected:  # noqa: ANN401 - whatever the file holds
    """Return the network of the values of a configuration; ``name`` is what messages call it.

    >>> tiny = network({"model_type": "gpt2", "n_layer": 2, "n_embd": 48}, "config.json")
    >>> tiny.network, tiny.fields["chosen"]["depth"].text
    ('gpt2', '2')

    Raises:
        UsageError: it is not a configuration, or has values that are not supported.
    """
    if not is_configuration(parsed):
        said = "a Keras model" if isinstance(parsed, dict) and "class_name" in parsed else "not a configuration"
        raise UsageError(f"{name} is {said}: it has no model_type", f"known: {', '.join(FAMILIES)}")
    model_type, given = parsed["model_type"], parsed
    remarks = list(_quantized(parsed))
    if model_type in NESTED:
        key, inner = NESTED[model_type]
        given = parsed.get(key) if isinstance(parsed.get(key), dict) else {}
        remarks.append(f"only the text model of {model_type} is counted ({key})")
        model_type = inner
    if model_type not in FAMILIES:
        return _estimated(model_type, given, name)
    try:
        return _counted(FAMILIES[model_type], given, name, remarks)
    except UsageError as error:
        mistake = error.mistakes[0]
        message = mistake.message if mistake.message.startswith(name) else f"{name}: {mistake.message}"
        raise UsageError(message, mistake.hint) from None


def is_configuration(parsed: Any) -> bool:  # noqa: ANN401
    """Whether the values of a JSON file are a configuration of Hugging Face, and not of Keras.

    >>> is_configuration({"model_type": "bert"}), is_configuration({"class_name": "Functional", "config": {}})
    (True, False)
    """
    return isinstance(parsed, dict) and isinstance(parsed.get("model_type"), str)


def _quantized(parsed: Mapping[str, Any]) -> Iterator[str]:
    if parsed.get("quantization_config"):
        yield "quantization_config: parameters are counted as before the quantization"


def _counted(family: ModelFamily, given: Mapping[str, Any], name: str, remarks: list[str]) -> Selected:
    """Return the network of a family with the arguments of a configuration."""
    found = fields(family, given, name)
    chosen = {key: _written(value) for key, value in arguments(family, found).items()}
    said = [*remarks, *_said(family, given, found)]
    changed: dict[str, Any] = {
        "name": name, "title": _title(given, name), "chosen": chosen, "paper": {}, "expect": (), "note": "",
        "built_in": False, "remarks": tuple(said),
    }  # fmt: skip
    changed |= {} if family.tokens is None else {"input": _written(family.tokens(found))}
    return Selected(family.network, changed)


def _said(family: ModelFamily, given: Mapping[str, Any], found: Fields) -> Iterator[str]:
    """Yield what a table has to say about a configuration."""
    if family.notes is not None:
        yield from family.notes(found)
    classes = given.get("architectures")
    if isinstance(classes, list) and classes and family.counted not in classes:
        yield f"counted as {family.counted}, not as {listed(map(str, classes))}"
    if ignored := unread(family, given):
        yield f"fields without a known effect, ignored: {listed(ignored)}"


def _title(given: Mapping[str, Any], name: str) -> str:
    """Return the name that the configuration states, or that of its folder."""
    stated = given.get("_name_or_path")
    folder = Path(os.path.abspath(name)).parent.name  # noqa: PTH100 - it need not exist
    return stated if isinstance(stated, str) and stated else folder or name


def _written(value: Any) -> Written:  # noqa: ANN401
    """Return a value as a spec has it written."""
    if isinstance(value, list | tuple):
        return Items(tuple(_written(item) for item in value))
    return Text(str(value).lower() if isinstance(value, bool) else str(value))


def _estimated(model_type: str, given: Mapping[str, Any], name: str) -> Selected:
    """Return a network of Llama's family with the sizes of a model of an unknown type: an estimate.

    Raises:
        UsageError: the configuration lacks a size.
    """
    lacking = [field for field in NEEDED if type(given.get(field)) is not int]
    if lacking or given.get("is_encoder_decoder"):
        message = f"{name}: unknown model type '{model_type}'"
        raise UsageError(message, suggestion(model_type, FAMILIES))
    said = (
        f"estimate: the model type '{model_type}' is not known; counted like Llama, from {listed(NEEDED)}",
        f"known model types: {', '.join(FAMILIES)}",
    )
    family = FAMILIES["llama"]._replace(notes=lambda _: iter(said))
    sizes = {key: value for key, value in given.items() if key in family.fields or key == "_name_or_path"}
    estimate = _counted(family, sizes, name, [])
    return estimate._replace(fields={**estimate.fields, "title": f"{estimate.fields['title']} (estimate)"})
