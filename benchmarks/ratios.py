"""The budgets, measured as ratios of processor time between two processes that run in turn.

What is measured is the installed package (`pip install .`), whose specs were compiled when it was built.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

IMPORTS = [sys.executable, "-c", "import click, rich.console, rich.table"]
SHOW = [sys.executable, "-m", "archcalc", "show"]

TORCHINFO = """
import torch, torchinfo
from torch import library
declared = library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    declared.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision
with torch.device("meta"):
    print(torchinfo.summary(torchvision.models.resnet152(), (1, 3, 224, 224), device="meta"))
"""

ANALYSIS = """
import archcalc
archcalc.loads({text!r}).analyze({given!r})
"""

CHAIN = "{{input: 16x64x64, layers: [{{layers: [{{conv: 16, kernel: 3, padding: 1}}, relu], repeat: {copies}}}]}}"
RESIDUAL = (
    "{{input: 16x64x64, layers: [{{layers: [{{add: {{main: [{{conv: 16, kernel: 3, padding: 1}}, relu], skip: []}}}}],"
    " repeat: {copies}, name: b}}]}}"
)
DENSE = (
    "{{input: 16x64x64, layers: [{{layers: [{{concat: {{new: [{{conv: 4, kernel: 3, padding: 1}}], old: []}}}}],"
    " repeat: {copies}, name: b}}]}}"
)
LOOP = "total = 0\nfor number in range(10_000_000): total += number % 7"
"""A loop of plain Python, as a measure of how fast a machine is."""

LAYER_MEMORY = """
import tracemalloc
import archcalc
network = archcalc.loads({text!r})
network.analyze()
tracemalloc.start()
table = network.analyze()
print(tracemalloc.get_traced_memory()[0] / len(table))
"""

LETTERS = "{{input: 16xHxW, layers: [{{conv: 16, kernel: 3, repeat: {copies}}}]}}"


@dataclass(frozen=True)
class Usage:
    """What one process used: processor seconds and peak memory."""

    cpu: float
    megabytes: float


def run(command: list[str]) -> Usage:
    """Run a command to its end and return what it used."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)[:200]}")
    return Usage(used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def ratio(first: list[str], second: list[str], runs: int) -> tuple[float, float]:
    """Run two commands in turn; return the median of first / second, and the first's median peak memory."""
    run(first), run(second)
    pairs = [(run(first), run(second)) for _ in range(runs)]
    return (
        statistics.median(one.cpu / two.cpu for one, two in pairs),
        statistics.median(one.megabytes for one, _ in pairs),
    )


def say(what: str, measured: float, budget: str) -> None:
    """Print one row."""
    print(f"{what:<72} {measured:6.2f}   {budget}")  # noqa: T201


def doubling(name: str, text: str, copies: int, runs: int, given: str | None = None) -> None:
    """Measure what doubling the number of copies costs, the start of the process taken off both sides."""
    commands = [
        [sys.executable, "-c", ANALYSIS.format(text=text.format(copies=n), given=given)]
        for n in (1, copies, 2 * copies)
    ]
    rows = [[run(command).cpu for command in commands] for _ in range(max(3, runs // 3))]
    measured = statistics.median((twice - start) / (once - start) for start, once, twice in rows)
    say(f"analysis: {name}, {2 * copies:,} copies against {copies:,}", measured, "at most 2.3")


def layers(runs: int) -> None:
    """Measure what a layer takes: its time against a loop of plain Python, and its memory."""
    text = CHAIN.format(copies=50_000)
    commands = [[sys.executable, "-c", code] for code in (ANALYSIS.format(text=text, given=None), LOOP)]
    starts = [[sys.executable, "-c", code] for code in (ANALYSIS.format(text=CHAIN.format(copies=1), given=None), "")]
    rows = [[run(command).cpu for command in (*commands, *starts)] for _ in range(max(3, runs // 3))]
    measured = statistics.median((ours - start) / (loop - idle) for ours, loop, start, idle in rows)
    say("analysis of 100,000 layers / a loop of 10 million steps in plain Python", measured, "at most 2")
    held = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LAYER_MEMORY.format(text=CHAIN.format(copies=20_000))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    say("memory of a layer in bytes", float(held.stdout), "at most 512")


def main() -> None:
    """Measure what can be measured here, and print it beside its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    shown, memory = ratio([*SHOW, "resnet152"], IMPORTS, runs)
    say("show resnet152 / imports of click, rich.console, rich.table", shown, "at most 1.7 (goal 1.5)")
    say("show resnet152, peak memory in MB", memory, "at most 40")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "resnet.yaml"
        own.write_bytes((ROOT / "specs" / "resnet.yaml").read_bytes())
        say(
            "show of a user's own file / the same imports",
            ratio([*SHOW, f"{own}#resnet152"], IMPORTS, runs)[0],
            "at most 2.5",
        )
    if all(importlib.util.find_spec(name) for name in ("torch", "torchvision", "torchinfo")):
        against = ratio([sys.executable, "-c", TORCHINFO], [*SHOW, "resnet152"], max(3, runs // 3))[0]
        say("torchinfo on ResNet-152 / show resnet152", against, "at least 20")
    layers(runs)
    doubling("chain of conv and relu", CHAIN, 25_000, runs)
    doubling("residual blocks", RESIDUAL, 15_000, runs)
    doubling("dense blocks", DENSE, 15_000, runs)
    doubling("chain of letters", LETTERS, 2_000, runs)


if __name__ == "__main__":
    main()
