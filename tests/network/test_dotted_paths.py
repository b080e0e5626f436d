"""Paths with dots for their slashes, as PyTorch writes them, wherever a command line names a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

NET = """
input: 3x32x32
layers:
  - layers:
      - layers:
          - {conv: 8, kernel: 3, padding: 1, name: conv1}
          - {batchnorm: , name: bn1}
        name: 0
    name: layer1
  - {conv: 4, kernel: 3, name: last}
"""


@pytest.fixture
def net(tmp_path: Path) -> str:
    """A network with a layer ``layer1/0/conv1``."""
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "--set", "{}.stride=2"),
        ("show", "--freeze", "{}"),
        ("diff", "{net}", "--set", "{}.filters=16"),
        ("rf", "{}"),
        ("rf", "{}", "--unit", "3,3"),
        ("explain", "{}"),
        ("explain", "{}", "--set", "{}.filters=16"),
        ("solve", "{}.params <= 500", "--vary", "{}.filters", "--range", "1..20"),
        ("solve", "{} = 16x16", "--vary", "{}.stride"),
        ("solve", "last.height = 14", "--vary", "{}.stride"),
    ],
)
def test_a_command_gives_the_same_with_dots(arguments: tuple[str, ...], net: str) -> None:
    outputs = []
    for path in ("layer1/0/conv1", "layer1.0.conv1"):
        command, *others = (text.replace("{net}", net).replace("{}", path) for text in arguments)
        done = call(command, net, *others)
        assert done.code in (0, 1), done.err
        outputs.append(done.out.replace("layer1.0.conv1", "PATH").replace("layer1/0/conv1", "PATH"))
    lines = [[line.split() for line in text.splitlines()] for text in outputs]
    assert lines[0] == lines[1]


def test_blocks_and_patterns_can_have_dots() -> None:
    network = archcalc.loads(NET)
    frozen = network.analyze(freeze=["layer1.*"]).totals.params
    assert frozen == network.analyze(freeze=["layer1/*"]).totals.params
    for pattern in ("layer1.*.conv1", "layer1.0", "**.conv1"):
        with_dots = network.analyze(freeze=[pattern])["layer1.0.conv1"]
        assert with_dots.counts.trainable == 0


def test_a_layer_with_dots_in_its_name_is_meant_first() -> None:
    layers = "[{conv: 8, kernel: 3, name: a.b}, {conv: 8, kernel: 3, name: c}]"
    table = archcalc.loads(f"{{input: 3x32x32, layers: {layers}}}").analyze(
        options={"a.b": {"stride": 2}}, freeze=["a.b"]
    )
    assert str(table["a.b"].output) == "8×15×15"
    assert (table["a.b"].counts.trainable, table["c"].counts.trainable != 0) == (0, True)


def test_dots_that_mean_two_layers_are_refused() -> None:
    network = archcalc.loads(
        "{input: 3x32x32, layers: [{conv: 8, kernel: 3, name: a.b}, {layers: [{conv: 8, kernel: 3, name: b}], name: a}]}"
    )
    with pytest.raises(archcalc.SpecError, match=r"'a\.b' is ambiguous: a\.b or a/b"):
        network.analyze(options={"a.b": {"stride": 2}})


def test_what_is_unknown_is_named_as_it_was_typed() -> None:
    network = archcalc.loads(NET)
    with pytest.raises(archcalc.SpecError, match=r"unknown layer 'layer1\.0\.conv9'"):
        network.analyze(options={"layer1.0.conv9": {"stride": 2}})
    with pytest.raises(archcalc.UsageError, match=r"'layer1\.0\.conv9' matches no layer"):
        network.analyze(freeze=["layer1.0.conv9"])
