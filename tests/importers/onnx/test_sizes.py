"""Sizes of tensors that a model computes, without onnx: letters, folded shapes, functions, and what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archcalc.errors import UsageError
from archcalc.importers.onnx.inference import Inferred, infer
from archcalc.importers.onnx.opening import decoded
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.known import equal
from tests.importers.onnx.writing import FLOAT, INT64, data, function, graph, ints, model, node, tensor, weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.importers.onnx.known import Sizes
    from archcalc.symbolic.expr import Int
    from tests.importers.onnx.writing import Dim

H, W, N = Letter("H"), Letter("W"), Letter("N")


def inferred(
    nodes: Sequence[bytes],
    inputs: Mapping[str, Sequence[Dim] | None],
    constants: Sequence[bytes] = (),
    fixed: Mapping[str, Int] | None = None,
    version: int = 17,
    **more: object,
) -> Inferred:
    content = model(graph(nodes, inputs, ["y"], constants, **more), version)  # type: ignore[arg-type]
    return infer(decoded(content, "net.onnx"), "net.onnx", fixed)


def sizes(*args: object, **more: object) -> Sizes:
    return inferred(*args, **more).tensors["y"].sizes  # type: ignore[arg-type]


def test_a_convolution_of_letters() -> None:
    found = sizes([node("Conv", "x w", "y", strides=[2, 2])], {"x": ["N", 3, "H", "W"]}, [weight("w", 8, 3, 3, 3)])
    assert found is not None
    expected: tuple[Int, ...] = (N, 8, (H - 3) // 2 + 1, (W - 3) // 2 + 1)
    assert all(size is not None and equal(size, other) for size, other in zip(found, expected, strict=True))


def test_letters_may_be_fixed() -> None:
    conv = node("Conv", "x w", "y")
    assert sizes([conv], {"x": ["N", 3, "H", "W"]}, [weight("w", 8, 3, 3, 3)], {"N": 1, "H": 9, "W": 7}) == (1, 8, 7, 5)


FLATTEN_BY_HAND = [
    node("Shape", "x", "s"), node("Gather", "s zero", "n", axis=0), node("Unsqueeze", "n axis", "n1"),
    node("Concat", "n1 minus", "shape", axis=0), node("Reshape", "x shape", "y"),
]  # fmt: skip
"""What PyTorch exports for ``x.view(x.shape[0], -1)``."""


@pytest.mark.parametrize(("batch", "expected"), [("N", (N, 12)), (5, (5, 12))])
def test_a_shape_that_is_computed(batch: Dim, expected: tuple[Int, ...]) -> None:
    constants = [tensor("zero", [0], [], INT64), ints("axis", 0), ints("minus", -1)]
    assert sizes(FLATTEN_BY_HAND, {"x": [batch, 3, 4]}, constants) == expected


def test_arithmetic_with_letters() -> None:
    nodes = [
        node("Shape", "x", "s", start=2),
        node("Mul", "s two", "m"),
        node("Add", "m one", "a"),
        node("Div", "a two", "d"),
        node("ConstantOfShape", "d", "y"),
    ]
    assert sizes(nodes, {"x": ["N", 3, "H", "W"]}, [ints("two", 2, 2), ints("one", 1, 1)]) == (H, W)


def test_a_resize_by_scales() -> None:
    scales = tensor("scales", [1.0, 1.0, 2.0, 2.0], [4], FLOAT)
    nodes = [node("Resize", "x - scales", "y")]
    assert sizes(nodes, {"x": [1, 3, 10, 7]}, [scales]) == (1, 3, 20, 14)
    assert sizes(nodes, {"x": [1, 3, "H", 7]}, [scales]) == (1, 3, 2 * H, 14)


def test_the_batch_is_a_letter_like_others() -> None:
    """A rank-3 product: the batch comes from both sides."""
    assert sizes([node("MatMul", "a b", "y")], {"a": ["N", 7, 64], "b": ["N", 64, "T"]}) == (N, 7, Letter("T"))


def test_an_unnamed_size_is_a_letter_of_its_input() -> None:
    assert sizes([node("Relu", "x", "y")], {"x": [None, 3]}) == (Letter("x_0"), 3)


def test_a_size_may_be_an_expression_of_letters() -> None:
    found = sizes([node("Relu", "x", "y")], {"x": ["N", "past + 1"]})
    assert found is not None
    assert found[1] == Letter("past") + 1


def test_an_unknown_operator_has_the_sizes_that_the_model_declares() -> None:
    nodes = [node("Foo", "x", "f", domain="mine"), node("Relu", "f", "y")]
    assert sizes(nodes, {"x": [1, 2]}) is None
    assert sizes(nodes, {"x": [1, 2]}, known={"f": [5, 6]}) == (5, 6)


def test_declared_sizes_that_contradict_are_noted() -> None:
    found = inferred([node("Relu", "x", "f"), node("Relu", "f", "y")], {"x": [1, 2]}, known={"f": [1, 3]})
    assert found.tensors["y"].sizes == (1, 2)
    assert found.contradicted == {"f": ((1, 2), (1, 3))}


TWICE = function("Twice", "mine", "a", "b", [node("Relu", "a", "t"), node("Concat", "t t", "b", axis=0)])
"""A function that doubles the first axis."""


def test_functions_stand_where_they_are_called() -> None:
    calls = [node("Twice", "x", "u", domain="mine", name="one"), node("Twice", "u", "y", domain="mine")]
    content = model(graph(calls, {"x": [3, 4]}, ["y"]), functions=[TWICE], domains=["mine"])
    found = infer(decoded(content, "net.onnx"), "net.onnx")
    assert found.tensors["y"].sizes == (12, 4)
    assert [step.node.op for step in found.steps] == ["Relu", "Concat"] * 2
    assert found.steps[0].node.scope == ("one",)


def test_functions_hand_on_attributes() -> None:
    body = data(4, "Concat") + data(1, "a") + data(1, "a") + data(2, "b") + data(5, data(1, "axis") + data(21, "along"))
    content = model(
        graph([node("Join", "x", "y", domain="mine", along=1)], {"x": [3, 4]}, ["y"]),
        functions=[function("Join", "mine", "a", "b", [body + b""])],
    )
    assert infer(decoded(content, "net.onnx"), "net.onnx").tensors["y"].sizes == (3, 8)


def test_functions_that_grow_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHCALC_LIMIT_ONNX_PARTS", "3000")
    bodies = [
        function(f"F{level}", "mine", "a", "b", [node(f"F{level + 1}", "a", "t", domain="mine"),
                                                 node(f"F{level + 1}", "t", "b", domain="mine")])
        for level in range(29)
    ]  # fmt: skip
    last = function("F29", "mine", "a", "b", [node("Relu", "a", "b")])
    content = model(graph([node("F0", "x", "y", domain="mine")], {"x": [1]}), functions=[*bodies, last])
    with pytest.raises(UsageError, match="has more than 3,000 nodes, tensors and attributes"):
        infer(decoded(content, "net.onnx"), "net.onnx")


def test_a_function_that_calls_itself_is_refused() -> None:
    itself = function("F", "mine", "a", "b", [node("F", "a", "b", domain="mine")])
    content = model(graph([node("F", "x", "y", domain="mine")], {"x": [1]}), functions=[itself])
    with pytest.raises(UsageError, match="has more than 30 levels of graphs"):
        infer(decoded(content, "net.onnx"), "net.onnx")


def branch(op: str) -> tuple[str, bytes]:
    return "graph", graph([node(op, "x", "out")], {}, ["out"])


def test_an_if_has_the_sizes_in_which_both_branches_agree() -> None:
    choice = node("If", "c", "y", then_branch=branch("Relu"), else_branch=branch("GlobalAveragePool"))
    assert sizes([choice], {"c": [], "x": [1, 3, 8, 8]}) == (1, 3, None, None)


UNFIT = {
    "channels": (
        [node("Conv", "x w", "y", name="conv1")], {"x": [1, 4, 8, 8]}, [weight("w", 8, 3, 3, 3)],
        "net.onnx: node 'conv1' (Conv): the weight expects 3 input channels, the input has 4",
    ),
    "a large kernel": (
        [node("Conv", "x w", "y", name="conv1")], {"x": [1, 3, 2, 8]}, [weight("w", 8, 3, 3, 3)],
        "net.onnx: node 'conv1' (Conv): kernel 3 is larger than the input 2: ⌊(2 − 3 + 0)/1⌋ + 1 = 0",
    ),
    "inner sizes": (
        [node("MatMul", "x w", "y")], {"x": [1, 4]}, [weight("w", 5, 6)],
        "net.onnx: a node MatMul: the inner sizes of the product differ: 4 and 5",
    ),
    "a reshape": (
        [node("Reshape", "x s", "y")], {"x": [2, 3]}, [ints("s", 4, 2)],
        "net.onnx: a node Reshape: the input has 6 values, the output 8",
    ),
    "broadcast": (
        [node("Add", "x w", "y")], {"x": [2, 3]}, [weight("w", 2)],
        "net.onnx: a node Add: sizes 2 and 3 cannot be broadcast",
    ),
    "an attribute of another type": (
        [node("Conv", "x w", "y", kernel_shape="3")], {"x": [1, 3, 8, 8]}, [weight("w", 8, 3, 3, 3)],
        "net.onnx: a node Conv: attribute 'kernel_shape' has a value of another type than Conv expects",
    ),
    "no such tensor": (
        [node("Relu", "nothing", "y")], {"x": [1]}, [], "net.onnx: a node Relu: no earlier node outputs 'nothing'",
    ),
}  # fmt: skip
"""Nodes that do not fit what they read, and the message."""


@pytest.mark.parametrize("name", UNFIT)
def test_what_does_not_fit_has_a_message(name: str) -> None:
    nodes, inputs, constants, message = UNFIT[name]
    with pytest.raises(UsageError) as error:
        sizes(nodes, inputs, constants)
    assert str(error.value).splitlines()[0] == message


def test_old_operators_are_refused() -> None:
    with pytest.raises(UsageError, match=r"net\.onnx uses operator set 6; expected 7 or newer"):
        sizes([node("Relu", "x", "y")], {"x": [1]}, version=6)
