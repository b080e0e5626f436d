"""Models in several files: the index and the files have to agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archcalc.errors import UsageError
from archcalc.importers.weights import read
from archcalc.limits import TENSORS
from tests.importers.weight_files import archive, safetensors, state_dict, tensor, write

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
MAP = {"a.weight": ONE, "b.weight": TWO}


def index(folder: Path, content: object, name: str = "model.safetensors.index.json") -> str:
    """Write an index beside its two files, and return its path."""
    write(folder, ONE, safetensors({"a.weight": ("F32", [2, 3])}))
    write(folder, TWO, safetensors({"b.weight": ("BF16", [4])}))
    return write(folder, name, json.dumps(content).encode())


def test_the_files_of_an_index_are_one_model(tmp_path: Path) -> None:
    found = read(index(tmp_path, {"metadata": {"total_size": 32}, "weight_map": MAP}))
    assert ([tensor.name for tensor in found.tensors], found.files, found.bytes) == (["a.weight", "b.weight"], 2, 32)
    assert found.remarks == ()


def test_files_of_pytorch_can_be_parts_too(tmp_path: Path) -> None:
    write(tmp_path, "p.bin", archive(state_dict(a=tensor("0", (2,), 2)), {"0": 8}))
    found = read(index(tmp_path, {"weight_map": {"a": "p.bin"}}, "pytorch_model.bin.index.json"))
    assert (found.form, found.bytes) == ("PyTorch", 8)


def test_what_the_index_does_not_list_is_said(tmp_path: Path) -> None:
    write(tmp_path, "more.safetensors", safetensors({"a": ("F32", [1]), "b": ("F32", [1])}))
    found = read(index(tmp_path, {"metadata": {"total_size": 9}, "weight_map": {"a": "more.safetensors"}}))
    assert found.remarks == ("not in the index: b", "the index states 9 bytes, but the tensors have 8")


REFUSED = {
    "not a mapping": ([], "index.json is not an index of weights: it has no weight_map"),
    "no map": ({"metadata": {}}, "index.json is not an index of weights: it has no weight_map"),
    "an empty map": ({"weight_map": {}}, "index.json is not an index of weights"),
    "a number for a file": ({"weight_map": {"a": 1}}, "'1' is not the name of a file"),
    "a file elsewhere": ({"weight_map": {"a": "../a.safetensors"}}, "'../a.safetensors' is not the name of a file"),
    "an absolute path": ({"weight_map": {"a": "/etc/passwd"}}, "'/etc/passwd' is not the name of a file"),
    "the folder above": ({"weight_map": {"a": ".."}}, "'..' is not the name of a file"),
    "itself": ({"weight_map": {"a": "model.safetensors.index.json"}}, "is an index, too"),
    "a missing file": ({"weight_map": {"a": "none.safetensors"}}, "none.safetensors does not exist"),
    "a missing tensor": ({"weight_map": {**MAP, "c": TWO}}, f"{TWO} does not have c"),
    "a tensor in another file": ({"weight_map": {"a.weight": TWO, "b.weight": ONE}}, f"{ONE} does not have b.weight"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_an_index_that_does_not_fit_is_told_why(content: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(index(tmp_path, content))
    assert message in str(caught.value)


def test_a_tensor_in_two_files_is_refused(tmp_path: Path) -> None:
    path = index(tmp_path, {"weight_map": {"a.weight": ONE, "x": "x.safetensors"}})
    write(tmp_path, "x.safetensors", safetensors({"a.weight": ("F32", [1]), "x": ("F32", [1])}))
    with pytest.raises(UsageError, match=r"two parts have the tensor 'a.weight'"):
        read(path)


def test_the_tensors_of_all_parts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TENSORS.variable, "1")
    with pytest.raises(UsageError, match="has more than 1 tensors"):
        read(index(tmp_path, {"weight_map": MAP}))
