"""The reader of the wire format, without onnx: strict about damage, and bounded in time, memory and depth."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ArchcalcError, UsageError
from archcalc.importers.onnx.model import OnnxGraph
from archcalc.importers.onnx.opening import decoded, read_model
from archcalc.importers.onnx.wire import BYTES, FIXED32, MANY, VARINT, Wire, signed
from archcalc.limits import ONNX_FIELDS, ONNX_LEVELS
from tests.importers.onnx.writing import (
    attribute,
    data,
    declared,
    fixed,
    graph,
    ints,
    model,
    node,
    number,
    numbers,
    opset,
    tensor,
    varint,
    weight,
)

if TYPE_CHECKING:
    from pathlib import Path

SMALL = model(
    graph(
        [node("Conv", "x w", "y", name="conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]), node("Relu", "y", "z")],
        {"x": ["batch", 3, 8, 8]},
        ["z"],
        [weight("w", 4, 3, 3, 3), ints("shape", 2, -1)],
    )
)
"""A model of two nodes."""


def refused(content: bytes) -> str:
    """Return the message for bytes that are no model."""
    with pytest.raises(UsageError) as error:
        decoded(content, "net.onnx")
    return str(error.value)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_number_is_read_as_it_was_written(value: int) -> None:
    content = varint(value)
    assert Wire(content, "x").varint(0, len(content)) == (value % 2**64, len(content))
    assert signed(value % 2**64) == value


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=9))
def test_a_list_of_numbers_is_the_same_packed_or_not(values: list[int]) -> None:
    one_by_one = b"".join(number(8, value) for value in values)
    for content in (one_by_one, numbers(8, values)):
        assert Wire(content, "x").gather({8: VARINT | MANY}, (0, len(content))).ints(8) == tuple(values)


@given(st.lists(st.binary(max_size=9), max_size=9))
def test_what_is_not_asked_for_is_skipped(parts: list[bytes]) -> None:
    content = b"".join(data(3, part) + number(4, 5) + fixed(9, 1.0) + data(5, part) for part in parts)
    wire = Wire(content, "x")
    found = wire.gather({5: BYTES, 9: FIXED32}, (0, len(content)))
    assert [wire.bytes(span) for span in found.spans(5)] == parts
    assert found.floats(9) == (1.0,) * len(parts)


def test_a_message_in_several_pieces_is_their_sum() -> None:
    pieces = [graph([node("Relu", "x", "y")], {"x": [1]}), graph([node("Tanh", "y", "z")], {})]
    content = b"".join(data(7, piece) for piece in pieces) + data(8, opset(17))
    assert [each.op for each in decoded(content, "x").graph.nodes] == ["Relu", "Tanh"]


def test_a_model_is_read() -> None:
    found = decoded(SMALL, "net.onnx")
    conv, relu = found.graph.nodes
    assert (conv.op, conv.inputs, conv.outputs, conv.name) == ("Conv", ("x", "w"), ("y",), "conv1")
    assert conv.attributes == {"kernel_shape": (3, 3), "pads": (1, 1, 1, 1)}
    assert relu.attributes == {}
    assert found.graph.fed[0].dims == ("batch", 3, 8, 8)
    assert found.graph.constants["w"].external
    assert found.graph.constants["shape"].values == (2, -1)
    assert (found.opsets, found.producer, found.ir_version) == ({"": 17}, "tests", 8)


def test_every_cut_of_a_model_is_refused() -> None:
    whole = len(SMALL)
    for size in range(whole):
        try:
            found = decoded(SMALL[:size], "net.onnx")
        except ArchcalcError:
            continue
        assert found != decoded(SMALL, "net.onnx")


def test_every_changed_byte_is_a_model_or_a_message() -> None:
    for place in range(len(SMALL)):
        for changed in (SMALL[place] ^ 1, SMALL[place] ^ 0x80, 0, 0xFF):
            content = bytes([*SMALL[:place], changed, *SMALL[place + 1 :]])
            try:
                found = decoded(content, "net.onnx")
            except ArchcalcError:
                continue
            assert isinstance(found.graph, OnnxGraph)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_model_or_a_message(content: bytes) -> None:
    try:
        decoded(content, "net.onnx")
    except ArchcalcError:
        return


HOSTILE = {
    "empty": (b"", "net.onnx is empty"),
    "text": (b"input: 3x32x32\n", "net.onnx is damaged at byte 9: 3 is not a wire type of ONNX"),
    "a number that never ends": (b"\x08" + b"\xff" * 99, "net.onnx is damaged at byte 1: a number is longer than 10"),
    "a number that is cut off": (b"\x08\xff", "net.onnx is damaged at byte 1: a number is cut off"),
    "a field longer than the file": (
        b"\x3a" + varint(2**63) + b"1",
        "net.onnx is damaged at byte 0: a field of 9,223,372,036,854,775,808 bytes is cut off after 1",
    ),
    "a field of number 0": (b"\x02\x00", "net.onnx is damaged at byte 0: 0 is not a field number"),
    "a group": (b"\x0b", "net.onnx is damaged at byte 0: 3 is not a wire type of ONNX"),
    "no graph": (data(8, opset(17)), "net.onnx is not an ONNX model: it has no graph"),
    "no operators": (data(7, b""), "net.onnx is not an ONNX model: it has no operator set"),
    "a negative size": (
        model(graph([], {}, constants=[tensor("w", None, [-1, 3])])),
        "net.onnx: tensor 'w' has the negative size -1",
    ),
    "too many axes": (
        model(graph([], {}, constants=[tensor("w", None, [1] * 33)])),
        "tensor 'w' of net.onnx has more than 32 axes (33)",
    ),
    "too many axes of an input": (model(graph([], {"x": [1] * 33})), "tensor 'x' of net.onnx has more than 32 axes (33)"),
    "data that do not fit": (
        model(graph([], {}, constants=[tensor("w", [1.0, 2.0], [3])])),
        "net.onnx: tensor 'w' has 8 bytes of data; its dimensions need 12",
    ),
    "a long name": (
        model(graph([node("Relu", "x", "y", name="n" * 5000)], {"x": [1]})),
        "a name in net.onnx is larger than 4,096 bytes",
    ),
    "a list of numbers that is cut off": (
        model(graph([data(4, "Foo") + data(5, data(1, "a") + data(7, b"123") + number(20, 6))], {})),
        "a list of numbers is cut off",
    ),
}  # fmt: skip
"""Bytes that are no model, and the message."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_have_a_message(name: str) -> None:
    content, message = HOSTILE[name]
    assert message in refused(content)


