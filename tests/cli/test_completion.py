"""Completion in each shell that the docs name: its script, and what it completes, as the shell calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from archcalc.cli import commands
from tests.cli.forking import copied

PAGE = Path(__file__).parents[2] / "docs" / "installation.md"
SHELLS = ("bash", "zsh", "fish")


def run(**variables: str) -> str:
    """Start the program as a shell does, which tells what it asks in variables; it looks for bash in the path."""
    done = copied(variables={"PATH": os.environ["PATH"], **variables})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_written_for_each_shell_that_the_docs_name(shell: str) -> None:
    assert f"_ARCHCALC_COMPLETE={shell}_source" in PAGE.read_text(encoding="utf-8")
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("bash is not installed, and its version is asked for")
    script = run(_ARCHCALC_COMPLETE=f"{shell}_source")
    assert f"_ARCHCALC_COMPLETE={shell}_complete" in script
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=script, text=True, check=False).returncode == 0


def completing(shell: str, *words: str) -> dict[str, str]:
    """Return the variables in which a shell asks for the completion of its last word."""
    last = words[-1] if shell == "fish" else str(len(words) - 1)
    line = " ".join(words[:-1] if shell == "fish" else words)
    return {"_ARCHCALC_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": last}


def completed(printed: str) -> list[str]:
    """Return what a shell reads."""
    return printed.replace(",", "\n").replace("\t", "\n").split("\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_program_completes_as_each_shell_calls_it(shell: str) -> None:
    assert "googlenet" in completed(run(**completing(shell, "archcalc", "show", "googl")))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["archcalc", "sho"], "show"),
        (["archcalc", "show", "torchvision/resnet5"], "torchvision/resnet50"),
        (["archcalc", "explain", "alexnet", "conv"], "conv3"),
        (["archcalc", "show", "alexnet", "--mem"], "--memory"),
    ],
)
def test_names_are_completed_in_each_shell(
    shell: str, words: list[str], expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in completing(shell, *words).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        commands.main((), prog_name="archcalc")
    assert expected in completed(capsys.readouterr().out)
