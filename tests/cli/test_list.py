"""`archcalc list`."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.measures.quantities import values
from archcalc.specfile.shipped import entries
from tests.cli.calls import FORMATS, call, json_of


@pytest.mark.long  # in a checkout, all of them are computed
def test_every_network_is_listed() -> None:
    found = json_of("list")["networks"]
    assert {network["name"] for network in found} == {entry.name for entry in entries()}
    assert found == json_of("list")["networks"]  # as noted by the run before


def test_a_network_is_listed_with_its_figures() -> None:
    assert json_of("list", "--family", "alexnet")["networks"][0] == {
        "name": "alexnet", "title": "AlexNet", "year": "2012", "family": "alexnet",
        **values(archcalc.load("alexnet").analyze()),
    }  # fmt: skip


def test_networks_are_kept_by_family_and_size() -> None:
    found = json_of("list", "--family", "vgg", "--max-params", "134M", "--sort", "params")["networks"]
    assert {network["family"] for network in found} == {"vgg"}
    assert [network["params"] for network in found] == sorted(network["params"] for network in found)
    assert max(network["params"] for network in found) == 133_638_952  # vgg16-c
    within = json_of("list", "--family", "vgg", "--max-macs", "8G")["networks"]
    assert {network["name"] for network in within} >= {"vgg11", "torchvision/vgg11"}
    assert max(network["macs"] for network in within) <= 8_000_000_000


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    code, out, err = call("list", "--family", "alexnet", "--format", name)
    assert (code, err) == (0, "")
    assert "alexnet-one-tower" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--family", "resnt"), "unknown family 'resnt'\n  did you mean resnet"),
        (("--max-params", "few"), "--max-params: invalid number 'few'\n  for example "),
        (("--max-macs", "few"), "--max-macs: invalid number 'few'\n  for example "),
        (("--sort", "zzzzzz"), "cannot sort by 'zzzzzz'\n  available: name, title, family, year, params, weights"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = call("list", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_what_cannot_be_is_refused_before_networks_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout all of them would be, for half a minute."""
    monkeypatch.setattr("archcalc.cli.list._networks", lambda: pytest.fail("networks are computed"))
    for option in ("--sort", "--max-params", "--max-macs", "--format"):
        assert call("list", option, "zzzzzz").code == 2
    assert call("list", "-o", "list.zzzzzz").err.startswith("error: unknown output format '.zzzzzz'")
    assert call("list", "--format", "xlsx").err.startswith("error: a spreadsheet cannot be written to standard output")
