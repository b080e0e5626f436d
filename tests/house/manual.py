"""The manual page, written from the help of all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archcalc import __version__
from archcalc.cli import commands

if TYPE_CHECKING:
    from collections.abc import Iterator


def manual() -> str:
    """Return the page archcalc(1) in the language of man."""
    context = click.Context(commands, info_name="archcalc")
    return "\n".join([*_head(), *_commands(context), *_foot()]) + "\n"


def _head() -> Iterator[str]:
    yield f'.TH ARCHCALC 1 "" "archcalc {__version__}" "User Commands"'
    yield ".SH NAME"
    yield _roff("archcalc - exact shapes, parameters, MACs and receptive fields of neural networks")
    yield ".SH SYNOPSIS"
    yield ".B archcalc"
    yield r"\fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENTS\fR]"
    yield ".SH COMMANDS"


def _commands(context: click.Context) -> Iterator[str]:
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        assert command is not None
        yield ".SS " + _roff(usage(name, command))
        yield from _described(command.help or "")
        for names, told in option_lines(command):
            yield from [".TP", rf"\fB{_roff(names)}\fR", _roff(told)]


def usage(name: str, command: click.Command) -> str:
    """Return how a command is called; written here, since each version of click words it differently."""
    arguments = [_argument(parameter) for parameter in command.params if isinstance(parameter, click.Argument)]
    return " ".join([f"archcalc {name} [OPTIONS]", *arguments])


def _argument(parameter: click.Argument) -> str:
    text = parameter.metavar or (parameter.name or "").upper() + ("..." if parameter.nargs < 0 else "")
    return text if parameter.required or text.startswith("[") else f"[{text}]"


def option_lines(command: click.Command) -> Iterator[tuple[str, str]]:
    """Yield the options of a command with their values, and what each does."""
    for option in command.params:
        if isinstance(option, click.Option):
            names = ", ".join([*option.opts, *option.secondary_opts])
            default = f" (default: {option.default})" if option.show_default else ""
            yield f"{names}{_value(option)}", f"{option.help}{default}"


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if option.metavar:
        return f" {option.metavar}"
    if isinstance(option.type, click.Choice):
        return f" {'|'.join(map(str, option.type.choices))}"
    return " N" if "int" in option.type.name else " TEXT"


def _described(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; those after \\b are printed as they stand."""
    for paragraph in text.replace("\f", "").split("\n\n"):
        lines = [line.strip() for line in paragraph.strip("\n").splitlines()]
        if lines and lines[0] == "\b":
            yield from [".PP", ".nf", *map(_roff, lines[1:]), ".fi"]
        elif any(lines):
            yield from [".PP", _roff(" ".join(filter(None, lines)))]


def _foot() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    for code, meaning in (("0", "success"), ("1", "a check failed, or no solution exists"), ("2", "invalid input")):
        yield ".TP"
        yield rf"\fB{code}\fR"
        yield meaning
    yield ".SH SEE ALSO"
    yield _roff("The documentation: https://github.com/archcalc/archcalc/tree/main/docs")


def _roff(text: str) -> str:
    """Return a text as roff prints it: no sign in it is a command."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain
