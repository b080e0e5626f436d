"""A room imports only what lies below it: the contracts of .importlinter hold, and each of them can break."""

from __future__ import annotations

import shutil
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest

from archcalc.cli import SHARED_FILES as SHARED_BY_COMMANDS
from archcalc.exporters.base import SHARED_FILES as SHARED_BY_EXPORTERS
from archcalc.layers.registry import SHARED_FILES as SHARED_BY_LAYERS
from archcalc.reports.base import SHARED_FILES as SHARED_BY_REPORTS
from tests.house.plan import PACKAGE, ROOT, run

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

LINT = ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache")

BREAKS = [
    # a contract, and what breaks it: files to write, each with what it says
    ("floors", {"errors.py": "import archcalc.symbolic"}),
    ("floors", {"symbolic/toy.py": "import archcalc.quantities"}),
    ("floors", {"quantities/toy.py": "import archcalc.layers"}),
    ("floors", {"layers/toy.py": "import archcalc.network"}),
    ("floors", {"network/toy.py": "import archcalc.measures"}),
    ("floors", {"measures/toy.py": "import archcalc.studies"}),
    ("floors", {"studies/toy.py": "import archcalc.views"}),
    ("floors", {"views/toy.py": "import archcalc.reports"}),
    ("floors", {"specfile/toy.py": "import archcalc.reports"}),
    ("floors", {"submissions/toy.py": "import archcalc.specfile"}),
    ("floors", {"services/toy.py": "import archcalc.cli"}),
    ("floors", {"reports/toy.py": "import archcalc.specfile"}),
    ("floors", {"reports/toy.py": "import archcalc.cli"}),
    ("floors", {"rooms.py": "import archcalc.errors"}),
    ("floors", {"utils/__init__.py": ""}),  # a room nobody placed
    ("studies", {"studies/solving/toy.py": "import archcalc.studies.checking"}),
    ("studies", {"studies/toy.py": ""}),  # a subject nobody placed
    ("views", {"views/comparing/toy.py": "import archcalc.views.receptive"}),
    ("views", {"views/page.py": "import archcalc.views.columns"}),
    ("views", {"views/toy.py": ""}),
    (
        "cycles",
        {
            "symbolic/toy.py": "import archcalc.symbolic.toys",
            "symbolic/toys.py": "import archcalc.symbolic.toy",
        },
    ),
    ("cycles", {"cli/toy.py": "import archcalc.cli.toys", "cli/toys.py": "import archcalc.cli.toy"}),
    ("light", {"layers/toy.py": "import rich"}),
    ("light", {"rooms.py": "import yaml"}),
    ("light", {"views/toy.py": "import numpy"}),
    ("light", {"studies/toy.py": "import torch"}),
    ("click", {"reports/toy.py": "import click"}),
    ("click", {"services/toy.py": "import click"}),
    ("yaml", {"cli/toy.py": "import yaml"}),
    ("yaml", {"reports/toy.py": "import pydantic"}),
    ("rich", {"specfile/toy.py": "import rich"}),
    ("rich", {"services/toy.py": "import rich"}),
    ("layer_files", {"layers/toy.py": "import archcalc.layers.conv"}),
    ("layer_files", {"layers/toy.py": "import archcalc.layers.registry"}),
    ("layer_files", {"layers/sliding.py": "import archcalc.layers.conv"}),
    ("report_files", {"reports/toy.py": "import archcalc.reports.json"}),
    ("floors", {"drawings/toy.py": "import archcalc.services"}),
    ("floors", {"reports/toy.py": "import archcalc.drawings"}),
    ("floors", {"exporters/toy.py": "import archcalc.services"}),
    ("floors", {"foreign/programs/toy.py": "import archcalc.importers"}),
    ("exporter_files", {"exporters/toy.py": "import archcalc.exporters.json"}),
    ("foreign", {"foreign/keras/toy.py": "import archcalc.foreign.pytorch"}),
    ("foreign", {"foreign/toy.py": ""}),  # a framework without a place
    ("drawing_files", {"drawings/toy.py": "import archcalc.drawings.svg"}),
    ("picture_kinds", {"views/drawing/kinds/toy.py": "import archcalc.views.drawing.kinds.graph"}),
    ("cli_files", {"cli/toy.py": "import archcalc.cli.show"}),
    ("fetching", {"studies/toy.py": "import archcalc.rooms"}),
    ("fetching", {"layers/toy.py": "import archcalc.rooms"}),
    ("fetching", {"services/toy.py": "import archcalc.rooms"}),
    ("front", {"views/toy.py": "import archcalc"}),
]


def lint(*arguments: str, cwd: Path = ROOT) -> CompletedProcess[str]:
    """Check the contracts of a folder."""
    return run(*LINT, *arguments, cwd=cwd)


def contracts() -> ConfigParser:
    """Read the contracts as they are written."""
    written = ConfigParser()
    written.read(ROOT / ".importlinter", encoding="utf-8")
    return written


def test_every_contract_is_kept() -> None:
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize(("contract", "files"), BREAKS, ids=[f"{name}: {', '.join(files)}" for name, files in BREAKS])
def test_a_contract_breaks_when_it_should(contract: str, files: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "archcalc", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for place, text in files.items():
        (tmp_path / "archcalc" / place).parent.mkdir(exist_ok=True)
        (tmp_path / "archcalc" / place).write_text(f'"""A toy."""\n{text}\n', encoding="utf-8")

    done = lint("--contract", contract, cwd=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept, 1 broken" in done.stdout


def test_every_contract_has_something_that_breaks_it() -> None:
    written = {section.rpartition(":")[2] for section in contracts().sections() if ":" in section}
    assert written == {contract for contract, _ in BREAKS}


@pytest.mark.parametrize(
    ("room", "contract", "shared"),
    [
        ("layers", "layer_files", {*SHARED_BY_LAYERS} - {"registry"}),
        ("reports", "report_files", {*SHARED_BY_REPORTS}),
        ("exporters", "exporter_files", {*SHARED_BY_EXPORTERS}),
        ("cli", "cli_files", {*SHARED_BY_COMMANDS}),
    ],
)
def test_what_files_of_a_room_share_is_named_alike_in_both_places(room: str, contract: str, shared: set[str]) -> None:
    ignored = contracts()[f"importlinter:contract:{contract}"]["ignore_imports"].strip().splitlines()
    assert {line.strip() for line in ignored} == {f"archcalc.{room}.* -> archcalc.{room}.{name}" for name in shared}
