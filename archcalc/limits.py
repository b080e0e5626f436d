"""The limits of what is read and computed: one table, one message, and the work that a command may take.

What is beyond a limit ends in a message. How many lines a page shows, or how long a search looks for a shorter form, is
not listed here: the result is then shorter, or says that it is incomplete.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 1_000_000

PREFIX = "ARCHCALC_LIMIT_"
"""A limit that can be raised is read from the environment variable of this prefix and its name."""


class InputLimit(NamedTuple):
    """One limit: of what, how much, and what to do instead; ``raisable`` says whether a variable can raise it."""

    name: str
    default: int
    unit: str
    meaning: str
    advice: str = ""
    raisable: bool = False
    verb: str = "has"

    @property
    def variable(self) -> str:
        """The environment variable that raises it."""
        return f"{PREFIX}{self.name}"

    @property
    def value(self) -> int:
        """How much is allowed.

        Raises:
            UsageError: the variable is not a whole number.
        """
        text = os.environ.get(self.variable, "") if self.raisable else ""
        if not text:
            return self.default
        digits = text.replace("_", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS and int(digits)):
            raise UsageError(
                f"invalid {self.variable} '{text}': expected a whole number", f"for example {self.default}"
            )
        return int(digits)

    @property
    def amount(self) -> str:
        """How much is allowed, with its unit; sizes in megabytes."""
        if self.unit == "bytes" and self.value % MEGABYTE == 0:
            return f"{self.value // MEGABYTE:,} MB"
        return f"{self.value:,} {self.unit}"

    def exceeded(self, what: str, found: int | None = None, advice: str = "") -> tuple[str, str]:
        """Return the message and the hint for what is beyond the limit; ``found`` is how much there is, if known.

        >>> LAYERS.exceeded("the network")
        ('the network has more than 200,000 layers', 'use fewer copies, or raise the limit: ARCHCALC_LIMIT_LAYERS')
        >>> CHARACTERS.exceeded("the expression", 1001)[0]
        'the expression has more than 1,000 characters (1,001)'
        """
        shown = "" if found is None or self.unit == "bytes" else f" ({found:,})"
        hint = advice or self.advice
        if self.raisable:
            hint = f"{hint}, or raise the limit: {self.variable}" if hint else f"raise the limit: {self.variable}"
        than = "is larger than" if self.unit == "bytes" else f"{self.verb} more than"
        return f"{what} {than} {self.amount}{shown}", hint


_MOST_DIGITS = 15

SPEC_SIZE = InputLimit(
    "SPEC_SIZE", MEGABYTE, "bytes", "size of a spec", "use repeat for copies of layers", raisable=True
)
SPEC_VALUES = InputLimit(
    "SPEC_VALUES", 300_000, "values", "values in a spec", "use repeat for copies of layers", raisable=True
)
SPEC_LEVELS = InputLimit("SPEC_LEVELS", 50, "levels of nesting", "levels of brackets and indentation in a spec",
                    "check the brackets")  # fmt: skip
VARIANTS = InputLimit(
    "VARIANTS", 100, "variants", "variants of a file that are all looked at", "name one: FILE#VARIANT", raisable=True
)
LAYERS = InputLimit("LAYERS", 200_000, "layers", "layers of a network", "use fewer copies", raisable=True)
CONVERTED = InputLimit(
    "CONVERTED", 20_000, "layers", "layers of a network that is exported, or of a printed chain that is imported",
    "use a part of it", raisable=True,
)  # fmt: skip
COMPARED = InputLimit("COMPARED", 100, "networks", "networks of one comparison or picture",
                      "compare them in several parts", raisable=True)  # fmt: skip
STEPS = InputLimit("STEPS", 400_000, "steps to expand", "steps of a spec that are run, those without a layer included",
              "use fewer copies", raisable=True, verb="takes")  # fmt: skip
LEVELS = InputLimit("LEVELS", 40, "levels of blocks, groups and branches", "levels of blocks, groups and branches",
               "use fewer nested levels")  # fmt: skip
CHARACTERS = InputLimit("CHARACTERS", 1_000, "characters", "length of an expression or of a pattern")
DIGITS = InputLimit("DIGITS", 100, "digits", "digits of a number in an expression")
BITS = InputLimit("BITS", 4_096, "binary digits", "size of a number while it is computed")
TABLE_SIZE = InputLimit(
    "TABLE_SIZE", 2 * MEGABYTE, "bytes", "size of a homework file", "use a smaller file", raisable=True
)
ROWS = InputLimit("ROWS", 5_000, "rows", "rows of a homework table or a worksheet", "remove the other rows",
             raisable=True)  # fmt: skip
STUDENTS = InputLimit("STUDENTS", 20_000, "students", "students of a roster", "use several rosters", raisable=True)
CELLS = InputLimit("CELLS", 200, "cells", "cells in a row of a homework table", "remove the other columns")
CELL_LENGTH = InputLimit("CELL_LENGTH", 1_000, "characters", "length of a cell of a homework table", "shorten the cell")
SPREADSHEET_SIZE = InputLimit("SPREADSHEET_SIZE", 10 * MEGABYTE, "bytes", "size of a spreadsheet when it is unpacked",
                         "copy the table to a new file")  # fmt: skip
SHEET_TAGS = InputLimit("SHEET_TAGS", 400_000, "XML tags", "XML tags of rows and cells in a sheet of a spreadsheet",
                   "copy the table to a new file, or save it as CSV")  # fmt: skip
PART_TAGS = InputLimit("PART_TAGS", 20_000, "XML tags", "other XML tags in a part of a spreadsheet",
                  "copy the table to a new file, or save it as CSV")  # fmt: skip
SHEET_CELLS = InputLimit("SHEET_CELLS", 400_000, "cells", "cells of a spreadsheet that is written", "write CSV",
                    raisable=True)  # fmt: skip
ARCHIVE_SIZE = InputLimit(
    "ARCHIVE_SIZE", 200 * MEGABYTE, "bytes", "size of a ZIP archive of submissions, also unpacked",
    "grade it in several parts", raisable=True,
)  # fmt: skip
ENTRIES = InputLimit("ENTRIES", 20_000, "files", "files in a ZIP archive", "grade it in several parts", raisable=True)
HEADER_SIZE = InputLimit(
    "HEADER_SIZE", 20 * MEGABYTE, "bytes", "size of the header or index of a file of weights",
    "check that the file is complete", raisable=True,
)  # fmt: skip
JSON_VALUES = InputLimit(
    "JSON_VALUES", 3_000_000, "values", "values and keys of a JSON file of another program, or of a header",
    "check that the file is complete", raisable=True,
)  # fmt: skip
PICKLE_SIZE = InputLimit(
    "PICKLE_SIZE", 50 * MEGABYTE, "bytes", "size of the pickle in a file of PyTorch, without the values of tensors",
    "save the weights as safetensors", raisable=True,
)  # fmt: skip
PICKLE_STEPS = InputLimit(
    "PICKLE_STEPS", 400_000, "steps", "steps of the pickle in a file of PyTorch", "save the weights as safetensors",
    raisable=True,
)  # fmt: skip
TENSORS = InputLimit("TENSORS", 200_000, "tensors", "tensors of a model's files", raisable=True)
CONFIG_SIZE = InputLimit("CONFIG_SIZE", MEGABYTE, "bytes", "size of a `config.json` of Hugging Face")
KERAS_SIZE = InputLimit(
    "KERAS_SIZE", 20 * MEGABYTE, "bytes", "size of the JSON of a Keras model", "check that the file is complete",
    raisable=True,
)  # fmt: skip
PIXELS = InputLimit(
    "PIXELS", 20_000, "rows or columns", "rows or columns of a map whose pixels are followed one by one",
    "use --input with a smaller size",
)  # fmt: skip
ONNX_FIELDS = InputLimit(
    "ONNX_FIELDS", 3_000_000, "fields", "fields of an ONNX model that are read; weights are one field each",
    raisable=True,
)  # fmt: skip
ONNX_PARTS = InputLimit(
    "ONNX_PARTS", 300_000, "nodes, tensors and attributes", "nodes, tensors and attributes of an ONNX model",
    raisable=True,
)  # fmt: skip
ONNX_NAME = InputLimit("ONNX_NAME", 4_096, "bytes", "length of a name in an ONNX model", "shorten the name")
ONNX_LEVELS = InputLimit("ONNX_LEVELS", 30, "levels of graphs", "levels of graphs within graphs in an ONNX model")
ONNX_AXES = InputLimit("ONNX_AXES", 32, "axes", "axes of a tensor in an ONNX model")
NET_SIZE = InputLimit(
    "NET_SIZE", 2 * MEGABYTE, "bytes",
    "size of a `.cfg` of darknet, a `.prototxt` of Caffe, a printed summary or a model of ultralytics",
    "name the network, not its weights or a list of images", raisable=True,
)  # fmt: skip
NET_FIELDS = InputLimit(
    "NET_FIELDS", 200_000, "fields", "fields of a `.cfg` of darknet or a `.prototxt` of Caffe", raisable=True
)
NET_LEVELS = InputLimit("NET_LEVELS", 20, "levels of braces", "levels of braces in a `.prototxt` of Caffe",
                   "check the braces")  # fmt: skip
PRINTED_LINE = InputLimit("PRINTED_LINE", 5_000, "characters", "length of a line of a printed model or summary",
                     "paste the text as it was printed")  # fmt: skip
PRINTED_LEVELS = InputLimit("PRINTED_LEVELS", 40, "levels of modules", "levels of modules in a printed model",
                       "check the brackets")  # fmt: skip
EXPLAINED = InputLimit(
    "EXPLAINED", 500, "answers", "wrong answers of a homework table that are explained", raisable=True
)
TRIED = InputLimit("TRIED", 10_000, "values", "values that `solve` tries", raisable=True)
SWEPT = InputLimit("SWEPT", 5_000_000, "points", "points of a sweep", "use larger steps", raisable=True)
SWEPT_AXES = InputLimit("SWEPT_AXES", 50, "axes", "axes of a sweep", "set with --set what has one value")
WORK = InputLimit("WORK", 100 * MEGABYTE, "steps of work",
             "steps of work of a command, of each submission, and of each value that `solve` tries",
             "use a smaller input", raisable=True, verb="takes")  # fmt: skip

LIMITS = (
    SPEC_SIZE, SPEC_VALUES, SPEC_LEVELS, VARIANTS, LAYERS, CONVERTED, COMPARED, STEPS, LEVELS, CHARACTERS, DIGITS, BITS,
    TABLE_SIZE, ROWS, STUDENTS, CELLS, CELL_LENGTH, SPREADSHEET_SIZE, SHEET_TAGS, PART_TAGS, SHEET_CELLS, ARCHIVE_SIZE,
    ENTRIES, HEADER_SIZE, JSON_VALUES, PICKLE_SIZE, PICKLE_STEPS, TENSORS, CONFIG_SIZE, KERAS_SIZE, PIXELS, ONNX_FIELDS,
    ONNX_PARTS, ONNX_NAME, ONNX_LEVELS, ONNX_AXES, NET_SIZE, NET_FIELDS, NET_LEVELS, PRINTED_LINE, PRINTED_LEVELS,
    EXPLAINED, TRIED, SWEPT, SWEPT_AXES, WORK,
)  # fmt: skip
"""All limits, in the order of the documentation."""


def check_variables() -> None:
    """Refuse environment variables that look like those of a limit, and are not.

    Raises:
        UsageError: a limit of that name does not exist, or cannot be raised.
    """
    known = [limit.variable for limit in LIMITS if limit.raisable]
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            raise UsageError(f"unknown limit {name}", _nearest(name, known))


def _nearest(name: str, known: list[str]) -> str:
    """Return the question for the name that is meant; the prefix that all share makes none alike."""
    stems = [other.removeprefix(PREFIX) for other in known]
    found = did_you_mean(name.removeprefix(PREFIX), stems)
    return found.replace("did you mean ", f"did you mean {PREFIX}") or f"available: {', '.join(known)}"


class TooMuchWork(UsageError):
    """A command that takes too many steps."""


class _OutOfWork(Exception):
    """The steps are used up. It is no error of a user before :func:`work` ends, so that no trial can pass over it."""


class _Budget:
    """What is left of the steps that may be taken."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps


_CURRENT: ContextVar[_Budget | None] = ContextVar("work", default=None)


def spend(steps: int) -> None:
    """Count steps of work; every loop whose length an input decides reports what it did. A step takes microseconds.

    Steps are counted, not seconds: the same input ends on every machine, or on none.
    """
    budget = _CURRENT.get()
    if budget is not None:
        budget.left -= steps
        if budget.left < 0:
            raise _OutOfWork


@contextmanager
def work(*, anew: bool = False) -> Iterator[None]:
    """Bound the work of what is done within; work within work shares its bound, unless it is counted ``anew``.

    Raises:
        TooMuchWork: it takes too many steps.

    >>> with work():
    ...     spend(WORK.value + 1)
    Traceback (most recent call last):
    archcalc.limits.TooMuchWork: the command takes more than 100,000,000 steps of work
      use a smaller input, or raise the limit: ARCHCALC_LIMIT_WORK
    """
    if _CURRENT.get() is not None and not anew:
        yield
        return
    token = _CURRENT.set(_Budget(WORK.value))
    try:
        yield
    except _OutOfWork:
        raise TooMuchWork(*WORK.exceeded("the command")) from None
    finally:
        _CURRENT.reset(token)
