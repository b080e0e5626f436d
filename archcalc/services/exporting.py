"""Exporting networks: as code, or as a file, of another framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.exporters.base import find_format, rendered

if TYPE_CHECKING:
    from archcalc.network.table import Table


def export(table: Table, format: str = "torch") -> str | bytes:  # noqa: A002 - the word of the command line
    """Return a network as code or as a file of another framework: text, or of ``onnx`` bytes.

    ``format`` is one of ``torch``, ``keras``, ``onnx``, ``json`` (networkx), ``spec`` and ``caffe``. Only ``json`` and
    ``spec`` have the training-only heads.

    >>> import archcalc
    >>> code = export(archcalc.load("lenet5-modern").analyze())
    >>> "self.C1 = nn.Conv2d(1, 6, kernel_size=5)" in code
    True

    Raises:
        UsageError: the format is unknown, a size is not a number, or layers have no counterpart; names all of them.
    """
    return rendered(find_format(format, None), table)
