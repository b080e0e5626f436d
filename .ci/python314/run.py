"""Run command lines one after the other in one process of Python 3.14, each with modules of its own: see run.mjs."""  # noqa: INP001

from __future__ import annotations

import importlib
import os
import sys

sys.path.insert(0, "/site")


def run(folder: str, *given: str) -> int:
    """Run one command line in a folder, and return its exit code."""
    for name in [name for name in sys.modules if name.split(".")[0] == "archcalc"]:
        del sys.modules[name]
    os.chdir(folder)
    sys.argv[:] = ["archcalc", *given]
    try:
        return int(importlib.import_module("archcalc.__main__").main())
    except BaseException:  # noqa: BLE001 - a traceback is what a shell would see
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if sys.version_info[:2] != (3, 14):
    raise SystemExit(sys.version)
