"""What-ifs: another input, another argument, another option of one layer, and what that does to the weights."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.errors import Refusal, UsageError
from archcalc.measures.leftover import unread_input
from archcalc.network.inputs import arguments_of_input
from archcalc.network.network import WhatIf
from archcalc.network.written import Items, Text
from archcalc.quantities.counts import summed
from archcalc.quantities.shape import Shape
from archcalc.symbolic.known import decide
from archcalc.symbolic.printing import unicode
from archcalc.symbolic.reading import Letters, read
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.network import Network
    from archcalc.network.table import Row, Table
    from archcalc.quantities.tensor import Tensor
    from archcalc.symbolic.expr import Int

UNFIT = "pretrained weights cannot be loaded"

OPAQUE = "opaque"
"""The kind of layers of which only what was observed is known."""
MOST_NAMED = 6
"""Operations that a remark names."""

MOST_CHANGED = 8
"""If more layers no longer match the pretrained weights, one sentence covers them all."""

SETTING = "for example --set classes=10, --set classes=N or --set conv1.stride=1"


def what_if(
    network: Network, given: str | Sequence[str] | None, settings: Sequence[str], *, heads: bool = True
) -> WhatIf:
    """Read what is asked on a command line: an input, and settings `name=value` or `layer.option=value`.

    Raises:
        UsageError: an input or a setting is malformed.
    """
    arguments: dict[str, object] = {}
    options: dict[str, dict[str, object]] = {}
    for setting in settings:
        target, sign, text = setting.partition("=")
        if not sign or not target.strip() or not text.strip():
            raise UsageError(f"invalid setting '{setting}': expected NAME=VALUE", SETTING)
        layer, _, name = target.strip().rpartition(".")
        if layer:
            options.setdefault(layer, {})[name] = setting_value(text.strip(), takes_words=True)
        else:
            arguments[name] = setting_value(text.strip(), takes_words=_takes_words(network, name))
    texts = (given,) if isinstance(given, str) else tuple(given or ())
    return WhatIf(
        input=network.read_input(named_inputs(texts), arguments), arguments=arguments, options=options, heads=heads
    )


def named_inputs(texts: Sequence[str]) -> str | dict[str, str] | None:
    """Return what is given for all inputs, or for each of them by name.

    >>> named_inputs(["3x224x224"]), named_inputs(["left=1x105x105", "right=1x105x105"])
    ('3x224x224', {'left': '1x105x105', 'right': '1x105x105'})

    Raises:
        UsageError: an input is given twice, or one without a name beside others.
    """
    if not texts:
        return None
    named: dict[str, str] = {}
    for text in texts:
        name, sign, shape = text.partition("=")
        if not sign:
            if len(texts) > 1:
                raise UsageError(
                    f"'{text}' does not name an input", "use one shape for all inputs, or name each: left=1x105x105"
                )
            return text
        if name.strip() in named:
            raise UsageError(f"input '{name.strip()}' is given twice", "keep one of them")
        named[name.strip()] = shape.strip()
    return named


def setting_value(text: str, *, takes_words: bool) -> object:
    """Return the value of a setting: names in it are letters, unless it is one bare word and words are taken.

    A single capital letter is always a letter; `[1, 7]` is a list.

    >>> setting_value("10", takes_words=False), setting_value("same", takes_words=True)
    (10, 'same')

    Raises:
        UsageError: it is no value.
    """
    if text.startswith("[") and text.endswith("]"):
        return tuple(setting_value(part.strip(), takes_words=takes_words) for part in text[1:-1].split(","))
    try:
        if takes_words and text.isidentifier() and len(text) > 1:
            return read(text).evaluate({}, decide)
        return read(text).evaluate(Letters(), decide)
    except Refusal as refusal:
        raise UsageError(f"'{text}': {refusal.mistakes[0].message}", refusal.mistakes[0].hint or SETTING) from None


def _takes_words(network: Network, name: str) -> bool:
    """Whether an argument's default is a word (`block: bottleneck`), so that a word is meant."""
    default = network.spec.arguments.get(name)
    return isinstance(default, Text) and default.text.isidentifier()


def remarks(network: Network, asked: WhatIf, table: Table) -> list[str]:
    """Return what is worth saying about a table: input that is never read, and weights that no longer fit."""
    unread = [text for row in table if not row.train_only for text in unread_input(row)]
    changed = _against_published(network, asked, table) if asked and network.spec.built_in else []
    if len(changed) > MOST_CHANGED:
        paths = listed(text.partition(":")[0] for text in changed)
        changed = [f"{UNFIT}: {plural(len(changed), 'layer')} changed ({paths})"]
    return [*_left_as_it_is(network, asked), *underived(table), *unread, *changed]


