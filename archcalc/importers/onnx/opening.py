"""An ONNX file, opened: mapped into memory, so that only the bytes that are read are fetched from the disk."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.file_bytes import open_file
from archcalc.importers.onnx.decoding import Decoder
from archcalc.importers.onnx.wire import Wire
from archcalc.limits import MEGABYTE

if TYPE_CHECKING:
    from archcalc.importers.onnx.model import OnnxModel

_SMALL = 4 * MEGABYTE
"""Smaller files are read as a whole, which is quicker."""


def read_model(path: str) -> OnnxModel:
    """Read an ONNX file: everything but its weights. No code in it is run, and no other file is opened.

    Raises:
        UsageError: the file does not exist, cannot be read, is damaged, or exceeds a limit.
    """
    content = _mapped(path)
    return decoded(content, path)


def _mapped(path: str) -> bytes | mmap:
    """Return the bytes of a file, of which only those are fetched that are looked at."""
    with open_file(path) as file:
        content = file.read(_SMALL)
        return content if len(content) < _SMALL else mmap(file.fileno(), 0, access=ACCESS_READ)


def decoded(content: bytes | mmap, name: str) -> OnnxModel:
    """Read the bytes of an ONNX model; ``name`` is what messages call it.

    >>> decoded(b"", "empty.onnx")
    Traceback (most recent call last):
    archcalc.errors.UsageError: empty.onnx is empty

    Raises:
        UsageError: they are damaged, or exceed a limit.
    """
    if not len(content):
        raise UsageError(f"{name} is empty")
    return Decoder(Wire(content, name)).model((0, len(content)))
