"""Run many inputs: `python -m tests.fuzz --inputs 1000000 --jobs 2 --state million.jsonl`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING

from tests.fuzz.generators import input_of
from tests.fuzz.minimizing import minimized
from tests.fuzz.pool import Process
from tests.fuzz.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.judging import Budget

CHUNK = 20_000
"""How many inputs a process runs between two lines of progress, before another takes its place."""


def hunt(first: int, count: int, *, jobs: int = 1, state: Path | None = None, budget: Budget | None = None) -> Report:
    """Run inputs by their numbers, and return what was found; what ``state`` holds is not run again."""
    report, lock, chunks = Report(state), threading.Lock(), Queue[tuple[int, int]]()
    report.resume()
    for chunk in list(report.left(first, first + count, CHUNK)):
        chunks.put(chunk)

    def work() -> None:
        while True:
            try:
                chunk = chunks.get_nowait()
            except Empty:
                return
            process = Process(budget)
            for answer in process.seeds(*chunk):
                with lock:
                    report.add(answer)
            process.close()
            with lock:
                print(report.line(), file=sys.stderr, flush=True)

    workers = [threading.Thread(target=work) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return report


def keep(report: Report, folder: Path) -> None:
    """Write one input for each distinct failure, cut as far as it fails in the same way."""
    folder.mkdir(exist_ok=True)
    process = Process()
    for number, (key, found) in enumerate(report.failures.items()):
        given = minimized(input_of(found[0]["seed"]), key, process)
        record = {"why": f"{key}: {found[0]['detail']}", **given.as_json()}
        text = json.dumps(record, indent=1) + "\n"
        (folder / f"found-{number}.json").write_text(text, encoding="utf-8")
    process.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line says; the exit code is 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="the number of inputs")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="the number of processes")
    parser.add_argument("--state", type=Path, help="a file for the results; a run that ended early is continued")
    parser.add_argument("--keep", type=Path, help="a folder for a minimized input of each distinct failure")
    parser.add_argument("--show", type=int, help="show the input of this number, and run nothing")
    given = parser.parse_args(arguments)
    if given.show is not None:
        print(json.dumps(input_of(given.show).as_json(), indent=1))
        return 0
    start = time.monotonic()
    report = hunt(given.first, given.inputs, jobs=given.jobs, state=given.state)
    print(f"{report}\n{time.monotonic() - start:,.0f} s in all")
    if given.keep:
        keep(report, given.keep)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
