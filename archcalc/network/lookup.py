"""What names mean while a network is wired: the last output of what is called so, in this list or one around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal, did_you_mean
from archcalc.network.layer_arguments import LayerName
from archcalc.network.naming import flat
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.context import Context
    from archcalc.network.steps import Sequence

INPUT = "input"
"""The name of what the enclosing block or file reads."""


class Lookup:
    """The values of all names, by path: the index of a node, None where nothing comes out.

    ``outputs`` are the named outputs of the block whose output a node is. ``running`` are the lists being run, each
    with the path of its block or file: a name that comes later in them is told from one that there is not.
    """

    def __init__(self) -> None:
        self.values: dict[str, int | None] = {}
        self.outputs: dict[int, Mapping[str, int]] = {}
        self.running: list[tuple[str, Sequence]] = []
        self._left_out: set[str] = set()

    def leave_out(self, path: str) -> None:
        """Note that the condition of a layer or a block does not hold, so that nothing can read it."""
        self._left_out.add(path)

    def node(self, reference: str, context: Context) -> int | None:
        """Return the node that a name means in a list; None for an input that there is not.

        Raises:
            Refusal: the name is unknown, it comes later, or it has no output.
        """
        reference, context = self._followed(reference, context)
        head, _, output = reference.partition("/")
        if head == INPUT and output:
            return self._output(output, context)
        if head == INPUT and (
            context.entering is not None or INPUT not in self.values
        ):  # one of several can be named so
            return context.entering
        node = self.values[self._path_of(reference, context)]
        if node is None:
            raise Refusal(f"'{reference}' has no output")
        return node

    def path(self, reference: str, context: Context) -> str:
        """Return the path of the layer or block that a name means in a list.

        Raises:
            Refusal: the name is unknown, or comes later.
        """
        return self._path_of(*self._followed(reference, context))

    def known(self, reference: str, context: Context) -> bool:
        """Whether a name means something in a list."""
        return self._own(*self._followed(reference, context))

    def name_outputs(self, path: str, node: int | None) -> None:
        """Give the named outputs of a block their values below its path: `stage/high`."""
        for name, output in self.outputs.get(-1 if node is None else node, {}).items():
            self.values[f"{path}/{name}"] = output

    def forget_outputs(self, first: int) -> None:
        """Forget the named outputs of nodes that were taken out again: ``first`` and all after it."""
        self.outputs = {node: named for node, named in self.outputs.items() if node < first}

    def _output(self, name: str, context: Context) -> int:
        """Return a named output of the block that the input comes from."""
        there = self.outputs.get(-1 if context.entering is None else context.entering, {})
        if name in there:
            return there[name]
        hint = did_you_mean(name, there) or (f"available: {', '.join(there)}" if there else "")
        says = "has no output" if there else "comes from a block without named outputs, and has no"
        raise Refusal(f"the input {says} '{name}'", hint or "name them with outputs: in the block before")

    def _followed(self, reference: str, context: Context) -> tuple[str, Context]:
        """Follow a name that is an argument to the name that it stands for, and to where that was written."""
        while True:
            head, slash, rest = reference.partition("/")
            meant = context.scope.arguments.get(head)
            if isinstance(meant, tuple) and meant and isinstance(meant[0], LayerName):
                meant, rest = self._one_of(head, meant, rest)
                slash = "/" if rest else ""
            if not isinstance(meant, LayerName) or self._own(reference, context):
                return reference, context
            reference = f"{meant.text}{slash}{rest}"
            if meant.context is None:
                return reference, context
            context = meant.context

    def _one_of(self, argument: str, meant: tuple[object, ...], rest: str) -> tuple[object, str]:
        """Return one of several layers that an argument names, and the rest of the name: `skips/0/conv`."""
        number, _, rest = rest.partition("/")
        if number.isdecimal() and int(number) < len(meant):
            return meant[int(number)], rest
        hint = f"join them, for example {{concat: {argument}}}, or choose one: {argument}/0"
        raise Refusal(f"'{argument}' is {plural(len(meant), 'layer')}", hint)

    def _own(self, reference: str, context: Context) -> bool:
        return any(path in self.values for path in context.candidates(reference))

    def _path_of(self, reference: str, context: Context) -> str:
        for path in context.candidates(reference):
            if path in self.values:
                return path
            self._refuse_left_out(path, reference)
        head = reference.partition("/")[0]
        if self._comes_later(head, context.root) and not self._own(head, context):  # its parts are known by then
            raise Refusal(f"'{reference}' is defined later", "use an earlier layer")
        below = f"{context.prefix}/" if context.prefix else ""
        names = [path.removeprefix(below) for path in self.values if path.startswith(below)]
        clash = f"the argument {head} has the name of a layer or branch of its block: rename one of them"
        raise Refusal(
            f"unknown layer '{reference}'", clash if head in context.scope.arguments else did_you_mean(reference, names)
        )

    def is_left_out(self, path: str) -> bool:
        """Whether a layer, or what contains it, was left out by its condition."""
        parts = path.split("/")
        return bool(self._left_out) and any("/".join(parts[:end]) in self._left_out for end in range(1, len(parts) + 1))

    def _refuse_left_out(self, path: str, reference: str) -> None:
        if self.is_left_out(path):
            hint = "use a layer that is always there, or the same condition here"
            raise Refusal(f"'{reference}' was left out by its condition (when)", hint)

    def _comes_later(self, name: str, root: str) -> bool:
        """Whether a name stands in one of the lists being run of the block or file at ``root``."""
        return any(name == step.called for own, run in self.running if own == root for step in flat(run))
