"""PyTorch models that are imported, against PyTorch's own counts and against the networks that they were built of."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

import archcalc
from archcalc.quantities.shape import vector
from archcalc.services.opening import as_spec, load
from archcalc.symbolic.expr import evaluate
from tests.cli.calls import call, json_of
from tests.house.test_docs import OF_PYTORCH
from tests.witness.imported import outcome, timm_model, whole

pytestmark = pytest.mark.torch

HERE = Path(__file__).parent
TOYS = f"torch:{HERE / 'toys' / 'models.py'}"
TOY_INPUTS = {
    "Shared": ["4x9x9"], "Loose": ["4x16x16"], "Heads": ["16x16x16"], "Windows": ["16x16x16"], "Einsum": ["16x16x16"],
    "ByShape": ["16x16x16"], "Assigned": ["16x16x16"], "Crossed": ["x=TF 12x16", "memory=TF 7x16"], "Idle": ["16x16x16"],
    "ByConstants": ["16x16x16"], "Constants": ["16x16x16"], "Contrasted": ["16x16x16"], "Tied": ["F 12"],
}  # fmt: skip


@pytest.fixture(scope="module")
def toys(torch: Any) -> Any:  # noqa: ARG001 - it has to be there
    """The awkward models."""
    return pytest.importorskip("tests.witness.toys.models")


@pytest.mark.parametrize("name", TOY_INPUTS)
def test_an_awkward_model_counts_what_pytorch_counts(name: str, toys: Any) -> None:
    """PyTorch counts a model with weights, which also runs where it reads values."""
    from archcalc.importers.torch_model import built  # noqa: PLC0415
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    sizes = next(given for kind, given in toys.TOYS if kind.__name__ == name)
    kind = getattr(toys, name)
    assert outcome(name, built(kind, name, Wishes()), sizes, kind().eval()).agrees


@pytest.mark.parametrize("name", TOY_INPUTS)
def test_an_awkward_model_is_the_same_written_down(name: str, toys: Any) -> None:  # noqa: ARG001
    given = TOY_INPUTS[name]
    table = load(f"{TOYS}:{name}", given).analyze()
    written = archcalc.loads(as_spec(f"{TOYS}:{name}", given)).analyze()
    assert [row[:6] for row in written] == [row[:6] for row in table]


def test_weights_that_are_used_twice_count_once(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Shared", ["4x9x9"]).analyze()
    assert [(row.path, row.params, row.shares) for row in table] == [
        ("conv", 4 * 4 * 9 + 4, None),
        ("relu", 0, None),
        ("conv_2", 0, "conv"),
    ]


def test_parameters_that_belong_to_no_layer_become_the_layer_they_are(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Loose", ["4x16x16"]).analyze()
    assert [row.kind for row in table] == ["conv", "tokens", "class_token", "position_embedding", "take", "layer_scale"]


def test_letters_go_through_heads(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Heads", ["16x16x16"]).analyze("16xHxW")
    # 48 · 16 and 16 · 16 weights for each of HW tokens; 16 products for each pair of tokens, twice.
    assert evaluate(table.totals.macs, {"H": 5, "W": 7}) == 1024 * 35 + 32 * 35 * 35


def test_windows_mix_what_lies_in_them_and_keep_the_map(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Windows", ["16x16x16"]).analyze()
    assert (table.output.sizes, table["mix"].macs) == ((16, 16, 16), 256 * 256)
    assert [row.kind for row in table if row.kind == "opaque"] == []


def test_what_never_runs_is_listed_and_counted(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Idle", ["16x16x16"]).analyze()
    assert (table["unused"].kind, table["unused"].params) == ("opaque", 40)
    assert json_of("show", f"{TOYS}:Idle", "--input", "16x16x16")["totals"]["params"] == 4 * 16 * 9 + 4 + 40


def test_a_model_that_reads_values_keeps_what_ran_before_and_its_parameters(toys: Any) -> None:  # noqa: ARG001
    done = call("show", f"{TOYS}:ByValue", "--input", "16x16x16")
    assert done.code == 0
    assert "reads values while it runs" in done.out
    table = load(f"{TOYS}:ByValue", ["16x16x16"]).analyze()
    assert table["avg_pool2d"].output.sizes == (16, 8, 8)
    assert whole(table.totals.params) == 16 * 4 + 4 + 16 * 8 + 8
    assert "unknown" in str(table.totals.macs)


def test_values_of_constants_are_known_until_values_of_the_input_are_written_over_them(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:ByConstants", ["16x16x16"]).analyze()
    assert [row.path for row in table if row.kind == "conv"] == ["small"]
    assert (table["steps"].kind, table.totals.counts.buffers) == ("parameter", 4)
    done = call("show", f"{TOYS}:Overwritten", "--input", "16x16x16")
    assert (done.code, "reads values while it runs" in done.out) == (0, True)


def test_tied_weights_count_once_and_a_bias_of_its_own_counts(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Tied", ["F 12"]).analyze()
    tied = [(row.path, row.kind, row.params, row.shares) for row in table if row.kind in ("embedding", "linear")]
    assert tied == [
        ("words", "embedding", 1600, None),
        ("out", "linear", 100, "words"),
        ("words_2", "embedding", 0, "words"),
        ("matmul", "linear", 0, "words"),
    ]


def test_products_of_constants_are_rows_of_their_own(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Constants", ["16x16x16"]).analyze()
    assert [(row.kind, row.macs) for row in table if row.macs] == [
        ("matmul", 256 * 16 * 16),
        ("linear", 8 * 8 * 16),
        ("linear", 8 * 16 * 16),
        ("matmul", 256 * 16 * 8),
    ]


def test_images_that_are_compared_with_one_another_count_for_a_batch_of_one(toys: Any) -> None:  # noqa: ARG001
    assert load(f"{TOYS}:Contrasted", ["16x16x16"]).analyze().totals.macs == 16 * 8 + 8


def test_tokens_are_whole_numbers(toys: Any) -> None:  # noqa: ARG001
    table = load(f"{TOYS}:Recurrent", ["tokens=F 12"]).analyze()
    assert dict(table.inputs) == {"tokens": vector(12)}
    assert load(f"{TOYS}:Recurrent", ["F 12"]).analyze().totals == table.totals
    assert (table["lstm"].kind, table["lstm"].macs) == ("lstm", 12 * 4 * 8 * (16 + 8))
    assert table.output.sizes == (3,)


def test_an_opaque_layer_refuses_other_inputs_by_name(toys: Any) -> None:  # noqa: ARG001
    with pytest.raises(archcalc.SpecError, match="einsum: einsum was observed for 16×16×16 and 8×16 and 8×1 only"):
        load(f"{TOYS}:Einsum", ["16x16x16"]).analyze("16x20x20")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("Nothing", [], "models.py has no Nothing"),
        ("TOYS", [], "TOYS is neither a module nor something that builds one: it is tuple"),
        ("Shared", [], "does not say what its input is"),
        ("Shared", ["--input", "4xHxW"], "does not say what its input is"),
        ("Shared", ["--input", "5x9x9"], "the model does not run on this input: RuntimeError: "),
        ("Shared", ["--set", "width=3", "--input", "4x9x9"], "Shared cannot be built: TypeError"),
    ],
)
def test_what_cannot_be_built_or_run_is_said(name: str, given: list[str], message: str, toys: Any) -> None:  # noqa: ARG001
    done = call("show", f"{TOYS}:{name}", *given)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("net", "message"),
    [
        ("torch:nothing", "does not say what to build"),
        ("torch:./nothing.py:Net", "nothing.py does not exist"),
        ("torch:~nobody_of_this_name/net.py:Net", "net.py does not exist"),
        ("torch:nopackage.models:Net", "the module nopackage is missing"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_usage_error(net: str, message: str, torch: Any) -> None:  # noqa: ARG001
    done = call("show", net)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_code_that_fails_is_quoted_with_its_line(torch: Any, tmp_path: Path) -> None:  # noqa: ARG001
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    (tmp_path / "exits.py").write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    (tmp_path / "wrong.py").write_text("def net():\n    return 1 / 0\n", encoding="utf-8")
    said = [call("show", f"torch:{tmp_path / name}:net").err for name in ("broken.py", "exits.py", "wrong.py")]
    assert "the module nothing_of_this_name is missing" in said[0]
    assert "SystemExit: 3 (exits.py, line 2)" in said[1]
    assert "ZeroDivisionError: division by zero (wrong.py, line 2)" in said[2]


def test_the_commands_of_the_docs_run(torchvision: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    pytest.importorskip("archcalc.importers.timm_model", exc_type=ModuleNotFoundError)
    monkeypatch.chdir(tmp_path)
    net = (
        "from torch import nn\ndef Net(classes=7):\n    return nn.Sequential(nn.Flatten(), nn.Linear(3072, classes))\n"
    )
    (tmp_path / "net.py").write_text(net, encoding="utf-8")
    assert len(OF_PYTORCH) >= 4
    for command in OF_PYTORCH:
        done = call(*shlex.split(command)[1:])
        assert done.code == 0, (command, done.err)


def test_torchvisions_models_count_what_pytorch_counts(torchvision: Any) -> None:
    names = [
        "alexnet",
        "resnet18",
        "squeezenet1_0",
        "mobilenet_v2",
        "vit_b_16",
        "swin_t",
        "convnext_tiny",
        "densenet121",
    ]
    for name in names:
        found = outcome(name, *_of_torchvision(torchvision, name))
        assert found.agrees, found
        assert min(found.derived) > 0.95, found


def _of_torchvision(torchvision: Any, name: str) -> tuple[Any, dict[str, tuple[int, ...]]]:
    from archcalc.importers.torch_model import built  # noqa: PLC0415
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    return built(torchvision.models.get_model_builder(name), name, Wishes()), {"": (3, 224, 224)}


@pytest.mark.parametrize("name", ["alexnet", "vgg11", "resnet50", "mobilenet_v2", "densenet121", "shufflenet_v2_x1_0"])
def test_an_imported_model_is_the_shipped_network(name: str, torchvision: Any) -> None:  # noqa: ARG001
    """The specs were written by hand, and are compared with torchvision's modules elsewhere."""
    ours = archcalc.load(f"torchvision/{name}").analyze()
    theirs = load(f"torch:torchvision.models:{name}").analyze()
    assert (theirs.totals.params, theirs.totals.macs) == (ours.totals.params, ours.totals.macs)
    assert theirs.totals.counts.buffers == ours.totals.counts.buffers
    counted = [[(row.kind, row.output, row.params) for row in table if row.tensors] for table in (ours, theirs)]
    assert sorted(map(str, counted[0])) == sorted(map(str, counted[1]))


