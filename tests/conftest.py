"""What all tests share: how many run at once, how hypothesis searches, and PyTorch where it is installed."""

from __future__ import annotations

import gc
import linecache
import os
import sys
from typing import Any

import pytest
from hypothesis import settings

# No deadlines: the time of one example on a shared machine says nothing. The short run and the long run draw the same
# examples each time, so that they are green or red for a reason in the change; `--hypothesis-profile=many` draws
# others each time, and more: with PyTorch as an oracle, and by hand.
settings.register_profile("short", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("long", settings.get_profile("short"), max_examples=500)
settings.register_profile("many", deadline=None, derandomize=False, max_examples=2000, print_blob=True)
settings.load_profile("short")

# A test says itself how wide a terminal is and whether there is colour; who runs the tests, or in how many processes,
# does not.
for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(name, None)

# What tests start many times is compiled once, in the checkout as it is for users.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Workers share the processors among them; threads of PyTorch's own in each would wait for each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Python looks for the unreachable still more seldom than in the program itself (archcalc/__main__.py): a tenth of the
# time else.
gc.set_threshold(1_000_000)

MOST_WORKERS = 8
"""Each worker collects all tests for itself, which more of them only repeat."""
SHARING = ("tests/fuzz/", "tests/house/")
"""Processes that are warm for the inputs of the fuzzer; what all files of the house say, read and parsed."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run all tests on all processors, where pytest-xdist is installed and nobody says otherwise.

    Named tests run here, at once: starting workers would take longer. `-n 0` runs all of them here. Workers steal
    tests from each other's ends, so that neighbours, which share fixtures, mostly stay together.
    """
    option, everything = config.option, config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not everything or hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist"):
        return
    silent = option.numprocesses is None and option.dist == "no"
    if silent and not option.collectonly and option.capture != "no" and not is_measured():
        option.numprocesses, option.dist = "auto", "worksteal"
        option.maxprocesses = option.maxprocesses or MOST_WORKERS


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the folders whose tests share what is dear to make: workers take the ends from each other."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(SHARING))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out what is loaded and collected when Python looks for the unreachable: all of it stays to the end.

    Lines of sources that were read to find examples in docstrings would be looked after before each of these.
    """
    gc.freeze()
    linecache.clearcache()


def is_measured() -> bool:
    """Whether coverage is measured in this process, which would miss what others do; `--cov -n auto` measures all."""
    coverage = sys.modules.get("coverage")
    return coverage is not None and coverage.Coverage.current() is not None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flags that rewrite files: golden ones, which have to pass their own invariants first, and a list."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite the golden files of tests/reports")
    parser.addoption("--fuzz-inputs", type=int, help="the number of inputs that the long run of the fuzzer tries")
    parser.addoption(
        "--update-wording", action="store_true", help="remove texts that no longer occur from the allow-list"
    )


@pytest.fixture(scope="session")
def torch() -> Any:  # noqa: ANN401 - a module that need not be installed
    """PyTorch, or a skipped test where it is not installed."""
    return pytest.importorskip("torch")


@pytest.fixture(scope="session")
def torchvision(torch: Any) -> Any:  # noqa: ANN401, ARG001
    """torchvision, also beside a PyTorch of another build: the door to it knows how to import it."""
    return pytest.importorskip("archcalc.importers.torchvision", exc_type=ModuleNotFoundError).torchvision


@pytest.fixture(scope="session")
def transformers(torchvision: Any) -> Any:  # noqa: ANN401, ARG001
    """transformers, which imports torchvision, or a skipped test where it is not installed."""
    return pytest.importorskip("transformers")