def nested(levels: int) -> bytes:
    """Return a graph within a graph, so many levels deep."""
    content = graph([], {})
    for _ in range(levels):
        content = graph([data(4, "If") + data(5, attribute("then_branch", ("graph", content)))], {})
    return content


def test_graphs_may_lie_in_graphs_only_so_deep() -> None:
    decoded(model(nested(ONNX_LEVELS.value - 1)), "net.onnx")
    assert "has more than 30 levels of graphs" in refused(model(nested(ONNX_LEVELS.value)))
    assert "has more than 30 levels of graphs" in refused(model(nested(2000)))


def test_many_fields_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ONNX_FIELDS.variable, "100")
    assert refused(model(graph([node("Relu", "x", "x")] * 30, {"x": [1]}))).startswith(
        "net.onnx has more than 100 fields\n  raise the limit: ARCHCALC_LIMIT_ONNX_FIELDS"
    )


def test_many_nodes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHCALC_LIMIT_ONNX_PARTS", "20")
    assert "has more than 20 nodes, tensors and attributes" in refused(model(graph([node("Relu", "x", "x")] * 30, {})))


def test_a_type_that_is_no_tensor_has_no_sizes() -> None:
    sequence = data(1, "s") + data(2, data(4, data(1, number(1, 1))))
    content = data(1, node("Relu", "x", "y")) + data(11, sequence) + data(11, declared("x", [2]))
    assert [value.dims for value in decoded(model(content), "x").graph.inputs] == [None, (2,)]


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        read_model(str(tmp_path / "none.onnx"))


TWO_GIGABYTES = 2 * 10**9

OPEN_IT = """
    import sys, time
    from archcalc.importers.onnx.opening import read_model
    before = time.process_time()
    found = read_model(sys.argv[1])
    seconds = time.process_time() - before
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(len(found.graph.nodes), seconds, status["VmHWM"].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_gigabytes_of_weights_are_not_read(tmp_path: Path) -> None:
    """The file is sparse: one weight of 2 GB among the nodes of a small model."""
    nodes = graph([node("Relu", "x", "y")] * 1000, {"x": [1]})
    values = TWO_GIGABYTES // 4
    head = number(1, values) + number(2, 1) + data(8, "w") + varint(9 << 3 | 2) + varint(4 * values)
    constant = varint(5 << 3 | 2) + varint(len(head) + 4 * values) + head
    start = number(1, 8) + data(8, opset(17)) + varint(7 << 3 | 2) + varint(len(nodes) + len(constant) + 4 * values)
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.write(start + constant)
        file.seek(4 * values, 1)
        file.write(nodes)
    program = textwrap.dedent(OPEN_IT)
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    count, seconds, kilobytes = done.stdout.split()
    assert int(count) == 1000
    assert float(seconds) < 1
    assert int(kilobytes) < 100_000
