"""Reading tables as people save them: CSV, Markdown, spreadsheets, YAML, JSON; and refusing what is no table."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from random import Random

import pytest

from archcalc.errors import ArchcalcError, UsageError
from archcalc.limits import ARCHIVE_SIZE, SPREADSHEET_SIZE, TABLE_SIZE
from archcalc.services.reading import rows_of
from archcalc.submissions.archives import opened, submissions
from archcalc.submissions.bounded import decoded
from archcalc.submissions.csv_table import rows as csv_rows
from archcalc.submissions.markdown_table import rows as markdown_rows
from archcalc.submissions.records import rows as record_rows

TABLE = [["layer", "output"], ["conv1", "55x55x96"]]


@pytest.mark.parametrize(
    "text",
    ["layer,output\nconv1,55x55x96\n", "layer;output\r\nconv1;55x55x96\r\n", "layer\toutput\nconv1\t55x55x96",
     "sep=;\nlayer;output\nconv1;55x55x96\n", '"layer","output"\n"conv1","55x55x96"\n\n,\n'],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_as_spreadsheets_save_it(text: str, encoding: str) -> None:
    assert rows_of(text.encode(encoding), "hw.csv") == TABLE


def test_windows_letters_are_read() -> None:
    assert decoded("55×55".encode("cp1252")) == "55×55"
    assert decoded(b"") == ""


def test_a_decimal_comma_does_not_divide_cells() -> None:
    assert csv_rows("layer;params\nconv1;34,9K\nconv2;1,5M\nconv3;2,5M\n", "hw")[1] == ["conv1", "34,9K"]
    assert csv_rows('layer,output\nconv1,"(55, 55, 96)"\n', "hw")[1] == ["conv1", "(55, 55, 96)"]


def test_what_is_no_csv_is_refused() -> None:
    with pytest.raises(UsageError, match="is not valid CSV"):
        csv_rows('layer,x\n"' + "x" * 200_000 + '",1', "hw.csv")


def test_markdown_is_read() -> None:
    text = "# Homework\n\nnetwork=alexnet\n\n| layer | output |\n|:------|-------:|\n| **conv1** | `55x55x96` |\n| a\\|b | |\n"
    assert markdown_rows(text) == [["# Homework"], ["network=alexnet"], *TABLE, ["a|b", ""]]
    assert rows_of(b"| layer | output |\n|---|---|\n| conv1 | 55x55x96 |", "hw.txt") == TABLE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hw.yaml", "network: alexnet\nseed: 3\nlayers:\n  conv1: {output: [55, 55, 96], params: ~}\n"),
        ("hw.yml", "network: alexnet\nseed: 3\nconv1:\n  output: 55, 55, 96\n  params:\n"),
        (
            "hw.json",
            '{"network": "alexnet", "seed": 3, "rows": [{"layer": "conv1", "output": [55, 55, 96], "params": null}]}',
        ),
    ],
)
def test_records_are_read(name: str, text: str) -> None:
    expected = [["network=alexnet"], ["seed=3"], ["layer", "output", "params"], ["conv1", "55, 55, 96", ""]]
    assert rows_of(text.encode(), name) == expected


def test_lists_of_records_are_read() -> None:
    assert rows_of(b'[{"layer": "conv1", "params": 34944}, {"layer": "fc", "macs": 1e6}, 7]', "-") == [
        ["layer", "params", "macs"], ["conv1", "34944", ""], ["fc", "", "1e6"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("hw.json", "[1, 2]", "contains no rows"),
        ("hw.json", '{"a": 1}', "contains no rows"),
        ("hw.json", '{"a": ', "is not valid JSON"),
        ("hw.json", "[" * 100_000, "nested too deeply"),
        ("hw.yaml", "a: &x 1\nb: *x", "anchors"),
        ("hw.yaml", "[" * 2_000, "levels of nesting"),
        ("hw.xlsx", "no archive", "is not a valid ZIP archive"),
    ],
)
def test_what_is_no_table_is_refused(name: str, text: str, said: str) -> None:
    with pytest.raises(ArchcalcError, match=said):
        rows_of(text.encode(), name)


def test_nothing_is_read_from_nothing() -> None:
    with pytest.raises(UsageError, match="contains no rows"):
        record_rows("text", "hw.yaml")


def spreadsheet(rows: list[list[object]]) -> bytes:
    """Return a spreadsheet as somebody's program would save it."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_is_read_whatever_it_is_called() -> None:
    content = spreadsheet([["layer", "params", "macs"], ["conv1", 34944, 1.5], [None], ["fc8", 4097000.0, "4.1M"]])
    expected = [["layer", "params", "macs"], ["conv1", "34944", "1.5"], ["fc8", "4097000", "4.1M"]]
    assert rows_of(content, "hw.xlsx") == expected
    assert rows_of(content, "hw.csv") == expected


def test_an_empty_spreadsheet_and_a_broken_one_are_refused() -> None:
    with pytest.raises(UsageError, match="is empty"):
        rows_of(spreadsheet([]), "hw.xlsx")
    with pytest.raises(UsageError, match="is not a valid spreadsheet"):
        rows_of(archive({"xl/workbook.xml": b"<x/>"}), "hw.xlsx")


