"""`archcalc schema`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    done = call("schema")
    assert (done.code, done.err) == (0, "")
    assert "$schema" in json.loads(done.out) or "properties" in json.loads(done.out)
    file = tmp_path / "schema.json"
    assert call("schema", "-o", str(file)) == (0, "", "")
    assert file.read_text(encoding="utf-8") == done.out
    assert call("schema", "-o", str(file)).code == 2
    assert call("schema", "-o", str(file), "--force").code == 0
