"""The command line. Each command is a file of this room, loaded when it is used; an error is a message and a code.

Exit codes: 0 success; 1 a check failed or no solution exists; 2 invalid command line or spec; 70 an internal error.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from archcalc import __version__
from archcalc.cli.base import complain
from archcalc.errors import ArchcalcError, Problem, UsageError, did_you_mean
from archcalc.limits import check_variables, work
from archcalc.rooms import fetch, members

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE, INTERRUPTED = 2, 130

SHARED_FILES = ("base", "faults", "files", "options")
"""The files of this room that are no commands."""


class Commands(click.Group):
    """The commands by the names of their files."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the names of all commands without loading any."""
        return [name for name in members("cli") if name not in SHARED_FILES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = fetch("cli", cmd_name).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # noqa: ANN401 - click's own type
        """Find the command that is meant; refuse an unknown one, with the nearest names."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            hint = did_you_mean(name, known) or f"available: {', '.join(known)}"
            raise UsageError(f"unknown command '{name}'", hint)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archcalc", message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Compute output shapes, receptive fields, parameters and MACs of neural networks."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    >>> main(["--version"])
    archcalc 0.3.0
    0
    """
    if sys.stdout is None:
        return complain("standard output is closed", USAGE)
    try:
        check_variables()
        with work():
            status = commands.main(arguments, prog_name="archcalc", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click leaves when the pipe that it writes to is closed
        return _unread()
    except OSError as error:
        _unread()
        return complain(f"cannot write the output: {error.strerror}", USAGE)
    except FORESEEN as error:
        return complain(_told(error), INTERRUPTED if isinstance(error, click.Abort) else USAGE)
    return status if isinstance(status, int) else 0


FORESEEN = (ArchcalcError, click.ClickException, click.Abort, RecursionError, MemoryError)


def _told(error: BaseException) -> str:
    """Say what went wrong, in our words."""
    match error:
        case click.ClickException():
            return _usage(error)
        case click.Abort():
            return "interrupted"
        case RecursionError():
            return "the network is nested too deeply"
        case MemoryError():
            return "out of memory: the network is too large"
    return str(error)


def _usage(error: click.ClickException) -> str:
    """Say what click found wrong: the message, the nearest option, and where help is."""
    message, hints = error.format_message().rstrip(".").replace("a valid integer range", "a whole number"), []
    context = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption) and context is not None:
        known = [name for parameter in context.command.params for name in parameter.opts]
        message, hints = f"unknown option '{error.option_name}'", [did_you_mean(error.option_name, known)]
    hints += [f"see {context.command_path} --help"] if context else []
    return str(Problem(f"{message[:1].lower()}{message[1:]}", "\n".join(filter(None, hints))))


def _unread() -> int:
    """Leave quietly when nobody reads on; what is still in the buffer must not raise again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
