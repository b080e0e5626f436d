"""The questions of a quiz in a learning platform: what is accepted, how exactly, and what known mistakes give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.asking import required
from archcalc.studies.homework.derivation import FIELD, OUTPUT
from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.row_labels import TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.rules import Rules

MOST_MISTAKES = 12
"""At most this number of mistakes of a question get feedback of their own."""

DIGITS = 3
"""A number rounded to three digits is accepted, unless a known mistake is near."""

OWN_INPUT = "This value belongs to the network without a seed: use the sizes in the question."


class BankQuestion(NamedTuple):
    """A question: its layer and column, the right value, how far an answer may be from it, and known mistakes."""

    row: Row
    column: str
    value: Value
    tolerance: int
    mistakes: tuple[tuple[Value, str], ...]


def quiz_bank(
    table: Table, columns: Sequence[str], rules: Rules, unvaried: Table | None = None
) -> Iterator[BankQuestion]:
    """Yield a question for each answer that has to be computed; the totals need the whole network and are left out.

    ``unvaried`` is the network without a seed: its answers get feedback, too.

    >>> import archcalc
    >>> from archcalc.studies.homework.rules import PLAIN_RULES
    >>> bank = quiz_bank(archcalc.load("alexnet").analyze(), ["params"], PLAIN_RULES)
    >>> first = next(bank)
    >>> first.value, first.tolerance, first.mistakes[0]
    (34944, 50, (34848, 'The biases are not counted.'))
    """
    answering = Answering(table, rules)
    base = Answering(unvaried, rules) if unvaried else None
    for target in required(table, rules):
        for column in columns if target.path != TOTAL and len(target.rows) == 1 else ():
            value = _asked(answering.exact(target, column), column)
            if value is not None:
                other = _elsewhere(base, target, column) if base else None
                found = _mistakes(answering, target, column, value, other)
                rounding = _rounding(value) if rules.rounding else 0
                yield BankQuestion(
                    row=target.rows[0],
                    column=column,
                    value=value,
                    tolerance=_tolerance(value, rounding, found),
                    mistakes=found,
                )


def _asked(value: Value | None, column: str) -> Value | None:
    """Return the answer as it is asked: one number for what is alike on all axes; None for what is no question."""
    if isinstance(value, tuple) and len(set(value)) == 1 and (column == FIELD or len(value) == 1):
        return value[0]
    if isinstance(value, tuple) and (column == FIELD or len(value) < 2):  # noqa: PLR2004 - several fields, or none
        return None
    return value or None


def _elsewhere(base: Answering, target: Target, column: str) -> Value | None:
    row = {row.path: row for row in base.table}.get(target.path)
    return None if row is None else _asked(base.exact(target._replace(rows=(row,)), column), column)


def _mistakes(
    answering: Answering, target: Target, column: str, exact: Value, other: Value | None
) -> tuple[tuple[Value, str], ...]:
    """Return the values of known mistakes with their sentences, each value once, the likeliest first."""
    found: dict[Value, str] = {} if other is None or other == exact else {other: OWN_INPUT}
    for name, values in answering.mistaken(target, column).items():
        for made in values:
            value = _asked(made, column)
            if value is not None and value != exact and _alike(value, exact):
                found.setdefault(value, BY_NAME[name].text)
    return tuple(found.items())[:MOST_MISTAKES]


def _alike(value: Value, exact: Value) -> bool:
    """Whether a mistaken value is asked for in the same way, and could be an answer."""
    sizes = (value,) if isinstance(value, int) else value
    return isinstance(value, int) == isinstance(exact, int) and all(size > 0 for size in sizes)


def _rounding(value: Value) -> int:
    return 10 ** max(0, len(str(value)) - DIGITS) // 2 if isinstance(value, int) else 0


def _tolerance(exact: Value, rounding: int, mistakes: Sequence[tuple[Value, str]]) -> int:
    """Return how far an answer may be from the right one: less than any known mistake is."""
    if not isinstance(exact, int):
        return 0
    near = [abs(value - exact) - 1 for value, _ in mistakes if isinstance(value, int)]
    return min([rounding, *near])


JOINTS = ("x", "×", " x ", " × ", ", ", ",")
"""How the sizes of a shape are separated, the likeliest first."""


def spellings(value: Value, column: str, channels: str = "", joints: Sequence[str] = JOINTS) -> list[str]:
    """Return how an answer is written: a shape with its channels first or last, unless one of them is asked.

    >>> spellings((96, 55, 55), "output", joints=["x"])
    ['96x55x55', '55x55x96']
    >>> spellings(34944, "params")
    ['34944']
    """
    if isinstance(value, int):
        return [str(value)]
    first, last = value, (*value[1:], value[0])
    maps = column == OUTPUT and len(value) > 2  # noqa: PLR2004 - channels and sizes
    orders = {"first": [first], "last": [last]}.get(channels, [first, last]) if maps else [first]
    return list(dict.fromkeys(joint.join(map(str, sizes)) for sizes in orders for joint in joints))
