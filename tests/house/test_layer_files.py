"""A layer's kind is its file's name: each file of the room declares what it is named."""

from __future__ import annotations

import pytest

from archcalc.layers.base import Layer
from archcalc.layers.registry import SHARED_FILES, find, kind_names
from archcalc.rooms import fetch, members


def kinds_of(file: str) -> list[str]:
    """Return the kinds that a file of the room declares."""
    module = fetch("layers", file)
    classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Layer)]
    return [vars(c)["kind"] for c in classes if c.__module__ == module.__name__ and "kind" in vars(c)]


@pytest.mark.parametrize("file", kind_names())
def test_a_layer_file_declares_the_one_kind_it_is_named_after(file: str) -> None:
    assert kinds_of(file) == [file]
    assert find(file).kind == file


@pytest.mark.parametrize("file", SHARED_FILES)
def test_what_layer_files_share_is_no_kind(file: str) -> None:
    assert file in members("layers")
    assert kinds_of(file) == []
