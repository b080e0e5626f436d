"""What stands around the project says the same everywhere: the version, its date, the Pythons that it is tested on."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

import pytest
import yaml

from archcalc import __version__
from tests.house.plan import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RELEASES = re.findall(
    r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
)
TEMPLATES = sorted(path.name for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def read(place: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a file of YAML."""
    return yaml.safe_load((ROOT / place).read_text(encoding="utf-8"))


def test_the_newest_release_is_the_version_wherever_it_is_written() -> None:
    citation = read("CITATION.cff")
    assert RELEASES[0] == (__version__, citation["date-released"])
    assert citation["version"] == __version__


def test_the_version_is_read_from_the_package_and_needs_no_repository() -> None:
    assert PROJECT["tool"]["hatch"]["version"] == {"path": "archcalc/__init__.py"}
    assert PROJECT["build-system"]["build-backend"] == "hatchling.build"
    assert not any("vcs" in needed or "scm" in needed for needed in PROJECT["build-system"]["requires"])


def test_the_workflow_runs_everything_on_each_system_and_each_python_that_is_promised() -> None:
    job = read(".github/workflows/ci.yml")["jobs"]["run"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    promised = [line.split(" :: ")[2] for line in PROJECT["project"]["classifiers"] if ":: Python :: 3." in line]
    assert job["strategy"]["matrix"]["python"] == promised
    assert f">={promised[0]}" == PROJECT["project"]["requires-python"]
    assert {system.partition("-")[0] for system in job["strategy"]["matrix"]["os"]} == {"ubuntu", "macos", "windows"}
    assert os.access(ROOT / ".ci/run", os.X_OK), "the workflow starts it by its name"


@pytest.mark.parametrize("template", TEMPLATES)
def test_who_reports_something_is_asked_for_the_spec_and_the_output(template: str) -> None:
    asked = read(f".github/ISSUE_TEMPLATE/{template}")["body"]
    required = {field["id"] for field in asked if field.get("validations", {}).get("required")}
    assert {"spec", "output"} <= required


def test_so_is_who_proposes_a_change() -> None:
    text = (ROOT / ".github/pull_request_template.md").read_text(encoding="utf-8")
    assert {"spec", "output"} <= set(re.findall(r"^## The (\w+)", text, re.MULTILINE))


def test_a_commit_is_checked_as_ci_checks_it() -> None:
    hooks = [hook["entry"] for repository in read(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    checks = ["ruff check", "ruff format", "mypy", "lint-imports"]
    assert [check for check in checks if not any(entry.startswith(check) for entry in hooks)] == []
    assert [check for check in checks if f"try {check}" not in script] == []
