"""`.cfg` files of darknet as networks: a row for each layer of a section, named by section and number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.errors import ArchcalcError, UsageError, did_you_mean
from archcalc.file_bytes import read_bytes
from archcalc.importers.darknet.layers import ENDS, RULES
from archcalc.importers.darknet.reading import DarknetReading
from archcalc.importers.darknet.sections import sections
from archcalc.importers.document import Imported
from archcalc.importers.flow import Flow, Wanted
from archcalc.importers.signatures import TEXT, recognize
from archcalc.importers.steps import within_32_bits
from archcalc.importers.wishes import no_input
from archcalc.limits import NET_SIZE

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.darknet.sections import Section
    from archcalc.importers.steps import RowStep
    from archcalc.importers.wishes import Wishes

IMAGE = ("channels", "height", "width")

LABELS = {"convolutional": "conv", "deconvolutional": "deconv"}
"""What a row is called where that is not the name of its section."""


def spec(target: str, wished: Wishes) -> Imported:
    """Read a `.cfg` file of darknet as a network.

    Args:
        target: the path of the file.
        wished: another input than the one in ``[net]``, without the batch.

    Raises:
        UsageError: the file cannot be read, is not a `.cfg` file of darknet, or its layers do not fit together.
    """
    first, *rest = _sections(target)
    builder = DarknetBuilder(first, next(iter(wished.inputs.values()), None))
    for section in rest:
        builder.add(section)
    if not builder.flow.steps:
        raise UsageError(f"{target} has no layers", "add sections after [net]")
    return Imported(builder.flow, builder.results, {"title": Path(target).stem})


def _sections(target: str) -> list[Section]:
    """Return the sections of a file, of which the first is ``[net]``.

    Raises:
        UsageError: the file is not text, or has no ``[net]``.
    """
    content = read_bytes(target, NET_SIZE)
    name = Path(target).name
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text (byte {error.start})", "name a .cfg file of darknet") from None
    if recognize(content) != TEXT and not text.lstrip().startswith("["):
        raise UsageError(f"{name} is {recognize(content).what}, not a .cfg file of darknet")
    found = sections(text, name)
    if not found or found[0].kind != "net":
        where = f"{name}:{found[0].line}: expected [net], got [{found[0].kind}]" if found else f"{name} has no sections"
        raise UsageError(where, "a .cfg file of darknet begins with [net]")
    return found


class DarknetBuilder:
    """Adds the sections as rows. ``outputs`` and ``rows`` are those of each section, counted like darknet counts."""

    def __init__(self, net: Section, wished: tuple[int, ...] | None) -> None:
        self.flow = Flow()
        self._x = self.flow.input("input", (1, *_input(net, wished)))
        self._outputs: list[Value] = []
        self._rows: list[dict[str, str]] = []
        self._ends: list[str] = []

    @property
    def results(self) -> list[str]:
        """The rows that no other reads, those that are decoded, and the last one."""
        read = {path for step in self.flow.steps.values() for path in step.reads}
        unread = [path for path in self.flow.steps if path not in read]
        return list(dict.fromkeys([*self._ends, *unread, self._x.path]))

    def add(self, section: Section) -> None:
        """Add the rows of a section.

        Raises:
            UsageError: the section is unknown, or its layers do not fit.
        """
        reading = DarknetReading(
            section=section, number=len(self._outputs), x=self._x, outputs=self._outputs, rows=self._rows
        )
        rows: dict[str, str] = {}
        if section.kind in ENDS or section.kind.lower() in ENDS:
            self._ends.append(self._x.path)
        elif section.kind not in RULES:
            known = [*RULES, *ENDS]
            raise section.wrong("is not a section that archcalc knows", did_you_mean(section.kind, known))
        else:
            try:
                rows = self._chain(reading, RULES[section.kind](reading))
            except UsageError:
                raise
            except ArchcalcError as error:
                (mistake, *_) = error.mistakes
                raise section.wrong(mistake.message, mistake.hint) from None
        self._outputs.append(self._x)
        self._rows.append(rows)

    def _chain(self, reading: DarknetReading, steps: list[RowStep]) -> dict[str, str]:
        """Add rows one after the other, and return their paths by kind; a section of one row gives its name to it."""
        label = f"{LABELS.get(reading.section.kind, reading.section.kind)}_{reading.number}"
        routed = steps[0].reads if len(steps) == 1 and steps[0].kind == "concat" else None
        if routed is not None and len(routed) == 1:
            self._x = routed[0]  # a route to one layer: nothing is computed
            return {}
        rows: dict[str, str] = {}
        made: list[Value] = []
        if len(steps) > 1:
            self.flow.classes[label] = reading.section.kind
        for step in steps:
            path = label if len(steps) == 1 else f"{label}/{step.kind}"
            reads = [self._x] if step.reads is None else list(step.reads) or made
            wanted = Wanted(path=path, kind=step.kind, options=step.options, shares=step.shares)
            self._x = within_32_bits(self.flow.row(wanted, reads))
            made.append(self._x)
            rows.setdefault(step.kind, self._x.path)
        return rows


def _input(net: Section, wished: tuple[int, ...] | None) -> tuple[int, ...]:
    """Return the sizes of the input: of an image, or of a vector.

    Raises:
        UsageError: there are none, or others are wished that are not of an image, or of a vector.
    """
    sizes = tuple(net.whole(key, 0) for key in IMAGE)
    if not all(sizes):
        sizes = (net.whole("inputs", 0),)
    found = sizes if wished is None else wished
    if not all(found):
        raise no_input(f"[net] of {net.file}", "3x416x416")
    if wished is not None and len(wished) != len(sizes) and all(sizes):
        expected = "channels, height and width" if len(sizes) > 1 else "one number of features"
        raise UsageError(f"the input of {net.file} has {expected}", "for example --input 3x416x416")
    if len(found) not in (1, len(IMAGE)):
        raise no_input(f"[net] of {net.file}", "3x416x416")
    return found
