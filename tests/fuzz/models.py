"""Models of other programs: small ones that are nearly valid, made by the tests themselves, and then damaged."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from archcalc.importers.caffe.layers import RULES as CAFFE
from archcalc.importers.darknet.layers import ENDS
from archcalc.importers.darknet.layers import RULES as DARKNET
from archcalc.importers.huggingface import FAMILIES
from archcalc.importers.keras.layers import RULES as KERAS
from tests.fuzz.mutation import NUMBERS, WORDS, bytes_of, corrupt, damaged, piece
from tests.fuzz.trees import damaged_tree, value, words
from tests.importers import keras_files, weight_files
from tests.importers.onnx import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SIZES = (1, 2, 3, 4, 8, 16)
ODD = (0, -1, 5, 7, 2**31, 2**63 - 1)


def size(random: Random) -> int:
    """Return a size, seldom one that cannot be."""
    return random.choice(SIZES if random.random() < 0.95 else ODD)


@cache
def operations() -> tuple[str, ...]:
    """Return the operations of ONNX that have a rule."""
    names: set[str] = set()
    for part in ("rows.moving", "rows.multiplying", "rows.norming", "rows.pointwise", "rows.sliding"):
        names |= set(import_module(f"archcalc.importers.onnx.{part}").ROWS)
    for part in ("choosing", "contributed", "elementwise", "making", "movement", "products", "reducing", "resizing"):
        names |= set(import_module(f"archcalc.importers.onnx.shapes.{part}").RULES)
    return (*sorted(names | {"LSTM", "GRU", "RNN"}), "Nosuch", "If", "Loop")


def onnx(random: Random) -> bytes:
    """Return a model of ONNX: a chain with some branches."""
    made, constants, nodes, channels = ["x"], [], [], 3
    for number in range(random.randint(1, 6)):
        last, name = made[-1], f"t{number}"
        match random.randrange(10):
            case 0 | 1:
                filters, kernel = size(random), size(random)
                constants.append(writing.weight(f"w{number}", filters, channels, kernel, kernel))
                nodes.append(writing.node("Conv", f"{last} w{number}", name, name=f"/m/m.{number}/conv/Conv",
                                          pads=[kernel // 2] * 4, strides=[random.choice((1, 1, 2))] * 2))  # fmt: skip
                channels = filters
            case 2 | 7 | 8:
                nodes.append(writing.node(random.choice(("Relu", "Sigmoid", "Erf", "Softmax")), last, name))
            case 3:
                nodes.append(writing.node("MaxPool", last, name, kernel_shape=[2, 2], strides=[2, 2]))
            case 4:
                op, other = random.choice(("Add", "Mul", "Concat", "MatMul")), random.choice(made)
                options: dict[str, Any] = {"axis": 1} if random.random() < 0.5 else {}
                nodes.append(writing.node(op, f"{last} {other}", name, **options))
            case 5:
                values = [random.choice((-1, 0, 1, 3, channels, size(random))) for _ in range(random.randint(1, 4))]
                constants.append(writing.ints(f"s{number}", *values))
                nodes.append(writing.node(random.choice(("Reshape", "Expand", "Slice", "Tile", "Unsqueeze")),
                                          f"{last} s{number}", name))  # fmt: skip
            case _:
                nodes.append(_any_node(random, made, name))
        made.append(name)
    images: tuple[list[writing.Dim], ...] = (["batch", 3, 8, 8], [1, 3, 8, 8], [1, 3, "h", "w"], [None, 3, None, 8])
    dims: list[writing.Dim] = random.choice((*images, *images, [2, 4, 8], [1, 2**40]))
    found = writing.graph(nodes, {"x": dims}, [made[-1]], constants)
    whole = writing.model(found, random.choice((17, 17, 9, 21)))
    return corrupt(random, whole) if random.random() < 0.35 else whole


def _any_node(random: Random, made: list[str], name: str) -> bytes:
    inputs = " ".join(random.choice((*made, "-", "w0", "s1")) for _ in range(random.randint(1, 4)))
    options: dict[str, Any] = {}
    for word in random.sample(words("onnx/**/*.py"), random.randint(0, 3)):
        options[word] = random.choice(
            (size(random), [size(random)] * 2, [], "x", 1.5, ("tensor", writing.ints("c", 1, 2)),
             ("graph", writing.graph([], {"x": [1]}, ["x"])))
        )  # fmt: skip
    outputs = name if random.random() < 0.9 else f"{name} {name}_b"
    options = {key: found for key, found in options.items() if found != [] and key not in ("op", "inputs", "outputs")}
    return writing.node(random.choice(operations()), inputs, outputs, **{"name": name} | options)


def _keras_options(random: Random) -> dict[str, Any]:
    usual = {"filters": size(random), "units": size(random), "kernel_size": [3, 3], "pool_size": [2, 2], "axis": -1,
             "strides": [1, 1], "padding": random.choice(("same", "valid")), "activation": "relu", "rate": 0.5,
             "input_dim": 100, "output_dim": 4, "target_shape": [-1, 4], "num_heads": 2, "key_dim": 2, "size": [2, 2],
             "return_sequences": True, "data_format": "channels_last", "dims": [2, 1], "n": 2}  # fmt: skip
    known = [word for word in words("keras/*.py", "keras_config.py") if word not in ("name", "kind")]
    return usual | {random.choice(known): value(random) for _ in range(random.choice((0, 0, 1, 3)))}


def keras(random: Random) -> Any:
    """Return a model of Keras: a chain or a graph."""
    layers = []
    for number in range(random.randint(1, 6)):
        kind = random.choice((*("Conv2D", "Dense", "Flatten", "Activation", "MaxPooling2D") * 8, *KERAS, "Nosuch"))
        layers.append(keras_files.layer(kind, f"l{number}", **_keras_options(random)))
    sizes = random.choice(((8, 8, 3), (8, 3), (16,), (None, None, 3), (4, 8, 8, 3)))
    if random.random() < 0.5:
        made: Any = keras_files.chain(*layers, sizes=sizes)
    else:
        for number, layer in enumerate(layers):
            reads = [keras_files.tensor(f"l{number - 1}" if number else "image")]
            if random.random() < 0.3:
                reads.append(keras_files.tensor(f"l{random.randint(0, 5)}"))
            layers[number] = keras_files.reading(layer, *random.choice((reads, [reads])))
        start = keras_files.entrance("image", *sizes)
        made = keras_files.functional([start, *layers], [[layers[-1]["name"], 0, 0]])
    if random.random() < 0.5:
        made = damaged_tree(random, made, words("keras/*.py", "keras_config.py"))
    return made


def config(random: Random) -> bytes:
    """Return a `config.json` of Hugging Face."""
    family = random.choice(list(FAMILIES))
    small = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 50}
    made = {"model_type": family, **FAMILIES[family].fields, **(small if random.random() < 0.7 else {})}
    made = {key: found if type(found).__module__ == "builtins" else value(random) for key, found in made.items()}
    names = words("huggingface*.py")
    return json_bytes(random, damaged_tree(random, made, names) if random.random() < 0.8 else made)


def json_bytes(random: Random, tree: Any) -> bytes:
    """Return JSON as a file, sometimes damaged as text."""
    text = json.dumps(tree, ensure_ascii=random.random() < 0.5)
    return bytes_of(random, damaged(random, text) if random.random() < 0.2 else text)


def cfg(random: Random) -> bytes:
    """Return a network of darknet."""
    lines = ["[net]", f"width={size(random) * 8}", f"height={size(random) * 8}", "channels=3"]
    known = words("darknet/*.py")
    for _ in range(random.randint(1, 8)):
        kind = random.choice((*("convolutional", "maxpool", "shortcut", "route") * 5, *DARKNET, *ENDS, "nosuch"))
        lines += ["", f"[{kind}]", f"filters={size(random)}", f"size={size(random)}", "stride=1", "pad=1",
                  f"activation={random.choice((*('leaky', 'linear', 'relu', 'mish') * 6, 'x'))}"]  # fmt: skip
        lines += [f"from={random.choice((-1, -2, -3, 0))}", f"layers={random.choice(('-1', '-1', '-2,-1', '0', '-9'))}"]
        lines += ["output=4"]
        lines += [f"{random.choice(known)}={random.choice((*NUMBERS, 'x', '1,2', ''))}"] * (random.random() < 0.1)
    text = "\n".join(lines) + "\n"
    return bytes_of(random, damaged(random, text) if random.random() < 0.4 else text)


CAFFE_PARAMS = {"Convolution": "convolution_param", "Pooling": "pooling_param", "InnerProduct": "inner_product_param"}


def prototxt(random: Random) -> bytes:
    """Return a network of Caffe."""
    parts, blobs = ['input: "data" input_shape { dim: 1 dim: 3 dim: 12 dim: 12 }'], ["data"]
    for number in range(random.randint(1, 6)):
        kind = random.choice((*("Convolution", "Pooling", "InnerProduct", "ReLU") * 12, *CAFFE, "Accuracy", "Nosuch"))
        name = blobs[-1] if kind == "ReLU" else f"b{number}"
        reads = blobs[-1:] if random.random() < 0.9 else random.choices(blobs, k=2)
        bottoms = " ".join(f'bottom: "{blob}"' for blob in reads)
        parts.append(
            f'layer {{ name: "l{number}" type: "{kind}" {bottoms} top: "{name}" {_caffe_param(random, kind)} }}'
        )
        blobs.append(name)
    text = "\n".join(parts) + "\n"
    return bytes_of(random, damaged(random, text) if random.random() < 0.4 else text)


def _caffe_param(random: Random, kind: str) -> str:
    usual = {
        "Convolution": f"num_output: {size(random)} kernel_size: {size(random)} pad: {random.choice((0, 1, 2))}",
        "Pooling": f"kernel_size: {random.choice((1, 2, 3))} stride: {random.choice((1, 2))}",
        "InnerProduct": f"num_output: {size(random)}",
    }.get(kind, "")
    if random.random() < 0.1:
        known = [word for word in words("caffe/*.py") if word.islower()]
        usual += f" {random.choice(known)}: {random.choice((*NUMBERS, 'MAX', 'true', '{ }'))}"
    return f"{CAFFE_PARAMS.get(kind, kind.lower() + '_param')} {{ {usual} }}" if usual else ""


def _tensor_names(random: Random) -> list[str]:
    usual = ("C1.weight", "C1.bias", "fc.weight", "layer1.0.conv.weight", "a/b:0", "")
    return [random.choice((*usual, piece(random))) for _ in range(random.randint(0, 5))]


def safetensors(random: Random) -> bytes:
    """Return a file of safetensors."""
    types = list(weight_files.WIDTHS)
    tensors = {
        name.encode("utf-8", "replace").decode(): (random.choice(types), [random.choice(SIZES) for _ in range(random.randint(0, 4))])
        for name in _tensor_names(random)
    }  # fmt: skip
    header, length = weight_files.described(tensors, {"format": "pt"} if random.random() < 0.5 else None)
    if random.random() < 0.5:
        tree = damaged_tree(random, json.loads(header), ("dtype", "shape", "data_offsets", "__metadata__"))
        header = json.dumps(tree).encode()
    made = weight_files.packed(header, bytes(min(length, 9_000)))
    return corrupt(random, made) if random.random() < 0.4 else made


def torch_file(random: Random) -> bytes:
    """Return a file of torch.save, new or old."""
    storages, tensors = {}, {}
    for number, name in enumerate(_tensor_names(random)):
        dims = tuple(random.choice(SIZES) for _ in range(random.randint(0, 3)))
        count = 1
        for length in dims:
            count *= length
        storages[str(number)] = min(4 * count, 9_000)
        kind = random.choice(("FloatStorage", "FloatStorage", "HalfStorage", "LongStorage", "Nosuch"))
        tensors[name.encode("utf-8", "replace").decode()] = weight_files.tensor(str(number), dims, count, 0, kind)
    pickled = weight_files.state_dict(**tensors)
    if random.random() < 0.5:
        pickled = corrupt(random, pickled) if random.random() < 0.6 else soup(random)
    if random.random() < 0.2:
        return weight_files.before(pickled, list(storages), bytes(sum(storages.values())))
    made = weight_files.archive(pickled, storages)
    return corrupt(random, made) if random.random() < 0.4 else made


OPCODES = b"()]}.01234NabdeghijlopqrstuJKMLIFSTUVXBC\x80\x81\x82\x83\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8e\x90\x91\x93\x94\x95Q2"


def soup(random: Random) -> bytes:
    """Return opcodes of pickles in no order."""
    parts = [bytes([random.choice(OPCODES)]) + random.choice((b"", b"\1", b"\0\0\0\0", b"os\nsystem\n", b"1\n"))
             for _ in range(random.randint(1, 40))]  # fmt: skip
    return b"\x80\x02" + b"".join(parts) + b"."


def _archived(random: Random) -> bytes:
    made = keras_files.packed(keras(random))
    return corrupt(random, made) if random.random() < 0.3 else made


def pasted(random: Random) -> bytes:
    """Return what a program prints of a model: modules of PyTorch, or a table of Keras."""
    rows = [
        f"  ({number}): {random.choice(PRINTED).format(size(random), size(random))}"
        for number in range(random.randint(1, 6))
    ]
    lines = ["Sequential(", *rows, ")"]
    if random.random() < 0.5:
        cells = [f" c{n} ({random.choice(KERAS_KINDS)})   (None, {size(random)}, 4)   {size(random)}" for n in range(3)]
        lines = ['Model: "m"', "_" * 60, " Layer (type)   Output Shape   Param #", "=" * 60, *cells, "=" * 60,
                 f"Total params: {size(random)}"]  # fmt: skip
    text = "\n".join(lines) + "\n"
    return bytes_of(random, damaged(random, text) if random.random() < 0.6 else text)


PRINTED = (
    "Conv2d({}, {}, kernel_size=(3, 3), stride=(1, 1))", "ReLU()", "Linear(in_features={}, out_features={}, bias=True)",
    "BatchNorm2d({})", "4 x Block(", "Unknown(x={})", "Conv2d({}",
)  # fmt: skip
KERAS_KINDS = ("Dense", "Conv2D", "Activation", "Unknown", "LSTM")


def yolo(random: Random) -> bytes:
    """Return a model of ultralytics."""
    modules = ("Conv", "C3", "C2f", "SPPF", "Bottleneck", "Concat", "nn.Upsample", "Nosuch")

    def row() -> str:
        came, module = random.choice(("-1", "-1", "-1", "[-1, 0]", "-9", "x")), random.choice(modules)
        return f"  - [{came}, {size(random)}, {module}, [{size(random)}, 3, 2]]"

    head = [row() for _ in range(random.randint(0, 3))] + ["  - [[-1], 1, Detect, [nc]]"] * (random.random() < 0.7)
    back = ["  - [-1, 1, Conv, [8, 3, 2]]", *(row() for _ in range(random.randint(0, 2)))]
    text = "\n".join(["nc: 3", "ch: 3", "backbone:", *back, "head:", *head]) + "\n"
    return bytes_of(random, damaged(random, text) if random.random() < 0.3 else text)


FORMATS: dict[str, Callable[[Random], bytes]] = {
    "net.onnx": onnx,
    "net.keras": _archived,
    "model.json": lambda random: json_bytes(random, keras(random)),
    "config.json": config,
    "net.cfg": cfg,
    "deploy.prototxt": prototxt,
    "w.safetensors": safetensors,
    "w.pt": torch_file,
    "summary.txt": pasted,
    "yolo.yaml": yolo,
}
"""What makes the bytes of a file, by its name."""

WEIGHTS = ("w.safetensors", "w.pt")


def name_of_a_module(random: Random) -> str:
    """Return what names code of PyTorch or timm, none of which is there."""
    scheme = random.choice(("torch:", "timm:", "hf:"))
    place = random.choice(("./net.py:Net", "os:system", ":", "::", "a.b.c:D", "./folder", ".", "", "~/x", *WORDS))
    return scheme + (damaged(random, place) if random.random() < 0.5 else place)
