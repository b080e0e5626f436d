"""The official networks of Caffe, layer by layer: against Caffe's rules written down again, and our own specs.

The files are not part of the project: ``CAFFE_NETWORKS`` is a folder of them, each with a name of ``NETWORKS``.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.services.opening import load
from tests.witness.caffe_rules import network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row, Table
    from tests.witness.caffe_rules import CaffeRow

pytestmark = pytest.mark.peers
FOLDER = Path(os.environ.get("CAFFE_NETWORKS", ""))

NETWORKS = {
    "alexnet": 60_965_224, "caffenet": 60_965_224, "googlenet": 6_998_552, "rcnn": 57_687_624, "flickr_style": 56_950_164,
    "vgg16": 138_357_544, "vgg19": 143_667_240, "nin": 7_595_176, "resnet50": 25_557_096, "resnet101": 44_549_160,
    "resnet152": 60_192_808, "squeezenet1_0": 1_248_424, "squeezenet1_1": 1_235_496, "fcn32s": 136_152_917,
    "fcn16s": 134_815_994, "fcn8s": 134_489_759, "lenet": 431_080, "cifar10_quick": 145_578, "cifar10_full": 89_578,
}  # fmt: skip
"""The parameters of each by the rules, so that the rules cannot change with the importer."""

OPEN = {"fcn16s": (3, 500, 500), "fcn32s": (3, 500, 500)}
"""The size of the data where a file leaves it to a layer of Python."""

SPECS = {
    "alexnet": "alexnet", "caffenet": "caffenet", "googlenet": "googlenet", "vgg16": "vgg16", "vgg19": "vgg19",
    "resnet50": "resnet50", "resnet101": "resnet101", "resnet152": "resnet152", "squeezenet1_0": "squeezenet-1.0",
    "squeezenet1_1": "squeezenet-1.1", "fcn32s": "fcn32s", "fcn16s": "fcn16s", "fcn8s": "fcn8s",
}  # fmt: skip
"""Our own spec of the same network."""


def text_of(name: str) -> str:
    """Return a file, or skip the test."""
    path = FOLDER / f"{name}.prototxt"
    if "CAFFE_NETWORKS" not in os.environ or not path.is_file():
        pytest.skip("CAFFE_NETWORKS is not a folder with this network")
    return path.read_text(encoding="utf-8")


def table_of(name: str) -> Table:
    """Return the table of a file."""
    text_of(name)
    return load(str(FOLDER / f"{name}.prototxt"), ["x".join(map(str, OPEN[name]))] if name in OPEN else []).analyze()


def merged(rows: list[CaffeRow]) -> Iterator[CaffeRow]:
    """Yield layers; a batch norm has the parameters of the scale after it, which is no row of its own."""
    for place, row in enumerate(rows):
        after = rows[place + 1] if place + 1 < len(rows) else None
        if row.kind == "batchnorm" and after is not None and after.kind == "scale":
            yield row._replace(params=after.params)
        elif row.kind != "scale" or place == 0 or rows[place - 1].kind != "batchnorm":
            yield row


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_what_caffe_makes_of_it(name: str) -> None:
    theirs, found = list(merged(network(text_of(name), OPEN.get(name)))), table_of(name)
    rows = {row.path: row for row in found}
    ours: list[Any] = [(one.name, rows[one.name].output.sizes, rows[one.name].params, rows[one.name].macs)
                       for one in theirs if one.name in rows]  # fmt: skip
    assert ours == [(one.name, one.sizes, one.params, one.macs) for one in theirs if one.name in rows]
    missing = {one.kind for one in theirs if one.name not in rows}
    assert not missing
    assert found.totals.params == sum(one.params for one in theirs) == NETWORKS[name]


WEIGHTED = ("conv", "linear", "conv_transpose", "batchnorm", "depthwise_conv")


def shapes(table: Table) -> Counter[tuple[Any, ...]]:
    """Return the layers with weights: kind, output, parameters and MACs."""
    return Counter(described(row) for row in table if row.kind in WEIGHTED and not row.train_only)


def described(row: Row) -> tuple[Any, ...]:
    """Return what is compared of a layer."""
    return row.kind, str(row.output), row.params, row.macs


@pytest.mark.parametrize("name", SPECS)
def test_our_own_spec_differs_only_where_it_says_so(name: str) -> None:
    ours, theirs = shapes(archcalc.load(SPECS[name]).analyze()), shapes(table_of(name))
    assert (sorted(map(str, theirs - ours)), sorted(map(str, ours - theirs))) == DIFFERENT.get(name, ([], []))


def upsampled(*rows: tuple[int, int, int]) -> tuple[list[str], list[str]]:
    """Return transposed convolutions, which the file counts as parameters and our spec as fixed weights."""
    found = [sorted(str(("conv_transpose", f"21×{side}×{side}", count * part, macs)) for side, count, macs in rows)
             for part in (1, 0)]  # fmt: skip
    return found[0], found[1]


DIFFERENT: dict[str, tuple[list[str], list[str]]] = {
    # The file of ResNet-50 has a bias in conv1, those of the deeper ones and the paper have none.
    "resnet50": (["('conv', '64×112×112', 9472, 118013952)"], ["('conv', '64×112×112', 9408, 118013952)"]),
    # conv10 of version 1.0 has a padding of 1 in the file, so that its map is 15×15; in the paper it is 13×13.
    "squeezenet1_0": (["('conv', '1000×15×15', 513000, 115200000)"], ["('conv', '1000×13×13', 513000, 86528000)"]),
    # Bilinear upsampling: weights with lr_mult: 0 in the file, fixed weights in our specs.
    "fcn32s": upsampled((544, 1_806_336, 462_422_016)),
    "fcn16s": upsampled((34, 7_056, 1_806_336), (560, 451_584, 522_031_104)),
    "fcn8s": upsampled((34, 7_056, 1_806_336), (70, 7_056, 8_156_736), (568, 112_896, 553_190_400)),
}
"""What only the file has, and what only our spec has, with the reason."""


def test_rcnn_has_the_parameters_of_our_spec_and_the_macs_of_one_region() -> None:
    found, own = table_of("rcnn"), archcalc.load("rcnn-ilsvrc13").analyze()
    assert found.totals.params == own.totals.params
    assert 2000 * found.totals.macs == own.totals.macs
