"""What Python's own readers of archives raise where a file is damaged: whoever opens one catches all of it."""

from __future__ import annotations

import struct
import zipfile
import zlib

DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error,
    RuntimeError, OSError, EOFError, ValueError, LookupError, OverflowError,
)  # fmt: skip
"""Of archives and entries that are damaged, encrypted, neither stored nor deflated, or said to lie beyond the end."""
