"""`archcalc solve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import FORMATS, call, json_of
from tests.cli.forking import shown, within
from tests.cli.processes import interrupted

if TYPE_CHECKING:
    from pathlib import Path

SECONDS, BYTES = 20, 1_000_000_000


def test_one_formula_is_solved_for_its_padding() -> None:
    found = json_of("solve", "O=55, I=227, K=11, S=4")
    assert found["solutions"] == [{"P": 0, "exact": True}, {"P": 1, "exact": False, "left_over": 2}]
    assert (found["schema_version"], found["question"], found["unknowns"], found["complete"]) == (
        1, "O=55, I=227, K=11, S=4", ["P"], True,
    )  # fmt: skip


def test_letters_may_be_words_of_their_own() -> None:
    assert json_of("solve", "o=55", "i:227", "K=11", "S=4")["solutions"][0] == {"P": 0, "exact": True}


def test_pools_and_transposed_convolutions_have_rules_of_their_own() -> None:
    assert json_of("solve", "O=112, I=224, P=0, K=2", "--kind", "maxpool")["solutions"] == [{"S": 2, "exact": True}]
    found = json_of("solve", "O=56, I=112, K=3, P=0", "--kind", "maxpool", "--ceil")["solutions"]
    assert found == [{"S": 2, "exact": False, "left_over": 1}]
    up = json_of("solve", "O=14, I=7, K=4, S=2", "--kind", "conv_transpose")["solutions"]
    assert up == [{"P": 1, "exact": True}]


def test_a_networks_input_is_solved_for() -> None:
    assert json_of("solve", "alexnet", "pool5 = 6x6")["solutions"] == [{"H": [227, 258], "W": [227, 258]}]
    assert json_of("solve", "alexnet", "--input", "3xHx227", "pool5=6x6")["solutions"] == [{"H": [227, 258]}]
    assert json_of("solve", "alexnet", "fc6.in_features")["solutions"] == [{"fc6.in_features": 9216, "exact": True}]
    assert json_of("solve", "alexnet", "--set", "conv1.stride=2", "pool5 = 6x6")["solutions"] == [
        {"H": [119, 134], "W": [119, 134]}
    ]


def test_clean_sizes_are_a_law() -> None:
    found = json_of("solve", "alexnet", "--clean")
    assert found["clean"]["H"] == {"step": 32, "offset": 3, "from": 67}
    both = json_of("solve", "alexnet", "--clean", "--min")
    assert (both["smallest"]["H"], both["dies_below"]["H"]["path"]) == (67, "pool5")


def test_budgets_are_kept() -> None:
    found = json_of("solve", "resnet50", "params <= 10M", "macs <= 1G", "--vary", "base")
    assert [solution["base"] for solution in found["solutions"]] == [32]
    assert found["next"][0]["base"] == 33
    within = json_of("solve", "resnet50", "params <= 10M", "--vary", "base", "--range", "1..20")
    assert [solution["base"] for solution in within["solutions"]] == [20]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "arguments",
    [
        ("I=224, O=112",),
        ("lenet5-modern", "S4=5x5"),
        ("alexnet", "--clean", "--min"),
        ("lenet5-modern", "macs<=1M", "--range", "30..45"),
    ],
)
def test_every_format_is_written(name: str, arguments: tuple[str, ...]) -> None:
    done = call("solve", *arguments, "--format", name)
    assert (done.code, done.err) == (0, "")
    assert done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("O=100, I=227, K=11, P=0",),
        ("alexnet", "fc6.in_features = 9217"),
        ("alexnet", "params <= 10"),
        ("[{adaptive_avgpool: 6}, {maxpool: 3, stride: 2}]", "--input", "3x8x8", "--clean"),
        ("[{add: {x: [{maxpool: 2}], y: []}}]", "--input", "3x8x8", "--min"),
    ],
)
def test_no_solution_is_an_answer_of_code_1(arguments: tuple[str, ...]) -> None:
    done = call("solve", *arguments)
    assert (done.code, done.err) == (1, "")
    assert done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("alexnet",),
            "no condition given\n  for example: archcalc solve alexnet 'params <= 10M' --vary input, or --clean",
        ),
        (
            ("alexnet", "--clean", "pool5=6x6"),
            "--clean, --fits and --min cannot be combined with a condition or --vary\n  run one at a time",
        ),
        (
            ("alexnet", "--clean", "--vary", "classes"),
            "--clean, --fits and --min cannot be combined with a condition or --vary",
        ),
        (("alexnet", "--min", "--range", "1..9"), "--range cannot be combined with --min"),
        (("alexnet", "--kind", "conv", "pool5=6x6"), "--kind requires a formula"),
        (("alexnet", "--ceil", "pool5=6x6"), "--ceil requires a formula"),
        (("O=5, I=9", "--vary", "base"), "--vary requires a network, but a formula is given"),
        (("O=5, I=9", "--clean"), "--clean requires a network, but a formula is given"),
        (("O=5, I=9", "--set", "a=1"), "--set requires a network, but a formula is given"),
        (("O=5, I=x",), "invalid value 'x' for I: expected an integer ≥ 1"),
        (("alexnet", "params<=1", "--range", "9..1"), "invalid range '9..1'\n  for example --range 1..512"),
        (("nosuchnet", "--clean"), "unknown network 'nosuchnet'"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = call("solve", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_all_solutions_are_shown_on_request() -> None:
    some, every = call("solve", "O=7, K=3").out, call("solve", "O=7, K=3", "--all").out
    assert "340 more; use --all to show them" in some
    assert len(every.splitlines()) > 360


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("O=1000000000000000, K=999999999999999, S=1",), 0),
        (("O=1000000000000000, K=999999999999999, S=1, P=5",), 0),
        (("O=1000000000, I=999999999999999999",), 1),
        (("O=1, I=1, K=999999999999999",), 0),
        (("O=5, S=999999999999999999, K=3",), 0),
        (("O=9, I=9, D=999999999999999999",), 0),
        (("O=100, K=100, I=?", "--kind", "conv_transpose"), 0),
        (("alexnet", "params <= 1e99", "--vary", "classes"), 0),
        (("alexnet", "params <= 1e99", "--vary", "classes", "--range", "1..999999999999999999"), 0),
        (("alexnet", "fc6.in_features = 999999999999999999"), 1),
        (("alexnet", "pool5 = 999999999999x999999999999"), 0),
        (("resnet50", "params <= 1G", "--vary", "n4", "--range", "1..999999999999999999"), 2),
        (("[{maxpool: 999983, stride: 999983}, {maxpool: 999979, stride: 999979}]", "--input", "1x9x9", "--clean"), 1),
        (("[{maxpool: 999983, stride: 999983}]", "--input", "1x9x9", "--min"), 0),
    ],
)  # fmt: skip
def test_huge_numbers_end_early(arguments: tuple[str, ...], code: int) -> None:
    done = within(SECONDS, BYTES, "solve", *arguments)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stdout + done.stderr


SLOW = ("solve", "resnet18", "params <= 1G", "--vary", "n4", "--range", "1..9999")


def test_progress_is_for_those_who_look() -> None:
    assert "testing" in shown("solve", "resnet20", "params <= 1M", "--vary", "n", "--range", "1..3")
    assert call("solve", "resnet20", "params <= 1M", "--vary", "n", "--range", "1..3").err == ""


def test_an_interruption_shows_what_was_found(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert interrupted(*SLOW, once="testing", out=out) == 130
    assert "interrupted: not all values from 1 to 9999 were tested" in out.read_text(encoding="utf-8")


LLAMA = 8_030_261_248
"""Parameters of Llama 3 8B, as its model card counts them."""


@pytest.mark.parametrize(
    ("dtype", "parameters", "token"),
    [
        ("bfloat16", 2 * LLAMA, 2 * 32 * 2 * 8 * 128),
        ("int8", LLAMA, 32 * 2 * 8 * 128),
        ("int4", LLAMA // 2, 2 * 32 * 2 * 8 * 128),
    ],
)
def test_the_longest_context_that_fits_into_memory(dtype: str, parameters: int, token: int) -> None:
    """A token is a key and a value of 8 heads of 128 features in each of 32 layers."""
    most = (24 * 2**30 - parameters) // token
    found = json_of("solve", "llama-3-8b", "memory <= 24GiB", "--vary", "context", "--dtype", dtype)
    assert found["solutions"] == [{"context": most, "totals": {"memory": parameters + most * token}}]
    assert found["next"][0]["context"] == most + 1
    assert found["dtype"] == dtype


def test_the_type_of_numbers_is_said() -> None:
    done = call("solve", "llama-3-8b", "memory <= 24GiB", "--vary", "context")
    assert (done.code, done.err) == (1, "")
    said = "unknown: context; memory: parameters, buffers and KV cache; numbers: float32 (--dtype selects another type)"
    assert said in " ".join(done.out.split())
    assert "32,121,307,136" in done.out  # 4 bytes for each parameter, and one token


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("bert-base", "memory <= 1GiB", "--vary", "context"), "bert-base has no KV cache that grows"),
        (("vgg16", "params <= 10M", "--dtype", "int8"), "--dtype int8 requires a condition on memory"),
        (("vgg16", "parameter_memory <= 1GB", "--dtype", "int8"), "--dtype int8 requires a condition on memory"),
        (("vgg16", "--clean", "--dtype", "int8"), "--dtype int8 requires a condition on memory"),
        (("vgg16", "memory <= 1GB", "--dtype", "int3"), "unknown data type 'int3'"),
        (("O=55, I=227", "--dtype", "int8"), "--dtype requires a network, but a formula is given"),
    ],
)
def test_a_context_or_a_type_that_nothing_depends_on_is_refused(words: tuple[str, ...], message: str) -> None:
    done = call("solve", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_the_largest_batch_that_fits_into_memory() -> None:
    found = json_of("solve", "vgg16", "memory <= 8GiB", "--vary", "batch")
    assert found["solutions"][0]["batch"] == 102
    assert "memory never decreases as batch grows" in call("solve", "vgg16", "memory <= 8GiB", "--vary", "batch").out
    run = json_of("solve", "vgg16", "inference <= 1GB", "--vary", "batch")
    assert run["solutions"][0]["batch"] == 16
    assert json_of("solve", "lenet5-modern", "memory <= 1e7", "--vary", "batch")["solutions"]


def test_a_budget_of_what_is_unknown_is_refused() -> None:
    done = call("solve", "lenet5", "memory <= 1e7", "--vary", "batch")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "error: the training memory is unknown: rules are missing for subsampling, conv and rbf\n"
        "  show --memory --stored outputs counts all outputs instead\n"
    )


def test_memory_of_the_largest_input() -> None:
    size = json_of("solve", "lenet5-modern", "memory <= 1MB", "--vary", "input")["solutions"][0]
    fits, above = size["input"], size["input"] + 1
    bytes_ = [
        json_of("show", "lenet5-modern", "--input", f"1x{side}x{side}", "--memory")["memory"]["training"]
        for side in (fits, above)
    ]
    assert bytes_[0] <= 1_000_000 < bytes_[1]


def test_what_letters_leave_open_is_tried() -> None:
    done = call("solve", "lenet5-modern", "inference <= 1MB", "--vary", "input")
    assert "all values from 1 to 128 were tested" in done.out


def test_one_unknown_is_varied() -> None:
    done = call("solve", "resnet50", "params <= 10M", "--vary", "base", "--vary", "n4")
    said = "error: --vary can be given once\n  vary one unknown; give the others values with --set\n"
    assert (done.code, done.out, done.err) == (2, "", said)
