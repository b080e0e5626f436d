"""A module of ultralytics while its rows are made: what it reads, its arguments, and the convolution that all use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.arrangement import whole
from archcalc.importers.flow import Wanted
from archcalc.importers.steps import within_32_bits
from archcalc.importers.summaries.module_text import arguments
from archcalc.importers.summaries.torch_layers import stated
from archcalc.limits import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.flow import Flow
    from archcalc.importers.ultralytics.reading import YoloFile, YoloRow


class YoloCall(NamedTuple):
    """A module while its rows are made: the network, the file, its row and path, and what it reads."""

    flow: Flow
    file: YoloFile
    row: YoloRow
    path: str
    reads: tuple[Value, ...]

    @property
    def x(self) -> Value:
        """What it reads first."""
        return self.reads[0]

    @property
    def is_v5(self) -> bool:
        """Whether it is built by YOLOv5: its files have anchors."""
        return self.file.anchors is not None

    @property
    def kernels(self) -> tuple[int, int]:
        """The kernels of a bottleneck: 1 and 3 in YOLOv5, and 3 and 3 later."""
        return (1, 3) if self.is_v5 else (3, 3)

    @property
    def outputs(self) -> int:
        """The channels that it outputs, which are its first argument, scaled; those of an output are not."""
        asked = self.row.whole(0)
        of_output = self.is_v5 and asked == (self.file.anchors or 0) * (self.file.classes + 5)
        return asked if of_output else self.file.scaled(asked)

    def within(self, name: str, *reads: Value) -> YoloCall:
        """Return the call of a module within this one, which reads something else."""
        return self._replace(path=f"{self.path}/{name}", reads=reads)

    def add(self, name: str, kind: str, reads: Sequence[Value], **options: Any) -> Value:  # noqa: ANN401
        """Add a row within the module's path."""
        if len(self.flow.steps) >= LAYERS.value:
            raise UsageError(*LAYERS.exceeded(self.row.where))
        path = f"{self.path}/{name}" if name else self.path
        return within_32_bits(self.flow.row(Wanted(path, kind, options), reads))

    def conv(  # noqa: PLR0913 - as many as the module has
        self, name: str, x: Value, filters: int, kernel: Any = 1, stride: Any = 1, *, padding: Any = None,  # noqa: ANN401
        groups: int = 1, dilation: int = 1, act: bool = True,
    ) -> Value:  # fmt: skip
        """Add a ``Conv``: a convolution, a batch norm and the activation of the file."""
        self.flow.classes[f"{self.path}/{name}".rstrip("/")] = "ConvModule"
        y = self.add(
            f"{name}/conv".strip("/"), "conv", [x], filters=filters, kernel=kernel, stride=stride, bias=False,
            padding=_half(kernel, dilation) if padding is None else padding, groups=groups, dilation=dilation,
        )  # fmt: skip
        y = self.add(f"{name}/bn".strip("/"), "batchnorm", [y])
        return self.activated(f"{name}/act".strip("/"), y) if act else y

    def activated(self, name: str, x: Value, *, silu: bool = False) -> Value:
        """Add the activation that the file names; without one it is SiLU."""
        text = "" if silu else self.file.values.get("activation") or ""
        if not text:
            return self.add(name, "silu", [x])
        kind, _, inner = str(text).removeprefix("torch.").removeprefix("nn.").partition("(")
        found = stated(kind, arguments(inner.rstrip(")")))
        if found is None or found.features or found.axes:
            raise self.row.wrong(f"activation {text!s:.60} is not supported", "for example nn.ReLU()")
        return self.add(name, found.kind, [x], **found.options)


def channels(x: Value) -> int:
    """Return the channels of a map."""
    return whole(x.shape.channels)


def _half(kernel: Any, dilation: int = 1) -> Any:  # noqa: ANN401 - a number, or one for each axis
    """Return the padding with which the size stays: half of the kernel."""
    if isinstance(kernel, tuple):
        return tuple(_half(size, dilation) for size in kernel)
    return (dilation * (kernel - 1) + 1) // 2


MOST_SHARE = 16
"""The hidden channels in outputs: no file has as many."""


def hidden_channels(call: YoloCall, place: int) -> int:
    """Return the hidden channels: a share of the outputs, a half where none is given."""
    share = call.row.get(place, 0.5)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= MOST_SHARE:
        raise call.row.wrong(f"invalid expansion {share!s:.60}: expected a number above 0")
    return int(call.outputs * share) or 1


def one_or_two(row: YoloRow, place: int, default: int) -> Any:  # noqa: ANN401 - a number, or one for each axis
    """Return an argument that is a number, or a list of one for each axis."""
    return row.several(place, 2) if isinstance(row.get(place), tuple) else row.whole(place, default)
