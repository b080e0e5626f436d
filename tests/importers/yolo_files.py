"""YAML files of ultralytics, written row by row from the papers' stages: those of YOLOv5 6.0 and of YOLOv8."""

from __future__ import annotations

STAGES = (128, 256, 512, 1024)


def text(backbone: list[str], head: list[str], *keys: str) -> str:
    """Return a file with keys, and the rows of both parts."""
    parts = [
        f"{name}:\n" + "".join(f"  - [{row}]\n" for row in rows)
        for name, rows in (("backbone", backbone), ("head", head))
    ]
    return "\n".join([*keys, *parts])


def backbone_of(block: str, stem: str, counts: tuple[int, ...], more: str = "") -> list[str]:
    """Return a stem, and for each stage a convolution of stride 2 and blocks; the last row pools."""
    rows = [stem]
    for channels, count in zip(STAGES, counts, strict=True):
        rows += [f"-1, 1, Conv, [{channels}, 3, 2]", f"-1, {count}, {block}, [{channels}{more}]"]
    return [*rows, "-1, 1, SPPF, [1024, 5]"]


def yolov5(depth: float, width: float, *, classes: int = 80, block: str = "C3", keys: tuple[str, ...] = ()) -> str:
    """Return YOLOv5 6.0, whose necks have a convolution before each upsampling and read it later."""
    head: list[str] = []
    for channels, skip in ((512, 6), (256, 4)):
        head += [f"-1, 1, Conv, [{channels}, 1, 1]", '-1, 1, nn.Upsample, [None, 2, "nearest"]']
        head += [f"[-1, {skip}], 1, Concat, [1]", f"-1, 3, {block}, [{channels}, False]"]
    for channels, skip in ((256, 14), (512, 10)):
        head += [f"-1, 1, Conv, [{channels}, 3, 2]", f"[-1, {skip}], 1, Concat, [1]"]
        head += [f"-1, 3, {block}, [{2 * channels}, False]"]
    head.append("[17, 20, 23], 1, Detect, [nc, anchors]")
    numbers = (f"nc: {classes}", f"depth_multiple: {depth}", f"width_multiple: {width}", "anchors: 3", *keys)
    return text(backbone_of(block, "-1, 1, Conv, [64, 6, 2, 2]", (3, 6, 9, 3)), head, *numbers)


SCALES = (
    "{n: [0.33, 0.25, 1024], s: [0.33, 0.50, 1024], m: [0.67, 0.75, 768], l: [1.00, 1.00, 512], x: [1.00, 1.25, 512]}"
)


def yolov8(*, head: str = "Detect, [nc]", scales: str = SCALES, keys: tuple[str, ...] = ()) -> str:
    """Return YOLOv8 in all its scales; ``head`` is its last module."""
    rows: list[str] = []
    for channels, skip in ((512, 6), (256, 4)):
        rows += [
            '-1, 1, nn.Upsample, [None, 2, "nearest"]',
            f"[-1, {skip}], 1, Concat, [1]",
            f"-1, 3, C2f, [{channels}]",
        ]
    for channels, skip in ((256, 12), (512, 9)):
        rows += [f"-1, 1, Conv, [{channels}, 3, 2]", f"[-1, {skip}], 1, Concat, [1]", f"-1, 3, C2f, [{2 * channels}]"]
    rows.append(f"[15, 18, 21], 1, {head}")
    backbone = backbone_of("C2f", "-1, 1, Conv, [64, 3, 2]", (3, 6, 6, 3), ", True")
    return text(backbone, rows, "nc: 80", f"scales: {scales}", *keys)


def single(*rows: str, keys: tuple[str, ...] = ("nc: 80",)) -> str:
    """Return a file of a few rows."""
    return text(list(rows), ["-1, 1, nn.Identity, []"], *keys)
