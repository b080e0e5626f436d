"""Exact output shapes, receptive fields, parameters and MACs of neural networks from short specs.

>>> import archcalc
>>> table = archcalc.load("alexnet").analyze(input=(3, 227, 227))
>>> table["conv1"].params
34944
>>> table.totals.macs
724406816
"""

from __future__ import annotations

from archcalc.rooms import fetch

TYPE_CHECKING = False
"""As type checkers read it: loading `typing` here would take most of the time in which Ctrl-C cannot be told."""

if TYPE_CHECKING:
    from archcalc.errors import ArchcalcError, SpecError, UsageError
    from archcalc.network.network import Network
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.services.drawing import draw
    from archcalc.services.explaining import explain
    from archcalc.services.exporting import export
    from archcalc.services.homework import check
    from archcalc.services.opening import load
    from archcalc.specfile.loading import loads
    from archcalc.studies.checking.verification import verify
    from archcalc.studies.comparing.differences import Difference, diff
    from archcalc.studies.solving.solve import solve

__all__ = [
    "ArchcalcError",
    "Difference",
    "Network",
    "Row",
    "Shape",
    "SpecError",
    "Table",
    "UsageError",
    "check",
    "diff",
    "draw",
    "explain",
    "export",
    "load",
    "loads",
    "solve",
    "verify",
]

__version__ = "0.3.0"

_HOMES = {
    "ArchcalcError": "errors",
    "Difference": "studies.comparing.differences",
    "Network": "network.network",
    "Row": "network.table",
    "Shape": "quantities.shape",
    "SpecError": "errors",
    "Table": "network.table",
    "UsageError": "errors",
    "check": "services.homework",
    "diff": "studies.comparing.differences",
    "draw": "services.drawing",
    "explain": "services.explaining",
    "export": "services.exporting",
    "load": "services.opening",
    "loads": "specfile.loading",
    "solve": "studies.solving.solve",
    "verify": "studies.checking.verification",
}
"""Where each public name lives: it is loaded when it is asked for, so that a process loads only what it uses."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'archcalc' has no attribute '{name}'")
    room, _, member = _HOMES[name].rpartition(".")
    return getattr(fetch(room, member), name)
