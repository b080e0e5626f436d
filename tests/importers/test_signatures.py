"""What a file is follows from how it begins: files that other programs of this machine write are the witness."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import sqlite3
import sys
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from archcalc.importers.signatures import HEAD, recognize


def zipped() -> bytes:
    """Return a ZIP archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("a", "b")
    return content.getvalue()


def tarred() -> bytes:
    """Return a tar archive."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as file:
        file.addfile(tarfile.TarInfo("a"))
    return content.getvalue()


def database() -> bytes:
    """Return an SQLite database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table a (b)")
        return connection.serialize()


WRITTEN = [
    ("a ZIP archive", zipped()),
    ("a tar archive", tarred()),
    ("a gzip file", gzip.compress(b"a", mtime=0)),
    ("a bzip2 file", bz2.compress(b"a")),
    ("an xz file", lzma.compress(b"a")),
    ("an SQLite database", database()),
    *(("a pickle", pickle.dumps([1], protocol=protocol)) for protocol in range(2, 6)),
    ("a text file", Path(__file__).read_bytes()),
    ("JSON", b'\n  {"model_type": "bert"}'),
    ("JSON", b"\xef\xbb\xbf[1]"),
    ("in an unknown format", bytes(range(8, 100))[::-1] + b"\x00\xfe"),
    ("in an unknown format", b"\xe9t\xe9"),
    ("a text file", ("é" * HEAD).encode()[:HEAD]),
    ("a text file", ("é" * HEAD).encode()[: HEAD - 1]),
    ("empty", b""),
    ("empty", b" \n"),
]


@pytest.mark.parametrize(("what", "content"), WRITTEN)
def test_what_programs_write_is_recognized(what: str, content: bytes) -> None:
    assert recognize(content[:HEAD]).what == what


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="programs have another format")
def test_a_program_is_recognized() -> None:
    with Path(sys.executable).open("rb") as file:
        assert recognize(file.read(HEAD)).what == "a program (ELF)"
