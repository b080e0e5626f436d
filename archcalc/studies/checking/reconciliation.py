"""What another tool prints for a network, reproduced from its counting rules, and where the gap comes from.

A profile is a file of data: for kinds of layers an expression over a layer's own counts, and why it is not ours.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.network.patterns import matches
from archcalc.quantities.counts import summed
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.symbolic.known import number
from archcalc.symbolic.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.table import Row, Table

FOLDER = Path(__file__).parents[2] / "profiles"
"""Where the profiles lie: one file for each tool."""

HEADS = "training-only heads: parameters are counted, although the heads do not run"


class CountingRule(NamedTuple):
    """How a tool counts layers of some kinds: expressions for MACs and parameters, and why they differ from ours.

    In networks that one of the ``unless`` patterns matches it counts nothing, ``because`` of something.
    """

    kinds: tuple[str, ...]
    macs: str
    params: str = "params"
    why: str = ""
    unless: tuple[str, ...] = ()
    because: str = ""


class Profile(NamedTuple):
    """A tool: its version, what it calls its cost, what it does with heads that only training uses, and its rules.

    ``heads`` says what of them it counts: ``parameters``, or ``neither``. ``partial`` is what is not reproduced.
    """

    tool: str
    version: str
    called: str
    heads: str
    partial: str
    rules: tuple[CountingRule, ...]
    default: CountingRule


class Gap(NamedTuple):
    """One cause of a difference: by how much the tool's totals differ for it, and in how many layers."""

    why: str
    macs: int
    params: int
    layers: int


class Reconciled(NamedTuple):
    """The tool's totals, ours, the causes of the difference, and each layer's own difference in MACs."""

    profile: Profile
    macs: int
    params: int
    ours: tuple[int, int]
    gaps: tuple[Gap, ...]
    rows: tuple[tuple[Row, int], ...]


def tools() -> list[str]:
    """List the tools that there are profiles of.

    >>> "torchinfo" in tools()
    True
    """
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@lru_cache
def profile(tool: str) -> Profile:
    """Return the profile of a tool.

    Raises:
        UsageError: there is none.
    """
    if tool not in tools():
        hint = did_you_mean(tool, tools()) or f"available: {', '.join(tools())}"
        raise UsageError(f"unknown tool '{tool}'", hint)
    written = json.loads((FOLDER / f"{tool}.json").read_text(encoding="utf-8"))
    rules = tuple(_rule(rule) for rule in written["rules"])
    fields = {key: written[key] for key in ("tool", "version", "called", "heads", "partial")}
    return Profile(**fields, rules=rules, default=_rule({"kinds": [], **written["default"]}))


def _rule(written: Mapping[str, object]) -> CountingRule:
    lists = {key: tuple(value) for key, value in written.items() if isinstance(value, list)}
    return CountingRule(**{**written, **lists})  # type: ignore[arg-type]


def reconcile(table: Table, tool: str) -> Reconciled:
    """Return what a tool prints for a network, and the causes of the difference.

    >>> import archcalc
    >>> found = reconcile(archcalc.load("torchvision/alexnet").analyze(), "torchinfo")
    >>> found.macs, found.macs - found.ours[0]
    (714682664, 494184)

    Raises:
        UsageError: there is no such profile.
        Undecided: the network has letters in it.
    """
    found = profile(tool)
    run = [row for row in table if not row.train_only]
    counted = [(row, *_counted(row, found, table.spec.name)) for row in run]
    totals = table.totals
    ours = (number(totals.macs), number(totals.params))
    macs, params = sum(one[1] for one in counted), sum(one[2] for one in counted)
    heads = number(summed([row.counts for row in table if row.train_only]).params)
    with_heads = heads if found.heads == "parameters" else 0
    gaps = [*_gaps(counted), *([Gap(why=HEADS, macs=0, params=with_heads, layers=0)] if with_heads else [])]
    rows = tuple((row, theirs - number(row.macs)) for row, theirs, _, _ in counted if theirs != number(row.macs))
    return Reconciled(profile=found, macs=macs, params=params + with_heads, ours=ours, gaps=tuple(gaps), rows=rows)


def _counted(row: Row, found: Profile, network: str) -> tuple[int, int, str]:
    """Return MACs and parameters of a layer as the tool counts them, and why."""
    rule = next((rule for rule in found.rules if row.kind in rule.kinds), found.default)
    names = values(row)
    if any(matches(pattern, network) for pattern in rule.unless):
        return 0, names["params"], rule.because
    macs, params = (number(read(text).evaluate(names)) for text in (rule.macs, rule.params))  # type: ignore[arg-type]
    return macs, params, rule.why


def values(row: Row) -> dict[str, int]:
    """Return what a profile's expressions may name: a layer's counts, and the values it reads and puts out.

    >>> import archcalc
    >>> values(archcalc.load("alexnet").analyze()["conv1"])["positions"]
    3025
    """
    weights, biases, buffers = (number(count(row.tensors, role)) for role in (WEIGHT, BIAS, BUFFER))
    return {
        "weights": weights,
        "biases": biases,
        "params": weights + biases,
        "buffers": buffers,
        "macs": number(row.macs),
        "outputs": number(row.activations),
        "inputs": number(row.inputs[0].elements * row.inputs[0].regions),
        "positions": number(row.output.positions * row.output.regions),
    }


def _gaps(counted: list[tuple[Row, int, int, str]]) -> list[Gap]:
    """Add the differences up by their causes, the largest first."""
    found: dict[str, Gap] = {}
    for row, macs, params, why in counted:
        more, more_params = macs - number(row.macs), params - number(row.params)
        if more or more_params:
            old = found.get(why, Gap(why=why, macs=0, params=0, layers=0))
            found[why] = Gap(why=why, macs=old.macs + more, params=old.params + more_params, layers=old.layers + 1)
    return sorted(found.values(), key=lambda gap: -abs(gap.macs))
