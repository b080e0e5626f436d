"""The other tools, asked for their totals: the oracle of their profiles."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Said(NamedTuple):
    """What a tool says of a model: MACs, parameters and the size of a forward and backward pass, as far as it does."""

    macs: int | None
    params: int
    passes: str | None = None


class Stopped(Exception):
    """A tool stops with an error."""


def ask(tool: str, model: Any, images: tuple[Any, ...]) -> Said:
    """Return what a tool says of a model.

    Raises:
        Stopped: it stops with an error.
    """
    with _restored(), contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        try:
            return TOOLS[tool](model.eval(), images, out)
        except pytest.skip.Exception:
            raise
        except Exception as error:
            raise Stopped(tool) from error


@contextlib.contextmanager
def _restored() -> Iterator[None]:
    """Put PyTorch's functions back in their places: a tool that stops leaves its own there."""
    torch = pytest.importorskip("torch")
    places = [(place, dict(vars(place))) for place in (torch.nn.functional, torch, torch.Tensor)]
    try:
        yield
    finally:
        for place, before in places:
            for name, value in before.items():
                if vars(place).get(name) is not value:
                    setattr(place, name, value)


def _torchinfo(model: Any, images: tuple[Any, ...], _: io.StringIO) -> Said:
    found = pytest.importorskip("torchinfo").summary(model, input_data=list(images), verbose=0)
    return Said(found.total_mult_adds, found.total_params, f"{found.to_megabytes(found.total_output_bytes):0.2f}")


def _fvcore(model: Any, images: tuple[Any, ...], _: io.StringIO) -> Said:
    fvcore = pytest.importorskip("fvcore.nn")
    counted = fvcore.FlopCountAnalysis(model, images)
    counted.unsupported_ops_warnings(enabled=False)
    counted.uncalled_modules_warnings(enabled=False)
    return Said(int(counted.total()), fvcore.parameter_count(model)[""])


def _thop(model: Any, images: tuple[Any, ...], _: io.StringIO) -> Said:
    macs, params = pytest.importorskip("thop").profile(model, images, verbose=False)
    return Said(int(macs), int(params))


def _ptflops(backend: str) -> Callable[[Any, tuple[Any, ...], io.StringIO], Said]:
    def asked(model: Any, images: tuple[Any, ...], out: io.StringIO) -> Said:
        pytest.importorskip("archcalc.importers.torchvision")  # as ptflops imports torchvision, which needs the door
        macs, params = pytest.importorskip("ptflops").get_model_complexity_info(
            model, (1,), as_strings=False, print_per_layer_stat=False, backend=backend,
            input_constructor=lambda _: images[0] if len(images) == 1 else dict(zip("ab", images, strict=True)), ost=out,
        )  # fmt: skip
        if macs is None:
            raise Stopped(backend)
        return Said(int(macs), int(params))

    return asked


def _calflops(model: Any, images: tuple[Any, ...], _: io.StringIO) -> Said:
    calflops = pytest.importorskip("calflops")
    for kept in ("module_flop_count", "module_mac_count"):  # what a run that stopped has left there
        getattr(calflops.calculate_pipline, kept).clear()
    _, macs, params = calflops.calculate_flops(model, args=list(images), print_results=False, output_as_string=False)
    return Said(int(macs), int(params))


def _torchsummary(model: Any, images: tuple[Any, ...], out: io.StringIO) -> Said:
    sizes = [tuple(image.shape[1:]) for image in images]
    pytest.importorskip("torchsummary").summary(model, sizes, device="cpu")
    text = out.getvalue()
    params = re.search(r"Total params: ([\d,]+)", text)
    passes = re.search(r"Forward/backward pass size \(MB\): ([\d.]+)", text)
    assert params
    assert passes
    return Said(None, int(params[1].replace(",", "")), passes[1])


TOOLS: dict[str, Callable[[Any, tuple[Any, ...], io.StringIO], Said]] = {
    "calflops": _calflops,
    "fvcore": _fvcore,
    "ptflops": _ptflops("pytorch"),
    "ptflops-aten": _ptflops("aten"),
    "thop": _thop,
    "torchinfo": _torchinfo,
    "torchsummary": _torchsummary,
}
"""How each tool is asked, by the name of its profile."""
