"""A spec as YAML that reads like one written by hand: a layer a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers.document import flow_style, quoted
from archcalc.network.written import Items, Record, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.written import Written


def pages(record: Record) -> str:
    """Return a spec as YAML.

    >>> from archcalc.importers.document import written
    >>> print(pages(written({"input": "3x8x8", "layers": [{"conv": 4, "kernel": 3}, {"relu": None}]})))
    input: 3x8x8
    layers:
      - {conv: 4, kernel: 3}
      - relu
    <BLANKLINE>
    """
    return "".join(f"{line}\n" for key, value in record.entries for line in _entry(key.text, value, ""))


def _entry(key: str, value: Written, indent: str) -> Iterator[str]:
    name = quoted(key)
    if isinstance(value, Items) and any(isinstance(item, Record) for item in value.items):
        yield f"{indent}{name}:"
        for item in value.items:
            yield from _item(item, f"{indent}  ")
    elif isinstance(value, Record) and (key == "blocks" or "layers" in value.keys()):  # noqa: SIM118 - no dict
        yield f"{indent}{name}:"
        for inner, entry in value.entries:
            yield from _entry(inner.text, entry, f"{indent}  ")
    else:
        yield f"{indent}{name}: {flow_style(value)}"


def _item(item: Written, indent: str) -> Iterator[str]:
    if isinstance(item, Record) and isinstance(item.get("layers"), Items):
        lines = [line for key, value in item.entries for line in _entry(key.text, value, f"{indent}  ")]
        yield f"{indent}- {lines[0].strip()}"
        yield from lines[1:]
        return
    if isinstance(item, Record) and len(item.entries) == 1 and item.entries[0][1].plain == "":
        item = Text(item.entries[0][0].text)
    yield f"{indent}- {flow_style(item)}"
