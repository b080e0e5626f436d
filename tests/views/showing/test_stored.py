"""The table of a file of weights: modules, copies folded into one, and the sums."""

from __future__ import annotations

from archcalc.quantities.stored import StoredTensor, StoredWeights
from archcalc.views.page import Label, Notes, PageTable
from archcalc.views.showing.stored import parts, stored

LAYER = {"attn.weight": (8, 8), "attn.bias": (8,), "norm.weight": (8,)}
DEEP = tuple(StoredTensor(f"h.{i}.{name}", dims, "float16") for i in range(12) for name, dims in LAYER.items())
MODEL = StoredWeights("m", "safetensors", (StoredTensor("embed.weight", (50, 8), "float32"), *DEEP), files=2)


def lines(weights: StoredWeights, depth: int | None = None) -> list[tuple[object, ...]]:
    """Return the lines of the table, with the level and the name before the numbers."""
    table = next(block for block in stored(weights, depth).blocks if isinstance(block, PageTable))
    shown = [(line.level, line.cells[0], *line.cells[1:]) for line in table.lines]
    return [
        (level, (name.name, name.times) if isinstance(name, Label) else name, *rest) for level, name, *rest in shown
    ]


def test_equal_copies_fold_and_modules_have_sums() -> None:
    assert lines(MODEL) == [
        (0, ("embed.weight", 1), 1, "50×8", 400, "float32", 1600),
        (0, ("h.0–11", 12), 36, "", 960, "float16", 1920),
        (1, ("attn", 1), 2, "", 72, "float16", 144),
        (2, ("weight", 1), 1, "8×8", 64, "float16", 128),
        (2, ("bias", 1), 1, "8", 8, "float16", 16),
        (1, ("norm.weight", 1), 1, "8", 8, "float16", 16),
    ]
    assert [line[0] for line in lines(MODEL, 0)] == [0, 0]


def test_copies_of_other_dimensions_types_or_names_do_not_fold() -> None:
    for changed in (StoredTensor("h.5.norm.weight", (9,), "float16"), StoredTensor("h.5.norm.weight", (8,), "float32")):
        other = [changed if tensor.name == changed.name else tensor for tensor in DEEP]
        assert [part.name for part in parts(other)[0].children] == ["0–4", "5", "6–11"]
    renamed = [tensor._replace(name=tensor.name.replace("h.5.norm", "h.5.layernorm")) for tensor in DEEP]
    assert [part.name for part in parts(renamed)[0].children] == ["0–4", "5", "6–11"]


def test_copies_are_in_the_order_of_their_numbers() -> None:
    ordered = sorted(DEEP, key=lambda tensor: tensor.name)  # 0, 1, 10, 11, 2
    assert parts(ordered)[0].name == "h.0–11"


def test_tied_tensors_are_counted_once_and_said() -> None:
    twice = tuple(StoredTensor(name, (4, 2), "int8", "0") for name in ("a.weight", "b.weight"))
    page = stored(StoredWeights("w", "PyTorch", twice, remarks=("1 object in the file not read: x",)))
    assert lines(StoredWeights("w", "PyTorch", twice)) == [(0, ("a.weight", 1), 1, "4×2", 8, "int8", 8)]
    assert isinstance(page.blocks[-1], Notes)
    assert page.blocks[-1].lines == ("tied: b.weight = a.weight", "1 object in the file not read: x")
    assert [entry["tied"] for entry in page.entries] == ["", "a.weight"]


def test_scalars_and_names_of_many_levels() -> None:
    deep = StoredTensor(".".join("abcdefghijklmnopqrstuvwxyz"), (), "int64")
    assert lines(StoredWeights("w", "PyTorch", (deep,))) == [(0, (deep.name, 1), 1, "scalar", 1, "int64", 8)]


def test_a_file_without_tensors_has_an_empty_table() -> None:
    page = stored(StoredWeights("w", "safetensors", ()))
    assert page.record["values"] == 0
    assert lines(StoredWeights("w", "safetensors", ())) == []
