"""Nothing of the command line is undescribed: each command has a section of the docs, each option a line of help."""

from __future__ import annotations

import re

import click
import pytest

from archcalc.cli import SHARED_FILES, commands
from archcalc.rooms import members
from tests.house.plan import ROOT

PAGE = "docs/commands.md"
SECTIONS = {
    title.strip(): text
    for title, _, text in (
        section.partition("\n") for section in (ROOT / PAGE).read_text(encoding="utf-8").split("\n## ")[1:]
    )
}
COMMANDS = [name for name in members("cli") if name not in SHARED_FILES]


def undescribed(command: click.Command) -> list[str]:
    """Return the options of a command that have no help; what an argument is stands in the text above them."""
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return [option.opts[0] for option in options if not (option.help or "").strip()]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_section_with_an_example_that_another_test_runs(name: str) -> None:
    section = SECTIONS[f"archcalc {name}"]
    assert section.strip()[0].isupper()
    assert re.search(rf"^```console\n\$ archcalc {name}\b.*\n\S", section, re.MULTILINE)


def test_every_section_is_about_a_command_in_one_order() -> None:
    assert set(SECTIONS) == {f"archcalc {name}" for name in COMMANDS}
    assert f"]({PAGE})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_have_help(name: str) -> None:
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    assert command.help
    assert command.short_help
    assert undescribed(command) == []


def test_an_option_without_help_is_recognised() -> None:
    told, untold = click.Option(["--told"], help="Say it."), click.Option(["--untold"], help=" ")
    assert undescribed(click.Command("x", params=[told, untold, click.Argument(["net"])])) == ["--untold"]
