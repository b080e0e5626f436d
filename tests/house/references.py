"""The pages of the reference that are written from the code: the options of all commands, and the built-in networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archcalc.cli import commands
from archcalc.drawings import svg
from archcalc.services.drawing import draw
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from archcalc.studies.checking.profiles import EMPTY, profile, tools
from archcalc.studies.homework.mistakes import MISTAKES
from archcalc.studies.homework.slips import SLIPS
from tests.house.manual import manual, option_lines, usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.studies.checking.profiles import CountingRule, Profile

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


PROFILES = f"""# How other tools count

{NOTE}

`archcalc reconcile NET --as TOOL` computes what a tool reports, and the causes of the difference from archcalc. Each tool
has a profile, a file of data (`archcalc/profiles/`). Its rules were measured with the version given here; the tests
compare totals with those that the tools print (`pytest -m peers`). The first rule that fits a layer counts. Layers
without a rule are *unknown*, and the comparison says so. [Counting rules](conventions.md) has examples.

Expressions name the counts of a layer: `weights`, `biases`, `params` (both), `owned` (without shared ones), `trainable`,
`buffers`, `macs`; values of its `inputs` and `outputs`; `positions` of output and `input_positions`; `channels` of the
input and `output_channels`; `volume`, the number of kernel elements; `groups`; in window attention `padded`, the positions
after padding, and `seen`, those of one window."""


def profiles() -> str:
    """Return the page of the counting profiles of other tools."""
    return "\n\n".join([PROFILES, *(_profile(profile(name)) for name in tools())]) + "\n"


def _profile(found: Profile) -> str:
    head = "| layer kinds | if | cost | difference |\n|---|---|---|---|"
    facts = [found.note, f"- Cost: {found.called or 'none'}.",
             f"- Training-only heads: {'parameters only' if found.heads == 'parameters' else 'not counted'}.",
             f"- Parameters of a layer: `{found.params}`." if found.params else "- Parameters: by the rules.",
             *(f"- Stops with an error: {_plain(why)} ({_stopped(net)})." for net, why in found.stops.items())]  # fmt: skip
    rows = [f"| {', '.join(rule.kinds)} | {_condition(rule)} | {_cost(rule)} | {_plain(rule.why or '')} |"
            for rule in found.rules]  # fmt: skip
    return "\n\n".join([f"## {found.tool} {found.version}", facts[0], "\n".join(facts[1:]), "\n".join([head, *rows])])


def _stopped(net: str) -> str:
    return "networks without parameters" if net == EMPTY else f"`{net}`"


def _condition(rule: CountingRule) -> str:
    ways = [f"called as {' or '.join(rule.ways)}"] if rule.ways else []
    options = [f"{name} is {' or '.join(map(str, allowed))}" for name, allowed in rule.when.items()]
    return _plain(", ".join([*ways, *options]))


def _cost(rule: CountingRule) -> str:
    if rule.stops:
        return f"error: {_plain(rule.stops)}"
    own = f"`{rule.macs}`" if rule.macs is not None else "–"
    return f"{own}; parameters `{rule.params}`" if rule.params is not None else own


def _picture(*names: str, **wishes: Any) -> Callable[[], str]:  # noqa: ANN401 - what `draw` takes
    """Return what draws a picture of some networks, like `archcalc draw`."""
    return lambda: svg.render(draw(*(load(name).analyze() for name in names), **wishes))


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("options.md", options),
    ("networks.md", networks),
    ("mistakes.md", mistakes),
    ("profiles.md", profiles),
    ("archcalc.1", manual),
    ("images/inception.svg", _picture("inception-reduced", direction="right")),
    ("images/alexnet.svg", _picture("alexnet", kind="volumes")),
    ("images/resnet18.svg", _picture("resnet18", kind="cost", depth=0)),
    ("images/networks.svg", _picture("alexnet", "vgg16", "googlenet", "resnet50", "mobilenet_v2", kind="scatter")),
)
"""The pages and pictures by their paths below docs."""
