"""The README and the docs cannot lie: their commands run, their specs load, their table is what is printed."""

from __future__ import annotations

import json
import re
import shlex
from io import StringIO
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.layers.registry import kind_names
from archcalc.specfile.shipped import entries
from tests.cli.calls import call, json_of, once
from tests.house import references
from tests.house.plan import ROOT
from tests.importers.keras_files import entrance, layer, packed, sequential
from tests.importers.weight_files import safetensors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ("README.md", *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))))
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
COMMANDS = list(
    dict.fromkeys(
        command
        for text in PAGES.values()
        for command in re.findall(r"^    (archcalc .*?)(?: {2,}#.*)?$", text, re.MULTILINE)
    )
)
"""The commands that stand on lines of their own, indented; each once, on however many pages it stands."""
SPECS = [
    (page, spec)
    for page, text in PAGES.items()
    for spec in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    if "input:" in spec and not spec.startswith("#")
]
GUIDES = [page for page, text in PAGES.items() if "```console" in text]
"""Pages to be followed from top to bottom: they write files, and show what commands print."""
STEPS = re.compile(r"```(yaml|console)\n(.*?)```", re.DOTALL)


def test_there_is_something_to_check() -> None:
    assert len(COMMANDS) >= 8
    assert len(SPECS) >= 2
    assert set(DEAR) <= set(COMMANDS)


OF_PYTORCH = [command for command in COMMANDS if re.search(r" (torch|timm):", command)]
"""The commands that need PyTorch; `pytest -m torch` runs them (tests/witness/test_imported_models.py)."""


SERVING = [command for command in COMMANDS if command.startswith("archcalc serve")]
"""The commands that end when the user ends them (tests/live/test_serving.py)."""

DEAR = (
    "archcalc list",  # all networks, in a checkout
    "archcalc draw googlenet --depth 2 --direction right --counts params,macs -o googlenet.pdf",
    "archcalc report resnet50 -o resnet50.html",
    "archcalc solve mnasnet-a1 'params <= 3M' --vary alpha --step 0.25",
    "archcalc solve resnet50 'macs <= 300M' 'activations <= 2M' --vary input",
)
"""The commands that take half a second or more: in the long run. Tests of each command try it on smaller networks."""


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=[pytest.mark.long] * (command in DEAR))
        for command in COMMANDS
        if command not in (*OF_PYTORCH, *SERVING)
    ],
)
def test_a_command_of_the_docs_runs(command: str, tmp_path: Path) -> None:
    words = shlex.split(command)[1:]
    file = tmp_path / words[words.index("-o") + 1] if "-o" in words else None
    done = once(*(str(file) if file and word == file.name else word for word in words))
    assert done.code == 0, done.err
    assert file.stat().st_size if file else done.out


@pytest.mark.parametrize(("page", "spec"), SPECS)
def test_a_spec_of_the_docs_loads(page: str, spec: str) -> None:
    assert archcalc.loads(spec, page).analyze().totals.params


TINY_CFG = b"""[net]
width=32
height=32
channels=3

[convolutional]
batch_normalize=1
filters=16
size=3
stride=1
pad=1
activation=leaky

[maxpool]
size=2
stride=2

[convolutional]
filters=30
size=1
stride=1
activation=linear

[yolo]
classes=5
"""

PRINTED = b"""Net(
  (stem): Sequential(
    (0): Conv2d(3, 16, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
    (1): BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    (2): ReLU(inplace=True)
  )
  (blocks): ModuleList(
    (0-11): 12 x Block(
      (conv): Conv2d(16, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
      (act): ReLU(inplace=True)
    )
  )
  (head): Linear(in_features=16, out_features=10, bias=True)
)
"""

