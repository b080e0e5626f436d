"""What a file is, by how it begins: one table, for the messages about files that are something else."""

from __future__ import annotations

from typing import NamedTuple

from archcalc.errors import UsageError

HEAD = 512
"""The number of bytes by which a file is recognized."""


class Signature(NamedTuple):
    """How the files of one format begin: what they are called, the bytes at an offset, and what to do about one."""

    what: str
    magic: bytes
    offset: int = 0
    hint: str = ""


UNPACK = "unpack it first"
UNPICKLE = "archcalc does not unpickle: a pickle can run code; save the weights as safetensors"
NO_WEIGHTS = "name a .safetensors, .pt, .pth or .bin file, or the .index.json of its parts"

SIGNATURES = (
    Signature("a Git LFS pointer", b"version https://git-lfs", 0, "run git lfs pull to get the file itself"),
    Signature("a PDF", b"%PDF-"),
    Signature("a ZIP archive", b"PK\x03\x04", 0, UNPACK),
    Signature("an empty ZIP archive", b"PK\x05\x06"),
    Signature("an HDF5 file", b"\x89HDF\r\n\x1a\n", 0, "read it with h5py or Keras, and save it as safetensors"),
    Signature("a GGUF file", b"GGUF"),
    Signature("a NumPy array", b"\x93NUMPY"),
    Signature("a TensorFlow Lite model", b"TFL3", 4),
    Signature("a gzip file", b"\x1f\x8b", 0, UNPACK),
    Signature("a bzip2 file", b"BZh", 0, UNPACK),
    Signature("an xz file", b"\xfd7zXZ\x00", 0, UNPACK),
    Signature("a Zstandard file", b"\x28\xb5\x2f\xfd", 0, UNPACK),
    Signature("a 7-Zip archive", b"7z\xbc\xaf\x27\x1c", 0, UNPACK),
    Signature("a RAR archive", b"Rar!\x1a\x07", 0, UNPACK),
    Signature("a tar archive", b"ustar", 257, UNPACK),
    Signature("a PNG image", b"\x89PNG\r\n\x1a\n"),
    Signature("a JPEG image", b"\xff\xd8\xff"),
    Signature("a GIF image", b"GIF8"),
    Signature("a WebP image", b"WEBP", 8),
    Signature("a Parquet file", b"PAR1"),
    Signature("an SQLite database", b"SQLite format 3\x00"),
    Signature("a program (ELF)", b"\x7fELF"),
    Signature("a program (Windows)", b"MZ"),
    Signature("a web page", b"<!DOCTYPE html"),
    Signature("a web page", b"<html"),
    Signature("XML", b"<?xml"),
    Signature("a safetensors file", b'{"', 8),
    *(Signature("a pickle", bytes((0x80, protocol)), 0, UNPICKLE) for protocol in range(2, 6)),
    Signature("JSON", b"{"),
    Signature("JSON", b"["),
)
"""The formats, from the longest signatures to those of one byte."""

EMPTY, TEXT, UNKNOWN = Signature("empty", b""), Signature("a text file", b""), Signature("in an unknown format", b"")
"""What has no signature."""


def recognize(head: bytes) -> Signature:
    r"""Return what a file is that begins with some bytes.

    >>> recognize(b"%PDF-1.7").what, recognize(b"\x80\x04\x95").what, recognize(b"import torch").what
    ('a PDF', 'a pickle', 'a text file')
    """
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for known in SIGNATURES:
        if head.startswith(known.magic, known.offset) or (not known.offset and text.startswith(known.magic)):
            return known
    if not text:
        return EMPTY
    return UNKNOWN if b"\x00" in head or not _is_text(head) else TEXT


def _is_text(head: bytes) -> bool:
    """Whether bytes are UTF-8; a character that the end cuts does not matter."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def refusal(name: str, head: bytes, expected: str) -> UsageError:
    """Return the error about a file that is not what is expected: it is named for what it is.

    >>> print(refusal("model.safetensors", b"%PDF-1.7", "a safetensors file"))
    model.safetensors is a PDF, not a safetensors file
      name a .safetensors, .pt, .pth or .bin file, or the .index.json of its parts
    """
    found = recognize(head)
    return UsageError(f"{name} is {found.what}, not {expected}", found.hint or NO_WEIGHTS)
