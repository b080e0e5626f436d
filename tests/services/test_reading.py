"""Files that are no tables are named for what they are."""

from __future__ import annotations

import io
import zipfile

import pytest

from archcalc.errors import UsageError
from archcalc.services.reading import rows_of


def archive(part: str, content: str = "") -> bytes:
    """Return an archive with one part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        written.writestr(part, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7\n", "a PDF file"), (b"\x89PNG\r\n\x1a\n", "an image (PNG)"), (b"\xff\xd8\xff\xe0", "an image (JPEG)"),
     (b"\0\0\0\x18ftypheic", "an image (HEIC)"), (archive("word/document.xml"), "a Word document (DOCX)"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1", "a file of an old version of Excel or Word"),
     (archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument spreadsheet (ODS)")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["hw.pdf", "hw.csv", "hw"])
def test_a_file_that_is_no_table_is_named(content: bytes, kind: str, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        rows_of(content, name)
    assert str(refused.value).startswith(f"{name} is {kind}, not a table")
