"""The catalogue of mistakes: a row for each, the likeliest first; what it does is a change to the one formula.

A sentence helps and gives nothing away. Names that make the same number by construction share a row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework import changes as change
from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.symbolic.expr import product

if TYPE_CHECKING:
    from archcalc.studies.homework.changes import Change


class Mistake(NamedTuple):
    """A mistake: its name, a sentence, the columns in which it shows, and what it does; ``also`` are other names."""

    name: str
    text: str
    columns: tuple[str, ...]
    change: Change
    also: tuple[str, ...] = ()


_SLID = (OUTPUT, MACS, ACTIVATIONS)
_WEIGHED = (WEIGHTS, PARAMS, MACS)
_COUNTED = (WEIGHTS, PARAMS)
_FLAT = (OUTPUT, WEIGHTS, PARAMS, MACS, ACTIVATIONS)

MISTAKES = (
    Mistake("forgot-bias", "the biases are missing", (PARAMS, BIASES), change.tensors(change.without_bias),
            ("weights-only",)),
    Mistake("flops-for-macs", "a multiplication and its addition are one MAC: these are FLOPs, two for each", (MACS,),
            change.counted(lambda _, macs: 2 * macs), ("macs-doubled",)),
    Mistake("forgot-plus-one", "count the windows, not the steps between them: the + 1 is missing", _SLID,
            change.grid(lambda sizes: tuple(size - 1 for size in sizes))),
    Mistake("forgot-padding", "the padding is missing", _SLID, change.windows(change.no_padding), ("dropped-2P",)),
    Mistake("padding-once", "padding stands on both sides: 2P, not P", _SLID,
            change.windows(lambda w: w._replace(after=0)), ("P-for-2P",)),
    Mistake("forgot-stride", "the window moves by more than one position: the stride is missing", _SLID,
            change.windows(lambda w: w._replace(stride=1)), ("stride-1",)),
    Mistake("ceil-for-floor", "a window that does not fit whole is left out: round down here", _SLID,
            change.windows(lambda w: w if w.same else w._replace(ceil=True))),
    Mistake("floor-for-ceil", "this layer rounds the number of windows up", _SLID,
            change.windows(lambda w: w._replace(ceil=False))),
    Mistake("forgot-dilation", "the kernel's taps stand apart: the dilation is missing", (*_SLID, FIELD),
            change.windows(lambda w: w._replace(dilation=1))),
    Mistake("dilation-times-kernel", "a dilated kernel has K − 1 gaps, not K", (*_SLID, FIELD),
            change.windows(change.dilated_kernel), ("D-times-K",)),
    Mistake("forgot-input-channels", "each filter reads every input channel: they are missing", _WEIGHED,
            change.dims(lambda _, dims: change.all_but(dims, 1)), ("one-input-channel",)),
    Mistake("forgot-output-channels", "this is one filter: there are as many as output channels", _WEIGHED,
            change.dims(lambda _, dims: dims[1:]), ("one-filter",)),
    Mistake("kernel-not-squared", "the kernel has a height and a width: K², not K", _WEIGHED,
            change.dims(lambda _, dims: dims[:-1] if len(dims) > 3 else dims), ("K-for-K²",)),  # noqa: PLR2004
    Mistake("forgot-kernel", "the kernel is missing: each filter has a weight for each of its taps", _WEIGHED,
            change.dims(lambda _, dims: dims[:2]), ("K-is-1",)),
    Mistake("bias-counted-once", "each output channel has a bias of its own, not the layer one", (PARAMS, BIASES),
            change.biases(lambda *_: 1)),
    Mistake("bias-per-weight", "a filter has one bias, not one for each weight", (PARAMS, BIASES),
            change.biases(lambda d, _: change.weights_of(d))),
    Mistake("bias-per-input", "biases belong to what is put out, not to what is read", (PARAMS, BIASES),
            change.biases(lambda d, _: d.x.channels), ("channels-swapped",)),
    Mistake("bias-per-position", "the bias is shared by all positions of a map", (PARAMS, BIASES),
            change.biases(lambda d, t: t.elements * (d.given or d.shape()).positions)),
    Mistake("bias-twice", "the biases are counted twice", (PARAMS, BIASES),
            change.biases(lambda _, t: 2 * t.elements)),
    Mistake("bias-where-none-is", "this layer has no bias", (PARAMS, BIASES), change.option(bias=True)),
    Mistake("groups-ignored", "this layer has groups: a filter reads the channels of its own group only", _WEIGHED,
            change.option(groups=1)),
    Mistake("groups-twice", "groups divide the channels that a filter reads, not the filters as well", _WEIGHED,
            change.dims(change.grouped_twice)),
    Mistake("table-ignored", "not every filter reads every map here: look at the table of connections", _WEIGHED,
            change.option(table=None)),
    Mistake("pool-has-parameters", "a pool learns nothing", (*_COUNTED, MACS), change.weighed(groups=False)),
    Mistake("pool-has-a-kernel-per-channel", "a pool learns nothing", (*_COUNTED, MACS), change.weighed(groups=True)),
    Mistake("pool-has-a-kernel", "a pool learns nothing", (*_COUNTED, MACS), change.weighed(groups=True, bare=True)),
    Mistake("norm-once", "a norm learns a scale and a shift for each channel", (PARAMS, BIASES),
            change.tensors(change.without_shift, "norm"), ("norm-C",)),
    Mistake("norm-with-statistics", "running mean and variance are kept, but not learned", (PARAMS, WEIGHTS),
            change.tensors(change.statistics_counted, "norm"), ("norm-4C",)),
    Mistake("forgot-norm", "a norm learns parameters too", (PARAMS, WEIGHTS, BIASES),
            change.tensors(lambda *_: (), "norm"), ("norm-0",)),
    Mistake("macs-over-input-size", "a filter is applied once for each position of the output, not of the input",
            (MACS,), change.uses(change.positions_of_input)),
    Mistake("macs-at-one-position", "these are the weights: each is used at every position of the output", (MACS,),
            change.uses(lambda *_: 1), ("forgot-positions",)),
    Mistake("macs-along-one-axis", "the output has a height and a width", (MACS,), change.uses(change.along_one_axis)),
    Mistake("macs-with-biases", "adding a bias is no multiplication", (MACS,), change.connected("connections")),
    Mistake("weights-not-shared", "the weights of a filter are shared by all positions", _COUNTED,
            change.connected("macs"), ("macs-for-parameters",)),
    Mistake("connections-for-parameters", "the weights and the bias of a filter are shared by all positions", (PARAMS,),
            change.connected("connections")),
    Mistake("flatten-without-channels", "a vector of the whole map: its channels are missing", _FLAT,
            change.flattened(lambda maps: maps[0].positions)),
    Mistake("flatten-without-positions", "a vector of the whole map, not of its channels alone", _FLAT,
            change.flattened(lambda maps: maps[0].channels)),
    Mistake("flatten-one-axis", "a vector of the whole map: it has a height and a width", _FLAT,
            change.flattened(lambda maps: product(maps[0].sizes[:-1]))),
    Mistake("flatten-before-pool", "there is a pool before the vector", _FLAT,
            change.flattened(lambda maps: maps[1].elements if len(maps) > 1 else None), ("forgot-last-pool",)),
    Mistake("not-flattened", "a vector has one size: multiply them out", (OUTPUT,),
            change.output(lambda d, sizes: d.x.sizes if d.layer.kind == "flatten" else sizes)),
    Mistake("other-input-size", "look again at the size of the input", _SLID, change.reading(change.printed_size),
            ("224-for-227",)),
    Mistake("channels-of-input", "the output has as many channels as there are filters", (OUTPUT,),
            change.output(lambda d, sizes: (d.x.channels, *sizes[1:]) if d.layer.weighted and d.x.is_map else sizes)),
    Mistake("channels-divided-by-groups", "the groups together put out all the channels", (OUTPUT,),
            change.output(lambda d, sizes: (sizes[0] // getattr(d.layer, "groups", 1), *sizes[1:]))),
    Mistake("channels-left-out", "a map has channels, too", (OUTPUT,),
            change.output(lambda _, sizes: sizes[1:] if len(sizes) > 2 else sizes), ("forgot-channels",)),  # noqa: PLR2004
    Mistake("one-side-only", "a map has channels, a height and a width", (OUTPUT,),
            change.output(lambda _, sizes: sizes[-1:] if len(sizes) > 2 else sizes)),  # noqa: PLR2004
    Mistake("axes-swapped", "height and width are the other way round", (OUTPUT,),
            change.output(lambda _, sizes: (sizes[0], *reversed(sizes[1:])))),
    Mistake("same-padding", "this layer does not keep the size: look at its padding", _SLID,
            change.windows(lambda w: w._replace(same=True)), ("padded-to-same",)),
    Mistake("padding-doubled", "2P is the padding of both sides already", _SLID,
            change.windows(lambda w: w._replace(before=2 * w.before, after=2 * w.after)), ("4P",)),
    Mistake("stride-for-kernel", "the window moves by its stride, not by its own size", _SLID,
            change.windows(change.stride_of_kernel), ("windows-side-by-side",)),
    Mistake("kernel-not-subtracted", "the first window covers K positions already: subtract K", _SLID,
            change.windows(lambda w: w._replace(kernel=0, dilation=1))),
    Mistake("add-for-concat", "channels are put beside each other here, not added up", (OUTPUT, ACTIVATIONS),
            change.joined_as("concat", "add")),
    Mistake("concat-for-add", "maps are added here: their channels stay as many as they were", (OUTPUT, ACTIVATIONS),
            change.joined_as("add", "concat")),
    Mistake("activations-without-channels", "each channel has a value at every position", (ACTIVATIONS,),
            change.counted(lambda d, _: (d.given or d.shape()).positions)),
    Mistake("activations-of-input", "these go into the layer: what it puts out is asked", (ACTIVATIONS,),
            change.counted(lambda d, _: d.x.elements)),
    Mistake("field-without-jump", "behind a stride one step is several pixels of the input: the jump is missing",
            (FIELD,), change.fields(lambda _, f: f._replace(shift=1, phases=())), ("forgot-jump",)),
    Mistake("field-with-own-stride", "a layer's own stride counts for the layers behind it only", (FIELD,),
            change.fields(lambda d, f: f._replace(shift=f.shift * d.windows()[0].stride, phases=()))),
    Mistake("field-stride-for-jump", "the jump is the product of all strides before this layer", (FIELD,),
            change.fields(lambda d, f: f._replace(shift=d.windows()[0].stride, phases=()))),
    Mistake("field-K-for-K-minus-1", "a kernel adds K − 1 steps, not K", (FIELD,),
            change.windows(lambda w: w._replace(kernel=w.kernel + 1))),
    Mistake("field-of-one-layer", "this is the kernel alone: the layers before it widen the field", (FIELD,),
            change.fields(lambda _, f: f._replace(first=0, last=0, shift=1, phases=()))),
    Mistake("field-through-one", "this layer widens the field as well", (FIELD,),
            change.windows(lambda w: w._replace(kernel=1, dilation=1)), ("forgot-this-layer",)),
    Mistake("bytes-for-values", "these are bytes, four for each value: values are asked", (ACTIVATIONS, PARAMS),
            change.counted(lambda _, count: 4 * count)),
    Mistake("forward-and-backward", "forward and backward each keep their values: count them once", (ACTIVATIONS,),
            change.counted(lambda _, count: 2 * count)),
    Mistake("half-of-it", "this is half of it", (MACS, PARAMS, WEIGHTS, ACTIVATIONS),
            change.counted(lambda _, count: count // 2 if count % 2 == 0 else count)),
)  # fmt: skip
"""All mistakes about how an answer is derived."""


@lru_cache
def of_column(column: str) -> tuple[Mistake, ...]:
    """Return the mistakes that show in a column.

    >>> [mistake.name for mistake in of_column("biases")][:2]
    ['forgot-bias', 'bias-counted-once']
    """
    return tuple(mistake for mistake in MISTAKES if column in mistake.columns)
