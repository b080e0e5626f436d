"""What other tools get wrong is right here: every row of :mod:`tests.layers.traps`, and what no one number tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.quantities.counts import convert
from tests.layers.traps import ALEXNET, HEADS, MACS, PARAMS, SIZES, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int
    from tests.layers.traps import Trap

QUANTITIES: dict[str, tuple[list[Trap], Callable[[Table], Int]]] = {
    "macs": (MACS, lambda table: table.totals.macs),
    "params": (PARAMS, lambda table: table.totals.params),
    "size": (SIZES, lambda table: table.output.sizes[-1]),
}


def _table(spec: str) -> Table:
    return (archcalc.loads(spec) if "input:" in spec else archcalc.load(spec)).analyze()


@pytest.mark.parametrize(
    ("quantity", "trap"),
    [
        pytest.param(quantity, trap, id=f"{quantity}: {trap.what}")
        for quantity, (traps, _) in QUANTITIES.items()
        for trap in traps
    ],
)
def test_what_others_get_wrong_is_right(quantity: str, trap: Trap) -> None:
    counted = QUANTITIES[quantity][1](_table(trap.spec))
    assert counted == trap.right
    assert trap.wrong
    assert counted not in trap.wrong.values()


def test_attention_without_its_last_projection_is_more_than_its_first() -> None:
    # fvcore 0.1.5, ptflops 0.7.5, thop 0.1.1 and torch 2.13 leave scaled_dot_product_attention out: 614,400.
    queries_keys_values = _table(one("TF 50x64", "{linear: 192, bias: false}")).totals.macs
    last = _table(one("TF 50x64", "{linear: 64, bias: false}")).totals.macs
    assert queries_keys_values == 614_400
    assert _table(HEADS).totals.macs - last == 934_400


def test_the_heads_of_training_stand_apart() -> None:
    # thop 0.1.1 and torchsummary 1.5.1 leave them out of what torchvision counts, others add them to everything.
    totals = _table("googlenet").totals
    assert (totals.params, totals.params + totals.train_only.params) == (6_998_552, 13_378_280)


def test_the_values_of_vgg_are_what_its_rows_sum_to() -> None:
    # CS231n's table of VGG-16 says 24M (cs231n/cs231n.github.io#88); the image and its own rows have 15.2M.
    table = _table("vgg16")
    assert table.totals.counts.activations + table.inputs["input"].elements == 15_237_608


def test_a_mac_is_two_flops() -> None:
    # Tools that print MACs as FLOPs: Lyken17/pytorch-OpCounter#184, sovrasov/flops-counter.pytorch#40, fvcore#77.
    assert convert(_table(ALEXNET).totals.macs, "flops") == 1_428_376_960


def test_buffers_stand_apart() -> None:
    # sksq96/pytorch-summary#87, keras "Non-trainable params".
    counts = _table(one("8x4x4", "batchnorm")).totals.counts
    assert (counts.params, counts.trainable, counts.buffers) == (16, 16, 16)
