"""`archcalc explain`."""

from __future__ import annotations

import re

import pytest

from archcalc.specfile.shipped import entries
from archcalc.studies.explaining.concepts import CONCEPTS, topic, topics
from tests.cli.calls import FORMATS, call, json_of
from tests.house.plan import run as python


def test_one_layer_is_worked_out_in_full() -> None:
    out = call("explain", "alexnet", "conv1").out
    assert "O = ⌊(I − K + 2·P)/S⌋ + 1\n" in out
    assert "= ⌊216/4⌋ + 1 = 54 + 1 = 55\n" in out
    assert "= 105,415,200" in out
    assert "neurons 253440 (disputed): " in out  # wrong in print, and why


def test_a_network_has_a_line_for_each_quantity_and_equal_layers_once() -> None:
    out = call("explain", "resnet50").out
    assert "W = C_out·C_in·K·K = 64·3·7·7 = 9,408\n" in out
    assert "same for " in out
    assert len(out.splitlines()) < 700


def test_a_layer_with_nothing_to_work_out_has_its_shapes() -> None:
    out = call("explain", "alexnet", "relu").out
    assert "relu · relu: 96×55×55 → 96×55×55" in out
    assert "same for " not in out


def test_layers_in_place_are_worked_out() -> None:
    out = call("explain", "[{conv: 4, kernel: 3}]", "--input", "3x8x8").out
    assert "= 4·3·3·3\n" in out


def test_layers_that_are_alike_are_named() -> None:
    assert "same for 1 more layer: conv5_x/3/main/conv (except" in " ".join(
        call("explain", "resnet50", "conv5_x").out.split()
    )


def test_json_has_rules_steps_and_results() -> None:
    found = json_of("explain", "alexnet", "conv1")
    assert found["layers"][0]["workings"][0] == {
        "quantity": "height and width", "symbol": "O", "rule": "floor((I - K + 2*P)/S) + 1",
        "steps": ["floor((227 - 11 + 2*0)/4) + 1", "floor(216/4) + 1", "54 + 1", "55"], "result": 55,
        "remarks": ["216/4 = 54 exactly"],
        "source": found["layers"][0]["workings"][0]["source"],
    }  # fmt: skip
    assert {figure["outcome"] for figure in found["printed"]} >= {"exact", "disputed"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("what", [["alexnet", "conv1"], ["googlenet", "3a"], ["resnet18"], ["norms"], ["lenet5"]])
def test_every_format_is_written(what: list[str], name: str) -> None:
    code, out, err = call("explain", *what, "--format", name)
    assert (code, err) == (0, "")
    assert out


@pytest.mark.parametrize("what", [["alexnet", "conv2"], ["googlenet"], ["resnet18"], ["batch-norm"], ["vit_b_16"]])
def test_latex_is_balanced_and_escaped(what: list[str]) -> None:
    out = call("explain", *what, "--format", "latex").out
    assert out.count("{") == out.count("}")
    assert out.count("\\left") == out.count("\\right")
    assert re.findall(r"\\begin\{(\S+?)\}", out) == re.findall(r"\\end\{(\S+?)\}", out)
    for body in re.split(r"\\begin\{align\*\}.*?\\end\{align\*\}", out, flags=re.DOTALL):
        assert not re.search(r"(?<![\\_])_(?!\{)|[×→⌊·−μσ]", re.sub(r"\$[^$]*\$", "", body))


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_concept_of_the_lectures_is_explained(name: str) -> None:
    done = call("explain", name)
    assert (done.code, done.err) == (0, "")
    assert CONCEPTS[name].title in done.out
    assert len(json_of("explain", name)["networks"]) == len(CONCEPTS[name].cases)


def test_the_savings_of_a_bottleneck_are_factors() -> None:
    out = call("explain", "bottleneck").out
    said = "naive module: 2.4 times as many parameters and MACs as reduced module"
    assert said in " ".join(out.split())


def test_equal_ratios_are_said_together() -> None:
    out = " ".join(call("explain", "norms").out.split())
    assert "layer norm: 1,024 times as many parameters as instance norm, group norm and batch norm" in out


def test_a_ratio_that_rounds_to_one_is_left_out() -> None:
    out = call("explain", "relu").out
    assert out == call("explain", "prelu").out
    assert "36,992" in out
    assert "times as many" not in out


@pytest.mark.parametrize("alias", ["batchnorm", "batch_norm", "Batch-Norm", "BN"])
def test_a_topic_has_other_names(alias: str) -> None:
    assert call("explain", alias).out == call("explain", "batch-norm").out


def test_no_topic_hides_a_network() -> None:
    assert {entry.name for entry in entries()} & set(topics()) == set()
    assert {topic(name) for name in topics()} == set(CONCEPTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("maxout", "conv1"), "the topic maxout takes no layer and no options\n  for example: archcalc explain maxout"),
        (("alexnet", "conv9"), "unknown layer or block 'conv9' of alexnet"),
        (("alexnt",), "unknown network or topic 'alexnt'\n  did you mean alexnet?"),
        (("batchnrm",), "unknown network or topic 'batchnrm'\n  did you mean batchnorm"),
        (("zzzzzz",), "unknown network or topic 'zzzzzz'\n  see archcalc list for the networks"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = call("explain", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_a_file_is_not_taken_for_a_topic() -> None:
    code, _, err = call("explain", "./none.yaml")
    assert code == 2
    assert "none.yaml" in err
    assert "topic" not in err


def test_sources_are_told_where_python_drops_docstrings() -> None:
    line = ["explain", "alexnet", "conv1"]
    stripped = python("-OO", "-m", "archcalc", *line)
    assert (stripped.returncode, stripped.stderr) == (0, "")
    assert "source of the layer: Dumoulin & Visin 2016" in stripped.stdout
    assert stripped.stdout == call(*line).out
