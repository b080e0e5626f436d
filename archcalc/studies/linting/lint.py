"""Linting: the rules that are wanted, applied to a table, and what the spec allows."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Problem, SpecError, UsageError, did_you_mean
from archcalc.network.written import Items, Record, Text
from archcalc.studies.linting.rules import CODES, RULES, Rule
from archcalc.studies.linting.subject import Finding, LintOptions, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.network.written import Written

EVERYTHING = "*"


class Remark(NamedTuple):
    """A finding of a rule; ``allowed`` is the reason for which the spec allows it."""

    rule: Rule
    finding: Finding
    allowed: str | None = None


class Allowance(NamedTuple):
    """What a spec allows: a rule, for the layers that a pattern matches, and why."""

    code: str
    pattern: str
    reason: str


def lint(table: Table, rules: Sequence[Rule], options: LintOptions | None = None) -> list[Remark]:
    """Return what some rules find in a network, layer by layer.

    >>> import archcalc
    >>> table = archcalc.loads("{input: 3x8x8, layers: [{conv: 8, kernel: 1, stride: 2}]}").analyze()
    >>> [(remark.rule.code, remark.finding.path) for remark in lint(table, chosen())]
    [('A109', 'conv')]

    Raises:
        SpecError: the spec allows a rule that does not exist.
    """
    subject = Subject(table, options or LintOptions())
    allowances = list(allowed(table.spec.allow))
    found = [
        Remark(rule, finding, _reason(allowances, rule, finding))
        for rule in sorted(rules, key=lambda rule: rule.code)
        for finding in rule.check(subject)
    ]
    places = {row.path: number for number, row in enumerate(table)}
    found.sort(key=lambda remark: places.get(remark.finding.path, -1))  # those of one layer stay in order of codes
    return found


def _reason(allowances: Iterable[Allowance], rule: Rule, finding: Finding) -> str | None:
    for allowance in allowances:
        if allowance.code == rule.code and fnmatchcase(finding.path, allowance.pattern):
            return allowance.reason
    return None


def chosen(select: str = "", ignore: str = "") -> tuple[Rule, ...]:
    """Return the rules that are selected, by codes, their beginnings or names, without those that are ignored.

    >>> [rule.code for rule in chosen("A10,gridding", "A102,A108")][:3]
    ['A101', 'A103', 'A104']
    >>> len(chosen("all")) == len(RULES)
    True

    Raises:
        UsageError: no rule is meant by a word.
    """
    wanted, unwanted = _codes(select), _codes(ignore)
    usual = {rule.code for rule in RULES if rule.usual}
    return tuple(rule for rule in RULES if rule.code in (wanted or usual) - unwanted)


def _codes(words: str) -> set[str]:
    found: set[str] = set()
    for word in filter(None, (word.strip() for word in words.split(","))):
        meant = {rule.code for rule in RULES if word in ("all", rule.name) or rule.code.startswith(word.upper())}
        if not meant:
            known = [*CODES, *(rule.name for rule in RULES)]
            raise UsageError(
                f"unknown rule '{word}'", did_you_mean(word, known) or "archcalc lint --rules lists all rules"
            )
        found |= meant
    return found


def allowed(written: Written | None) -> Iterator[Allowance]:
    """Yield what `allow:` of a spec says: codes, codes with a reason, or codes with patterns of layers and reasons.

    Raises:
        SpecError: a rule does not exist.
    """
    if isinstance(written, Items):
        yield from (Allowance(_code(item), EVERYTHING, "") for item in written.items if isinstance(item, Text))
    if isinstance(written, Record):
        for code, reason in written.entries:
            if isinstance(reason, Text):
                yield Allowance(_code(code), EVERYTHING, reason.text)
            elif isinstance(reason, Record):
                rows = reason.entries
                yield from (Allowance(_code(code), key.text, str(value.plain)) for key, value in rows)


def _code(code: Text) -> str:
    if code.text not in CODES:
        hint = did_you_mean(code.text, CODES) or "archcalc lint --rules lists all rules"
        raise SpecError(Problem(f"unknown rule '{code.text}'", hint, code.place))
    return code.text
