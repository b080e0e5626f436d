"""Models of ultralytics against the package itself: each row's parameters and output, and the MACs of a forward pass.

``ultralytics`` is not part of an extra. With YOLOv5's code in the folder ``YOLOV5``, its files are compared too.
"""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.services.opening import load

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

SIDE = 256
OTHERS = ("rtdetr", "world", "yoloe")
"""Heads that are not of the families of YOLOv3, YOLOv5 and YOLOv8."""


def theirs(torch: Any, rows: Any) -> tuple[list[int], list[Any], int]:
    """Return the parameters and the output shape of each row, and the MACs of all."""
    counter = importlib.import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    outputs: list[Any] = []
    x = torch.zeros(1, 3, SIDE, SIDE)
    with torch.no_grad(), counter:
        for row in rows.eval():
            reads = row.f if isinstance(row.f, list) else [row.f]
            read = [x if number == -1 else outputs[number] for number in reads]
            if hasattr(row, "stride") and not isinstance(row.stride, tuple | int):
                row.stride = torch.tensor([SIDE / one.shape[-2] for one in read])
            x = row(read if isinstance(row.f, list) else read[0])
            outputs.append(x)
    shapes = [tuple(one.shape[1:]) if isinstance(one, torch.Tensor) else None for one in outputs]
    return [row.np for row in rows], shapes, counter.get_total_flops() // 2


def differences(torch: Any, name: str, rows: Any) -> Iterator[str]:
    """Yield what differs between a file and the model that is made of it."""
    params, shapes, macs = theirs(torch, rows)
    table = load(name, [f"3x{SIDE}x{SIDE}"]).analyze()
    ours: dict[int, Any] = defaultdict(int)
    last = {int(row.path.split("/")[0]): row.output.sizes for row in table}
    for row in table:
        ours[int(row.path.split("/")[0])] += row.params
    for number, (count, shape) in enumerate(zip(params, shapes, strict=True)):
        if ours[number] != count:
            yield f"{name} row {number}: {ours[number]} parameters instead of {count}"
        if shape is not None and last.get(number, shape) != shape:
            yield f"{name} row {number}: {last[number]} instead of {shape}"
    if table.totals.macs != macs:
        yield f"{name}: {table.totals.macs} MACs instead of {macs}"


def test_every_file_of_ultralytics_in_every_scale(torch: Any, torchvision: Any) -> None:
    assert torchvision
    package = pytest.importorskip("ultralytics")
    tasks, utils = (importlib.import_module(f"ultralytics.{name}") for name in ("nn.tasks", "utils"))
    files = [
        path for path in sorted(Path(package.__file__).parent.glob("cfg/models/v[358]/*.yaml"))
        if not any(word in path.name for word in OTHERS)
    ]  # fmt: skip
    compared, found = 0, list[str]()
    for path in files:
        keys = utils.YAML.load(path)
        for scale in keys.get("scales") or ("",):
            rows, _ = tasks.parse_model(copy.deepcopy(keys) | ({"scale": scale} if scale else {}), 3, verbose=False)
            found += differences(torch, f"{path}#{scale}" if scale else str(path), rows)
            compared += 1
    assert not found
    assert compared >= 83


@pytest.mark.skipif("YOLOV5" not in os.environ, reason="the folder of YOLOv5's code is not given")
def test_every_file_of_yolov5(torch: Any, torchvision: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert torchvision
    folder = Path(os.environ["YOLOV5"])
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    monkeypatch.chdir(folder)
    yolo, yaml = importlib.import_module("models.yolo"), importlib.import_module("yaml")
    compared, found = 0, list[str]()
    for path in sorted(folder.glob("models/**/*.yaml")):
        keys = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "backbone" in keys:
            found += differences(torch, str(path), yolo.parse_model(copy.deepcopy(keys), [3])[0])
            compared += 1
    assert not found
    assert compared >= 28
