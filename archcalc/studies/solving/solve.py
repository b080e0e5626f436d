"""Solving for unknowns: of one formula, or of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.limits import work
from archcalc.network.network import WhatIf, require_network
from archcalc.studies.solving.dials import INPUT
from archcalc.studies.solving.formula_questions import is_formula, read_question
from archcalc.studies.solving.formula_solving import solve_formula
from archcalc.studies.solving.network_solving import Search, solve_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.network import Network
    from archcalc.studies.solving.solutions import Answer


@work()
def solve(  # noqa: PLR0913 - each is an option of the command
    question: str | Sequence[str], network: Network | None = None, *, kind: str = "conv", ceil: bool = False,
    vary: str = INPUT, within: range | None = None, asked: WhatIf | None = None,
) -> Answer:  # fmt: skip
    """Find all integer values of the unknowns that satisfy a condition, in the range that the answer states.

    Args:
        question: a formula, ``"O=55, I=227, K=11, S=4"``; or, with ``network``, one or more conditions:
            ``"pool5 = 6x6"``, ``"fc6.in_features"``, ``"params <= 10M"``.
        network: the network of the conditions.
        kind: the layer kind of a formula.
        ceil: whether the pooling layer of a formula uses ceil mode.
        vary: the unknown: ``"input"``, an argument, or an option of a layer (``"conv1.stride"``).
        within: the range of the unknown.
        asked: other values for the input, arguments and options.

    >>> import archcalc
    >>> archcalc.solve("params <= 10M", archcalc.load("resnet50"), vary="base").solutions[0].values
    {'base': 39}

    Raises:
        UsageError: the question is invalid, or not possible for this network.
    """
    questions = [question] if isinstance(question, str) else list(question)
    if network is not None:
        return solve_network(require_network(network), asked or WhatIf(), questions, Search(vary, within))
    text = ", ".join(questions)
    if not is_formula(text):
        raise UsageError(f"'{text}' requires a network", "use solve(question, network)")
    return solve_formula(text, read_question(text), kind, ceil=ceil)
