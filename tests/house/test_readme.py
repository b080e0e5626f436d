"""The README's two commands stand in it as they are meant to be typed; .ci/run takes them from there."""

from __future__ import annotations

import pytest

from tests.house.plan import ROOT


@pytest.mark.parametrize("command", ["pip install . && archcalc show alexnet", "pip install '.[test]' && pytest"])
def test_the_command_has_a_line_of_its_own(command: str) -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines.count(f"    {command}") == 1
