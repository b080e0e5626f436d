"""A network against a file of its weights: every tensor is paired, or one side is told to lack it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.quantities.stored import StoredTensor, StoredWeights, by_type
from archcalc.studies.checking.tensor_matching import Basis
from archcalc.studies.checking.weights import Fit, compare_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.studies.checking.weights import Pairing, WeightsReport

CLASSIFIER = "{input: '5', layers: [{linear: 4, name: hidden}, relu, {linear: 3, name: fc}]}"
NAMES = {"hidden.weight": (4, 5), "hidden.bias": (4,), "fc.weight": (3, 4), "fc.bias": (3,)}


def report(spec: str, tensors: Mapping[str, tuple[int, ...]], ties: dict[str, str] | None = None) -> WeightsReport:
    """Compare a spec, or a network by name, with tensors of some names and dimensions."""
    network = archcalc.loads(spec) if spec.startswith("{") else archcalc.load(spec)
    owners = {name: (ties or {}).get(name, name) for name in tensors}
    stored = (StoredTensor(name, dims, "float32", owners[name]) for name, dims in tensors.items())
    return compare_weights(network.analyze(), StoredWeights("w", "safetensors", tuple(stored)))


def names(pairing: Pairing) -> tuple[list[str], list[str]]:
    """Return the full names on both sides."""
    return [tensor.full for tensor in pairing.ours], [tensor.name for tensor in pairing.theirs]


def differing(found: WeightsReport) -> list[tuple[str, list[str], list[str]]]:
    """Return what does not hold."""
    return [(str(pairing.fit), *names(pairing)) for pairing in found.pairings if not pairing.holds]


@pytest.mark.parametrize("outer", ["", "module.", "model.module.", "state_dict/"])
def test_names_decide_first_whatever_is_around_the_network(outer: str) -> None:
    found = report(CLASSIFIER, {f"{outer}{name}": dims for name, dims in NAMES.items()})
    assert found.holds
    assert Counter(pairing.basis for pairing in found.pairings) == {Basis.NAME: 4}


def test_names_of_other_frameworks_are_those_of_pytorch() -> None:
    found = report(CLASSIFIER, {"hidden/kernel": (5, 4), "hidden/bias": (4,), "fc/kernel": (4, 3), "fc/bias": (3,)})
    assert [str(pairing.fit) for pairing in found.pairings] == ["other order of axes", "same shape"] * 2


def test_what_is_left_is_paired_by_order_among_equal_shapes() -> None:
    spec = "{input: '4', layers: [{linear: 4, name: a}, {linear: 4, name: b}, {linear: 2, name: c}]}"
    other = {
        f"layers.{i}.{kind}": dims
        for i, n in ((2, 4), (10, 4), (11, 2))
        for kind, dims in (("bias", (n,)), ("weight", (n, 4)))
    }
    found = report(spec, other)
    assert [names(pairing) for pairing in found.pairings] == [
        ([f"{layer}/{kind}"], [f"layers.{i}.{kind}"])
        for layer, i in (("a", 2), ("b", 10), ("c", 11))
        for kind in ("weight", "bias")
    ]
    assert {pairing.basis for pairing in found.pairings} == {Basis.ORDER}


def test_another_number_of_classes_is_told_as_such() -> None:
    found = report(CLASSIFIER, NAMES | {"fc.weight": (10, 4), "fc.bias": (10,)})
    assert differing(found) == [
        ("shape differs", ["fc/weight"], ["fc.weight"]),
        ("shape differs", ["fc/bias"], ["fc.bias"]),
    ]
    renamed = {"body.weight": (4, 5), "body.bias": (4,), "head.weight": (10, 4), "head.bias": (10,)}
    assert [differing(report(CLASSIFIER, renamed))[i][1:] for i in (0, 1)] == [
        (["fc/weight"], ["head.weight"]),
        (["fc/bias"], ["head.bias"]),
    ]


def test_what_one_side_lacks_is_told() -> None:
    lacking = {name: dims for name, dims in NAMES.items() if name != "fc.bias"}
    assert differing(report(CLASSIFIER, lacking)) == [("not in the file", ["fc/bias"], [])]
    assert differing(report(CLASSIFIER, NAMES | {"extra.scale": (7, 7)})) == [
        ("not in the network", [], ["extra.scale"])
    ]


NORMED = "{input: 3x8x8, layers: [{conv: 4, kernel: 3, bias: false, name: conv}, {batchnorm, name: bn}]}"
STATISTICS = {"bn.running_mean": (4,), "bn.running_var": (4,)}
STORED = {"conv.weight": (4, 3, 3, 3), "bn.weight": (4,), "bn.bias": (4,), **STATISTICS}


def test_running_statistics_are_needed_and_counters_are_not_compared() -> None:
    counted = report(NORMED, STORED | {"bn.num_batches_tracked": ()})
    assert (counted.holds, counted.besides) == (True, {"counters of batches": 1})
    without = report(NORMED, {name: dims for name, dims in STORED.items() if name not in STATISTICS})
    assert [where for _, where, _ in differing(without)] == [["bn/running_mean"], ["bn/running_var"]]


def test_tables_that_follow_from_the_sizes_need_not_be_stored() -> None:
    spec = "{input: TF 49x8, layers: [{attention: 2, relative: [7, 7], name: a}]}"
    tensors = {
        "a.in_proj_weight": (24, 8),
        "a.in_proj_bias": (24,),
        "a.out_proj.weight": (8, 8),
        "a.out_proj.bias": (8,),
    }
    found = report(spec, tensors | {"a.relative_position_bias_table": (169, 2)})
    assert found.holds
    assert [names(p)[0] for p in found.pairings if p.fit is Fit.OPTIONAL] == [["a/relative_position_index"]]


def test_a_table_may_be_stored_in_another_shape() -> None:
    spec = "{input: TF 49x8, layers: [{attention: 2, relative: [7, 7], bias: false, name: a}]}"
    tensors = {"b.in_proj_weight": (24, 8), "b.out_proj.weight": (8, 8), "b.relative_position_bias_table": (169, 2)}
    found = report(spec, tensors | {"b.relative_position_index": (49, 49)})
    assert found.holds
    assert [pairing.fit for pairing in found.pairings][-1] is Fit.RESHAPED


TIED = "{input: '6', layers: [{embedding: 50, features: 4, name: e}, {linear: 50, bias: false, share: e, name: head}]}"


@pytest.mark.parametrize(
    ("tensors", "ties"),
    [
        ({"e.weight": (50, 4)}, {}),
        ({"e.weight": (50, 4), "head.weight": (50, 4)}, {"head.weight": "e.weight"}),
        ({"e.weight": (50, 4), "head.weight": (50, 4)}, {}),
        ({"lm_head.weight": (50, 4), "wte.weight": (50, 4)}, {"wte.weight": "lm_head.weight"}),
    ],
)
def test_tied_tensors_may_be_stored_once_or_twice(tensors: dict[str, tuple[int, ...]], ties: dict[str, str]) -> None:
    found = report(TIED, tensors, ties)
    assert found.holds
    assert [pairing.fit for pairing in found.pairings] == [Fit.SAME, Fit.TIED]
    assert found.pairings[1].ours[0].tied == "e"


def test_what_only_the_file_ties_is_told() -> None:
    untied = TIED.replace("share: e, ", "")
    found = report(untied, {"e.weight": (50, 4), "head.weight": (50, 4)}, {"head.weight": "e.weight"})
    assert differing(found) == [("tied only in the file", ["head/weight"], ["head.weight"])]
    assert report(untied, {"e.weight": (50, 4), "head.weight": (50, 4)}).holds
    assert found.weights.elements == 200


def test_a_copy_that_only_the_file_has_is_no_difference_if_it_is_tied() -> None:
    found = report(CLASSIFIER, NAMES | {"again": (3, 4)}, {"again": "fc.weight"})
    assert found.holds
    assert [names(p) for p in found.pairings if p.fit is Fit.TIED] == [([], ["again"])]


ATTENTION = "{input: TF 5x8, layers: [{attention: 2, name: a}]}"


def test_queries_keys_and_values_may_be_stored_apart() -> None:
    one = {
        f"h.{what}.{kind}": dims
        for what in ("query", "key", "value", "dense")
        for kind, dims in (("weight", (8, 8)), ("bias", (8,)))
    }
    found = report(ATTENTION, one)
    assert found.holds
    assert [(pairing.fit, names(pairing)[1]) for pairing in found.pairings[:2]] == [
        (Fit.JOINED, ["h.key.weight", "h.query.weight", "h.value.weight"]),
        (Fit.JOINED, ["h.key.bias", "h.query.bias", "h.value.bias"]),
    ]


def test_or_together_where_the_network_has_them_apart() -> None:
    spec = ATTENTION.replace("name: a", "kv_heads: 1, bias: false, name: a")
    found = report(spec, {"h.qkv_proj.weight": (16, 8), "h.o_proj.weight": (8, 8)})
    assert found.holds
    assert [(pairing.fit, len(pairing.ours)) for pairing in found.pairings] == [(Fit.SPLIT, 3), (Fit.SAME, 1)]
    gated = "{input: TF 5x8, layers: [{multiply: {gate: [{linear: 6, bias: false}], up: [{linear: 6, bias: false}]}, name: m}]}"
    assert report(gated, {"gate_up_proj.weight": (12, 8)}).pairings[0].fit is Fit.SPLIT


def test_experts_may_be_stored_one_by_one() -> None:
    spec = "{input: TF 5x8, layers: [{experts: 3, active: 1, hidden: 6, name: moe}]}"
    one = {
        f"block.experts.{i}.{w}.weight": dims
        for i in range(3)
        for w, dims in (("w1", (6, 8)), ("w2", (8, 6)), ("w3", (6, 8)))
    }
    found = report(spec, one | {"block.gate.weight": (3, 8)})
    assert found.holds
    assert Counter(pairing.fit for pairing in found.pairings) == {Fit.JOINED: 3, Fit.SAME: 1}


def test_the_tensors_of_a_module_stay_together() -> None:
    """GPT-2's file has weights with inputs and outputs exchanged: by dimensions alone the two layers would be mixed."""
    spec = "{input: TF 5x8, layers: [{linear: 32, name: expand}, gelu, {linear: 8, name: project}]}"
    stored = {"h.c_fc.weight": (8, 32), "h.c_fc.bias": (32,), "h.c_proj.weight": (32, 8), "h.c_proj.bias": (8,)}
    assert [(pairing.fit, names(pairing)) for pairing in report(spec, stored).pairings] == [
        (Fit.REORDERED, (["expand/weight"], ["h.c_fc.weight"])),
        (Fit.SAME, (["expand/bias"], ["h.c_fc.bias"])),
        (Fit.REORDERED, (["project/weight"], ["h.c_proj.weight"])),
        (Fit.SAME, (["project/bias"], ["h.c_proj.bias"])),
    ]


