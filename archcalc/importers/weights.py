"""Files of weights, by suffix and content: safetensors, PyTorch, and the index of a model in several parts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.file_bytes import open_file, read_bytes
from archcalc.importers import safetensors, torch_file
from archcalc.importers.json_text import parse
from archcalc.importers.signatures import HEAD, NO_WEIGHTS, recognize
from archcalc.limits import HEADER_SIZE, TENSORS, spend
from archcalc.quantities.stored import StoredWeights
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, NoReturn

    from archcalc.importers.wishes import Wishes
    from archcalc.quantities.stored import StoredTensor

INDEX = ".index.json"
_APART = re.compile(r"[/\\\0]")
"""What no name of a file in the same folder has."""


def spec(target: str, wished: Wishes) -> NoReturn:  # noqa: ARG001 - as all importers are called
    """Refuse weights where a network is named: they have no layers.

    Raises:
        UsageError: always.
    """
    hint = f"archcalc show {target} lists the tensors; archcalc verify NET --weights {target} compares them"
    raise UsageError(f"{target} is a file of weights, not a network", hint)


def read(path: str) -> StoredWeights:
    """Read names, dimensions and number types of the tensors in a file, and no values.

    Raises:
        UsageError: the file does not exist, is something else, damaged, or larger than the limits.
    """
    if path.lower().endswith(INDEX):
        return _index(path)
    with open_file(path, missing=NO_WEIGHTS) as file:
        return _opened(file, path)


def _opened(file: BinaryIO, path: str) -> StoredWeights:
    """Read a file by its content, or, where that is neither format, by its suffix."""
    head = file.read(HEAD)
    found = recognize(head).what
    looks_like_torch = found in ("a ZIP archive", "a pickle") and not path.lower().endswith(".safetensors")
    if looks_like_torch or (path.lower().endswith((".pt", ".pth", ".ckpt", ".bin")) and found != "a safetensors file"):
        return torch_file.read(file, path)
    return safetensors.read(file, path)


def _index(path: str) -> StoredWeights:
    """Read all parts of a model, and compare them with the index."""
    parsed = parse(read_bytes(path, HEADER_SIZE, missing=NO_WEIGHTS), path)
    parts = _parts(parsed, path)
    found = [read(str(Path(path).with_name(part))) for part in _bounded(parts, path)]
    tensors = tuple(tensor for part in found for tensor in part.tensors)
    if len(tensors) > TENSORS.value:
        raise UsageError(*TENSORS.exceeded(path, len(tensors)))
    _require_once(tensors, path)
    _require_listed(found, parts, path)
    weights = StoredWeights(path, found[0].form, tensors, files=len(found))
    return weights._replace(
        left_out={key: owner for part in found for key, owner in part.left_out.items()},
        remarks=(*_unlisted(tensors, parsed["weight_map"]), *_total(weights, parsed), *dict.fromkeys(_said(found))),
    )


def _parts(parsed: Any, path: str) -> dict[str, list[str]]:  # noqa: ANN401 - whatever the file holds
    """Return the names of the tensors in each part."""
    listed_in = parsed.get("weight_map") if isinstance(parsed, dict) else None
    if not isinstance(listed_in, dict) or not listed_in:
        raise UsageError(f"{path} is not an index of weights: it has no weight_map", "name the file of the weights")
    parts: dict[str, list[str]] = {}
    for name, part in listed_in.items():
        if not isinstance(part, str) or not part.strip(".") or _APART.search(part):  # of dots alone: a folder
            raise UsageError(f"{path}: '{part}' is not the name of a file", "the parts must be in the same folder")
        parts.setdefault(part, []).append(name)
    return parts


def _bounded(parts: dict[str, list[str]], path: str) -> Iterator[str]:
    """Yield the parts, each of which is a file of its own and no index."""
    for part in sorted(parts):
        if part.lower().endswith(INDEX):
            raise UsageError(f"{path}: its part '{part}' is an index, too", "the parts must be files of weights")
        spend(100)
        yield part


def _require_once(tensors: tuple[StoredTensor, ...], path: str) -> None:
    """Refuse parts that have a tensor twice."""
    names = [tensor.name for tensor in tensors]
    if len(set(names)) < len(names):
        seen: set[str] = set()
        twice = next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise UsageError(f"{path}: two parts have the tensor '{twice}'", "get the files again")


def _require_listed(found: list[StoredWeights], parts: dict[str, list[str]], path: str) -> None:
    """Refuse parts without a tensor that the index lists in them."""
    for weights, (part, names) in zip(found, sorted(parts.items()), strict=True):
        lacking = sorted(set(names) - {tensor.name for tensor in weights.tensors} - set(weights.left_out))
        if lacking:
            raise UsageError(f"{path}: {part} does not have {listed(lacking)}", "get the files again")


def _unlisted(tensors: tuple[StoredTensor, ...], known: dict[str, str]) -> Iterator[str]:
    """Yield what is in the parts, and not in the index."""
    unlisted = [tensor.name for tensor in tensors if tensor.name not in known]
    if unlisted:
        yield f"not in the index: {listed(unlisted)}"


def _total(weights: StoredWeights, parsed: dict[str, Any]) -> Iterator[str]:
    """Yield a remark where the index states another size."""
    metadata = parsed.get("metadata")
    stated = metadata.get("total_size") if isinstance(metadata, dict) else None
    if isinstance(stated, int | float) and stated != weights.bytes:
        yield f"the index states {int(stated):,} bytes, but the tensors have {weights.bytes:,}"


def _said(found: list[StoredWeights]) -> Iterator[str]:
    """Yield the remarks on the parts."""
    yield from (f"{weights.name}: {remark}" for weights in found for remark in weights.remarks)
