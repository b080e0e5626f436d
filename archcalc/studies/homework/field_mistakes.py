"""The mistakes about receptive fields: rows of the catalogue."""

from __future__ import annotations

from archcalc.studies.homework import changes as change
from archcalc.studies.homework import seeing
from archcalc.studies.homework.derivation import FIELD
from archcalc.studies.homework.mistake import Mistake

_SEEN = (FIELD,)

OF_FIELDS = (
    Mistake("field-clipped", "The receptive field can be larger than the image: do not cut it off.", _SEEN,
            seeing.field(seeing.clipped)),
    Mistake("field-without-jump", "The effective stride (jump) is missing: a step covers several input pixels.",
            _SEEN, seeing.fields(lambda _, f: f._replace(shift=1, phases=())), ("forgot-jump",)),
    Mistake("field-with-own-stride", "A layer's own stride affects only the layers after it.", _SEEN,
            seeing.fields(lambda d, f: f._replace(shift=f.shift * d.windows[0].stride, phases=()))),
    Mistake("field-stride-for-jump", "The effective stride (jump) is the product of the strides of all earlier layers.",
            _SEEN, seeing.fields(lambda d, f: f._replace(shift=d.windows[0].stride, phases=()))),
    Mistake("field-K-for-K-minus-1", "A kernel of size K adds K − 1 steps, not K.", _SEEN,
            change.windows(lambda w: w._replace(kernel=w.kernel + 1))),
    Mistake("field-of-one-layer", "Earlier layers enlarge the receptive field: the window alone is not it.",
            _SEEN, seeing.fields(lambda _, f: f._replace(first=0, last=0, shift=1, phases=()))),
    Mistake("field-through-one", "This layer also enlarges the receptive field.", _SEEN,
            change.windows(lambda w: w._replace(kernel=1, dilation=1)), ("forgot-this-layer",)),
    Mistake("field-area", "Give the size along one axis, not the area.", _SEEN, seeing.field(seeing.area)),
    Mistake("field-recursion-exchanged", "This recursion starts at the last layer: use the effective stride here.",
            _SEEN, seeing.field(seeing.backward_recursion), ("backward-forward",)),
    Mistake("field-stride-missing", "The effective stride (jump) contains the stride of every earlier layer.", _SEEN,
            seeing.jump_without_a_stride),
    Mistake("field-strides-added", "The effective stride (jump) is a product of strides, not their sum.", _SEEN,
            seeing.from_the_one_before(seeing.strides_added)),
    Mistake("field-times-stride", "A stride moves the windows of later layers: it does not multiply the field.",
            _SEEN, seeing.from_the_one_before(seeing.times_stride), habitual=True),
    Mistake("field-kernels-added", "Each layer adds K − 1 steps of the effective stride.", _SEEN,
            seeing.from_the_one_before(lambda d, before: [before + d.windows[0].span]), habitual=True),
    Mistake("field-kernels-multiplied", "Each layer adds to the receptive field: it does not multiply it.", _SEEN,
            seeing.from_the_one_before(lambda d, before: [before * d.windows[0].span])),
    Mistake("field-padding-added", "The padding does not change the size of the receptive field.", _SEEN,
            seeing.from_the_one_before(seeing.padded)),
    Mistake("field-of-output-size", "The receptive field is a part of the input, not the size of the output.", _SEEN,
            seeing.field(seeing.of_output)),
    Mistake("field-merge-added", "Branches lie side by side: their receptive fields are not added.", _SEEN,
            seeing.at_merges(lambda sizes: [sum(sizes)])),
    Mistake("field-merge-one-branch", "A merge has the receptive field of its widest branch.", _SEEN,
            seeing.at_merges(lambda sizes: sizes)),
)  # fmt: skip
"""The mistakes that show in receptive fields alone, the likeliest first."""
