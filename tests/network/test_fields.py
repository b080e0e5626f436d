"""Receptive fields of shipped networks against published ones.

Sources: Araujo, Norris & Sim 2019, doi:10.23915/distill.00021, and the tables of the authors' library (AlexNet there
is padded otherwise, so only size and stride are compared); ResNet v1.5 and GoogLeNet were counted independently.
"""

from __future__ import annotations

import pytest

import archcalc
from archcalc.quantities.field import Reach


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
