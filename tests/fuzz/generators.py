"""One input for each number: the makers, and how often each is drawn."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz import command_lines, homework, models, requests, specs
from tests.fuzz.inputs import LIBRARY, PAGE, FuzzInput
from tests.fuzz.mutation import bytes_of, piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Maker = Callable[[Random], FuzzInput]

BASE = b"{input: 3x8x8, args: {a: 2}, variants: {net: {}, base: {}, small: {a: 1}}, layers: [{conv: 4, kernel: 3}, relu]}\n"
SPECIAL = {"folder": "folder", "fifo": "fifo", "fifo.yaml": "fifo", "loop.yaml": "link to loop.yaml"}
HW = b"layer,params\nC1,156\nnetwork=lenet5\n"


def _about_spec(random: Random, text: str) -> FuzzInput:
    """Return a call about a spec: mostly `show`, which is what it is for."""
    if random.random() < 0.65:
        return FuzzInput((LIBRARY, text))
    files = {"net.yaml": bytes_of(random, text)}
    variants = re.findall(r"^  ([\w.-]+): ", text.partition("\nvariants:")[2], re.MULTILINE)
    net = "./net.yaml" + (f"#{random.choice(variants)}" if variants and random.random() < 0.9 else "")
    if "./base" in text:
        files["base.yaml"] = BASE
    if random.random() < 0.75:
        options = random.choice(
            ([], [], [], ["--format", "json"], ["--memory"], ["--depth", "9"], ["--columns", "+rf"])
        )
        return FuzzInput(("show", net, *options), files)
    return FuzzInput(tuple(command_lines.command_line(random, net=net)), files | {"hw.csv": HW})


def damaged_spec(random: Random) -> FuzzInput:
    """Make a shipped spec with some tokens changed."""
    return _about_spec(random, specs.shipped_and_damaged(random))


def made_spec(random: Random) -> FuzzInput:
    """Make a spec of what the registry declares."""
    return _about_spec(random, specs.from_registry(random))


def structured_spec(random: Random) -> FuzzInput:
    """Make a spec of any structure."""
    return _about_spec(random, specs.structured(random))


def any_text(random: Random) -> FuzzInput:
    """Make a few pieces, as a file, as standard input, or in place."""
    text = "".join(piece(random) for _ in range(random.randint(0, 8)))
    match random.randrange(4):
        case 0:
            return FuzzInput(("show", "./net.yaml"), {"net.yaml": bytes_of(random, text)})
        case 1:
            return FuzzInput(("show", "-"), stdin=bytes_of(random, text))
        case 2:
            return FuzzInput((LIBRARY, text))
    return FuzzInput(("show", random.choice("[{") + text))


def command_line(random: Random) -> FuzzInput:
    """Make a call of any command, among files and things that are no files."""
    line = command_lines.command_line(random)
    files = {"net.yaml": BASE if random.random() < 0.7 else bytes_of(random, specs.from_registry(random)), "hw.csv": HW}
    return FuzzInput(
        tuple(line), files, SPECIAL if random.random() < 0.5 else {}, _answers(random) if "quiz" in line else b"relu",
        random.choice(("", "", "", "1", "9", "40", "200", *("0", "-3", "9" * 5000, "x"))),
        random.choice(((),) * 30 + (("stdin",), ("stderr",), ("stdout",))),
    )  # fmt: skip


def _answers(random: Random) -> bytes:
    lines = (random.choice(("?", "!", "", "3", "6x6", "q", piece(random))) for _ in range(random.randint(0, 8)))
    return bytes_of(random, "\n".join(lines) + "\n")


def formula(random: Random) -> FuzzInput:
    """Make a formula or a shape on the command line."""
    return FuzzInput(tuple(command_lines.formula(random)))


def marked_table(random: Random) -> FuzzInput:
    """Make a filled table, and grade it."""
    network = random.choice(homework.NETWORKS)
    kind = random.choice(("csv", "csv", "csv", "md", "json", "yaml", "xlsx", "txt"))
    files = {f"hw.{kind}": homework.spelled(random, homework.table(random, network), kind)}
    line = ["check", f"./hw.{kind}", *random.choice((["--net", network], ["--net", network], []))]
    line += random.choice(
        ([], [], [], ["--hint"], ["--strict"], ["--summary"], ["--format", "gradescope"], ["--reveal"])
    )
    if random.random() < 0.15:
        files["a.yaml"] = homework.assignment(random)
        line += ["--assignment", "a.yaml"]
    if random.random() < 0.1:
        files["class.csv"] = homework.roster(random)
        line += ["--roster", "class.csv"]
    return FuzzInput(tuple(line), files)


def course(random: Random) -> FuzzInput:
    """Make an assignment or a list of students, for a table that is right."""
    files = {"ada.csv": HW, "a.yaml": homework.assignment(random), "class.csv": homework.roster(random)}
    options = random.choice((["--assignment", "a.yaml"], ["--roster", "class.csv", "--net", "lenet5"],
                             ["--assignment", "a.yaml", "--roster", "class.csv"]))  # fmt: skip
    return FuzzInput(("check", "ada.csv", *options), files)


def whole_class(random: Random) -> FuzzInput:
    """Make an archive of submissions."""
    files = {"class.zip": homework.bulk_export(random)}
    options = random.choice(([], ["--net", "lenet5"], ["--format", "json"], ["--summary"]))
    return FuzzInput(("check", "class.zip", *options), files)


def listing(random: Random) -> FuzzInput:
    """Make a call of `list`."""
    return FuzzInput(tuple(command_lines.command_line(random, "list")), {"net.yaml": BASE}, SPECIAL)


def foreign_model(random: Random) -> FuzzInput:
    """Make a model of another program, and mostly show or import it."""
    name = random.choice([name for name in models.FORMATS if name not in models.WEIGHTS])
    files = {name: models.FORMATS[name](random)}
    if random.random() < 0.75:
        line = [random.choice(("show", "show", "show", "import")), f"./{name}"]
        line += random.choice(([], [], [], ["--input", "3x8x8"], ["--input", "16"], ["--set", "depth=1"]))
        return FuzzInput(tuple(line), files)
    return FuzzInput(tuple(command_lines.command_line(random, net=f"./{name}")), files | {"hw.csv": HW}, SPECIAL)


def weights_file(random: Random) -> FuzzInput:
    """Make a file of weights; list it, or compare it with a network."""
    name = random.choice(models.WEIGHTS)
    files = {name: models.FORMATS[name](random)}
    if random.random() < 0.4:
        files["other.index.json"] = models.json_bytes(random, {"weight_map": {"C1.weight": name}})
    line = random.choice((["show", f"./{name}"], ["verify", "lenet5", "--weights", f"./{name}"],
                          ["verify", "./net.yaml", "--weights", "./"], ["show", "./other.index.json"]))  # fmt: skip
    return FuzzInput((*line, *random.choice(([], [], ["--format", "json"]))), files | {"net.yaml": BASE})


def foreign_name(random: Random) -> FuzzInput:
    """Make the name of a model that is built by code."""
    line = command_lines.command_line(random, random.choice(("show", "import")), models.name_of_a_module(random))
    return FuzzInput(tuple(line), {"net.py": b"", "config.json": models.config(random)}, SPECIAL)


def page_request(random: Random) -> FuzzInput:
    """Make a request to the live page."""
    return FuzzInput((PAGE, requests.request(random)))


TURN, LISTS = 200_000, 500
"""Of so many inputs, the last are about `list`: in a checkout the first of them in a process takes long."""

MAKERS: Sequence[tuple[Maker, int]] = (
    (made_spec, 32), (any_text, 22), (structured_spec, 15), (damaged_spec, 11), (command_line, 8), (formula, 4),
    (course, 4), (marked_table, 2), (whole_class, 2),
)  # fmt: skip
"""The makers with their shares in a hundred: what takes long is drawn seldom, so that a million ends in an hour."""

FOREIGN = 1_000_000_000
"""From this number on, inputs are models of other programs."""

PAGES = 2_000_000_000
"""From this number on, inputs are requests to the live page."""

FOREIGN_MAKERS: Sequence[tuple[Maker, int]] = ((foreign_model, 80), (weights_file, 16), (foreign_name, 4))

_DRAWN, _DRAWN_FOREIGN = (
    tuple(maker for maker, share in makers for _ in range(share)) for makers in (MAKERS, FOREIGN_MAKERS)
)


def input_of(seed: int) -> FuzzInput:
    """Return the input of a number; the same one each time."""
    random = Random(seed)
    maker = _maker(random, seed)
    made = maker(random)
    return FuzzInput(made.argv, made.files, made.special, made.stdin, made.columns, made.closed, maker.__name__)


def _maker(random: Random, seed: int) -> Maker:
    if seed >= PAGES:
        return page_request
    if seed >= FOREIGN:
        return random.choice(_DRAWN_FOREIGN)
    return random.choice(_DRAWN) if seed % TURN < TURN - LISTS else listing
