"""The page of `worksheet`: a table with blanks, or with the solution, and the line that says what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.layers.options import field_of
from archcalc.studies.homework.asking import solved, written
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.views.page import LEFT, QUIET, RIGHT, Column, Fact, Facts, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network import table as network
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.row_labels import Target

GIVEN = "given"
"""The column that says what a layer is: its kernel, its stride."""


class WorksheetOptions(NamedTuple):
    """How a worksheet is to be: its columns, whether it is the key, and the seed of its variation."""

    columns: tuple[str, ...]
    key: bool = False
    seed: int | None = None


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
    for target, values in solved(table, how.columns):
        start = [target.path, _kind(target), given(table, target)]
        found.append([*start, *(written(value) if how.key else "" for value in values)])
    return [*found, [identity(table.spec.name, how.seed), "", "", *blanks]]


def _kind(target: Target) -> str:
    return "" if target.path == TOTAL else target.rows[-1].kind


def worksheet(table: network.Table, how: WorksheetOptions) -> Page:
    """Return the page of a worksheet: the network's table with its kernels, and blanks for what is asked.

    >>> import archcalc
    >>> page = worksheet(archcalc.load("alexnet").analyze(), WorksheetOptions(("output", "params")))
    >>> page.record["layers"][1]
    {'layer': 'conv1', 'type': 'conv', 'given': 'filters 96, kernel 11, stride 4', 'output': '', 'params': ''}
    """
    columns = (
        Column("layer", "layer"),
        Column("type", "type"),
        Column(GIVEN, GIVEN),
        *(Column(key, key, LEFT if key == OUTPUT else RIGHT) for key in how.columns),
    )
    lines = [
        Line((Label(target.path), _kind(target), given(table, target), *_blanks(values, how)))
        for target, values in solved(table, how.columns)
    ]
    blocks = (
        Heading(table.spec.title or table.spec.name, "solution" if how.key else "worksheet"),
        Facts(tuple(Fact(name, shape) for name, shape in table.inputs.items())),
        PageTable(columns, tuple(lines)),
        Notes((identity(table.spec.name, how.seed),), QUIET),
    )
    return Page(
        blocks=blocks, recorded=lambda: _record(table, how), records="layers", spread=lambda: _entries(table, how)
    )


def _blanks(values: Sequence[Value | None], how: WorksheetOptions) -> list[Any]:
    return [_shown(value) if how.key else "" for value in values]


def _shown(value: Value | None) -> Any:  # noqa: ANN401 - a cell
    return value if isinstance(value, int) else written(value).replace("x", "×")


def given(table: network.Table, target: Target) -> str:
    """Say what is given of a layer: its options that are not what they are by default, and what it reads."""
    if target.path == TOTAL:
        return ""
    row, said = target.rows[-1], []
    for name, option in row.layer.declared.options.items():
        value = getattr(row.layer, name)
        default = type(row.layer).__dataclass_fields__[field_of(name)].default  # type: ignore[attr-defined]
        if option.main or value != default:
            said.append(_option(name, value))
    read = [table.graph.nodes[index] for index in table.graph.nodes[row.node].inputs]
    if len(read) > 1 or read[0].index != row.node - 1:
        said.append(f"input from {listed((node.path or 'input' for node in read), most=len(read))}")
    return ", ".join(said)


def _option(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if isinstance(value, tuple) and any(isinstance(part, tuple) for part in value):
        return f"{name} as given" if len(value) > 3 else f"{name} {value}"  # noqa: PLR2004 - LeNet-5's table
    return f"{name} {'×'.join(map(str, value)) if isinstance(value, tuple) else value}"


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