def test_projections_of_one_size_are_told_apart_by_their_own_names() -> None:
    spec = "{input: TF 5x8, layers: [{attention: 2, head_dim: 4, bias: false, name: a}]}"
    stored = {f"model.layers.0.self_attn.{name}_proj.weight": (8, 8) for name in "kovq"}
    assert [names(pairing)[1][0].rpartition("_proj")[0][-1] for pairing in report(spec, stored).pairings] == list(
        "qokv"
    )


def test_experts_may_be_stored_with_both_inputs_in_one_tensor() -> None:
    spec = "{input: TF 5x8, layers: [{experts: 3, active: 1, hidden: 6, name: moe}]}"
    stored = {"mlp.gate.weight": (3, 8), "mlp.experts.gate_up_proj": (3, 12, 8), "mlp.experts.down_proj": (3, 8, 6)}
    found = report(spec, stored)
    assert found.holds
    assert Counter(pairing.fit for pairing in found.pairings) == {Fit.SAME: 2, Fit.SPLIT: 1}


def test_equal_names_of_a_few_tensors_are_chance_where_dimensions_differ() -> None:
    spec = "{input: '9', layers: [{linear: 8, name: a}, {linear: 7, name: b}, {linear: 6, name: c}]}"
    stored = {
        "x.weight": (8, 9),
        "x.bias": (8,),
        "a.weight": (7, 8),
        "a.bias": (7,),
        "z.weight": (6, 7),
        "z.bias": (6,),
    }
    found = report(spec, stored)
    assert found.holds
    assert [names(pairing)[1][0] for pairing in found.pairings][::2] == ["x.weight", "a.weight", "z.weight"]


def test_dimensions_with_variables_are_unknown() -> None:
    table = archcalc.loads(CLASSIFIER).analyze("N")
    stored = tuple(StoredTensor(name, dims, "float32") for name, dims in NAMES.items())
    found = compare_weights(table, StoredWeights("w", "safetensors", stored))
    assert [str(pairing.fit) for pairing in found.pairings if not pairing.holds] == ["unknown"]


def test_values_are_counted_by_type() -> None:
    tensors = (StoredTensor("a", (2, 2), "int8"), StoredTensor("b", (9,), "float4_e2m1fn"))
    assert (by_type(tensors), tensors[1].bytes) == ({"float4_e2m1fn": 9, "int8": 4}, 5)
