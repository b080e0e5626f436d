"""darknet: the sizes and BFLOPs that darknet itself prints, and files that are none of its."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.limits import NET_FIELDS, NET_SIZE
from archcalc.services.opening import as_spec, load
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table


def cfg(*sections: str, net: str = "width=64 height=64 channels=3") -> str:
    """Return the text of a file: each section is its name, and its options between spaces."""
    lines = [f"[{name}]\n" + "\n".join(options) for name, *options in (s.split() for s in ("net " + net, *sections))]
    return "\n\n".join(lines) + "\n"


def table(folder: Path, *sections: str, net: str = "width=64 height=64 channels=3") -> Table:
    """Return the table of a file with these sections."""
    path = folder / "net.cfg"
    path.write_text(cfg(*sections, net=net), encoding="utf-8")
    return load(str(path)).analyze()


def shapes(found: Table) -> dict[str, str]:
    """Return the output shape of each row."""
    return {row.path: str(row.output) for row in found}


CONV = "convolutional batch_normalize=1 filters={} size={} stride={} pad=1 activation=leaky"


def conv(filters: int, size: int, stride: int = 1) -> str:
    """Return a convolution with a batch norm and a leaky ReLU, as almost all of darknet's are."""
    return CONV.format(filters, size, stride)


DARKNET_19 = (
    conv(32, 3), "maxpool size=2 stride=2", conv(64, 3), "maxpool size=2 stride=2",
    conv(128, 3), conv(64, 1), conv(128, 3), "maxpool size=2 stride=2",
    conv(256, 3), conv(128, 1), conv(256, 3), "maxpool size=2 stride=2",
    conv(512, 3), conv(256, 1), conv(512, 3), conv(256, 1), conv(512, 3), "maxpool size=2 stride=2",
    conv(1024, 3), conv(512, 1), conv(1024, 3), conv(512, 1), conv(1024, 3),
    "convolutional filters=1000 size=1 stride=1 pad=1 activation=linear", "avgpool", "softmax groups=1",
)  # fmt: skip
IMAGE_256 = "width=256 height=256 channels=3"


