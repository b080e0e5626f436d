"""`archcalc kinds`: every kind has a page whose example runs, and whose formulas are those of the engine."""

from __future__ import annotations

import shlex

import pytest

import archcalc
from archcalc.layers.base import Foreign
from archcalc.layers.registry import find, kind_names
from archcalc.layers.spellings import KINDS, OPTIONS, PYTORCH, kind_hint, option_hint
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.reading import expression
from tests.cli.calls import call, json_of

PAGES = {page["kind"]: page for page in json_of("kinds", "--all")["kinds"]}


def test_every_kind_is_listed_once_with_its_family() -> None:
    listed = json_of("kinds")["kinds"]
    assert sorted(kind["kind"] for kind in listed) == sorted(kind_names())
    printed = call("kinds").out
    assert all(f" {kind} " in printed for kind in kind_names())
    assert "├ conv " in printed


@pytest.mark.parametrize("kind", kind_names())
def test_the_example_of_a_kind_runs_and_ends_in_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    example = PAGES[kind]["example"]
    rows = json_of("show", example["layers"], "--input", example["input"])["layers"]
    assert rows[-1]["kind"] == kind
    line = next(line for line in call("kinds", kind).out.splitlines() if line.startswith("archcalc explain"))
    assert call(*shlex.split(line)[1:]).code == 0


@pytest.mark.parametrize("kind", kind_names())
def test_a_formula_of_a_kind_is_an_expression_of_letters(kind: str) -> None:
    for formula in PAGES[kind]["formulas"]:
        assert isinstance(expression(formula["rule"]), Expr)
        assert formula["quantity"]


def test_defaults_and_what_is_required_are_said() -> None:
    options = {option["name"]: option for option in PAGES["conv"]["options"]}
    assert options["kernel"]["required"]
    assert (options["stride"]["default"], options["bias"]["default"]) == (1, True)
    assert [name for name, option in options.items() if option["main"]] == ["filters"]
    assert PAGES["leaky_relu"]["options"][0]["default"] == "0.01"


def test_the_formula_of_a_convolution_is_the_textbooks() -> None:
    rules = {formula["quantity"]: formula["rule"] for formula in PAGES["conv"]["formulas"]}
    assert rules["height and width"] == "floor((I - K + 2*P)/S) + 1"


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("dense", "Keras calls it Dense; here: linear"),
        ("Conv2D", "PyTorch calls it Conv2d; here: conv"),
        ("deconv", "papers call it deconv; here: conv_transpose"),
        ("bn", "papers call it bn; here: batchnorm"),
        ("gap", "papers call it gap; here: global_avgpool"),
        ("upsampling2d", "Keras calls it UpSampling2D; here: upsample"),
        ("max_pooling2d", "Keras calls it MaxPooling2D; here: maxpool"),
        ("self_attention", "papers call it self_attention; here: attention"),
        ("pool", "papers call it pool; here: avgpool or maxpool"),
        ("cnov", "did you mean conv?"),
        ("zebra", "archcalc kinds lists the layer kinds"),
    ],
)
def test_a_foreign_or_misspelled_name_gets_ours(written: str, answer: str) -> None:
    assert call("kinds", written).err == f"error: unknown kind '{written}'\n  {answer}\n"
    assert f"unknown layer '{written}'" in call("show", f"[{{{written}: 3}}]", "--input", "3x8x8").err
    assert answer in call("show", f"[{{{written}: 3}}]", "--input", "3x8x8").err


def test_names_and_all_exclude_each_other() -> None:
    assert call("kinds", "conv", "--all").code == 2


def test_every_row_of_the_tables_is_about_a_kind_and_an_option_that_there_is() -> None:
    assert set(KINDS) <= set(kind_names())
    options = {name for kind in kind_names() for name in find(kind).declared.options}
    assert {name for _, ours in OPTIONS.values() for name in ours} <= options


@pytest.mark.parametrize("kind", KINDS)
def test_no_foreign_name_is_one_of_ours_for_something_else(kind: str) -> None:
    """`{linear: 3}` must never be answered by what another framework calls linear."""
    for names in KINDS[kind].values():
        for name in names.replace("{}", "").split():
            assert name not in kind_names() or name == kind or kind_hint(name)


@pytest.mark.parametrize(
    ("foreign", "kind"), [("kernel_size", "conv"), ("strides", "maxpool"), ("num_heads", "attention")]
)
def test_a_foreign_option_gets_ours(foreign: str, kind: str) -> None:
    declared = find(kind).declared
    (whose, (ours, *_)) = OPTIONS[foreign]
    assert option_hint(foreign, declared.options, declared.main, kind).startswith(f"{whose} calls it {foreign}; here: ")
    assert ours in declared.options


@pytest.mark.parametrize("kind", kind_names())
def test_what_pytorch_calls_a_layer_is_what_the_layer_says(kind: str) -> None:
    example = PAGES[kind]["example"]
    for row in archcalc.load(example["layers"]).analyze(example["input"]):
        spelled = row.layer.torch(row.inputs[0])
        if isinstance(spelled, Foreign):
            names = [name for spelled in KINDS.values() for name in spelled.get(PYTORCH, "").split()]
            assert spelled.op in {name.format(rank) for name in names for rank in (1, 2, 3)} | {
                "ShiftedWindowAttention"
            }


@pytest.mark.parametrize(
    "kind", ["conv", "linear", "attention", "window_attention", "lstm", "experts", "conv_transpose"]
)
def test_the_cost_of_a_kind_has_a_formula(kind: str) -> None:
    assert {"weights", "MACs"} <= {formula["quantity"] for formula in PAGES[kind]["formulas"]}
