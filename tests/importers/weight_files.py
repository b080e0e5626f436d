"""Files of weights written by hand, byte by byte, as their formats describe them."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = {"F32": 4, "BF16": 2, "F16": 2, "F8_E4M3": 1, "I8": 1, "I64": 8}


def packed(header: bytes, data: bytes = b"") -> bytes:
    """Return a safetensors file with some header."""
    return struct.pack("<Q", len(header)) + header + data


def described(tensors: dict[str, tuple[str, list[int]]], metadata: dict[str, str] | None = None) -> tuple[bytes, int]:
    """Return the header for tensors of types and shapes, and how many bytes their values take."""
    entries: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    end = 0
    for name, (dtype, shape) in tensors.items():
        start, end = end, end + WIDTHS[dtype]
        for size in shape:
            end = start + (end - start) * size
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
    return json.dumps(entries).encode(), end


def safetensors(tensors: dict[str, tuple[str, list[int]]], metadata: dict[str, str] | None = None) -> bytes:
    """Return a safetensors file of zeros."""
    header, size = described(tensors, metadata)
    return packed(header, bytes(size))


def unicode(text: str) -> bytes:
    """Return the opcode that pushes a text."""
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def number(value: int) -> bytes:
    """Return the opcode that pushes a number."""
    return b"\x8a" + bytes([9]) + value.to_bytes(9, "little", signed=True)


def tensor(key: str, dims: tuple[int, ...], values: int, offset: int = 0, storage: str = "FloatStorage") -> bytes:
    """Return the opcodes that rebuild a tensor of a storage with so many values."""
    strides: list[int] = []
    step = 1
    for size in reversed(dims):
        strides.insert(0, step)
        step *= size
    identifier = b"(" + unicode("storage") + b"ctorch\n" + storage.encode() + b"\n" + unicode(key) + unicode("cpu")
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n((" + identifier[1:] + number(values) + b"tQ" + number(offset)
    sizes = b"(" + b"".join(map(number, dims)) + b"t(" + b"".join(map(number, strides)) + b"t"
    return rebuilt + sizes + b"\x89ccollections\nOrderedDict\n)RtR"


def state_dict(**tensors: bytes) -> bytes:
    """Return the pickle of a mapping from names to tensors."""
    pairs = b"".join(unicode(name.replace("__", ".")) + opcodes for name, opcodes in tensors.items())
    return b"\x80\x02}(" + pairs + b"u."


def archive(pickled: bytes, storages: dict[str, int], folder: str = "archive") -> bytes:
    """Return a file of torch.save: the pickle, and storages of so many bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        members = {"data.pkl": pickled, **{f"data/{key}": bytes(size) for key, size in storages.items()}}
        for name, data in (members | {"version": b"3\n"}).items():
            file.writestr(zipfile.ZipInfo(f"{folder}/{name}"), data)  # without the time of now
    return content.getvalue()


def before(pickled: bytes, keys: list[str], data: bytes) -> bytes:
    """Return a file of the format before PyTorch 1.6."""
    first = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
    start = b"".join(pickle.dumps(value, protocol=2) for value in first)
    return start + pickled + pickle.dumps(keys, protocol=2) + data


def write(folder: Path, name: str, content: bytes) -> str:
    """Write a file, and return its path."""
    (folder / name).write_bytes(content)
    return str(folder / name)
