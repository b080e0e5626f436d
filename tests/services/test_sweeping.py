"""Running a sweep: in several processes, interrupted, and continued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.network.network import WhatIf
from archcalc.services.sweeping import Partial, Sweeping, as_parquet, run_sweep
from archcalc.studies.solving.swept import read_sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from archcalc.services.sweeping import Watch
    from archcalc.studies.solving.swept import Sweep

SPEC = "input: 3x9x9\nargs: {depth: 1, scale: 1}\nlayers:\n  - {layers: [{conv: 4, kernel: 1}], repeat: depth}\n  - {conv: round8(8*scale), kernel: 1}\n"


def sweep(*vary: str) -> Sweep:
    """Return a sweep of a small network."""
    return read_sweep(
        archcalc.loads(SPEC), WhatIf(), vary or ("depth=1..12", "scale=0.5..2:0.5"), ["params", "macs"], []
    )


def interrupted_after(number: int) -> Watch:
    """Return a watch that interrupts after some blocks."""

    def watch(blocks: Iterable[Any], _: int) -> Iterator[Any]:
        for place, each in enumerate(blocks):
            if place == number:
                raise KeyboardInterrupt
            yield each

    return watch


def test_several_processes_give_the_same() -> None:
    assert run_sweep(sweep(), Sweeping(jobs=2))[1:] == run_sweep(sweep())[1:]


def test_an_interrupted_sweep_is_continued_where_it_ended(tmp_path: Path) -> None:
    file = str(tmp_path / "points.csv")
    whole = run_sweep(sweep())
    assert (len(whole.points), whole.complete) == (48, True)
    partial = Partial(file, ["task"], resume=False, force=False)
    found = run_sweep(sweep(), Sweeping(watch=interrupted_after(17), partial=partial))
    assert not found.complete
    assert 17 <= found.tested < 48
    with pytest.raises(UsageError, match="results of an interrupted sweep"):
        Partial(file, ["task"], resume=False, force=False)
    computed: list[int] = []

    def watch(blocks: Iterable[Any], number: int) -> Iterable[Any]:
        computed.append(number)
        return blocks

    again = run_sweep(sweep(), Sweeping(watch=watch, partial=Partial(file, ["task"], resume=True, force=False)))
    assert again[1:] == whole[1:]
    assert 48 - 19 <= computed[0] <= 48 - 17
    Partial(file, ["task"], resume=True, force=False).remove()
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_was_cut_off_is_computed_again(tmp_path: Path) -> None:
    file = str(tmp_path / "points.csv")
    run_sweep(sweep(), Sweeping(watch=interrupted_after(5), partial=Partial(file, ["task"], resume=False, force=False)))
    path = tmp_path / "points.csv.partial"
    path.write_text(path.read_text()[:-7])
    partial = Partial(file, ["task"], resume=True, force=False)
    assert run_sweep(sweep(), Sweeping(partial=partial))[1:] == run_sweep(sweep())[1:]


def test_results_of_another_sweep_are_not_continued(tmp_path: Path) -> None:
    file = str(tmp_path / "points.csv")
    run_sweep(sweep(), Sweeping(watch=interrupted_after(3), partial=Partial(file, ["task"], resume=False, force=False)))
    with pytest.raises(UsageError, match="is of another sweep"):
        run_sweep(sweep(), Sweeping(partial=Partial(file, ["other"], resume=True, force=False)))
    begun_again = Partial(file, ["other"], resume=False, force=True)
    assert run_sweep(sweep(), Sweeping(partial=begun_again)).complete


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        run_sweep(sweep(), Sweeping(partial=Partial(str(tmp_path / "no" / "x.csv"), [], resume=False, force=False)))


def test_parquet_has_the_points_as_columns_or_says_what_it_needs() -> None:
    found = run_sweep(sweep("depth=1..3"))
    try:
        import pyarrow as pa  # noqa: PLC0415 - it need not be installed
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError:
        with pytest.raises(UsageError, match="requires pyarrow"):
            as_parquet(found, found.points)
        return
    table = parquet.read_table(pa.BufferReader(as_parquet(found, found.points)))
    assert table.column("depth").to_pylist() == [1, 2, 3]
