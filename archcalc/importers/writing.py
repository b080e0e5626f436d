"""An imported network as a spec like one written by hand: blocks for what recurs, arguments for what varies."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.importers.document import spec_of, written
from archcalc.importers.flow import Reference
from archcalc.importers.tree import ENTERING, alike, options_of, tree, varies
from archcalc.layers.options import field_of
from archcalc.layers.registry import find, kind_names
from archcalc.network.steps import COMMON
from archcalc.network.written import Items, Record, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.document import Imported
    from archcalc.importers.flow import Flow, Planned
from archcalc.importers.tree import Alike, Part, Skeleton

HEAD: list[tuple[str, Any]] = [("train_only", True)]
FEWEST = 2
"""A group becomes a block if it has this many layers, and occurs this often."""

HOLDERS = ("Sequential", "ModuleList", "ModuleDict")
"""Classes that only hold modules."""

NAMES = {"filters": "width", "outputs": "width", "sizes": "size"}
"""What an argument is called by the option that it is for, where that is another name."""


@dataclass(eq=False)
class Recurring:
    """A block: its name, one of the groups that are it, and for each number in it what is written there.

    ``arguments`` are its arguments by name, each with the place of its number.
    """

    name: str
    part: Part
    texts: list[Any]
    arguments: dict[str, int]


def nested(imported: Imported) -> Record:
    """Return a network as a spec with groups, blocks and copies."""
    flow = imported.flow
    before = next(iter(flow.inputs)) if len(flow.inputs) == 1 else ""
    writer = _Writer(tree(list(flow.steps.values()), before), flow)
    layers = Items(tuple(writer.layers()))
    blocks = Record(tuple((Text(block.name), writer.block(block)) for block in writer.blocks.values()))
    return spec_of(imported, layers, blocks)


class _Inside(NamedTuple):
    """Where something is written: in the group at ``prefix``, of the block at ``root`` or of the file.

    ``entering`` is what flows into the block, ``texts`` what is written for the numbers in it, ``head`` says that only
    training runs it.
    """

    prefix: str
    root: str
    entering: str
    texts: Iterator[Any]
    head: bool = False

    def reference(self, path: str) -> str:
        """Return how a layer is named here: from the innermost group that holds it."""
        if self.root and path == self.entering:
            return ENTERING
        prefix = self.prefix
        while prefix and not path.startswith(f"{prefix}/"):
            prefix = prefix.rpartition("/")[0]
        return path[len(prefix) + 1 :] if prefix else path


class _Writer:
    def __init__(self, parts: list[Part], flow: Flow) -> None:
        self.parts, self.flow = parts, flow
        self.alike: dict[Part, Alike] = {part: alike(part) for part in _groups(parts)}
        self.blocks: dict[Skeleton, Recurring] = {}
        self._find_blocks()

    def _find_blocks(self) -> None:
        """Find the groups that recur, the largest first; what recurs only within one block is part of it."""
        found: dict[Skeleton, list[Part]] = defaultdict(list)
        for part, one in self.alike.items():
            holder = self.flow.classes.get(part.path) in HOLDERS
            if not (one.outside or holder) and sum(1 for _ in part.steps()) >= FEWEST:
                found[one.shape].append(part)
        chosen: dict[Skeleton, Part] = {}
        for shape, parts in sorted(found.items(), key=lambda entry: -sum(1 for _ in entry[1][0].steps())):
            if len(parts) >= FEWEST and self._places(shape, chosen) >= FEWEST:
                chosen[shape] = parts[0]
        for shape in chosen:
            self.blocks[shape] = self._recurring(found[shape])

    def _places(self, shape: Skeleton, chosen: Mapping[Skeleton, Part]) -> int:
        """Count where a group stands in what is written: the blocks found so far are written once."""
        waiting = [*self.parts, *(child for part in chosen.values() for child in part.parts)]
        count = 0
        while waiting:
            part = waiting.pop()
            if part.step is not None:
                continue
            own = self.alike[part].shape
            count += own == shape
            if own != shape and own not in chosen:
                waiting += part.parts
        return count

    def _recurring(self, parts: Sequence[Part]) -> Recurring:
        """Return the block that some groups are: numbers that differ are arguments, or multiples of one."""
        one = self.alike[parts[0]]
        columns = list(zip(*(self.alike[part].values for part in parts), strict=True))
        texts: list[Any] = []
        arguments: dict[str, int] = {}
        known: dict[tuple[Any, ...], str] = {}
        for place, column in enumerate(columns):
            if len(set(column)) == 1:
                texts.append(column[0])
                continue
            text = next(
                (_multiple(column, other, name) for other, name in known.items() if _multiple(column, other, name)), ""
            )
            if not text:
                text = _free(NAMES.get(one.labels[place], one.labels[place]), arguments)
                arguments[text], known[column] = place, text
            texts.append(text)
        return Recurring(name=self._name(parts[0]), part=parts[0], texts=texts, arguments=arguments)

    def _name(self, part: Part) -> str:
        """Return what a block is called: like its class, or like the group that holds it."""
        words = [word for word in part.path.split("/") if not word.isdigit()]
        name = self.flow.classes.get(part.path) or (words[-1] if words else "block")
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        snake = re.sub(r"\W", "_", snake)
        taken = {*kind_names(), *COMMON, "network", "use", *(block.name for block in self.blocks.values())}
        return _free(snake if snake.isidentifier() else f"block_{snake}", taken)

    def layers(self) -> list[Record]:
        """Return the network's list of layers."""
        inside = _Inside(prefix="", root="", entering="", texts=iter(()))
        return _copies([self._part(part, inside) for part in self.parts])

    def block(self, block: Recurring) -> Record:
        """Return a block's arguments and layers."""
        path = block.part.path
        inside = _Inside(prefix=path, root=path, entering=block.part.before, texts=iter(block.texts), head=True)
        layers = _copies([self._part(part, inside) for part in block.part.parts])
        arguments = [(Text("args"), written(dict.fromkeys(block.arguments)))] if block.arguments else []
        return Record((*arguments, (Text("layers"), Items(tuple(layers)))))

    def _part(self, part: Part, inside: _Inside) -> Record:
        """Return a layer, a block's call or a group."""
        if part.step is not None:
            return self._layer(part, part.step, inside)
        called = self.blocks.get(self.alike[part].shape)
        if called is None:
            below = inside._replace(prefix=part.path, head=inside.head or part.is_head)
            inner = _copies([self._part(child, below) for child in part.parts])
            head = HEAD if part.is_head and not inside.head else []
            return _record([("layers", Items(tuple(inner))), ("name", part.name), *head])
        own = [next(inside.texts) if inside.root else value for value in self.alike[part].values]
        values = [(name, own[place]) for name, place in called.arguments.items()]
        first = next(part.steps()).reads[0]
        source: list[tuple[str, Any]] = [] if first == part.before else [("from", inside.reference(first))]
        source += HEAD if part.is_head and not inside.head else []
        return _record([(called.name, values[0][1] if values else None), *values[1:], ("name", part.name), *source])

    def _layer(self, part: Part, step: Planned, inside: _Inside) -> Record:
        found, options = find(step.kind), {}
        for name, value in options_of(step).items():
            said = next(inside.texts) if inside.root and varies(value) else value
            default = getattr(type(step.layer), field_of(name), None)
            if isinstance(value, Reference):
                options[name] = inside.reference(value.path)
            elif said != default:
                options[name] = said
        names = [inside.reference(path) for path in step.reads]
        main = found.declared.main
        first: Any = tuple(names) if found.joins else options.pop(main, None) if main else None
        source = [] if found.joins or step.reads[0] == part.before else [("from", names[0])]
        shares = [("share", inside.reference(step.shares))] if step.shares else []
        head = HEAD if step.train_only and not inside.head else []
        return _record([(step.kind, first), *options.items(), ("name", part.name), *source, *shares, *head])