GIVEN: dict[str, dict[str, bytes]] = {
    "docs/commands.md": {
        "config.json": json.dumps(
            {
                "_name_or_path": "A small GPT-2", "model_type": "gpt2", "vocab_size": 1000, "n_positions": 64,
                "n_embd": 48, "n_layer": 2, "n_head": 4,
            }
        ).encode(),
    },
    "docs/import.md": {
        "tiny.cfg": TINY_CFG,
        "summary.txt": PRINTED,
        "model.safetensors": safetensors(
            {
                "hidden.weight": ("F32", [128, 784]), "hidden.bias": ("F32", [128]),
                "fc.weight": ("F32", [100, 128]), "fc.bias": ("F32", [100]),
            }
        ),
        "config.json": json.dumps(
            {
                "_name_or_path": "TinyLlama/TinyLlama-1.1B", "model_type": "llama", "vocab_size": 32000,
                "hidden_size": 2048, "intermediate_size": 5632,
                "num_hidden_layers": 22, "num_attention_heads": 32, "num_key_value_heads": 4,
            }
        ).encode(),
        "model.keras": packed(
            sequential(
                entrance("image", 28, 28, 1),
                layer("Conv2D", "conv", filters=8, kernel_size=[3, 3], strides=[2, 2], padding="same", activation="relu"),
                layer("BatchNormalization", "norm"), layer("Flatten", "flatten"),
                layer("Dense", "classes", units=10, activation="softmax"), name="digits",
            )
        ),
    }
}  # fmt: skip
"""Files that a guide supposes to be there, which no reader can write."""


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_prints_what_it_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name, content in GIVEN.get(page, {}).items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr("sys.stdin", StringIO("q\n"))  # whoever asks questions is told that this is the end
    for kind, text in STEPS.findall(PAGES[page]):
        first, _, shown = text.partition("\n")
        if kind == "yaml":
            (tmp_path / first.removeprefix("# ")).write_text(text, encoding="utf-8")
        else:
            done = call(*shlex.split(first)[2:])
            printed = "\n".join(line.rstrip() for line in (done.out + done.err).splitlines())
            assert printed.startswith(shown.rstrip()), first


def test_the_reference_of_kinds_is_what_the_command_writes(request: pytest.FixtureRequest) -> None:
    written = call("kinds", "--all", "--format", "markdown").out
    if request.config.getoption("--update-goldens"):
        (ROOT / "docs" / "kinds.md").write_text(written, encoding="utf-8")
    assert (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8") == written


@pytest.mark.parametrize(("name", "write"), references.PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(
    name: str, write: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    written = write()
    if request.config.getoption("--update-goldens"):
        (ROOT / "docs" / name).write_text(written, encoding="utf-8")
    assert written == (ROOT / "docs" / name).read_text(encoding="utf-8"), "run pytest with --update-goldens"


def test_every_page_is_in_the_contents_of_the_site() -> None:
    """So that a reader finds it; the wording guide is for authors."""
    index = PAGES["docs/index.md"]
    pages = [name.removeprefix("docs/").removesuffix(".md") for name in NAMES if name.startswith("docs/")]
    assert [page for page in pages if f"\n{page}\n" not in index and page not in ("index", "wording")] == []


def test_the_table_of_the_readme_is_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = call("show", "alexnet").out.partition("\nparameters ")[0].rstrip()
    indented = "\n".join(f"    {line}" if line else "" for line in printed.splitlines())
    assert indented in PAGES["README.md"]


def test_the_figures_of_the_readme_hold() -> None:
    frozen = archcalc.load("vgg16").analyze(arguments={"classes": 10}, freeze=["conv*"])
    assert f"{frozen.totals.counts.trainable:,} trainable parameters" in PAGES["README.md"]
    assert f"networks: {len(entries())} of them" in PAGES["README.md"]
    assert f" {len(kind_names())} layer kinds " in PAGES["README.md"]


def test_the_difference_that_the_readme_cites_is_the_one_that_is_computed() -> None:
    found = json_of("reconcile", "torchvision/vit_b_16", "--as", "torchinfo")
    ours, theirs = found["ours"]["macs"], found["macs"]
    said = f"torchinfo reports {theirs / 1e6:.0f} million mult-adds, but the layers need {ours / 1e9:.1f} billion MACs"
    assert said in " ".join(PAGES["README.md"].split())


def test_the_error_that_the_readme_shows_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    spec = dict(SPECS)["README.md"]
    (tmp_path / "net.yaml").write_text(spec.replace("kernel", "kernal"), encoding="utf-8")
    printed = call("show", "net.yaml").err
    assert "\n".join(f"    {line}" for line in printed.splitlines()) in PAGES["README.md"]


@pytest.mark.parametrize(
    ("layers", "errors"),
    [
        ("[{conv: 8, kernal: 3}, {cnov: 8}, {linear: 10}]", 2),  # names and options: all of them, and no shapes
        ("[{conv: 8, kernel: 3}, {linear: 10}, {conv: 8, kernel: 99}]", 1),  # shapes: the first
        ("[{linear: &a 10}, {cnov: 8}, {linear: *a}]", 1),  # syntax: the first
    ],
)
def test_errors_are_reported_in_the_stages_that_the_reference_describes(layers: str, errors: int) -> None:
    described = "All errors in names and options are reported together."
    assert described in " ".join(PAGES["docs/language.md"].split())
    with pytest.raises(archcalc.ArchcalcError) as raised:
        archcalc.loads(f"{{input: 3x32x32, layers: {layers}}}").analyze()
    assert len(raised.value.mistakes) == errors
