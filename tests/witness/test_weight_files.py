"""Files that torch and safetensors write: the same tensors are read from them as these packages read."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.importers.weights import read
from archcalc.quantities.stored import StoredTensor, StoredWeights
from archcalc.studies.checking.tensor_matching import Basis
from archcalc.studies.checking.weights import compare_weights

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.torch

MODELS = ["resnet18", "maxvit_t", "mobilenet_v2", "squeezenet1_0", "vit_b_16", "swin_t", "convnext_tiny", "densenet121"]
TYPES = [
    "float32", "float64", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "int8", "uint8", "int16", "int32",
    "int64", "uint16", "bool", "complex64",
]  # fmt: skip


@pytest.fixture(scope="session")
def safetensors(torch: Any) -> Any:  # noqa: ARG001 - it needs PyTorch
    """The package safetensors, for PyTorch."""
    return pytest.importorskip("safetensors.torch")


def state(model: str, torch: Any, torchvision: Any) -> dict[str, Any]:
    """Return the state dict of a model, without values that were drawn."""
    with torch.device("meta"):
        built = torchvision.models.get_model(model)
    return {key: torch.empty(value.shape, dtype=value.dtype) for key, value in built.state_dict().items()}


def facts(tensors: dict[str, Any]) -> dict[str, tuple[tuple[int, ...], str]]:
    """Return dimensions and number types of PyTorch's tensors."""
    return {name: (tuple(value.shape), str(value.dtype).removeprefix("torch.")) for name, value in tensors.items()}


def ours(path: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    """Return dimensions and number types of a file's tensors, as they are read here."""
    return {tensor.name: (tensor.dims, tensor.dtype) for tensor in read(str(path)).tensors}


@pytest.mark.parametrize("model", MODELS)
def test_models_of_torchvision_are_read_and_paired(
    model: str, torch: Any, torchvision: Any, safetensors: Any, tmp_path: Path
) -> None:
    tensors = state(model, torch, torchvision)
    safetensors.save_file(tensors, tmp_path / "w.safetensors")
    torch.save(tensors, tmp_path / "w.pt")
    assert ours(tmp_path / "w.safetensors") == ours(tmp_path / "w.pt") == facts(tensors)
    table = archcalc.load(f"torchvision/{model}").analyze()
    for name in ("w.safetensors", "w.pt"):
        report = compare_weights(table, read(str(tmp_path / name)))
        assert report.holds
        paired = [tensor.name for pairing in report.pairings for tensor in pairing.theirs]
        assert Counter(paired).most_common(1)[0][1] == 1
        assert len(paired) + sum(report.besides.values()) == len(tensors)


@pytest.mark.parametrize("dtype", TYPES)
def test_number_types_and_bytes(dtype: str, torch: Any, safetensors: Any, tmp_path: Path) -> None:
    given = {"a": torch.zeros(3, 5).to(getattr(torch, dtype)), "b": torch.zeros(()).to(getattr(torch, dtype))}
    safetensors.save_file(given, tmp_path / "w.safetensors")
    torch.save(given, tmp_path / "w.pt")
    torch.save(given, tmp_path / "l.pt", _use_new_zipfile_serialization=False)
    for name in ("w.safetensors", "w.pt", "l.pt"):
        assert ours(tmp_path / name) == facts(given)
        found = read(str(tmp_path / name))
        assert [t.bytes for t in found.tensors] == [given[t.name].nbytes for t in found.tensors]


def test_four_bits(torch: Any, safetensors: Any, tmp_path: Path) -> None:
    safetensors.save_file(
        {"a": torch.zeros(4, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)}, tmp_path / "w.safetensors"
    )
    (found,) = read(str(tmp_path / "w.safetensors")).tensors
    assert (found.dims, found.bytes) == ((8,), 4)


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_modules_checkpoints_and_tied_weights(zipped: bool, torch: Any, tmp_path: Path) -> None:  # noqa: FBT001
    model = torch.nn.Sequential(torch.nn.Embedding(10, 4), torch.nn.LSTM(4, 3), torch.nn.Linear(4, 10, bias=False))
    model[2].weight = model[0].weight
    optimizer = torch.optim.Adam(model.parameters())
    checkpoint = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    for name, content in (("module.pt", model), ("checkpoint.pt", checkpoint)):
        torch.save(content, tmp_path / name, _use_new_zipfile_serialization=zipped)
    whole = read(str(tmp_path / "module.pt"))
    assert {t.name for t in whole.tensors} == model.state_dict().keys()
    assert whole.ties == {"2.weight": "0.weight"}
    assert whole.elements == sum(parameter.numel() for parameter in model.parameters())
    assert {t.name for t in read(str(tmp_path / "checkpoint.pt")).tensors} == {f"model.{k}" for k in model.state_dict()}


def test_quantized_sliced_and_meta_tensors(torch: Any, tmp_path: Path) -> None:
    base = torch.zeros(6, 4)
    given = {"part": base[1:3, ::2], "turned": base.t(), "row": base[5], "meta": torch.zeros(7, device="meta")}
    torch.save(given, tmp_path / "w.pt")
    assert ours(tmp_path / "w.pt") == facts(given)
    assert read(str(tmp_path / "w.pt")).ties == {}


def test_parts_of_a_model_of_transformers(transformers: Any, tmp_path: Path) -> None:
    config = transformers.LlamaConfig(
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=128,
        vocab_size=256,
    )
    model = transformers.LlamaForCausalLM(config)
    model.save_pretrained(tmp_path, max_shard_size="100KB")
    found = read(str(tmp_path / "model.safetensors.index.json"))
    assert found.files > 1
    assert found.remarks == ()
    assert {t.name: t.dims for t in found.tensors} == {k: tuple(v.shape) for k, v in model.state_dict().items()}
    arguments = {"width": 64, "depth": 3, "heads": 4, "kv_heads": 2, "hidden": 128, "vocabulary": 256}
    report = compare_weights(archcalc.load("llama-2-7b").analyze("8", arguments), found)
    assert report.holds
    assert Basis.PIECES not in {pairing.basis for pairing in report.pairings}


def test_what_safetensors_leaves_out_of_a_tied_model_is_said(torch: Any, safetensors: Any, tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Embedding(10, 4), torch.nn.Linear(4, 10, bias=False))
    model[1].weight = model[0].weight
    safetensors.save_model(model, str(tmp_path / "w.safetensors"))
    found = read(str(tmp_path / "w.safetensors"))
    assert (found.elements, found.left_out) == (40, {"1.weight": "0.weight"})


def test_layers_are_paired_with_the_modules_that_run_in_their_place(torchvision: Any) -> None:  # noqa: ARG001
    door = import_module("archcalc.importers.torchvision")
    table = archcalc.load("torchvision/resnet50").analyze()
    modules = [module.path for module in door.modules(table) if module.params]
    with door.Weightless():
        model = door.build("torchvision/resnet50", (3, 224, 224)).to("meta")
    shapes = sorted((name, tuple(value.shape)) for name, value in model.state_dict().items())
    stored = tuple(StoredTensor(name, dims, "float32") for name, dims in shapes)
    report = compare_weights(table, StoredWeights("w", "safetensors", stored))
    paired = {pairing.ours[0].path: pairing.theirs[0].name.rpartition(".")[0] for pairing in report.pairings}
    assert [paired[row.path] for row in table if row.tensors] == modules
