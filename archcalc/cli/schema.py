"""`archcalc schema`: the JSON schema of a spec, for editors."""

from __future__ import annotations

import json

import click

from archcalc.cli.base import say
from archcalc.cli.files import write_file
from archcalc.cli.options import written
from archcalc.specfile.schema import schema


@click.command(short_help="Print the JSON schema of specs.")
@written("Write to FILE.")
def command(*, file: str | None, force: bool) -> None:
    """Print the JSON schema of specs. Editors use it for completion and validation."""
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if file in (None, "-"):
        say(text)
    else:
        write_file(text, file, force=force)
