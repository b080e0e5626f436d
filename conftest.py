"""Which examples of the package cannot run here: those of files that import what need not be installed, and is not."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

OPTIONAL = ("matplotlib", "openpyxl", "pandas", "pyarrow", "timm", "torch", "torchvision")

_missing = [name for name in OPTIONAL if find_spec(name) is None]
_here = Path(__file__).parent
_files = [*_here.glob("archcalc/**/*.py"), *_here.glob("tests/witness/toys/*.py")] if _missing else []


def _importing(modules: list[str]) -> list[Path]:
    """Return the files that import some modules at their start, or what is in them."""
    found = re.compile(rf"^(?:import|from) (?:{'|'.join(map(re.escape, modules))})\b", re.MULTILINE)
    return [path for path in _files if found.search(path.read_text(encoding="utf-8"))]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(_here).with_suffix("").parts)


# A file that imports one of these cannot be imported either: the two formats that matplotlib draws.
_direct = _importing(_missing) if _missing else []
collect_ignore = [str(path) for path in {*_direct, *(_importing([*map(_module, _direct)]) if _direct else ())}]
