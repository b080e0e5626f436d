"""Homework: filled tables in every format, whole classes in archives, assignments and lists of students."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from archcalc.specfile.loading import load
from archcalc.studies.homework.derivation import COLUMNS
from archcalc.studies.homework.headings import HEADINGS
from tests.fuzz.mutation import ACTING, MARKUP, NUMBERS, bytes_of, corrupt, damaged, piece

if TYPE_CHECKING:
    from random import Random

    from archcalc.network.table import Row

NETWORKS = ("lenet5", "lenet5-modern", "nin", "linear-classifier")
PEOPLE = ("ada", "Ada Lovelace", "grace", "a@b.org", "12345", "x", "", "=1+1", "\u202eada", "o'n", "\x1b[31m")
FACTORS = (0, 1, 1, 1, 2, 3, 10, 1000)


@cache
def _rows(network: str) -> tuple[Row, ...]:
    return tuple(load(network).analyze())


def table(random: Random, network: str) -> list[list[str]]:
    """Return a table about a network: answers that are right, nearly right, spelled oddly, or anything."""
    asked = random.sample(list(COLUMNS), random.randint(1, 3))
    header = ["layer", *(random.choice(HEADINGS[name].split()) if name in HEADINGS else name for name in asked)]
    lines = [header]
    for row in random.sample(_rows(network), min(len(_rows(network)), random.randint(1, 6))):
        label = row.path if random.random() < 0.9 else damaged(random, row.path)
        lines.append([label, *(answer(random, row, name) for name in asked)])
    if random.random() < 0.3:
        lines.append([f"network={network}", f"seed={random.choice(('1', '17', *NUMBERS))}"][: random.randint(1, 2)])
    if random.random() < 0.15:
        random.choice(lines).append(piece(random))
    return lines


def answer(random: Random, row: Row, column: str) -> str:
    """Return an answer of a student."""
    right = str(getattr(row.counts, column, "") or (row.output if column == "output" else 5))
    kind = random.random()
    if kind < 0.4:
        return right
    if kind < 0.65 and right.isdecimal():
        return str(int(right) * random.choice(FACTORS) + random.randint(-9, 9))
    if kind < 0.75 and right.isdecimal():
        return random.choice(("{:,}", "{:.2e}", "{}.0", "{} M", "~{}", "={}", "{}K", "{}²", "'{}'")).format(int(right))
    return damaged(random, right, 2) if kind < 0.9 else piece(random)


def spelled(random: Random, rows: list[list[str]], kind: str) -> bytes:
    """Return a table in a format."""
    match kind:
        case "md":
            text = "\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])
        case "json" | "yaml":
            entries = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
            text = json.dumps(random.choice((entries, {"network": "lenet5", "layers": entries}, rows)))
        case "xlsx":
            return spreadsheet(random, rows)
        case _:
            sign = random.choice((",", ";", "\t", ",", "|"))
            quoted = random.random() < 0.3
            text = "\n".join(sign.join(f'"{cell}"' if quoted else cell for cell in row) for row in rows) + "\n"
    if random.random() < 0.3:
        text = damaged(random, text)
    return bytes_of(random, text)


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    f'"{_RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
"""The parts of a spreadsheet beside its one sheet, as little as openpyxl reads."""


def spreadsheet(random: Random, rows: list[list[str]]) -> bytes:
    """Return a spreadsheet, whole or with damaged parts."""
    cells = "".join(f"<row>{''.join(_cell(random, cell) for cell in row)}</row>" for row in rows)
    parts = {name: text.encode() for name, text in PARTS.items()}
    parts["xl/worksheets/sheet1.xml"] = _SHEET.format(cells).encode("utf-8", "replace")
    if random.random() < 0.4:
        name = random.choice(list(parts))
        parts[name] = (
            corrupt(random, parts[name]) if random.random() < 0.5
            else damaged(random, parts[name].decode()).encode("utf-8", "replace")
        )  # fmt: skip
    return archive(random, parts)


def _cell(random: Random, text: str) -> str:
    if text.isdecimal() and text.isascii():
        return f"<c><v>{text}</v></c>"
    kind = random.choice(("inlineStr",) * 8 + ("str", "n", "d", "b", "e", "s"))
    plain = "".join(sign for sign in text if sign >= " " and not "\ud800" <= sign <= "\udfff")
    plain = plain.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<c t="inlineStr"><is><t>{plain}</t></is></c>' if kind == "inlineStr" else f'<c t="{kind}"><v>{plain}</v></c>'
    )


def archive(random: Random, parts: dict[str, bytes], damage: float = 0.15) -> bytes:
    """Return an archive, sometimes damaged."""
    out = io.BytesIO()
    method = random.choice((zipfile.ZIP_DEFLATED,) * 6 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in parts.items():
            opened.writestr(zipfile.ZipInfo(name), content, method)
    return corrupt(random, out.getvalue()) if random.random() < damage else out.getvalue()


def bulk_export(random: Random) -> bytes:
    """Return what a platform exports: a folder for each student, and perhaps who they are."""
    parts: dict[str, bytes] = {}
    people = []
    for number in range(random.randint(0, 3)):
        folder = f"submission_{number}" if random.random() < 0.8 else _entry_name(piece(random))
        kind = random.choice(("csv", "csv", "md", "json", "xlsx", "yaml", "txt", "exe"))
        name = random.choice((f"hw.{kind}", f"../hw.{kind}", f"__MACOSX/hw.{kind}", f"a\\hw.{kind}", f"\x1b.{kind}"))
        parts[f"export/{folder}/{name}"] = spelled(random, table(random, random.choice(NETWORKS)), kind)
        people.append(
            f"{folder}:\n  :submitters:\n  - :name: {random.choice(PEOPLE)}\n    :sid: {random.choice(PEOPLE)}\n"
        )
    if random.random() < 0.6:
        text = "---\n" + "".join(people)
        text = damaged(random, text) if random.random() < 0.4 else text
        parts["export/submission_metadata.yml"] = text.encode("utf-8", "replace")
    return archive(random, parts, 0.3)


def _entry_name(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def assignment(random: Random) -> bytes:
    """Return an assignment."""
    keys = {
        "title": "'Homework 1'", "network": random.choice((*NETWORKS, "./net.yaml")), "networks": "[lenet5, nin]",
        "columns": "[output, params]", "layers": "[C1, conv1]", "points": f"{{params: {random.choice(NUMBERS)}}}",
        "convention": "{biases: either, cost: flops, channels: last}", "rounding": "false", "seed": "17",
        "follow_through": random.choice(("full", "half", "0.3", *NUMBERS)),
    }  # fmt: skip
    chosen = ["network", *random.sample(list(keys), random.randint(0, 4))]
    text = "\n".join(f"{key}: {keys[key]}" for key in dict.fromkeys(chosen))
    return bytes_of(random, damaged(random, text) if random.random() < 0.5 else text)


def roster(random: Random) -> bytes:
    """Return a list of students."""
    lines = [random.choice(("student,seed", "name,id,seed,network", "email;seed", "Student,File,Seed", "x,y"))]
    people = (*PEOPLE, "hw", *ACTING[:3], *MARKUP[:3])
    lines += [
        f"{random.choice(people)},{random.choice(('1', '17', *NUMBERS))},{random.choice(('5', 'lenet5'))}"
        for _ in range(random.randint(0, 4))
    ]
    text = "\n".join(lines)
    return bytes_of(random, damaged(random, text) if random.random() < 0.3 else text)