def test_heads_that_only_training_runs_are_imported_if_asked_for(torchvision: Any) -> None:  # noqa: ARG001
    table = load("torch:torchvision.models:googlenet", train=True).analyze()
    assert table.totals.params == archcalc.load("torchvision/googlenet").analyze().totals.params
    heads = {row.path.partition("/")[0] for row in table if row.train_only}
    assert heads == {"aux1", "aux2"}
    written = archcalc.loads(as_spec("torch:torchvision.models:googlenet", train=True)).analyze()
    assert written.totals == table.totals


def test_verify_shows_what_pytorch_counts_beside_it(torchvision: Any) -> None:  # noqa: ARG001
    done = call("verify", "torch:torchvision.models:resnet18")
    assert done.code == 0
    assert "sum of numel()" in done.out
    assert "FlopCounterMode / 2" in done.out
    assert "2 published values of 1 network: 2 exact" in done.out


SAMPLE = 60


def _sample() -> list[str]:
    """Return models of timm that are spread over all its names; nothing without timm."""
    try:
        from tests.witness.timm import names  # noqa: PLC0415

        found = names()
    except ImportError:
        return []
    step = len(found) / SAMPLE
    return [found[int(number * step)] for number in range(SAMPLE)]


def test_the_sample_is_spread(torchvision: Any) -> None:  # noqa: ARG001
    names = _sample() or pytest.skip("timm is not installed")
    assert len(set(names)) == SAMPLE


@pytest.mark.long
def test_a_sample_of_timm_counts_what_pytorch_counts(torchvision: Any) -> None:  # noqa: ARG001
    names = _sample() or pytest.skip("timm is not installed")
    wrong = [str(found) for found in (outcome(name, *timm_model(name)) for name in names) if not found.agrees]
    assert wrong == []


def test_a_model_that_is_one_layer_is_called_like_its_kind(torch: Any) -> None:  # noqa: ARG001 - it has to be there
    (row,) = load("torch:torch.nn:ReLU", ["3x8x8"]).analyze()
    assert (row.path, row.kind, str(row.output)) == ("relu", "relu", "3×8×8")


def test_an_argument_may_have_a_name_that_specs_reserve(torch: Any) -> None:  # noqa: ARG001
    done = call("show", "torch:torch.nn:Linear", "--set", "in_features=8", "--set", "out_features=3", "--input", "8")
    assert done.code == 0, done.err
    assert "in_features 8" in done.out
    spec = as_spec("torch:torch.nn:Linear", ["8"], ["in_features=8", "out_features=3"])
    assert "in_features" not in spec
    assert archcalc.loads(spec).analyze().totals.params == 27
