"""Sizes and values against onnx: shape inference on its light models, and the outputs of its cases of operators."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from typing import Any

import pytest

from archcalc.importers.onnx.inference import RULES, infer
from archcalc.importers.onnx.opening import decoded
from archcalc.importers.onnx.sequences import SEQUENCES
from tests.importers.onnx.test_reading import light_models

pytestmark = pytest.mark.onnx

OLDER = 3
"""Cases of operators of a set older than 7."""


@pytest.fixture(scope="module")
def onnx() -> Any:
    return pytest.importorskip("onnx")


def test_the_light_models_have_the_sizes_that_onnx_infers(onnx: Any) -> None:
    inferring = pytest.importorskip("tests.importers.onnx.inferring")
    known = 0
    for path in light_models():
        found = inferring.compare(onnx.load(str(path)))
        assert found.wrong == [], path.name
        known += found.known
    assert known > 11_000


@pytest.fixture(scope="module")
def cases() -> list[Any]:
    """The cases that onnx has for its operators, with inputs and outputs."""
    node = pytest.importorskip("onnx.backend.test.case.node")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(node.collect_testcases(None))


FEW = 16
"""Inputs of so few values are handed in as constants, since sizes may depend on them."""


def prepared(onnx: Any, case: Any) -> Any:
    """Return the model of a case: sizes of its inputs as they are, few values as constants, nothing else declared."""
    inferring = pytest.importorskip("tests.importers.onnx.inferring")
    numpy = pytest.importorskip("numpy")
    model = inferring.bare(case.model)
    for value, given in zip(model.graph.input, case.data_sets[0][0], strict=False):
        if not isinstance(given, numpy.ndarray | numpy.generic) or not value.type.HasField("tensor_type"):
            continue
        array = numpy.asarray(given)
        value.type.tensor_type.ClearField("shape")
        for size in array.shape:
            value.type.tensor_type.shape.dim.add(dim_value=size)
        if array.size <= FEW:
            model.graph.initializer.append(onnx.numpy_helper.from_array(array, value.name))
    return model


def outcomes(onnx: Any, case: Any) -> list[str]:
    """Say for each output of a case how its sizes compare with those that are known here."""
    numpy = pytest.importorskip("numpy")
    model = prepared(onnx, case)
    found = infer(decoded(model.SerializeToString(), case.name), case.name)
    result = []
    for output, given in zip(model.graph.output, case.data_sets[0][1], strict=False):
        if isinstance(given, list | dict) or given is None:
            continue
        array = onnx.numpy_helper.to_array(given) if isinstance(given, onnx.TensorProto) else numpy.asarray(given)
        result.append(outcome(array, found.tensors[output.name]))
    return result


def outcome(array: Any, known: Any) -> str:
    if known.sizes is None:
        return "unknown"
    pairs = list(zip(known.sizes, array.shape, strict=False))
    if len(known.sizes) != array.ndim or any(mine is not None and mine != size for mine, size in pairs):
        return "wrong"
    if known.value is not None and array.dtype.kind in "iufb" and not all(map(alike, known.value.items, array.flat)):
        return "wrong value"
    return "partly known" if None in known.sizes else "known"


def alike(mine: Any, theirs: Any) -> bool:
    return mine is None or math.isnan(theirs) or math.isclose(mine, theirs, rel_tol=1e-3, abs_tol=1e-3)


def test_the_outputs_of_the_cases_of_onnx_have_the_sizes_that_are_computed(onnx: Any, cases: list[Any]) -> None:
    """Where a size depends on values, as of Unique, it is unknown; training, strings and trees are not read."""
    found: Counter[str] = Counter()
    wrong = []
    for case in cases:
        if case.model is None or any(opset.domain == "" and opset.version < 7 for opset in case.model.opset_import):
            continue
        here = outcomes(onnx, case)
        found.update(here)
        wrong += [case.name for each in here if each.startswith("wrong")]
    assert wrong == []
    assert found["known"] > 2000
    assert found["partly known"] < 80
    assert found["unknown"] < 120


WITHOUT_RULES = {
    "FlexAttention", "ImageDecoder", "SequenceMap", "StringNormalizer", "StringSplit", "TfIdfVectorizer",
}  # fmt: skip
"""Operators whose sizes are read from the model alone."""


def test_every_operator_of_onnx_has_a_rule(onnx: Any) -> None:
    names = {schema.name for schema in onnx.defs.get_all_schemas() if schema.domain == "" and not schema.deprecated}
    control = {"If", "Loop", "Scan"}
    assert names - set(RULES) - set(SEQUENCES) - control - WITHOUT_RULES == set()
