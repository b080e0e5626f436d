"""The pages of the reference that are written from the code: the options of all commands, and the built-in networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import commands
from archcalc.drawings import svg
from archcalc.services.drawing import draw
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from archcalc.studies.homework.mistakes import MISTAKES
from archcalc.studies.homework.slips import SLIPS
from tests.house.manual import manual, option_lines, usage

if TYPE_CHECKING:
    from collections.abc import Callable

NOTE = "<!-- Written from the code: pytest tests/house/test_docs.py --update-goldens -->"


def options() -> str:
    """Return the page of all commands with their options."""
    context = click.Context(commands, info_name="archcalc")
    parts = [f"# Options of all commands\n\n{NOTE}"]
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        assert command is not None
        rows = [f"`{names}`\n: {told}" for names, told in option_lines(command)]
        parts.append(
            "\n\n".join(
                [f"## archcalc {name}", f"```text\n{usage(name, command)}\n```", command.short_help or "", *rows]
            )
        )
    return "\n\n".join(parts) + "\n"


def networks() -> str:
    """Return the page of all built-in networks by family, with year, title and source."""
    families: dict[str, list[str]] = {}
    for entry in entries():
        spec = load(entry.name).spec
        paper = spec.paper
        where = (
            f"arXiv {paper['arxiv']}"
            if "arxiv" in paper
            else f"doi {paper['doi']}"
            if "doi" in paper
            else paper.get("url", "")
        )
        row = (f"`{entry.name}`", spec.title, paper.get("year", ""), where, f"`{entry.file}`")
        families.setdefault(spec.family or "other", []).append(f"| {' | '.join(map(_plain, row))} |")
    head = "| name | title | year | source | file |\n|---|---|---|---|---|"
    start = f"# Built-in networks\n\n{NOTE}\n\n`archcalc list` also shows parameters and MACs; `archcalc verify NET` the published values."
    sections = [f"## {family}\n\n{head}\n" + "\n".join(rows) for family, rows in sorted(families.items())]
    return "\n\n".join([start, *sections]) + "\n"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def mistakes() -> str:
    """Return the page of the mistakes and slips that `check` names, by the answer columns in which they show."""
    start = f"""# Mistakes

{NOTE}

`check` names the mistake that explains an answer best, and shows the sentence. The name is stable, and part of the JSON.
A mistake shows in the answer columns listed; two mistakes at once have both names, joined by ` + `."""
    rows = [f"| `{one.name}` | {_plain(one.text)} | {', '.join(one.columns)} |" for one in MISTAKES]
    slips = [f"| `{one.name}` | {_plain(one.text)} |" for one in SLIPS]
    table = "\n".join(["| name | sentence | columns |", "|---|---|---|", *rows])
    return "\n\n".join([start, table, "## Slips", "\n".join(["| name | sentence |", "|---|---|", *slips])]) + "\n"


def _picture(*names: str, **wishes: Any) -> Callable[[], str]:  # noqa: ANN401 - what `draw` takes
    """Return what draws a picture of some networks, like `archcalc draw`."""
    return lambda: svg.render(draw(*(load(name).analyze() for name in names), **wishes))


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("options.md", options),
    ("networks.md", networks),
    ("mistakes.md", mistakes),
    ("archcalc.1", manual),
    ("images/inception.svg", _picture("inception-reduced", direction="right")),
    ("images/alexnet.svg", _picture("alexnet", kind="volumes")),
    ("images/resnet18.svg", _picture("resnet18", kind="cost", depth=0)),
    ("images/networks.svg", _picture("alexnet", "vgg16", "googlenet", "resnet50", "mobilenet_v2", kind="scatter")),
)
"""The pages and pictures by their paths below docs."""
