"""The pages of the reference that are written from the code: the options of all commands, and the built-in networks."""

from __future__ import annotations

import click

from archcalc.cli import commands
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from tests.house.manual import manual, option_lines, usage

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


PAGES = (("options.md", options), ("networks.md", networks), ("archcalc.1", manual))
"""The pages by their paths below docs."""
