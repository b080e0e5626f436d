"""Exported Keras programs of all built-in networks that Keras expresses: every row's shape and parameters."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.foreign.expressing import NotExpressed
from archcalc.foreign.keras.axes import last
from archcalc.specfile.shipped import entries
from tests.witness.exported import KerasRecorder

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

NAMES = [entry.name for entry in entries()]
FEWEST = 397
"""How many networks Keras expresses at least."""


@pytest.fixture(scope="module")
def keras() -> Iterator[Any]:
    """Return Keras on PyTorch, which follows a deep model by recursion."""
    pytest.importorskip("torch")
    patch = pytest.MonkeyPatch()
    patch.setenv("KERAS_BACKEND", "torch")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield pytest.importorskip("keras")
    sys.setrecursionlimit(limit)
    patch.undo()


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_program_has_the_same_shape_and_parameters(name: str, keras: Any) -> None:
    table = archcalc.load(name).analyze(heads=False)
    try:
        program = archcalc.export(table, "keras")
    except NotExpressed as missing:
        assert len(missing.mistakes) > 1  # noqa: PT017 - that others are not is counted below
        return
    recorder = KerasRecorder(str(program))
    with keras.device("meta"):
        recorder.names[recorder.entrance]()
    keras.backend.clear_session()
    assert recorder.rows == [(last(row.output), row.params) for row in table]


def expressed(name: str) -> bool:
    """Whether a network can be exported; that it is then right is shown above, by whichever process."""
    try:
        archcalc.export(archcalc.load(name).analyze(heads=False), "keras")
    except NotExpressed:
        return False
    return True


def test_most_networks_are_expressed() -> None:
    assert sum(map(expressed, NAMES)) >= FEWEST
