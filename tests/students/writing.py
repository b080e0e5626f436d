"""How students write a table: headings, shapes, numbers and formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from tests.students.student import Row

HEADINGS: list[tuple[str, str, str, str, str, str]] = [
    ("layer", "output", "params", "macs", "rf", "activations"),
    ("Layer", "Output shape", "Parameters", "MACs", "Receptive field", "Activations"),
    ("Layer", "Output size", "# Params", "Mult-adds", "RF", "Activation size"),
    ("Layer name", "Output dimension", "#params", "MACs", "Receptive Field", "# activations"),
    ("Name", "Shape", "Number of parameters", "# MACs", "receptive field size", "Number of activations"),
    ("Schicht", "Ausgabe", "Parameter", "MACs", "Rezeptives Feld", "Aktivierungen"),
    ("Couche", "Sortie", "Paramètres", "MACs", "Champ récepteur", "Activations"),
    ("Capa", "Salida", "Parámetros", "MACs", "Campo receptivo", "Activaciones"),
    ("层", "输出", "参数", "MACs", "感受野", "激活值"),
    ("층", "출력 크기", "매개변수", "MACs", "수용 영역", "활성값"),
    ("層", "出力サイズ", "パラメータ数", "MACs", "受容野", "活性値"),
]
"""The heading of the labels, then those of the columns."""


def _k(value: int) -> str:
    for unit, power in (("G", 9), ("M", 6), ("K", 3)):
        if value >= 10**power and value >= 10_000:
            short = f"{value / 10**power:.3g}"
            return short + unit if "e" not in short else str(value)
    return str(value)


NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda value: f"{value:,}",
    "spaces": lambda value: f"{value:,}".replace(",", " "),
    "short": _k,
    "small k": lambda value: _k(value).replace("K", "k"),
    "spaced unit": lambda value: " ".join((_k(value)[:-1], _k(value)[-1])) if _k(value)[-1].isalpha() else _k(value),
    "stars": lambda value: f"**{value}**",
    "doubt": lambda value: f"{value}?",
    "power": lambda value: f"{value:.6e}" if value > 10**6 and int(float(f"{value:.6e}")) == value else str(value),
}

SHAPES = {
    "times": "{s}×{s}×{c}",
    "first": "{c}×{s}×{s}",
    "x": "{s}x{s}x{c}",
    "x first": "{c}x{s}x{s}",
    "spaced": "{s} x {s} x {c}",
    "tuple": "({s}, {s}, {c})",
    "torch": "[{c}, {s}, {s}]",
    "keras": "(None, {s}, {s}, {c})",
    "size": "torch.Size([1, {c}, {s}, {s}])",
    "tensor": "TensorShape([None, {s}, {s}, {c}])",
    "at": "{c}@{s}x{s}",
    "said": "{s}×{s}, {c} channels",
    "maps": "{c} maps of {s}x{s}",
    "power": "{s}²×{c}",
    "dot": "{s}x{s}x{c}.",
    "star": "{s}*{s}*{c}",
}

FIELDS = {"plain": "{n}", "square": "{n}×{n}", "x": "{n}x{n}", "px": "{n} px", "pixels": "{n} pixels"}


@dataclass(frozen=True)
class Hand:
    """The habits of a hand, which are never mistakes."""

    headings: tuple[str, str, str, str, str, str] = HEADINGS[0]
    number: str = "plain"
    shape: str = "times"
    field: str = "plain"
    sums: bool = False  # weights + biases
    suffix: str = ".csv"

    def write(self, column: str, row: Row) -> str:
        value = getattr(row, "side" if column == "output" else column)
        if column == "output":
            return str(row.channels) if value is None else SHAPES[self.shape].format(s=value, c=row.channels)
        if column == "rf":
            return FIELDS[self.field].format(n=value)
        if column == "params" and self.sums and value > row.channels:
            return f"{self.count(value - row.channels)} + {self.count(row.channels)}"
        return self.count(value)

    def count(self, value: int) -> str:
        return NUMBERS[self.number](value)

    def heading(self, column: str) -> str:
        return self.headings[1 + ("output", "params", "macs", "rf", "activations").index(column)]


def draw_hand(lot: Random) -> Hand:
    """Draw a hand: mostly a plain one, sometimes an odd one."""
    return Hand(
        headings=lot.choice(HEADINGS[:5]) if lot.random() < 0.7 else lot.choice(HEADINGS),
        number=lot.choice(["plain", "commas", "commas", "short"]) if lot.random() < 0.7 else lot.choice(list(NUMBERS)),
        shape=lot.choice(["times", "first", "x", "tuple"]) if lot.random() < 0.6 else lot.choice(list(SHAPES)),
        field=lot.choice(["plain", "plain", *FIELDS]),
        suffix=lot.choice([".csv", ".csv", ".md", ".tsv"]),
        sums=lot.random() < 0.1,
    )


def table(hand: Hand, names: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], str]) -> str:
    """Write a table as CSV, TSV or Markdown."""
    rows = [[hand.headings[0], *(hand.heading(column) for column in columns)]]
    rows += [[name, *(cells.get((name, column), "") for column in columns)] for name in names]
    if hand.suffix == ".md":
        rows.insert(1, ["---"] * len(rows[0]))
        return "".join("| " + " | ".join(row) + " |\n" for row in rows)
    if hand.suffix == ".tsv":
        return "".join("\t".join(row) + "\n" for row in rows)
    return "".join(",".join(_quoted(value) for value in row) + "\n" for row in rows)


def _quoted(value: str) -> str:
    return f'"{value}"' if "," in value else value
