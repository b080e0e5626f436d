"""The spec that an importer writes: what a file can say of the arguments of a model, and what it cannot."""

from __future__ import annotations

from archcalc.importers.document import Imported, document, reserved
from archcalc.importers.flow import Flow
from archcalc.network.written import Text


def test_arguments_that_specs_reserve_are_kept_apart() -> None:
    flow = Flow()
    flow.input("input", (8,))
    imported = Imported(flow, (), {"args": {"in_features": 8, "repeat": 2, "classes": 3}})
    kept = reserved(imported)
    assert {name: value.text for name, value in kept.items() if isinstance(value, Text)} == {
        "in_features": "8",
        "repeat": "2",
    }
    args = document(imported).get("args")
    assert args is not None
    assert [key.text for key, _ in args.entries] == ["classes"]  # type: ignore[union-attr]


def test_a_spec_without_other_arguments_has_none() -> None:
    flow = Flow()
    flow.input("input", (8,))
    assert document(Imported(flow, (), {"args": {"in_channels": 8}})).get("args") is None
