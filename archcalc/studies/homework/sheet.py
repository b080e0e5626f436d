"""A table as somebody wrote it: which of its columns answer what, its rows, and what it says of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, printable
from archcalc.limits import CELL_LENGTH, CELLS, ROWS
from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, COLUMNS, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.studies.homework.number_reading import plain
from archcalc.wording import Sentence, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LAYER, TYPE, FLOPS, GIVEN = "layer", "type", "flops", "given"


HEADINGS = {
    LAYER: "layer name layers row path operation op module stage block",
    TYPE: "type kind layer_type operation_type",
    OUTPUT: "output output_shape output_size out_shape out output_volume output_dimensions output_dims size shape "
    "feature_map feature_map_size volume activation_shape output_chw output_hwc dimensions",
    PARAMS: "params param parameters parameter number_of_parameters num_params no_of_parameters total_params "
    "nr_params learnable_parameters n_params trainable_params parameter_count param_count params_count",
    WEIGHTS: "weights weight number_of_weights num_weights w",
    BIASES: "biases bias number_of_biases num_biases b",
    MACS: "macs mac mult_adds multadds multiply_adds mults mult_add multiply_accumulates number_of_macs",
    FLOPS: "flops flop floating_point_operations",
    ACTIVATIONS: "activations activation number_of_activations values memory act number_of_values",
    FIELD: "rf receptive_field receptive_field_size field rf_size receptive",
    GIVEN: "given input input_shape input_size kernel kernel_size stride padding pad filters groups dilation filter "
    "filter_size k s p f notes note remarks comment comments hyperparameters configuration",
}
"""How the columns are headed."""

_TOLD = frozenset({LAYER, TYPE, GIVEN})
"""Columns that ask nothing."""

_WORDS = {word: key for key, words in HEADINGS.items() for word in words.split()}
_POWERS = {"k": 3, "m": 6, "g": 9, "b": 9, "t": 12, "thousand": 3, "thousands": 3, "million": 6, "millions": 6}
_SPACE = re.compile(r"\s")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NETWORK = re.compile(r"\bnetwork\s*[=:]\s*([\w./+-]{1,100})", re.IGNORECASE)
_SEED = re.compile(r"\bseed\s*[=:]\s*(\d{1,12})\b", re.IGNORECASE)


class ColumnHeading(NamedTuple):
    """What a column answers: its key, the power of ten its heading names, and whether it is in FLOPs."""

    key: str
    power: int = 0
    flops: bool = False


class SheetRow(NamedTuple):
    """A row: what the layer is called, what it is said to be, and the cells by column."""

    label: str
    kind: str
    cells: Mapping[str, str]


class Sheet(NamedTuple):
    """A table: its columns, its rows, and the network and the seed that it says it is about.

    ``ours`` says that it is a filled worksheet, whose rows are all asked: one that is deleted is blank.
    """

    name: str
    headings: Mapping[str, ColumnHeading]
    lines: tuple[SheetRow, ...]
    network: str = ""
    seed: int | None = None
    remarks: tuple[str, ...] = ()
    ours: bool = False


def sheet(rows: Sequence[Sequence[str]], name: str) -> Sheet:
    """Find the columns and the rows of a table.

    >>> rows = [["Layer (type)", "Output Shape", "Param #"], ["conv1", "55x55x96", ""], ["network=alexnet"]]
    >>> found = sheet(rows, "hw.csv")
    >>> found.network, found.lines
    ('alexnet', (SheetRow(label='conv1', kind='', cells={'output': '55x55x96', 'params': ''}),))

    Raises:
        UsageError: it has no columns that are known, or is too large.
    """
    _refuse_too_large(rows, name)
    told = " \n".join(cell for row in rows for cell in row if "=" in cell or ":" in cell)
    network, seed = _NETWORK.search(told), _SEED.search(told)
    start, columns = _header(rows, name)
    lines = tuple(_lines(rows[start + 1 :], columns))
    headings = {found.key: found for found in columns.values() if found.key not in _TOLD}
    unknown = [cell for index, cell in enumerate(rows[start]) if cell.strip() and index not in columns]
    english = "unknown columns, not graded: {columns}"
    remarks = (Sentence("remarks.unknown-columns", english, columns=listed(unknown)),) if unknown else ()
    return Sheet(
        name=name,
        headings=headings,
        lines=lines,
        network=network[1] if network else "",
        seed=int(seed[1]) if seed else None,
        remarks=remarks,
        ours=bool(network) and {TYPE, GIVEN} <= {found.key for found in columns.values()},
    )


def _clean(cell: str) -> str:
    """Return a cell without what a terminal would act upon; spaces of all kinds are spaces."""
    return printable(_SPACE.sub(" ", _UNSEEN.sub("", cell))).strip()


def _refuse_too_large(rows: Sequence[Sequence[str]], name: str) -> None:
    if len(rows) > ROWS.value:
        raise UsageError(*ROWS.exceeded(name))
    longest = CELL_LENGTH.value
    for number, row in enumerate(rows, 1):
        if len(row) > CELLS.value:
            raise UsageError(*CELLS.exceeded(f"{name}: row {number:,}", len(row)))
        if any(len(cell) > longest for cell in row):
            raise UsageError(*CELL_LENGTH.exceeded(f"{name}: a cell in row {number:,}", max(map(len, row))))


def _header(rows: Sequence[Sequence[str]], name: str) -> tuple[int, dict[int, ColumnHeading]]:
    """Return the number of the row with the headings, and the columns that are known."""
    best: tuple[int, dict[int, ColumnHeading]] = (0, {})
    for number, row in enumerate(rows):
        columns = _columns(row)
        if len(columns) > len(best[1]):
            best = number, columns
    keys = {heading.key for heading in best[1].values()}
    if LAYER not in keys or not keys - _TOLD:
        wanted = f"answer columns: {', '.join(COLUMNS)}"
        raise UsageError(f"{name} has no header row with '{LAYER}' and at least one answer column", wanted)
    return best


def _columns(row: Sequence[str]) -> dict[int, ColumnHeading]:
    found: dict[int, ColumnHeading] = {}
    taken: set[str] = set()
    for index, cell in enumerate(row):
        heading = heading_of(cell)
        if heading and (heading.key == GIVEN or heading.key not in taken):
            found[index] = heading
            taken.add(heading.key)
    if LAYER not in taken and found and row and not row[0].strip():
        found[0] = ColumnHeading(LAYER)
    return found


_LETTER = re.compile(r"[^\W\d_]")


def heading_of(cell: str) -> ColumnHeading | None:
    """Return what a column is by its heading.

    >>> heading_of("Params (K)"), heading_of("# of parameters").key, heading_of("colour")
    (ColumnHeading(key='params', power=3, flops=False), 'params', None)
    >>> heading_of("GFLOPs")
    ColumnHeading(key='macs', power=9, flops=True)
    """
    if not _LETTER.search(cell):
        return None
    simple = plain(cell).strip(" :*_`").replace("#", "").strip().removeprefix("of ")
    head, _, inside = simple.partition("(")
    word = re.sub(r"[^a-z0-9]+", "_", head.strip()).strip("_")
    power = _POWERS.get(re.sub(r"[^a-z]", "", inside), 0)
    if word not in _WORDS and word[:1] in _POWERS and word[1:] in ("macs", "mac", "flops", "flop"):
        power, word = _POWERS[word[0]], word[1:]
    for stripped in (word, word.removeprefix("number_of_")):
        if stripped in _WORDS:
            key = _WORDS[stripped]
            return ColumnHeading(MACS, power, flops=True) if key == FLOPS else ColumnHeading(key, power)
    return None


def _lines(rows: Iterable[Sequence[str]], columns: Mapping[int, ColumnHeading]) -> Iterator[SheetRow]:
    for row in rows:
        cells = {heading.key: _clean(row[index]) if index < len(row) else "" for index, heading in columns.items()}
        label, kind = cells.pop(LAYER), cells.pop(TYPE, "")
        told = _NETWORK.search(label) or _SEED.search(label)
        if (label or any(cells.values())) and not told and len(_columns(row)) <= 1:
            yield SheetRow(label, kind, cells)
