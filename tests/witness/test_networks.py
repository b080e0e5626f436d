"""Whole networks against torchvision: layer by layer, on the meta device."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

import archcalc
from archcalc.specfile.shipped import entries
from archcalc.studies.checking.witness import Module, compare
from tests.cli.calls import call, json_of
from tests.house.test_json import SCHEMAS

pytestmark = pytest.mark.torch

NAMES = [entry.name for entry in entries() if entry.name.startswith("torchvision/")]


@pytest.fixture(scope="session")
def door(torchvision: Any) -> Any:  # noqa: ARG001 - it has to be there
    """The door to torchvision."""
    return pytest.importorskip("archcalc.importers.torchvision")


@pytest.mark.parametrize("name", NAMES)
def test_torchvision_builds_the_same_layers(name: str, door: Any) -> None:
    table = archcalc.load(name).analyze()
    found = compare(table, door.modules(table), door.version())
    assert found.holds, (found.ours, found.theirs)
    assert found.compared > 10


def test_all_of_torchvisions_classifiers_segmenters_and_videos_are_shipped(torchvision: Any) -> None:
    models = torchvision.models
    classifiers = set(models.list_models(module=models))
    segmenters = set(models.list_models(module=models.segmentation))
    shipped = {name.removeprefix("torchvision/") for name in NAMES}
    assert (len(classifiers), len(segmenters)) == (80, 6)
    assert classifiers | segmenters <= shipped
    assert set(models.list_models(module=models.video)) <= shipped


def test_the_command_compares_and_shows_the_first_difference(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("verify", "torchvision/vgg11", "--torch").code == 0
    real = door.modules

    def changed(table: Any) -> list[Module]:
        return [m._replace(output=(1,)) if m.path == "features.3" else m for m in real(table)]

    monkeypatch.setattr(door, "modules", changed)
    done = call("verify", "torchvision/vgg11", "torchvision/resnet18", "--torch")
    assert (done.code, done.err) == (1, "")
    assert "torchvision/vgg11: first difference" in done.out
    assert "1 of 2 networks agree" in done.out


def test_a_network_that_torchvision_does_not_build_is_a_usage_error(door: Any) -> None:  # noqa: ARG001
    done = call("verify", "resnet18", "--torch")
    assert (done.code, done.out) == (2, "")
    assert "unknown network 'resnet18' in torchvision" in done.err


def test_the_record_says_how_many_layers_agree(door: Any) -> None:
    found = json_of("verify", "torchvision/alexnet", "--torch")
    jsonschema.validate(found, SCHEMAS["verify-torch"])
    (entry,) = found["networks"]
    assert entry == {
        "network": "torchvision/alexnet",
        "against": door.version(),
        "layers": entry["layers"],
        "holds": True,
    }
    assert entry["layers"] == 19


def test_inception_works_from_75_and_its_training_from_299(torch: Any, torchvision: Any) -> None:
    with torch.device("meta"):
        net = torchvision.models.inception_v3(init_weights=False)
        for size, training, works in ((75, False, True), (74, False, False), (299, True, True), (298, True, False)):
            images = torch.empty(2, 3, size, size)
            if works:
                net.train(training)(images)
            else:
                with pytest.raises(RuntimeError):
                    net.train(training)(images)
