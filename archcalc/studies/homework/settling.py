"""What a teacher left open is settled by the table: the convention under which more of its answers are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.derivation import MACS, PARAMS
from archcalc.studies.homework.rules import COUNTED, EITHER, IN_FLOPS, IN_MACS, NOT_COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.network.table import Table
    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.rules import Rules


class Answers(NamedTuple):
    """The answers about a network: their rows, and what is given in the columns."""

    table: Table
    targets: Sequence[Target]
    given: Mapping[tuple[str, str], Given]

    def right(self, rules: Rules, column: str) -> int:
        """Count the answers of a column that are right under some rules."""
        answering = Answering(self.table, rules)
        return sum(self._agrees(answering, target, column) for target in self.targets)

    def _agrees(self, answering: Answering, target: Target, column: str) -> bool:
        value, given = answering.exact(target, column), self.given.get((target.path, column))
        return value is not None and given is not None and given.says(value, "") != Agreement.WRONG


def settled(rules: Rules, answers: Answers, *, flops: bool) -> Rules:
    """Return rules that leave nothing open; ``flops`` says that a heading asks for them.

    Where it makes no odds, MACs are asked, and biases are counted.
    """
    if flops and rules.cost in (EITHER, IN_MACS):
        rules = rules._replace(cost=IN_FLOPS)
    elif rules.cost == EITHER:
        ways = [rules._replace(cost=word) for word in (IN_MACS, IN_FLOPS)]
        rules = max(ways, key=lambda way: answers.right(way, MACS))
    if rules.biases == EITHER:
        ways = [rules._replace(biases=word) for word in (COUNTED, NOT_COUNTED)]
        rules = max(ways, key=lambda way: answers.right(way, PARAMS))
    return rules
