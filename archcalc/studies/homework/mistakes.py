"""The catalogue of mistakes: a row for each, the likeliest first; what it does is a change to the one formula.

A sentence is true for everyone who gives the number, however it came about; it says what to think about, and does not
contain the answer. Names that make the same number by construction share a row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework import changes as change
from archcalc.studies.homework import resizing, seeing, using, wiring
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

_POOLING = "Pooling outputs the maximum or the average of a window: which weights does that need?"

MISTAKES = (
    Mistake("forgot-bias", "The biases are not counted.", (PARAMS, BIASES), change.tensors(change.without_bias),
            ("weights-only",)),
    Mistake("flops-for-macs", "Check the unit: one MAC is one multiplication together with one addition.", (MACS,),
            change.counted(lambda _, macs: 2 * macs), ("macs-doubled",)),
    Mistake("macs-halved", "Check the unit: one MAC is one multiplication together with one addition.", (MACS,),
            change.counted(lambda _, macs: macs // 2 if macs % 2 == 0 else macs), ("macs-for-flops",)),
    Mistake("forgot-plus-one", "The + 1 is missing: there is one more window than steps between windows.", _SLID,
            change.grid(lambda sizes: tuple(size - 1 for size in sizes))),
    Mistake("forgot-padding", "The padding is not used: check the padding of this layer.",
            _SLID, change.windows(change.no_padding), ("dropped-2P",)),
    Mistake("padding-once", "Padding is added on both sides: use 2P, not P.", _SLID,
            change.windows(lambda w: w._replace(after=0)), ("P-for-2P",)),
    Mistake("forgot-stride", "The stride is not used: the window moves more than one position per step.", _SLID,
            change.windows(lambda w: w._replace(stride=1)), ("stride-1",)),
    Mistake("ceil-for-floor", "Round down: a window that does not fit completely is dropped.", _SLID,
            change.windows(lambda w: w if w.same else w._replace(ceil=True))),
    Mistake("floor-for-ceil", "Round up: this layer uses ceil mode.", _SLID,
            change.windows(lambda w: w._replace(ceil=False))),
    Mistake("forgot-dilation", "The dilation is not used: it increases the span of the kernel.", (*_SLID, FIELD),
            change.windows(lambda w: w._replace(dilation=1))),
    Mistake("dilation-times-kernel", "A dilated kernel has K − 1 gaps, not K.", (*_SLID, FIELD),
            change.windows(change.dilated_kernel), ("D-times-K",)),
    Mistake("forgot-input-channels",
            "The input channels are missing: each filter or unit has weights for every input that it is connected to.",
            _WEIGHED, change.dims(change.without_inputs), ("one-input-channel",)),
    Mistake("forgot-output-channels", "Only one filter or unit is counted: there is one per output channel.", _WEIGHED,
            change.dims(change.without_outputs), ("one-filter",)),
    Mistake("kernel-not-squared", "The kernel has one size per axis: multiply all of them.", _WEIGHED,
            change.dims(lambda _, dims: dims[:-1] if len(dims) > 3 else dims), ("K-for-K²",)),  # noqa: PLR2004
    Mistake("forgot-kernel", "The kernel size is missing: a filter has weights for every kernel element.", _WEIGHED,
            change.dims(lambda _, dims: dims[:2]), ("K-is-1",)),
    Mistake("bias-counted-once", "Each output channel or unit has its own bias: they do not share one.",
            (PARAMS, BIASES), change.biases(lambda *_: 1)),
    Mistake("bias-per-weight", "A filter or unit has one bias, not one per weight.", (PARAMS, BIASES),
            change.biases(lambda d, _: using.weights_of(d))),
    Mistake("bias-per-input", "There is one bias per output channel, not per input channel.", (PARAMS, BIASES),
            change.biases(lambda d, _: d.x.channels), ("channels-swapped",)),
    Mistake("bias-per-position", "All positions of an output channel share one bias.", (PARAMS, BIASES),
            change.biases(lambda d, t: t.elements * (d.given or d.shape).positions)),
    Mistake("bias-twice", "The biases are counted twice.", (PARAMS, BIASES),
            change.biases(lambda _, t: 2 * t.elements)),
    Mistake("bias-where-none-is", "Check whether this layer has a bias.", (PARAMS, BIASES), change.option(bias=True)),
    Mistake("groups-ignored", "The groups are ignored: a filter covers only the input channels of its group.", _WEIGHED,
            change.option(groups=1)),
    Mistake("groups-twice", "Groups divide the input channels of a filter, not the number of filters.", _WEIGHED,
            change.dims(change.grouped_twice)),
    Mistake("table-ignored", "The connection table is not used: not every filter covers every input channel.", _WEIGHED,
            change.option(table=None)),
    Mistake("reads-module-input", "This layer takes the output of the layer before it in its branch.", _WEIGHED,
            wiring.of(lambda d: d.around.module), ("input-of-the-module",)),
    Mistake("reads-row-above", "The row above is not always the input: check which output this layer takes.", _WEIGHED,
            wiring.of(lambda d: d.around.above)),
    Mistake("reads-merge", "A layer in a branch takes the output of its own branch, not of all of them.", _WEIGHED,
            wiring.of(lambda d: d.around.merge)),
    Mistake("reads-own-width", "The input channels are those of the layer before, not the number of filters.", _WEIGHED,
            wiring.channels(wiring.own_width)),
    Mistake("bottleneck-width", "Check the input channels: the layers inside a block differ in width.", _WEIGHED,
            wiring.channels(wiring.bottleneck_width)),
    Mistake("reads-other-row", "Check which output this layer takes as its input.", _WEIGHED,
            wiring.channels(lambda d: d.around.inside)),
    Mistake("channels-of-merge", "A layer in a branch has its own number of filters, not that of all branches.",
            (OUTPUT, *_WEIGHED, BIASES, ACTIVATIONS), wiring.filters(wiring.of_the_merge)),
    Mistake("pool-has-parameters", _POOLING, (*_COUNTED, MACS), change.weighed(groups=False)),
    Mistake("pool-has-a-kernel-per-channel", _POOLING, (*_COUNTED, MACS), change.weighed(groups=True)),
    Mistake("pool-has-a-kernel", _POOLING, (*_COUNTED, MACS), change.weighed(groups=True, bare=True)),
    Mistake("norm-once", "Check the values that this layer learns: a scale and a shift.", (PARAMS, BIASES),
            change.tensors(change.without_shift, "norm"), ("norm-C",)),
    Mistake("norm-with-statistics", "Running mean and variance are stored, but not learned.", (PARAMS, WEIGHTS),
            change.tensors(change.statistics_counted, "norm"), ("norm-4C",)),
    Mistake("norm-per-position", "A normalization layer has one scale and one shift per channel, at all positions.",
            (PARAMS, WEIGHTS, BIASES), change.tensors(change.per_position, "norm")),
    Mistake("forgot-norm", "This normalization layer has parameters, too.", (PARAMS, WEIGHTS, BIASES),
            change.tensors(lambda *_: (), "norm"), ("norm-0",)),
    Mistake("macs-over-input-size", "A filter is applied once per output position, not per input position.",
            (MACS,), using.uses(using.positions_of_input)),
    Mistake("macs-before-pool", "Use the map that this layer outputs: check if a pool is before it.", (MACS,),
            using.uses(using.on_map(lambda d: d.maps[1] if len(d.maps) > 1 else None))),
    Mistake("macs-after-pool", "Use the map that this layer outputs, before the next pool.", (MACS,),
            using.uses(using.on_map(lambda d: d.around.after))),
    Mistake("filters-twice", "The number of filters is already a factor of the weights: use it once.", (MACS,),
            change.counted(lambda d, macs: macs * d.shape.channels if d.layer.weighted else macs)),
    Mistake("pointwise-free", "A 1×1 kernel has weights and MACs, too.", (MACS, WEIGHTS, PARAMS),
            change.counted(change.free_if_pointwise)),
    Mistake("macs-at-one-position", "Each weight is used at every output position: they are missing.", (MACS,),
            using.uses(lambda *_: 1), ("forgot-positions",)),
    Mistake("macs-along-one-axis", "Count the output positions along all axes, not along one.",
            (MACS,), using.uses(using.along_one_axis)),
    Mistake("macs-with-biases", "Bias additions are not counted as MACs.", (MACS,), using.connected("connections")),
    Mistake("weights-not-shared", "All positions share the same weights: count them once.", _COUNTED,
            using.connected("macs"), ("macs-for-parameters",)),
    Mistake("connections-for-parameters", "All positions share the same weights and biases: count them once.",
            (PARAMS,), using.connected("connections")),
    Mistake("activations-added", "The output values are not parameters: count only weights and biases.", (PARAMS,),
            change.counted(lambda d, count: count + (d.given or d.shape).elements if count else count)),
    Mistake("half-the-filters", "Check the number of filters or units: count those of all groups and towers.",
            (OUTPUT, *_WEIGHED, BIASES, ACTIVATIONS), wiring.filters(wiring.half_the_filters)),
    Mistake("flatten-without-channels", "Flatten keeps every value: the channels are missing.", _FLAT,
            change.flattened(lambda maps: maps[0].positions)),
    Mistake("flatten-without-positions", "Flatten keeps every value: the spatial sizes are missing.", _FLAT,
            change.flattened(lambda maps: maps[0].channels)),
    Mistake("flatten-one-axis", "Flatten keeps every value: one of the spatial sizes is missing.", _FLAT,
            change.flattened(lambda maps: product(maps[0].sizes[:-1]))),
    Mistake("flatten-before-pool", "Check which feature map is flattened: the output of the last layer before flatten.",
            _FLAT, change.flattened(lambda maps: maps[1].elements if len(maps) > 1 else None), ("forgot-last-pool",)),
    Mistake("not-flattened", "After flatten there is only one size: the number of values.", (OUTPUT,),
            change.output(lambda d, sizes: d.x.sizes if d.layer.kind == "flatten" else sizes)),
    Mistake("other-input-size", "Check the input size of the network.", _SLID, change.reading(change.printed_size),
            ("224-for-227",)),
    Mistake("channels-of-input", "The number of output channels equals the number of filters.", (OUTPUT,),
            change.output(lambda d, sizes: (d.x.channels, *sizes[1:]) if d.layer.weighted and d.x.is_map else sizes)),
    Mistake("channels-divided-by-groups", "The output contains the channels of all groups.", (OUTPUT,),
            change.output(lambda d, sizes: (sizes[0] // getattr(d.layer, "groups", 1), *sizes[1:]))),
    Mistake("channels-multiplied", "Each filter covers all input channels and makes one output channel.", (OUTPUT,),
            change.output(lambda d, sizes: (sizes[0] * d.x.channels, *sizes[1:]) if change.filters_of(d) else sizes)),
    Mistake("pool-divides-channels", "Pooling works on each channel by itself: their number does not change.",
            (OUTPUT, ACTIVATIONS), change.output(resizing.channels_pooled)),
    Mistake("channels-left-out", "The channels are missing: they belong to the output shape.", (OUTPUT,),
            change.output(lambda _, sizes: sizes[1:] if len(sizes) > 2 else sizes), ("forgot-channels",)),  # noqa: PLR2004
    Mistake("one-side-only", "An output shape has the channels and one size per axis.", (OUTPUT,),
            change.output(lambda _, sizes: sizes[-1:] if len(sizes) > 2 else sizes)),  # noqa: PLR2004
    Mistake("axes-swapped", "The spatial sizes are swapped: height comes before width.", (OUTPUT,),
            change.output(lambda _, sizes: (sizes[0], *reversed(sizes[1:])))),
    Mistake("same-padding", 'This assumes "same" padding: check the padding of this layer.', _SLID,
            change.windows(lambda w: w._replace(same=True)), ("padded-to-same",)),
    Mistake("padding-doubled", "2P already includes the padding of both sides.", _SLID,
            change.windows(lambda w: w._replace(before=2 * w.before, after=2 * w.after)), ("4P",)),
    Mistake("stride-for-kernel", "The window moves by its stride, not by its kernel size.", _SLID,
            change.windows(change.stride_of_kernel), ("windows-side-by-side",)),
    Mistake("kernel-not-subtracted", "Subtract K: the first window already covers K positions.", _SLID,
            change.windows(lambda w: w._replace(kernel=0, dilation=1))),
    Mistake("kernel-ignored", "The kernel size is missing: the stride alone does not give the output size.", _SLID,
            resizing.kernel_ignored, ("size-over-stride",)),
    Mistake("kernel-of-stride", "Check the kernel size of this pool: it can differ from the stride.", (*_SLID, FIELD),
            resizing.kernel_of_stride),
    Mistake("transposed-as-convolution", "A transposed convolution enlarges its input: use its own formula.", _SLID,
            wiring.as_convolution),
    Mistake("forgot-output-padding", "The output padding is not used: it is added to the output size.", _SLID,
            change.option(output_padding=0)),
    Mistake("transposed-without-padding", "The padding of a transposed convolution is removed from its output.",
            (OUTPUT, ACTIVATIONS), resizing.of_transposed(padding=0)),
    Mistake("transposed-times-stride", "The stride alone does not give the size: use kernel and padding, too.",
            (OUTPUT, ACTIVATIONS), resizing.times_stride),
    Mistake("transposed-at-outputs", "A transposed convolution uses its weights once per input position.", (MACS,),
            using.uses(using.positions_of_output)),
    Mistake("upsampling-without-weights", "A transposed convolution learns its weights: it is not only upsampling.",
            (*_WEIGHED, BIASES), change.tensors(lambda *_: (), "conv_transpose")),
    Mistake("add-for-concat", "This layer concatenates its inputs: the channel counts of all branches are summed.",
            (OUTPUT, ACTIVATIONS), change.joined_as("concat", "add")),
    Mistake("branch-left-out", "The output contains the channels of every branch.", (OUTPUT, ACTIVATIONS),
            wiring.one_branch_less),
    Mistake("every-row-joined", "Only the last output of each branch is concatenated.", (OUTPUT,),
            change.output(wiring.every_row_joined)),
    Mistake("concat-for-add", "This layer adds its inputs elementwise: the number of channels does not change.",
            (OUTPUT, ACTIVATIONS), change.joined_as("add", "concat")),
    Mistake("activations-without-channels", "The channels are missing: each channel has a value at every position.",
            (ACTIVATIONS,), change.counted(lambda d, _: (d.given or d.shape).positions)),
    Mistake("activations-of-input", "Count the values that the layer outputs, not those that it takes.",
            (ACTIVATIONS,), change.counted(lambda d, _: d.x.elements)),
    Mistake("field-without-jump",
            "The effective stride (jump) is missing: after a strided layer, one step covers several input pixels.",
             (FIELD,), seeing.fields(lambda _, f: f._replace(shift=1, phases=())), ("forgot-jump",)),
    Mistake("field-with-own-stride", "A layer's own stride affects only the layers after it.", (FIELD,),
            seeing.fields(lambda d, f: f._replace(shift=f.shift * d.windows[0].stride, phases=()))),
    Mistake("field-stride-for-jump", "The effective stride (jump) is the product of the strides of all earlier layers.",
            (FIELD,), seeing.fields(lambda d, f: f._replace(shift=d.windows[0].stride, phases=()))),
    Mistake("field-K-for-K-minus-1", "A kernel of size K adds K − 1 steps, not K.", (FIELD,),
            change.windows(lambda w: w._replace(kernel=w.kernel + 1))),
    Mistake("field-of-one-layer", "Earlier layers enlarge the receptive field: the window alone is not it.",
            (FIELD,), seeing.fields(lambda _, f: f._replace(first=0, last=0, shift=1, phases=()))),
    Mistake("field-through-one", "This layer also enlarges the receptive field.", (FIELD,),
            change.windows(lambda w: w._replace(kernel=1, dilation=1)), ("forgot-this-layer",)),
    Mistake("field-area", "Give the size along one axis, not the area.", (FIELD,), seeing.field(seeing.area)),
    Mistake("field-recursion-exchanged", "This recursion starts at the last layer: use the effective stride here.",
            (FIELD,), seeing.field(seeing.backward_recursion), ("backward-forward",)),
    Mistake("field-stride-missing", "The effective stride (jump) contains the stride of every earlier layer.", (FIELD,),
            seeing.jump_without_a_stride),
    Mistake("one-gate", "Each gate has weights and biases of its own.", (PARAMS, WEIGHTS, BIASES),
            change.tensors(change.of_one_gate), ("forgot-gates",)),
    Mistake("forgot-state", "The state of the step before also has weights.", _COUNTED, change.not_named("weight_hh")),
    Mistake("one-bias-per-gate", "Check the convention of the biases: one per gate, or one each for input and state.",
            (PARAMS, BIASES), change.not_named("bias_hh")),
    Mistake("one-direction", "A bidirectional layer has weights for each direction.",
            (PARAMS, WEIGHTS, BIASES, MACS, OUTPUT),
            change.option(bidirectional=False)),
    Mistake("forgot-grouped-heads", "Keys and values have a number of heads of their own.",
            (PARAMS, WEIGHTS, BIASES, MACS), change.option(kv_heads=None)),
    Mistake("all-experts", "A token runs only the active experts.", (MACS,), change.all_experts),
    Mistake("bytes-for-values", "This looks like a size in bytes: the question asks for a number of values.",
            (ACTIVATIONS, PARAMS), change.counted(lambda _, count: 4 * count)),
    Mistake("forward-and-backward",
            "This looks like the forward and the backward pass together: count the forward pass only.",
            (ACTIVATIONS,), change.counted(lambda _, count: 2 * count)),
)  # fmt: skip
"""All mistakes about how an answer is derived."""

BY_NAME = {mistake.name: mistake for mistake in MISTAKES}


@lru_cache
def of_column(column: str) -> tuple[Mistake, ...]:
    """Return the mistakes that show in a column.

    >>> [mistake.name for mistake in of_column("biases")][:2]
    ['forgot-bias', 'bias-counted-once']
    """
    return tuple(mistake for mistake in MISTAKES if column in mistake.columns)
