"""The JSON of all commands against its published schemas: no key is missing, and none is undescribed."""

from __future__ import annotations

import json
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.cli.calls import call
from tests.house.plan import ROOT
from tests.importers.weight_files import safetensors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs" / "schemas").glob("*.json")
}
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")

TABLES = {
    "some.yaml": "network: alexnet\nlayers:\n  conv1: {output: 54x54x96, params: '34,848'}\n  fc8: {params: 4.1M}\n  fc7: {params: x}\n",
    "net.yaml": "input: 784\nlayers:\n- {linear: 128, name: hidden}\n- relu\n- {linear: 10, name: fc}\n",
    "right.yaml": "network: alexnet\nlayers:\n  conv1: {output: 55x55x96, params: '34,944'}\n",
}

WEIGHTS = safetensors(
    {"hidden.weight": ("F32", [128, 784]), "hidden.bias": ("F32", [128]), "fc.weight": ("F32", [100, 128])}
)

OF_PYTORCH = ("verify-torch",)
"""Schemas of what needs PyTorch (tests/witness/test_networks.py)."""

CALLS = {
    "show": ["alexnet", "googlenet", "unet", "gpt2", "siamese", "wavenet",
             "inception-reduced", "wavenet --set stacks=1 --set doublings=2", "fast-rcnn", "alexnet --input 3xHxW", "vgg16 --freeze conv*",
             "alexnet --memory", "gpt2 --memory --context 100", "gpt2 --decode", "swin_t", "lenet5", "seq2seq"],
    "show-style": ["alexnet --style keras", "alexnet --style torchinfo", "alexnet --style torchsummary", "alexnet --style cs231n"],
    "explain": ["alexnet", "googlenet 3a", "alexnet conv1 --input 3xHxW", "gpt2 h/1"],
    "explain-topic": ["1x1", "batchnorm", "bottleneck"],
    "rf": ["alexnet", "googlenet --paths", "unet", "gpt2", "vgg16 --dialect jump"],
    "rf-unit": ["vgg16 conv3_3", "vgg16 conv3_3 --unit 10,12", "vgg16 conv3_3 --pixel 3,4"],
    "diff": ["vgg16 googlenet", "resnet50 torchvision/resnet50", "alexnet vgg16 resnet50", "alexnet resnet50 --input 3xHxW",
             "resnet50 torchvision/resnet50 --fail-on 'macs > +5%'"],
    "solve": ["O=55,I=227,K=11,S=4", "I=224,O=112", "I=7,O=14,S=2 --kind conv_transpose"],
    "solve-network": ["lenet5-modern S4=5x5", "alexnet --clean --min", "unet --fits", "alexnet fc6.in_features", "resnet50 'params <= 10M' --vary base",
                      "resnet50 'macs <= 300M'", "lenet5-modern 'macs <= 1M'", "alexnet 'conv5.rf >= 200' --vary conv2.kernel"],
    "show-tensors": ["model.safetensors"],
    "verify-weights": ["net.yaml --weights model.safetensors"],
    "verify": ["alexnet", "googlenet vgg16", "resnet50 --all"],
    "reconcile": ["torchvision/vit_b_16 --as torchinfo", "resnet18 --as fvcore"],
    "list": ["--family lenet"],
    "kinds": ["", "conv", "--all"],
    "worksheet": ["alexnet", "vgg16 --key", "vgg16 --seed 3", "siamese", "googlenet --ask rf,macs"],
    "check": ["some.yaml", "right.yaml --strict"],
    "check-summary": ["some.yaml right.yaml --summary"],
    "lint": ["alexnet", "tcn --all", "resnet50 fcn8s --select all"],
    "lint-rules": ["--rules"],
    "sweep": ["resnet18 --vary base=32..64:16 --keep 'macs <= 2G'", "alexnet --vary classes=10,100 --pareto macs,params"],
}  # fmt: skip
"""Calls of the command that a schema begins with the name of."""


DEAR = ("wavenet", "googlenet", "resnet50 'macs <= 300M'")
"""Calls of `show` and `solve` that take half a second; smaller networks write what they do."""


def cases() -> Iterator[Any]:
    """Yield the calls with the names of their schemas."""
    for name, calls in CALLS.items():
        for one in calls:
            is_dear = one in DEAR and name in ("show", "solve-network")
            yield pytest.param(name, one, marks=[pytest.mark.long] * is_dear)


@cache
def validator(name: str) -> Any:  # noqa: ANN401 - jsonschema's own type
    """Return the validator of a schema, which test_a_schema_is_valid_and_describes_every_key finds valid."""
    return jsonschema.Draft202012Validator(SCHEMAS[name])


@pytest.mark.parametrize(("name", "call_"), [*cases()])
def test_what_a_command_writes_is_what_its_schema_says(
    name: str, call_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file, text in TABLES.items():
        (tmp_path / file).write_text(text)
    (tmp_path / "model.safetensors").write_bytes(WEIGHTS)
    done = call(name.partition("-")[0], *shlex.split(call_), "--format", "json")
    assert done.code in (0, 1), done.err
    assert [error.message for error in validator(name).iter_errors(json.loads(done.out))] == []


def properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = list(schema.get("properties", {}).items())
    inner = [value for _, value in found] + schema.get("anyOf", [])
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return found + [pair for one in inner for pair in properties(one)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_describes_every_key(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert [key for key, value in properties(SCHEMAS[name]) if not value.get("description")] == []
    assert SCHEMAS[name]["properties"]["schema_version"]["const"] == 1


def test_every_schema_is_tested_and_on_the_page() -> None:
    assert set(SCHEMAS) == {*CALLS, *OF_PYTORCH}
    assert [name for name in SCHEMAS if f"schemas/{name}.json" not in PAGE] == []