def underived(table: Table) -> Iterator[str]:
    """Yield how much of an imported network follows from formulas, and which operations do not."""
    rows = [row for row in table if row.kind == OPAQUE]
    if not rows:
        return
    if table.spec.note and table.spec.note not in table.spec.remarks:
        yield table.spec.note
    names = Counter(row.layer.operation for row in rows)  # type: ignore[attr-defined]
    listed_names = [f"{count} × {name}" if count > 1 else name for name, count in names.most_common(MOST_NAMED)]
    rest = [f"{plural(len(names) - MOST_NAMED, 'other operation')}"] if len(names) > MOST_NAMED else []
    left = summed([row.counts for row in rows if not row.train_only])  # the totals do not count heads either
    shares = [_share(what, all_, part) for what, all_, part in (
        ("parameters", table.totals.params, left.params), ("MACs", table.totals.macs, left.macs))]  # fmt: skip
    yield f"{' and '.join(shares)} follow from formulas; observed only: {listed([*listed_names, *rest])}"


def _share(what: str, everything: Int, left: Int) -> str:
    """Return which part of a total is not in opaque layers, rounded down: all is all."""
    if not isinstance(everything, int) or not isinstance(left, int):
        return f"an unknown share of the {what}"
    hundredths = 10_000 if left == 0 else min(9_999, 10_000 * (everything - left) // everything)
    return f"{hundredths / 100:.4g}% of the {what}"


def _against_published(network: Network, asked: WhatIf, table: Table) -> list[str]:
    """Return what changed against the network as its file has it, which works, since it is one of ours."""
    return list(_changed_weights(network.table(WhatIf(heads=asked.heads)), table))


def _changed_weights(before: Table, after: Table) -> Iterator[str]:
    """Yield a sentence for each layer whose weights have other dimensions than the published ones."""
    published = {row.path: row for row in before}
    for row in after:
        old = published.get(row.path)
        if old is None:
            if row.tensors:
                yield f"{row.path}: new layer; pretrained weights do not include it"
        elif _differ(old.tensors, row.tensors):
            yield _sentence(old, row)
    present = {row.path for row in after}
    left_out = tuple(f"{path}/" for path, _ in after.graph.left_out)
    for row in before:
        if row.tensors and row.path not in present and not row.path.startswith(left_out):
            yield f"{row.path}: layer removed; its pretrained weights are not used"


def _sentence(old: Row, new: Row) -> str:
    was, now = old.inputs[0].channels, new.inputs[0].channels
    if new.layer == old.layer and was != now:
        what = "input channel" if new.inputs[0].is_map else "input feature"
        if decide(was, "==", now) is None:
            return f"{new.path}: {_spelled(now, what)}; pretrained weights require {_spelled(was)}"
        return f"{new.path}: {_spelled(now, what)} instead of {_spelled(was)}; {UNFIT}"
    return f"{new.path}: {_spelled(new.params, 'parameter')} instead of {_spelled(old.params)}; {UNFIT}"


def _spelled(x: Int, noun: str = "") -> str:
    """Write a count for a remark, with its noun if one is given: with commas, or as a closed form."""
    if isinstance(x, int):
        return plural(x, noun) if noun else f"{x:,}"
    return f"{unicode(x)} {noun}s" if noun else unicode(x)


def _differ(left: Sequence[Tensor], right: Sequence[Tensor]) -> bool:
    """Whether two layers own tensors of other dimensions, as far as letters let it be decided."""
    if [(tensor.name, len(tensor.dims)) for tensor in left] != [(tensor.name, len(tensor.dims)) for tensor in right]:
        return True
    pairs = [pair for a, b in zip(left, right, strict=True) for pair in zip(a.dims, b.dims, strict=True)]
    return any(decide(a, "==", b) is not True for a, b in pairs)


def _left_as_it_is(network: Network, asked: WhatIf) -> Iterator[str]:
    """Yield a sentence for each argument of the input that the given input could not decide."""
    written = network.spec.input
    if not isinstance(asked.input, Shape) or not isinstance(written, Items):
        return
    decided = arguments_of_input(written, asked.input)
    names = {item.text for item in written.items if isinstance(item, Text)}
    for name in sorted(names & network.spec.arguments.keys() - decided.keys()):
        yield f"the argument {name} does not follow from the input and keeps its value"
