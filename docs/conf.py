"""The site of the documentation: Sphinx with MyST and Furo. `sphinx-build -W docs site` builds it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from archcalc import __version__  # noqa: E402 - of the checkout, whichever is installed

project = "archcalc"
author = "The archcalc authors"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["wording.md", "*.ipynb"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of rooms that are no part of the public library
suppress_warnings = ["misc.highlighting_failure"]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = True

html_theme = "furo"
html_title = "archcalc"
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
copybutton_prompt_text = "$ "
