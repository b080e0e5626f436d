"""What marking remarks about a table as a whole: sentences with keys, so that other languages have them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.limits import EXPLAINED
from archcalc.wording import Sentence, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def unknown_columns(names: Sequence[str]) -> Sentence:
    """Name columns that are not graded.

    >>> unknown_columns(["time"])
    'unknown columns, not graded: time'
    """
    return Sentence("remarks.unknown-columns", "unknown columns, not graded: {columns}", columns=listed(names))


def unknown_layers(network: str, labels: Sequence[str]) -> Sentence:
    """Name rows that are not graded.

    >>> unknown_layers("alexnet", ["conv8", "conv9"])
    'not graded: alexnet has no layers conv8 or conv9'
    """
    english = f"not graded: {{network}} has no {'layer' if len(labels) == 1 else 'layers'} {{layers}}"
    return Sentence("remarks.unknown-layers", english, network=network, layers=listed(labels, "or"))


def mixed_orders() -> Sentence:
    """Ask for one order of channels and sizes."""
    english = "some shapes have the channels first, others last: use one order"
    return Sentence("remarks.mixed-orders", english)


def other_order(order: str, asked: str) -> Sentence:
    """Name the order of channels and sizes that the task asks for.

    >>> other_order("channels last", "first")
    'the shapes have channels last: the task asks for channels first'
    """
    english = "the shapes have {order}: the task asks for channels {asked}"
    return Sentence("remarks.other-order", english, order=order, asked=asked)


def first_explained() -> Sentence:
    """Say how many wrong answers are explained, and what raises that."""
    english, count = "only the first {count} wrong answers are explained: {variable}", f"{EXPLAINED.value:,}"
    return Sentence("remarks.explained", english, count=count, variable=EXPLAINED.variable)


def ambiguous(given: str, ways: Iterable[int]) -> Sentence:
    """Ask for all digits of a number.

    >>> ambiguous("1,234", [1, 1234])
    '1,234 is ambiguous (1 or 1,234): write all digits'
    """
    meant = listed((f"{way:,}" for way in ways), "or")
    return Sentence("remarks.ambiguous", "{given} is ambiguous ({meant}): write all digits", given=given, meant=meant)
