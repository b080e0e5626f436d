"""Caffe: published counts of networks, the rules that its layers have, and files that are none of its."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.importers.caffe.text_format import parse
from archcalc.limits import NET_FIELDS, NET_LEVELS, NET_SIZE
from archcalc.services.opening import as_spec, load
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table

IMAGE = 'input: "data" input_shape { dim: 10 dim: 3 dim: 12 dim: 12 }\n'


def layer(name: str, kind: str, options: str = "", bottom: str = "data", top: str = "") -> str:
    """Return a layer; ``bottom`` lists names between spaces, and so does ``top``, which is the name by default."""
    reads = " ".join(f'bottom: "{blob}"' for blob in bottom.split())
    makes = " ".join(f'top: "{blob}"' for blob in (top or name).split())
    return f'layer {{ name: "{name}" type: "{kind}" {reads} {makes} {options} }}\n'


def in_place(name: str, kind: str, blob: str, options: str = "") -> str:
    """Return a layer that writes where it reads."""
    return layer(name, kind, options, blob, blob)


def table(folder: Path, *parts: str, shapes: tuple[str, ...] = (), train: bool = False) -> Table:
    """Return the table of a file that holds these parts."""
    path = folder / "net.prototxt"
    path.write_text("".join(parts), encoding="utf-8")
    return load(str(path), shapes, train=train).analyze()


def shapes(found: Table) -> dict[str, str]:
    """Return the output shape of each row."""
    return {row.path: str(row.output) for row in found}


def conv(name: str, filters: int, kernel: int, bottom: str, more: str = "") -> str:
    """Return a convolution and a ReLU in place, in the format of 2014."""
    options = f"convolution_param {{ num_output: {filters} kernel_size: {kernel} {more} }}"
    return layer(name, "Convolution", options, bottom) + in_place(f"relu_{name}", "ReLU", name)


def pool(name: str, bottom: str, more: str = "kernel_size: 3 stride: 2") -> str:
    """Return a max pool."""
    return layer(name, "Pooling", f"pooling_param {{ pool: MAX {more} }}", bottom)


def dense(name: str, outputs: int, bottom: str) -> str:
    """Return a fully connected layer."""
    return layer(name, "InnerProduct", f"inner_product_param {{ num_output: {outputs} }}", bottom)


LRN = "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }"


def caffenet() -> str:
    """Return CaffeNet: AlexNet with pooling before normalization."""
    return "".join([
        'name: "CaffeNet"\ninput: "data"\ninput_dim: 10\ninput_dim: 3\ninput_dim: 227\ninput_dim: 227\n',
        conv("conv1", 96, 11, "data", "stride: 4"), pool("pool1", "conv1"), layer("norm1", "LRN", LRN, "pool1"),
        conv("conv2", 256, 5, "norm1", "pad: 2 group: 2"), pool("pool2", "conv2"), layer("norm2", "LRN", LRN, "pool2"),
        conv("conv3", 384, 3, "norm2", "pad: 1"), conv("conv4", 384, 3, "conv3", "pad: 1 group: 2"),
        conv("conv5", 256, 3, "conv4", "pad: 1 group: 2"), pool("pool5", "conv5"),
        dense("fc6", 4096, "pool5"), in_place("relu6", "ReLU", "fc6"), in_place("drop6", "Dropout", "fc6"),
        dense("fc7", 4096, "fc6"), in_place("relu7", "ReLU", "fc7"), in_place("drop7", "Dropout", "fc7"),
        dense("fc8", 1000, "fc7"), layer("prob", "Softmax", "", "fc8"),
    ])  # fmt: skip


def old_vgg() -> str:
    """Return VGG-16 in the format of 2014, with types as words."""
    found = 'name: "VGG"; input: "data", input_dim: [1, 3, 224, 224]\n'
    bottom = "data"
    for stage, (filters, copies) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for copy in range(1, copies + 1):
            name = f"conv{stage}_{copy}"
            options = f"convolution_param {{ num_output: {filters} pad: 1 kernel_size: 3 }}"
            found += f"layers {{ bottom: '{bottom}' top: '{name}' name: '{name}' type: CONVOLUTION {options} }}\n"
            found += f"layers < bottom: '{name}' top: '{name}' name: 'relu{name[4:]}' type: RELU >\n"
            bottom = name
        options = "pooling_param: { pool: 0 kernel_size: 2 stride: 2 }"
        found += f"layers {{ bottom: '{bottom}' top: 'pool{stage}' name: 'pool{stage}' type: POOLING {options} }}\n"
        bottom = f"pool{stage}"
    for name, outputs in (("fc6", 4096), ("fc7", 4096), ("fc8", 1000)):
        options = f"inner_product_param {{ num_output: {outputs} }}"
        found += f"layers {{ bottom: '{bottom}' top: '{name}' name: '{name}' type: INNER_PRODUCT {options} }}\n"
        bottom = name
    return found


@pytest.mark.parametrize(
    ("text", "network", "params"), [(caffenet(), "caffenet", 60_965_224), (old_vgg(), "vgg16", 138_357_544)]
)
def test_published_counts(tmp_path: Path, text: str, network: str, params: int) -> None:
    """Source: the sizes of bvlc_reference_caffenet.caffemodel and VGG_ILSVRC_16_layers.caffemodel (4 bytes each)."""
    found, built_in = table(tmp_path, text), archcalc.load(network).analyze()
    assert found.totals.params == params
    assert found.totals.macs == built_in.totals.macs


def test_rows_have_the_names_of_the_layers(tmp_path: Path) -> None:
    found = table(tmp_path, caffenet())
    assert found.spec.title == "CaffeNet"
    names = ["conv1", "relu_conv1", "pool1", "norm1", "conv2"]
    assert [row.path for row in found][: len(names)] == names
    assert (shapes(found)["conv1"], shapes(found)["pool1"], shapes(found)["pool5"]) == (
        "96×55×55",
        "96×27×27",
        "256×6×6",
    )


def test_the_written_spec_has_the_same_totals(tmp_path: Path) -> None:
    one = table(tmp_path, caffenet())
    spec = tmp_path / "net.yaml"
    spec.write_text(as_spec(str(tmp_path / "net.prototxt")), encoding="utf-8")
    other = load(str(spec)).analyze()
    assert (one.totals.params, one.totals.macs) == (other.totals.params, other.totals.macs)


TRAINED = (
    layer("d", "Data", "include { phase: TRAIN } transform_param { crop_size: 12 }", "", "data label")
    + layer("d", "Data", "include { phase: TEST } transform_param { crop_size: 12 }", "", "data label")
    + dense("fc", 5, "data")
    + layer("drop", "Dropout", "include: { phase: TRAIN }", "fc", "fc")
    + layer("test", "Sigmoid", "exclude { phase: TRAIN } exclude { stage: 'x' }", "fc", "fc")
    + layer("accuracy", "Accuracy", "include { phase: TEST }", "fc label")
    + layer("loss", "SoftmaxWithLoss", "", "fc label")
)


def test_a_phase_has_its_layers_and_data_is_an_input(tmp_path: Path) -> None:
    tested = table(tmp_path, TRAINED, shapes=("3x12x12",))
    assert [row.path for row in tested] == ["flatten", "fc", "test"]
    assert tested.spec.note == (
        "Without the layers for data, losses and measures: d (Data), accuracy (Accuracy) and loss (SoftmaxWithLoss)."
    )
    trained = table(tmp_path, TRAINED, shapes=("3x12x12",), train=True)
    assert [row.path for row in trained] == ["flatten", "fc", "drop"]
    asked = call("show", str(tmp_path / "net.prototxt"))
    assert (asked.code, "does not say what its input is" in asked.err, "3x12x12" in asked.err) == (2, True, True)


def test_what_only_a_minor_loss_reads_is_a_head_for_training(tmp_path: Path) -> None:
    parts = [IMAGE, dense("aux", 5, "data"), conv("c", 4, 1, "data"), dense("main", 7, "c")]
    losses = [layer("l1", "SoftmaxWithLoss", "loss_weight: 0.3", "aux"), layer("l2", "SoftmaxWithLoss", "", "main")]
    found = table(tmp_path, *parts, *losses)
    assert found.totals.params == 4 * 3 + 4 + 7 * (4 * 144) + 7


def test_inputs_that_the_file_says(tmp_path: Path) -> None:
    fed = 'layer { name: "in" type: "Input" top: "a" top: "b" input_param { shape { dim: 1 dim: 4 } } }\n'
    two = table(tmp_path, fed, layer("sum", "Eltwise", "", "a b"))
    assert ({name: str(shape) for name, shape in two.inputs.items()}, shapes(two)) == (
        {"a": "4", "b": "4"},
        {"sum": "4"},
    )
    memory = "memory_data_param { batch_size: 2 channels: 1 height: 5 width: 6 }"
    image = table(tmp_path, layer("m", "MemoryData", memory, "", "x y"), conv("c", 2, 1, "x"))
    assert shapes(image)["c"] == "2×5×6"
    dummy = layer("m", "DummyData", "dummy_data_param { shape { dim: 2 dim: 3 dim: 4 dim: 4 } }", "", "x")
    assert shapes(table(tmp_path, dummy, conv("c", 2, 1, "x")))["c"] == "2×4×4"
    old = layer("m", "DummyData", "dummy_data_param { num: 2 channels: 3 height: 4 width: 4 }", "", "x")
    assert shapes(table(tmp_path, old, conv("c", 2, 1, "x")))["c"] == "2×4×4"
    python = layer("p", "Python", "python_param { module: 'm' layer: 'L' }", "", "x")
    assert shapes(table(tmp_path, python, conv("c", 2, 1, "x"), shapes=("1x6x6",)))["c"] == "2×6×6"


@pytest.mark.parametrize(
    ("size", "options", "out"),
    [  # by PoolingLayer::Reshape: ceil((I + 2P - K)/S) + 1, and with padding no window beyond I + P
        (12, "kernel_size: 3 stride: 2", 6), (12, "kernel_size: 2 stride: 2", 6), (12, "kernel_size: 3", 10),
        (7, "kernel_size: 2 stride: 2 pad: 1", 4), (12, "kernel_size: 3 stride: 2 round_mode: FLOOR", 5),
        (5, "kernel_size: 1 stride: 3", 3), (7, "kernel_size: 3 stride: 2 pad: 2", 5),
        (12, "kernel_h: 3 kernel_w: 3 stride_h: 2 stride_w: 2 pad_h: 0 pad_w: 0", 6), (12, "global_pooling: true", 1),
        (12, "kernel_size: 3 stride: 2 ceil_mode: false", 5), (12, "kernel_size: 3 stride: 2 engine: CAFFE", 6),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["MAX", "AVE", "STOCHASTIC"])
def test_pools_round_up(tmp_path: Path, size: int, options: str, out: int, method: str) -> None:
    fed = f'input: "data" input_dim: 1 input_dim: 2 input_dim: {size} input_dim: {size}\n'
    found = table(tmp_path, fed, layer("p", "Pooling", f"pooling_param {{ pool: {method} {options} }}"))
    assert shapes(found) == {"p": f"2×{out}×{out}"}


@pytest.mark.parametrize(
    ("kind", "options", "out", "params"),
    [  # 3×12×12 comes in; parameters by the blobs of each layer's LayerSetUp
        ("Convolution", "convolution_param { num_output: 4 kernel_h: 3 kernel_w: 1 pad_h: 1 pad_w: 0 }", "4×12×12", 40),
        ("Convolution", "convolution_param { num_output: 4 kernel_size: 3 kernel_size: 5 dilation: 2 }", "4×8×4", 184),
        ("Convolution", "convolution_param { num_output: 6 kernel_size: 3 group: 3 bias_term: false }", "6×10×10", 54),
        ("Deconvolution", "convolution_param { num_output: 4 kernel_size: 4 stride: 2 pad: 1 }", "4×24×24", 196),
        ("InnerProduct", "inner_product_param { num_output: 5 axis: 2 }", "3×5", 725),
        ("ReLU", "relu_param { negative_slope: 0.1 }", "3×12×12", 0),
        ("PReLU", "", "3×12×12", 3),
        ("PReLU", "prelu_param { channel_shared: true }", "3×12×12", 1),
        ("ELU", "elu_param { alpha: .5 }", "3×12×12", 0),
        ("Sigmoid", "", "3×12×12", 0),
        ("TanH", "", "3×12×12", 0),
        ("Power", "power_param { power: 2.0 scale: 1e-3 }", "3×12×12", 0),
        ("LRN", "lrn_param { local_size: 3 norm_region: WITHIN_CHANNEL }", "3×12×12", 0),
        ("MVN", "", "3×12×12", 0),
        ("Softmax", "softmax_param { axis: 2 }", "3×12×12", 0),
        ("BatchNorm", "", "3×12×12", 0),
        ("Scale", "", "3×12×12", 3),
        ("Scale", "scale_param { bias_term: true }", "3×12×12", 6),
        ("Scale", "scale_param { axis: 1 num_axes: -1 }", "3×12×12", 432),
        ("Bias", "", "3×12×12", 3),
        ("Normalize", "norm_param { channel_shared: false }", "3×12×12", 3),
        ("Flatten", "", "432", 0),
        ("Flatten", "flatten_param { axis: 2 }", "3×144", 0),
        ("Reshape", "reshape_param { shape { dim: 0 dim: 9 dim: -1 dim: 12 } }", "9×4×12", 0),
        ("Reshape", "reshape_param { shape { dim: -1 dim: 4 } axis: 1 num_axes: 2 }", "9×4×12", 0),
        ("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }", "12×12×3", 0),
        ("ShuffleChannel", "shuffle_channel_param { group: 3 }", "3×12×12", 0),
        ("Tile", "tile_param { axis: 1 tiles: 2 }", "6×12×12", 0),
        ("Reduction", "reduction_param { operation: MEAN axis: 2 }", "3", 0),
        ("SPP", "spp_param { pyramid_height: 3 }", "63", 0),
        ("SPP", "spp_param { pyramid_height: 2 pool: AVE }", "15", 0),
        ("Embed", "embed_param { num_output: 2 input_dim: 9 }", "3×12×12×2", 20),
        ("Concat", "", "3×12×12", None),
    ],
)
def test_layers_of_one_blob(tmp_path: Path, kind: str, options: str, out: str, params: int | None) -> None:
    found = table(tmp_path, IMAGE, layer("x", kind, options), layer("end", "Sigmoid", "", "x"))
    assert shapes(found)["end"] == out
    assert found.totals.params == (params or 0)


def test_layers_of_several_blobs(tmp_path: Path) -> None:
    two = conv("a", 4, 3, "data", "pad: 1") + conv("b", 4, 3, "data", "pad: 1") + conv("small", 4, 3, "data")
    found = table(
        tmp_path, IMAGE, two,
        layer("sum", "Eltwise", "", "a b"), layer("minus", "Eltwise", "eltwise_param { coeff: 1 coeff: -1 }", "a b"),
        layer("mean", "Eltwise", "eltwise_param { coeff: 0.5 coeff: 0.5 }", "a b"),
        layer("times", "Eltwise", "eltwise_param { operation: 0 }", "a b"),
        layer("most", "Eltwise", "eltwise_param { operation: MAX }", "a b"),
        layer("cat", "Concat", "", "a b"), layer("tall", "Concat", "concat_param { axis: -2 }", "a b"),
        layer("cut", "Crop", "crop_param { axis: 2 offset: 1 }", "a small"),
        layer("wide", "Crop", "crop_param { axis: 3 offset: 2 }", "a small"),
        layer("parts", "Slice", "slice_param { slice_point: 1 }", "a", "one three"),
        layer("rows", "Slice", "slice_param { axis: 2 }", "a", "top low"),
        layer("twice", "Split", "", "a", "again other"), layer("use", "Eltwise", "", "again other"),
        layer("both", "Scale", "", "a b"), layer("pool", "Pooling", "pooling_param { global_pooling: true }", "a"),
        layer("gate", "Scale", "", "a pool"), layer("axpy", "Axpy", "", "pool a b"), layer("plus", "Bias", "", "a b"),
        layer("odd", "Scale", "scale_param { bias_term: true axis: 0 }", "a three"),
    )  # fmt: skip
    kinds = {row.path: row.kind for row in found}
    assert {name: kinds[name] for name in ("sum", "minus", "times", "most", "mean", "use", "both", "gate", "axpy")} == {
        "sum": "add", "minus": "subtract", "times": "multiply", "most": "pointwise", "mean": "pointwise",
        "use": "add", "both": "multiply", "gate": "multiply", "axpy": "add",
    }  # fmt: skip
    out = shapes(found)
    assert (out["cat"], out["tall"], out["cut"], out["wide"]) == ("8×12×12", "4×24×12", "4×10×10", "4×12×10")
    assert (out["parts/0"], out["parts/1"], out["rows/1"]) == ("1×12×12", "3×12×12", "4×6×12")
    assert found["odd"].params == 3 * 12 * 12


def test_a_batch_norm_and_its_scale_are_one_row(tmp_path: Path) -> None:
    norm = in_place("bn", "BatchNorm", "c", "batch_norm_param { use_global_stats: true }")
    scale = in_place("scale", "Scale", "c", "scale_param { bias_term: true }")
    found = table(tmp_path, IMAGE, conv("c", 4, 1, "data"), norm, scale)
    assert [row.path for row in found] == ["c", "relu_c", "bn"]
    assert (found["bn"].params, found.totals.counts.buffers) == (8, 8)
    apart = layer("bn", "BatchNorm", "", "c") + layer("s", "Scale", "", "bn") + layer("r", "ReLU", "", "bn")
    assert found["bn"].kind == "batchnorm"
    kinds = [row.kind for row in table(tmp_path, IMAGE, conv("c", 4, 1, "data"), apart)]
    assert kinds == ["conv", "relu", "batchnorm", "layer_scale", "relu"]


def test_parameters_with_a_name_are_shared(tmp_path: Path) -> None:
    """Source: caffe's siamese example: both columns have the parameters of one."""
    both = 'param { name: "w" lr_mult: 1 } param { name: "b" } '
    kernel = "convolution_param { num_output: 4 kernel_size: 3 }"
    one, other = (layer(name, "Convolution", kernel + both) for name in ("a", "b"))
    found = table(tmp_path, IMAGE, one, other)
    assert (found.totals.params, found["b"].shares) == (4 * 3 * 9 + 4, "a")
    weight = layer("b", "Convolution", kernel + ' param { name: "w" } param { name: "own" }')
    assert table(tmp_path, IMAGE, one, weight).totals.params == 4 * 3 * 9 + 2 * 4
    old = (
        one.replace("layer {", "layers {")
        .replace('"Convolution"', "CONVOLUTION")
        .replace(both, 'param: "w" param: "b"')
    )
    assert table(tmp_path, IMAGE, old, old.replace('"a"', '"c"')).totals.params == 4 * 3 * 9 + 4
    mixed = layer("c", "Convolution", kernel + ' param { name: "w" } param { name: "x" }')
    third = layer("d", "Convolution", kernel + ' param { name: "v" } param { name: "x" }')
    crossed = layer("e", "Convolution", kernel + ' param { name: "w" } param { name: "x" }')
    with pytest.raises(ArchcalcError, match="'e' shares parameters of several layers"):
        table(tmp_path, IMAGE, one, third, mixed.replace('"w"', '"z"'), crossed)


