"""Pasted summaries against the models that were printed: PyTorch, torchvision, timm, torchinfo, torchsummary, Keras."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.services.opening import load
from archcalc.symbolic.expr import evaluate
from tests.witness.printed_texts import COLUMNS, HERE, of_keras, of_pytorch, printed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archcalc.network.network import Network

pytestmark = pytest.mark.filterwarnings("ignore")

VISION = (
    "alexnet", "vgg11", "vgg13", "vgg16_bn", "resnet18", "resnet34", "resnet50", "resnext50_32x4d", "densenet121", "squeezenet1_0",
    "googlenet", "inception_v3", "mobilenet_v2", "mobilenet_v3_large", "mnasnet1_0", "shufflenet_v2_x1_0",
    "efficientnet_b0", "efficientnet_v2_s", "regnet_y_400mf", "convnext_tiny", "vit_b_16", "swin_t", "maxvit_t",
)  # fmt: skip
TIMM = (
    "resnet50d", "seresnet50", "ese_vovnet19b_dw", "efficientnet_b0", "mobilenetv3_large_100", "convnext_atto",
    "vit_tiny_patch16_224", "mixer_s32_224", "resmlp_12_224", "dpn68", "dla34", "hrnet_w18_small", "rexnet_100",
    "ghostnet_100", "tf_efficientnet_lite0", "regnetx_002", "repvgg_a0", "darknet53", "cspresnet50",
    "swin_tiny_patch4_window7_224", "coatnet_0_rw_224",
)  # fmt: skip
APPLICATIONS = (
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet50V2", "DenseNet121", "DenseNet169", "MobileNet", "MobileNetV2",
    "MobileNetV3Small", "MobileNetV3Large", "EfficientNetB0", "EfficientNetB1", "EfficientNetV2B0", "EfficientNetV2S",
    "InceptionV3", "InceptionResNetV2", "Xception", "ConvNeXtTiny", "NASNetLarge",
)  # fmt: skip


def of_vision(torchvision: Any, name: str) -> Any:
    """Return a model of torchvision."""
    more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return getattr(torchvision.models, name)(**more).eval()


def pasted(folder: Path, text: str) -> Network:
    """Return the network of a text."""
    path = folder / "s.txt"
    path.write_text(text, encoding="utf-8")
    return load(str(path))


def own(model: Any) -> dict[str, int]:
    """Return the parameters that each module has itself, by its path; those that several share belong to the first."""
    return {
        name.replace(".", "/"): sum(tensor.numel() for tensor in module.parameters(recurse=False))
        for name, module in model.named_modules()
    }


def differences(model: Any, network: Network) -> Iterator[str]:
    """Yield the rows with another number of parameters than their module; unknown is none."""
    modules = own(model)
    for row in network.analyze():
        kind = network.spec.title
        path = row.path if row.path in modules else row.path.rpartition("/")[0]
        if isinstance(row.params, int) and row.params != modules[path]:
            yield f"{kind} {row.path}: {row.params} instead of {modules[path]}"


def unlisted(model: Any) -> int:
    """Return the parameters of modules that have modules within, and of classes that torch.nn does not have."""
    return sum(
        sum(tensor.numel() for tensor in module.parameters(recurse=False))
        for module in model.modules()
        if not type(module).__module__.startswith("torch.nn") or type(module).__name__ == "MultiheadAttention"
    )


@pytest.mark.torch
@pytest.mark.parametrize("name", VISION)
def test_a_printed_model_of_torchvision_has_the_parameters_of_its_modules(
    name: str, torchvision: Any, tmp_path: Path
) -> None:
    model = of_vision(torchvision, name)
    network = pasted(tmp_path, f"{model}\n")
    assert not list(differences(model, network))
    known = evaluate(network.analyze().totals.params, {"unknown": 0})
    total = sum(tensor.numel() for tensor in model.parameters())
    assert total - unlisted(model) <= known <= total


@pytest.mark.torch
@pytest.mark.parametrize("name", TIMM)
def test_a_printed_model_of_timm_has_the_parameters_of_its_modules(name: str, torchvision: Any, tmp_path: Path) -> None:
    assert torchvision
    model = pytest.importorskip("timm").create_model(name).eval()
    assert not list(differences(model, pasted(tmp_path, f"{model}\n")))


FAMILIES = ("GPT2", "Bert", "Roberta", "DistilBert", "Llama", "Mistral", "Qwen2", "Qwen3", "Gemma", "Gemma2", "Phi",
            "Phi3", "GPTNeoX", "OPT", "Bloom", "Whisper", "Falcon", "T5", "ViT", "Mixtral", "Swin", "ConvNext")  # fmt: skip
OUTSIDE = ("T5", "ViT", "Mixtral", "Swin", "ConvNext")
"""Families with shared weights, parameters outside of modules, or classes that are not known."""


@pytest.mark.torch
@pytest.mark.parametrize("family", FAMILIES)
def test_a_printed_model_of_transformers_has_the_parameters_of_its_modules(
    family: str, torch: Any, transformers: Any, tmp_path: Path
) -> None:
    with torch.device("meta"):
        model = transformers.AutoModel.from_config(getattr(transformers, f"{family}Config")())
    network = pasted(tmp_path, f"{model}\n")
    assert not list(differences(model, network))
    if family not in OUTSIDE:
        assert network.analyze().totals.params == sum(tensor.numel() for tensor in model.parameters())


@pytest.mark.torch
def test_a_printed_sequential_has_the_shapes_of_pytorch(torch: Any) -> None:
    from tests.witness.toys.printed import chain  # noqa: PLC0415

    model, shapes = chain(), []
    for module in model.modules():
        if not isinstance(module, torch.nn.Sequential):
            module.register_forward_hook(lambda _, __, out: shapes.append(tuple(out.shape[1:])))
    model(torch.zeros(1, 1, 28, 28))
    table = load(str(HERE / "print_chain.txt"), ["1x28x28"]).analyze()
    assert [row.output.sizes for row in table] == shapes


@pytest.mark.peers
@pytest.mark.parametrize("name", VISION)
def test_torchinfo(name: str, torchvision: Any, tmp_path: Path) -> None:
    """Its total and its rows; with all columns, also the MACs of convolutions, against those of the model itself."""
    torchinfo = pytest.importorskip("torchinfo")
    model = of_vision(torchvision, name)
    size = 299 if name == "inception_v3" else 224
    total = sum(tensor.numel() for tensor in model.parameters())
    options = {"input_size": (1, 3, size, size), "verbose": 0, "device": "cpu"}
    wide = {"depth": 12, "col_names": COLUMNS, "row_settings": ("var_names", "depth")}
    texts = [torchinfo.summary(model, **options), torchinfo.summary(model, **options, **wide)]
    networks = [pasted(tmp_path, f"{text}\n") for text in texts]
    assert [network.analyze().totals.params for network in networks] == [total, total]
    assert not [network.spec.note for network in networks if "printed, but" in (network.spec.note or "")]
    network = networks[-1]
    columns = {row.path: row.macs for row in network.analyze() if isinstance(row.macs, int)}
    model_itself = load(f"torch:torchvision.models:{name}", [f"3x{size}x{size}"]).analyze()
    traced = {row.path: row.macs for row in model_itself if row.kind == "conv"}
    assert {path: columns[path] for path in traced if path in columns} == {p: traced[p] for p in traced if p in columns}
    assert sum(path in columns for path in traced) > len(traced) // 2


@pytest.mark.peers
@pytest.mark.parametrize("name", [name for name in VISION if name not in ("densenet121", "vit_b_16")])
def test_torchsummary(name: str, torchvision: Any, tmp_path: Path) -> None:
    """Its own total, which lacks what it does not count: it fails for the other two."""
    torchsummary = pytest.importorskip("torchsummary")
    size = 299 if name == "inception_v3" else 224
    model = of_vision(torchvision, name)
    text = printed(lambda: torchsummary.summary(model, (3, size, size), device="cpu"))
    network = pasted(tmp_path, text)
    stated = next(line for line in text.splitlines() if line.startswith("Total params"))
    assert network.analyze().totals.params == int(stated.partition(":")[2].replace(",", ""))
    assert "printed, but" not in (network.spec.note or "")


@pytest.fixture(scope="module")
def keras(torch: Any) -> Any:  # noqa: ARG001 - Keras computes with it
    """Keras, or a skipped test where it is not installed."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


