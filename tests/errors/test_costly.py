"""What would cost too much ends early, in a child process under limits on processor time and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.forking import within

if TYPE_CHECKING:
    from pathlib import Path

SECONDS, BYTES = 10, 500_000_000
"""Of processor time and memory: what ends early takes a second and 200 MB, on a busy machine twice as much."""

VALUES = f"layers: [{'relu, ' * 150_000}]\nvalues: [{'1, ' * 190_000}]"
BOMB = "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(40))
DOUBLING = ", ".join(f"b{n}: {{layers: [b{n + 1}, b{n + 1}]}}" for n in range(35))
NOTHING = "{layers: [{layers: [], repeat: 200000, name: a}], repeat: 200000, name: b}"

COSTLY = {
    "200,000 opening brackets": ("[" * 200_000, "more than 50 levels of nesting"),
    "60 brackets and a comma torn": ("[" * 60 + "]]}", "more than 50 levels of nesting"),
    "200,000 opening braces": ("{a: " * 200_000, "more than 50 levels of nesting"),
    "200,000 dashes": ("- " * 200_000, "more than 50 levels of nesting"),
    "400,000 values": (VALUES, "is larger than 1 MB"),
    "an alias bomb": (f"{BOMB}layers: *a40", "anchors (&a0) are not supported"),
    "a tower of powers": ("{input: 3x8x8, layers: [{conv: 9**9**9**9, kernel: 1}]}", "4,096 binary digits"),
    "a number of a million digits": (
        f"{{input: 3x8x8, layers: [{{conv: {'9' * 900_000}, kernel: 1}}]}}",
        "error: net.yaml:1:32: ",
    ),
    "an expression of a million brackets": (
        f'{{input: 3x8x8, layers: [{{conv: "{"(" * 900_000}", kernel: 1}}]}}',
        "error: net.yaml:1:",
    ),
    "a billion copies": (
        "{input: 3x8x8, layers: [{relu, repeat: 1000000000}]}",
        "expected an integer from 0 to 200,000, got",
    ),
    "copies of copies": (
        "{input: '8', layers: [{layers: [{relu, repeat: 200000, name: r}], repeat: 200000, name: b}]}",
        "the network has more than 200,000 layers",
    ),
    "copies of nothing": (f"{{input: '8', layers: [{NOTHING}]}}", "takes more than 400,000 steps to expand"),
    "one layer too many": (
        "{input: 3x8x8, layers: [{relu, repeat: 200000}, relu]}",
        "the network has more than 200,000 layers",
    ),
    "blocks that double": (
        f"{{input: '8', blocks: {{{DOUBLING}, b35: {{layers: [relu]}}}}, layers: [b0]}}",
        "the network has more than 200,000 layers",
    ),
    "a growing product": (
        "{input: 3x8x8, args: {w: 9999999999}, layers: [{conv: w*w, kernel: 1}, {conv: w**9*w**130*w**9, kernel: 1}]}",
        "4,096 binary digits",
    ),
}


@pytest.mark.parametrize(("text", "message"), COSTLY.values(), ids=COSTLY.keys())
def test_it_ends_early_with_a_message(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    done = within(SECONDS, BYTES, "show", "./net.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
