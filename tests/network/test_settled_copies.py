"""Copies that repeat the one before them: what a repeat means is the list in which every copy is written by hand."""

from __future__ import annotations

import pytest

import archcalc
from archcalc import errors

COPIES = 5
KEEPS = "conv: 8, kernel: 3, padding: 1"


def text(*layers: str, blocks: str = "{}", size: str = "8x16x16") -> str:
    """Write a network of these layers."""
    return f"{{input: {size}, blocks: {blocks}, layers: [{', '.join(layers)}]}}"


def rows(network: str) -> list[tuple[object, ...]]:
    """Return what is known of each layer, but for its name, and what it reads."""
    table = archcalc.loads(network).analyze()
    nodes = [table.graph.nodes[row.node] for row in table]
    seen = [(row.kind, row.inputs, row.output, row.counts, row.reach, row.train_only) for row in table]
    return [(*row, node.inputs, node.owner) for row, node in zip(seen, nodes, strict=True)]


def each(layer: str) -> list[str]:
    """Write every copy by hand: `?` is its number from 0, `!` is the word for the last."""
    last = ["false"] * (COPIES - 1) + ["true"]
    return ["{" + layer.replace("?", str(index)).replace("!", last[index]) + "}" for index in range(COPIES)]


@pytest.mark.parametrize(
    ("repeated", "written"),
    [
        (KEEPS, each(KEEPS)),
        ("batchnorm: ", each("batchnorm: ")),
        ("maxpool: 3, stride: 1", each("maxpool: 3, stride: 1")),  # each is smaller than the one before it
        ("conv: 8 + index, kernel: 1", each("conv: 8 + ?, kernel: 1")),
        ("conv: 8 if not last else 4, kernel: 1", each("conv: 8 if not ! else 4, kernel: 1")),
        (f"conv: 8, kernel: {COPIES}, padding: copies // 2", each("conv: 8, kernel: 5, padding: 2")),
        ("conv: in_channels, kernel: 1", each("conv: 8, kernel: 1")),
        ("conv: 8, kernel: 1, groups: 2 if index == 3 else 1", each("conv: 8, kernel: 1, groups: 2 if ? == 3 else 1")),
        (
            "conv: 8, kernel: 1, first: {filters: 4, stride: 2}",
            ["{conv: 4, kernel: 1, stride: 2}", *each("conv: 8, kernel: 1")[1:]],
        ),
    ],
)
def test_they_are_what_the_list_written_by_hand_is(repeated: str, written: list[str]) -> None:
    copied = rows(text(f"{{{repeated}, repeat: {COPIES}, name: c}}", "flatten"))
    assert len(copied) == COPIES + 1
    assert copied == rows(text(*written, "flatten"))


def test_a_word_that_a_block_takes_is_its_own_in_every_copy() -> None:
    block = "{b: {args: {index: 2}, layers: [{conv: 8, kernel: 1, groups: index, repeat: 4}]}}"
    copies = rows(text("{b: 1}", blocks=block).replace("groups: index", "groups: 2 ** (index % 3)"))
    by_hand = [f"{{conv: 8, kernel: 1, groups: {2 ** (index % 3)}}}" for index in range(4)]
    assert copies == rows(text(*by_hand))


def test_every_copy_has_its_own_name_and_can_be_read() -> None:
    network = archcalc.loads(text(f"{{{KEEPS}, repeat: 5, name: c_#0}}", "{add: [c_1, c_3, c_4]}"))
    table = network.analyze()
    assert [row.path for row in table] == ["c_0", "c_1", "c_2", "c_3", "c_4", "add"]
    assert [table.graph.nodes[index].path for index in table.graph.nodes[-1].inputs] == ["c_1", "c_3", "c_4"]


def test_what_is_shared_or_set_from_outside_is_that_of_its_copy() -> None:
    shared = archcalc.loads(text(f"{{{KEEPS}, repeat: 5, share: true, name: c}}")).analyze()
    assert [row.shares for row in shared] == [None, "c/1", "c/1", "c/1", "c/1"]
    table = archcalc.loads(text(f"{{{KEEPS}, repeat: 5, name: c}}")).analyze(options={"c/4": {"bias": False}})
    assert [row.counts.biases for row in table] == [8, 8, 8, 0, 8]


def test_a_network_can_stop_at_any_of_them() -> None:
    for until in range(1, COPIES + 1):
        included = f"{{network: '{{input: 8x16x16, layers: [{{{KEEPS}, repeat: 5, name: c}}]}}', until: c/{until}}}"
        assert len(archcalc.loads(text(included)).analyze()) == until


def test_a_copy_too_many_is_refused_where_it_is_written() -> None:
    twice = text("{relu, name: c/4}", "{relu, repeat: 5, name: c}")
    with pytest.raises(errors.SpecError, match="two layers have the path 'c/4'") as refused:
        archcalc.loads(twice).analyze()
    assert refused.value.mistakes[0].path == "c/4"
