"""All models of timm, imported and counted: `python -m tests.witness.timm [PART]`, a line each; exit code 1 if one fails.

PART is a part of the names (`vit_`); without it, all of them: about 40 minutes on one core.
"""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

from tests.witness.imported import Outcome, outcome, timm_model

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 0.95
"""The share of parameters and of MACs that formulas give in every model."""


def names(part: str = "") -> list[str]:
    """List timm's models."""
    from archcalc.importers.timm_model import timm  # noqa: PLC0415

    return [name for name in timm.list_models() if part in name]


def main(part: str = "") -> int:
    """Count the models, print what came out, and return the exit code."""
    found: list[Outcome] = []
    failed: list[str] = []
    for name in names(part):
        try:
            found.append(outcome(name, *timm_model(name)))
            print(found[-1], flush=True)  # noqa: T201 - a program that says what it found
        except Exception as error:  # noqa: BLE001 - the next model is still to be counted
            failed.append(name)
            print(f"{name:40} FAILED {type(error).__name__}: {str(error)[:200]}", flush=True)  # noqa: T201
    wrong = [one.name for one in found if not one.agrees or min(one.derived) < LEAST]
    print(_summary(found, failed, wrong))  # noqa: T201
    return 1 if failed or wrong else 0


def _summary(found: Sequence[Outcome], failed: Sequence[str], wrong: Sequence[str]) -> str:
    middle = [median(one.derived[index] for one in found) for index in (0, 1)] if found else [0, 0]
    shares = f"median of the derived share: {middle[0]:.4%} of the parameters, {middle[1]:.4%} of the MACs"
    return f"{len(found)} models counted, {len(failed)} failed {failed}, {len(wrong)} wrong {wrong}; {shares}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
