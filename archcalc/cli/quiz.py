"""`archcalc quiz`: questions in the terminal, each mistake named."""

from __future__ import annotations

import io
import secrets
import sys
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import say, show_page, width
from archcalc.cli.options import LOADING, networks, spoken
from archcalc.errors import printable
from archcalc.reports.base import wrapped
from archcalc.reports.table import WIDTH
from archcalc.services.homework import table_of
from archcalc.studies.homework.practice import TOPICS, drawn_network, exercises, judged
from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.practice import ending, hints, opening, question, verdict
from archcalc.views.homework.revealing import worked
from archcalc.views.page import Page

if TYPE_CHECKING:
    from archcalc.network.table import Table
    from archcalc.studies.homework.practice import Exercise
    from archcalc.studies.homework.verdicts import Cell
    from archcalc.views.language import Language

INTERRUPTED = 130
MOST, SEEDS, LONGEST = 1000, 100_000, 1000

HELP = f"""Answer questions about the layers of a network in the terminal.

    Answers can be written in many ways: 96x55x55, 55×55×96, 34,944, 34.9K. Type ? for a hint, ! for the worked
    solution, Enter for the next question, q to quit. Without NET a network is chosen at random. The same --seed asks
    the same questions again.

    {LOADING}

    \b
    archcalc quiz alexnet
    archcalc quiz --topic rf --count 5
    """


@click.command(help=HELP, short_help="Practice with questions in the terminal.")
@click.argument("net", required=False, shell_complete=networks)
@click.option("--seed", type=click.IntRange(0), help="The seed of the random questions.")
@click.option("--count", type=click.IntRange(1, MOST), default=10, help="The number of questions.", show_default=True)
@click.option("--topic", type=click.Choice(TOPICS), multiple=True, help="Ask only about this topic; may be repeated.")
@spoken("questions and feedback")
def command(*, net: str | None, seed: int | None, count: int, topic: tuple[str, ...], said_in: Language) -> int:
    """Ask questions."""
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    net = net or drawn_network(seed)
    table = table_of(net, None)
    found = exercises(table, seed, count, topic or TOPICS)
    say(f"{opening(table, len(found), seed, said_in)}\n")
    cells: list[Cell] = []
    status = 0
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # an answer in another encoding is a wrong answer
    try:
        for number, exercise in enumerate(found, 1):
            _say_wrapped(f"{number}/{len(found)}  ", question(table, exercise, said_in))
            if not _ask(table, exercise, cells, said_in):
                break
    except KeyboardInterrupt:
        say("\n")
        status = INTERRUPTED
    say("\n" + "".join(f"{line}\n" for line in ending(cells, said_in)))
    return status


def _say_wrapped(start: str, text: str) -> None:
    lines = wrapped(text, max(20, width(sys.stdout, WIDTH) - len(start)))
    say(f"\n{start}" + f"\n{' ' * len(start)}".join(lines) + "\n")


def _ask(table: Table, exercise: Exercise, cells: list[Cell], language: Language) -> bool:
    """Ask until the answer is right, or the next question is wanted; the first answer counts. False at the end."""
    counted = False
    while True:
        say("> ")
        sys.stdout.flush()
        line = sys.stdin.readline(LONGEST) if sys.stdin else ""
        answer = printable(line.strip())
        if not line or answer.lower() in ("q", "quit", "exit"):
            return False
        if not answer:
            return True
        if answer == "?":
            say("".join(f"{rule}\n" for rule in hints(table, exercise, language)))
        elif answer == "!":
            show_page(Page(tuple(worked(table, exercise.row, [exercise.column], language))))
            return True
        else:
            cell = judged(table, exercise, answer)
            _say_wrapped("", verdict(cell, language))
            cells += [] if counted else [cell]
            counted = True
            if cell.status in (Status.RIGHT, Status.ROUNDED):
                return True
