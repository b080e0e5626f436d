"""Options and arguments that several commands take, and how a shell completes them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archcalc.cli import base
from archcalc.errors import ArchcalcError, UsageError
from archcalc.limits import COMPARED
from archcalc.reports.base import general
from archcalc.rooms import Deferred
from archcalc.services.opening import load
from archcalc.specfile.shipped import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from archcalc.services import languages
else:  # most commands speak one language
    languages = Deferred("archcalc.services.languages")

Decorated = TypeVar("Decorated", bound="Callable[..., object]")

OUTPUT = "Write to FILE; the format follows from the suffix."
FORCE = "Overwrite an existing file."
SETTING = "Set an argument (classes=10) or a layer option (conv1.stride=1, layer1.0.conv1.stride=1)."

MOST_PROCESSES = 256
"""All of them are started, each with memory of its own."""

LOADING = """NET is a built-in network (alexnet, torchvision/resnet50; see `archcalc list`), a file (./mynet.yaml,
    ./mynet.yaml#variant), - for standard input, an inline list of layers ('[{conv: 64, kernel: 3}, relu]'), an
    ONNX file (./model.onnx), a Keras model (./model.keras), a configuration of Hugging Face (./config.json, hf:FOLDER),
    a model of ultralytics (./yolov8.yaml#s), what a program prints of a model (./summary.txt),
    or a model of PyTorch or timm, whose code is run (torch:./net.py:Net, timm:resnet50d)."""


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem | str]:  # noqa: ARG001
    """Complete the name of a shipped network."""
    return [entry.name for entry in entries() if entry.name.startswith(incomplete)]


def few(ctx: click.Context, param: click.Parameter, nets: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Refuse more networks than are compared, before any is read.

    Raises:
        UsageError: there are too many.
    """
    if len(nets) > COMPARED.value:
        raise UsageError(*COMPARED.exceeded("the command", len(nets)))
    return nets


def once(ctx: click.Context, param: click.Parameter, nets: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Leave out networks that are named again: the same would be said of them."""
    return tuple(dict.fromkeys(nets))


def layers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem | str]:  # noqa: ARG001
    """Complete the path of a layer of the network that stands on the line already."""
    # An option that still lacks its value ends click's parsing early: then the network is among the loose words.
    net = ctx.params.get("net") or next(iter(ctx.args), "")
    try:
        table = load(net).analyze()
    except ArchcalcError:
        return []
    return [row.path for row in table if row.path.startswith(incomplete)]


def inputs(command: Decorated) -> Decorated:
    """Add the option that gives another input, or several by name."""
    return click.option(
        "--input", "shapes", multiple=True, metavar="[NAME=]SHAPE",
        help="Input shape: 3x224x224, 3xHxW or HWC 224x224x3. If there are several inputs, name each: left=1x105x105.",
    )(command)  # fmt: skip


def training_heads(command: Decorated) -> Decorated:
    """Add the option that leaves training heads out."""
    return click.option("--heads/--no-heads", default=True, help="Include or omit training-only heads.")(command)


def trained(command: Decorated) -> Decorated:
    """Add the option that imports the heads that only training runs."""
    return click.option("--train", is_flag=True, help="Import a PyTorch model with its training-only heads.")(command)


def changes(command: Decorated) -> Decorated:
    """Add the option that sets arguments of the spec and options of its layers."""
    return click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", shell_complete=layers, help=SETTING)(
        command
    )


def frozen(command: Decorated) -> Decorated:
    """Add the option that freezes layers."""
    return click.option(
        "--freeze", multiple=True, metavar="PATTERN", shell_complete=layers,
        help="Freeze layers that match a pattern, for example 'conv*'. ** also matches slashes.",
    )(command)  # fmt: skip


def levels(command: Decorated) -> Decorated:
    """Add the option that says how many levels of blocks are shown."""
    return click.option("--depth", type=click.IntRange(0), help="Nested levels to show; 0: top-level blocks only.")(
        command
    )


def spoken(what: str) -> Callable[[Decorated], Decorated]:
    """Return what adds the option that says in which language a command speaks, and of what."""
    return click.option(
        "--lang", "said_in", default="en", metavar="|".join(languages.languages()), envvar="ARCHCALC_LANG",
        callback=lambda _context, _parameter, name: languages.language(name.lower()),
        help=f"Language of the {what} (default: en, or ARCHCALC_LANG).",
    )  # fmt: skip


def processes(what: str) -> Callable[[Decorated], Decorated]:
    """Return what adds the option for how many processes work at once."""
    return click.option("--jobs", type=click.IntRange(1, MOST_PROCESSES), metavar="N", help=what)


def output(command: Decorated) -> Decorated:
    """Add the options that say how and where a page is written."""
    return output_or()(command)


def output_or(*others: str) -> Callable[[Decorated], Decorated]:
    """Return what adds these options where a command writes other formats too; unknown ones are refused at once."""

    def decorated(command: Decorated) -> Decorated:
        @wraps(command)
        def checked(*args: object, **values: Any) -> object:  # noqa: ANN401 - the values of options
            name, file = values["name"], values["file"]
            if (name or base.suffix_of(file)) not in others:
                base.foresee_format(name, file)
            return command(*args, **values)

        return formatted(written()(checked))  # type: ignore[return-value]

    return decorated


def formatted(command: Decorated) -> Decorated:
    """Add the option for the format of a page."""
    return click.option("--format", "name", metavar="|".join(general()), help="Output format (default: table).")(
        command
    )


def written(text: str = OUTPUT, folder_with: str = "") -> Callable[[Decorated], Decorated]:
    """Return what adds the options for writing a file; an existing one is refused before the command computes.

    With the option ``folder_with`` a folder is written.
    """

    def decorated(command: Decorated) -> Decorated:
        @wraps(command)
        def checked(*args: object, **values: Any) -> object:  # noqa: ANN401 - the values of options
            if values["file"] and not values["force"] and not values.get(folder_with):
                base.refuse_existing(values["file"], values.get("name"))
            return command(*args, **values)

        for option in (
            click.option("--force", is_flag=True, help=FORCE),
            click.option("-o", "--output", "file", metavar="FILE", help=text),
        ):
            checked = option(checked)
        return checked  # type: ignore[return-value]

    return decorated
