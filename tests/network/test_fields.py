"""Receptive fields of shipped networks against published ones.

Sources: Araujo, Norris & Sim 2019, doi:10.23915/distill.00021, and the tables of the authors' library (AlexNet there
is padded otherwise, so only size and stride are compared); ResNet v1.5 and GoogLeNet were counted independently.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.quantities.reach import Reach
from archcalc.studies.receptive.fields import partings
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "path", "size", "stride"),
    [
        ("alexnet", "pool5", 195, 32),
        ("vgg16", "pool5", 212, 32),
        ("resnet50", "conv5_x/3/add", 483, 32),
        ("resnet101", "conv5_x/3/add", 1027, 32),
        ("resnet152", "conv5_x/3/add", 1507, 32),
        ("torchvision/resnet50", "conv5_x/3/add", 427, 32),
        ("torchvision/resnet101", "conv5_x/3/add", 971, 32),
        ("torchvision/resnet152", "conv5_x/3/add", 1451, 32),
        ("googlenet", "5b/concat", 715, 32),
        ("googlenet", "pool5", 907, 32),
    ],
)
def test_the_field_is_the_published_one(name: str, path: str, size: int, stride: int) -> None:
    axes = archcalc.load(name).analyze()[path].reach.axes
    assert axes is not None
    assert {(axis.size, axis.stride) for axis in axes} == {(size, stride)}


def test_the_effective_padding_of_vgg_is_90() -> None:
    axes = archcalc.load("vgg16").analyze()["pool5"].reach.axes
    assert axes is not None
    assert [axis.padding for axis in axes] == [90, 90]


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet50"])
def test_what_follows_the_last_map_reads_all(name: str) -> None:
    assert archcalc.load(name).analyze().rows[-1].reach == Reach(None, everything=True)


def test_every_merge_of_a_residual_network_is_aligned() -> None:
    assert all(row.reach.aligned for row in archcalc.load("resnet50").analyze())


@pytest.mark.parametrize(
    ("name", "path", "size", "padding"),
    [
        ("inception_v3", "Mixed_7c/concat", 1311, 618),
        ("fcn-alexnet", "score", 355, 100 + 64),
        ("fcn-vgg16", "trunk/score_fr", 404, 189),
    ],
)
def test_deeper_networks_have_the_published_fields(name: str, path: str, size: int, padding: int) -> None:
    axes = archcalc.load(name).analyze()[path].reach.axes
    assert axes is not None
    assert {(axis.size, axis.stride, axis.padding) for axis in axes} == {(size, 32, padding)}


@pytest.mark.parametrize(
    ("name", "file", "size", "padding"),
    [
        ("mobilenet_v1", "mobilenet_v1", 315, 126),
        ("mobilenet_v1-0.75", "mobilenet_v1", 315, 126),
        ("resnet50", "resnet", 483, 239),
        ("resnet101", "resnet", 1027, 511),
        ("resnet152", "resnet", 1507, 751),
    ],
)
def test_padded_as_tensorflow_does_the_padding_is_the_published_one(
    name: str, file: str, size: int, padding: int, tmp_path: Path
) -> None:
    """The authors' library read TF-Slim's networks, which pad by `same`, but for ResNet's first layer."""
    text = (ROOT / "specs" / f"{file}.yaml").read_text(encoding="utf-8")
    (tmp_path / "net.yaml").write_text(re.sub("padding: (1|dilation)", "padding: same", text), encoding="utf-8")
    table = archcalc.load(f"{tmp_path / 'net.yaml'}#{name}").analyze()
    axes = [row.reach.axes for row in table if row.reach.axes][-1]
    assert {(axis.size, axis.stride, axis.padding) for axis in axes} == {(size, 32, padding)}


ONE = "{conv: 1, kernel: 1, stride: 4}"
PADDED = "{pad: [[1, 0], [1, 0]]}, {conv: 1, kernel: 3, stride: 2}, {conv: 1, kernel: 1, stride: 2}"
POOLED = "{pad: [[1, 0], [1, 0]]}, {maxpool: 3, stride: 2}, {maxpool: 1, stride: 2}"
SAME = "{conv: 1, kernel: 3, stride: 2, padding: same}"
GRAPHS = [
    # the graphs of the authors' unit tests: input, layers, and size, stride, padding of the output, or that paths part
    (32, f"add: {{left: [{ONE}], right: [{PADDED}]}}", (3, 4, 1)),
    (32, f"add: {{left: [{ONE}], right: [{POOLED}]}}", (3, 4, 1)),
    (8, "add: {left: [{pad: [[2, 1], [2, 1]]}, {conv: 1, kernel: 5, stride: 2}], right: [{conv: 1, kernel: 3, repeat: 2}]}", None),
    (9, f"add: {{left: [{ONE}], right: [{SAME}, {{conv: 1, kernel: 1, stride: 2}}]}}", (3, 4, 1)),
    (8, f"add: {{left: [{ONE}], right: [{SAME}, {{conv: 1, kernel: 1, stride: 2}}]}}", None),
    (32, f"add: {{left: [{{add: {{left: [{ONE}], right: [{PADDED}]}}}}, {{conv: 1, kernel: 1, stride: 2}}], "
         f"right: [{{add: {{left: [{ONE}], right: [{PADDED}]}}}}, {{pad: [[1, 0], [1, 0]]}}, {{conv: 1, kernel: 3, stride: 2}}]}}",
     (11, 8, 5)),
    (17, f"add: {{left: [{{add: {{left: [{ONE}], right: [{SAME}, {{conv: 1, kernel: 1, stride: 2}}]}}}}, {{conv: 1, kernel: 1, stride: 2}}], "
         f"right: [{{add: {{left: [{ONE}], right: [{SAME}, {{conv: 1, kernel: 1, stride: 2}}]}}}}, {SAME}]}}",
     (11, 8, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("size", "layer", "published"), GRAPHS)
def test_the_graphs_of_the_authors_unit_tests(size: int, layer: str, published: tuple[int, ...] | None) -> None:
    table = archcalc.loads(f"{{input: 1x{size}x{size}, layers: [{{{layer}}}]}}").analyze()
    reach = table.rows[-1].reach
    assert reach.aligned == (published is not None)
    assert bool(list(partings(table))) == (published is None)
    if published is not None:
        assert reach.axes is not None
        assert {(axis.size, axis.stride, axis.padding) for axis in reach.axes} == {published}


def test_rectangular_kernels_have_a_field_for_each_axis() -> None:
    layers = "[{conv: 1, kernel: [3, 5], stride: 2}, {conv: 1, kernel: [3, 1], stride: 2}]"
    axes = archcalc.loads(f"{{input: 1x32x32, layers: {layers}}}").analyze().rows[-1].reach.axes
    assert axes is not None
    assert [(axis.size, axis.stride, axis.padding) for axis in axes] == [(7, 4, 0), (5, 4, 0)]
