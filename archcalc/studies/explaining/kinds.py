"""What is known of the kinds of layers: options with their defaults, formulas, names elsewhere, and an example."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.layers.families import Family
from archcalc.layers.options import field_of
from archcalc.layers.registry import find, kind_names
from archcalc.layers.spellings import elsewhere
from archcalc.studies.explaining.working import solution
from archcalc.symbolic.expr import Expr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.layers.base import Layer
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int

    Analyzed = Callable[[str, str], Table]
    """Returns the table of a list of layers, for an input."""


class DescribedOption(NamedTuple):
    """An option of a kind: what it takes, its default, and what it is; ``main`` is written after the kind."""

    name: str
    expects: str
    required: bool
    default: object
    description: str
    main: bool


class KindFormula(NamedTuple):
    """A quantity of a layer and the rule for it, with the letters of the textbook."""

    quantity: str
    symbol: str
    rule: Int


class DescribedKind(NamedTuple):
    """A kind of layer: everything that a reader may look up."""

    kind: str
    family: Family
    summary: str
    details: str
    options: tuple[DescribedOption, ...]
    formulas: tuple[KindFormula, ...]
    elsewhere: Mapping[str, tuple[str, ...]]
    layers: str
    input: str
    source: str


def by_family() -> dict[Family, list[type[Layer]]]:
    """Return the kinds of layers, each under its family, in the order of the families.

    >>> [kind.kind for kind in by_family()[Family.REGION]]
    ['roi_align', 'roi_pool', 'warp']
    """
    found: dict[Family, list[type[Layer]]] = {family: [] for family in Family}
    for name in kind_names():
        kind = find(name)
        found[kind.family].append(kind)
    return {family: kinds for family, kinds in found.items() if kinds}


def summary(kind: type[Layer]) -> str:
    """Return the first sentence on a kind, without its final period.

    >>> summary(find("relu"))
    'max(0, x) of each value'
    """
    return _paragraphs(kind)[0].partition(". ")[0].removesuffix(".")


def described(kind: type[Layer], analyzed: Analyzed) -> DescribedKind:
    """Describe a kind of layer; its formulas are those of its example, which is analyzed."""
    layers = kind.example.layers or f"[{kind.kind}]"
    table = analyzed(layers, kind.example.input)
    row = next(row for row in reversed(table.rows) if row.kind == kind.kind)
    return DescribedKind(
        kind=kind.kind,
        family=kind.family,
        summary=summary(kind),
        details=" ".join(_paragraphs(kind)).removeprefix(summary(kind)).lstrip(". "),
        options=tuple(options(kind)),
        formulas=tuple(
            KindFormula(w.quantity, w.symbol, w.rule) for w in solution(table, row).workings if isinstance(w.rule, Expr)
        ),
        elsewhere=elsewhere(kind.kind),
        layers=layers,
        input=kind.example.input,
        source=kind.source,
    )


def options(kind: type[Layer]) -> list[DescribedOption]:
    """Return the options of a kind, the main one first.

    >>> [(option.name, option.required, option.default) for option in options(find("linear"))][:2]
    [('outputs', True, None), ('bias', False, True)]
    """
    defaults: dict[str, Any] = {field.name: field.default for field in fields(kind)}  # type: ignore[arg-type]
    return [
        DescribedOption(
            name=name,
            expects=option.type.expects,
            required=defaults[field_of(name)] is MISSING,
            default=None if defaults[field_of(name)] is MISSING else defaults[field_of(name)],
            description=option.doc,
            main=option.main,
        )
        for name, option in kind.declared.options.items()
    ]


def _paragraphs(kind: type[Layer]) -> list[str]:
    """Return the paragraphs that a kind says of itself, without its examples in Python."""
    text = (kind.__doc__ or kind.kind).partition(">>>")[0]
    text = text.replace("``", "")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]