def archive(files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = archive({"xl/worksheets/sheet1.xml": b"0" * (SPREADSHEET_SIZE.value + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(UsageError, match=r"the unpacked hw\.xlsx is larger than 10 MB"):
        rows_of(bomb, "hw.xlsx")
    with pytest.raises(UsageError, match=r"hw\.zip has more than 20,000 files \(20,001\)"):
        opened(archive({str(n): b"" for n in range(20_001)}), "hw.zip", ARCHIVE_SIZE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_definitions_in_a_spreadsheet_are_refused(encoding: str) -> None:
    pytest.importorskip("openpyxl")
    text = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(UsageError, match="contains XML definitions, which spreadsheets do not use"):
        rows_of(archive({"xl/workbook.xml": text.encode(encoding)}), "hw.xlsx")


METADATA = b"""---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: 'al815'
    :email: ada@uni.edu
submission_2:
  :submitters:
  - :name: "Ben"
"""


def test_a_bulk_export_is_read_as_it_comes() -> None:
    content = archive(
        {
            "export/submission_metadata.yml": METADATA,
            "export/submission_1/notes.md": b"my notes",
            "export/submission_1/hw.csv": b"layer,params\nconv1,34944\n",
            "export/submission_2/hw.md": b"| layer |",
            "export/submission_2/.hidden.csv": b"",
            "__MACOSX/export/submission_2/hw.md": b"",
            "export/submission_2/photo.png": b"",
        }
    )
    found = list(submissions(content, "export.zip"))
    assert [(s.student, s.name) for s in found] == [("al815", "hw.csv"), ("Ben", "hw.md")]


def test_an_archive_of_files_is_a_submission_each_and_names_lead_nowhere() -> None:
    content = archive(
        {"../../ada.csv": b"layer,params", "..\\..\\ben.csv": b"x", "big.csv": b"0" * (TABLE_SIZE.value + 1)}
    )
    found = {s.student: s for s in submissions(content, "hw.zip")}
    assert {s.name for s in found.values()} == {"ada.csv", "ben.csv", "big.csv"}
    with pytest.raises(UsageError, match=r"big\.csv is larger than 2 MB"):
        found["big"].read()


def test_a_damaged_entry_stops_only_itself() -> None:
    content = archive({"ada.csv": b"layer,params\n" * 100})
    place = content.index(b"ada.csv") + 20
    broken = content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]
    (found,) = submissions(broken, "hw.zip")
    with pytest.raises(UsageError, match=r"ada\.csv cannot be unpacked"):
        found.read()
    with pytest.raises(UsageError, match="is not a valid ZIP archive"):
        list(submissions(b"PK nothing", "hw.zip"))


PEOPLE = b"submission_1:\n  :submitters:\n  - :name: Ann\n    :sid: 7\nsubmission_2:\n  :submitters:\n  - :name: Bob\n"
EXPORT = {"a/submission_metadata.yml": PEOPLE} | {
    f"a/submission_{number}/hw.csv": b"layer,params\nconv1,34944\n" * 20 for number in (1, 2)
}


def damaged(content: bytes, random: Random) -> bytes:
    """Return a file with some bytes changed, dropped or inserted."""
    found = bytearray(content)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(found))
        match random.randrange(3):
            case 0:
                found[at] = random.randrange(256)
            case 1:
                del found[at : at + random.randint(1, 20)]
            case _:
                found[at:at] = random.randbytes(random.randint(1, 10))
    return bytes(found)


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_costs_entries_and_never_the_class(packed: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as file:
        for name, content in EXPORT.items():
            file.writestr(name, content)
    random = Random(packed)  # noqa: S311 - the same damage every time
    for _ in range(300):
        with suppress(UsageError):
            for one in submissions(damaged(out.getvalue(), random), "class.zip"):
                with suppress(UsageError):
                    assert isinstance(one.read(), bytes)


def test_students_are_found_in_metadata_however_much_space_is_in_it() -> None:
    spaced = PEOPLE.replace(
        b"submission_2:", b"submission_2:" + b" " * 60_000 + b"x\n" + b" " * 60_000 + b":nam\nsubmission_2:"
    )
    found = submissions(archive(EXPORT | {"a/submission_metadata.yml": spaced}), "class.zip")
    assert [one.student for one in found] == ["7", "Bob"]


def spreadsheet_with(part: str, old: bytes, new: bytes) -> bytes:
    """Return a spreadsheet in one part of which something is written in place of something else."""
    original = zipfile.ZipFile(io.BytesIO(spreadsheet([["layer", "params"], ["conv1", 34944]])))
    contents = {name: original.read(name) for name in original.namelist()}
    assert old in contents[part]
    return archive(contents | {part: contents[part].replace(old, new)})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b'<row r="3">' + b"<c/>" * 400_000 + b"</row></sheetData>"),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:B2"/>' * 20_000 + b"</mergeCells>",
        ),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 20_000 + b"</cellXfs>"),
        ("xl/workbook.xml", b"</sheets>", b'<sheet name="x" sheetId="2" r:id="rId1"/>' * 20_000 + b"</sheets>"),
    ],
)
def test_a_spreadsheet_of_too_many_parts_is_refused_before_it_is_read(part: str, old: bytes, new: bytes) -> None:
    with pytest.raises(UsageError, match=rf"hw\.xlsx: {part} has more than [\d,]+ XML tags"):
        rows_of(spreadsheet_with(part, old, new), "hw.xlsx")


def test_rows_with_a_heading_each_are_too_many_columns() -> None:
    with pytest.raises(UsageError, match=r"a row of hw\.json has more than 200 cells \(5,000\)"):
        record_rows([{str(number): 1} for number in range(5_000)], "hw.json")


def test_what_is_nested_in_a_cell_is_not_followed() -> None:
    nested: object = "x"
    for _ in range(900):
        nested = [nested]
    assert record_rows([{"layer": "conv1", "output": nested}], "hw.json")[1] == ["conv1", "…"]
