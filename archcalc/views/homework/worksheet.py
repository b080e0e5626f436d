"""The page of `worksheet`: a table with blanks, or with the solution, and the line that says what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import ROWS
from archcalc.studies.homework.asking import asked_of, questions, solved, written
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.views.homework.describing import SheetLayout
from archcalc.views.language import ENGLISH
from archcalc.views.page import LEFT, QUIET, RIGHT, Column, Fact, Facts, Heading, Label, Line, Notes, Page, PageTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.rules import Rules
    from archcalc.views.language import Language

GIVEN = "given"
"""The column that says what a layer is: its kernel, its stride."""


NOT_ASKED = "–"
"""What a cell holds that is not to be filled."""


class WorksheetOptions(NamedTuple):
    """How a worksheet is to be: its columns, whether it is the key, the seed of its variation, and its headings."""

    columns: tuple[str, ...]
    key: bool = False
    seed: int | None = None
    rules: Rules = PLAIN_RULES
    language: Language = ENGLISH


def identity(name: str, seed: int | None) -> str:
    """Return the line by which a file says what it is about; a spreadsheet leaves it as it is.

    >>> identity("alexnet", 17)
    'network=alexnet seed=17'
    """
    return f"network={name}" + ("" if seed is None else f" seed={seed}")


def rows(table: network.Table, how: WorksheetOptions) -> list[list[str]]:
    """Return the cells of a worksheet: headings, the input, a row for each layer, the total, and what it is about.

    >>> import archcalc
    >>> rows(archcalc.load("alexnet").analyze(), WorksheetOptions(("params",), key=True))[1:3]
    [['input', '', '3x227x227', ''], ['conv1', 'conv', 'filters 96, kernel 11, stride 4', '34944']]
    """
    found = [["layer", "type", GIVEN, *how.columns]]
    blanks = [""] * len(how.columns)
    found += [[name, "", str(shape).replace("×", "x"), *blanks] for name, shape in table.inputs.items()]
    for start, values in _lines(table, how):
        found.append([*start, *(NOT_ASKED if value is None else written(value) if how.key else "" for value in values)])
    return [*found, [identity(table.spec.name, how.seed), "", "", *blanks]]


def _lines(table: network.Table, how: WorksheetOptions) -> Iterator[tuple[list[str], list[Value | None]]]:
    """Yield what each row begins with, and its answers; None where nothing is asked."""
    _require_markable(table)
    layout, asked = SheetLayout(table), asked_of(table, how.rules)
    for target, values in solved(table, how.columns, how.rules):
        start = [TOTAL, "", ""]
        if target.path != TOTAL:
            row = target.rows[-1]
            start = [row.path, row.kind, layout.given(row)]
        yield start, [value if target.path in asked else None for value in values]


def _require_markable(table: network.Table) -> None:
    """Refuse a worksheet with more rows than a table may have that is handed in."""
    count = len(questions(table)) + len(table.inputs) + len(("headings", "identity"))
    if count > ROWS.value:
        message = ROWS.exceeded(f"the worksheet of {table.spec.name}", count, "use a smaller network")
        raise UsageError(*message)


def worksheet(table: network.Table, how: WorksheetOptions) -> Page:
    """Return the page of a worksheet: the network's table with its kernels, and blanks for what is asked.

    >>> import archcalc
    >>> page = worksheet(archcalc.load("alexnet").analyze(), WorksheetOptions(("output", "params")))
    >>> page.record["layers"][1]
    {'layer': 'conv1', 'type': 'conv', 'given': 'filters 96, kernel 11, stride 4', 'output': '', 'params': ''}

    Raises:
        UsageError: it would have more rows than a table may have that is handed in.
    """
    counts = [key for key in how.columns if key != OUTPUT]
    columns = tuple(Column(key, heading, RIGHT if key in counts else LEFT) for key, heading in _headings(how).items())
    lines = [Line((Label(path), *start, *_blanks(values, how))) for (path, *start), values in _lines(table, how)]
    blocks = (
        Heading(table.spec.title or table.spec.name, _what(how)),
        Facts(tuple(Fact(name, shape) for name, shape in table.inputs.items())),
        PageTable(columns, tuple(lines)),
        Notes((identity(table.spec.name, how.seed),), QUIET),
    )
    return Page(
        blocks=blocks, recorded=lambda: _record(table, how), records="layers", spread=lambda: _spread(table, how)
    )


def _headings(how: WorksheetOptions) -> dict[str, str]:
    """Return the heading of each column: words by which `check` knows it again."""
    return {key: how.language.text(f"headings.{key}", key) for key in ("layer", "type", GIVEN, *how.columns)}


def _what(how: WorksheetOptions) -> str:
    return (
        how.language.text("headings.solution", "solution")
        if how.key
        else how.language.text("headings.worksheet", "worksheet")
    )


def _spread(table: network.Table, how: WorksheetOptions) -> list[dict[str, Any]]:
    """Return the lines of a file with the headings of its language."""
    headings = _headings(how)
    return [{headings[key]: value for key, value in entry.items()} for entry in _entries(table, how)]


def _blanks(values: Sequence[Value | None], how: WorksheetOptions) -> list[Any]:
    return [NOT_ASKED if value is None else _shown(value) if how.key else "" for value in values]


def _shown(value: Value) -> Any:  # noqa: ANN401 - a cell
    return value if isinstance(value, int) else written(value).replace("x", "×")


def _record(table: network.Table, how: WorksheetOptions) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "network": table.spec.name,
        "seed": how.seed,
        "input": {name: list(shape.sizes) for name, shape in table.inputs.items()},
        "layers": _entries(table, how)[:-1],
    }


def _entries(table: network.Table, how: WorksheetOptions) -> list[dict[str, Any]]:
    header, *found = rows(table, how)
    return [dict(zip(header, row, strict=True)) for row in found]
