"""The record: the keys that others rely on, as the design writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import archcalc
from archcalc.views.columns import chosen
from archcalc.views.page import Page
from archcalc.views.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.table import Table
    from archcalc.views.columns import Measure

CONV1 = {
    "path": "conv1", "name": "conv1", "kind": "conv", "input": [3, 227, 227], "reads": ["input"], "output": [96, 55, 55],
    "layout": "CHW", "kernel": [11, 11], "stride": [4, 4], "padding": [[0, 0], [0, 0]], "dilation": [1, 1],
    "groups": 1, "params": 34944, "weights": 34848, "biases": 96, "active": 34944, "trainable": 34944, "buffers": 0,
    "macs": 105415200, "flops": 210830400, "connections": 105705600, "neurons": 290400, "activations": 290400,
    "parameter_memory": 139776, "train_only": False,
    "receptive_field": {"size": [11, 11], "stride": [4, 4], "padding": [0, 0], "centre": [5, 5]},
    "fan_in": 363, "fan_out": 11616, "xavier": (2 / (363 + 11616)) ** 0.5, "he": (2 / 363) ** 0.5,
}  # fmt: skip

TOTALS = {
    "params": 60965224, "weights": 60954656, "biases": 10568, "active": 60965224, "trainable": 60965224,
    "buffers": 0,
    "macs": 724406816, "flops": 1448813632, "connections": 725066088, "neurons": 659272, "activations": 1258760,
    "params_with_heads": 60965224, "macs_with_heads": 724406816, "weighted_depth": 8, "receptive_field": 195,
    "parameter_memory": 243860896, "memory": 500204780, "inference": 4 * (60965224 + 2 * 290400 + 154587), "output": [1000],
    "train_only": dict.fromkeys(
        ("params", "weights", "biases", "active", "trainable", "buffers", "macs", "flops", "connections", "neurons",
         "activations", "parameter_memory"), 0),
}  # fmt: skip


def of(net: str, size: str | None = None, **more: str) -> dict[str, object]:
    """Return the record of a network."""
    return whole(archcalc.load(net).analyze(size), chosen(more.get("columns", "")))


def whole(table: Table, asked: Iterable[Measure] = ()) -> dict[str, Any]:
    """Return the record of a table, as a page has it."""
    return Page((), lambda: record(table, asked)).record


def layers(found: dict[str, object]) -> dict[str, dict[str, object]]:
    """Return the layers of a record by path."""
    rows = found["layers"]
    assert isinstance(rows, list)
    return {row["path"]: row for row in rows}


def test_the_record_is_the_one_of_the_design_in_that_order() -> None:
    found = of("alexnet")
    rows = found["layers"]
    assert isinstance(rows, list)
    assert list(found) == ["schema_version", "name", "title", "input", "layout", "layers", "totals"]
    assert [found[key] for key in list(found)[:5]] == [1, "alexnet", "AlexNet", [3, 227, 227], "CHW"]
    assert list(rows[0].items()) == list(CONV1.items())
    assert found["totals"] == TOTALS
    assert list(TOTALS) == list(found["totals"])


def test_keys_that_mean_nothing_for_a_kind_are_absent() -> None:
    rows = layers(of("alexnet"))
    windows = {"kernel", "stride", "padding", "dilation", "groups"}
    assert windows & rows["pool1"].keys() == windows - {"groups"}
    assert windows & rows["relu"].keys() == set()
    assert "shares" not in rows["conv1"]
    assert "regions" not in rows["conv1"]


def test_a_merge_reads_a_list_of_shapes() -> None:
    assert layers(of("inception-reduced"))["concat"]["input"] == [[n, 28, 28] for n in (64, 128, 32, 32)]


def test_a_field_that_is_everything_is_a_word() -> None:
    assert layers(of("alexnet"))["fc6"]["receptive_field"] == "all"


def test_paths_that_do_not_align_or_join_everything_say_so() -> None:
    crooked = "[{add: {a: [{conv: 3, kernel: 3, padding: [[0, 2], [0, 2]]}], b: []}}]"
    scaled = "[{multiply: {a: [], b: [global_avgpool]}}]"
    assert layers(of(crooked, "3x8x8"))["add"]["receptive_field"] == {
        "size": [3, 3], "stride": [1, 1], "padding": [0, 0], "centre": [1, 1], "aligned": False,
    }  # fmt: skip
    field = layers(of(scaled, "3x8x8"))["multiply"]["receptive_field"]
    assert isinstance(field, dict)
    assert field["global"] is True


def test_shared_weights_name_their_owner_and_several_inputs_their_names() -> None:
    siamese = (
        "{input: {l: 3x8x8, r: 3x8x8}, layers: [{conv: 4, kernel: 3, name: a, from: l},"
        " {conv: 4, kernel: 3, name: b, from: r, share: a}, {concat: [a, b]}]}"
    )
    found = of(siamese)
    assert found["input"] == {"l": [3, 8, 8], "r": [3, 8, 8]}
    assert found["layout"] == {"l": "CHW", "r": "CHW"}
    assert layers(found)["b"]["shares"] == "a"
    assert layers(found)["b"]["params"] == 0


def test_training_heads_stand_apart() -> None:
    found = of("googlenet")
    totals = found["totals"]
    assert isinstance(totals, dict)
    assert totals["params"] + totals["train_only"]["params"] == 13_378_280
    assert layers(found)["loss1/fc"]["train_only"] is True


def test_the_record_holds_every_column_whatever_is_asked_for() -> None:
    plain, asked = (layers(of("alexnet", columns=columns)) for columns in ("", "fan_in,he"))
    assert plain == asked
    assert plain["conv1"]["fan_in"] == 363
    assert "he" not in plain["relu"]


def test_shares_are_in_the_record_where_they_are_asked_for() -> None:
    rows = layers(of("alexnet", columns="+params_share"))
    assert rows["fc8"]["params_share"] == 4_097_000 / 60_965_224
    assert rows["relu"]["params_share"] == 0
    assert "macs_share" not in rows["fc8"]


def test_a_field_that_depends_on_the_phase_lists_them() -> None:
    up = archcalc.loads("{input: 1x8x8, layers: [{conv: 1, kernel: 3}, {conv_transpose: 1, kernel: 3, stride: 2}]}")
    field = whole(up.analyze())["layers"][1]["receptive_field"]
    assert (field["size"], field["stride"], field["phases"]) == ([4, 4], ["1/2", "1/2"], [[4, 3], [4, 3]])
