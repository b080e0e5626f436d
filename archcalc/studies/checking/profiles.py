"""How other tools count: a file of data for each, with an expression over a layer's own counts for kinds of layers.

A kind that no rule of a profile names is unknown to it. Nothing is zero that has not been measured to be zero.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.network.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Mapping


FOLDER = Path(__file__).parents[2] / "profiles"
"""Where the profiles lie: one file for each tool."""


EMPTY = "(empty)"
"""The key in place of a pattern, for networks without parameters."""


class CountingRule(NamedTuple):
    """How a tool counts layers of some kinds: expressions for MACs, parameters and the values of a pass.

    ``ways`` are the ways of calling the layer for which the rule is right; without them it is right for all, those
    that are not known included. ``when`` limits facts of the layer to some values. ``why`` is the cause of a
    difference from our own counts; ``stops`` that of an error with which the tool stops there. What a rule has no
    expression for is unknown.
    """

    kinds: tuple[str, ...]
    ways: tuple[str, ...] = ()
    when: Mapping[str, tuple[object, ...]] = MappingProxyType({})
    macs: str | None = None
    params: str | None = None
    passes: str | None = None
    why: str = ""
    stops: str = ""

    def fits(self, kind: str, way: str | None, facts: Mapping[str, object]) -> bool:
        """Whether a layer of this kind, called this way, is counted by the rule."""
        if kind not in self.kinds or (self.ways and way not in self.ways):
            return False
        return all(facts.get(name) in allowed for name, allowed in self.when.items())


class Passes(NamedTuple):
    """What a tool calls the size of a forward and backward pass, the bytes of a value, and those of its megabyte.

    ``containers`` says whether modules that hold other modules are counted too.
    """

    called: str
    bytes: int
    megabyte: int
    containers: bool = False

    def megabytes(self, values: int) -> str:
        """Return the size as the tool writes it.

        >>> Passes("Forward/backward pass size (MB)", 8, 2**20).megabytes(28_683_264)
        '218.84'
        """
        return f"{values * self.bytes / self.megabyte:.2f}"


class Profile(NamedTuple):
    """A tool: its version, what it calls its cost (nothing, if it has none), and its rules.

    ``params`` counts the parameters of each layer, of whatever kind, unless a rule says otherwise. ``heads`` says
    what of heads that only training uses it counts: ``parameters`` or ``neither``. ``stops`` says why it stops with an
    error, for networks that match a pattern; for :data:`EMPTY` ones it is those without parameters. ``traced`` says
    that it knows only the layers of which the results are made. ``note`` is what a reader should know of its numbers.
    """

    tool: str
    version: str
    called: str
    heads: str
    note: str
    rules: tuple[CountingRule, ...]
    params: str | None = None
    passes: Passes | None = None
    stops: Mapping[str, str] = MappingProxyType({})
    traced: bool = False

    def rule(self, kind: str, way: str | None, facts: Mapping[str, object]) -> CountingRule | None:
        """Return the first rule that fits a layer; None, if its cost is unknown."""
        return next((rule for rule in self.rules if rule.fits(kind, way, facts)), None)

    def stopped(self, network: str, *, empty: bool) -> str:
        """Return why the tool stops with an error at a network; nothing, if it does not.

        ``empty`` says that the network has no parameters.
        """
        reasons = (why for pattern, why in self.stops.items() if matches(pattern, network))
        return self.stops.get(EMPTY, "") if empty else next(reasons, "")


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
    rules = tuple(_rule(rule) for rule in written.pop("rules"))
    passes = Passes(**written.pop("passes")) if "passes" in written else None
    return Profile(**written, rules=rules, passes=passes)


def _rule(written: Mapping[str, Any]) -> CountingRule:
    lists = {name: tuple(written[name]) for name in ("kinds", "ways") if name in written}
    when = {name: tuple(allowed) for name, allowed in written.get("when", {}).items()}
    return CountingRule(**{**written, **lists, "when": when})
