"""The page of `verify --weights`: what differs is shown, the rest is counted."""

from __future__ import annotations

import archcalc
from archcalc.quantities.stored import StoredTensor, StoredWeights
from archcalc.studies.checking.weights import compare_weights
from archcalc.views.checking.weights import MOST_SHOWN, weights_report
from archcalc.views.page import Notes, Page, PageTable

SPEC = (
    "{input: '6', layers: [{embedding: 50, features: 4, name: e}, {attention: 2, relative: [2, 3], name: a}, "
    "{linear: 50, bias: false, share: e, name: head}]}"
)


def page(tensors: dict[str, tuple[int, ...]], spec: str = SPEC, *, everything: bool = False) -> Page:
    """Return the page of a spec and tensors of some names and dimensions."""
    stored = tuple(StoredTensor(name, dims, "bfloat16") for name, dims in tensors.items())
    weights = StoredWeights("w.pt", "PyTorch", stored, remarks=("1 object in the file not read: x",))
    return weights_report(compare_weights(archcalc.loads(spec).analyze(), weights), everything=everything)


def notes(shown: Page) -> list[str]:
    """Return the sentences of a page."""
    return [line for block in shown.blocks if isinstance(block, Notes) for line in block.lines]


STORED = {
    "e.weight": (50, 4), "h.q.weight": (4, 4), "h.k.weight": (4, 4), "h.v.weight": (4, 4), "h.q.bias": (4,),
    "h.k.bias": (4,), "h.v.bias": (4,), "h.o.weight": (4, 4), "h.o.bias": (4,), "h.position_ids": (6,),
    "a.relative_position_bias_table": (15, 2),
}  # fmt: skip


def test_what_agrees_is_counted_and_what_is_special_is_said() -> None:
    shown = page(STORED)
    assert not any(isinstance(block, PageTable) for block in shown.blocks)
    assert notes(shown) == [
        "paired: 2 by name, 2 by pieces, 2 by order and shape",
        "tied: head/weight uses e, stored once",
        "not stored, computed from the sizes of the network: a/relative_position_index",
        "not compared: 1 numbers of positions",
        "1 object in the file not read: x",
        "8 of 8 tensors agree",
    ]
    assert (shown.record["holds"], shown.record["values"]) == (True, 316)


def test_what_differs_is_in_the_table_and_the_record_has_all() -> None:
    shown = page(STORED | {"e.weight": (51, 4), "more": (3,)})
    table = next(block for block in shown.blocks if isinstance(block, PageTable))
    assert [line.cells[:5] for line in table.lines] == [
        ("shape differs", "e/weight", "50×4", "e.weight", "51×4"),
        ("not in the network", "", "", "more", "3"),
    ]
    assert notes(shown)[-1] == "7 of 9 tensors agree"
    assert [entry["holds"] for entry in shown.entries].count(False) == 2


def test_all_are_shown_if_asked_for() -> None:
    table = next(block for block in page(STORED, everything=True).blocks if isinstance(block, PageTable))
    assert len(table.lines) == 8
    assert table.lines[1].cells[3:5] == ("h.k.weight, h.q.weight and h.v.weight", "3 × (4×4)")


def test_long_lists_are_cut() -> None:
    other = {f"other.{i}": (i + 2, 7) for i in range(MOST_SHOWN + 5)}
    shown = page(STORED | other)
    assert len(next(block for block in shown.blocks if isinstance(block, PageTable)).lines) == MOST_SHOWN
    assert notes(shown)[0] == "and 5 more; --all shows them"


def test_a_copy_that_is_stored_again_is_said() -> None:
    assert "tied: head/weight uses e, stored as head.weight" in notes(page(STORED | {"head.weight": (50, 4)}))
    stored = tuple(StoredTensor(name, (3, 5), "int8", "0") for name in ("fc.weight", "again.weight"))
    spec = "{input: '5', layers: [{linear: 3, bias: false, name: fc}]}"
    report = compare_weights(archcalc.loads(spec).analyze(), StoredWeights("w", "PyTorch", stored))
    assert notes(weights_report(report)) == [
        "paired: 1 by name", "tied: again.weight in the file", "2 of 2 tensors agree",
    ]  # fmt: skip


def test_nothing_on_both_sides_agrees() -> None:
    shown = page({}, "{input: '5', layers: [relu]}")
    assert notes(shown) == ["1 object in the file not read: x", "0 of 0 tensors agree"]
