"""The JSON schema, against every shipped spec as an editor's YAML reader types it, and against wrong ones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.specfile import shipped
from archcalc.specfile.schema import schema
from tests.drawn import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted(shipped.folder().rglob("*.yaml"))
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The YAML reader in C where there is one: it types all values as the other does."""


def _any_of(validator: Any, options: list[Any], instance: object, _: object) -> Iterator[jsonschema.ValidationError]:  # noqa: ANN401
    """Say that a value fits no option; jsonschema's own also tells all errors of each, and an entry has 90 options."""
    if all(any(validator.descend(instance, option)) for option in options):
        yield jsonschema.ValidationError(f"{instance!r} fits none of the options")


@cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema's own type
    quick = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"anyOf": _any_of})  # type: ignore[no-untyped-call]
    return quick(schema())


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever a file says
    return yaml.load(text, LOADER)  # noqa: S506 - a safe one


def _wrong(text: str) -> bool:
    return not _validator().is_valid(_parsed(text))


@pytest.mark.long
def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_there_are_specs() -> None:
    assert len(FILES) >= 10


SOME = [
    pytest.param(file, marks=[pytest.mark.long] * (number % 4 > 0), id=file.stem) for number, file in enumerate(FILES)
]
"""The spec files, one of four in the short run."""


@pytest.mark.parametrize("file", SOME)
def test_every_shipped_spec_is_valid(file: Any) -> None:  # noqa: ANN401
    errors = [error.message for error in _validator().iter_errors(_parsed(file.read_text(encoding="utf-8")))]
    assert errors == []


@pytest.mark.parametrize(
    "text",
    [
        "{input: 3x8x8}",
        "{input: 3x8x8, layers: relu}",
        "{input: {}, layers: [relu]}",
        "{input: [], layers: [relu]}",
        "{input: 3x8x8, layer: [relu]}",
        "{layers: [{conv: 8, kernal: 3}]}",
        "{layers: [{conv: 8}]}",
        "{layers: [{conv: , kernel: 3}]}",
        "{layers: [{conv: 8, filters: 8, kernel: 3}]}",
        "{layers: [{conv: 8, kernel: 3, bias: [1]}]}",
        "{layers: [{relu: 3, name: a}]}",
        "{layers: [{add: {main: {layer: []}}}]}",
        "{layers: [relu], expect: [{params: 3}]}",
        "{layers: [relu], paper: {author: me}}",
        "{layers: [relu], blocks: {b: {args: [w]}}}",
        "{layers: [{lstmm: 256}]}",
        "{layers: [lstmm]}",
        "{layers: [{add: {a: [{lstmm: 3}], b: []}}]}",
    ],
)
def test_a_wrong_spec_is_not(text: str) -> None:
    assert _wrong(text)


BLOCK = "blocks: {block: {args: {w: 1, conv: 2}, layers: []}}"


@pytest.mark.parametrize(
    "layers",
    [
        "[relu, {block: 8, repeat: 2}, {layers: [tanh], when: x}, {use: act}, {network: a, until: b}, {batchnorm: }]",
        "[{block: 8, conv: 3}]",
        "[{conv: {filters: 8, kernel: 3, name: c}, repeat: 2}]",
        "[{maxpool: {kernel: 2}}]",
        "[{maxpool: , kernel: 2}, {conv: , filters: 8, kernel: 3, name: c}, {maxpool: '', kernel: 1}]",
    ],
)
def test_calls_of_blocks_words_and_groups_are_valid(layers: str) -> None:
    assert not _wrong(f"{{{BLOCK}, layers: {layers}}}")


@pytest.mark.parametrize(
    ("kind", "option", "default"),
    [("conv", "stride", 1), ("conv", "bias", True), ("groupnorm", "groups", 32), ("upsample", "mode", "nearest")],
)
def test_the_defaults_are_those_of_the_layers(kind: str, option: str, default: object) -> None:
    (beside, *_) = schema()["$defs"][f"step-{kind}"]["anyOf"]
    found = beside["properties"].get(option) or beside["properties"][kind]["anyOf"][0]
    assert found["default"] == default
    assert found["description"]


def test_an_option_without_a_value_of_its_own_has_no_default() -> None:
    (beside, *_) = schema()["$defs"]["step-maxpool"]["anyOf"]
    assert "default" not in beside["properties"]["stride"]


KINDS = st.sampled_from(["conv", "linear", "relu", "maxpool", "lstmm", "block", "flatten", "upsample"])
OPTIONS = st.dictionaries(
    st.sampled_from(["kernel", "stride", "bias", "units", "name", "repeat", "w", "conv", "mode", "train_only"]),
    st.sampled_from(["1", "2", "true", "nearest"]),
    max_size=3,
)


@st.composite
def entries(draw: st.DrawFn, deep: bool = True) -> str:  # noqa: FBT001, FBT002 - hypothesis hands it on
    """Draw one entry of a list of layers, right or wrong."""
    shape = draw(st.sampled_from(["word", "call", "within", "merge", "group"] if deep else ["word", "call", "within"]))
    if shape == "word":
        return draw(KINDS)
    if shape in ("call", "within"):
        kind, options = draw(KINDS), draw(OPTIONS)
        written = ", ".join(f"{key}: {value}" for key, value in options.items() if key != kind)
        if shape == "within":
            return f"{{{kind}: {{{written or 'name: 1'}}}}}"
        return f"{{{kind}: {draw(st.sampled_from(['', '3']))}{', ' if written else ''}{written}}}"
    inner = ", ".join(draw(st.lists(entries(deep=False), max_size=2)))
    return f"{{add: {{a: [{inner}], b: []}}}}" if shape == "merge" else f"{{layers: [{inner}]}}"


@settings(max_examples=examples(300))
@given(st.lists(entries(), min_size=1, max_size=2), st.booleans())
def test_it_agrees_with_the_loader_on_kinds_and_options(layers: list[str], blocks: bool) -> None:  # noqa: FBT001
    text = f"{{input: 8x9x9, {BLOCK + ', ' if blocks else ''}layers: [{', '.join(layers)}]}}"
    try:
        archcalc.loads(text)
    except archcalc.SpecError as error:
        # Names that depend on the file, and values, are not the schema's business.
        beyond = ("of block", "repeat", "expected an", "invalid", "given twice", "unknown name", "duplicate")
        wrong = [mistake for mistake in error.mistakes if not any(word in str(mistake) for word in beyond)]
        # Where a file has blocks, any word may be one of them: keys of a mapping have no order in a schema.
        known = blocks or not wrong or _wrong(text)
    else:
        known = not _wrong(text)
    assert known, text
