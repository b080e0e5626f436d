"""What `show --memory` adds to the page of a network: bytes, each with its unit and its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.memory import BACKWARD, RunSetting, context_of, memory
from archcalc.symbolic.printing import amount, unicode
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.measures.memory import Memory
    from archcalc.network import table as network
    from archcalc.symbolic.expr import Int

COLUMNS = (
    Column("what", "what"),
    Column("mb", "MB", RIGHT),
    Column("mib", "MiB", RIGHT),
    Column("rule", "rule"),
)

UNITS = (
    "1 MB = 10⁶ bytes, 1 MiB = 2²⁰ bytes. "
    "Frameworks need additional memory (workspaces, fragmentation) that is not included."
)


def with_memory(page: Page, table: network.Table, asked: Mapping[str, Any]) -> Page:
    """Return a page with what the network takes in memory below it; ``asked`` are settings that are not the usual.

    Raises:
        UsageError: there is no such type of number or optimizer.
    """
    setting = RunSetting(**asked)
    found = memory(table, setting)
    in_place = ", in place" if setting.inplace else ""
    blocks = (
        *page.blocks,
        Heading("Memory", f"{_batch(setting.batch)}, {_type(setting)}, {setting.optimizer}{in_place}"),
        PageTable(COLUMNS, tuple(_lines(found, setting, context_of(table, setting)))),
        Notes((UNITS,), QUIET),
    )
    return Page(blocks, lambda: page.recorded() | {"memory": record(found, setting)}, page.records)


def _lines(found: Memory, setting: RunSetting, context: Int) -> Iterator[Line]:
    """Yield each number with the rule by which it is counted."""
    yield _line("parameters", found.parameters, _each(setting))
    yield _line("buffers", found.buffers, "running statistics, fixed tables")
    yield _line("stored activations", found.activations, _stored(found, setting))
    yield _line("gradients", found.gradients, "one value per trainable parameter")
    states = f"{plural(setting.states, 'value')} per trainable parameter" if setting.states else "no state"
    yield _line("optimizer", found.optimizer, f"{setting.optimizer}: {states}")
    summed = "sum of the above" if found.training is not None else "stored activations are unknown"
    yield _line("training", found.training, summed, STRONG)
    if found.peak is None or found.inference is None:
        yield _line("inference", None, "the peak depends on the variables in the input", STRONG)
    else:
        yield _line("peak activations", found.peak, f"largest sum of live tensors, with the input, at {found.peak_at}")
        yield _line("inference", found.inference, "parameters, buffers and peak activations", STRONG)
    if found.kv_cache != 0:
        yield _line("KV cache", found.kv_cache, _cache(found, setting, context))
        yield _line("decoding", found.decoding, "parameters, buffers and KV cache", STRONG)


def _type(setting: RunSetting) -> str:
    return setting.dtype if setting.type.packed == 1 else f"{setting.dtype} weights, other numbers float16"


def _each(setting: RunSetting) -> str:
    """Return the rule by which parameters take bytes."""
    if setting.type.packed == 1:
        return f"{plural(setting.width, 'byte')} each"
    return f"{setting.type.packed} in a byte, without the scales of quantization"


def _cache(found: Memory, setting: RunSetting, context: Int) -> str:
    """Return the rule of the KV cache."""
    if found.kv_cache_per_token == 0:
        return "keys and values of the tokens of the encoder"
    of = "" if setting.batch == 1 else " of the batch"
    return f"keys and values of {amount(context)} tokens, {amount(found.kv_cache_per_token)} bytes per token{of}"


def _stored(found: Memory, setting: RunSetting) -> str:
    """Return the rule by which stored activations are counted, or of which layers it is not known."""
    if found.unknown:
        kinds = listed(dict.fromkeys(unknown.kind for unknown in found.unknown))
        return f"rules are missing for {kinds}; --stored outputs counts all outputs"
    if setting.stored == BACKWARD:
        return "what PyTorch keeps for the backward pass, each tensor once"
    functions = "activation functions in place" if setting.inplace else "including activation functions"
    return f"network input and all layer outputs, {functions}"


def _batch(batch: Int) -> str:
    return f"batch of {plural(batch, 'image') if isinstance(batch, int) else f'{unicode(batch)} images'}"


def _line(name: str, size: Int | None, rule: str, tone: str = PLAIN) -> Line:
    if not isinstance(size, int):
        return Line((Label(name), "unknown" if size is None else f"{unicode(size)} bytes", "", rule), 0, tone)
    return Line((Label(name), hundredths(size, 10**6), hundredths(size, 2**20), rule), 0, tone)


def hundredths(size: int, unit: int) -> str:
    """Spell bytes in a larger unit, rounded to hundredths.

    >>> hundredths(60950432, 10**6), hundredths(60950432, 2**20)
    ('60.95', '58.13')
    """
    whole, part = divmod((200 * size + unit) // (2 * unit), 100)
    return f"{whole:,}.{part:02}"


def record(found: Memory, setting: RunSetting) -> dict[str, Any]:
    """Return the bytes by name.

    >>> import archcalc
    >>> record(memory(archcalc.load("lenet5").analyze()), RunSetting())["unit"]
    'bytes'
    """
    sums = {"training": found.training, "inference": found.inference, "decoding": found.decoding}
    unknown = [unknown._asdict() for unknown in found.unknown]
    return {"unit": "bytes", **setting._asdict(), **found._asdict(), "unknown": unknown, **sums}
