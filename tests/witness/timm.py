"""All models of timm, imported and counted: `python -m tests.witness.timm [PART [FILE]]`; exit code 1 if one fails.

PART is a part of the names (`vit_`); without it or with `all`, all of them: about 40 minutes on one core. FILE keeps what
was counted, a line each, so that a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.witness.imported import Outcome, outcome, timm_model

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 0.95
"""The share of parameters and of MACs that formulas give in every model."""

LOW = 0.995
"""The share below which a model is listed."""


def names(part: str = "") -> list[str]:
    """List timm's models."""
    from archcalc.importers.timm_model import timm  # noqa: PLC0415

    return [name for name in timm.list_models() if part in name]


def main(part: str = "all", file: str = "") -> int:
    """Count the models, print what came out, and return the exit code."""
    kept = _kept(Path(file)) if file else {}
    found: list[Outcome] = []
    failed: list[str] = []
    for name in names("" if part == "all" else part):
        try:
            one = kept.get(name) or outcome(name, *timm_model(name))
        except Exception as error:  # noqa: BLE001 - the next model is still to be counted
            failed.append(name)
            print(f"{name:40} FAILED {type(error).__name__}: {str(error)[:200]}", flush=True)  # noqa: T201
            continue
        found.append(one)
        print(one, flush=True)  # noqa: T201 - a program that says what it found
        if file and name not in kept:
            with Path(file).open("a", encoding="utf-8") as lines:
                lines.write(f"{json.dumps(one)}\n")
    wrong = [one.name for one in found if not one.agrees or min(one.derived) < LEAST]
    print(_summary(found, failed, wrong))  # noqa: T201
    return 1 if failed or wrong else 0


def _kept(file: Path) -> dict[str, Outcome]:
    """Return what an earlier run counted, by name."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {one.name: one for one in (Outcome(*json.loads(line)) for line in lines)}


def _summary(found: Sequence[Outcome], failed: Sequence[str], wrong: Sequence[str]) -> str:
    shares = [[one.derived[index] for one in found] or [0.0] for index in (0, 1)]
    params, macs = (f"median {median(column):.4%}, least {min(column):.4%}" for column in shares)
    low = [f"{one.name} {min(one.derived):.2%}" for one in found if min(one.derived) < LOW]
    return "\n".join(
        (
            f"{len(found)} models counted, {len(failed)} failed {failed}, {len(wrong)} wrong {wrong}",
            f"derived parameters: {params}; derived MACs: {macs}",
            f"{len(low)} below {LOW:.1%}: {', '.join(low)}",
        )
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