def test_an_unknown_type_is_said_to_be_unknown(tmp_path: Path) -> None:
    found = table(tmp_path, IMAGE, conv("c", 4, 1, "data"), layer("own", "MyLayer", "", "c"), dense("fc", 5, "own"))
    assert (found["own"].kind, str(found["own"].params), str(found["own"].macs)) == ("opaque", "unknown", "unknown")
    assert str(found["fc"].params) == "unknown"
    assert "unknown" in str(found.totals.params)
    boxes = table(tmp_path, IMAGE, layer("box", "PriorBox", "", "data"), layer("flat", "Flatten", "", "box"))
    assert (boxes.totals.params, boxes.totals.macs) == (0, 0)


def test_the_text_format_as_protobuf_reads_it() -> None:
    r"""Source: protobuf.dev/reference/protobuf/textformat-spec."""
    text = "# first\na: 'it\\'s' \" joined\"; b < c: 0x1F, d: -1.5e3f >\nb: { c: [1, 2] e: true f: 1 } # end"
    found = parse(text, "a.prototxt")
    assert found.text("a") == "it's joined"
    one, two = found.messages("b")
    assert (one.text("c"), one.text("d")) == ("0x1F", "-1.5e3f")
    assert (two.numbers("c"), two.flag("e"), two.flag("f"), two.flag("g")) == ([1, 2], True, True, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layer { name: 'a'", "net.prototxt:1: 'layer' is not closed"),
        ("layer { name }", "net.prototxt:1: expected ':' or '{' after 'name', got '}'"),
        ("layer { name: }", "net.prototxt:1: expected a value after 'name', got '}'"),
        ("\n}", "net.prototxt:2: expected a field, got '}'"),
        ("layer { ] }", "net.prototxt:1: expected a field, got ']'"),
        ("layer: 3", "net.prototxt:1: invalid layer: expected braces, got '3'"),
        ("name", "net.prototxt:1: the file ends after 'name'"),
        ("a: [1, {", "net.prototxt:1: expected a value in the list 'a', got '{'"),
        ("a: 'open\n'", "net.prototxt:1: cannot read ''open'"),
        ("a: 1.2.3", "net.prototxt:1: cannot read '1.2.3'"),
        ("name: 'x'", "net.prototxt:1: the file has no layers"),
        ("layer {} " * 3, "net.prototxt:1: a layer has no type"),
        ("layers { type: FOO }", "net.prototxt:1: unknown type FOO of an old layer"),
        ("layers { layer { name: 'a' } }", "this format of 2013 is not supported"),
        ("layer { type: { a: 1 } }", "net.prototxt:1: invalid type: expected a value, got braces"),
        ("a { " * (NET_LEVELS.value + 1), "net.prototxt has more than 20 levels of braces"),
        (" " * NET_SIZE.value + "a: 1", "is larger than 2 MB"),
        ("", "net.prototxt is empty"),
        ("%PDF-1.4", "net.prototxt is a PDF, not a .prototxt file of Caffe"),
        (layer("s", "Silence", "", "x"), "the network has no layers that compute"),
        (IMAGE + layer("c", "ReLU", "", "nothing"), "reads 'nothing', which no layer before it outputs"),
        ('input: "data"' + layer("c", "ReLU"), "does not say what its input is"),
        ('input: "data" input_shape { dim: 1 dim: 1 dim: 1 dim: 1 dim: 1 dim: 1 }' + layer("c", "ReLU"), "has 5 axes"),
        ('input: "data" input_dim: 0 ' + layer("c", "ReLU"), "invalid input_dim '0': expected an integer ≥ 1"),
        ('input: "data" input_dim: 5 ' + layer("c", "ReLU"), "1 values of input_dim for 1 inputs"),
        (layer("p", "Parameter", "", "", "x") + layer("c", "ReLU", "", "x"), "Parameter 'p' reads nothing, which is not supported"),
    ],
    ids=range(26),
)  # fmt: skip
def test_a_file_that_is_none_of_caffe(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "net.prototxt"
    path.write_text(text, encoding="utf-8")
    done = call("show", str(path))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("most", [200, pytest.param(NET_FIELDS.value, marks=pytest.mark.long)])
def test_fields_are_bounded(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archcalc.importers.caffe.text_format.NET_FIELDS", NET_FIELDS._replace(default=most))
    path = tmp_path / "net.prototxt"
    path.write_text("a: 1 " * (most + 1), encoding="utf-8")
    assert f"net.prototxt has more than {most:,} fields" in call("show", str(path)).err


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    path.write_bytes(b"name: '\xff'")
    assert "net.prototxt is in an unknown format" in call("show", str(path)).err


def options_of(kind: str, options: str, bottom: str = "data", top: str = "") -> Any:  # noqa: ANN401 - a parameter
    """Return a layer on its own line."""
    return layer("x", kind, options, bottom, top)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (options_of("Convolution", "convolution_param { kernel_size: 3 }"), "convolution_param requires num_output"),
        (options_of("Convolution", "convolution_param { num_output: 3 }"), "convolution_param requires kernel_size"),
        (options_of("Convolution", "convolution_param { num_output: -3 kernel_size: 1 }"), "invalid num_output '-3'"),
        (options_of("Convolution", "convolution_param { kernel_size: 1 num_output: 99999999999 }"), "invalid num_output '9999999999"),
        (options_of("Convolution", "convolution_param { num_output: 3 kernal_size: 3 }"), "unknown field 'kernal_size'"),
        (options_of("Convolution", "convolution_param { num_output: 3 kernel_size: 13 }"), "does not fit: kernel 13 is"),
        (options_of("Convolution", "convolution_param { num_output: 4 kernel_size: 1 group: 2 }"), "does not divide the 3"),
        (options_of("Convolution", "convolution_param { num_output: 4 kernel_size: [1, 1, 1] }"), "has 3 values of kernel_si"),
        (options_of("Convolution", "convolution_param { num_output: 4 kernel_size: 1 axis: 2 }"), "an axis other than 1"),
        (options_of("Convolution", "convolution_param { bias_term: maybe num_output: 1 kernel_size: 1 }"), "true or false"),
        (options_of("Pooling", "pooling_param { kernel_size: 15 }"), "has a kernel of 15, which is larger"),
        (options_of("Pooling", "pooling_param { kernel_size: 2 pool: MEAN }"), "invalid pool 'MEAN': expected MAX, AVE"),
        (options_of("ReLU", "relu_param { negative_slope: steep }"), "invalid negative_slope 'steep': expected a number"),
        (options_of("ReLU", "", "data data"), "ReLU 'x' reads 2 blobs; expected one"),
        (options_of("Concat", "concat_param { axis: 0 }", "data data"), "joins images along the batch"),
        (options_of("Concat", "concat_param { axis: 7 }", "data data"), "axis 7 is not one of the 4 axes of 'data'"),
        (options_of("Slice", "", "data", "a b"), "does not divide 3 into 2 equal parts"),
        (options_of("Slice", "slice_param { slice_point: 3 }", "data", "a b"), "slice_point does not divide 3 into the 2"),
        (options_of("Slice", "slice_param { axis: 0 }", "data", "a b"), "divides the batch"),
        (options_of("Flatten", "flatten_param { axis: 0 }"), "flattens the batch"),
        (options_of("Reshape", "reshape_param { shape { dim: 0 dim: 5 } }"), "cannot reshape 432 values to 5"),
        (options_of("Reshape", "reshape_param { shape { dim: -1 dim: 3 } }"), "moves values into the batch"),
        (options_of("Reshape", "reshape_param { shape { dim: 1 dim: 432 dim: 1 dim: 1 dim: 0 } }"), "an axis that is not there"),
        (options_of("Reshape", "reshape_param { axis: 9 }"), "has no axes from 9"),
        (options_of("Permute", "permute_param { order: 1 order: 0 }"), "moves the batch"),
        (options_of("Permute", "permute_param { order: 0 order: 1 order: 1 order: 2 }"), "does not fit: invalid order"),
        (options_of("Crop", ""), "Crop 'x' expects two blobs"),
        (options_of("Crop", "crop_param { offset: [1, 2, 3] }", "data data"), "has 3 offsets for 2 axes"),
        (options_of("Axpy", "", "data data"), "Axpy 'x' expects three blobs"),
        (options_of("InnerProduct", "inner_product_param { num_output: 2 axis: 0 }"), "takes images together"),
        (options_of("Scale", "scale_param { axis: 0 }"), "has a factor for each image"),
        (options_of("Tile", "tile_param { axis: 0 tiles: 2 }"), "repeats images"),
        (options_of("Reduction", ""), "reduces the batch"),
        (layer("x", "Slice", "").replace('top: "x"', ""), "Slice 'x' has no top"),
        (options_of("SPP", "spp_param { pyramid_height: 2000000000 }"), "has a pyramid of 2000000000 levels"),
        (options_of("Convolution", "convolution_param { num_output: 2147483647 kernel_size: 1 }"), "147,483,647 values"),
        (options_of("Eltwise", "eltwise_param { coeff: '²' }"), "invalid coeff ''²'': expected a number"),
        (options_of("Reshape", "reshape_param { shape { dim: [1, 3, 2, 6, 2, 6] } }"), "a shape cannot have 5 sizes"),
        (options_of("InnerProduct", "inner_product_param { num_output: 2 }") + layer("c", "LRN", "", "x"), "feature map"),
        (options_of("InnerProduct", "inner_product_param { num_output: 2 }") + conv("c", 1, 1, "x"), "expects a feature map"),
    ],
    ids=range(40),
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, part: str, said: str) -> None:
    with pytest.raises(ArchcalcError) as caught:
        table(tmp_path, IMAGE, part)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"net.prototxt:{3 if 'feature map' in said else 2}: ")


@pytest.mark.parametrize(
    "text", ["a: " + "1" * 1_900_000 + "x", "a: -" + " " * 1_900_000 + "x", 'a: "' + "\\a" * 900_000]
)
def test_a_long_value_is_read_once(tmp_path: Path, text: str) -> None:
    """A pattern that tries a value anew from each of its signs would take hours: the test would not end."""
    path = tmp_path / "net.prototxt"
    path.write_text(text, encoding="utf-8")
    assert "net.prototxt:1: cannot read" in call("show", str(path)).err
