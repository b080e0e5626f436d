"""`archcalc schema`: the JSON schema of a spec, for editors."""

from __future__ import annotations

import json

import click

from archcalc.cli.base import say
from archcalc.cli.files import write_file
from archcalc.specfile.schema import schema


@click.command(short_help="The JSON schema of a spec, for editors.")
@click.option("-o", "--output", "file", metavar="FILE", help="Write to a file.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def command(*, file: str | None, force: bool) -> None:
    """Print the JSON schema of a spec: editors complete and check specs with it."""
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if file in (None, "-"):
        say(text)
    else:
        write_file(text, file, force=force)
