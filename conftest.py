"""Which examples of the package cannot run here: those of files that import what need not be installed, and is not."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

OPTIONAL = ("matplotlib", "openpyxl", "pandas", "timm", "torch", "torchvision")

_missing = [name for name in OPTIONAL if find_spec(name) is None]
_imports = re.compile(rf"^(?:import|from) (?:{'|'.join(_missing)})\b", re.MULTILINE)
_here = Path(__file__).parent
_files = [*_here.glob("archcalc/**/*.py"), *_here.glob("tests/witness/toys/*.py")] if _missing else []
collect_ignore = [str(path) for path in _files if _imports.search(path.read_text(encoding="utf-8"))]
