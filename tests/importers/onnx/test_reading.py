"""The reader against onnx and protobuf: what they read is what is read here, and what they refuse is refused."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.onnx.opening import decoded, read_model
from tests.drawn import CHARACTERS

pytestmark = pytest.mark.onnx


@pytest.fixture(scope="module", autouse=True)
def onnx() -> Any:
    return pytest.importorskip("onnx")


def light_models() -> list[Path]:
    """Return the models that the wheel of onnx contains."""
    onnx = pytest.importorskip("onnx")
    return sorted((Path(onnx.__path__[0]) / "backend/test/data/light").glob("*.onnx"))


def expected(content: bytes) -> Any:
    """Return what protobuf reads."""
    protobuf = pytest.importorskip("tests.importers.onnx.protobuf_reader")
    return protobuf.model(protobuf.loaded(content))


def test_the_light_models_are_read_alike() -> None:
    models = light_models()
    assert len(models) == 9
    for path in models:
        assert read_model(str(path)) == expected(path.read_bytes()), path.name


@lru_cache
def everything() -> bytes:
    """Return a model with everything that is read."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    inner = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "inner", [], [helper.make_tensor_value_info("y", 1, ["a", None])]
    )
    sparse = helper.make_sparse_tensor(
        helper.make_tensor("sp", kinds.FLOAT, [2], [1.0, 2.0]), helper.make_tensor("i", kinds.INT64, [2], [0, 3]), [5]
    )
    nodes = [
        helper.make_node("Conv", ["x", "w", ""], ["c"], name="conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("If", ["cond"], ["d"], then_branch=inner, else_branch=inner),
        helper.make_node("Constant", [], ["k"], value=helper.make_tensor("v", kinds.FLOAT, [2], [1.5, 2.5])),
        helper.make_node("Constant", [], ["l"], sparse_value=sparse),
        helper.make_node("Foo", ["c"], ["e"], domain="my", alpha=0.5, s="text", fs=[1.0, 2.0], ss=["a", "b"]),
    ]
    constants = [
        helper.make_tensor("w", kinds.FLOAT, [2, 3, 3, 3], [0.25] * 54),
        helper.make_tensor("half", kinds.FLOAT16, [2], [1, 2]),
        helper.make_tensor("shape", kinds.INT64, [2], [3, -1]),
        helper.make_tensor("flag", kinds.BOOL, [1], [True]),
        helper.make_tensor("raw", kinds.INT32, [2], b"\1\0\0\0\xff\xff\xff\xff", raw=True),
        helper.make_tensor("long", kinds.UINT64, [1], [2**63]),
        helper.make_tensor("double", kinds.DOUBLE, [1], [0.5]),
    ]
    inputs = [helper.make_tensor_value_info("x", 1, ["batch", 3, 8, 8])]
    outputs = [helper.make_tensor_value_info("e", 1, None), helper.make_tensor_value_info("s", 1, [])]
    body = helper.make_node("Elu", ["a"], ["b"])
    body.attribute.add(name="alpha", type=onnx.AttributeProto.FLOAT, ref_attr_name="alpha")
    function = helper.make_function("my", "Foo", ["a"], ["b"], [body], [helper.make_opsetid("", 17)], ["alpha"])
    graph = helper.make_graph(nodes, "graph", inputs, outputs, constants, sparse_initializer=[sparse])
    graph.value_info.append(helper.make_tensor_value_info("c", 1, [None, 2, "H", 8]))
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("my", 1)]
    found = helper.make_model(graph, functions=[function], opset_imports=opsets, producer_name="tests")
    found.metadata_props.add(key="author", value="nobody")
    content: bytes = found.SerializeToString()
    return content


def test_a_model_with_everything_is_read_alike() -> None:
    assert decoded(everything(), "x") == expected(everything())


def compared(content: bytes) -> str:
    """Return how a damaged model is read here and by protobuf."""
    protobuf = pytest.importorskip("tests.importers.onnx.protobuf_reader")
    try:
        mine = decoded(content, "x")
    except UsageError:
        mine = None
    try:
        theirs = protobuf.model(protobuf.loaded(content))
    except protobuf.DecodeError:
        return "both refuse" if mine is None else "not looked at"
    if mine is None:
        return "refused here alone"
    return "alike" if repr(mine) == repr(theirs) else "differs"


def test_every_cut_of_it_is_read_alike() -> None:
    content = everything()
    found = [compared(content[:size]) for size in range(len(content))]
    assert "differs" not in found
    assert "not looked at" not in found
    assert found.count("refused here alone") < 20


@pytest.mark.parametrize("changed", [1, 2, 4, 8, 0x10, 0x40, 0x80, 0xFF])
def test_every_changed_byte_of_it_is_read_alike(changed: int) -> None:
    """Protobuf also refuses damage in messages that are not read here."""
    content = everything()
    found = [
        compared(bytes([*content[:place], content[place] ^ changed, *content[place + 1 :]]))
        for place in range(len(content))
    ]
    assert "differs" not in found
    assert found.count("not looked at") < len(content) // 30
    assert found.count("alike") > len(content) // 4


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    numbers = st.integers(-(2**63), 2**63 - 1)
    floats = st.floats(width=32, allow_nan=False)
    values = st.one_of(
        numbers, floats, st.text(CHARACTERS, max_size=9), st.lists(numbers, min_size=1, max_size=5),
        st.lists(floats, min_size=1, max_size=5), st.lists(st.text(CHARACTERS, max_size=5), min_size=1, max_size=5),
    )  # fmt: skip
    return draw(st.dictionaries(st.text("abc", min_size=1, max_size=3), values, max_size=4))


NAMES = st.text(CHARACTERS, max_size=8)
SIZES = st.one_of(st.integers(0, 2**40), st.text(CHARACTERS, max_size=4), st.none())


@given(
    st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=2), attributes()), max_size=4),
    st.lists(st.tuples(NAMES, st.one_of(st.none(), st.lists(SIZES, max_size=4))), max_size=4),
    st.lists(st.tuples(NAMES, st.lists(st.integers(-(2**63), 2**63 - 1), max_size=6), st.booleans()), max_size=3),
)
def test_random_models_are_read_alike(nodes: Any, values: Any, constants: Any) -> None:
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    graph = helper.make_graph(
        [helper.make_node(op or "Op", inputs, outputs, name=op, **attrs) for op, inputs, outputs, attrs in nodes],
        "graph",
        [helper.make_tensor_value_info(name, 1, dims) for name, dims in values],
        [],
        [integers(name, items, raw=raw) for name, items, raw in constants],
    )
    content = helper.make_model(graph).SerializeToString()
    assert decoded(content, "x") == expected(content)


def integers(name: str, items: list[int], *, raw: bool) -> Any:
    """Return a tensor of whole numbers, as raw bytes or as a list."""
    onnx = pytest.importorskip("onnx")
    values: Any = b"".join(item.to_bytes(8, "little", signed=True) for item in items) if raw else items
    return onnx.helper.make_tensor(name, onnx.TensorProto.INT64, [len(items)], values, raw=raw)


@given(st.data())
def test_a_light_model_with_changed_bytes_ends_in_a_model_or_a_message(data: st.DataObject) -> None:
    content = bytearray(light_models()[0].read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded(bytes(content), "x")
    except ArchcalcError:
        return
