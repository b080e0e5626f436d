"""The files of ``torch.save``, read without PyTorch and without unpickling: a ZIP archive, or the format before it.

Source: PyTorch's torch/serialization.py: in the archive ``NAME/data.pkl``, and ``NAME/data/KEY`` for each storage;
before version 1.6 a pickled magic number, a version, a description of the machine, the object, the keys of the
storages, and their values.
"""

from __future__ import annotations

import io
import os
import zipfile
from typing import TYPE_CHECKING

from archcalc.damage import DAMAGED
from archcalc.errors import UsageError
from archcalc.file_bytes import within
from archcalc.importers import pickle_machine
from archcalc.importers.archive import AGAIN, bound_directory
from archcalc.importers.signatures import HEAD, UNPICKLE, refusal
from archcalc.importers.torch_tensors import Found, StoredValues, tensors
from archcalc.limits import PICKLE_SIZE
from archcalc.quantities.stored import StoredWeights

if TYPE_CHECKING:
    from typing import Any, BinaryIO

FORM, BEFORE = "PyTorch", "PyTorch before 1.6"
MAGIC = 0x1950A86A20F9469CFC6C
"""The number that the format before version 1.6 begins with, as a pickle."""

MAGIC_PICKLE = b"\x80\x02\x8a\n" + MAGIC.to_bytes(10, "little") + b"."


def read(file: BinaryIO, name: str) -> StoredWeights:
    """Read the tensors of a file of ``torch.save``.

    Raises:
        UsageError: it is something else, damaged, or larger than the limits.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(MAGIC_PICKLE[:4]) and MAGIC_PICKLE.startswith(head[: len(MAGIC_PICKLE)]):
        return _before(file, name)
    if head.startswith(b"PK\x03\x04"):
        return _archive(file, name)
    error = refusal(name, head, "a file of torch.save")
    raise UsageError(error.mistakes[0].message, UNPICKLE) if head.startswith(b"\x80") else error


def _archive(file: BinaryIO, name: str) -> StoredWeights:
    """Read a ZIP archive: its directory, and the one pickle in it."""
    bound_directory(file, name, "file of torch.save")
    try:
        archive = zipfile.ZipFile(file)
        entries = {entry.filename: entry for entry in archive.infolist()}
        inside = min((path for path in entries if path.endswith("data.pkl") and path.count("/") <= 1), default=None)
        if inside is None:
            raise UsageError(f"{name} is a ZIP archive without data.pkl, not a file of torch.save", "unpack it first")
        with archive.open(entries[inside]) as opened:
            content = within(opened.read(PICKLE_SIZE.value + 1), f"the pickle in {name}", PICKLE_SIZE)
        found = tensors(pickle_machine.run(io.BytesIO(content), name), name)
    except DAMAGED as error:
        raise UsageError(f"{name} is not a valid file of torch.save: {error}", AGAIN) from None
    folder = inside.removesuffix("data.pkl")
    sizes = {path.removeprefix(f"{folder}data/"): entry.file_size for path, entry in entries.items()}
    _require_storages(found, sizes, name)
    return StoredWeights(name, FORM, tuple(found.tensors), remarks=found.remarks)


def _require_storages(found: Found, sizes: dict[str, int], name: str) -> None:
    """Refuse a file that lacks a storage, or has another number of bytes for it."""
    for key, storage in found.storages.items():
        if sizes.get(key) != storage.bytes:
            has = f"has {sizes[key]:,}" if key in sizes else "is missing"
            problem = f"storage {key} needs {storage.bytes:,} bytes, but {has}"
            raise UsageError(f"{name} is not a valid file of torch.save: {problem}", AGAIN)


def _before(file: BinaryIO, name: str) -> StoredWeights:
    """Read the format before version 1.6: five pickles, and the storages in the order of the fifth."""
    described: list[Any] = [pickle_machine.run(file, name) for _ in range(5)]
    found, keys = tensors(described[3], name), described[4]
    start, needed = file.tell(), sum(map(_with_length, found.storages.values()))
    has = file.seek(0, os.SEEK_END) - start
    if not isinstance(keys, list) or not set(found.storages) <= {key for key in keys if isinstance(key, str)}:
        raise UsageError(f"{name} is not a valid file of torch.save: a storage is missing", AGAIN)
    if needed > has:
        problem = f"its storages need {needed:,} bytes, but the file has {has:,}"
        raise UsageError(f"{name} is not a valid file of torch.save: {problem}", AGAIN)
    return StoredWeights(name, BEFORE, tuple(found.tensors), remarks=found.remarks)


def _with_length(storage: StoredValues) -> int:
    """Return the bytes of a storage and of the number before it, which tells how many values there are."""
    return storage.bytes + 8
