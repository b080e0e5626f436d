"""The rules of `lint`, each a row: its code, what it finds, how serious that is, why, and who says so."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.linting import ordering, shares, sizes, wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archcalc.studies.linting.subject import Finding, Subject


class Severity(StrEnum):
    """How serious a finding is, the least first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Rule(NamedTuple):
    """A rule; ``usual`` says whether it is applied without being selected."""

    code: str
    name: str
    severity: Severity
    reason: str
    source: str
    check: Callable[[Subject], Iterator[Finding]]
    usual: bool = True


DUMOULIN = "Dumoulin & Visin 2016, arXiv 1603.07285"
ARAUJO = "Araujo, Norris & Sim 2019, Distill, doi 10.23915/distill.00021"

RULES = (
    Rule("A101", "unread-input", Severity.WARNING,
         "Rounding down leaves the end of the input unread; its pixels have no effect on the output.",
         f"{DUMOULIN}, section 2.4", sizes.unread),
    Rule("A102", "unused-padding", Severity.NOTE,
         "The last padding is outside of all windows, so the effective padding is asymmetric.",
         f"{DUMOULIN}, section 2.4", sizes.unused_padding, usual=False),
    Rule("A103", "bias-before-norm", Severity.NOTE,
         "Batch and instance norm subtract the mean of each channel, and the bias with it.",
         "Ioffe & Szegedy 2015, arXiv 1502.03167, section 3.2", ordering.bias_before_norm),
    Rule("A104", "norm-without-effect", Severity.WARNING,
         "A second norm undoes the first, and a batch norm at the end fixes the scale of the output.",
         "Ioffe & Szegedy 2015, arXiv 1502.03167, section 3", ordering.norm_without_effect),
    Rule("A105", "adaptive-pool-enlarges", Severity.WARNING,
         "An adaptive pool with more bins than input values repeats values.",
         "PyTorch, torch.nn.AdaptiveAvgPool2d", sizes.enlarging),
    Rule("A106", "doubled-activation", Severity.WARNING,
         "Two activation functions in a row act like one; ReLU after ReLU changes nothing.",
         "Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3", ordering.doubled_activation),
    Rule("A107", "missing-activation", Severity.NOTE,
         "Two linear maps in a row are one linear map: the second adds parameters, but no functions.",
         "Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.1", ordering.missing_activation),
    Rule("A108", "odd-channels", Severity.NOTE,
         "Matrix units work on tiles; other numbers of channels are padded to the next multiple.",
         "NVIDIA, Deep Learning Performance, Tensor Core requirements", shares.odd_channels, usual=False),
    Rule("A109", "stride-exceeds-kernel", Severity.WARNING,
         "Windows that do not touch each other skip pixels everywhere.",
         "He et al. 2018, arXiv 1812.01187, section 4 (ResNet-B and -D)", sizes.skipped),
    Rule("A110", "gridding", Severity.WARNING,
         "Pixels between the kernel elements of a dilated layer are never read, so the output has a grid.",
         "Wang et al. 2018, arXiv 1702.08502, section 3.2", sizes.gridding),
    Rule("A111", "field-smaller-than-object", Severity.WARNING,
         "A unit cannot recognize what it does not cover.",
         f"{ARAUJO}", wiring.smaller_than_objects),
    Rule("A112", "field-exceeds-image", Severity.NOTE,
         "Once every unit covers the image, further windows add no context.",
         "Richter et al. 2021, arXiv 2106.12307", wiring.larger_than_the_image, usual=False),
    Rule("A113", "misaligned-merge", Severity.WARNING,
         "Values that belong to different places of the image are merged.",
         f"{ARAUJO}, alignment of paths", wiring.misaligned),
    Rule("A114", "half-of-the-parameters", Severity.NOTE,
         "One layer with most of the parameters is the first place to save some, for example by global pooling.",
         "Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2", shares.half_of_the_parameters),
    Rule("A115", "unused-output", Severity.ERROR,
         "A layer whose output is not read is computed in vain.",
         "docs/language.md, outputs", wiring.dead_branch),
    Rule("A116", "dropout-before-batchnorm", Severity.NOTE,
         "Dropout changes the variance between training and inference; batch norm expects it to stay.",
         "Li et al. 2018, arXiv 1801.05134", ordering.dropout_before_batchnorm),
    Rule("A117", "softmax-at-the-end", Severity.NOTE,
         "Cross-entropy losses of PyTorch and Keras (from_logits) apply the softmax themselves.",
         "PyTorch, torch.nn.CrossEntropyLoss", ordering.softmax_at_the_end, usual=False),
    Rule("A118", "groups-are-not-depthwise", Severity.WARNING,
         "A depthwise convolution has as many groups as input channels.",
         "Howard et al. 2017, arXiv 1704.04861, section 3.1", shares.not_depthwise),
    Rule("A119", "large-flatten", Severity.NOTE,
         "A linear layer on a large feature map has most of the parameters, and is bound to one input size.",
         "Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2", shares.large_flatten),
    Rule("A120", "checkerboard", Severity.NOTE,
         "Windows of a transposed convolution overlap unevenly, which shows as a checkerboard.",
         "Odena, Dumoulin & Olah 2016, Distill, doi 10.23915/distill.00003", sizes.checkerboard),
    Rule("A121", "widening-bottleneck", Severity.NOTE,
         "A bottleneck saves work by a narrow middle; without depthwise convolutions a wide one multiplies it.",
         "He et al. 2015, arXiv 1512.03385, section 4.1", shares.widening_bottleneck),
    Rule("A122", "only-padding", Severity.WARNING,
         "Windows that contain only padding output a constant.",
         f"{DUMOULIN}, section 2", sizes.only_padding),
    Rule("A123", "names-differ-by-case", Severity.WARNING,
         "Names that differ by case only are mistaken for each other, and are one file name on some systems.",
         "file systems of Windows and macOS", wiring.names_by_case),
)  # fmt: skip
"""All rules."""

CODES = {rule.code: rule for rule in RULES}
