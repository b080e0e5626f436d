"""What a run says: how many inputs, how long, the worst of them, and each distinct failure once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Report:
    """What was found so far. ``state`` is a file that it is kept in, a line for each answer, to go on from."""

    state: Path | None = None
    inputs: int = 0
    seconds: float = 0.0
    makers: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    worst: dict[str, tuple[float, int]] = field(default_factory=dict)
    failures: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)

    def resume(self) -> None:
        """Take up what a run before this one wrote."""
        if self.state is not None and self.state.exists():
            for line in self.state.read_text(encoding="utf-8").splitlines():
                self._count(json.loads(line))

    def add(self, answer: dict[str, Any]) -> None:
        """Count an answer, and keep it."""
        self._count(answer)
        if self.state is not None:
            with self.state.open("a", encoding="utf-8") as file:
                file.write(json.dumps(answer) + "\n")

    def _count(self, answer: dict[str, Any]) -> None:
        for kind, where, detail in answer.get("findings", ()):
            known = self.failures.setdefault(f"{kind} at {where}", [])
            known.append({"seed": answer["seed"], "detail": detail})
        if "done" in answer:
            first, count = answer["done"]
            self.done[first] = count
            self.inputs += count
            self.seconds += answer["seconds"]
            self.makers.update(answer["makers"])
            self.codes.update(answer["codes"])
            for key, most in answer["worst"].items():
                self.worst[key] = max(self.worst.get(key, (0.0, 0)), tuple(most))

    def left(self, first: int, last: int, chunk: int) -> Iterator[tuple[int, int]]:
        """Yield the runs of numbers that are not done yet, as first and count."""
        while first < last:
            if first in self.done:
                first += self.done[first]
                continue
            later = [start for start in self.done if start > first]
            count = min([chunk - first % chunk, last - first, *(start - first for start in later)])
            yield first, count
            first += count

    def line(self) -> str:
        """Return the progress in one line."""
        rate = self.inputs / self.seconds if self.seconds else 0
        return f"{self.inputs:,} inputs, {self.seconds:,.0f} s of CPU, {rate:,.0f}/s, {len(self.failures)} failures"

    def __str__(self) -> str:
        lines = [self.line(), f"makers: {_counts(self.makers)}", f"exit codes: {_counts(self.codes)}"]
        if self.worst:
            (seconds, slow), (memory, large) = self.worst["seconds"], self.worst["memory"]
            lines.append(f"worst: {seconds:.2f} s (input {slow}), {memory / 1e6:.0f} MB (input {large})")
        for key, found in sorted(self.failures.items(), key=lambda item: -len(item[1])):
            lines.append(f"{len(found):>6} × {key}, for example input {found[0]['seed']}: {found[0]['detail']}")
        return "\n".join(lines)


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
