"""Somebody's files: whatever is in them, they end in a table or in a message, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ArchcalcError
from archcalc.services.homework import mark_table
from archcalc.services.reading import read_sheet, rows_of
from archcalc.services.setting import HomeworkSetting as Set
from archcalc.studies.homework.number_reading import numbers
from archcalc.studies.homework.shape_reading import fields, shapes
from tests.drawn import CHARACTERS

NAMES = st.sampled_from(["hw.csv", "hw.md", "hw.json", "hw.yaml", "hw.xlsx", "hw.txt"])
SIGNS = st.text(alphabet="0123456789.,xX×@()[]KMGe+-*^= '\u00a0None|\n;", max_size=60)


@given(st.binary(max_size=300), NAMES)
def test_any_bytes_are_a_table_or_a_message(content: bytes, name: str) -> None:
    try:
        found = rows_of(content, name)
    except ArchcalcError:
        return
    assert all(isinstance(cell, str) for row in found for cell in row)


@given(st.text(CHARACTERS, max_size=300), NAMES.filter(lambda name: name != "hw.xlsx"))
def test_any_text_is_a_table_or_a_message(text: str, name: str) -> None:
    try:
        read_sheet(text.encode("utf-8", "replace"), name)
    except ArchcalcError:
        return


@given(SIGNS)
def test_any_cell_is_read_or_not(text: str) -> None:
    assert all(reading.value >= 0 for reading in numbers(text))
    assert all(size > 0 for reading in shapes(text) for size in reading.sizes)
    assert all(size > 0 for field in fields(text) for size in field)


@given(
    st.lists(
        st.tuples(st.sampled_from(["conv1", "pool1", "C3", "fc", "conv", "total", "zzz"]), SIGNS, SIGNS), max_size=6
    )
)
def test_any_table_is_marked(rows: list[tuple[str, str, str]]) -> None:
    table = "layer\toutput\tparams\trf\n" + "\n".join(
        "\t".join([label, *(cell.replace("\n", " ") for cell in (one, two, one))]) for label, one, two in rows
    )
    try:
        filled = read_sheet(table.replace('"', "").encode(), "hw.csv")
    except ArchcalcError:
        return
    marking = mark_table(filled, Set(network="lenet5"), "hw.csv").marking
    assert 0 <= marking.score <= marking.max_score


@pytest.mark.long
@pytest.mark.parametrize("label", ["conv", "zzz", "conv1", "c" * 900])
def test_a_table_as_large_as_may_be_is_marked_soon(label: str) -> None:
    text = "layer,output,params,macs,activations,rf\n" + f"{label},1x2x3,12345,9**9**9,34.944M,7\n" * 4_999
    start = time.process_time()
    mark_table(read_sheet(text[:2_000_000].encode(), "hw.csv"), Set(network="resnet152"), "hw.csv")
    assert time.process_time() - start < 60
