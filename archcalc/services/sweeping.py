"""Running a sweep: block by block, in several processes where there are many; an interruption loses nothing."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import signal
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.reports.csv import cell
from archcalc.rooms import fetch
from archcalc.studies.solving.sweeping import SweepResult, SweptBlock, block, fixed_values, free_axes, in_order
from archcalc.symbolic.ratio import spelled
from archcalc.views.solving.records import plain_number
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archcalc.studies.solving.swept import Sweep, SweptAxis
    from archcalc.symbolic.ratio import Number

    Watch = Callable[[Iterable[SweptBlock], int], Iterable[SweptBlock]]

FEWEST_BLOCKS = 8
"""Fewer blocks than this are computed in one process: starting others would take longer."""


class Sweeping(NamedTuple):
    """How a sweep is run: in how many processes, with what progress bar, and where its blocks are kept."""

    jobs: int = 1
    watch: Watch = lambda blocks, _: blocks
    partial: Partial | None = None


def run_sweep(sweep: Sweep, how: Sweeping | None = None) -> SweepResult:
    """Compute all points of a sweep; after an interruption those that were computed until then.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> from archcalc.studies.solving.swept import read_sweep
    >>> sweep = read_sweep(archcalc.load("lenet5-modern"), WhatIf(), ["input=32..36:4"], ["params", "macs"], [])
    >>> run_sweep(sweep).points
    [(32, 61706, 416520), (36, 91946, 732360)]
    """
    how = how or Sweeping()
    free = free_axes(sweep)
    fixed = fixed_values(sweep, free)
    found = SweepResult(
        sweep=sweep, points=[], tested=0, invalid=0, blocks=len(fixed), free=tuple(axis.name for axis in free)
    )
    partial = how.partial if len(fixed) > 1 else None  # one block has no part that could be kept
    known = partial.read(sweep) if partial else []
    todo = fixed[len(known) :]
    complete = True
    try:
        made = _made(sweep, free, todo, how.jobs if len(todo) >= FEWEST_BLOCKS else 1)
        for each in chain(known, _kept(how.watch(made, len(todo)), partial, sweep)):
            found.points.extend(each.points)
            found = found._replace(tested=found.tested + each.tested, invalid=found.invalid + each.invalid)
    except KeyboardInterrupt:
        complete = False
    return in_order(found._replace(complete=complete))


def check_points(result: SweepResult, partial: Partial | None) -> None:
    """Refuse a sweep without a point where the network works, and say why it does not at the first.

    Raises:
        ArchcalcError: what is wrong there; nothing is left to continue.
    """
    if result.invalid == result.tested:
        if partial:
            partial.remove()
        result.sweep.table(next(result.sweep.combinations(result.sweep.axes)))


def _kept(blocks: Iterable[SweptBlock], partial: Partial | None, sweep: Sweep) -> Iterator[SweptBlock]:
    for each in blocks:
        if partial is not None:
            partial.add(each, sweep)
        yield each


def _made(
    sweep: Sweep, free: Sequence[SweptAxis], fixed: Sequence[Mapping[str, Number]], jobs: int
) -> Iterator[SweptBlock]:
    """Yield the blocks in their order."""
    if jobs == 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from (block(sweep, values, free) for values in fixed)
        return
    _TASK["task"] = sweep, free  # other processes inherit it: expressions are not handed over
    with multiprocessing.get_context("fork").Pool(min(jobs, len(fixed)), _ignore_interrupts) as pool:
        yield from pool.imap(_block, fixed)


_TASK: dict[str, Any] = {}


def _ignore_interrupts() -> None:
    """Leave an interruption to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _block(values: Mapping[str, Number]) -> SweptBlock:
    sweep, free = _TASK["task"]
    return block(sweep, values, free)


class Partial:
    """The file that holds the blocks computed so far: a line with what the sweep is, and a line for each block."""

    def __init__(self, file: str, task: Sequence[object], *, resume: bool, force: bool) -> None:
        self.path, self.task = Path(f"{file}.partial"), json.dumps(list(task), default=str)
        self.resume = resume
        if self.path.exists() and not (resume or force):
            raise UsageError(
                f"{self.path} has the results of an interrupted sweep",
                "use --resume to continue, or --force to start again",
            )

    def read(self, sweep: Sweep) -> list[SweptBlock]:
        """Return the blocks that an interrupted run has computed, and begin a new file if there is none.

        Raises:
            UsageError: they are those of another sweep, or the file cannot be read or written.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines() if self.resume and self.path.exists() else []
            if not lines:
                self.path.write_text(self.task + "\n", encoding="utf-8")
                return []
        except OSError as error:
            raise UsageError(f"cannot write {self.path}: {error.strerror}") from None
        if lines[0] != self.task:
            raise UsageError(f"{self.path} is of another sweep", "use --force to start again")
        return list(self._blocks(lines[1:], sweep))

    def _blocks(self, lines: Sequence[str], sweep: Sweep) -> Iterator[SweptBlock]:
        """Yield the blocks of lines; one that was cut off while it was written, and what follows it, is left out."""
        known = [{spelled(value): value for value in axis.values} for axis in sweep.axes]
        good = [self.task]
        for line in lines:
            try:
                points, tested, invalid = json.loads(line)
            except ValueError:
                break
            good.append(line)
            yield SweptBlock(tuple(_point(point, known) for point in points), tested, invalid)
        self.path.write_text("\n".join(good) + "\n", encoding="utf-8")

    def add(self, made: SweptBlock, sweep: Sweep) -> None:
        """Add a block, and see to it that it is on disk."""
        axes = len(sweep.axes)
        points = [[*map(spelled, point[:axes]), *point[axes:]] for point in made.points]
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps([points, made.tested, made.invalid]) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def remove(self) -> None:
        """Remove the file, after its results have been written elsewhere."""
        with suppress(OSError):
            self.path.unlink()


def _point(written: Sequence[Any], known: Sequence[Mapping[str, Number]]) -> tuple[Any, ...]:
    return (*(at[value] for at, value in zip(known, written, strict=False)), *written[len(known) :])


def as_csv(result: SweepResult, points: Sequence[Sequence[Number]]) -> str:
    r"""Return points as CSV: what the page's own CSV is, without a record of each of a million points.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> from archcalc.studies.solving.swept import read_sweep
    >>> found = run_sweep(read_sweep(archcalc.load("lenet5-modern"), WhatIf(), ["input=32"], ["params", "macs"], []))
    >>> as_csv(found, found.points)
    'input,params,macs\n32,61706,416520\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(cell, _names(result)))
    writer.writerows(map(plain_number, point) for point in points)
    return out.getvalue()


def _names(result: SweepResult) -> list[str]:
    return [*(axis.name for axis in result.sweep.axes), *(total.name for total in result.sweep.totals)]


def as_parquet(result: SweepResult, points: Sequence[Sequence[Number]]) -> bytes:
    """Return points as a Parquet file.

    Raises:
        UsageError: pyarrow is not installed.
    """
    columns = {name: [plain_number(point[at]) for point in points] for at, name in enumerate(_names(result))}
    try:
        content: bytes = fetch("services", "parquet").written(columns)
    except ModuleNotFoundError:
        raise UsageError(
            "the format parquet requires pyarrow, which is not installed", "pip install 'archcalc[parquet]'"
        ) from None
    return content


def interruption(result: SweepResult) -> str:
    """Say how far an interrupted sweep came."""
    return f"interrupted after {plural(result.tested, 'point')} of {result.sweep.points:,}"