def _groups(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        if part.step is None:
            yield part
            yield from _groups(part.parts)


def _multiple(column: tuple[Any, ...], other: tuple[Any, ...], name: str) -> str:
    """Return a column of numbers as another one, or as a multiple of it; nothing if it is none."""
    if column == other:
        return name
    if not all(isinstance(number, int) for number in (*column, *other)) or not all(other):
        return ""
    times = column[0] // other[0]
    return f"{times}*{name}" if times > 1 and all(a == times * b for a, b in zip(column, other, strict=True)) else ""


def _free(name: str, taken: Any) -> str:  # noqa: ANN401 - anything that holds names
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _record(entries: Sequence[tuple[str, Any]]) -> Record:
    return Record(tuple((Text(name), value if isinstance(value, Items) else written(value)) for name, value in entries))


def _copies(records: Sequence[Record]) -> list[Record]:
    """Return a list of layers in which copies that follow each other, with numbers for names, are one.

    A layer that is called like its kind, the only one of it, needs no name.
    """
    kinds = Counter(record.entries[0][0].text for record in records)
    records = [_unnamed(record) if kinds[record.entries[0][0].text] == 1 else record for record in records]
    found: list[tuple[Record, int, int]] = []
    for record in records:
        number = _number(record)
        follows = found and number is not None and found[-1][1] in (0, 1) and sum(found[-1][1:]) == number
        if follows and _same(found[-1][0], record):
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + 1)
        else:
            found.append((record, -FEWEST if number is None else number, 1))
    return [record if count == 1 else _repeated(record, first, count) for record, first, count in found]


def _unnamed(record: Record) -> Record:
    name = record.get("name")
    if not isinstance(name, Text) or name.text != record.entries[0][0].text:
        return record
    return Record(tuple(entry for entry in record.entries if entry[0].text != "name"))


MOST_DIGITS = 9
"""A name with more digits does not count copies."""


def _number(record: Record) -> int | None:
    name = record.get("name")
    text = name.text if isinstance(name, Text) else ""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def _same(one: Record, other: Record) -> bool:
    """Whether two layers are the same but for their names, the second reading the first."""
    kept = [{k: v for k, v in record.plain.items() if k != "name"} for record in (one, other)]
    kept[0].pop("from", None)
    return kept[0] == kept[1]


def _repeated(record: Record, first: int, count: int) -> Record:
    """Return copies in one: a copy's name is its number, from 0 or from 1 on; of others, each stands for itself."""
    name = {0: "#0", 1: "#"}[first]
    entries = [entry for entry in record.entries if entry[0].text != "name"]
    return Record((*entries, (Text("repeat"), Text(str(count))), (Text("name"), Text(name))))