@pytest.mark.peers
@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize("columns", [80, 160])
def test_a_table_of_keras(name: str, columns: int, keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters, learned and not, also where names and types are cut."""
    monkeypatch.setenv("COLUMNS", str(columns))
    model = getattr(keras.applications, name)(weights=None)
    lines: list[str] = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    network = pasted(tmp_path, "\n".join(lines))
    table = network.analyze()
    buffers: Any = sum(row.counts.buffers for row in table)
    learned = sum(tensor.numel() for weight in model.trainable_weights for tensor in [weight.value])
    assert (table.totals.params, table.totals.params + buffers) == (learned, model.count_params())
    assert "printed, but" not in (network.spec.note or "")


@pytest.mark.peers
def test_the_texts_in_the_tests_are_what_the_tools_print(torch: Any) -> None:
    """Of the versions that are pinned; the line that pytest or a terminal adds is none of the tool."""
    assert torch
    if importlib.util.find_spec("torchinfo") and importlib.util.find_spec("torchsummary"):
        for name, text in of_pytorch():
            assert (HERE / f"{name}.txt").read_text(encoding="utf-8") == text, name


@pytest.mark.peers
def test_the_texts_of_keras_are_what_it_prints(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    for name, text in of_keras(keras):
        assert (HERE / f"{name}.txt").read_text(encoding="utf-8") == text, name
