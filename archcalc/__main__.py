"""The program `archcalc`, also as `python -m archcalc`: it can be interrupted while its modules are loaded."""

from __future__ import annotations

import gc
import os
import sys

from archcalc.rooms import fetch

ALLOCATIONS = 100_000
"""How many objects are made before Python looks for unreachable ones: loading modules makes many, all of them kept."""

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ends: 128 and the number of the signal."""


def main() -> int:
    """Run the command line and return its exit code.

    The command line tells an interruption itself; here it is caught while its modules are still being loaded.
    """
    gc.set_threshold(ALLOCATIONS)
    try:
        status: int = fetch("", "cli").main()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("error: interrupted\n")
        status = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever was not foreseen: a message says where, and who to tell
        status = fetch("cli", "faults").admit(error)
    finally:
        gc.freeze()  # at its end Python would look for the unreachable among all objects once more
    if status == INTERRUPTED:
        _leave_threads()
    return status


def _leave_threads() -> None:
    """End the process at once if an interruption left a thread, for which Python would wait forever.

    The thread that draws a progress bar is not told to end if the interruption comes while it starts.
    """
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
