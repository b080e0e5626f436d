"""The process in which inputs run: it is told what to run on standard input, a line of JSON each, and answers so.

``{"seeds": [first, count]}`` runs inputs by their numbers; ``{"input": …}`` runs one that is given. It says ``>n``
before input n, a line for each input with findings, and a summary at the end.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fuzz.generators import input_of
from tests.fuzz.inputs import from_json
from tests.fuzz.judging import Budget, findings
from tests.fuzz.running import Workbench, resident

if TYPE_CHECKING:
    from tests.fuzz.inputs import FuzzInput

ANSWERS = 200
"""The stream to answer on, far from those that an input may name."""

MOST_KEPT = 60_000_000
"""A process that keeps so many bytes from input to input makes room for a new one: the next would be charged for
them."""


class Child:
    """Answers what it is asked."""

    def __init__(self, budget: Budget, folder: str, *, is_warm: bool) -> None:
        self.asked = os.fdopen(os.dup(0), encoding="utf-8")
        os.dup2(1, ANSWERS)
        self.budget = budget
        self.bench = Workbench(Path(os.path.realpath(folder)), budget.seconds, is_warm=is_warm)

    def serve(self) -> None:
        """Answer until there is nothing more to be asked."""
        for line in self.asked:
            order = json.loads(line)
            if "input" in order:
                self._say(self._one(from_json(order["input"])))
            else:
                self._say(self._many(*order["seeds"]))

    def _many(self, first: int, count: int) -> dict[str, Any]:
        makers: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        worst: dict[str, tuple[float, int]] = {"seconds": (0.0, first), "memory": (0, first)}
        total = 0.0
        for seed in range(first, first + count):
            os.write(ANSWERS, b">%d\n" % seed)
            given = input_of(seed)
            found = self._one(given)
            makers[given.maker] += 1
            codes[str(found["code"])] += 1
            total += found["seconds"]
            if given.size <= self.budget.size:
                worst = {key: max(most, (found[key], seed)) for key, most in worst.items()}
            if found["findings"]:
                self._say({"seed": seed, **found})
            if resident() - self.bench.start > MOST_KEPT:
                count = seed + 1 - first
                break
        return {"done": [first, count], "makers": makers, "codes": codes, "worst": worst, "seconds": total}

    def _one(self, given: FuzzInput) -> dict[str, Any]:
        outcome = self.bench.run(given)
        found = [list(finding) for finding in findings(given, outcome, self.budget)]
        return {"findings": found, "code": outcome.code, "seconds": outcome.seconds, "memory": outcome.memory}

    def _say(self, answer: dict[str, Any]) -> None:
        data = (json.dumps(answer) + "\n").encode()
        while data:
            data = data[os.write(ANSWERS, data) :]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        Child(Budget(float(sys.argv[1]), int(sys.argv[2])), place, is_warm="warm" in sys.argv).serve()
        os.chdir("/")
