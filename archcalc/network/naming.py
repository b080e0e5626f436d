"""The names of layers: given once, by written position, so that paths do not shift between variants.

An unnamed layer is called by its kind, and `conv_2`, `conv_3` where the kind recurs in its list. An unnamed group
belongs to the list around it; an unnamed merge adds no level if it is the only merge of its list.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.errors import Problem
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.network.written import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.errors import Place
    from archcalc.network.steps import Sequence, Step


def give_names(sequence: Sequence) -> list[Problem]:
    """Name the steps of a list and of the unnamed groups in it; return what is wrong with written names."""
    steps = list(flat(sequence))
    taken = {step.named for step in steps if step.named}
    only_merge = sum(step.branches is not None and step.named is None for step in steps) == 1
    counts: Counter[str] = Counter()
    for step in steps:
        step.called = step.named or _next_name(_kind_name(step), counts, taken)
        step.level = not (step.branches is not None and step.named is None and only_merge)
        step.plain = step.common.keys() <= {"name"}
    return _mistakes(sequence, steps)


def flat(sequence: Sequence) -> Iterator[Step]:
    """Yield the steps of a list, those of unnamed groups in the place of the group."""
    for step in sequence.steps:
        if step.nameless_group and step.layers is not None:
            yield from flat(step.layers)
        else:
            yield step


def _kind_name(step: Step) -> str:
    """Return what an unnamed step is called: its kind, the argument it uses, or the network it includes."""
    if step.kind in (GROUP, USE) and isinstance(step.main, Text):
        return step.main.text if step.main.text.isidentifier() else step.kind
    if step.kind == INCLUDE and isinstance(step.main, Text):
        return step.main.text.rpartition("/")[2]
    return step.kind


def _next_name(kind: str, counts: Counter[str], taken: set[str]) -> str:
    while True:
        counts[kind] += 1
        name = kind if counts[kind] == 1 else f"{kind}_{counts[kind]}"
        if name not in taken:
            return name


def _mistakes(sequence: Sequence, steps: list[Step]) -> list[Problem]:
    """Return what is wrong: names that no path can hold, and names that stand twice."""
    found = [mistake for step in steps if step.named is not None for mistake in _malformed(step)]
    found += _numbered_without_copies(sequence, copies=False)
    seen: set[str] = set()
    for name in (name for step in steps for name in _claimed(step)):
        if name.text in seen:
            found.append(Problem(f"duplicate layer name '{name.text}' in this list", "rename one of them", name.place))
        seen.add(name.text)
    return found


def _claimed(step: Step) -> Iterator[Text]:
    """Yield the names a step puts into its list: its own, or its branches' where it adds no level."""
    if step.named is not None:
        yield Text(step.called, _name_place(step))
    elif step.level:
        yield Text(step.called, step.place)
    else:
        yield from (branch.name for branch in step.branches or ())


def _malformed(step: Step) -> Iterator[Problem]:
    name, place = step.called, _name_place(step)
    if "/" in name and not all(part.strip() for part in name.split("/")):
        yield Problem(f"invalid layer name '{name}': a name is missing before or after '/'", "", place)
    if not name.strip() or not name.isprintable():
        yield Problem(f"invalid layer name '{name}': it contains characters that cannot be printed", "", place)
    if name == "input":
        yield Problem("invalid layer name 'input': reserved for the input of the block or file", "", place)


def _numbered_without_copies(sequence: Sequence, *, copies: bool) -> list[Problem]:
    found: list[Problem] = []
    for step in sequence.steps:
        repeated = copies or "repeat" in step.common
        if step.nameless_group and step.layers is not None:
            found += _numbered_without_copies(step.layers, copies=repeated)
        elif "#" in (step.named or "") and not repeated:
            message = f"'#' in the name '{step.named}' requires repeat"
            found.append(Problem(message, "add repeat, or remove the '#'", _name_place(step)))
    return found


def _name_place(step: Step) -> Place | None:
    name = step.text("name")
    return name.place if name is not None else step.place


def slashed(path: str) -> str:
    """Return a path as PyTorch writes it, with slashes.

    >>> slashed("layer1.0.conv1")
    'layer1/0/conv1'
    """
    return path.replace(".", "/")
