"""What ``print(model)`` prints of a model of PyTorch: modules within modules, each with a name and its arguments.

Source: ``Module.__repr__``, ``Module.extra_repr`` and ``ModuleList.__repr__`` of PyTorch (``(0-11): 12 x Block(``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.summaries.module_text import CLASS, LONGEST, arguments
from archcalc.limits import LAYERS, PRINTED_LEVELS
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.summaries.module_text import Arguments

_CHILD = re.compile(r"\(([^()]{1,200})\): (?=\S)")
_ROOT = re.compile(r"[A-Za-z_]\w{0,200}\(")
_COPIES = re.compile(r"(\d{1,6}) x ")
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")
PASTE = "paste all of what print(model) prints"


@dataclass
class PrintedModule:
    """A module: its name in the module around it, how often it is there, its class and arguments, and its modules."""

    name: str
    copies: int
    kind: str
    text: str
    children: list[PrintedModule] = field(default_factory=list)

    @property
    def arguments(self) -> Arguments:
        """The arguments that are printed."""
        return arguments(self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its copies: ``0-2`` are three."""
        found = _RANGE.fullmatch(self.name)
        if self.copies == 1 or not found:
            return (self.name,)
        return tuple(str(number) for number in range(int(found[1]), int(found[2]) + 1))


def begins(lines: Sequence[str]) -> int | None:
    """Return the line in which a printed model begins: a class, and modules in the next lines; None if there is none.

    >>> begins([">>> print(net)", "Net(", "  (fc): Linear(in_features=2, out_features=1, bias=True)", ")"])
    1
    """
    for place, line in enumerate(lines):
        text = line.strip()
        if not _ROOT.match(text):
            continue
        if text.endswith("(") and any(_CHILD.match(below.strip()) for below in lines[place + 1 : place + 4]):
            return place
    return None


def read_modules(lines: Sequence[str], name: str) -> tuple[PrintedModule, int]:
    """Return the model that begins in the first line, and the number of lines that it has.

    Raises:
        UsageError: a bracket is missing, copies do not agree with their names, or there are too many.
    """
    root = _module("", lines[0].strip())
    open_ = [root]
    for place, line in enumerate(lines[1:], 1):
        text = line.strip()
        if text == ")":
            open_.pop()
            if not open_:
                _bounded(root, name)
                return root, place + 1
            continue
        found = _CHILD.match(text)
        if not found:
            if len(open_[-1].text) < LONGEST:  # further lines of its arguments
                open_[-1].text = f"{open_[-1].text} {text}".strip()
            continue
        child = _module(found[1], text[found.end() :])
        _require_copies(child, f"{name}:{place + 1}")
        open_[-1].children.append(child)
        if text.endswith("(") and text.count("(") > text.count(")"):
            if len(open_) > PRINTED_LEVELS.value:
                raise UsageError(*PRINTED_LEVELS.exceeded(name))
            open_.append(child)
    inner = open_[-1].name or open_[-1].kind
    raise UsageError(f"{name} ends within '{inner}': {len(open_)} brackets are not closed", PASTE)


def _module(name: str, text: str) -> PrintedModule:
    copies = _COPIES.match(text)
    text = text[copies.end() :] if copies else text
    kind = CLASS.match(text)
    called = kind[0] if kind else text[:40]
    inner = text[len(called) :].strip()
    inner = inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner.strip("(")
    return PrintedModule(name=name, copies=int(copies[1]) if copies else 1, kind=called, text=inner)


def _require_copies(module: PrintedModule, where: str) -> None:
    if len(module.names) != module.copies:
        named, printed = plural(len(module.names), "module"), f"{module.copies} x {module.kind}"
        raise UsageError(f"{where}: '({module.name})' names {named}, but {printed} are printed", PASTE)


def _bounded(root: PrintedModule, name: str) -> None:
    """Refuse more modules than a network can have, before they are copied."""
    if modules(root) > LAYERS.value:
        raise UsageError(*LAYERS.exceeded(name))


def modules(module: PrintedModule) -> int:
    """Return how many modules are printed, in all copies."""
    return module.copies * (1 + sum(map(modules, module.children)))


def walk(module: PrintedModule, path: str = "") -> Iterator[tuple[str, PrintedModule]]:
    """Yield each module with its path, copies one after the other."""
    yield path, module
    for child in module.children:
        for name in child.names:
            yield from walk(child, f"{path}.{name}" if path else name)
