"""Blocks with several inputs and outputs: arguments that name layers, and outputs that have names."""

from __future__ import annotations

import pytest

import archcalc
from tests.cli.calls import call, json_of

UP = """
  up:
    args: {width: , skip: }
    layers:
      - {conv_transpose: width, kernel: 2, stride: 2, name: up}
      - {concat: [skip, up]}
      - {conv: width, kernel: 3, padding: 1}
"""
PAIR = """
  start:
    layers:
      - {conv: 4, kernel: 3, padding: 1, name: full}
      - {maxpool: 2, name: half}
    outputs: {high: full, low: half}
  pair:
    layers:
      - {conv: 4, kernel: 3, padding: 1, name: a, from: input/high}
      - {conv: 4, kernel: 1, name: b, from: input/low}
    outputs: [a, b]
  pairs:
    layers:
      - {conv: 4, kernel: 3, padding: 1, name: a, from: input/high}
      - {conv: 4, kernel: 1, name: b, from: input/low}
    outputs: {high: a, low: b}
"""


def net(blocks: str, layers: str, size: str = "3x32x32") -> archcalc.Table:
    """Analyze a network of blocks."""
    return archcalc.loads(f"input: {size}\nblocks:\n{blocks}\nlayers: [{layers}]").analyze()


def read_by(table: archcalc.Table, path: str) -> list[str]:
    """Return the paths of what a layer reads."""
    nodes = table.graph.nodes
    return [nodes[index].path for index in nodes[table[path].node].inputs]


def test_a_layer_of_the_caller_is_an_argument() -> None:
    table = net(UP, "{conv: 8, kernel: 3, padding: 1, name: enc}, {maxpool: 2}, {up: 4, skip: enc, name: u}")
    assert read_by(table, "u/concat") == ["enc", "u/up"]
    assert table["u/conv"].params == 3 * 3 * (8 + 4) * 4 + 4


def test_an_argument_is_handed_on_to_blocks_within() -> None:
    outer = (
        "  outer:\n    args: {from_outside: input}\n    layers: [{maxpool: 2}, {up: 4, skip: from_outside, name: u}]\n"
    )
    table = net(UP + outer, "{conv: 8, kernel: 3, padding: 1, name: enc}, {conv: 6, kernel: 1, name: c}, "
                            "{outer: enc, name: o}, {outer: , name: p, from: c}, {add: [o, p]}")  # fmt: skip
    assert read_by(table, "o/u/concat") == ["enc", "o/u/up"]
    assert read_by(table, "p/u/concat") == ["c", "p/u/up"]


def test_a_path_within_a_block_is_an_argument_too() -> None:
    table = net(UP + PAIR, "{start: , name: s}, {up: 4, skip: s/full, name: u}")
    assert read_by(table, "u/concat") == ["s/full", "u/up"]


def test_a_whole_block_is_an_argument_and_its_parts_are_read() -> None:
    both = "  both:\n    args: [ends]\n    layers: [{upsample: 2, from: ends/low, name: u}, {add: [u, ends/high]}]\n"
    table = net(PAIR + both, "{start: , name: s}, {both: s, name: t}")
    assert read_by(table, "t/add") == ["t/u", "s/full"]


def test_several_layers_are_one_argument() -> None:
    dense = "  dense:\n    args: {before: }\n    layers: [{concat: [before, input]}, {conv: 2, kernel: 1}]\n"
    layers = "{conv: 3, kernel: 1, name: a}, {conv: 5, kernel: 1, name: b}, {conv: 7, kernel: 1}"
    table = net(dense, f"{layers}, {{dense: , before: [a, b], name: d}}")
    assert table["d/conv"].inputs[0].channels == 3 + 5 + 7
    alone = dense.replace("[before, input]", "before")
    assert net(alone, f"{layers}, {{dense: , before: [a, b], name: d}}")["d/conv"].inputs[0].channels == 3 + 5
    chosen = dense.replace("[before, input]", "[before/1, input]")
    assert net(chosen, f"{layers}, {{dense: , before: [a, b], name: d}}")["d/conv"].inputs[0].channels == 5 + 7


def test_a_list_of_layers_is_handed_on_and_grows() -> None:
    joins = (
        "  root:\n    args: {parts: }\n    layers: [{concat: parts}]\n"
        "  tree:\n    args: {earlier: []}\n"
        "    layers: [{conv: 2, kernel: 1, name: leaf}, {root: , parts: [leaf, earlier], name: joined}]\n"
        "  same:\n    args: {earlier: }\n    layers: [{root: , parts: earlier, name: joined}]\n"
    )
    layers = "{conv: 3, kernel: 1, name: a}, {conv: 5, kernel: 1, name: b}"
    assert [row.path for row in net(joins, f"{layers}, {{tree: , name: t}}")] == ["a", "b", "t/leaf"]
    table = net(joins, f"{layers}, {{tree: , earlier: [a, b], name: t}}, {{same: , earlier: [b, t], name: s}}")
    assert read_by(table, "t/joined/concat") == ["t/leaf", "a", "b"]
    assert read_by(table, "s/joined/concat") == ["b", "t/joined/concat"]


