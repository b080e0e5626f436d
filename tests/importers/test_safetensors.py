"""safetensors: names, dimensions and number types are read, and every damaged file is told what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archcalc.errors import UsageError
from archcalc.importers.json_text import SEPARATORS
from archcalc.importers.weights import read
from tests.cli.forking import within
from tests.importers.weight_files import described, packed, safetensors, write

if TYPE_CHECKING:
    from pathlib import Path

TWO = {"fc.weight": ("F32", [10, 5]), "fc.bias": ("BF16", [10])}


def refusal(folder: Path, content: bytes, name: str = "w.safetensors") -> str:
    """Return what is said of a file, without its folder."""
    path = write(folder, name, content)
    with pytest.raises(UsageError) as caught:
        read(path)
    return str(caught.value).replace(f"{folder}/", "")


def test_tensors_are_read_in_the_order_of_their_values(tmp_path: Path) -> None:
    found = read(write(tmp_path, "w.safetensors", safetensors(TWO, {"format": "pt"})))
    assert [tensor[:3] for tensor in found.tensors] == [
        ("fc.weight", (10, 5), "float32"),
        ("fc.bias", (10,), "bfloat16"),
    ]
    assert (found.elements, found.bytes, found.form) == (60, 220, "safetensors")


def test_small_types_scalars_and_empty_tensors(tmp_path: Path) -> None:
    mixed = {"a": ("F8_E4M3", [3, 3]), "b": ("I8", []), "c": ("I64", [0, 4]), "d": ("F16", [2])}
    found = read(write(tmp_path, "w.safetensors", safetensors(mixed)))
    assert {t.name: (t.elements, t.bytes) for t in found.tensors} == {
        "a": (9, 9),
        "b": (1, 1),
        "c": (0, 0),
        "d": (2, 4),
    }
    four_bits = packed(b'{"a":{"dtype":"F4","shape":[8],"data_offsets":[0,4]}}', bytes(4))
    assert read(write(tmp_path, "f4.safetensors", four_bits)).tensors[0].bytes == 4


def test_tied_tensors_that_the_file_only_names(tmp_path: Path) -> None:
    content = safetensors(TWO, {"head.weight": "fc.weight", "format": "pt"})
    assert read(write(tmp_path, "w.safetensors", content)).left_out == {"head.weight": "fc.weight"}


def entry(**values: object) -> bytes:
    """Return a file of one tensor of 4 bytes, described with some values changed."""
    field = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | values
    return packed(json.dumps({"a": {k: v for k, v in field.items() if v is not None}}).encode(), bytes(4))


def two(first: list[int], second: list[int], size: int = 8) -> bytes:
    """Return a file of two tensors of 4 bytes at some offsets."""
    each = {name: {"dtype": "F32", "shape": [1], "data_offsets": at} for name, at in (("a", first), ("b", second))}
    return packed(json.dumps(each).encode(), bytes(size))


NOT_VALID = "w.safetensors is not a valid safetensors file: "
NOT_JSON = "the header of w.safetensors is not valid JSON: "
DAMAGED = {
    "only the length": (b"\x08\0\0\0", f"{NOT_VALID}it has only 4 bytes"),
    "longer header than the file": (packed(b"{}" + b" " * 998)[:100], f"{NOT_VALID}its header has 1,000 bytes, but only 92 follow"),
    "huge header": (b"\xff" * 7 + b"\x7f{}", "the header of w.safetensors is larger than 20 MB"),
    "no JSON": (packed(b'{"a": '), f"{NOT_JSON}Expecting value (line 1, column 7)"),
    "infinity": (packed(b'{"a": Infinity}'), f"{NOT_JSON}Infinity is not a number in JSON"),
    "a number of 5000 digits": (packed(b'{"a": ' + b"9" * 5000 + b"}"), NOT_JSON),
    "deep": (packed(b'{"a": ' + b"[" * 200_000), "the header of w.safetensors is nested too deeply"),
    "millions of values": (packed(b'{"a": [' + b"[]," * 3_000_000), "the header of w.safetensors has more than 3,000,000 values"),
    "not UTF-8": (packed(b'{"\xff": 1}'), "the header of w.safetensors is not UTF-8 text (byte 2)"),
    "a name twice": (packed(b'{"a": 1, "a": 2}'), "the header of w.safetensors has the key 'a' twice"),
    "metadata of numbers": (packed(b'{"__metadata__": {"a": 1}}'), f"{NOT_VALID}__metadata__ is not a mapping of texts"),
    "a tensor that is a number": (packed(b'{"a": 1}'), f"{NOT_VALID}'a' is not described by dtype, shape and data_offsets"),
    "a field too few": (entry(dtype=None), f"{NOT_VALID}'a' is not described by dtype, shape and data_offsets"),
    "a field too many": (entry(extra=1), f"{NOT_VALID}'a' is not described by dtype, shape and data_offsets"),
    "an unknown type": (entry(dtype="F31"), "w.safetensors: 'a' has the unknown number type 'F31'\n  known: BOOL, U8"),
    "a type that is a list": (entry(dtype=[]), "w.safetensors: 'a' has the unknown number type '[]'"),
    "a negative size": (entry(shape=[-1]), f"{NOT_VALID}'a' has the invalid shape [-1]"),
    "a size that is true": (entry(shape=[True]), f"{NOT_VALID}'a' has the invalid shape [True]"),
    "a size that is no whole number": (entry(shape=[1.0]), f"{NOT_VALID}'a' has the invalid shape [1.0]"),
    "too many axes": (entry(shape=[1] * 65), f"{NOT_VALID}'a' has the invalid shape [1, 1"),
    "one offset": (entry(data_offsets=[0]), f"{NOT_VALID}'a' has the invalid offsets [0]"),
    "offsets backwards": (entry(data_offsets=[4, 0]), f"{NOT_VALID}'a' has the invalid offsets [4, 0]"),
    "too few bytes": (entry(data_offsets=[0, 3]), f"{NOT_VALID}'a' has 3 bytes, which is not the size of F32 of shape [1]"),
    "a huge shape": (entry(shape=[2**62] * 64), f"{NOT_VALID}'a' has 4 bytes, which is not the size of F32"),
    "overlapping": (two([0, 4], [2, 6]), f"{NOT_VALID}'b' overlaps 'a'"),
    "the same values twice": (two([0, 4], [0, 4]), f"{NOT_VALID}'b' overlaps 'a'"),
    "a gap": (two([0, 4], [8, 12], 12), f"{NOT_VALID}'b' leaves a gap after 'a'"),
    "a gap at the start": (two([4, 8], [8, 12], 12), f"{NOT_VALID}'a' leaves a gap after the header"),
    "truncated": (two([0, 4], [4, 8], 7), f"{NOT_VALID}its header describes 8 bytes of values, but the file has 7"),
    "more than is described": (two([0, 4], [4, 8], 9), f"{NOT_VALID}its header describes 8 bytes of values, but the file has 9"),
    "a PDF": (b"%PDF-1.7\n%....", "w.safetensors is a PDF, not a safetensors file"),
    "a Git LFS pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "w.safetensors is a Git LFS pointer, not a safetensors file\n  run git lfs pull to get the file itself",
    ),
    "a pickle": (b"\x80\x04\x95\x0b\0\0\0\0\0\0\0", "w.safetensors is a pickle, not a safetensors file\n  archcalc does not unpickle"),
    "a web page": (b"<!DOCTYPE html><html>404", "w.safetensors is a web page, not a safetensors file"),
    "empty": (b"", "w.safetensors is empty, not a safetensors file"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_told_what_is_wrong(content: bytes, message: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).startswith(message)


def test_every_beginning_of_a_file_is_refused(tmp_path: Path) -> None:
    content = safetensors(TWO)
    for end in range(len(content)):
        assert refusal(tmp_path, content[:end]).startswith(("w.safetensors is", "the header of"))


def test_files_that_do_not_exist_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none.safetensors does not exist"):
        read("none.safetensors")
    with pytest.raises(UsageError, match="is a directory"):
        read(str(tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("value", [b"[],", b'"ab",', b"1.5,", b"{},", b"12345,"])
def test_the_most_values_take_seconds_and_less_than_400_megabytes(value: bytes, tmp_path: Path) -> None:
    signs = sum(map(value.count, SEPARATORS))
    header = b'{"a": [' + value * min(2_990_000 // signs, 19_900_000 // len(value)) + b"0]}"
    done = within(5, 400_000_000, "show", write(tmp_path, "w.safetensors", packed(header)))
    assert done.returncode == 2
    assert "'a' is not described by dtype" in done.stderr


def test_a_file_of_two_gigabytes_takes_a_second_and_100_megabytes(tmp_path: Path) -> None:
    size = 2 * 10**9 // 4
    header, end = described({"model.embed.weight": ("F32", [size // 1000, 1000])})
    path = tmp_path / "big.safetensors"
    with path.open("wb") as file:
        file.write(packed(header))
        file.truncate(file.tell() + end)
    done = within(1, 100_000_000, "show", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2,000,000,000" in done.stdout
