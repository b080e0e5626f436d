"""ultralytics: the totals that it publishes for YOLOv5 and YOLOv8, and files that are damaged or none of its."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.services.opening import as_spec, importer, load
from tests.cli.calls import call
from tests.importers.yolo_files import single, text, yolov5, yolov8

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table


def table(folder: Path, content: str, *, size: str = "", sizes: str = "3x64x64", name: str = "net.yaml") -> Table:
    """Return the table of a file."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return load(f"{path}{size}", [sizes]).analyze()


@pytest.mark.parametrize(
    ("depth", "width", "params", "gflops"),
    [
        (0.33, 0.25, 1_872_157, 4.5), (0.33, 0.50, 7_235_389, 16.5), (0.67, 0.75, 21_190_557, 49.0),
        (1.0, 1.0, 46_563_709, 109.1), (1.33, 1.25, 86_749_405, 205.7),
    ],
)  # fmt: skip
def test_yolov5_has_the_totals_that_its_code_counts_and_its_readme_states(
    depth: float, width: float, params: int, gflops: float, tmp_path: Path
) -> None:
    """Source: parameters: github.com/ultralytics/yolov5, sum of numel() without fusing; README: GFLOPs at 640.

    The README's numbers are those of the fused models, and count what is no MAC, so they are up to 2% larger.
    """
    found = table(tmp_path, yolov5(depth, width), sizes="3x640x640")
    assert found.totals.params == params
    assert 0.97 * gflops < 2 * found.totals.macs / 1e9 <= gflops  # type: ignore[operator]


@pytest.mark.parametrize(
    ("scale", "params", "gflops"),
    [
        ("n", 3_157_200, 8.9), ("s", 11_166_560, 28.8), ("m", 25_902_640, 79.3), ("l", 43_691_520, 165.7),
        ("x", 68_229_648, 258.5),
    ],
)  # fmt: skip
def test_yolov8_has_the_totals_that_ultralytics_publishes(
    scale: str, params: int, gflops: float, tmp_path: Path
) -> None:
    """Source: the summaries in ultralytics/cfg/models/v8/yolov8.yaml, without fusing; GFLOPs at 640."""
    found = table(tmp_path, yolov8(), size=f"#{scale}", sizes="3x640x640")
    assert found.totals.params == params
    assert 0.97 * gflops < 2 * found.totals.macs / 1e9 <= gflops  # type: ignore[operator]


def test_the_outputs_are_those_of_the_head(tmp_path: Path) -> None:
    found = table(tmp_path, yolov5(0.33, 0.25))
    assert [found.graph.nodes[index].path for index in found.graph.results] == ["24/m/0", "24/m/1", "24/m/2"]
    assert str(found["24/m/0"].output) == "255×8×8"
    found = table(tmp_path, yolov8())
    results = [found.graph.nodes[index].path for index in found.graph.results]
    assert results == ["22/cv3/0/2", "22/cv3/1/2", "22/cv3/2/2", "22/dfl/conv"]
    assert str(found["22/dfl/conv"].output) == f"1×{4 * (64 + 16 + 4)}"


def test_rows_have_the_paths_of_modules_in_pytorch(tmp_path: Path) -> None:
    paths = {row.path for row in table(tmp_path, yolov8())}
    assert {"0/conv", "0/bn", "2/cv1/conv", "2/m/0/cv1/conv", "9/cv2/bn", "22/cv2/0/0/conv", "22/cv2/0/2"} <= paths


