"""Programs for PyTorch and Keras: what is in them, that they are clean, and that no name of a spec becomes code."""

from __future__ import annotations

import ast
import json
import keyword
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import UsageError
from archcalc.foreign.expressing import NotExpressed
from archcalc.foreign.programs.identifiers import class_name, identifier, literal, words
from tests.drawn import CHARACTERS

HOSTILE = (
    '"]; import os; ',
    "__class__",
    "train",
    "self",
    "x",
    "nn",
    "1",
    "class",
    "卷积",
    "a'''b",
    "{m}",
    "{0.__class__}",
)

NETS = ("lenet5-modern", "alexnet", "resnet18", "torchvision/densenet121", "googlenet", "unet", "torchvision/vit_b_16",
        "gpt2", "albert-base", "torchvision/mobilenet_v2", "retinanet-r50", "deepseek-v2-lite", "t5-small", "xception", "ssd300")  # fmt: skip


def code(name: str, framework: str = "torch") -> str:
    """Return the program of a network."""
    made = archcalc.export(archcalc.load(name).analyze(), framework)
    assert isinstance(made, str)
    return made


def test_blocks_are_classes_and_repeats_are_loops() -> None:
    program = code("torchvision/resnet50")
    assert "class Bottleneck(nn.Module):\n    def __init__(self, in_channels, out_channels, stride):" in program
    assert "            *[Bottleneck2(in_channels=1024, out_channels=256) for _ in range(5)],\n" in program
    assert "            nn.Conv2d(out_channels, 4 * out_channels, kernel_size=1, bias=False),\n" in program
    assert program.count("nn.Conv2d(") == 8
    keras = code("torchvision/resnet50", "keras")
    assert "    for _ in range(5):\n        x = bottleneck_2(x, width=256)\n" in keras


def test_arguments_are_numbers_that_differ_and_nothing_else() -> None:
    spec = "{input: 4x8x8, layers: [{conv: 4, kernel: 3, name: a/c}, {relu: , name: a/r}, {leaky_relu: 1/10, name: l}]}"
    program = archcalc.export(archcalc.loads(spec).analyze())
    assert isinstance(program, str)
    assert "self.a = nn.Sequential(nn.Conv2d(4, 4, kernel_size=3), nn.ReLU())" in program
    assert "self.l = nn.LeakyReLU(negative_slope=0.1)" in program


FRAMEWORKS = ("torch", "keras")
Remarks = dict[tuple[str, str], list[str]]
"""What ruff remarks, by the network and the framework of a program."""


@cache
def programs() -> dict[tuple[str, str], str]:
    """Return the programs of the networks, but for those that Keras cannot express."""
    found = {}
    for name, framework in product(NETS, FRAMEWORKS):
        try:
            found[name, framework] = code(name, framework)
        except NotExpressed:
            assert framework == "keras"
    return found


@pytest.fixture(scope="module")
def remarks(tmp_path_factory: pytest.TempPathFactory) -> Remarks:
    """Return what ruff remarks by its default rules on each program: it looks at all of them in one process."""
    hostile_ones = {(name, framework): hostile_program(name, framework) for name in HOSTILE for framework in FRAMEWORKS}
    folder, known = tmp_path_factory.mktemp("programs"), programs() | hostile_ones
    for number, program in enumerate(known.values()):
        (folder / f"{number}.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--output-format", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    found: Remarks = {key: [] for key in known}
    for remark in json.loads(done.stdout):
        found[list(known)[int(Path(remark["filename"]).stem)]].append(remark["message"])
    return found


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", NETS)
def test_programs_are_clean(name: str, framework: str, remarks: Remarks) -> None:
    if (name, framework) in programs():
        assert remarks[name, framework] == []
        assert max(map(len, programs()[name, framework].splitlines())) <= 120


def hostile(name: str) -> str:
    """Return a spec whose layers, blocks, title and input have a name that is hostile where a spec allows it."""
    quoted = "'" + name.replace("'", "''") + "'"
    return (
        f"title: {quoted[:-1]}#'\ninput: {{{quoted}: 3x9x9, two: 3x9x9}}\nblocks:\n  twice:\n    args: [n]\n    layers:\n"
        f"      - {{conv: n, kernel: 3, padding: 1, name: {quoted}}}\n      - relu\n"
        f"layers:\n  - {{twice: 4, from: {quoted}}}\n  - {{twice: 8, name: one}}\n  - {{twice: 8, from: two, name: other}}\n"
        "  - {add: [one, other]}\n"
    )


def hostile_program(name: str, framework: str) -> str:
    program = archcalc.export(archcalc.loads(hostile(name)).analyze(), framework)
    assert isinstance(program, str)
    return program


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_never_becomes_code(name: str, framework: str, remarks: Remarks) -> None:
    tree = ast.parse(hostile_program(name, framework))
    imported = [
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    ]
    assert set(imported) <= {"nn", "torch", "keras", "layers", "ops", "torch.nn.functional"}
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and node.attr != "__init__"
    ]
    assert remarks[name, framework] == []


@given(st.text(CHARACTERS), st.lists(st.text(alphabet="abc_12"), max_size=3))
def test_any_text_becomes_a_new_identifier(text: str, taken: list[str]) -> None:
    for found in (identifier(text, taken), class_name(text, taken)):
        assert found.isidentifier()
        assert found.isascii()
        assert not keyword.iskeyword(found)
        assert found not in taken
        assert not found.startswith("_")


@given(st.text(CHARACTERS))
def test_any_text_is_harmless_in_a_docstring_and_as_a_literal(text: str) -> None:
    assert ast.get_docstring(ast.parse(f'"""{words(text)}."""'), clean=False) == f"{words(text)}."
    assert ast.literal_eval(literal(text)) == text


def test_a_value_that_is_no_number_and_no_text_is_never_written() -> None:
    with pytest.raises(TypeError):
        literal(object())


def test_all_layers_without_a_counterpart_are_named_at_once() -> None:
    net = archcalc.loads("{input: 3x64x64, layers: [{warp: 8, regions: 5, name: w}, {conv: 4, kernel: 1, name: c}]}")
    with pytest.raises(NotExpressed) as caught:
        archcalc.export(net.analyze())
    assert str(caught.value).splitlines() == [
        "text cannot be written for PyTorch: 2 layers without a counterpart",
        "w: warp: several regions for each image",
        "c: conv: several regions for each image",
    ]


def test_variables_cannot_be_exported() -> None:
    with pytest.raises(UsageError, match="an export needs numbers for all sizes"):
        archcalc.export(archcalc.load("lenet5-modern").analyze("1x32xW"))


def test_shared_weights_are_tied() -> None:
    assert "self.h[11] = self.h[0]" in code("albert-base")
    assert "self.lm_head.weight = self.embedding.weight" in code("gpt2") or ".weight = self." in code("gpt2")
    assert "embedding = layers.Embedding(50257, 768)\n    x = embedding(x)\n" in code("gpt2", "keras")
    assert "x = ops.matmul(x, ops.transpose(embedding.embeddings))" in code("gpt2", "keras")
    with pytest.raises(NotExpressed, match="weights that are shared within blocks, or between them"):
        code("albert-base", "keras")


def test_weights_with_exchanged_axes_are_refused() -> None:
    net = archcalc.loads(
        "{input: 6, layers: [{linear: 4, bias: false, name: a}, {linear: 6, bias: false, share: a.weight}]}"
    )
    with pytest.raises(NotExpressed, match="weight is that of a with its axes exchanged"):
        archcalc.export(net.analyze())
