"""`python -m tests.students`: write tables of students with their verdicts, or grade them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.students.drawing import DEFAULT_COUNT, DEFAULT_SEED, draw, plainly
from tests.students.marking import report
from tests.students.writing import draw_hand


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.students", description=__doc__)
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--mark", action="store_true", help="grade the tables and compare with the verdicts")
    parser.add_argument("--plainly", action="store_true", help="all students write plainly")
    given = parser.parse_args()
    if given.output:
        write(given.output, given.seed, given.count)
    if given.mark:
        print(report(draw(given.seed, given.count, plainly if given.plainly else draw_hand)))


def write(folder: Path, seed: int, count: int) -> None:
    """Write a spec and a table for each student, and all verdicts."""
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = []
    for case in draw(seed, count):
        for name, text in case.files().items():
            (folder / name).write_text(text, encoding="utf-8")
        verdicts.append(case.verdict())
    (folder / "verdicts.json").write_text(json.dumps(verdicts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