def test_a_file_is_told_apart_from_a_spec_by_its_keys(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yolov8(), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("input: 3x8x8\nlayers: [{conv: 4, kernel: 1, name: backbone}]\n", encoding="utf-8")
    found = importer(str(tmp_path / "a.yaml#s"))
    assert found is not None
    assert found.module == "ultralytics_yaml"
    assert importer(str(tmp_path / "b.yaml")) is None
    assert importer(str(tmp_path / "missing.yaml")) is None


def test_a_scale_is_named_in_the_file_name_or_chosen_or_else_the_first(tmp_path: Path) -> None:
    first, small = table(tmp_path, yolov8()), table(tmp_path, yolov8(), size="#s")
    assert first.totals.params != small.totals.params
    assert table(tmp_path, yolov8(), name="yolov8s.yaml").totals.params == small.totals.params
    path = tmp_path / "net.yaml"
    assert load(str(tmp_path / "yolov8s.yaml"), ["3x64x64"]).spec.title == "yolov8s"
    assert load(str(path), ["3x64x64"], ["scale=s"]).analyze().totals.params == small.totals.params
    done = call("show", str(path), "--input", "3x64x64", "--depth", "1")
    assert done.out.startswith("net n\n")
    assert "scale n; others: s, m, l, x" in done.out


def test_another_number_of_classes(tmp_path: Path) -> None:
    """Source: ultralytics with nc=20: 3,014,748 parameters."""
    path = tmp_path / "net.yaml"
    path.write_text(yolov8(), encoding="utf-8")
    assert load(f"{path}#n", ["3x64x64"], ["nc=20"]).analyze().totals.params == 3_014_748
    done = call("show", f"{path}#n", "--input", "3x64x64", "--set", "nc=20", "--depth", "1")
    assert (done.code, "3,014,748" in done.out) == (0, True)


@pytest.mark.parametrize("content", [yolov5(0.33, 0.25), yolov8()])
def test_the_written_spec_has_the_same_rows(content: str, tmp_path: Path) -> None:
    found = table(tmp_path, content)
    written = archcalc.loads(as_spec(str(tmp_path / "net.yaml"), ["3x64x64"])).analyze()
    assert [row[:6] for row in written] == [row[:6] for row in found]


def test_the_activation_of_a_file(tmp_path: Path) -> None:
    found = table(tmp_path, yolov5(0.33, 0.25, keys=("activation: nn.LeakyReLU(0.1)",)))
    assert "leaky_relu" in {row.kind for row in found}
    assert found.totals.params == 1_872_157


MODULES = [
    ("", "1, DWConv, [24, 3, 2]", 944, "24×8×8", 138240),
    ("", "1, Bottleneck, [16]", 2816, "16×16×16", 700416),
    ("", "2, BottleneckCSP, [24]", 6968, "24×16×16", 1720320),
    ("", "1, C3, [24, False, 2, 0.25]", 1238, "24×16×16", 284160),
    ("", "2, C3x, [24]", 3344, "24×16×16", 798720),
    ("", "2, C3Ghost, [24]", 2186, "24×16×16", 508416),
    ("", "2, C3TR, [32]", 7136, "32×16×16", 5943296),
    ("", "1, Focus, [24, 3]", 14336, "24×8×8", 995328),
    ("", "1, GhostConv, [24, 3, 2]", 2540, "24×8×8", 240384),
    ("", "1, GhostBottleneck, [24, 3, 2]", 1966, "24×8×8", 242688),
    ("", "1, GhostBottleneck, [16]", 940, "16×16×16", 220160),
    ("", "1, SPP, [24, [3, 5]]", 1232, "24×16×16", 290816),
    ("", "1, SPPF, [24, 3]", 1424, "24×16×16", 339968),
    ("", "1, nn.MaxPool2d, [3, 2, 1]", 464, "16×8×8", 110592),
    ("", "1, nn.ZeroPad2d, [[0, 1, 2, 3]]", 464, "16×21×17", 110592),
    ("", "1, nn.ConvTranspose2d, [24, 2, 2]", 2024, "24×32×32", 503808),
    ("", "1, nn.BatchNorm2d, []", 496, "16×16×16", 110592),
    ("", "2, C2, [24]", 6800, "24×16×16", 1683456),
    ("", "3, C2f, [24, True]", 10304, "24×16×16", 2568192),
    ("", "1, Classify, [10]", 36314, "10", 5366272),
    ("", "1, ResNetLayer, [16, 8, 2, False, 2]", 3280, "32×8×8", 299008),
    ("", "1, ResNetLayer, [16, 8, 1, True, 1]", 6752, "8×4×4", 512000),
    ("", "1, nn.Upsample, [None, 2, bilinear]", 464, "16×32×32", 110592),
    ("anchors: 3", "1, Bottleneck, [16]", 1792, "16×16×16", 438272),
    ("anchors: 3", "2, BottleneckCSP, [24]", 4664, "24×16×16", 1130496),
    ("anchors: 3", "1, CrossConv, [16, 3, 1, 1, 1.0, True]", 2064, "16×16×16", 503808),
    ("anchors: 3", "1, Contract, [2]", 464, "64×8×8", 110592),
    ("anchors: 3", "1, Expand, [2]", 464, "4×32×32", 110592),
]
"""A module after a ``Conv`` of 16 filters with stride 2: parameters, output and MACs for 3×32×32.

Source: sum of numel(), the output, and FlopCounterMode / 2 of PyTorch for the modules of ultralytics 8.4, and of YOLOv5 for
those with anchors.
"""


@pytest.mark.parametrize(("keys", "row", "params", "output", "macs"), MODULES)
def test_a_module_is_what_ultralytics_makes_of_it(  # noqa: PLR0913, PLR0917
    keys: str, row: str, params: int, output: str, macs: int, tmp_path: Path
) -> None:
    found = table(tmp_path, single("-1, 1, Conv, [16, 3, 2]", f"-1, {row}", keys=("nc: 80", keys)), sizes="3x32x32")
    assert (found.totals.params, str(found.output), found.totals.macs) == (params, output, macs)


HEADS = [
    ("", "Detect, [nc]", 278720), ("", "Segment, [nc, 32, 256]", 1211712), ("", "Pose, [nc, [17, 3]]", 353282),
    ("", "OBB, [nc, 1]", 280778), ("anchors: 3", "Detect, [nc, anchors]", 17886),
    ("anchors: 3", "Segment, [nc, anchors, 32, 256]", 658654),
]  # fmt: skip
"""A head that reads a ``Conv`` of 16 and one of 32 filters, and the parameters of all; the source is the same."""


@pytest.mark.parametrize(("keys", "head", "params"), HEADS)
def test_a_head_has_the_parameters_that_ultralytics_counts(keys: str, head: str, params: int, tmp_path: Path) -> None:
    rows = ["-1, 1, Conv, [16, 3, 2]", "-1, 1, Conv, [32, 3, 2]"]
    found = table(tmp_path, text(rows, [f"[0, 1], 1, {head}"], "nc: 80", keys))
    assert found.totals.params == params


DAMAGED = {
    "no rows": ("backbone:\nhead:\n", "backbone is not a list of rows"),
    "a row of three": (single("-1, 1, Conv"), "row 0 is not [from, number, module, args]"),
    "module": (single("-1, 1, C3k9, [64]"), "row 0 (C3k9): this module is not supported"),
    "from": (single("-1, 1, Conv, [64]", "7, 1, Conv, [64]"), "row 1 reads row 7, which is not an earlier row"),
    "from below": (single("-3, 1, Conv, [64]"), "row 0 reads row -3"),
    "from text": (single("x, 1, Conv, [64]"), "row 0: invalid from 'x'"),
    "number": (single("-1, 1000000000, C3, [64]"), "row 0: invalid number '1000000000': expected an integer from 1"),
    "channels": (single("-1, 1, Conv, [x]"), "argument 1 of Conv is x; expected an integer ≥ 1"),
    "no channels": (single("-1, 1, Conv, []"), "argument 1 of Conv is None; expected an integer ≥ 1"),
    "huge": (single("-1, 1, Conv, [99999999999999999999]"), "argument 1 of Conv is 99999999999999999999"),
    "kernel": (
        single("-1, 1, Conv, [64, [3, 3, 3]]"),
        "argument 2 of Conv is (3, 3, 3); expected a list of 2 integers",
    ),
    "flag": (single("-1, 1, C3, [64, 7]"), "argument 2 of C3 is 7; expected True or False"),
    "expansion": (single("-1, 1, C3, [64, True, 1, 99]"), "invalid expansion 99"),
    "concat": (single("-1, 1, Conv, [64]", "-1, 1, Conv, [64, 3, 2]", "[-1, 0], 1, Concat, [1]"), "row 2 (Concat)"),
    "axis": (single("-1, 1, Conv, [64]", "[-1, 0], 1, Concat, [2]"), "only channels can be joined"),
    "two rows": (single("-1, 1, Conv, [64]", "[-1, 0], 1, Conv, [64]"), "reads 2 rows; expected one"),
    "copies": (single("-1, 1, Conv, [16]", "-1, 2, Conv, [24]"), "2 copies one after the other have to output the 16"),
    "upsample": (single("-1, 1, nn.Upsample, [8, None]"), "only an upsampling by a factor is supported"),
    "factor": (single("-1, 1, nn.Upsample, [None, 1.5]"), "argument 1 of nn.Upsample is 1.5"),
    "window": (single("-1, 1, nn.MaxPool2d, [99, 1]"), "row 0 (nn.MaxPool2d): kernel 99 is larger than the input"),
    "width": (
        single("-1, 1, Conv, [64]", keys=("nc: 1", "width_multiple: -1")),
        "width_multiple is -1; expected a number",
    ),
    "nan": (single("-1, 1, Conv, [64]", keys=("nc: 1", "width_multiple: nan")), "width_multiple is nan; expected"),
    "classes": (single("-1, 1, Conv, [64]", keys=("nc: many",)), "nc is many; expected an integer ≥ 1"),
    "scales": (single("-1, 1, Conv, [64]", keys=("nc: 1", "scales: {n: [1]}")), "scale n is not [depth, width,"),
    "scales text": (single("-1, 1, Conv, [64]", keys=("nc: 1", "scales: big")), "scales is not a mapping"),
    "anchors": (single("-1, 1, Conv, [64]", keys=("nc: 1", "anchors: x")), "invalid anchors"),
    "activation": (single("-1, 1, Conv, [64]", keys=("nc: 1", "activation: os.exit()")), "is not supported"),
    "YAML": ("backbone: [\nhead: [", "net.yaml"),
    "alias": ("backbone: &a [*a]\nhead: [*a]\n", "net.yaml"),
    "deep": ("backbone: " + "[" * 5000 + "\nhead:\n", "net.yaml"),
    "large": (single(*["-1, 1000, C3, [64]"] * 90), "has more than 200,000 layers"),
}


@pytest.mark.parametrize("name", [name for name in DAMAGED if name != "large"])
def test_a_damaged_file_ends_in_a_message(name: str, tmp_path: Path) -> None:
    content, message = DAMAGED[name]
    path = tmp_path / "net.yaml"
    path.write_text(content, encoding="utf-8")
    done = call("show", str(path), "--input", "3x8x8")
    assert (done.code, done.out) == (2, ""), done
    assert message in done.err
    assert "Traceback" not in done.err


def test_an_input_is_needed_and_has_the_channels_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(yolov8(), encoding="utf-8")
    assert (
        "net.yaml does not say what its input is\n  add --input, for example --input 3x640x640"
        in call("show", str(path)).err
    )
    assert "expects images with 3 channels, got 1×64×64" in call("show", str(path), "--input", "1x64x64").err
    assert "expects images with 3 channels, got 64" in call("show", str(path), "--input", "64").err
    done = call("show", f"{path}#q", "--input", "3x64x64")
    assert "net.yaml has no scale 'q'" in done.err
    path.write_text(yolov5(1, 1), encoding="utf-8")
    assert "net.yaml has no scales" in call("show", f"{path}#n", "--input", "3x64x64").err