def darknet_53() -> list[str]:
    """Return the sections of Darknet-53, by table 1 of arXiv 1804.02767."""
    found = [conv(32, 3)]
    for filters, copies in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        found.append(conv(filters, 3, 2))
        found += [conv(filters // 2, 1), conv(filters, 3), "shortcut from=-3 activation=linear"] * copies
    return [*found, "avgpool", "convolutional filters=1000 size=1 stride=1 pad=1 activation=linear", "softmax"]


def test_darknet_19_has_the_bflops_that_darknet_prints(tmp_path: Path) -> None:
    """Source: pjreddie.com/darknet/imagenet (256×256): layers 0 to 18, and 7.29 billion operations in total."""
    found = table(tmp_path, *DARKNET_19, net=IMAGE_256)
    printed = [0.113, 0.604, 0.604, 0.067, 0.604, 0.604, 0.067, 0.604, 0.604, 0.067, 0.604, 0.067, 0.604, 0.604]
    macs: list[Any] = [row.macs for row in found if row.kind == "conv"]
    assert [round(2 * number / 1e9, 3) for number in macs[: len(printed)]] == printed
    assert round(2 * found.totals.macs / 1e9, 2) == 7.29  # type: ignore[operator]
    assert found.totals.params == archcalc.load("darknet19").analyze().totals.params
    assert shapes(found)["conv_18/conv"] == "1024×8×8"


def test_darknet_53_has_the_operations_of_its_paper(tmp_path: Path) -> None:
    """Source: arXiv 1804.02767, table 2: 18.7 billion; pjreddie.com/darknet/imagenet: 18.57."""
    found = table(tmp_path, *darknet_53(), net=IMAGE_256)
    shipped = archcalc.load("darknet53").analyze()
    assert round(2 * found.totals.macs / 1e9, 2) == 18.57  # type: ignore[operator]
    assert (found.totals.params, found.totals.macs) == (shipped.totals.params, shipped.totals.macs)
    assert sum(row.kind == "conv" for row in found) == 53
    assert shapes(found)["shortcut_4"] == "64×128×128"


TINY_YOLO_3 = (
    conv(16, 3), "maxpool size=2 stride=2", conv(32, 3), "maxpool size=2 stride=2", conv(64, 3),
    "maxpool size=2 stride=2", conv(128, 3), "maxpool size=2 stride=2", conv(256, 3), "maxpool size=2 stride=2",
    conv(512, 3), "maxpool size=2 stride=1", conv(1024, 3), conv(256, 1), conv(512, 3),
    "convolutional size=1 stride=1 pad=1 filters=255 activation=linear", "yolo mask=3,4,5 classes=80",
    "route layers=-4", conv(128, 1), "upsample stride=2", "route layers=-1,8", conv(256, 3),
    "convolutional size=1 stride=1 pad=1 filters=255 activation=linear", "yolo mask=0,1,2 classes=80",
)  # fmt: skip


def test_a_tiny_yolo_has_two_outputs_and_the_totals_of_the_built_in_network(tmp_path: Path) -> None:
    """Source: pjreddie.com/darknet/yolo: YOLOv3-tiny at 416×416 has 5.56 billion operations."""
    found = table(tmp_path, *TINY_YOLO_3, net="width=416 height=416 channels=3")
    built_in = archcalc.load("yolov3-tiny").analyze()
    assert (found.totals.params, found.totals.macs) == (built_in.totals.params, built_in.totals.macs)
    assert round(2 * found.totals.macs / 1e9, 2) == 5.56  # type: ignore[operator]
    assert [found.graph.nodes[index].path for index in found.graph.results] == ["conv_15", "conv_22"]
    assert (shapes(found)["route_20"], shapes(found)["maxpool_11"]) == ("384×26×26", "512×13×13")


def test_the_written_spec_has_the_same_totals(tmp_path: Path) -> None:
    path = tmp_path / "tiny.cfg"
    path.write_text(cfg(*TINY_YOLO_3, net="width=416 height=416 channels=3"), encoding="utf-8")
    spec = tmp_path / "tiny.yaml"
    spec.write_text(as_spec(str(path)), encoding="utf-8")
    one, other = load(str(path)).analyze(), load(str(spec)).analyze()
    assert (one.totals.params, one.totals.macs) == (other.totals.params, other.totals.macs)


def test_another_input_is_the_one_that_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "n.cfg"
    path.write_text(cfg(conv(8, 3), "maxpool size=2 stride=2"), encoding="utf-8")
    assert str(next(reversed(list(load(str(path), ["3x33x35"]).analyze()))).output) == "8×17×18"
    assert "channels, height and width" in call("show", str(path), "--input", "784").err


@pytest.mark.parametrize(
    ("options", "size", "shape"),
    [  # by out = (size + padding - kernel) / stride + 1 of maxpool_layer.c, padding = kernel - 1 unless it is given
        ("size=2 stride=2", 13, 7), ("size=2 stride=1", 13, 13), ("size=3 stride=2", 13, 7), ("size=13 stride=1", 13, 13),
        ("stride=2", 12, 6), ("size=3 stride=2 padding=0", 12, 5), ("size=3 stride=2 padding=1", 12, 6), ("", 5, 5),
    ],
)  # fmt: skip
def test_pools_round_like_darknet(tmp_path: Path, options: str, size: int, shape: int) -> None:
    net = f"width={size} height={size} channels=2"
    assert shapes(table(tmp_path, f"maxpool {options}", net=net)) == {"maxpool_0": f"2×{shape}×{shape}"}


def test_routes_take_groups_of_channels(tmp_path: Path) -> None:
    """Source: the printed table of yolov4-tiny.cfg of AlexeyAB: route 2 … 1/2 → half of the channels."""
    found = table(tmp_path, conv(32, 3), "route layers=-1 groups=2 group_id=1", conv(8, 1), "route layers=-1,-2,0")
    assert (shapes(found)["route_1"], shapes(found)["route_3"]) == ("16×64×64", "56×64×64")
    assert found["conv_2/conv"].params == 8 * 16


def test_sums_with_weights_and_sums_of_other_sizes_are_opaque(tmp_path: Path) -> None:
    sections = [conv(8, 1), conv(8, 1), conv(4, 1)]
    weighted = table(tmp_path, *sections[:2], "shortcut from=-2 weights_type=per_channel activation=linear")
    assert (weighted["shortcut_2"].kind, weighted["shortcut_2"].params) == ("opaque", 16)
    other = table(tmp_path, *sections, "shortcut from=0 activation=relu")
    assert (other["shortcut_3/opaque"].kind, shapes(other)["shortcut_3/relu"]) == ("opaque", "4×64×64")


def test_sections_with_weights_that_are_no_convolution(tmp_path: Path) -> None:
    """By the calloc of local_layer.c, connected_layer.c, deconvolutional_layer.c and lstm_layer.c."""
    local = table(tmp_path, "local filters=4 size=3 stride=2 pad=1 activation=leaky", net="width=8 height=8 channels=2")
    assert (local["local_0/opaque"].params, local["local_0/opaque"].macs) == (2 * 4 * 9 * 16 + 4 * 16, 2 * 4 * 9 * 16)
    assert shapes(local)["local_0/leaky_relu"] == "4×4×4"
    line = table(tmp_path, "connected output=10 batch_normalize=1 activation=relu", net="width=4 height=4 channels=2")
    assert [row.kind for row in line] == ["flatten", "linear", "batchnorm", "relu"]
    assert line.totals.params == 32 * 10 + 2 * 10
    up = table(tmp_path, "deconvolutional filters=4 size=4 stride=2 padding=1 activation=linear")
    assert (shapes(up), up.totals.params) == ({"deconv_0": "4×128×128"}, 3 * 4 * 16 + 4)
    cell = table(tmp_path, "lstm output=10", net="inputs=6 time_steps=3")
    assert cell.totals.params == 4 * (6 * 10 + 10) + 4 * (10 * 10 + 10)


def test_the_other_sections(tmp_path: Path) -> None:
    found = table(
        tmp_path, "crop crop_width=32 crop_height=32", "reorg stride=2", "normalization", "batchnorm",
        "dropout probability=.25", "activation activation=mish", conv(12, 1), "sam from=-2", "avgpool",
        "scale_channels from=-2", "upsample", "reorg reverse=1 stride=2", "reorg stride=1 extra=5", "softmax", "cost", "logistic", "l2norm",
    )  # fmt: skip
    assert shapes(found)["reorg_1"] == "12×16×16"
    assert shapes(found)["scale_channels_9"] == "12×16×16"
    assert str(next(reversed(list(found))).output) == str(3 * 64 * 64 + 5)


def test_shared_weights_count_once(tmp_path: Path) -> None:
    found = table(tmp_path, conv(8, 3), conv(8, 3), f"{conv(8, 3)} share_index=1")
    assert found.totals.params == 8 * 3 * 9 + 8 * 8 * 9 + 2 * 16
    assert found["conv_2/conv"].shares == "conv_1/conv"


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        (
            ["convolution filters=3"],
            "net.cfg:6: [convolution] is not a section that archcalc knows\n  did you mean convol",
        ),
        (["convolutional size=3"], "net.cfg:6: [convolutional] requires filters"),
        (["convolutional filters=3.5"], "net.cfg:7: [convolutional] invalid filters '3.5': expected an integer ≥ 1"),
        (["convolutional filters=99999999999"], "invalid filters '99999999999'"),
        (["convolutional filters=" + "9" * 5000], "expected an integer ≥ 1"),
        (["convolutional filters=4 stride=0"], "net.cfg:8: [convolutional] invalid stride '0'"),
        (["convolutional filters=4 activation=laky"], "net.cfg:8: [convolutional] unknown activation 'laky'"),
        (["convolutional filters=4 groups=2"], "groups=2 does not divide the 3 input channels"),
        (["convolutional filters=4 antialiasing=1"], "net.cfg:8: [convolutional] antialiasing is not supported"),
        (["convolutional filters=4 size=99"], "net.cfg:6: [convolutional] kernel 99 is larger than"),
        (["connected output=4", "convolutional filters=4"], "[convolutional] expects a feature map, got a vector"),
        (["maxpool size=2 maxpool_depth=1"], "maxpool_depth is not supported"),
        (["route layers=-2"], "layers=-2 is not one of the 0 layers before it"),
        (["avgpool", "route layers=5"], "layers=5 is not one of the 1 layers before it"),
        (["route"], "net.cfg:6: [route] requires layers"),
        (["avgpool", "route layers=-1,a"], "invalid layers 'a'"),
        ([conv(4, 1), conv(4, 1, 2), "route layers=0,1"], "the layers have different sizes: 4×64×64, 4×32×32"),
        ([conv(4, 1), "route layers=0 groups=3"], "groups=3 does not divide the 4 channels"),
        ([conv(4, 1), "route layers=0 groups=2 group_id=2"], "group_id=2 is not one of 2 groups"),
        (["shortcut"], "requires from"),
        ([conv(3, 1), "shortcut from=-1 weights_type=x"], "invalid weights_type 'x'"),
        (["reorg stride=5"], "stride=5 does not divide the size 64×64"),
        (["local filters=2 size=70"], "size=70 is larger than the input (64×64)"),
        (["dropout probability=half"], "invalid probability 'half': expected a number"),
        ([conv(3, 1), "convolutional filters=3 share_index=7"], "share_index=7 is not one of the 1 layers"),
        (["avgpool", "convolutional filters=3 share_index=0"], "share_index does not name a convolution"),
        (["upsample stride=2000000000"] * 500, "net.cfg:6: [upsample] the output 3×128000000000×128000000000 has more"),
        (["convolutional filters=3 pad=yes"], "net.cfg:8: [convolutional] invalid pad 'yes': expected an integer"),
        ([], "net.cfg has no layers"),
        (["yolo"], "net.cfg has no layers"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, sections: list[str], said: str) -> None:
    with pytest.raises(ArchcalcError) as caught:
        table(tmp_path, *sections)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "n.cfg is empty"),
        (b"\x89PNG\r\n\x1a\n", "n.cfg is not UTF-8 text (byte 0)"),
        (b"%PDF-1.7 text", "n.cfg is a PDF, not a .cfg file of darknet"),
        (b"# a comment alone", "n.cfg has no sections"),
        (b"[section]\nname = value", "n.cfg:1: expected [net], got [section]"),
        (b"filters=3\n[net]", "n.cfg:1: expected a section, got 'filters=3'"),
        (b"[net\nwidth=3", "n.cfg:1: invalid section '[net'"),
        (b"[net]\nwidth", "n.cfg:2: [net] invalid line 'width': expected key=value"),
        (b"[net]\n=3", "n.cfg:2: [net] invalid line '=3'"),
        (b"[net]\nwidth=3\n[avgpool]", "[net] of n.cfg does not say what its input is"),
        (b"[net]\nwidth=3\nheight=x", "n.cfg:3: [net] invalid height 'x'"),
        (b"[net]\n" + b"#" * NET_SIZE.value, "is larger than 2 MB"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_file_that_is_none_of_darknet(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "n.cfg"
    path.write_bytes(content)
    done = call("show", str(path))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("most", [200, pytest.param(NET_FIELDS.value, marks=pytest.mark.long)])
def test_fields_are_bounded(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archcalc.importers.darknet.sections.NET_FIELDS", NET_FIELDS._replace(default=most))
    path = tmp_path / "n.cfg"
    path.write_bytes(b"[net]\n" + b"a=1\n" * (most + 1))
    assert f"n.cfg has more than {most:,} fields" in call("show", str(path)).err


def test_comments_spaces_and_a_key_that_is_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "n.cfg"
    text = "; a\n[network]\nwidth = 8  # wide\nheight=8\nchannels=1\n[conv]\nfilters = 2\nfilters=9\n"
    path.write_text(text, encoding="utf-8")
    assert [str(row.output) for row in load(str(path)).analyze()] == ["2×8×8", "2×8×8"]
