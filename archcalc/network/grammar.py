"""How a list of layers is read: from what is written to steps. Every mistake is collected, none is raised.

A layer is a word, or a record whose first key is the kind: `relu`, `{conv: 64, kernel: 3}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Problem, known_keys, spaced
from archcalc.layers.registry import find, kind_names
from archcalc.network.naming import give_names
from archcalc.network.steps import COMMON, GROUP, INCLUDE, Block, Branch, Sequence, Step
from archcalc.network.written import Items, Record, Text, empty

if TYPE_CHECKING:
    from archcalc.errors import Place
    from archcalc.network.written import Written

ENTRY = "a layer, for example relu or {conv: 64, kernel: 3}"
BRANCH_KEYS = ("when", "layers")
BLOCK_KEYS = ("args", "layers", "outputs")


class Grammar:
    """Reads lists of layers and blocks.

    ``mistakes`` holds what could not be read, ``included`` the names of the networks that are used as layers.
    """

    def __init__(self) -> None:
        self.mistakes: list[Problem] = []
        self.included: list[Text] = []

    def sequence(self, written: Written | None, what: str, place: Place | None = None) -> Sequence:
        """Read a list of layers and name its steps; ``what`` is what messages call it."""
        sequence = self._steps(written, what, place)
        self.mistakes += give_names(sequence)
        return sequence

    def block(self, name: Text, written: Written) -> Block | None:
        """Read one block of a file."""
        if not isinstance(written, Record):
            self._say(
                f"invalid block '{name.text}': expected a mapping",
                "for example: {args: [width], layers: [{conv: width, kernel: 3}]}",
                name.place,
            )
            return None
        for key, _ in written.entries:
            if key.text not in BLOCK_KEYS:
                hint = known_keys(key.text, BLOCK_KEYS)
                self._say(f"unknown key '{key.text}' of block '{name.text}'", hint, key.place)
        arguments, row = self._arguments(written.get("args"))
        layers = self.sequence(written.get("layers"), f"the layers of block '{name.text}'", name.place)
        outputs = self._outputs(name, written.get("outputs"))
        return Block(name=name, arguments=arguments, row=row, layers=layers, outputs=outputs)

    def _outputs(self, block: Text, written: Written | None) -> dict[str, Text]:
        """Read the named outputs of a block: a list of layers, or names for them."""
        if written is None or empty(written):
            return {}
        entries = written.entries if isinstance(written, Record) else ()
        if isinstance(written, Items):
            entries = tuple((item, item) for item in written.items if isinstance(item, Text))
        if not entries or any(not isinstance(value, Text) or empty(value) for _, value in entries):
            message = f"outputs of block '{block.text}': expected a mapping of names to layers, or a list of layers"
            self._say(message, "for example: outputs: {high: conv_2, low: pool}", written.place)
            return {}
        return {name.text: value for name, value in entries if isinstance(value, Text)}

    def _arguments(self, written: Written | None) -> tuple[dict[str, Written | None], bool]:
        """Read a block's arguments: a list of required ones, or a record with defaults."""
        if written is None or empty(written):
            return {}, False
        if isinstance(written, Items):
            names = [item for item in written.items if isinstance(item, Text)]
            found: dict[str, Written | None] = {name.text: None for name in names}
            row = True
        elif isinstance(written, Record):
            names = [key for key, _ in written.entries]
            found = {key.text: None if empty(value) else value for key, value in written.entries}
            row = False
        else:
            self._say("invalid args: expected a list of names, or a mapping of names to defaults", "", written.place)
            return {}, False
        for name in names:
            self.argument_name(name)
        return found, row

    def argument_name(self, name: Text) -> None:
        """Check the name of an argument of a block or a file."""
        if name.text in COMMON or name.text.startswith("in_"):
            what = "an option of every layer" if name.text in COMMON else "the sizes of the input tensor"
            message = f"invalid argument name '{name.text}': reserved for {what}"
            self._say(message, "choose another name", name.place)
        elif not name.text.isidentifier():
            self._say(f"invalid argument name '{name.text}'", "use letters, digits and _", name.place)

    def _steps(self, written: Written | None, what: str, place: Place | None) -> Sequence:
        if isinstance(written, Items):
            read = [self._step(item) for item in written.items]
            return Sequence(tuple(step for step in read if step is not None))
        missing = written is None or empty(written)
        message = f"{what}: expected a list{', got nothing' if missing else ''}"
        self._say(message, "use [] for an empty list" if missing else "", (written.place if written else None) or place)
        return Sequence(())

    def _step(self, written: Written) -> Step | None:
        if isinstance(written, Text):
            if not empty(written):
                return Step(written.text, written.place)
        elif isinstance(written, Record) and written.entries:
            return self._call(written)
        self._say(f"expected {ENTRY}", "", written.place)
        return None

    def _call(self, torn: Record) -> Step | None:
        written = self._mended(torn)
        if written is None:
            return None
        head, main = written.entries[0]
        if head.text in COMMON and written.get(GROUP) is not None:
            head, main = next(entry for entry in written.entries if entry[0].text == GROUP)
        elif head.text in COMMON:
            kind = next((key.text for key, _ in written.entries if key.text not in COMMON), "conv")
            self._say(
                f"unknown layer '{head.text}': the first key must be the layer kind",
                f"move {kind} to the front",
                head.place,
            )
            return None
        options = [entry for entry in written.entries if entry[0] is not head]
        if isinstance(main, Record) and _holds_options(head.text, main):
            options, main = [*main.entries, *options], Text("", main.place)
        step = Step(head.text, head.place, None if empty(main) else main)
        for key, value in options:
            if key.text in step.keys:
                self._say(
                    f"'{key.text}' is given twice: within {head.text} and after it", "keep one of them", key.place
                )
            stacked = key.text == GROUP and isinstance(value, Text)  # {lstm: 256, layers: 2}
            (step.common if key.text in COMMON and not stacked else step.options)[key.text] = value
            step.keys[key.text] = key.place
        self._check_common(step)
        self._read_body(step, main)
        return step

    def _read_body(self, step: Step, main: Written) -> None:
        """Read what stands behind the kind where it is layers: a group's list, a merge's branches."""
        if step.kind == GROUP:
            if isinstance(main, Items):
                step.layers, step.main = self._steps(main, "layers", main.place), None
                if step.named is not None:
                    self.mistakes += give_names(step.layers)
            elif empty(main) or isinstance(main, Record):
                self._say("layers: expected a list, or an argument that is a list", "", main.place or step.place)
        elif step.kind == INCLUDE:
            self._include(step)
        elif isinstance(main, Record):
            step.branches, step.main = tuple(self._branch(*entry) for entry in main.entries), None

    def _include(self, step: Step) -> None:
        if isinstance(step.main, Text):
            self.included.append(step.main)
        else:
            self._say(
                "network requires the name of a network", "for example: {network: alexnet, until: fc7}", step.place
            )

    def _branch(self, name: Text, written: Written) -> Branch:
        when = None
        layers: Written | None = written
        if isinstance(written, Record):
            for key, _ in written.entries:
                if key.text not in BRANCH_KEYS:
                    hint = "write a branch as a list of layers, or as {when: condition, layers: [...]}"
                    self._say(f"unknown key '{key.text}' of branch '{name.text}'", hint, key.place)
            condition, layers = written.get("when"), written.get("layers")
            when = condition if isinstance(condition, Text) and not empty(condition) else None
            if condition is not None and when is None:
                self._say("when: expected a single value", "", condition.place or name.place)
        sequence = self.sequence(layers, f"branch '{name.text}'", name.place)
        return Branch(name, sequence, when)

    def _check_common(self, step: Step) -> None:
        """Check the shape of the options every step takes: text, but for `first`."""
        for name, value in list(step.common.items()):
            if name == "first" and not isinstance(value, Record):
                self._say(
                    "first: expected a mapping of arguments for the first copy",
                    "for example: first: {stride: 2}",
                    step.keys[name],
                )
                del step.common[name]
            elif name not in ("first", GROUP) and (not isinstance(value, Text) or empty(value)):
                self._say(f"{name}: expected a single value", "", step.keys[name])
                del step.common[name]
        if GROUP in step.common:
            self._say(
                f"{step.kind} cannot contain layers",
                "write a group as {layers: [...]}, a merge as {add: {branch: [...]}}",
                step.place,
            )
        if "first" in step.common and (step.kind in (GROUP, INCLUDE) or isinstance(step.main, Record)):
            self._say(f"first cannot be used with {step.kind}: it has no arguments", "", step.place)
        elif "first" in step.common and "repeat" not in step.common:
            self._say("first requires repeat", "add repeat, or remove first", step.place)

    def _mended(self, written: Record) -> Record | None:
        """Note where YAML split a flow mapping at a comma or a colon: `{conv: max(8, w)}`, `{conv: 8, stride:2}`.

        A missing space after a colon is put in, so that mistakes in the same layer are found too.
        """
        entries, lost = [], False
        for key, value in written.entries:
            torn = empty(value) and any(sign in key.text for sign in "()[],:")
            colon = key.text.find(":") if torn else -1
            if torn:
                hint = "quote expressions with a comma" if colon < 0 else spaced(key.text)
                self._say(f"'{key.text}' is not a key–value pair", hint, key.place)
            lost = lost or (torn and colon < 1)
            entries.append(_parted(key, colon) if colon > 0 else (key, value))
        return None if lost else Record(tuple(entries), written.place)

    def _say(self, message: str, hint: str = "", place: Place | None = None) -> None:
        self.mistakes.append(Problem(message, hint, place))


def _holds_options(kind: str, main: Record) -> bool:
    """Whether what stands behind a kind are its options, `{conv: {filters: 16, kernel: 3}}`, and not branches."""
    if kind in (GROUP, INCLUDE) or (kind in kind_names() and find(kind).joins):
        return False
    return not main.entries or any(not isinstance(value, Items) for _, value in main.entries)


def _parted(key: Text, colon: int) -> tuple[Text, Written]:
    """Return key and value of `stride:2`."""
    name, value = key.text[:colon], key.text[colon + 1 :]
    place = key.place
    return Text(name, place and place.within(0, colon)), Text(value, place and place.within(colon + 1, len(value)))
