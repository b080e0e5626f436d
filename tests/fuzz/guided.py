"""The four parsers under inputs that their own coverage guides: `python -m tests.fuzz.guided yaml --seconds 120`.

Needs atheris (`pip install '.[fuzz]'`), which has libFuzzer look at which branches of the package an input takes. It
prints the number of executions and of edges (`cov`), and stops at the first exception that is not ours.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MISSING = 3
"""The exit code where atheris is not installed."""
SECONDS, MEGABYTES, LONGEST = 2, 1000, 4000
"""What one input may take, and how long it may be."""
NAMES = ("hw.csv", "hw.md", "hw.json", "hw.yaml", "hw.txt")

LATE = ("archcalc.specfile.yaml_text", "archcalc.specfile.validation", "archcalc.specfile.loading")
"""Modules that are loaded at their first use, when nothing is instrumented any more."""

SEEDS = {
    "yaml": ("{input: 3x8x8, layers: [{conv: 4, kernel: 3, padding: same}, relu, flatten, {linear: w}]}",
             "input: [3, r, r]\nargs: {r: 8, w: }\nblocks:\n  b: {args: [w], layers: [{conv: w, kernel: 1}]}\n"
             "layers:\n  - {add: {m: [{b: 3, repeat: 2, name: x_#}], s: {when: r > 1, layers: []}}}\n",
             "input: 9\nlayers: [{layers: [relu], repeat: 2, name: g}, {concat: [g, input]}]\nexpect: [{params: 1K}]"),
    "expressions": ("2*H if H > 3 and not a else floor(H/2) + 1.5", "ceil(a*1.1) // -2 ** 3 % 7 == 1 or max(H, W) <= 4"),
    "spelled": ("1x3x224x224", "torch.Size([None, 64, 55, 55])", "34,944", "34.9K", "6.0 × 10^7", "NHWC 1x8x8x3",
                "~1.5e6", "11×11 / 4", "(3 x H, 2*W)"),
    "tables": ("\0layer,params\nconv1,34944\nnetwork=alexnet seed=7\n", "\1| layer | rf |\n|---|---|\n| C1 | 5x5 |",
               '\2[{"layer": "C1", "params": 156}]', "\3conv1: {output: [6, 28, 28]}", "\4sep=;\nlayer;macs (M)\nC1;1,5"),
}  # fmt: skip
"""What each parser reads well, to begin with."""


def targets() -> dict[str, Callable[[bytes], None]]:
    """Return the parsers, each as a function of bytes that raises nothing but what is a mistake of ours."""
    archcalc = import_module("archcalc")
    for late in LATE:
        import_module(late)
    bounds, reading = import_module("archcalc.symbolic.bounds"), import_module("archcalc.symbolic.reading")
    inputs = import_module("archcalc.network.inputs")
    numbers = import_module("archcalc.studies.homework.number_reading").numbers
    shapes = import_module("archcalc.studies.homework.shape_reading")
    read_sheet = import_module("archcalc.services.reading").read_sheet
    letters = {"a": 3, "stride": 2, "H": reading.expression("H"), "W": reading.expression("W")}

    def yaml(data: bytes) -> None:
        str(archcalc.loads(data.decode("utf-8", "replace"), "net.yaml").analyze().output)

    def expressions(data: bytes) -> None:
        str(reading.read(data.decode("utf-8", "replace")).evaluate(letters, bounds.decide))

    def spelled(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        assert all(found.value >= 0 for found in numbers(text))
        assert all(size > 0 for shape in shapes.shapes(text) for size in shape.sizes)
        assert all(size > 0 for field in shapes.fields(text) for size in field)
        str(inputs.read_shape(text))

    def tables(data: bytes) -> None:
        read_sheet(data[1:], NAMES[data[0] % len(NAMES)] if data else NAMES[0])

    def refusing(parse: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def run(data: bytes) -> None:
            try:
                parse(data)
            except archcalc.ArchcalcError as error:
                if not str(error):
                    raise ValueError("an error without words") from error

        return run

    return {parse.__name__: refusing(parse) for parse in (yaml, expressions, spelled, tables)}


def main(arguments: Sequence[str]) -> int:
    """Let coverage guide the inputs of one parser."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("parser", choices=list(SEEDS))
    parser.add_argument("--seconds", type=int, default=0, help="stop after so many seconds")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs")
    given = parser.parse_args(arguments)
    if find_spec("atheris") is None:
        print("atheris is not installed: pip install '.[fuzz]'", file=sys.stderr)
        return MISSING
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["archcalc"]):
        target = targets()[given.parser]
    with tempfile.TemporaryDirectory(prefix="guided-") as folder:
        for number, text in enumerate(SEEDS[given.parser]):
            Path(folder, str(number)).write_text(text, encoding="utf-8")
        limits = [f"-max_total_time={given.seconds}", f"-runs={given.runs}", f"-max_len={LONGEST}"]
        limits += [f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", "-print_final_stats=1"]
        atheris.Setup(
            [sys.argv[0], *limits, f"-artifact_prefix={tempfile.gettempdir()}/{given.parser}-", folder], target
        )
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
