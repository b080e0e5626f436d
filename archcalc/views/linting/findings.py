"""The page of `lint`: the findings layer by layer, why they matter, and the same for tools that annotate files."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import HOME
from archcalc.studies.linting.rules import RULES, Severity
from archcalc.views.linting.copies import alike
from archcalc.views.page import (
    PLAIN,
    QUIET,
    STRONG,
    Column,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
    RecordEntries,
)
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archcalc.errors import Place
    from archcalc.network.table import Table
    from archcalc.studies.linting.lint import Remark
    from archcalc.studies.linting.rules import Rule
    from archcalc.views.linting.copies import LikeRemarks
    from archcalc.views.page import Block

SARIF, GITHUB = "sarif", "github"
"""The formats that only this page has, by their names."""

COLUMNS = (
    Column("layer", "layer"),
    Column("code", "rule"),
    Column("severity", "severity"),
    Column("text", "finding"),
)
RULE_COLUMNS = (
    Column("code", "rule"),
    Column("name", "name"),
    Column("severity", "severity"),
    Column("default", "default"),
    Column("reason", "reason"),
    Column("source", "source", priority=2),
)
TONES = {Severity.ERROR: STRONG, Severity.WARNING: PLAIN, Severity.NOTE: QUIET}
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
"""What GitHub calls them; SARIF says note."""


class Linted(NamedTuple):
    """A network that was linted: its table, what was found, and where its layers are written, for those who ask."""

    table: Table
    remarks: Sequence[Remark]
    places: Callable[[], Mapping[str, Place | None]]

    @property
    def shown(self) -> list[Remark]:
        """What the spec does not allow."""
        return [remark for remark in self.remarks if remark.allowed is None]


def findings(linted: Sequence[Linted], *, everything: bool = False) -> Page:
    """Return the page of some networks; ``everything`` also shows what the specs allow."""
    blocks = [block for one in linted for block in _network(one, everything=everything)]
    used = {remark.rule.code for one in linted for remark in (one.remarks if everything else one.shown)}
    reasons = tuple(f"{rule.code} {rule.name}: {rule.reason} ({rule.source})" for rule in RULES if rule.code in used)
    return Page(
        blocks=(*blocks, *([Notes(reasons, QUIET)] if reasons else [])),
        recorded=lambda: _record(linted),
        records="findings",
        apart={SARIF: lambda: sarif(linted), GITHUB: lambda: {"lines": list(annotated(linted))}},
    )


def _network(one: Linted, *, everything: bool) -> Iterator[Block]:
    table, shown = one.table, one.remarks if everything else one.shown
    yield Heading(table.spec.title or table.spec.name, "review")
    if shown:
        yield PageTable(COLUMNS, tuple(_line(found) for found in alike(shown)))
    yield Notes((_tally(one),), PLAIN if one.shown else QUIET)


def _line(found: LikeRemarks) -> Line:
    text, rule, allowed = found.text, found.first.rule, found.first.allowed
    if allowed is not None:
        text += f" (allowed{': ' if allowed else ''}{allowed})"
    label = Label(found.path, found.times)
    return Line((label, rule.code, str(rule.severity), text), tone=TONES[rule.severity])


def _tally(one: Linted) -> str:
    """Say how many findings of which severity, and how many the spec allows."""
    found = [remark.rule.severity for remark in one.shown]
    parts = [plural(found.count(severity), str(severity)) for severity in reversed(Severity) if severity in found]
    allowed = len(one.remarks) - len(one.shown)
    return ", ".join([*(parts or ["no findings"]), *([f"{allowed} allowed by the spec"] if allowed else [])])


def _record(linted: Sequence[Linted]) -> dict[str, Any]:
    entries = RecordEntries(lambda: chain.from_iterable(map(_findings, linted)))
    return {"schema_version": 1, "findings": entries}


def _findings(one: Linted) -> Iterator[dict[str, Any]]:
    places = one.places()
    for remark in one.remarks:
        place = places.get(remark.finding.path)
        yield {
            "network": one.table.spec.name,
            "layer": remark.finding.path,
            "code": remark.rule.code,
            "name": remark.rule.name,
            "severity": str(remark.rule.severity),
            "text": remark.finding.text,
            "reason": remark.rule.reason,
            "source": remark.rule.source,
            "allowed": remark.allowed,
            "file": place.source.name if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
        }


def rule_list() -> Page:
    """Return the page of all rules.

    >>> rule_list().record["rules"][0]["code"]
    'A101'
    """
    lines = (Line((r.code, r.name, str(r.severity), "on" if r.usual else "off", r.reason, r.source)) for r in RULES)
    blocks = (Heading("Rules"), PageTable(RULE_COLUMNS, tuple(lines)))
    return Page(blocks, lambda: {"schema_version": 1, "rules": [_rule(rule) for rule in RULES]}, "rules")


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code, "name": rule.name, "severity": str(rule.severity), "default": rule.usual,
        "reason": rule.reason, "source": rule.source,
    }  # fmt: skip


def sarif(linted: Sequence[Linted]) -> dict[str, Any]:
    """Return the findings in the Static Analysis Results Interchange Format, version 2.1.0."""
    rules = [
        {"id": rule.code, "name": rule.name, "shortDescription": {"text": rule.reason}, "help": {"text": rule.source}}
        for rule in RULES
    ]
    driver = {"name": "archcalc", "informationUri": HOME, "rules": rules}
    results = [found for one in linted for found in _results(one)]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _results(one: Linted) -> Iterator[dict[str, Any]]:
    places = one.places()
    for remark in one.remarks:
        yield _result(remark, one.table.spec.name, places.get(remark.finding.path))


def _result(remark: Remark, network: str, place: Place | None) -> dict[str, Any]:
    logical = {"logicalLocations": [{"name": remark.finding.path or network, "kind": "member"}]}
    where: dict[str, Any] = {**logical, "physicalLocation": _physical(place)} if place else logical
    found: dict[str, Any] = {
        "ruleId": remark.rule.code,
        "ruleIndex": RULES.index(remark.rule),
        "level": str(remark.rule.severity),
        "message": {"text": _sentence(remark)},
        "locations": [where],
    }
    if remark.allowed is not None:
        found["suppressions"] = [{"kind": "inSource", "justification": remark.allowed}]
    return found


def _physical(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width}
    return {"artifactLocation": {"uri": place.source.name}, "region": region}


def _sentence(remark: Remark) -> str:
    where = f"{remark.finding.path}: " if remark.finding.path else ""
    return f"{where}{remark.finding.text}. {remark.rule.reason}"


def annotated(linted: Iterable[Linted]) -> Iterator[str]:
    """Yield the findings as commands that GitHub shows as annotations of a file."""
    for one in linted:
        places = one.places()
        for remark in one.shown:
            place = places.get(remark.finding.path)
            where = {"file": place.source.name, "line": place.line, "col": place.column} if place else {}
            properties = {**where, "title": f"{remark.rule.code} {remark.rule.name}"}
            told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
            yield f"::{LEVELS[remark.rule.severity]} {told}::{_data(_sentence(remark))}"


def _data(text: str) -> str:
    """Return a text as GitHub's commands contain it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