def test_a_layer_of_the_block_comes_before_an_argument_of_that_name() -> None:
    own = "  own:\n    args: {expand: 6}\n    layers: [{conv: expand, kernel: 1, name: expand}, {concat: [expand, input]}]\n"
    assert net(own, "{own: 5, name: o}")["o/concat"].output.channels == 5 + 3


def test_outputs_have_names_behind_the_block_and_at_the_next() -> None:
    table = net(PAIR, "{start: , name: s}, {pairs: , name: p, repeat: 3}, {concat: [s/high, p/high, p/2/high]}")
    assert read_by(table, "p/1/a") == ["s/full"]
    assert read_by(table, "p/3/a") == ["p/2/a"]
    assert read_by(table, "p/3/b") == ["p/2/b"]
    assert read_by(table, "concat") == ["s/full", "p/3/a", "p/2/a"]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("{start: , name: s}, {pair: , name: p}, {pairs: , name: q}",
         "q/a: the input has no output 'high' (available: a, b)"),
        ("{conv: 4, kernel: 1}, {pairs: , name: q}",
         "q/a: the input comes from a block without named outputs, and has no 'high' "
         "(name them with outputs: in the block before)"),
        ("{up: 4, skip: nowhere, name: u}", "u/concat: unknown layer 'nowhere'"),
        ("{up: 4, skip: [input, input], name: u}",
         "u/concat: shapes 3×32×32 and 4×64×64 do not match (height 32 and 64) "
         "(input is 3×32×32; input is 3×32×32; u/up outputs 4×64×64)"),
        ("{up: 4, skip: {a: 1}, name: u}", "u: skip: expected the name of a layer, or a list of names "
         "(for example skip: conv1)"),
        ("{up: 4, name: u}",  ": up requires the argument skip (arguments of up: width, skip)"),
    ],
)  # fmt: skip
def test_ends_that_do_not_meet(layers: str, message: str) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        net(UP + PAIR, layers)
    (mistake,) = caught.value.mistakes
    hint = f" ({mistake.hint.splitlines()[0]})" if mistake.hint else ""
    assert f"{mistake.path}: {mistake.message}{hint}" == message


@pytest.mark.parametrize("outputs", ["3", "{a: [b]}", "{a: {b: c}}", "{}", "{a: }"])
def test_outputs_are_names(outputs: str) -> None:
    with pytest.raises(archcalc.SpecError, match="outputs of block 'b': expected a mapping of names to layers, or a l"):
        archcalc.loads(f"{{input: 3x8x8, blocks: {{b: {{layers: [relu], outputs: {outputs}}}}}, layers: [b]}}")


def test_an_output_that_is_no_layer_is_refused_where_it_is_written() -> None:
    with pytest.raises(
        archcalc.SpecError, match=r"^<text>:1:58: b: unknown layer 'rel'\n(.*\n)*  did you mean relu\?$"
    ):
        archcalc.loads("{input: 3x8x8, blocks: {b: {layers: [relu], outputs: {a: rel}}}, layers: [b]}").analyze()


def test_what_a_layer_reads_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = "[{conv: 3, kernel: 1, name: a}, relu, {add: [a, relu, input], name: s}]"
    table = archcalc.load(spec).analyze("3x8x8")
    assert [table.reads(row) for row in table] == [("input",), ("a",), ("a", "relu", "input")]
    layers = json_of("show", spec, "--input", "3x8x8")["layers"]
    assert [layer["reads"] for layer in layers] == [["input"], ["a"], ["a", "relu", "input"]]
    assert (
        'add,"[[3, 8, 8], [3, 8, 8], [3, 8, 8]]","a, relu, input",3x8x8'
        in call("show", spec, "--input", "3x8x8", "--format", "csv").out
    )
    monkeypatch.setenv("COLUMNS", "100")
    assert "a, relu, input" in call("show", spec, "--input", "3x8x8", "--columns", "+reads").out


def test_an_argument_that_names_a_layer_is_set_from_outside() -> None:
    text = f"input: 3x32x32\nblocks:\n{UP}\nlayers: [{{conv: 8, kernel: 1, name: a}}, {{conv: 5, kernel: 1, name: b}}, {{maxpool: 2}}, {{up: 4, skip: a, name: u}}]"
    net_ = archcalc.loads(text)
    assert read_by(net_.analyze(), "u/concat") == ["a", "u/up"]
    assert read_by(net_.analyze(options={"u": {"skip": "b"}}), "u/concat") == ["b", "u/up"]
