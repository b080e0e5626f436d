"""Limits that a comparison must keep: ``macs > +5%`` names what must not be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.measures.quantities import find, words
from archcalc.studies.comparing.totals import LAYERS
from archcalc.symbolic.known import decide
from archcalc.symbolic.relations import SIGNS, canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.studies.comparing.totals import Total
    from archcalc.symbolic.expr import Int

EXAMPLES = "for example 'macs > +5%', 'params > 25M', 'params > +100K' or 'layers.conv != +0'"

_RELATION = "|".join(SIGNS)
_CONDITION = re.compile(rf"(?P<quantity>[\w.]+)\s*(?P<relation>{_RELATION})\s*(?P<limit>\S.*)", re.ASCII)
_PERCENT = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d{1,9})(?:\.(?P<part>\d{1,9}))?%", re.ASCII)


class Limit(NamedTuple):
    """A condition under which a comparison fails: what is compared, how, and with what.

    The other side is ``whole`` plus ``parts`` of ``of`` of what the first network has: ``+5%`` is 105 of 100 of it,
    ``+1M`` a million and the whole of it, ``25M`` a number by itself.
    """

    written: str
    quantity: str
    relation: str
    whole: int
    parts: int = 0
    of: int = 1


class Check(NamedTuple):
    """A limit, the quantity of which network it was held against, and whether it fails: None is undecided."""

    limit: Limit
    quantity: str
    which: int
    fails: bool | None

    @property
    def holds(self) -> bool:
        """Whether it is certain that the limit is kept."""
        return self.fails is False


def read_limit(written: str) -> Limit:
    """Read a condition: a quantity, a relation, and a number, a percentage, or a signed one: a difference.

    >>> read_limit("macs > +5%")[1:]
    ('macs', '>', 0, 105, 100)
    >>> read_limit("params >= 25M")[1:]
    ('params', '>=', 25000000, 0, 1)

    Raises:
        UsageError: it is no condition.
    """
    match = _CONDITION.fullmatch(written.strip())
    if match is None:
        raise UsageError(f"invalid condition '{written}'", EXAMPLES)
    name = words().get(match["quantity"].lower(), match["quantity"])
    relation = canonical(match["relation"])
    limit = Limit(written=written.strip(), quantity=name, relation=relation, whole=0)
    percent = _PERCENT.fullmatch(match["limit"])
    if percent is None:
        signed = match["limit"][0] in "+-"
        return limit._replace(whole=_number(written, name, match["limit"]), parts=int(signed))
    of = 100 * 10 ** len(percent["part"] or "")
    parts = int(f"{percent['sign']}{percent['whole']}{percent['part'] or ''}")
    return limit._replace(parts=parts + (of if percent["sign"] else 0), of=of)


def _number(written: str, quantity: str, limit: str) -> int:
    """Read a number as its quantity is written; layers of a kind are counted like parameters."""
    read_as = find(quantity if quantity in words() else "params")
    try:
        return read_as.limit(limit.removeprefix("+"))
    except UsageError:
        raise UsageError(
            f"invalid limit '{limit}' in '{written}': expected a number or a percentage", EXAMPLES
        ) from None


def check(totals: Sequence[Total], limits: Sequence[Limit]) -> tuple[Check, ...]:
    """Hold the totals of all networks but the first against some limits.

    >>> import archcalc
    >>> nets = [archcalc.load(name) for name in ("resnet50", "torchvision/resnet50")]
    >>> [check.fails for check in archcalc.diff(*nets, fail_on=["macs > +5%", "params > +0"]).checks]
    [True, False]

    Raises:
        UsageError: a condition is about a quantity that there is not.
    """
    known = {total.quantity: total for total in totals}
    return tuple(found for limit in limits for found in _held(_total(limit, known), limit))


def _total(limit: Limit, known: dict[str, Total]) -> Total:
    for name in (limit.quantity, f"{LAYERS}.{limit.quantity}"):
        if name in known:
            return known[name]
    usual = [name for name in known if "." not in name]
    hint = did_you_mean(limit.quantity, known) or f"available: {', '.join(usual)}, or {LAYERS}.conv"
    raise UsageError(f"unknown quantity '{limit.quantity}' in '{limit.written}'", hint)


def _held(total: Total, limit: Limit) -> list[Check]:
    first, *others = total.values
    return [
        Check(limit=limit, quantity=total.quantity, which=which, fails=_compare(first, other, limit))
        for which, other in enumerate(others, 1)
    ]


def _compare(first: object, other: object, limit: Limit) -> bool | None:
    """Whether a condition holds; None where letters or words leave it open."""
    if isinstance(first, tuple | str) or isinstance(other, tuple | str):
        return None
    left: Int = other * limit.of  # type: ignore[operator]
    right: Int = limit.parts * first + limit.whole * limit.of  # type: ignore[operator]
    return decide(left, limit.relation, right)
