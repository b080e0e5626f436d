"""The processes in which inputs run: started, asked, and started again when an input ends one."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.fuzz.judging import Budget, Finding
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.inputs import FuzzInput

PATIENCE = 300
"""Seconds without a word after which a process is given up as waiting for something: a bound, no measurement."""
COUNTED = 500
"""How many inputs are counted at a time: as many may be lost from the counts when one ends the process."""


class Process:
    """A process that runs inputs, and another after it.

    One that is not warm charges an input for what it is the first to load.
    """

    def __init__(self, budget: Budget | None = None, *, is_warm: bool = True) -> None:
        self.budget, self.is_warm = budget or Budget(), is_warm
        self.child: subprocess.Popen[bytes] | None = None
        self.buffer = b""

    def seeds(self, first: int, count: int) -> Iterator[dict[str, Any]]:
        """Run inputs by their numbers; yield an answer for each with findings, and a summary at the end of a run.

        One that ends its process is a finding too, and the others go on without it.
        """
        last = first + count
        while first < last:
            wanted = min(last - first, COUNTED)
            self._ask({"seeds": [first, wanted]})
            at = first
            for answer in self._answers():
                if isinstance(answer, int):
                    at = answer
                    continue
                yield answer
                if "done" in answer:
                    first += answer["done"][1]
                    if answer["done"][1] < wanted:
                        self.close()
                    break
            else:
                yield from self._ended(first, at)
                first = at + 1
                self.close()

    def _ended(self, first: int, at: int) -> Iterator[dict[str, Any]]:
        yield {"seed": at, "findings": [list(self._end())], "code": None, "seconds": 0.0, "memory": 0}
        yield {"done": [first, at + 1 - first], "makers": {}, "codes": {}, "worst": {}, "seconds": 0.0}

    def one(self, given: FuzzInput, *, fresh: bool = False) -> dict[str, Any]:
        """Run one input and return what came of it."""
        if fresh:
            self.close()
        self._ask({"input": given.as_json()})
        for answer in self._answers():
            if isinstance(answer, dict):
                return answer
        return {"findings": [list(self._end())], "code": None, "seconds": 0.0, "memory": 0}

    def close(self) -> None:
        """End the process."""
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child, self.buffer = None, b""

    def _ask(self, order: dict[str, Any]) -> None:
        if self.child is None or self.child.poll() is not None:
            self.close()
            words = [self.budget.seconds, self.budget.memory, *(["warm"] if self.is_warm else [])]
            command = [sys.executable, "-m", "tests.fuzz.child", *map(str, words)]
            self.child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.child.stdin is not None
        self.child.stdin.write((json.dumps(order) + "\n").encode())
        self.child.stdin.flush()

    def _answers(self) -> Iterator[dict[str, Any] | int]:
        """Yield what the process says, until it ends or is silent for too long."""
        assert self.child is not None
        assert self.child.stdout is not None
        while select.select([self.child.stdout], [], [], PATIENCE)[0]:
            data = self.child.stdout.read1(1 << 20)  # type: ignore[attr-defined]
            if not data:
                return
            *lines, self.buffer = (self.buffer + data).split(b"\n")
            for line in lines:
                yield int(line[1:]) if line.startswith(b">") else json.loads(line)

    def _end(self) -> Finding:
        """Say how the process ended."""
        assert self.child is not None
        if self.child.poll() is None:
            try:
                self.child.wait(1)
            except subprocess.TimeoutExpired:
                self.close()
                return Finding("waits", "an input")
        code = self.child.returncode
        name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return Finding("died", "SIGXCPU: no end" if name == "SIGXCPU" else name)
