"""What all tests share: how hypothesis searches, and PyTorch as an oracle where it is installed."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings

# No deadlines: the time of one example on a shared machine says nothing. The short run draws the same
# examples each time, so that it is green or red for a reason in the change; `--hypothesis-profile long` draws
# others, and more.
settings.register_profile("short", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("long", deadline=None, derandomize=False, max_examples=2000, print_blob=True)
settings.load_profile("short")

# A test says itself how wide a terminal is and whether there is colour; who runs the tests, or in how many processes,
# does not.
for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites golden files; each has to pass its own invariant first."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite the golden files of tests/reports")


@pytest.fixture(scope="session")
def torch() -> Any:  # noqa: ANN401 - a module that need not be installed
    """PyTorch, or a skipped test where it is not installed."""
    return pytest.importorskip("torch")


@pytest.fixture(scope="session")
def torchvision(torch: Any) -> Any:  # noqa: ANN401, ARG001
    """torchvision, also beside a PyTorch of another build: the door to it knows how to import it."""
    return pytest.importorskip("archcalc.importers.torchvision", exc_type=ModuleNotFoundError).torchvision
