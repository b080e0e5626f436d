"""The page of `verify --weights`: the tensors that differ, how the others were paired, and what a file has besides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archcalc.quantities.stored import by_type
from archcalc.studies.checking.weights import Fit
from archcalc.symbolic.printing import unicode
from archcalc.views.page import PLAIN, QUIET, STRONG, Column, Fact, Facts, Heading, Line, Notes, Page, PageTable
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.quantities.stored import StoredTensor
    from archcalc.studies.checking.weights import OwnTensor, Pairing, WeightsReport
    from archcalc.symbolic.expr import Int
    from archcalc.views.page import Block

COLUMNS = (
    Column("fit", "result"),
    Column("ours", "tensor of the network"),
    Column("dims", "shape", priority=2),
    Column("theirs", "tensor in the file"),
    Column("stored_dims", "shape", priority=2),
    Column("basis", "paired by", priority=3),
    Column("dtype", "number type", priority=4),
)

MOST_SHOWN = 40
"""A page shows at most this many tensors, unless all are asked for; the record has all of them."""


def weights_report(report: WeightsReport, *, everything: bool = False) -> Page:
    """Return the page of a comparison: the tensors that differ, or all of them.

    >>> import archcalc
    >>> from archcalc.quantities.stored import StoredTensor, StoredWeights
    >>> from archcalc.studies.checking.weights import compare_weights
    >>> table = archcalc.loads("{input: '5', layers: [{linear: 3, bias: false, name: fc}]}").analyze()
    >>> file = StoredWeights("w.safetensors", "safetensors", (StoredTensor("fc.weight", (3, 5), "float16"),))
    >>> weights_report(compare_weights(table, file)).blocks[-1].lines
    ('1 of 1 tensor agrees',)
    """
    shown = [pairing for pairing in report.pairings if everything or not pairing.holds]
    more = 0 if everything else max(0, len(shown) - MOST_SHOWN)
    blocks: list[Block] = [Heading("Weights", f"{report.network} and {report.weights.name}"), _facts(report)]
    if shown:
        blocks.append(PageTable(COLUMNS, tuple(map(_line, shown[: len(shown) - more]))))
    said = ([f"and {more:,} more; --all shows them"] if more else []) + list(_remarks(report))
    blocks += [Notes(tuple(said), QUIET)] if said else []
    agree, count = sum(pairing.holds for pairing in report.pairings), len(report.pairings)
    verb = "agrees" if (agree, count) == (1, 1) else "agree"
    verdict = f"{agree:,} of {plural(count, 'tensor')} {verb}"
    blocks.append(Notes((verdict,), PLAIN if report.holds else STRONG))
    return Page(tuple(blocks), lambda: _record(report), "tensors")


def _facts(report: WeightsReport) -> Facts:
    """Return the parameters of both sides, and the bytes."""
    weights = report.weights
    types = ", ".join(f"{name} {count:,}" for name, count in by_type(weights.own).items())
    return Facts(
        (
            Fact("network", report.parameters, "parameters"),
            Fact("file", weights.elements, f"values in {plural(len(weights.tensors), 'tensor')}: {types}"),
            Fact("bytes", weights.bytes, weights.form),
        )
    )


def _line(pairing: Pairing) -> Line:
    cells = (
        str(pairing.fit),
        _names([tensor.full for tensor in pairing.ours]),
        _shapes([tensor.dims for tensor in pairing.ours]),
        _names([tensor.name for tensor in pairing.theirs]),
        _shapes([tensor.dims for tensor in pairing.theirs]),
        str(pairing.basis or ""),
        listed(by_type(pairing.theirs)),
    )
    return Line(cells, 0, PLAIN if pairing.holds else STRONG)


def _names(names: Sequence[str]) -> str:
    return listed(names, most=3)


def _shapes(shapes: Sequence[tuple[Int, ...]]) -> str:
    """Spell dimensions, those of several tensors once where they are equal."""
    spelled = ["×".join(map(unicode, dims)) or "scalar" for dims in shapes]
    return f"{len(spelled)} × ({spelled[0]})" if len(spelled) > 1 and len(set(spelled)) == 1 else _names(spelled)


def _remarks(report: WeightsReport) -> Iterator[str]:
    """Yield how tensors were paired, what is tied, what was not compared, and what else is in the file."""
    bases = Counter(str(pairing.basis) for pairing in report.pairings if pairing.basis)
    if bases:
        yield f"paired: {', '.join(f'{count:,} by {basis}' for basis, count in bases.items())}"
    tied = [pairing for pairing in report.pairings if pairing.fit is Fit.TIED]
    if tied:
        yield f"tied: {listed(_told(pairing) for pairing in tied)}"
    optional = [tensor.full for pairing in report.pairings if pairing.fit is Fit.OPTIONAL for tensor in pairing.ours]
    if optional:
        yield f"not stored, computed from the sizes of the network: {listed(optional)}"
    if report.besides:
        yield f"not compared: {listed(f'{count:,} {what}' for what, count in report.besides.items())}"
    yield from report.weights.remarks


def _told(pairing: Pairing) -> str:
    """Say what a tied tensor is tied to, and whether the file has a copy."""
    if not pairing.ours:
        return f"{pairing.theirs[0].name} in the file"
    ours = pairing.ours[0]
    stored = f", stored as {pairing.theirs[0].name}" if pairing.theirs else ", stored once"
    return f"{ours.full} uses {ours.tied}{stored}"


def _record(report: WeightsReport) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "network": report.network,
        "file": report.weights.name,
        "format": report.weights.form,
        "holds": report.holds,
        "parameters": report.parameters,
        "values": report.weights.elements,
        "bytes": report.weights.bytes,
        "types": by_type(report.weights.own),
        "tensors": [_pairing(pairing) for pairing in report.pairings],
        "not_compared": report.besides,
        "remarks": list(report.weights.remarks),
    }


def _pairing(pairing: Pairing) -> dict[str, Any]:
    return {
        "network": [_own(tensor) for tensor in pairing.ours],
        "file": [_stored(tensor) for tensor in pairing.theirs],
        "result": str(pairing.fit),
        "by": str(pairing.basis or ""),
        "holds": pairing.holds,
    }


def _own(tensor: OwnTensor) -> dict[str, Any]:
    return {"layer": tensor.path, "tensor": tensor.name, "shape": list(tensor.dims), "tied": tensor.tied}


def _stored(tensor: StoredTensor) -> dict[str, Any]:
    return {"name": tensor.name, "shape": list(tensor.dims), "dtype": tensor.dtype, "bytes": tensor.bytes}
