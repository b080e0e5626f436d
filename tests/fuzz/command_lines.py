"""Command lines: every command, argument and option, as click knows them, with values that fit and values that do not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import click

from archcalc.cli import commands
from archcalc.layers.registry import kind_names
from archcalc.measures.quantities import QUANTITIES
from archcalc.reports.base import formats
from archcalc.studies.homework.derivation import COLUMNS
from tests.fuzz.mutation import ACTING, MARKUP, NUMBERS, WORDS, damaged, piece

if TYPE_CHECKING:
    from random import Random

NETWORKS = ("lenet5", "nin", "linear-classifier", "lenet5-modern", "siamese", "resnet-cifar#resnet20")
LARGER = ("alexnet", "vgg16", "googlenet", "torchvision/resnet18", "unet", "torchvision/vit_b_16")
PLACES = (
    "./net.yaml", "./net.yaml#small", "./nosuch.yaml", ".", "..", "/", "~", "~nouser_zz/x.yaml", "./folder", "./fifo",
    "./fifo.yaml", "./loop.yaml", "-", "", "/dev/null", "/dev/zero", "/dev/stdin", "/dev/fd/9", "./\udcff.yaml",
    "./a\0b.yaml", "./net.yaml/x", "./" + "n" * 300 + ".yaml", "net.yaml", "net", "#", "torchvision/", "/etc/passwd",
)  # fmt: skip
INLINE = ("[relu]", "{input: 3x8x8, layers: [{conv: 4, kernel: 3}]}", "[", "{", "[{conv: 3, kernel: 3}, relu]", "[]")
TARGETS = ("out.csv", "out.md", "out.json", "out.tex", "out.xlsx", "out.txt", "out", "-", "", "net.yaml", "hw.csv",
           "folder", "folder/x.md", "nosuch/x.md", "fifo", "loop.yaml", "/dev/null", "/dev/stdout", "/dev/fd/1",
           "/dev/fd/9", "/dev/full", "\udcff.json", "\x1b[31m.csv", "=1+1.csv", "o" * 300, "a\0b.md", "./")  # fmt: skip
"""Where an output may go: nothing outside of the folder that may be written to."""
VALUES: dict[str, tuple[str, ...]] = {
    "SHAPE": ("3x8x8", "1x32x32", "3xHxW", "3xHxH", "784", "HWC 8x8x3", "TF 4x8", "left=1x9x9", "1x3x8x8", "0x8x8",
              "(3, 8, 8)", "torch.Size([3, 9, 9])", "None, 3, 8, 8", "3x8x8x8x8", "a:3x8x8", "3x100000000x100000000"),
    "VALUE": ("a=3", "r=16", "stride=2", "classes=10", "conv.stride=2", "C1.kernel=3", "conv*.kernel=5", "b:a=1",
              "a=H", "a=2*a", "conv.kernel=[3, 5]", "conv.padding=same", "a=", "=3", "a", "conv.nosuch=1"),
    "PATTERN": ("conv*", "**", "*", "C1", "b/**", "[", "**/**/**/**", "*" * 60, "*" * 30 + "x", "*a" * 20, "?", "a"),
    "COLUMN": (*QUANTITIES, "name", "title", "year", "family"),
    "KIND": kind_names(),
    "Y,X": ("0,0", "2,2", "1", "1,1,1", "99,99", "-1,0", "H,W", "a,b", "1e9,1", ",", "0, 0"),
    "A..B": ("1..9", "9..1", "1..", "..9", "1..1000000000", "1...3", "..", "1..9..2"),
    "QUESTION": ("O=5, I=9, K=3", "S=2", "O=55, I=227, K=11, S=4", "O=?, I=9, K=3, P=1", "params <= 10K", "macs < 1M",
                 "C1 = 6x6", "C1.params = 156", "rf >= 10", "memory < 1MB", "conv = 4x6x6", "params", "a < 1 < 2"),
    "CONDITION": ("macs > +5%", "params > 90%", "macs > 1M", "params > +100K", "rf > 3", "nosuch > 1", "macs >"),
    "NUMBER": ("10M", "34.9K", "1e9", *NUMBERS),
    "A,B": ("params,macs", "output", "rf", "+params,+rf", "fan_in", "params,params", ",", "nosuch", *COLUMNS),
    "NAME": ("keras", "torchinfo", "lenet", "sgd", "momentum", "adam", "backward", "outputs", "nosuch"),
    "TYPE": ("float32", "float16", "int8", "bfloat16", "nosuch"),
    "WHAT": ("input", "a", "classes", "conv.kernel", "C1.stride", "H", "r", "nosuch"),
    "S": ("1", "2", "0.25", "0", "-1", "1/3"),
    "layer": ("C1", "conv", "conv_2", "b/conv", "fc", "a", "add", "nosuch", "1", "*", "input", "conv/1"),
}  # fmt: skip
"""Values by what help calls them: those of an option are those whose name ends its own."""


@cache
def known() -> dict[str, list[click.Parameter]]:
    """Return the parameters of every command."""
    context, found = click.Context(commands), {}
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        assert command is not None
        found[name] = list(command.params)
    return found


COSTLY = {
    "serve": 0,
    "verify": 0.2,
    "solve": 0.15,
    "list": 0,
    "schema": 0.1,
    "explain": 0.6,
    "reconcile": 0.7,
    "diff": 0.4,
}
"""How often commands are drawn, beside others, that take as long as many calls of those; a server never ends."""


def command_line(random: Random, name: str = "", net: str = "./net.yaml") -> list[str]:
    """Return a command line; a command by its name, about a network, if that is given."""
    commands_ = list(known())
    name = name or random.choices(commands_, [COSTLY.get(other, 1) for other in commands_])[0]
    line: list[str] = []
    for parameter in known()[name]:
        if isinstance(parameter, click.Argument):
            line += _arguments(random, parameter, net)
        elif random.random() < _share(parameter):
            line += _option(random, parameter)
    if random.random() < 0.1:
        line.insert(random.randint(0, len(line)), strange(random))
    if random.random() < 0.03:
        random.shuffle(line)
    if line and random.random() < 0.01:
        at = random.randrange(len(line))
        line[at : at + 2] *= random.choice((30, 800))
    if name == "verify":  # alone it goes through all built-in networks
        line = [*(word for word in line if word != "--"), "lenet5"]
    return [name, *line]


def _share(parameter: click.Parameter) -> float:
    return 0.15 if "--format" in parameter.opts or "--output" in parameter.opts else 0.07


def strange(random: Random) -> str:
    """Return a word that fits nowhere."""
    word = random.choice((*ACTING, *MARKUP, *NUMBERS, *WORDS, *PLACES, "--", "--nosuch", "--help", "-x", "---"))
    return word if random.random() < 0.6 else f"--{word}"


def network(random: Random, net: str) -> str:
    """Return what names a network, mostly the one given."""
    kind = random.random()
    if kind < 0.75:
        return net
    if kind < 0.9:
        return random.choice(NETWORKS)
    if kind < 0.91:
        return random.choice(LARGER)
    return random.choice(PLACES if kind < 0.96 else INLINE) if kind < 0.99 else strange(random)


def _arguments(random: Random, parameter: click.Parameter, net: str) -> list[str]:
    meaning = (parameter.metavar or parameter.name or "").upper()
    count = 1 if parameter.nargs == 1 else random.choice((0, 1, 1, 1, 2, 3))
    count = count or meaning == "[NET]..."  # `verify` alone goes through all built-in networks
    count += "A B" in meaning and count == 1
    if "QUESTION" in meaning:
        return [_value(random, "QUESTION") for _ in range(count)]
    if parameter.name == "layer":
        return [_value(random, "layer")] if random.random() < 0.4 else []
    if "FILE" in meaning:
        return [random.choice(("./hw.csv", "./hw.csv", "hw.csv", "-", *PLACES)) for _ in range(count)]
    if "FORMULA" in meaning and random.random() < 0.6:
        return [_value(random, "QUESTION")]
    return [network(random, net) for _ in range(count)]


def _option(random: Random, parameter: click.Parameter) -> list[str]:
    name = random.choice([*parameter.opts, *parameter.secondary_opts])
    if getattr(parameter, "is_flag", False):
        return [name]
    value = option_value(random, parameter)
    kind = random.random()
    if kind < 0.85:
        return [name, value]
    return [f"{name}={value}"] if kind < 0.97 else [name]


def option_value(random: Random, parameter: click.Parameter) -> str:
    """Return a value for an option, by its type or by what help calls it."""
    if "--output" in parameter.opts:
        return random.choice(TARGETS)
    if random.random() < 0.06:
        return strange(random)
    known = _values_of(parameter)
    return random.choice(known) if known else _value(random, parameter.metavar or "")


def _values_of(parameter: click.Parameter) -> tuple[str, ...]:
    """Return the values that an option may have by its type, and one more; none where only its name says something."""
    meaning = parameter.metavar or ""
    if isinstance(parameter.type, click.Choice):
        return (*map(str, parameter.type.choices), "nosuch")
    if isinstance(parameter.type, click.IntRange):
        return ("0", "1", "2", "3", "7", "100", *NUMBERS)
    if "--format" in parameter.opts:
        return (*formats(), *formats(), "nosuch")
    return tuple(meaning.split("|")) if "|" in meaning and "," not in meaning else ()


def _value(random: Random, meaning: str) -> str:
    ends = [key for key in VALUES if meaning.endswith(key)] or [random.choice(list(VALUES))]
    value = random.choice(VALUES[max(ends, key=len)])
    kind = random.random()
    if kind < 0.8:
        return value
    return damaged(random, value, 2) if kind < 0.97 else piece(random)


def formula(random: Random) -> list[str]:
    """Return a call of `solve` about a formula, or of `show` with an input shape, in which numbers are spelled oddly."""
    if random.random() < 0.5:
        text = ", ".join(f"{letter}={random.choice(('?', '2', '3', '5', '16', piece(random)))}" for letter in "OIKSPD")
        return ["solve", damaged(random, text, 2), *(["--all"] if random.random() < 0.3 else [])]
    option = random.choice(("--input", "--set"))
    return ["show", "[{conv: 4, kernel: 3}]", option, damaged(random, _value(random, "SHAPE"), 3)]
